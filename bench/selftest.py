"""The load generator and the baselines work: each kind of load once, a few rounds, all verified.

Nothing is measured. Run as: python3 selftest.py FOLDER, where the programs are.
"""

import os
import sys
import unittest

from programs import Failure, Server, load

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


class DatagramBaseline(unittest.TestCase):
    def test_echo(self):
        for flight in (1, 4):
            with self.subTest(flight):
                result = run("datagrams", "datagrams", clients=5, rounds=20, flight=flight)
                self.assertGreaterEqual(result["operations"], 100)


class ChatBaseline(unittest.TestCase):
    def test_chat(self):
        for flight in (1, 16):
            with self.subTest(flight):
                result = run("chat", "chat", clients=20, rounds=100, flight=flight)
                self.assertGreaterEqual(result["operations"], 20 * 100)

    def test_idle_members(self):
        self.assertEqual(run("chat", "chat-idle", clients=20)["clients"], 21)


unittest.main()
