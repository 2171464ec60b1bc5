"""--json: one object a line on stdout, for the steps of a conversation and for pings."""

import datetime
import json
import re
import socket
import unittest

from datagram_peer import Peer as DatagramPeer
from harness import Peer, Server, echo, read_all, reset, run, says

COMMON = {"time", "event"}


def events_of(done):
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def without(event, *names):
    return {name: value for name, value in event.items() if name not in {"time", *names}}


class Json(unittest.TestCase):
    def talk(self, serve, *args):
        with Peer(serve) as peer:
            done = run("--json", "127.0.0.1", peer.port, *args)
        return done, events_of(done)

    def test_steps_are_told_one_by_one(self):
        done, events = self.talk(echo, "--send", 'qué "tal"', "--recv", "--pause", "1ms", "--send=",
                                 "--match", "^$")
        self.assertEqual([event["event"] for event in events],
                         ["connected", "sent", "received", "sent", "received", "summary"])
        self.assertEqual(set(events[0]), {*COMMON, "connect_us"})
        for event in events[1:3]:
            self.assertEqual(without(event, "event"), {"bytes": 10, "text": 'qué "tal"'})
        self.assertEqual(without(events[3], "event"), {"bytes": 0, "text": ""})
        self.assertEqual(without(events[5], "connect_us", "kernel_rtt_us"),
                         {"event": "summary", "sent": 2, "received": 2})
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_the_time_is_that_of_utc_and_is_now(self):
        before = datetime.datetime.now(datetime.timezone.utc)
        _, events = self.talk(echo, "--send", "x", "--recv")
        for event in events:
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            time = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
            self.assertLess(abs(time - before), datetime.timedelta(minutes=1))

    def test_what_nobody_asked_for_is_told_in_messages_too(self):
        _, events = self.talk(says(b"one\ntwo\r\nthree"), "--recv")
        self.assertEqual([event["text"] for event in events if event["event"] == "received"],
                         ["one", "two", "three"])
        self.assertEqual(events[-1]["received"], 3)

    def test_bytes_that_are_no_text_and_long_lines_are_whole_and_harmless(self):
        long = "x" * 100_000
        done, events = self.talk(says(b"\xff\x1b[2J\x00\n" + long.encode() + b"\n"), "--recv",
                                 "--recv")
        self.assertEqual(without(events[1], "event"), {"bytes": 6, "text": "\ufffd\x1b[2J\0"})
        self.assertEqual(events[2]["text"], long)
        self.assertNotIn(b"\x1b", done.stdout)

    def test_a_failure_has_a_reason(self):
        for serve, args, reason, status, words in [
                (echo, ["--send", "a", "--expect", "b"], "wrong", 3, 'expected "b", got "a"'),
                (echo, ["--send", "a", "--match", "^b"], "wrong", 3,
                 'expected a match of "^b", got "a"'),
                (read_all, ["--recv", "-i", "200ms"], "timeout", 1,
                 "--recv: nothing came in 200 ms"),
                (lambda conn: None, ["--recv"], "closed", 1,
                 "--recv: the server closed the connection"),
                (reset, ["--send", "x", "--recv"], "reset", 1,
                 "connection to 127.0.0.1 port N was reset by the server")]:
            with self.subTest(reason=reason):
                done, events = self.talk(serve, *args)
                last = events[-1]
                self.assertEqual(re.sub(r"port \d+", "port N", last.pop("text")), words)
                self.assertEqual(without(last), {"event": "failed", "reason": reason})
                self.assertEqual(done.returncode, status)
                self.assertEqual(re.sub(r"port \d+", "port N", done.stderr.decode()),
                                 f"sockclient: {words}\n")

    def test_a_connection_that_is_not_made_has_one_too(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            for host, port, reason in [("127.0.0.1", holder.getsockname()[1], "refused"),
                                       ("no-such-host.invalid", 9, "name")]:
                for what in ("--ping", "--recv"):
                    done = run("--json", what, host, port)
                    self.assertEqual([without(event, "text") for event in events_of(done)],
                                     [{"event": "failed", "reason": reason}])
                    self.assertEqual(done.returncode, 1)

    def test_datagrams_have_no_connection(self):
        with DatagramPeer() as peer:
            done = run("--json", "-u", "127.0.0.1", peer.port, "--send", "a", "--recv")
        self.assertEqual([without(event) for event in events_of(done)],
                         [{"event": "sent", "bytes": 1, "text": "a"},
                          {"event": "received", "bytes": 1, "text": "a"},
                          {"event": "summary", "sent": 1, "received": 1}])

    def test_pings(self):
        with Server("--protocol", "echo") as server:
            done = run("--ping", "--json", "--count", 2, "--interval", 0, "localhost", server.port)
        events = events_of(done)
        self.assertEqual([event["event"] for event in events],
                         ["connected", "ping", "ping", "summary"])
        self.assertEqual(set(events[1]), {*COMMON, "seq", "bytes", "rtt_us"})
        self.assertEqual([(event["seq"], event["bytes"]) for event in events[1:3]],
                         [(1, 64), (2, 64)])
        summary = events[3]
        self.assertEqual(set(summary), {*COMMON, "sent", "received", "lost", "min_us", "avg_us",
                                        "max_us", "p50_us", "p99_us", "connect_us",
                                        "kernel_rtt_us"})
        self.assertEqual((summary["sent"], summary["received"], summary["lost"]), (2, 2, 0))
        times = sorted(event["rtt_us"] for event in events[1:3])
        self.assertEqual([summary["min_us"], summary["max_us"]], times)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_lost_connection_and_its_pings(self):
        def serve(conn):
            conn.recv(64)
        with Peer(serve) as peer:
            done = run("--ping", "--json", "-q", "--count", 1, "127.0.0.1", peer.port)
        self.assertEqual([without(event) for event in events_of(done)][:2],
                         [{"event": "failed", "reason": "closed",
                           "text": "the server closed the connection"},
                          {"event": "failed", "seq": 1, "reason": "closed"}])
        self.assertEqual(events_of(done)[-1]["lost"], 1)

    def test_without_anything_to_tell_of_it_is_wrong_usage(self):
        done = run("--json")
        self.assertEqual((done.returncode, done.stdout, done.stderr.decode()), (
            2, b"", "sockclient: --json: goes with --ping, or with steps (--send, --recv ...)\n"
            "(try sockclient --help)\n"))


if __name__ == "__main__":
    unittest.main()
