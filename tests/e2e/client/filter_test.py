"""sockclient in a pipe: every byte in both directions, and every way to end."""

import hashlib
import os
import socket
import subprocess
import tempfile
import threading
import unittest

from harness import (DEADLINE, SOCKCLIENT, Peer, Program, echo, read_all, read_until, reset, run,
                     says, wait_until)

BULK = 100 * 1024 * 1024


class Filter(unittest.TestCase):
    def test_100_mb_come_back_byte_exact_from_a_peer_that_echoes(self):
        with Peer(echo) as peer, tempfile.TemporaryFile() as source, \
                tempfile.TemporaryFile() as result:
            sent = os.urandom(BULK)
            source.write(sent)
            source.seek(0)
            done = subprocess.run([SOCKCLIENT, "127.0.0.1", str(peer.port)], stdin=source,
                                  stdout=result, timeout=4 * DEADLINE, check=False)
            result.seek(0)
            came = result.read()
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(came), len(sent))
        self.assertEqual(hashlib.sha256(came).digest(), hashlib.sha256(sent).digest())

    def test_a_hex_dump_does_not_change_what_comes_through(self):
        sent = os.urandom(300_000)
        with Peer(echo) as peer:
            done = run("-x", "127.0.0.1", peer.port, stdin=sent)
        self.assertEqual((done.returncode, done.stdout), (0, sent))
        for direction in b"<", b">":
            rows = [row for row in done.stderr.splitlines() if row.startswith(direction)]
            dumped = b"".join(bytes.fromhex(row[12:60].decode()) for row in rows)
            self.assertEqual(dumped, sent)

    def test_the_end_of_input_half_closes_and_the_answer_still_comes(self):
        def count(conn):
            conn.sendall(b"%d bytes\n" % len(read_all(conn)))
        with Peer(count) as peer:
            done = run("127.0.0.1", peer.port, stdin=b"x" * 1000)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"1000 bytes\n", b""))

    def test_no_shutdown_leaves_the_connection_open(self):
        def serve(conn):
            conn.recv(1024)
            conn.settimeout(0.3)
            try:
                conn.sendall(b"half-closed" if conn.recv(1) == b"" else b"more")
            except TimeoutError:
                conn.sendall(b"open")
        with Peer(serve) as peer:
            self.assertEqual(run("--no-shutdown", "127.0.0.1", peer.port, stdin=b"x").stdout, b"open")

    def test_a_closed_stdin_is_an_end_of_input(self):
        with Peer(lambda conn: conn.sendall(b"got %d" % len(read_all(conn)))) as peer:
            done = subprocess.run(["sh", "-c", 'exec "$0" 127.0.0.1 "$1" <&-', SOCKCLIENT,
                                   str(peer.port)], capture_output=True, timeout=DEADLINE, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"got 0", b""))

    def test_closed_standard_descriptors_do_not_become_the_socket(self):
        got = []
        with Peer(lambda conn: got.append(read_all(conn))) as peer:
            done = subprocess.run(["sh", "-c", 'exec "$0" -v 127.0.0.1 "$1" <&- >&- 2>&-', SOCKCLIENT,
                                   str(peer.port)], timeout=DEADLINE, check=False)
        self.assertEqual((done.returncode, got), (0, [b""]))

    def test_a_closed_stdout_pipe_ends_it_quietly_while_much_comes(self):
        def flood(conn):
            while True:
                conn.sendall(b"x" * 65536)
        with Peer(flood) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port) as client:
            read_until(client.stdout, b"x")
            client.stdout.close()
            self.assertEqual(client.status(), 0)
            self.assertEqual(client.stderr.read(), b"")

    def test_a_closed_stdout_pipe_ends_it_although_nothing_comes(self):
        with Peer(read_all) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port) as client:
            client.stdout.close()
            self.assertEqual(client.status(), 0)
            self.assertEqual(client.stderr.read(), b"")

    def test_it_ends_when_the_server_closes_although_stdin_is_open(self):
        with Peer(lambda conn: conn.sendall(b"bye\n")) as peer, \
                Program(SOCKCLIENT, "127.0.0.1", peer.port) as client:
            self.assertEqual(client.status(), 0)
            self.assertEqual(client.stdout.read(), b"bye\n")

    def test_it_ends_when_the_server_closes_although_it_never_read(self):
        may_close = threading.Event()
        def serve(conn):
            may_close.wait(DEADLINE)
            conn.shutdown(socket.SHUT_WR)
        with Peer(serve, buffer_size=4096) as peer, open("/dev/zero", "rb") as zeros, \
                Program(SOCKCLIENT, "127.0.0.1", peer.port, stdin=zeros) as client:
            wait_until(lambda: peer.connections)
            may_close.set()
            self.assertEqual(client.status(), 0)
            self.assertEqual(client.stderr.read(), b"")

    def test_a_reset_is_said_in_plain_words(self):
        with Peer(reset) as peer:
            done = run("localhost", peer.port, stdin=b"x")
        self.assertEqual(done.stderr.decode(), f"sockclient: connection to localhost port {peer.port} "
                         "was reset by the server\n")
        self.assertEqual(done.returncode, 1)

    def test_a_silent_server_is_too_much_for_the_idle_timeout(self):
        with Peer(read_all) as peer, \
                Program(SOCKCLIENT, "--idle-timeout", "200ms", "127.0.0.1", peer.port) as client:
            self.assertEqual(client.status(), 1)
            self.assertEqual(client.stderr.read(), b"sockclient: nothing came for 200 ms\n")

    def test_a_stdout_that_takes_nothing_is_an_error(self):
        with Peer(says(b"x")) as peer, open("/dev/full", "wb") as full:
            done = subprocess.run([SOCKCLIENT, "127.0.0.1", str(peer.port)], input=b"", stdout=full,
                                  stderr=subprocess.PIPE, timeout=DEADLINE, check=False)
        self.assertEqual(done.stderr, b"sockclient: cannot write to stdout: No space left on device\n")
        self.assertEqual(done.returncode, 1)

    def test_a_stdin_that_cannot_be_read_is_an_error(self):
        with Peer(read_all) as peer:
            folder = os.open("/", os.O_RDONLY)
            done = subprocess.run([SOCKCLIENT, "127.0.0.1", str(peer.port)], stdin=folder,
                                  capture_output=True, timeout=DEADLINE, check=False)
            os.close(folder)
        self.assertEqual(done.stderr, b"sockclient: cannot read stdin: Is a directory\n")
        self.assertEqual(done.returncode, 1)


