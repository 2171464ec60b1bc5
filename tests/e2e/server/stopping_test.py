"""SIGINT, SIGTERM and SIGHUP end the server in order, within its grace, whatever the clients do."""

import os
import re
import signal
import socket
import threading
import time
import unittest

from harness import (DEADLINE, SOCKCLIENT, SOCKSERVER, Program, Server, Terminal, can_unshare,
                     is_stopped, read_all, read_until, receive, wait_until)

MODES = ("blocking", "threads", "async", "async --loops 3")


# A server for never_reads().
LONG_ANSWERS = ("-P", "quit", "--framing", "line", "--max-message", "64M")


def never_reads(conn):
    """Asks for an answer that is longer than what the system holds, and reads nothing of it."""
    conn.sendall(b"x" * 48_000_000 + b"\n")
    conn.recv(1, socket.MSG_PEEK)  # the server is writing it


class Flood:
    """Sends for ever, and reads what comes, until the connection ends."""

    def __init__(self, conn):
        self.conn = conn
        self.threads = [threading.Thread(target=self._until_the_end, args=(do,), daemon=True)
                        for do in (lambda: self.conn.sendall(b"x" * 65535 + b"\n"),
                                   self._read)]
        self.moved = 0
        for thread in self.threads:
            thread.start()

    def _read(self):
        piece = self.conn.recv(65536)
        if not piece:
            raise OSError("end")
        self.moved += len(piece)

    def _until_the_end(self, do):
        try:
            while True:
                do()
        except OSError:
            pass

    def join(self):
        for thread in self.threads:
            thread.join(DEADLINE)


class FullPipe:
    """A pipe that has no room until it is read."""

    def __enter__(self):
        self.source, self.end = os.pipe()
        os.set_blocking(self.end, False)
        for size in (4096, 1):
            try:
                while True:
                    os.write(self.end, b"x" * size)
            except BlockingIOError:
                pass
        os.set_blocking(self.end, True)
        return self

    def read(self):
        os.read(self.source, 1 << 20)

    def __exit__(self, *_):
        os.close(self.source)
        os.close(self.end)


def threads_of(program):
    return len(os.listdir(f"/proc/{program.process.pid}/task"))


def has_pending(program, number):
    with open(f"/proc/{program.process.pid}/status", encoding="ascii") as status:
        pending = int(re.search(r"^ShdPnd:\s+(\w+)", status.read(), re.MULTILINE)[1], 16)
    return bool(pending >> (number - 1) & 1)


def cut(server, number):
    """Sends a second signal until it counts: those that come together with the first are one."""
    def ended():
        server.signal(number)
        return server.process.poll() is not None
    wait_until(ended, "the end")


