"""--fault, and faults as attributes of a door: what a raw peer sees of them, in every mode."""

import json
import re
import signal
import socket
import tempfile
import unittest
from contextlib import ExitStack

from harness import DEADLINE, Server, run_server, wait_until

MODES = ("blocking", "threads", "async")
TEXT = b"hola que tal\n"


def pieces_of(conn):
    """What comes until the end, as it comes; "reset" if it ends with that."""
    pieces = []
    try:
        while piece := conn.recv(1 << 16):
            pieces.append(piece)
    except ConnectionResetError:
        pieces.append("reset")
    return pieces


def ask(conn, text=TEXT):
    conn.sendall(text)
    conn.shutdown(socket.SHUT_WR)
    return pieces_of(conn)


def ask_and_stay(conn):
    conn.sendall(TEXT)
    return pieces_of(conn)


class Rows(unittest.TestCase):
    """Each row of the table, in every mode, at a door of TCP and at a UNIX socket."""

    def each(self, fault, told, at_unix=True, ends=True):
        """Yields a client for each; afterwards the fault was told once, and the client's end."""
        for mode in MODES:
            for kind in ("tcp", "unix") if at_unix else ("tcp",):
                with self.subTest(fault=fault, mode=mode, kind=kind), \
                        tempfile.TemporaryDirectory() as folder:
                    door = f"unix:{folder}/door" if kind == "unix" else "0"
                    with Server("--listen", f"{door}=echo,{fault}", "--mode", mode, "-v",
                                port=None) as server:
                        conn = (socket.socket(socket.AF_UNIX) if kind == "unix"
                                else server.connect())
                        with conn:
                            conn.settimeout(DEADLINE)
                            if kind == "unix":
                                conn.connect(f"{folder}/door")
                            yield conn
                        if ends:
                            server.wait_for_log(r"#1 (closed by .*|connection lost.*)")
                        self.assertEqual(server.log().count("fault: "), 1, server.log())
                        self.assertIn(f"#1 fault: {told}\n", server.log())

    def test_delay(self):
        for conn in self.each("delay=20ms", "delayed by 20 ms"):
            self.assertEqual(b"".join(ask(conn)), TEXT)

    def test_drip(self):
        for conn in self.each("drip=1@5ms", "in pieces of 1 byte, 5 ms apart"):
            pieces = ask(conn)
            self.assertEqual(b"".join(pieces), TEXT)
            self.assertGreater(len(pieces), 3)  # some may have come together all the same

    def test_rate(self):
        for conn in self.each("rate=100", "no more than 100 bytes a second"):
            pieces = ask(conn)
            self.assertEqual(b"".join(pieces), TEXT)
            self.assertGreater(len(pieces), 1)

    def test_close_is_the_end_of_the_stream_with_that_byte(self):
        for conn in self.each("close=5", "closed after 5 bytes"):
            self.assertEqual(b"".join(ask_and_stay(conn)), TEXT[:5])

    def test_close_at_once(self):
        for conn in self.each("close=0", "closed after 0 bytes"):
            self.assertEqual(pieces_of(conn), [])

    def test_reset_takes_none_of_the_bytes_before_it(self):
        for conn in self.each("reset=5", "reset after 5 bytes", at_unix=False):
            pieces = ask_and_stay(conn)
            self.assertEqual((b"".join(pieces[:-1]), pieces[-1]), (TEXT[:5], "reset"))

    def test_reset_at_once(self):
        for mode in MODES:
            with self.subTest(mode=mode), \
                    Server("-P", "echo", "--fault", "reset=0", "-v", "--mode", mode) as server:
                try:
                    with server.connect() as conn:
                        pieces = pieces_of(conn)
                except ConnectionResetError:  # so early that connect() has it
                    pieces = ["reset"]
                self.assertEqual(pieces, ["reset"])
                server.wait_for_log("#1 fault: reset after 0 bytes")

    def test_mute_takes_everything(self):
        for conn in self.each("mute", "nothing is sent"):
            self.assertEqual(ask(conn, b"x" * 3_000_000), [])

    def test_deaf_lets_the_window_fill(self):
        for conn in self.each("deaf", "nothing is taken", ends=False):
            conn.settimeout(0.2)
            with self.assertRaises(TimeoutError):
                while True:
                    conn.sendall(b"x" * 1_000_000)

    def test_flip(self):
        for conn in self.each("flip=4", "one bit wrong in every 4 bytes"):
            self.assertEqual(b"".join(ask(conn, b"a" * 10)), b"aaa`aaa`aa")

    def test_the_dump_shows_what_is_on_the_wire(self):
        for mode in MODES:
            with self.subTest(mode=mode), \
                    Server("-q", "-x", "-P", "echo", "--fault", "flip=1", "--mode", mode) as server:
                with server.connect() as conn:
                    self.assertEqual(b"".join(ask(conn, b"AAAA")), b"@@@@")
                server.wait_for_log(r"#1 > 00000000  40 40 40 40 .*\|@@@@\|")


