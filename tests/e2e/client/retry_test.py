"""Servers that are not there yet, and pipes that end before the answer has come."""

import os
import random
import socket
import struct
import subprocess
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import DEADLINE, Peer, Program, SOCKCLIENT, echo, read_all, read_until, receive, run


class Proxy:
    """Closes its first clients at once, without a byte, as what is behind it does not listen yet."""

    def __init__(self, serve, closes=3, slowly=False):
        self.serve, self.closes, self.slowly = serve, closes, slowly
        self.count = 0
        self.lock = threading.Lock()

    def __call__(self, conn):
        with self.lock:
            self.count += 1
            if self.count <= self.closes:
                if self.slowly:
                    time.sleep(0.05)  # what was sent lies here, unread
                return
        self.serve(conn)


class Retry(unittest.TestCase):
    def test_a_server_that_closes_at_once_is_connected_to_again(self):
        for slowly in (False, True):
            for sent in b"", b"hola\n", b"x" * 60_000:
                proxy = Proxy(echo, slowly=slowly)
                with self.subTest(slowly=slowly, sent=len(sent)), Peer(proxy) as peer:
                    done = run("--retry", "30s", "127.0.0.1", peer.port, stdin=sent)
                    self.assertEqual((done.returncode, done.stdout, done.stderr), (0, sent, b""))
                    self.assertEqual(proxy.count, 4)

    def test_each_connection_begins_with_its_own_header(self):
        def serve(conn):
            header, text = read_all(conn).split(b"\r\n", 1)
            if header.startswith(b"PROXY TCP4 "):
                conn.sendall(text)
        for closes in (1, 3):
            proxy = Proxy(serve, closes=closes)
            with self.subTest(closes=closes), Peer(proxy) as peer:
                done = run("--retry", "30s", "--proxy-header", "127.0.0.1", peer.port,
                           stdin=b"hola\n")
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"hola\n", b""))

    def test_a_script_goes_on_where_it_was(self):
        for slowly in (False, True):
            proxy = Proxy(echo, slowly=slowly)
            with self.subTest(slowly=slowly), Peer(proxy) as peer:
                done = run("--retry", "30s", "127.0.0.1", peer.port, "--send", "a", "--send", "b",
                           "--expect", "a", "--expect", "b")
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"a\nb\n", b""))

    def test_a_reset_right_after_the_handshake_is_told_as_one(self):
        def abort(conn):
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for _ in range(30):
            with Peer(abort) as peer:
                done = run("127.0.0.1", peer.port, "--recv")
                self.assertEqual(
                    (done.returncode, done.stderr.decode()),
                    (1, f"sockclient: connection to 127.0.0.1 port {peer.port} was reset by the "
                        "server\n"))

    def test_a_server_that_resets_at_once_is_connected_to_again(self):
        def abort(conn):
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        def try_one(_):
            count = [0]
            def serve(conn):
                count[0] += 1
                if count[0] > 1:
                    return echo(conn)
                time.sleep(random.random() / 1000)
                return abort(conn)
            with Peer(serve) as peer:
                return run("--retry", "30s", "127.0.0.1", peer.port, stdin=b"hola\n").stdout
        # Many: the reset may come before, between and after any two steps of the client.
        with ThreadPoolExecutor(8) as clients:
            self.assertEqual(list(clients.map(try_one, range(160))), [b"hola\n"] * 160)

    def test_its_time_ends_with_the_servers_end(self):
        with Peer(lambda conn: None) as peer:
            done = run("--retry", "700ms", "127.0.0.1", peer.port, "--recv")
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"sockclient: --recv: the server closed the connection\n"))

    def test_without_it_such_an_end_is_an_end(self):
        proxy = Proxy(echo)
        with Peer(proxy) as peer:
            self.assertEqual(run("127.0.0.1", peer.port).stdout, b"")
        self.assertEqual(proxy.count, 1)

    def test_a_server_that_took_what_was_sent_is_not_told_again(self):
        count = [0]
        def serve(conn):
            count[0] += 1
            receive(conn, b"hola\n")
        with Peer(serve) as peer:
            done = run("--retry", "30s", "127.0.0.1", peer.port, stdin=b"hola\n")
        self.assertEqual((done.returncode, done.stdout, count), (0, b"", [1]))

    def test_a_hex_dump_shows_what_is_sent_again(self):
        with Peer(Proxy(echo, closes=1, slowly=True)) as peer:
            done = run("--retry", "30s", "-x", "127.0.0.1", peer.port, stdin=b"hola\n")
        self.assertEqual([row[:23] for row in done.stderr.decode().splitlines()],
                         ["> 00000000  68 6f 6c 61", "> 00000005  68 6f 6c 61",
                          "< 00000000  68 6f 6c 61"])


