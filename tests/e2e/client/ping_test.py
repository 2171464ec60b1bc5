"""--ping: what it measures, and what it says of servers that do wrong things."""

import re
import socket
import struct
import threading
import unittest

from harness import (DEADLINE, SOCKCLIENT, Peer, Program, Server, echo, read_until, reset,
                     run)
from on_a_pty import Pty

SIZE = 64


def receive_ping(conn, size=SIZE):
    """The next one, whole; empty at the client's end."""
    payload = b""
    while len(payload) < size and (piece := conn.recv(size - len(payload))):
        payload += piece
    return payload


def numbered(conn):
    """The pings that come, as they are."""
    while payload := receive_ping(conn):
        yield payload


def answering(answer):
    """A peer that answers each ping with `answer(number, payload)`."""
    def serve(conn):
        for payload in numbered(conn):
            conn.sendall(answer(int(payload.split()[0]), payload))
    return serve


class Turns:
    """A peer that serves its first client in the first way, and so on; the last way is kept."""

    def __init__(self, *ways):
        self.ways = list(ways)
        self.lock = threading.Lock()

    def __call__(self, conn):
        with self.lock:
            way = self.ways.pop(0) if len(self.ways) > 1 else self.ways[0]
        way(conn)


def without_times(text):
    """Its lines, with T in place of each time, and no time of day."""
    text = re.sub(r"\b[\d.]+ (us|ms|s)\b", "T", text)
    return re.sub(r"^\d\d:\d\d:\d\d ", "", text, flags=re.M).splitlines()


