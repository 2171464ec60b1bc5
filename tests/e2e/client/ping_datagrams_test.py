"""--ping without TCP: what a relay of datagrams does to them, and UNIX sockets."""

import json
import os
import re
import tempfile
import unittest

from datagram_peer import Peer, unused_port
from harness import SOCKCLIENT, Program, Server, read_until, run


def number_in(payload):
    return int(payload.split()[0])


def first_line_of_summary(done):
    return done.stdout.decode().partition("\n\n")[2].splitlines()[0]


class Datagrams(unittest.TestCase):
    def ping(self, answers, *args):
        with Peer(answers) as peer:
            return run("--ping", "-u", "--interval", "10ms", "127.0.0.1", peer.port, *args)

    def test_an_echo_is_measured_without_a_connection(self):
        done = self.ping(lambda payload: [payload], "--count", 2)
        self.assertRegex(done.stdout.decode(),
                         r"\A1: 64 bytes, \S+ .s\n2: 64 bytes, \S+ .s\n\n"
                         r"2 sent, 2 received, 0 lost\nmin [^\n]*\n\Z")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_sockserver_answers_at_its_door(self):
        with Server("--listen", "udp:0=echo", port=None) as server:
            done = run("--ping", "-u", "--count", 100, "--interval", 0, "localhost", server.port)
        self.assertEqual(first_line_of_summary(done), "100 sent, 100 received, 0 lost")

    def test_what_a_relay_reorders_doubles_and_drops_is_counted(self):
        held = []

        def relay(payload):
            number = number_in(payload)
            if number == 2:
                held.append(payload)
                return []
            if number == 3:
                return [payload, held.pop()]
            if number == 4:
                return [payload, payload]
            return [] if number == 5 else [payload]
        done = self.ping(relay, "--count", 6, "-i", "500ms")
        lines = re.sub(r"[\d.]+ (us|ms|s)\b", "T", done.stdout.decode()).splitlines()
        self.assertEqual(lines[:8], [
            "1: 64 bytes, T", "3: 64 bytes, T", "2: 64 bytes, T, reordered", "4: 64 bytes, T",
            "4: another answer after T", "6: 64 bytes, T", "5: lost (timeout)", ""])
        self.assertEqual(lines[8], "6 sent, 5 received, 1 lost (16.7 %), 1 reordered, 1 doubled")
        self.assertEqual((done.returncode, done.stderr), (1, b""))

    def test_doubled_and_reordered_answers_are_no_failure(self):
        done = self.ping(lambda payload: [payload] * 2, "--json", "--count", 3)
        summary = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((summary["received"], summary["lost"], summary["reordered"]), (3, 0, 0))
        self.assertGreaterEqual(summary["doubled"], 2)  # the last may come after the end
        self.assertEqual(done.returncode, 0)

    def test_an_answer_that_comes_after_its_time_is_told(self):
        late = []

        def answers(payload):
            if number_in(payload) == 1:
                late.append(payload)
                return []
            return [payload] if number_in(payload) < 40 else [late[0], payload]
        done = self.ping(answers, "--interval", "50ms", "--count", 40, "-i", "1s")
        self.assertRegex(done.stdout, rb"(?m)^1: lost \(timeout\)$")
        self.assertRegex(done.stdout, rb"(?m)^1: late answer after \S+ s$")
        self.assertEqual(first_line_of_summary(done), "40 sent, 39 received, 1 lost (2.5 %), 1 late")

    def test_altered_and_foreign_datagrams_are_wrong(self):
        def answers(payload):
            return {1: [payload[:30] + b"#" + payload[31:]],
                    2: [payload[:-1]],
                    3: [b"hola\n", payload]}[number_in(payload)]
        done = self.ping(answers, "--count", 3)
        self.assertEqual(re.sub(rb"[\d.]+ (us|ms|s)\b", b"T", done.stdout).splitlines()[:5], [
            b"1: lost (wrong)", b"2: lost (wrong)", b"wrong: 5 bytes that answer no ping",
            b"3: 64 bytes, T", b""])
        self.assertEqual(first_line_of_summary(done),
                         "3 sent, 1 received, 2 lost (66.7 %), 3 wrong")

    def test_a_port_at_which_nobody_is_refuses(self):
        done = run("--ping", "-u", "--count", 2, "--interval", "10ms", "127.0.0.1", unused_port())
        self.assertRegex(done.stdout.decode(), r"(?m)^\d\d:\d\d:\d\d cannot reach 127.0.0.1 port \d+: "
                         "Connection refused$")
        self.assertEqual(first_line_of_summary(done), "2 sent, 0 received, 2 lost (100 %)")
        self.assertIn(b"2: lost (refused)", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_the_largest_datagram(self):
        with Server("--listen", "udp:0=echo", port=None) as server:
            done = run("--ping", "-u", "--count", 2, "--interval", "1ms", "--size", 65507,
                       "localhost", server.port)
        self.assertEqual(first_line_of_summary(done), "2 sent, 2 received, 0 lost")


class UnixSockets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "s")

    def test_the_connection_has_a_time_and_no_rtt_of_the_system(self):
        with Server("--listen", f"unix:{self.path}=echo", port=None):
            done = run("--ping", "--json", "--count", 2, "--interval", 0, f"unix:{self.path}")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events],
                         ["connected", "ping", "ping", "summary"])
        self.assertEqual(events[-1]["received"], 2)
        self.assertIn("connect_us", events[-1])
        self.assertNotIn("kernel_rtt_us", events[-1])
        self.assertEqual(done.returncode, 0)

    def test_datagrams(self):
        with Peer(path=self.path):
            done = run("--ping", "-u", "--count", 3, "--interval", 0, f"unix:{self.path}")
        self.assertEqual(first_line_of_summary(done), "3 sent, 3 received, 0 lost")

    def test_a_server_that_comes_back_is_found(self):
        listening = f"unix:{self.path}=echo"
        with Server("--listen", listening, port=None) as first, \
                Program(SOCKCLIENT, "--ping", "--interval", "20ms", f"unix:{self.path}") as client:
            read_until(client.stdout, b"1: 64 bytes")
            first.signal(15)
            first.status()
            came = read_until(client.stdout, b": lost (")
            with Server("--listen", listening, port=None):
                came += read_until(client.stdout, b"connected again after")
                client.signal(2)
                client.stdout.read()
                self.assertEqual(client.status(), 1)
        self.assertIn(b"the server closed the connection", came)


if __name__ == "__main__":
    unittest.main()