class NoAccept(unittest.TestCase):
    def test_clients_stay_in_the_backlog(self):
        for mode in MODES:
            with self.subTest(mode=mode), \
                    Server("--fault", "no-accept", "--host", "127.0.0.1", "--mode", mode) as server:
                with server.connect() as conn:
                    server.wait_for_log(
                        re.escape(f"fault: not accepting at 127.0.0.1:{server.port}"))
                    conn.sendall(TEXT)
                    conn.settimeout(0.1)
                    with self.assertRaises(TimeoutError):
                        conn.recv(1)


class Several(unittest.TestCase):
    def test_a_door_has_its_own_besides_those_of_all(self):
        with Server("--listen", "0=echo,close=3", "--listen", "0=echo", "--fault", "flip=2",
                    port=None, doors=2) as server:
            for port, wanted in zip(server.ports, (b"a`a", b"a`a`")):
                with socket.create_connection(("127.0.0.1", port), DEADLINE) as conn:
                    self.assertEqual(b"".join(ask(conn, b"aaaa")), wanted)

    def test_they_combine(self):
        with Server("-P", "echo", "--fault", "drip=2@1ms", "--fault", "flip=3",
                    "--fault", "close=5") as server, server.connect() as conn:
            self.assertEqual(b"".join(ask_and_stay(conn)), b"homa ")
            server.wait_for_log("#1 fault: closed after 5 bytes")

    def test_a_share_of_the_connections_has_them(self):
        with Server("-P", "echo", "--fault", "mute", "--fault", "share=50%") as server:
            answers = []
            for _ in range(10):
                with server.connect() as conn:
                    answers.append(b"".join(ask(conn)))
            self.assertEqual(answers, [TEXT, b""] * 5)

    def test_lines_of_others_have_them_too(self):
        for mode in ("threads", "async"):
            with self.subTest(mode=mode), \
                    Server("--listen", "0=chat,drip=3@1ms", "--listen", "0=chat",
                           "--mode", mode, "--banner", "", port=None, doors=2) as server:
                one, two = (socket.create_connection(("127.0.0.1", port), DEADLINE)
                            for port in server.ports)
                with one, two:
                    one.sendall(b"/nick ana\n")
                    two.sendall(b"/nick eva\n")
                    came = b""
                    while b"eva" not in came:
                        came += one.recv(100)
                    two.sendall(b"".join(b"line %d\n" % i for i in range(20)))
                    pieces = 0
                    while b"line 19\n" not in came:
                        came += one.recv(100)
                        pieces += 1
                    for i in range(20):
                        self.assertIn(b"line %d\n" % i, came)
                    self.assertGreater(pieces, 20)


class Datagrams(unittest.TestCase):
    def ask(self, port, text=b"aaaa"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.settimeout(DEADLINE)
            peer.connect(("127.0.0.1", port))
            peer.send(text)
            return peer.recv(100)

    def test_a_bit_is_wrong(self):
        with Server("--listen", "udp:0=echo,flip=3", port=None) as server:
            self.assertEqual(self.ask(server.port), b"aa`a")
            server.wait_for_log("#1 fault: one bit wrong in every 3 bytes")

    def test_a_share_of_the_peers_hears_nothing(self):
        with Server("--listen", "udp:0=echo,mute,share=50%", port=None) as server:
            heard = self.ask(server.port)  # of two peers the second is mute
            self.assertEqual(heard, b"aaaa")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.sendto(b"hola", ("127.0.0.1", server.port))
                server.wait_for_log("#2 fault: nothing is sent")
                peer.settimeout(0.1)
                with self.assertRaises(TimeoutError):
                    peer.recv(100)


class Told(unittest.TestCase):
    def test_in_json_as_it_was_asked_for(self):
        with Server("-P", "echo", "--log-format", "json", "--fault", "drip=4", "--fault",
                    "reset=6") as server, server.connect() as conn:
            ask_and_stay(conn)
            wait_until(lambda: '"closed"' in server.log())
            events = [json.loads(line) for line in server.log().splitlines()]
            self.assertEqual([(e["conn"], e["fault"]) for e in events if e["event"] == "fault"],
                             [(1, "drip=4@20ms"), (1, "reset=6")])


class Stopped(unittest.TestCase):
    def test_in_the_middle_of_any_it_ends_within_the_grace(self):
        for mode in MODES:
            for fault in ("delay=1h", "drip=1@1h", "rate=1", "mute", "deaf", "close=1000",
                          "reset=1000", "no-accept"):
                with self.subTest(mode=mode, fault=fault), \
                        Server("-P", "echo", "--mode", mode, "--grace", "200ms",
                               "--fault", fault) as server, server.connect() as conn:
                    conn.sendall(TEXT)
                    if fault not in ("no-accept", "close=1000", "reset=1000"):
                        server.wait_for_log("#1 fault: .*")
                    server.signal(signal.SIGTERM)
                    self.assertEqual(server.status(), 0)

    def test_that_a_client_has_gone_is_noticed_meanwhile(self):
        for mode, fault in ((mode, fault) for mode in MODES for fault in ("deaf", "delay=1h")):
            with self.subTest(mode=mode, fault=fault), \
                    Server("-P", "echo", "-v", "--mode", mode, "--fault", fault) as server:
                conn = server.connect()
                conn.sendall(TEXT)
                server.wait_for_log("#1 fault: .*")
                conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                conn.close()
                server.wait_for_log("#1 connection lost: .*")

    def test_a_deaf_one_notices_a_close_when_the_client_s_system_has_forgotten_it(self):
        with ExitStack() as stack:
            servers = [stack.enter_context(Server("-v", "--mode", mode, "--fault", "deaf"))
                       for mode in MODES]
            for server in servers:
                with server.connect() as conn:
                    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 1)  # a second
                    conn.sendall(TEXT)
                half_closed = stack.enter_context(server.connect())
                half_closed.shutdown(socket.SHUT_WR)
            for server in servers:
                server.wait_for_log("#1 connection lost: .*")
                server.wait_for_log("#2 connected from .*")
                self.assertNotIn("#2 connection lost", server.log())


