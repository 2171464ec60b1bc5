"""Conversations from the command line: --send, --recv, --expect, --pause."""

import select
import socket
import threading
import time
import unittest

from harness import (DEADLINE, Peer, Program, SOCKCLIENT, echo, hola, read_all, receive, reset,
                     run, says)


class Script(unittest.TestCase):
    def talk(self, serve, *args, **options):
        with Peer(serve, **options) as peer:
            done = run("127.0.0.1", peer.port, *args)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_it_talks_to_a_server_that_compares_one_whole_recv(self):
        self.assertEqual(self.talk(hola, "--eol", "none", "--send", "hola", "--recv", "--pause",
                                   "50ms", "--send", "adios", "--expect", "pues adios"),
                         (0, "pues hola\npues adios\n", ""))

    def test_it_talks_to_a_server_of_lines(self):
        self.assertEqual(self.talk(echo, "--send", "a", "--recv", "--send", "b", "--recv"),
                         (0, "a\nb\n", ""))

    def test_messages_that_came_together_are_received_one_by_one(self):
        self.assertEqual(self.talk(says(b"one\r\ntwo\nthree\n"), "--recv", "--expect", "two",
                                   "--recv"), (0, "one\ntwo\nthree\n", ""))

    def test_silence_ends_a_message_also_after_lines(self):
        def serve(conn):
            conn.sendall(b"welcome\nName: ")
            name = conn.recv(100)
            conn.sendall(b"hola " + name + b"> ")
            read_all(conn)
        self.assertEqual(self.talk(serve, "--recv", "--expect", "Name: ", "--send", "ana",
                                   "--expect", "hola ana", "--expect", "> "),
                         (0, "welcome\nName: \nhola ana\n> \n", ""))

    def test_the_end_of_the_stream_ends_a_message(self):
        self.assertEqual(self.talk(lambda conn: conn.sendall(b"one\ntwo"), "--recv", "--recv"),
                         (0, "one\ntwo\n", ""))

    def test_another_message_than_expected_is_status_3(self):
        self.assertEqual(self.talk(echo, "--send", "pues adios", "--expect", "pues hola"),
                         (3, "pues adios\n", 'sockclient: expected "pues hola", got "pues adios"\n'))

    def test_text_of_the_peer_is_escaped_in_errors(self):
        _, _, said = self.talk(says(b"\x1b[2J\n"), "--expect", "x")
        self.assertEqual(said, 'sockclient: expected "x", got "\\x1b[2J"\n')

    def test_a_hex_dump_shows_all_traffic_in_its_order(self):
        for option in ("-x", "--hex-dump"):
            self.assertEqual(self.talk(echo, option, "--send", "hola", "--recv", "--send", "a\x7fé",
                                       "--recv"), (0, "hola\na\x7fé\n", """\
> 00000000  68 6f 6c 61 0a                                    |hola.|
< 00000000  68 6f 6c 61 0a                                    |hola.|
> 00000005  61 7f c3 a9 0a                                    |a....|
< 00000005  61 7f c3 a9 0a                                    |a....|
"""))

    def test_an_expected_message_that_does_not_come_is_status_3(self):
        self.assertEqual(self.talk(read_all, "-i", "200ms", "--expect", "x"),
                         (3, "", 'sockclient: expected "x", got nothing: nothing came in 200 ms\n'))
        self.assertEqual(self.talk(lambda conn: None, "--expect", "x"),
                         (3, "", 'sockclient: expected "x", got nothing: '
                          "the server closed the connection\n"))

    def test_a_message_that_does_not_come_is_status_1(self):
        self.assertEqual(self.talk(read_all, "-i", "200ms", "--recv"),
                         (1, "", "sockclient: --recv: nothing came in 200 ms\n"))
        self.assertEqual(self.talk(lambda conn: None, "--recv"),
                         (1, "", "sockclient: --recv: the server closed the connection\n"))

    def test_a_reset_is_status_1(self):
        status, _, said = self.talk(reset, "--send", "x", "--recv")
        self.assertEqual(status, 1)
        self.assertRegex(said, r"^sockclient: connection to 127.0.0.1 port \d+ was reset by the "
                         r"server\n$")

    def test_sends_end_as_eol_says(self):
        for eol, end in (("lf", b"\n"), ("crlf", b"\r\n"), ("none", b"")):
            got = []
            self.talk(lambda conn, got=got: got.append(read_all(conn)),
                      "--eol", eol, "--send", "a", "--send=", "--send", "-x", "--send=--y")
            self.assertEqual(got, [b"a" + end + end + b"-x" + end + b"--y" + end])

    def test_what_comes_after_the_last_step_is_printed(self):
        def serve(conn):
            read_all(conn)
            conn.sendall(b"last words")
        self.assertEqual(self.talk(serve, "--send", "x"), (0, "last words", ""))

    def test_a_server_that_never_closes_is_left(self):
        release = threading.Event()
        def serve(conn):
            conn.sendall(b"a\nb\n")
            release.wait(DEADLINE)
        with Peer(serve) as peer:
            done = run("127.0.0.1", peer.port, "--recv")
            release.set()
        self.assertEqual((done.returncode, done.stdout), (0, b"a\nb\n"))

    def test_a_server_that_talks_until_our_end_reads_it(self):
        def serve(conn):
            conn.settimeout(DEADLINE)
            receive(conn, b"x\n")
            while not select.select([conn], [], [], 0)[0]:
                conn.sendall(b"y" * 1_000_000)
        for _ in range(3):
            self.assertEqual(self.talk(serve, "-x", "--send", "x", "--pause", "200ms")[0], 0)

    def test_stdin_is_not_read(self):
        with Peer(echo) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port, "--send", "x",
                                         "--recv") as client:
            self.assertEqual(client.status(), 0)
            self.assertEqual(client.stdout.read(), b"x\n")

    def test_much_can_be_sent_to_a_peer_that_answers_before_it_has_all(self):
        text = "x" * 120_000
        sends = [part for _ in range(12) for part in ("--send", text)]
        status, out, _ = self.talk(echo, *sends, buffer_size=4096)
        self.assertEqual((status, out), (0, (text + "\n") * 12))

    def test_without_a_half_close_the_server_is_left_after_silence(self):
        ends = []
        def serve(conn):
            conn.recv(10)
            conn.settimeout(0.5)
            try:
                ends.append(conn.recv(10))
            except socket.timeout:
                ends.append("open")
            read_all(conn)
        self.assertEqual(self.talk(serve, "--no-shutdown", "--send", "x"), (0, "", ""))
        self.assertEqual(ends, ["open"])


if __name__ == "__main__":
    unittest.main()
