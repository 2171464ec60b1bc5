"""sockclient --fault: what a server sees of it, and how the client ends."""

import json
import unittest

from harness import Peer, Server, run
from terminal_test import OnATerminal

TEXT = b"hola que tal\n"


class Recorder(Peer):
    """Keeps what comes, piece by piece; "reset" if it ends with that. Echoes it if asked to."""

    def __init__(self, echoes=False):
        self.pieces = []
        self.echoes = echoes
        super().__init__(self.record)

    def record(self, conn):
        try:
            while piece := conn.recv(1 << 16):
                self.pieces.append(piece)
                if self.echoes:
                    conn.sendall(piece)
        except ConnectionResetError:
            self.pieces.append("reset")

    def bytes(self):
        return b"".join(piece for piece in self.pieces if piece != "reset")


class Faults(unittest.TestCase):
    def client(self, peer, *args, stdin=TEXT):
        return run("localhost" if peer is None else "127.0.0.1", peer.port, *args, stdin=stdin)

    def send(self, *faults, echoes=False, stdin=TEXT, options=("-v",)):
        """What comes of it: the server's record, and the client's end."""
        with Recorder(echoes) as peer:
            done = self.client(peer, *(word for fault in faults for word in ("--fault", fault)),
                               *options, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr)
        return peer, done

    def test_a_pipe_and_a_step_have_them(self):
        for options, stdin in ((("-vv",), TEXT), (("-vv", "--send", TEXT.decode().strip()), b"")):
            with self.subTest(options=options):
                for fault, told in (("delay=20ms", "delayed by 20 ms"),
                                    ("drip=1@5ms", "in pieces of 1 byte, 5 ms apart"),
                                    ("rate=200", "no more than 200 bytes a second")):
                    peer, done = self.send(fault, options=options, stdin=stdin)
                    self.assertEqual(peer.bytes(), TEXT)
                    self.assertEqual(done.stderr.count(b"fault: " + told.encode()), 1)
                    if not fault.startswith("delay"):
                        self.assertGreater(done.stderr.count(b"sockclient: wrote "), 2)

    def test_a_bit_is_wrong(self):
        peer, _ = self.send("flip=4", stdin=b"aaaaaaaaaa")
        self.assertEqual(peer.bytes(), b"aaa`aaa`aa")

    def test_the_end_comes_with_that_byte_and_what_is_answered_is_shown(self):
        peer, done = self.send("close=5", echoes=True)
        self.assertEqual((peer.bytes(), done.stdout), (TEXT[:5], TEXT[:5]))
        self.assertIn(b"fault: closed after 5 bytes", done.stderr)
        self.assertEqual(self.send("close=0")[0].pieces, [])

    def test_a_reset_comes_after_those_bytes(self):
        for after in (0, 1, 5):
            peer, done = self.send(f"reset={after}")
            self.assertEqual((peer.bytes(), peer.pieces[-1:]), (TEXT[:after], ["reset"]))
            self.assertIn(b"fault: reset after %d byte" % after, done.stderr)

    def test_mute_says_nothing_and_hears(self):
        with Server("-P", "greet") as server:
            done = run("localhost", server.port, "--fault", "mute", stdin=TEXT)
            self.assertEqual((done.stdout, done.returncode), (b"Hola\n", 0))
        peer, done = self.send("mute")
        self.assertEqual(peer.pieces, [])
        self.assertIn(b"fault: nothing is sent\n", done.stderr)

    def test_deaf_hears_nothing(self):
        with Server("-P", "echo") as server:
            done = run("localhost", server.port, "--fault", "deaf", "--send", "hola", "--recv",
                       "-i", "200ms")
            self.assertEqual((done.stdout, done.returncode), (b"", 1))

    def test_deaf_notices_a_server_that_has_gone(self):
        with Peer(lambda conn: conn.recv(100)) as peer:
            done = run("127.0.0.1", peer.port, "--fault", "deaf", stdin=TEXT)
            self.assertEqual((done.stdout, done.returncode), (b"", 0))

    def test_pings_have_them(self):
        with Server("-P", "echo") as server:
            done = run("localhost", server.port, "--ping", "--count", "3", "--interval", "0",
                       "--fault", "drip=30@1ms", "--json")
            events = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertEqual(events[-1]["received"], 3)
            self.assertGreater(events[-1]["min_us"], 1000)
            self.assertIn("drip=30@1ms", [event.get("fault") for event in events])
            flipped = run("localhost", server.port, "--ping", "--count", "1", "--fault",
                          "flip=10")
            self.assertEqual(flipped.returncode, 1)  # the echo is not what was meant


    def test_pings_that_one_ends_are_not_lost(self):
        with Server("-P", "echo") as server:
            for fault, told in (("close=100", b"2 sent, 1 received, 0 lost, 1 without"),
                                ("reset=10", b"1 sent, 0 received, 0 lost, 1 without"),
                                ("close=0", b"connected to"),
                                ("reset=0", b"connected to")):
                with self.subTest(fault=fault):
                    done = run("localhost", server.port, "--ping", "-v", "--interval", "0",
                               "--fault", fault)
                    self.assertEqual(done.returncode, 0)
                    self.assertIn(told, done.stdout)
                    self.assertIn(b" after %s byte" % fault.split("=")[1].encode(), done.stderr)

    def test_steps_that_one_ends_have_their_answers_and_a_summary(self):
        for fault in "close=7", "reset=7", "close=0", "reset=0":
            with self.subTest(fault=fault):
                _, done = self.send(fault, echoes=True, stdin=b"",
                                    options=("--json", "--send", "hola", "--send", "adios"))
                told = [json.loads(line)["event"] for line in done.stdout.splitlines()]
                sent = ["sent"] if fault.endswith("7") else []
                self.assertEqual([event for event in told if event != "received"],
                                 ["connected", *sent, "fault", "summary"])
        _, done = self.send("close=7", echoes=True, options=("--send", "hola", "--send", "adios"))
        self.assertEqual(done.stdout, b"hola\nad")


class Typed(OnATerminal):
    def test_what_is_typed_is_shown_while_a_line_is_delayed(self):
        terminal = self.start_at_prompt("--fault", "delay=1h")
        terminal.line("hola")
        terminal.type("adios")
        terminal.wait_for("> hola", "> adios")
        terminal.press("C-c")
        self.assertEqual(terminal.status(), 130)

    def test_all_lines_are_sent_in_their_order_before_the_end(self):
        terminal = self.start_at_prompt("--fault", "delay=20ms", "-v")
        for line in "uno", "dos", "quit":
            terminal.line(line)
        self.server.expect(self, b"uno\ndos\nquit\n")
        self.server.expect_end(self)
        self.end()


class Wrong(unittest.TestCase):
    def test_is_told_before_anything_is_done(self):
        for args, why in [
                (("--fault", "drip=0"),
                 '--fault: drip=N[@T]: "0" is not a number of bytes, 1 or more (100, 64K)'),
                (("--fault", "no-accept"), "--fault: no-accept and share are a server's"),
                (("--fault", "mute", "-u"), "--fault: not with -u"),
                (("--fault", "reset=1", "unix:/x"), "--fault: a UNIX socket has no reset")]:
            with self.subTest(args=args):
                done = run(*args)
                self.assertEqual(done.stderr.decode(),
                                 f"sockclient: {why}\n(try sockclient --help)\n")
                self.assertEqual((done.stdout, done.returncode), (b"", 2))


if __name__ == "__main__":
    unittest.main()