class WithTcp(unittest.TestCase):
    def test_they_are_told_too_and_a_reset_leaves_no_time_wait(self):
        for mode in MODES:
            with self.subTest(mode=mode), \
                    Server("-P", "echo", "-vvv", "--mode", mode, "--fault", "reset=3") as server, \
                    server.connect() as conn:
                conn.sendall(b"abc")
                self.assertEqual(pieces_of(conn), [b"abc", "reset"])
                server.wait_for_log("#1 fault: reset after 3 bytes")
                server.wait_for_log("#1 .*; a reset: no side stays in TIME_WAIT")


class Wrong(unittest.TestCase):
    def assert_wrong(self, complaint, *args):
        with self.subTest(args=args):
            done = run_server(*args)
            self.assertEqual(done.stderr.decode(),
                             f"sockserver: {complaint}\n(try sockserver --help)\n")
            self.assertEqual((done.stdout, done.returncode), (b"", 2))

    def test_a_fault_that_is_none_is_named_with_those_there_are(self):
        there_are = ("delay=T, drip=N[@T], rate=SIZE, close=N, reset=N, mute, deaf, no-accept, "
                     "flip=N, share=P%")
        self.assert_wrong(f'--fault: there is no fault "nonsense" ({there_are})',
                          "--fault", "nonsense")
        self.assert_wrong(f'--fault: there is no fault "" ({there_are})', "--fault", "")
        for fault, why in [
                ("delay=-1", 'delay=T: "-1" is not a time (200ms, 5s, 2m)'),
                ("delay", '"delay" is to be written delay=T'),
                ("mute=1", '"mute=1" is to be written mute'),
                ("drip=0", 'drip=N[@T]: "0" is not a number of bytes, 1 or more (100, 64K)'),
                ("drip=1@x", 'drip=N[@T]: "x" is not a time (200ms, 5s, 2m)'),
                ("close=x", 'close=N: "x" is not a number of bytes, 0 or more (100, 64K)'),
                ("flip=0", 'flip=N: "0" is not a number of bytes, 1 or more (100, 64K)'),
                ("share=101%", 'share=P%: "101%" is not 0% to 100%'),
                ("\x1b[2J", f'there is no fault "\\x1b[2J" ({there_are})')]:
            self.assert_wrong(f"--fault: {why}", "--fault", fault)
            self.assert_wrong(f'--listen: "0=echo,{fault}": {why}'.replace("\x1b", "\\x1b")
                              if "no fault" not in why else
                              f'--listen: "0=echo,\\x1b[2J": there is no attribute "\\x1b[2J" '
                              f"(tls, proxy, mode=0660, {there_are})",
                              "--listen", f"0=echo,{fault}")

    def test_a_fault_that_a_door_cannot_have(self):
        self.assert_wrong('--listen: "udp:0=echo,close=1": of the faults, datagrams can have '
                          "mute, flip and share", "--listen", "udp:0=echo,close=1")
        self.assert_wrong('--listen: "unix:@x=echo": a UNIX socket has no reset',
                          "--listen", "unix:@x=echo", "--fault", "reset=1")
        self.assert_wrong('--listen: "0=echo,share=50%": share goes with a fault that a connection '
                          "can have", "--listen", "0=echo,share=50%")
        self.assert_wrong('--listen: "0=echo,mute,no-accept,share=50%": share goes with a fault '
                          "that a connection can have",
                          "--listen", "0=echo,mute,no-accept,share=50%")
        self.assert_wrong('--fault: share goes with a fault that a connection can have',
                          "--fault", "no-accept", "--fault", "share=50%")


if __name__ == "__main__":
    unittest.main()
