"""sockclient --tls: conversations, their ends, and what leaves in plain text, which is nothing."""

import json
import os
import tempfile
import unittest

from certificates import folder, own_certificate, server_context, setUpModule
from harness import SOCKCLIENT, Peer, Server, Terminal, echo, read_all, run


def tls(serve, says_end=True, **options):
    context = server_context()

    def shake_hands(conn):
        with context.wrap_socket(conn, server_side=True) as inside:
            serve(inside)
            if says_end:
                inside.unwrap()
    return Peer(shake_hands, **options)


def client(*args, **options):
    return run("--tls", "--ca", folder()["authority.pem"], *args, **options)


class Conversation(unittest.TestCase):
    def assert_all_well(self, done, out):
        self.assertEqual((done.stdout, done.stderr, done.returncode), (out, b"", 0))

    def test_much_goes_both_ways(self):
        data = os.urandom(20_000_000)
        with tls(echo) as peer:
            done = client("127.0.0.1", peer.port, stdin=data)
        self.assertEqual((done.stdout == data, done.stderr, done.returncode), (True, b"", 0))

    def test_small_buffers_cut_records_anywhere(self):
        data = os.urandom(1_000_000)
        with tls(echo, buffer_size=2048) as peer:
            done = client("127.0.0.1", peer.port, stdin=data)
        self.assertEqual((done.stdout == data, done.stderr, done.returncode), (True, b"", 0))

    def test_the_end_of_input_is_told_and_what_comes_then_is_shown(self):
        def serve(conn):
            conn.sendall(b"heard " + read_all(conn))
        with tls(serve) as peer:
            self.assert_all_well(client("127.0.0.1", peer.port, stdin=b"hola"), b"heard hola")

    def test_a_server_that_ends_first(self):
        with tls(lambda conn: conn.sendall(b"adios\n")) as peer:
            self.assert_all_well(client("127.0.0.1", peer.port), b"adios\n")

    def test_an_end_that_is_not_told_is_a_cut(self):
        with tls(lambda conn: conn.sendall(b"half of"), says_end=False) as peer:
            done = client("127.0.0.1", peer.port, "--no-shutdown")
        self.assertEqual((done.stdout, done.returncode), (b"half of", 1))
        self.assertEqual(done.stderr.decode(), f"sockclient: connection to 127.0.0.1 port {peer.port} "
                         "was cut: the server has not said that it ends (close_notify)\n")

    def test_script_ping_and_json(self):
        with tempfile.NamedTemporaryFile("w") as script, tls(echo) as peer:
            script.write("send hola\nexpect hola\nsend adios\nmatch ^adi\nclose\n")
            script.flush()
            self.assert_all_well(client("127.0.0.1", peer.port, "--script", script.name),
                                 b"hola\nadios\n")
            done = client("127.0.0.1", peer.port, "--ping", "--count", 20, "--interval", 0, "--json",
                          "--size", 5000)
        self.assertEqual(done.returncode, 0, done.stderr)
        summary = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((summary["sent"], summary["received"]), (20, 20))

    def test_at_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as place, tls(echo, path=place + "/x") as peer:
            self.assertIsNone(peer.port)
            self.assert_all_well(client("--server-name", "sock.example", f"unix:{place}/x",
                                        stdin=b"hola\n"), b"hola\n")
            self.assert_all_well(run("--tls", "--pin", "sha256:" + folder().pin("server"),
                                     f"unix:{place}/x", stdin=b"hola\n"), b"hola\n")

    def test_over_ipv6(self):
        with Server("--tls", "-P", "echo", "--host", "::1", *own_certificate()) as server:
            for host in "::1", "[::1]":
                self.assert_all_well(client(host, server.port, stdin=b"hola\n"), b"hola\n")

    def test_secrets_are_told_only_to_the_file_that_is_named(self):
        with tempfile.TemporaryDirectory() as place, tls(echo) as peer:
            file = place + "/keys"
            done = client("127.0.0.1", peer.port, stdin=b"x", env={**os.environ,
                                                                   "SSLKEYLOGFILE": file})
            self.assert_all_well(done, b"x")
            with open(file, encoding="ascii") as keys:
                self.assertIn("CLIENT_TRAFFIC_SECRET_0 ", keys.read())
            self.assertEqual(os.stat(file).st_mode & 0o777, 0o600)

    def test_x_shows_no_plain_text_and_v_counts_what_the_wire_carries(self):
        with tls(echo) as peer:
            done = client("-x", "-v", "127.0.0.1", peer.port, stdin=b"hola que tal\n")
        self.assertEqual((done.stdout, done.returncode), (b"hola que tal\n", 0))
        self.assertNotIn(b"|hola", done.stderr)
        self.assertIn(b"16 03 01", done.stderr)

    def test_vvv_counts_the_writes_of_the_handshake_and_of_the_end(self):
        with tls(echo) as peer:
            done = client("-vvv", "127.0.0.1", peer.port, "--send", "hola", "--recv")
        self.assertRegex(done.stderr.decode(), r"\n.*: 4 writes, \d+ segments")

    def test_typed_in_a_terminal(self):
        with Server("--tls", "-P", "quit", *own_certificate()) as server, \
                Terminal(SOCKCLIENT, "--tls", "--ca", folder()["authority.pem"], "localhost",
                         server.port) as terminal:
            terminal.wait_for(">")
            terminal.line("¿qué tal?")
            terminal.wait_for("> ¿qué tal?", "¿qué tal?", ">")
            terminal.line("quit")
            terminal.wait_for("> quit", "adios")
            self.assertEqual(terminal.status(), 0)


class Faults(unittest.TestCase):
    def talk(self, *args, stdin=b"hola\nque tal\n"):
        with Server("--tls", "-P", "echo", *own_certificate()) as server:
            done = client("127.0.0.1", server.port, *args, stdin=stdin)
            server.wait_for_log("#1 (closed by client|closed by server|connection lost): .*")
            return done, server.log()

    def test_what_is_late_or_in_pieces_arrives_once(self):
        for fault in "delay=200ms", "drip=1@1ms", "rate=2K", "drip=7@1ms":
            with self.subTest(fault):
                done, log = self.talk("--fault", fault)
                self.assertEqual((done.stdout, done.stderr, done.returncode),
                                 (b"hola\nque tal\n", b"", 0))
                self.assertIn("closed by client", log)

    def test_a_mute_client_says_nothing_but_its_end(self):
        done, log = self.talk("--fault", "mute")
        self.assertEqual((done.stdout, done.stderr, done.returncode), (b"", b"", 0))
        self.assertIn("closed by client", log)

    def test_its_own_end_in_a_record_is_no_error(self):
        for fault in "close=5", "close=0", "reset=5":
            done, log = self.talk("--fault", fault)
            self.assertEqual((done.stdout, done.stderr, done.returncode), (b"", b"", 0), fault)
            self.assertIn("connection lost", log)

    def test_a_bit_that_is_wrong_ends_the_conversation(self):
        done, log = self.talk("--fault", "flip=20")
        self.assertEqual((done.stdout, done.returncode), (b"", 1), done.stderr)
        self.assertRegex(log, r"#1 TLS: what came (was changed on its way|is not TLS)")


if __name__ == "__main__":
    unittest.main()