class Stopping(unittest.TestCase):
    def assert_stops(self, server, within, number=signal.SIGTERM):
        began = time.monotonic()
        server.signal(number)
        self.assertEqual(server.status(), 0)
        # What is measured is that it does not wait for its clients; the machine may be busy.
        self.assertLess(time.monotonic() - began, within + 5)

    def test_without_clients(self):
        for mode in MODES:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                with Server("--mode", *mode.split()) as server:
                    self.assert_stops(server, 0, number)
                    server.wait_for_log(rf"stopping \({number.name}\), 0 connections, up to 5 s")

    def test_idle_clients_are_not_waited_for(self):
        for mode in MODES:
            with Server("--mode", *mode.split(), "--grace", "1h") as server, server.connect() as conn, \
                    server.connect():
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
                self.assert_stops(server, 0)
                self.assertEqual(conn.recv(1), b"")

    def test_a_client_that_never_reads_is_cut_when_the_grace_is_over(self):
        for mode in MODES:
            with Server("--mode", *mode.split(), "--grace", "300ms", *LONG_ANSWERS) as server, \
                    server.connect() as conn:
                never_reads(conn)
                self.assert_stops(server, 0.3)
                server.wait_for_log("#1 stopped: .*")

    def test_a_client_that_sends_for_ever_is_not_listened_to_for_ever(self):
        for mode in MODES:
            for protocol in ("echo", "quit", "hola"):
                with Server("--mode", *mode.split(), "-P", protocol, "--grace", "500ms") as server, \
                        server.connect() as conn:
                    flood = Flood(conn)
                    server.wait_for_log("#1 connected .*")
                    self.assert_stops(server, 0.5)
                    flood.join()

    def test_what_was_sent_before_is_answered_and_the_connection_ends_in_order(self):
        sent = b"0123456789" * 20000
        for mode in MODES * 3:  # how much the server has read by then differs
            with Server("--mode", *mode.split(), "-P", "echo") as server, server.connect() as conn:
                conn.sendall(b"x")
                receive(conn, b"x")
                conn.sendall(sent)
                server.signal(signal.SIGTERM)
                came = read_all(conn)  # raises if the connection is reset
                self.assertEqual(came, sent[:len(came)])
                self.assertEqual(server.status(), 0)

    def test_what_the_system_holds_at_a_stop_is_answered_whole(self):
        for mode in MODES:
            with Server("--mode", *mode.split(), "-P", "echo") as server, server.connect() as conn:
                conn.sendall(b"x")
                receive(conn, b"x")
                server.signal(signal.SIGSTOP)  # so that all of it is unread at the stop
                wait_until(lambda: is_stopped(server.process), "the interruption")
                sent = b"0123456789" * 100
                conn.sendall(sent)
                server.signal(signal.SIGTERM)
                server.signal(signal.SIGCONT)
                self.assertEqual(read_all(conn), sent)
                self.assertEqual(server.status(), 0)

    def test_new_clients_are_refused_while_it_stops(self):
        with Server("--grace", "1h", *LONG_ANSWERS) as server, server.connect() as conn:
            never_reads(conn)
            server.signal(signal.SIGTERM)
            server.wait_for_log("stopping .*")
            def refused():
                try:
                    server.connect().close()
                    return False
                except ConnectionError:  # refused, or reset in the backlog
                    return True
            wait_until(refused, "the listeners' end")
            cut(server, signal.SIGTERM)
            self.assertEqual(server.status(), 130)

    def test_a_second_signal_cuts_and_gives_130(self):
        for mode in MODES:
            for first, second in ((signal.SIGTERM, signal.SIGINT), (signal.SIGINT, signal.SIGTERM),
                                  (signal.SIGINT, signal.SIGINT)):
                with Server("--mode", *mode.split(), "--grace", "1h", *LONG_ANSWERS) as server, \
                        server.connect() as conn:
                    never_reads(conn)
                    server.signal(first)
                    server.wait_for_log(rf"stopping \({first.name}\), 1 connection, up to .*")
                    cut(server, second)
                    self.assertEqual(server.status(), 130, server.log())

    def test_two_signals_at_once_are_one(self):
        """timeout(1) sends two: to its child and to its group; so does a terminal that closes."""
        for second in (signal.SIGTERM, signal.SIGHUP):
            with Server("--grace", "1s", *LONG_ANSWERS) as server, server.connect() as conn:
                never_reads(conn)
                server.signal(signal.SIGTERM)
                server.signal(second)
                self.assertEqual(server.status(), 0, server.log())
                self.assertNotIn("cutting", server.log())

    def test_a_hangup_that_was_ignored_at_the_start_stays_so(self):
        with Server(program=("nohup", SOCKSERVER)) as server, server.connect() as conn:
            server.signal(signal.SIGHUP)
            server.signal(signal.SIGUSR1)  # taken after it, if both were
            server.wait_for_log("serving .*")
            conn.sendall(b"hola\n")
            receive(conn, b"hola\n")
            self.assertNotIn("stopping", server.log())

    def test_a_second_signal_ends_it_although_nobody_reads_its_first_line(self):
        with FullPipe() as pipe, Program(SOCKSERVER, "-p", 0, stdout=pipe.end) as server:
            wait_until(lambda: threads_of(server) >= 3, "the listening server")
            server.signal(signal.SIGTERM)
            cut(server, signal.SIGINT)
            self.assertEqual(server.status(), 130)

    def test_totals_that_were_asked_for_too_early_are_told_later(self):
        with FullPipe() as pipe, Program(SOCKSERVER, "-p", 0, stdout=pipe.end) as server:
            wait_until(lambda: threads_of(server) >= 3, "the listening server")
            server.signal(signal.SIGUSR1)
            wait_until(lambda: not has_pending(server, signal.SIGUSR1), "the signal to be taken")
            pipe.read()
            read_until(server.stderr, b"serving 0 connections")

    def test_sockclient_and_nc_see_the_end(self):
        with Server() as server, Program(SOCKCLIENT, "localhost", server.port) as ours, \
                Program("nc", "-N", "localhost", server.port) as theirs:
            for client in (ours, theirs):
                client.stdin.write(b"hola\n")
                read_until(client.stdout, b"hola\n")
            self.assert_stops(server, 0)
            self.assertEqual((ours.status(), ours.stderr.read()), (0, b""))
            theirs.stdin.close()
            self.assertEqual(theirs.status(), 0)

    def test_ctrl_c_on_a_terminal(self):
        with Terminal(SOCKSERVER, "-p", 0, columns=90) as terminal:
            wait_until(lambda: len(terminal.rows()) == 2, "the first lines")
            terminal.press("C-c")
            self.assertEqual(terminal.status(), 0)
            rows = terminal.rows()
            self.assertRegex(rows[-2], r"^\^C\d\d:\d\d:\d\d stopping \(SIGINT\), 0 connections, "
                             "up to 5 s$")
            self.assertRegex(rows[-1], r" served 0 connections \(0 refused\), 0 bytes in, "
                             "0 bytes out, peak 0$")

    @unittest.skipUnless(can_unshare(), "no name spaces here")
    def test_process_1_is_ended(self):
        program = ("unshare", "--map-root-user", "--pid", "--fork", "--kill-child", SOCKSERVER)
        for number in (signal.SIGTERM, signal.SIGINT):
            with Server(program=program) as server, server.connect() as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
                task = f"/proc/{server.process.pid}/task/{server.process.pid}/children"
                with open(task, encoding="ascii") as children:
                    os.kill(int(children.read()), number)
                self.assertEqual(server.status(), 0)
                server.wait_for_log(rf"stopping \({number.name}\), 1 connection, up to 5 s")


if __name__ == "__main__":
    unittest.main()