class LineEnds(unittest.TestCase):
    def sent(self, text, *args):
        with Peer(echo) as peer:
            return run(*args, "127.0.0.1", peer.port, stdin=text).stdout

    def test_a_pipe_is_sent_as_it_is(self):
        self.assertEqual(self.sent(b"a\nb\r\nc\rd"), b"a\nb\r\nc\rd")

    def test_eol_none_leaves_a_pipe_as_it_is(self):
        self.assertEqual(self.sent(b"a\nb\r\nc\rd\r", "--eol", "none"), b"a\nb\r\nc\rd\r")

    def test_eol_crlf_never_doubles_a_cr(self):
        for option in (["--eol", "crlf"], ["--crlf"], ["-C"]):
            self.assertEqual(self.sent(b"a\nb\r\nc\rd\r", *option), b"a\r\nb\r\nc\rd\r")

    def test_eol_lf_makes_one_lf_of_cr_lf(self):
        self.assertEqual(self.sent(b"a\nb\r\nc\rd\r", "--eol", "lf"), b"a\nb\nc\rd\r")

    def test_cr_lf_cut_between_two_reads_is_one_line_end(self):
        with Peer(echo) as peer, Program(SOCKCLIENT, "-C", "127.0.0.1", peer.port) as client:
            client.stdin.write(b"a\r")
            self.assertEqual(read_until(client.stdout, b"a"), b"a")
            client.stdin.write(b"\nb\n")
            client.stdin.close()
            self.assertEqual(client.stdout.read(), b"\r\nb\r\n")


class OnATerminal(unittest.TestCase):
    """stdin is a pipe and stdout a terminal."""

    def shown(self, serve, *args):
        terminal, theirs = os.openpty()
        with Peer(serve) as peer, Program(SOCKCLIENT, *args, "127.0.0.1", peer.port,
                                          stdin=subprocess.DEVNULL, stdout=theirs) as client:
            os.close(theirs)
            came = b""
            try:
                while piece := os.read(terminal, 65536):
                    came += piece
            except OSError:  # the other side is closed
                pass
            os.close(terminal)
            self.assertEqual(client.status(), 0)
        return came.decode()

    def test_what_comes_is_escaped(self):
        self.assertEqual(self.shown(says(b"\x1b[31mred\x07\xff\r\nnext\n")),
                         "\\x1b[31mred\\x07\\xff\r\nnext\r\n")

    def test_raw_leaves_it_as_it_is(self):
        self.assertEqual(self.shown(says(b"\x1b[31mred\n"), "--raw"), "\x1b[31mred\r\n")

    def test_the_last_row_is_ended(self):
        self.assertEqual(self.shown(says(b"pues hola")), "pues hola\r\n")

    def test_a_character_cut_between_two_reads_is_shown_whole(self):
        terminal, theirs = os.openpty()
        go_on = threading.Event()
        def serve(conn):
            conn.sendall("a\u20ac".encode()[:2])
            go_on.wait(DEADLINE)
            conn.sendall("a\u20ac".encode()[2:] + b"\r")
            read_all(conn)
        with Peer(serve) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port,
                                          stdin=subprocess.DEVNULL, stdout=theirs) as client:
            os.close(theirs)
            self.assertEqual(os.read(terminal, 100), b"a")
            go_on.set()
            came = b""
            try:
                while piece := os.read(terminal, 100):
                    came += piece
            except OSError:
                pass
            os.close(terminal)
            self.assertEqual(client.status(), 0)
        self.assertEqual(came.decode(), "\u20ac\\x0d\r\n")

    def test_a_reset_that_sending_meets_first_is_status_1_too(self):
        for _ in range(50):  # which of the two meets it first is chance
            with Peer(reset) as peer:
                done = run("127.0.0.1", peer.port, stdin=b"x" * 3_000_000)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, rb"^sockclient: connection to 127.0.0.1 port \d+ was "
                             rb"reset by the server\n$")


if __name__ == "__main__":
    unittest.main()
