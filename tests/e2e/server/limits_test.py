"""Banner, and the limits: messages, their length, connections, silence."""

import contextlib
import re
import resource
import select
import signal
import socket
import time
import unittest

from harness import (DEADLINE, Program, SOCKCLIENT, Server, is_stopped, read_all, read_until,
                     receive, run, wait_until)


def fill(conns):
    """Sends until none of them takes any more."""
    block = b"x" * 65536
    while ready := select.select([], conns, [], 0.2)[1]:
        for conn in ready:
            conn.send(block, socket.MSG_DONTWAIT)


class Limits(unittest.TestCase):
    def nc(self, server, text):
        with Program("nc", "-N", "localhost", server.port) as client:
            client.stdin.write(text)
            client.stdin.close()
            return client.stdout.read()

    def test_the_banner_comes_first_in_every_protocol(self):
        for protocol, text in (("quit", b"quit\n"), ("echo", b""), ("hola", b"adios\n"),
                               ("greet", b"x\n")):
            with Server("--protocol", protocol, "--banner", "Welcome, ñ") as server:
                self.assertTrue(self.nc(server, text).startswith("Welcome, ñ\n".encode()))

    def test_the_banner_has_no_line_end_under_chunk(self):
        with Server("--banner", "Welcome", "--framing", "chunk") as server:
            self.assertEqual(self.nc(server, b""), b"Welcome")

    def test_the_connection_is_closed_after_max_messages(self):
        with Server("--max-messages", "2") as server:
            self.assertEqual(self.nc(server, b"one\ntwo\nthree\n"), b"one\ntwo\n")
            server.wait_for_log(r"#1 closed by server: .*")
            with server.connect() as conn:
                conn.sendall(b"bare")
                receive(conn, b"bare")
                conn.sendall(b"again")
                self.assertEqual(read_all(conn), b"again")

    def test_a_message_over_the_limit_is_said_to_be_too_long(self):
        with Server("--max-message", "10") as server:
            self.assertEqual(self.nc(server, b"0123456789\n0123456789x\nlost\n"),
                             b"0123456789\n* message too long (limit 10 bytes)\n")
            server.wait_for_log(r"#1 closed by server: 28 bytes in, 47 bytes out, .*")

    def test_the_limit_is_64_kib_unless_set(self):
        with Server() as server:
            line = b"x" * 65536
            self.assertEqual(self.nc(server, line + b"\n"), line + b"\n")
        with Server("--framing", "line") as server:
            self.assertEqual(self.nc(server, line + b"x\n"),
                             b"* message too long (limit 65536 bytes)\n")
        with Server("--max-message", "1K", "--framing", "line") as server:
            self.assertEqual(self.nc(server, b"x" * 1025 + b"\n"),
                             b"* message too long (limit 1024 bytes)\n")

    def test_fewer_descriptors_than_connections_are_told_of(self):
        def allow(files):
            return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        with Server(preexec_fn=allow(500)) as server:
            server.wait_for_log("the system allows 500 open files: 1000 connections are too many, "
                                "some will have to wait")
        with Server("--max-conns", "350", preexec_fn=allow(500)) as server:
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
            server.wait_for_log("#1 closed by client.*")
            self.assertNotIn("open files", server.log())
        with Server("--max-conns", "350", "-P", "chat", preexec_fn=allow(500)) as server:
            server.wait_for_log("the system allows 500 open files: 350 .*")

    def test_one_client_too_many_is_told_so(self):
        with Server("--max-conns", "2") as server, server.connect() as first, \
                server.connect() as second:
            for conn in (first, second):
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
            notice = b"* server full (2 connections), try later\n"
            self.assertEqual(self.nc(server, b"hola\n"), notice)
            done = run("localhost", server.port, stdin=b"hola\n")
            self.assertEqual((done.stdout, done.stderr, done.returncode), (notice, b"", 0))
            server.wait_for_log(r"refused (127\.0\.0\.1|\[::1\]):\d+: 2 connections already")
            first.close()
            wait_until(lambda: self.nc(server, b"hola\n") == b"hola\n", "a free place")

    def test_a_flood_of_refused_clients_does_not_flood_the_log_and_all_are_counted(self):
        refused = 300
        with Server("-m", "1") as server, server.connect() as first:
            first.sendall(b"x\n")
            receive(first, b"x\n")
            for _ in range(refused):
                with server.connect() as conn:
                    read_all(conn)
            server.signal(signal.SIGTERM)
            self.assertEqual(server.status(), 0)
            log = server.log()
            one_by_one = re.findall(r"^refused 127\.0\.0\.1:\d+: 1 connection already$", log,
                                    re.MULTILINE)
            more = re.findall(r"^refused (\d+) more clients?: 1 connection already$", log,
                              re.MULTILINE)
            self.assertEqual(len(one_by_one) + sum(int(n) for n in more), refused)
            self.assertLess(len(one_by_one) + len(more), refused / 4)
            self.assertIn(f"({refused} refused)", log)

    def test_under_echo_it_is_only_closed(self):
        with Server("--protocol", "echo", "-m", "1") as server, server.connect() as first:
            first.sendall(b"x")
            receive(first, b"x")
            self.assertEqual(self.nc(server, b"hola\n"), b"")
            server.wait_for_log(r"refused .*: 1 connection already")

    def test_a_silent_client_is_ended(self):
        for mode in ("blocking", "threads", "async"):
            with Server("--idle-timeout", "300ms", "--mode", mode, "-v") as server:
                with Program("nc", "localhost", server.port) as client:
                    client.stdin.write(b"hola\n")
                    read_until(client.stdout, b"hola\n")
                    server.wait_for_log(r"#1 idle: 5 bytes in, 5 bytes out, .*")

    def test_a_server_that_was_paused_does_not_take_that_for_silence(self):
        with contextlib.ExitStack() as stack:
            servers = [stack.enter_context(Server("-q", "-P", "echo", "--mode", mode, "-i", "2s"))
                       for mode in ("threads", "async", "async")]
            clients = [stack.enter_context(server.connect()) for server in servers * 100]
            for conn in clients:
                conn.sendall(b"1")
            for conn in clients:
                receive(conn, b"1")
            time.sleep(0.5)  # some silence is seen
            for server in servers:
                server.signal(signal.SIGSTOP)
            for server in servers:
                wait_until(lambda server=server: is_stopped(server.process), "the pause")
            for conn in clients:
                conn.sendall(b"2")
            time.sleep(2.5)  # the pause is longer than the idle time
            for server in servers:
                server.signal(signal.SIGCONT)
            for conn in clients:
                receive(conn, b"2")

    def test_sockclient_leaves_when_it_is_ended_for_its_silence(self):
        with Server("-i", "300ms") as server, Program(SOCKCLIENT, "localhost",
                                                      server.port) as client:
            self.assertEqual(client.status(), 0)

    def test_a_client_that_moves_bytes_in_any_direction_stays(self):
        def talks(conn):
            conn.sendall(b"x\n")
            receive(conn, b"x\n")

        def sends(conn):
            conn.sendall(b"no word that is answered\n")

        def reads(conn):  # what the server cannot write as long as this one is so slow
            receive(conn, b"x" * 5000)

        with contextlib.ExitStack() as stack:
            clients = []
            for mode in ("blocking", "threads", "async"):
                for protocol, pace in (("quit", talks), ("hola", sends), ("echo", reads)):
                    server = stack.enter_context(
                        Server("--mode", mode, "-P", protocol, "-v", "--idle-timeout", "3s"))
                    conn = stack.enter_context(socket.socket())
                    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    conn.connect(("127.0.0.1", server.port))
                    conn.settimeout(DEADLINE)
                    clients.append((server, conn, pace))
            fill([conn for _, conn, pace in clients if pace is reads])
            began = time.monotonic()
            while time.monotonic() - began < 5:
                for _, conn, pace in clients:
                    pace(conn)
                time.sleep(0.1)  # the pace of the clients, not a wait
            for server, _, _ in clients:
                self.assertNotIn("#1 idle", server.log())


if __name__ == "__main__":
    unittest.main()
