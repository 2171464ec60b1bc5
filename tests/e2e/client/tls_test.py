"""sockclient --tls: whom it trusts, and what it says of a handshake that fails."""

import re
import socket
import unittest

from certificates import folder, server_context, setUpModule
from harness import Peer, Program, echo, read_until, run


def tls(serve, context=None, **options):
    """A server of TLS, by default with a certificate that `authority` has signed."""
    context = context or server_context()

    def shake_hands(conn):
        with context.wrap_socket(conn, server_side=True) as inside:
            serve(inside)
            inside.unwrap()
    return Peer(shake_hands, **options)


def take_hello(conn):
    """Reads the client's first flight: one record, of 300 bytes to 2 KB. A rest would cause a reset."""
    head = conn.recv(5, socket.MSG_WAITALL)
    conn.recv(int.from_bytes(head[3:], "big"), socket.MSG_WAITALL)


def authority():
    return ("--tls", "--ca", folder()["authority.pem"])


class OpenSsl(Program):
    """openssl s_server on a free port, which sends each line back turned around."""

    def __init__(self, *args):
        super().__init__("openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", 1, "-rev",
                         "-cert", folder()["server.pem"], "-key", folder()["server.key"], *args)
        told = b""
        while b"ACCEPT" not in told:
            told = read_until(self.stdout, b"\n")
        self.port = int(re.search(rb"ACCEPT \S+:(\d+)\n", told).group(1))


class Tls(unittest.TestCase):
    def assert_fails(self, done, words, hint="", status=1):
        self.assertEqual(done.stderr.decode(), f"sockclient: {words}\n" + (hint and hint + "\n"))
        self.assertEqual((done.stdout, done.returncode), (b"", status))


class Trust(Tls):
    def talk(self, *args, host="127.0.0.1", name="server"):
        with tls(echo, server_context(name)) as peer:
            done = run(*args, host, peer.port, stdin=b"hola\n")
        self.port = peer.port
        return done

    def assert_talks(self, *args, **options):
        done = self.talk(*args, **options)
        self.assertEqual((done.stdout, done.stderr, done.returncode), (b"hola\n", b"", 0), args)

    def assert_refuses(self, why, hint, *args, host="127.0.0.1", **options):
        done = self.talk(*args, host=host, **options)
        self.assert_fails(done, f"TLS with {host} port {self.port} failed: {why}", hint)

    def test_an_authority_and_a_name_or_an_address_say_who_it_is(self):
        for host in "127.0.0.1", "localhost":
            self.assert_talks(*authority(), host=host)
        self.assert_talks(*authority(), "--server-name", "sock.example")
        self.assert_talks(*authority(), "--server-name", "SOCK.Example")
        self.assert_talks("--tls", "--ca", folder()["stranger.pem"], name="stranger")

    def test_a_pin_says_who_it_is_with_colons_and_in_capitals(self):
        pin = folder().pin("server")
        for text in (pin, pin.upper(), ":".join(re.findall("..", pin.upper()))):
            self.assert_talks("--tls", "--pin", "sha256:" + text)
        self.assert_talks("--tls", "--pin=sha256:" + pin, "--server-name", "whatever")
        self.assert_talks("--tls", "--pin", "sha256:" + folder().pin("expired"), name="expired")

    def test_whom_nobody_vouches_for_is_refused(self):
        not_trusted = "(--ca FILE with whoever has signed it, or --pin with what sockserver prints)"
        whose = "the server's certificate "
        self.assert_refuses(whose + "is signed by an authority that is not trusted here",
                            not_trusted, "--tls")
        self.assert_refuses(whose + "is signed by nobody but itself", not_trusted, "--tls",
                            name="stranger")
        self.assert_refuses(whose + "is signed by an authority that is not trusted here",
                            not_trusted, "--tls", "--ca", folder()["stranger.pem"])
        self.assert_refuses(whose + "is for another name",
                            "(--server-name NAME, if that is what the server is called)",
                            *authority(), "--server-name", "other.example")
        self.assert_refuses(whose + "has expired", "", *authority(), name="expired")
        self.assert_refuses(whose + "is not that of the pin",
                            "(sockserver makes a certificate of its own anew at each start: take the "
                            "pin that it prints)",
                            "--tls", "--pin", "sha256:" + folder().pin("stranger"))

    def test_a_wrong_certificate_is_not_forgiven_by_retry(self):
        self.assert_refuses("the server's certificate has expired", "", *authority(), "--retry",
                            "20s", name="expired")

    def test_v_tells_version_cipher_names_and_expiry(self):
        told = self.talk(*authority(), "-v").stderr.decode()
        self.assertRegex(told, r"TLSv1\.3, TLS_AES_256_GCM_SHA384; certificate CN=server,O=sock tests "
                               r"for localhost, sock.example, 127.0.0.1, ::1, until \d{4}-\d\d-\d\d "
                               rf"\d\d:\d\d:\d\d UTC, sha256:{folder().pin('server')}\n")