class Ping(unittest.TestCase):
    def ping(self, serve, *args):
        """Status, lines before the summary, and the first line of that."""
        with Peer(serve) as peer:
            done = run("--ping", "--interval", "10ms", "127.0.0.1", peer.port, *args)
        self.assertEqual(done.stderr.decode(), "")
        lines = without_times(done.stdout.decode())
        self.assertEqual(lines[0], f"connected to 127.0.0.1 port {peer.port} in T")
        end = lines.index("")
        return done.returncode, lines[1:end], lines[end + 1]

    def test_an_echo_is_measured(self):
        with Server("--protocol", "echo") as server:
            done = run("--ping", "--count", 3, "--interval", "1ms", "localhost", server.port)
        self.assertEqual(without_times(done.stdout.decode()), [
            f"connected to localhost port {server.port} in T",
            "1: 64 bytes, T", "2: 64 bytes, T", "3: 64 bytes, T", "",
            "3 sent, 3 received, 0 lost",
            "min T, avg T, max T, p50 T, p99 T",
            "connected in T, the system's own rtt T"])
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_each_protocol_that_echoes_lines_will_do_in_each_mode(self):
        for mode in "threads", "blocking", "async":
            with Server("--protocol", "quit", "--mode", mode) as server:
                done = run("--ping", "--count", 200, "--interval", 0, "-q", "localhost",
                           server.port)
            self.assertEqual(done.stdout.splitlines()[0], b"200 sent, 200 received, 0 lost")
            self.assertEqual(done.returncode, 0)

    def test_what_is_sent_has_the_size_and_a_line_end(self):
        came = []

        def serve(conn):
            came.append(receive_ping(conn, 1 << 20))
            conn.sendall(came[0])
        self.assertEqual(self.ping(serve, "--count", 1, "--size", "1M")[0], 0)
        self.assertEqual(len(came[0]), 1 << 20)
        self.assertEqual(came[0].index(b"\n"), len(came[0]) - 1)

    def test_an_answer_may_come_in_any_pieces(self):
        def serve(conn):
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for payload in numbered(conn):
                for byte in payload:
                    conn.sendall(bytes([byte]))
        self.assertEqual(self.ping(serve, "--count", 2),
                         (0, ["1: 64 bytes, T", "2: 64 bytes, T"], "2 sent, 2 received, 0 lost"))

    def test_an_altered_answer_is_wrong_and_no_other_is(self):
        def flip(number, payload):
            return payload[:40] + b"#" + payload[41:] if number == 2 else payload
        self.assertEqual(self.ping(answering(flip), "--count", 3), (
            1, ["1: 64 bytes, T", "2: lost (wrong)", "3: 64 bytes, T"],
            "3 sent, 2 received, 1 lost (33.3 %), 1 wrong"))

    def test_another_text_is_wrong(self):
        status, lines, _ = self.ping(answering(lambda number, payload: b"pues hola\n"),
                                     "--count", 1)
        self.assertEqual((status, lines), (1, ["1: lost (wrong)"]))

    def test_another_text_without_a_line_end_is_wrong_when_its_time_is_over(self):
        status, lines, _ = self.ping(answering(lambda number, payload: b"pues hola"),
                                     "--count", 1, "-i", "500ms")
        self.assertEqual((status, lines),
                         (1, ["no answer in T", "1: lost (wrong)"]))

    def test_an_answer_that_comes_twice_is_wrong_in_a_stream(self):
        status, lines, summary = self.ping(
            answering(lambda number, payload: payload * (2 if number == 1 else 1)), "--count", 2)
        self.assertEqual((status, lines),
                         (1, ["1: 64 bytes, T", "1: another answer after T", "2: 64 bytes, T"]))
        self.assertEqual(summary, "2 sent, 2 received, 0 lost, 1 wrong, 1 doubled")

    def test_what_comes_unasked_is_wrong(self):
        def serve(conn):
            conn.sendall(receive_ping(conn) + b"welcome\n")
            echo(conn)
        with Peer(serve) as peer:
            done = run("--ping", "--count", 2, "--interval", "20ms", "127.0.0.1", peer.port)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"1 wrong", done.stdout)

    def test_a_banner_is_not_an_answer(self):
        with Server("-P", "echo", "--banner", "welcome") as server:
            done = run("--ping", "--count", 2, "--interval", "0", "localhost", server.port)
        self.assertEqual((done.returncode, done.stdout.count(b": 64 bytes, ")), (0, 2))

    def test_an_answer_that_does_not_come_is_lost_and_a_new_connection_made(self):
        def deaf(conn):
            while conn.recv(1024):
                pass
        self.assertEqual(self.ping(Turns(deaf, echo), "--count", 2, "-i", "500ms",
                                   "--interval", "0"), (
            1, ["no answer in T", "1: lost (timeout)", "connected again after T, in T",
                "2: 64 bytes, T"], "2 sent, 1 received, 1 lost (50 %)"))

    def test_an_answer_later_than_that_comes_to_nobody(self):
        late = threading.Event()

        def slow(conn):
            payload = receive_ping(conn)
            late.wait(DEADLINE)
            conn.sendall(payload)

        def second(conn):
            late.set()
            echo(conn)
        status, _, summary = self.ping(Turns(slow, second), "--count", 2, "-i", "500ms",
                                       "--interval", "0")
        self.assertEqual((status, summary), (1, "2 sent, 1 received, 1 lost (50 %)"))

    def test_it_goes_on_over_connections_that_are_closed_or_reset(self):
        def cut(conn):
            conn.sendall(receive_ping(conn)[:10])
        for end, why, words in [
                (receive_ping, "closed", "the server closed the connection"),
                (cut, "closed", "the server closed the connection"),
                (reset, "reset", "connection to 127.0.0.1 port N was reset by the server")]:
            with self.subTest(end):
                status, lines, summary = self.ping(Turns(end, echo), "--count", 2,
                                                   "--interval", "0")
                self.assertEqual([re.sub(r"port \d+", "port N", line) for line in lines],
                                 [words, f"1: lost ({why})", "connected again after T, in T",
                                  "2: 64 bytes, T"])
                self.assertEqual((status, summary), (1, "2 sent, 1 received, 1 lost (50 %)"))

    def test_a_server_that_accepts_and_closes_at_once_is_not_besieged(self):
        accepted = []

        def at_once(conn):
            accepted.append(conn)
        status, lines, summary = self.ping(at_once, "--count", 3, "--interval", "0")
        self.assertEqual(status, 1)
        self.assertEqual(summary, "3 sent, 0 received, 3 lost (100 %)")
        self.assertLessEqual(len(accepted), 5)
        self.assertEqual(sum("lost" in line for line in lines), 3)

    def test_a_connection_that_ends_between_two_pings_loses_none(self):
        def once(conn):
            conn.sendall(receive_ping(conn))
        status, lines, summary = self.ping(once, "--count", 2, "--interval", "500ms")
        self.assertEqual((status, summary), (0, "2 sent, 2 received, 0 lost"))
        self.assertEqual(lines[1], "the server closed the connection")

    def test_a_server_that_is_away_is_waited_for(self):
        with Server("--protocol", "echo") as first:
            port = first.port
            with Program(SOCKCLIENT, "--ping", "--interval", "20ms", "localhost", port) as client:
                read_until(client.stdout, b"2: 64 bytes")
                first.signal(15)
                first.status()
                came = read_until(client.stdout, b"lost (refused)\n")
                with Server("--protocol", "echo", port=port) as _:
                    came += read_until(client.stdout, b"connected again after")
                    came += read_until(client.stdout, b"64 bytes")
                    client.signal(2)
                    rest = client.stdout.read()
                    self.assertEqual(client.status(), 1)
        lines = without_times(came.decode())
        self.assertIn("the server closed the connection", lines)
        refused = f"cannot connect to localhost port {port}: Connection refused (tried ::1, 127.0.0.1)"
        self.assertEqual(lines.count(refused), 1)
        self.assertRegex(came, rb"(?m)^\d\d:\d\d:\d\d cannot connect")
        self.assertIn(b" lost (", rest)

    def test_ctrl_c_ends_it_with_the_summary(self):
        for number in 2, 15:
            with (Server("--protocol", "echo") as server,
                  Program(SOCKCLIENT, "--ping", "--interval", "1h", "localhost",
                          server.port) as client):
                read_until(client.stdout, b"\n1: 64 bytes")
                client.signal(number)
                self.assertIn(b"\n1 sent, 1 received, 0 lost\n", client.stdout.read())
                self.assertEqual(client.status(), 0)

    def test_a_terminal_is_left_alone_and_ctrl_c_typed_at_it(self):
        with (Server("--protocol", "echo") as server,
              Pty(SOCKCLIENT, "--ping", "--interval", "1h", "localhost", server.port) as client):
            client.wait_for(b"1: 64 bytes")
            self.assertEqual(client.settings(), client.before)
            client.type(b"\x03")
            client.wait_for(b"^C\r\n1 sent, 1 received, 0 lost\r\n")
            self.assertEqual(client.status(), 0)

    def test_ctrl_c_while_an_answer_is_waited_for_has_no_loss(self):
        came = threading.Event()

        def deaf(conn):
            receive_ping(conn)
            came.set()
            conn.recv(1)
        with (Peer(deaf) as peer,
              Program(SOCKCLIENT, "--ping", "127.0.0.1", peer.port, "--interval", "1h") as client):
            self.assertTrue(came.wait(DEADLINE))
            client.signal(2)
            self.assertIn(b"1 sent, 0 received, 0 lost, 1 without an answer yet\n",
                          client.stdout.read())
            self.assertEqual(client.status(), 0)

    def test_a_deaf_server_that_takes_nothing_is_given_up(self):
        done = threading.Event()

        def deaf(conn):
            done.wait(DEADLINE)
        with Peer(Turns(deaf, echo), buffer_size=4096) as peer:
            ended = run("--ping", "--size", "8M", "--count", 2, "-i", "5s", "--interval", 0,
                        "127.0.0.1", peer.port)
            done.set()
        self.assertIn(b"1: lost (timeout)", ended.stdout)
        self.assertIn(b"2: 8388608 bytes", ended.stdout)
        self.assertEqual(ended.returncode, 1)

    def test_without_a_first_connection_there_is_no_ping(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            port = holder.getsockname()[1]
            done = run("--ping", "127.0.0.1", port)
        self.assertEqual((done.returncode, done.stdout, done.stderr.decode()), (
            1, b"", f"sockclient: cannot connect to 127.0.0.1 port {port}: Connection refused\n"))

    def test_retry_covers_a_server_that_closes_at_once(self):
        status, lines, _ = self.ping(Turns(lambda conn: None, lambda conn: None, echo),
                                     "--retry", "10s", "--count", 1)
        self.assertEqual((status, lines), (0, ["1: 64 bytes, T"]))

    def test_a_closed_stdout_ends_it(self):
        with (Server("--protocol", "echo") as server,
              Program(SOCKCLIENT, "--ping", "--interval", 0, "localhost", server.port) as client):
            read_until(client.stdout, b"1: 64 bytes")
            client.stdout.close()
            self.assertEqual(client.status(), 0)

    def test_timestamps_stand_before_each_line(self):
        with Server("--protocol", "echo") as server:
            done = run("--ping", "--count", 1, "--timestamps", "localhost", server.port)
        self.assertRegex(done.stdout, rb"(?m)^\d\d:\d\d:\d\d 1: 64 bytes")

    def test_wrong_usage(self):
        for args, complaint in [
                (["--count", "3"], "--count: goes with --ping"),
                (["--interval", "1s"], "--interval: goes with --ping"),
                (["--size", "64"], "--size: goes with --ping"),
                (["--count", "0", "--ping"], '--count: "0" is not a number (1 to 4294967295)'),
                (["--send", "x", "--ping"], "--send: not with --ping"),
                (["--ping", "--eol", "lf"], "--eol: not with --ping"),
                (["--ping", "--until-silent", "1s"], "--until-silent: not with --ping"),
                (["--ping", "--size", "20"], "--size: 20 has no room for the number of a ping "
                 "(21 or more; less with --count)"),
                (["--size", "2", "--count", "10", "--ping"],
                 "--size: 2 has no room for the number of a ping (3 or more)"),
                (["--ping", "-u", "--size", "64K"],
                 "--size: 65536 does not fit into a datagram (65507)")]:
            with self.subTest(args=args):
                done = run(*args)
                self.assertEqual(done.stderr.decode(),
                                 f"sockclient: {complaint}\n(try sockclient --help)\n")
                self.assertEqual((done.stdout, done.returncode), (b"", 2))


if __name__ == "__main__":
    unittest.main()
