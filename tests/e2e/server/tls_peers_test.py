"""sockserver --tls, and what others speak to it: openssl, ncat, socat, curl, Python's ssl."""

import json
import shutil
import socket
import subprocess
import tempfile
import unittest

from certificates import folder, own_certificate, setUpModule
from harness import DEADLINE, Program, Server, WrongUsage, read_until, run, wait_until

MODES = "threads", "async", "blocking"


class OpenSsl(Program):
    """openssl s_client, which has said that the handshake is over."""

    def __init__(self, server, *args):
        super().__init__("openssl", "s_client", "-connect", f"127.0.0.1:{server.port}",
                         *args, stderr=subprocess.STDOUT)

    def say(self, text, answer=None):
        self.stdin.write(text)
        return read_until(self.stdout, text if answer is None else answer)


class Peers(unittest.TestCase):
    def test_openssl_in_both_versions_and_every_mode(self):
        for mode in MODES:
            with Server("--tls", "--mode", mode, *own_certificate()) as server:
                for version in "1_2", "1_3":
                    with OpenSsl(server, "-quiet", "-tls" + version, "-verify_return_error",
                                 "-CAfile", folder()["authority.pem"]) as client:
                        client.say(b"hola\n")
                        client.say(b"quit\n", b"")
                        self.assertEqual(client.status(), 0)
                    server.wait_for_log(rf"#\d+ connected from .*, TLSv{version.replace('_', '.')}")
                server.wait_for_log("#2 closed by server: .*")

    def test_openssl_that_does_not_trust_us_is_told_of(self):
        with Server("--tls") as server:
            for number, version in (1, "-tls1_2"), (2, "-tls1_3"):
                with OpenSsl(server, "-quiet", version, "-verify_return_error", "-CAfile",
                             folder()["authority.pem"]) as client:
                    self.assertNotEqual(client.status(), 0)
                server.wait_for_log(rf"#{number} kept out 127\.0\.0\.1:\d+: TLS: the client does not "
                                    "trust us: unknown CA")

    def test_a_session_is_resumed(self):
        for mode in MODES:
            with self.subTest(mode), tempfile.TemporaryDirectory() as place, \
                    Server("--tls", "--mode", mode) as server:
                for version in "-tls1_2", "-tls1_3":
                    for way, word in ("-sess_out", b"New, "), ("-sess_in", b"Reused, "):
                        with OpenSsl(server, version, way, place + version) as client:
                            came = client.say(b"hola\n", b"\nhola\n")
                            self.assertIn(word, came)
                            client.stdin.write(b"Q\n")
                            self.assertEqual(client.status(), 0)

    def test_an_old_version_is_refused_in_words(self):
        for mode in MODES:
            with Server("--tls", "--mode", mode) as server:
                with OpenSsl(server, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0") as client:
                    self.assertEqual(client.status(), 1)
                server.wait_for_log(r"#1 kept out 127\.0\.0\.1:\d+: TLS: no common version")

    def test_nothing_is_negotiated_again(self):
        with Server("--tls") as server, OpenSsl(server, "-tls1_2") as client:
            client.say(b"hola\n", b"\nhola\n")
            client.stdin.write(b"R\n")
            read_until(client.stdout, b"no renegotiation")
            self.assertEqual(client.status(), 1)

    def test_keys_are_renewed_when_the_client_wants_it(self):
        with Server("--tls", "-P", "echo") as server, OpenSsl(server, "-tls1_3") as client:
            client.say(b"hola\n", b"\nhola\n")
            client.say(b"K\n", b"KEYUPDATE\n")
            client.say(b"adios\n")
            client.stdin.write(b"Q\n")
            self.assertEqual(client.status(), 0)
            server.wait_for_log("#1 closed by client: .*")

    def pipe(self, *command, text=b"hola\n"):
        return subprocess.run(command, input=text, capture_output=True, timeout=DEADLINE, check=False)

    def test_ncat_and_socat_in_a_pipe(self):
        for mode in MODES:
            with Server("--tls", "-P", "echo", "--mode", mode, *own_certificate()) as server:
                authority = folder()["authority.pem"]
                for command in [("ncat", "--ssl"),
                                ("socat", "-t10", "-", "OPENSSL")]:
                    if shutil.which(command[0]) is None:
                        self.skipTest(f"{command[0]} is not there")
                    place = ["127.0.0.1", str(server.port)]
                    if command[0] == "socat":
                        *command, kind = command
                        place = [f"{kind}:127.0.0.1:{server.port},cafile={authority}"]
                    with self.subTest(mode, peer=command[0]):
                        self.assertEqual(self.pipe(*command, *place).stdout, b"hola\n")

    @unittest.skipUnless(shutil.which("curl"), "curl is not there")
    def test_curl(self):
        with Server("--tls", "-P", "greet", "--banner", "HTTP/1.0 200 OK\r\n\r\n",
                    *own_certificate()) as server:
            done = self.pipe("curl", "-s", "--cacert", folder()["authority.pem"],
                             f"https://localhost:{server.port}/")
            self.assertEqual((done.returncode, done.stdout.strip()), (0, b"Hola"), done.stderr)
            done = self.pipe("curl", "-s", f"https://127.0.0.1:{server.port}/")
            self.assertEqual(done.returncode, 60)
            # A newer curl looks at the certificate when the handshake is over.
            server.wait_for_log("#2 (kept out .*: TLS: the client does not trust us: unknown CA|"
                                "connected from .*)")


class Whoami(unittest.TestCase):
    def ask(self, server, *args):
        done = run("--tls", "--ca", folder()["authority.pem"], "localhost", server.port, *args)
        return done, dict(line.split(" ", 1) for line in done.stdout.decode().splitlines())

    def test_it_says_what_this_end_sees(self):
        client = ("--cert", folder()["client.pem"], "--key", folder()["client.key"])
        for mode in MODES:
            with Server("--tls", "-P", "whoami", "--mode", mode, "--log-format", "json",
                        *own_certificate(), "--client-ca", folder()["authority.pem"]) as server:
                done, said = self.ask(server, *client)
                self.assertEqual((done.stderr, done.returncode), (b"", 0))
                self.assertEqual(said["tls"], "TLSv1.3 TLS_AES_256_GCM_SHA384")
                self.assertEqual(said["server-name"], "localhost")
                self.assertEqual(said["client-certificate"], "CN=Ana,O=sock tests")
                self.assertEqual(said["host"], socket.gethostname())
                self.assertEqual(list(said)[:3], ["host", "local", "peer"])
                wait_until(lambda: '"event":"closed"' in server.log(), "the end")
                event = json.loads(server.log().splitlines()[0])
                self.assertEqual([event[name] for name in
                                  ("event", "tls", "cipher", "server_name", "certificate")],
                                 ["connected", "TLSv1.3", "TLS_AES_256_GCM_SHA384", "localhost",
                                  "CN=Ana,O=sock tests"])

    def test_whom_the_authority_has_not_signed_is_kept_out(self):
        stranger = ("--cert", folder()["stranger.pem"], "--key", folder()["stranger.key"])
        expired = ("--cert", folder()["expired.pem"], "--key", folder()["expired.key"])
        for mode in MODES:
            with Server("--tls", "-P", "whoami", "--mode", mode, *own_certificate(), "--client-ca",
                        folder()["authority.pem"]) as server:
                for number, (args, why) in enumerate(
                        [((), "the client has no certificate"),
                         (stranger, "the client's certificate is signed by nobody but itself"),
                         (expired, "the client's certificate has expired")], 1):
                    done, said = self.ask(server, *args)
                    self.assertEqual((said, done.returncode), ({}, 1))
                    self.assertRegex(done.stderr.decode(), r"^sockclient: TLS with localhost port \d+ "
                                     "failed: the server ")
                    server.wait_for_log(rf"#{number} kept out .*: TLS: {why}")


class Wrong(WrongUsage):
    def test_options_that_do_not_go_together_are_wrong_usage(self):
        for args, words in [
                (["--tls", "--cert", "x"], "--cert: goes with --key"),
                (["--tls", "--key", "x"], "--key: goes with --cert"),
                (["--client-ca", "x"], "--client-ca: goes with --tls, or with a door that has it"),
                (["--tls", "--client-ca", ""], '--client-ca: "" is no name'),
                (["--tls", "--cert=", "--key="], '--cert: "" is no name'),
                (["--tls", "--listen", "udp:0=echo"], "--tls: no door has connections")]:
            self.assert_wrong(args, words)


if __name__ == "__main__":
    unittest.main()