class OpenSslServer(Tls):
    def test_both_versions_and_a_protocol(self):
        for version in "-tls1_2", "-tls1_3":
            with OpenSsl(version, "-alpn", "sock/1") as server:
                done = run(*authority(), "-v", "--alpn", "h2,sock/1", "127.0.0.1", server.port,
                           "--send", "hola", "--expect", "aloh")
                self.assertEqual((done.stdout, done.returncode), (b"aloh\n", 0), done.stderr)
                told = version[1:].replace("tls", "TLSv").replace("_", ".")
                self.assertRegex(done.stderr.decode(), f"{told}, .*, protocol sock/1; ")

    def test_a_server_that_wants_a_certificate_gets_ours(self):
        args = ("-Verify", 1, "-verify_return_error", "-CAfile", folder()["authority.pem"])
        ours = ("--cert", folder()["client.pem"], "--key", folder()["client.key"])
        steps = ("--send", "hola", "--expect", "aloh")
        for version in "-tls1_2", "-tls1_3":
            with OpenSsl(version, *args) as server:
                done = run(*authority(), *ours, "127.0.0.1", server.port, *steps)
                self.assertEqual((done.stdout, done.stderr, done.returncode), (b"aloh\n", b"", 0))
            with OpenSsl(version, *args) as server:
                done = run(*authority(), "127.0.0.1", server.port, "--recv")
                self.assertEqual((done.stdout, done.returncode), (b"", 1))
                self.assertIn(b"failed: the server ", done.stderr)

    def test_an_old_version_is_refused(self):
        with OpenSsl("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0") as server:
            self.assert_fails(run(*authority(), "127.0.0.1", server.port),
                              f"TLS with 127.0.0.1 port {server.port} failed: no common version")


class Handshake(Tls):
    def test_a_server_that_ends_in_it_is_named(self):
        def begin(conn):
            take_hello(conn)
            conn.sendall(b"\x16\x03\x03\x00\x7a\x02")
        for serve in (take_hello, begin):
            with Peer(serve) as peer:
                self.assert_fails(run(*authority(), "127.0.0.1", peer.port),
                                  f"127.0.0.1 port {peer.port} has ended in the handshake")

    def test_a_server_that_says_nothing_is_waited_for_as_long_as_w_says(self):
        with Peer(lambda conn: take_hello(conn) or conn.recv(1)) as peer:
            self.assert_fails(run(*authority(), "-w", "300ms", "127.0.0.1", peer.port),
                              f"no handshake with 127.0.0.1 port {peer.port}: Connection timed out",
                              "(a server that speaks plain text? then without --tls)")

    def test_a_server_that_speaks_plain_text_is_told_of(self):
        with Peer(lambda conn: conn.sendall(b"* hola\n") or take_hello(conn)) as peer:
            self.assert_fails(run(*authority(), "127.0.0.1", peer.port),
                              f"TLS with 127.0.0.1 port {peer.port} failed: not TLS",
                              "(a server that speaks plain text? then without --tls)")

    def test_retry_covers_a_server_that_closes_at_once(self):
        times = iter(range(5))
        context = server_context()

        def serve(conn):
            if next(times) >= 2:
                with context.wrap_socket(conn, server_side=True) as inside:
                    echo(inside)
                    inside.unwrap()
        with Peer(serve) as peer:
            done = run(*authority(), "--retry", "20s", "-q", "127.0.0.1", peer.port, stdin=b"hola\n")
        self.assertEqual((done.stdout, done.returncode), (b"hola\n", 0), done.stderr)
        self.assertEqual(next(times), 3)


class Wrong(Tls):
    def test_options_that_do_not_go_together_are_wrong_usage(self):
        pin = "sha256:" + 64 * "0"
        for args, words in [
                (["--tls", "--pin", pin, "--ca", "x"], "--pin: not with --ca"),
                (["--tls", "--cert", "x"], "--cert: goes with --key"),
                (["--tls", "--key", "x"], "--key: goes with --cert"),
                (["--tls", "-u"], "--tls: not with --udp"),
                (["--ca", "x"], "--ca: goes with --tls"),
                (["--tls=no"], "--tls: takes no value"),
                (["--tls", "--alpn", "a,,b"], "--alpn: a protocol has 1 to 255 characters"),
                (["--tls", "--pin", pin[:-1]],
                 "--pin: not a pin (sha256: and 64 hexadecimal digits)"),
                (["--tls", "unix:@x"],
                 "--tls: a UNIX socket has no name: --server-name says it, or --pin"),
                (["--tls", "--ca", ""], '--ca: "" is no name'),
                (["--tls", "--cert", "", "--key", "x"], '--cert: "" is no name'),
                (["--tls", "--server-name", ".example"], "--server-name: is not a name"),
                (["--tls", "--server-name", "[]"], "--server-name: is not a name"),
                (["--tls", "--server-name="], '--server-name: "" is no name')]:
            with self.subTest(args=args):
                self.assert_fails(run(*args), words, "(try sockclient --help)", 2)

    def test_files_that_are_none_are_named(self):
        for args, words in [
                (("--ca", "/no/such"),
                 'cannot use the authorities "/no/such": No such file or directory'),
                (("--cert", "/no/such", "--key", "/no/such"),
                 'cannot use the certificate "/no/such": No such file or directory')]:
            self.assert_fails(run("--tls", *args, "127.0.0.1", 1), words)


if __name__ == "__main__":
    unittest.main()