class UntilSilent(unittest.TestCase):
    def test_a_server_that_answers_late_and_closes_at_our_end_is_waited_for(self):
        def serve(conn):
            receive(conn, b"hola\n")
            conn.settimeout(0.2)
            try:
                conn.recv(1)
                return  # our end
            except TimeoutError:
                conn.settimeout(DEADLINE)
            conn.sendall(b"pues hola\n")
            ends.append(read_all(conn))
        ends = []
        with Peer(serve) as peer:
            done = run("127.0.0.1", peer.port, "--until-silent", "500ms", stdin=b"hola\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"pues hola\n", b""))
        self.assertEqual(ends, [b""])

    def test_silence_begins_with_the_end_of_input_and_anew_with_each_byte(self):
        def serve(conn):
            receive(conn, b"a")
            for _ in range(4):
                time.sleep(0.15)
                conn.sendall(b"x")
            read_all(conn)
        with Peer(serve) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port, "--until-silent",
                                          "300ms") as client:
            time.sleep(0.5)  # stdin is open: no silence
            client.stdin.write(b"a")
            self.assertEqual(read_until(client.stdout, b"x"), b"x")
            client.stdin.close()
            self.assertEqual(client.status(), 0)
            self.assertEqual(client.stdout.read(), b"xxx")

    def test_a_reader_that_stops_for_longer_loses_nothing(self):
        much = b"x" * 1_000_000
        def serve(conn):
            conn.sendall(much)
            read_all(conn)
        with Peer(serve) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port, "--until-silent",
                                          "100ms", stdin=subprocess.DEVNULL) as client:
            self.assertRaises(subprocess.TimeoutExpired, client.process.wait, 0.5)
            self.assertEqual(len(client.stdout.read()), len(much))
            self.assertEqual(client.status(), 0)

    def test_no_time_at_all_ends_at_once(self):
        with Peer(read_all) as peer:
            self.assertEqual(run("127.0.0.1", peer.port, "--until-silent", "0").returncode, 0)

    def test_after_a_script_too(self):
        ends = []
        def serve(conn):
            receive(conn, b"a\n")
            conn.settimeout(0.3)
            try:
                ends.append(conn.recv(1))
            except TimeoutError:
                conn.sendall(b"late")
        with Peer(serve) as peer:
            done = run("127.0.0.1", peer.port, "--until-silent", "5s", "--send", "a")
        self.assertEqual((done.returncode, done.stdout, ends), (0, b"late", []))


@unittest.skipIf(os.environ.get("SOCK_SANITIZE") or "SHORT_POLL" not in os.environ, "not preloaded here")
class LongTimes(unittest.TestCase):
    """poll(2) cannot wait for more than 24.8 days; times may be longer."""

    def test_no_time_ends_with_the_longest_that_poll_has(self):
        for args in (["-i", "1000h"], ["--until-silent", "1000h"], ["-i", "1000h", "--recv"],
                     ["--until-silent", "1000h", "--pause", "0"]):
            go_on = threading.Event()
            def serve(conn, go_on=go_on):
                go_on.wait(DEADLINE)
                conn.sendall(b"late\n")
            with self.subTest(args=args), Peer(serve) as peer, Program(
                    SOCKCLIENT, "127.0.0.1", peer.port, *args, stdin=subprocess.DEVNULL,
                    env={**os.environ, "LD_PRELOAD": os.environ["SHORT_POLL"]}) as client:
                self.assertRaises(subprocess.TimeoutExpired, client.process.wait, 0.2)
                go_on.set()
                self.assertEqual((client.status(), client.stdout.read()), (0, b"late\n"))


if __name__ == "__main__":
    unittest.main()
