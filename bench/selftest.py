"""Tests the load generator and the baselines: each load once, a few rounds, all verified.

Nothing is measured. Run as: python3 selftest.py FOLDER (of the programs).
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import types
import unittest

from programs import Failure, Server, Skipped, load
from tls import certificate

FOLDER = sys.argv.pop(1)


def run(baseline, command, *work, **options):
    with Server([os.path.join(FOLDER, "baseline_" + baseline), *(work or ["echo"])]) as server:
        return load(os.path.join(FOLDER, "bench_load"), command, server, **options)


class EchoBaselines(unittest.TestCase):
    def each(self, command, *work, **options):
        for baseline in ("threads", "epoll"):
            with self.subTest(baseline):
                yield run(baseline, command, *work, **options)

    def test_echo(self):
        for result in self.each("echo", clients=5, rounds=20):
            self.assertEqual(result["operations"], 100)

    def test_echo_of_more_than_a_socket_takes_at_once(self):
        for result in self.each("echo", clients=2, rounds=3, size=8_000_000):
            self.assertEqual(result["operations"], 6)

    def test_lines(self):
        for result in self.each("lines", "lines", clients=5, rounds=20):
            self.assertEqual(result["operations"], 100)

    def test_lines_that_come_in_parts(self):
        for result in self.each("lines", "lines", clients=2, rounds=20, size=60_000):
            self.assertEqual(result["operations"], 40)

    def test_echo_at_a_unix_socket(self):
        for result in self.each("echo", "echo", str(os.getpid() % 65536), unix=1, clients=5,
                                rounds=20):
            self.assertEqual(result["operations"], 100)

    def test_connect(self):
        for result in self.each("connect", clients=3, rounds=10):
            self.assertEqual(result["operations"], 30)

    def test_bulk(self):
        for result in self.each("bulk", rounds=20):
            self.assertGreaterEqual(result["operations"], 20 * 256 * 1024)

    def test_idle(self):
        for result in self.each("idle", clients=20):
            self.assertEqual(result["clients"], 20)

    def test_fair(self):
        for result in self.each("fair", clients=5, rounds=50):
            self.assertEqual(result["operations"], 250)

    def test_a_wrong_answer_is_found(self):
        with self.assertRaises(Failure):
            run("threads", "echo", "lines", clients=1, rounds=1, size=70_000)


class TlsBaselines(unittest.TestCase):
    def setUp(self):
        if not os.path.exists(os.path.join(FOLDER, "baseline_tls_epoll")):
            self.skipTest("built without OpenSSL")
        try:
            self.file = certificate()
        except Skipped as why:
            self.skipTest(str(why))

    def each(self, command, **options):
        for baseline in ("tls_threads", "tls_epoll"):
            with self.subTest(baseline):
                yield run(baseline, command, self.file, tls=1, **options)

    def test_echo(self):
        for result in self.each("echo", clients=5, rounds=20):
            self.assertEqual(result["operations"], 100)

    def test_echo_of_more_than_a_socket_takes_at_once(self):
        for result in self.each("echo", clients=2, rounds=3, size=8_000_000):
            self.assertEqual(result["operations"], 6)

    def test_full_and_resumed_handshakes(self):
        for resume in (0, 1):
            for result in self.each("connect", clients=3, rounds=10, resume=resume):
                self.assertEqual(result["operations"], 30)

    def test_bulk(self):
        for result in self.each("bulk", rounds=20):
            self.assertGreaterEqual(result["operations"], 20 * 256 * 1024)

    def test_idle(self):
        for result in self.each("idle", clients=20):
            self.assertEqual(result["clients"], 20)


class PingBaseline(unittest.TestCase):
    def ping(self, *work):
        with Server([os.path.join(FOLDER, "baseline_threads"), *work]) as server:
            return subprocess.run([os.path.join(FOLDER, "baseline_ping"), str(server.port), "10"],
                                  capture_output=True, text=True, check=False)

    def test_half_of_the_times_are_not_above_what_it_says(self):
        done = self.ping("echo")
        self.assertRegex(done.stdout, r"^p50_us=\d+\.\d\n$")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class DatagramBaseline(unittest.TestCase):
    def test_echo(self):
        for flight in (1, 4):
            with self.subTest(flight):
                result = run("datagrams", "datagrams", clients=5, rounds=20, flight=flight)
                self.assertGreaterEqual(result["operations"], 100)


@contextlib.contextmanager
def datagram_server(answers):
    """A server in Python, which sends back `answers(data, peer)`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        own = door.getsockname()

        def serve():
            while (received := door.recvfrom(65536))[1] != own:
                for answer in answers(*received):
                    door.sendto(answer, received[1])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield types.SimpleNamespace(port=own[1], pid=0, command=["a server in Python"])
        finally:
            door.sendto(b"", own)
            thread.join()


class LostDatagrams(unittest.TestCase):
    def load(self, answers, **options):
        with datagram_server(answers) as server:
            return load(os.path.join(FOLDER, "bench_load"), "datagrams", server, **options)

    def test_a_lost_one_is_sent_again_while_others_are_busy(self):
        peers = []  # senders in the order of their datagrams

        def answers(data, peer):
            peers.append(peer)
            return [] if len(peers) == 1 else [data]

        result = self.load(answers, clients=2, seconds=0.6, warmup=0)
        self.assertEqual(result["lost"], 1)
        self.assertIn(peers[0], peers[1:])
        again = peers.index(peers[0], 1)
        self.assertTrue(any(peer != peers[0] for peer in peers[again:]))

    def test_a_late_answer_is_none(self):
        came = []

        def answers(data, _):
            came.append(data)
            return [[], [data, data]][len(came) - 1] if len(came) <= 2 else [data]

        self.assertEqual(self.load(answers, clients=1, rounds=5)["operations"], 5)

    def test_no_answer_while_it_is_measured_is_a_failure(self):
        came = []

        def answers(data, _):
            came.append(data)
            return [] if len(came) == 1 else [data]

        with self.assertRaises(Failure):
            self.load(answers, clients=1, seconds=0.1, warmup=0)

    def test_a_wrong_answer_is_found_after_a_loss(self):
        came = []

        def answers(data, _):
            came.append(data)
            return [] if len(came) == 1 else [b"wrong", data]

        with self.assertRaises(Failure):
            self.load(answers, clients=1, rounds=5)


class ChatBaseline(unittest.TestCase):
    def test_chat(self):
        for flight in (1, 16):
            with self.subTest(flight):
                result = run("chat", "chat", clients=20, rounds=100, flight=flight)
                self.assertGreaterEqual(result["operations"], 20 * 100)

    def test_idle_members(self):
        self.assertEqual(run("chat", "chat-idle", clients=20)["clients"], 21)


unittest.main()
