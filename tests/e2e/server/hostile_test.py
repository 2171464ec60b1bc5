"""Peers that do their worst: the server's memory stays bounded, and the next client is served."""

import os
import resource
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

from harness import (DEADLINE, SOCKSERVER, Server, can_unshare, read_all, receive,
                     wait_until)

MODES = ("blocking", "threads", "async", "async --loops 3")
MEGABYTE = 1024 * 1024
SANITIZER = os.environ.get("SOCK_SANITIZED", "")


def peak_memory(process):
    """The most bytes of memory that it has had so far."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields["VmHWM"].split()[0]) * 1024


def processor_time(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def is_served(server, text=b"hola\n", answer=b"hola\n"):
    with server.connect() as conn:
        conn.sendall(text)
        receive(conn, answer)


class Hostile(unittest.TestCase):
    def assert_grows_little(self, server, before):
        if not SANITIZER:  # which keeps what was freed
            self.assertLess(peak_memory(server.process) - before, 64 * MEGABYTE)

    def test_200_megabytes_without_a_line_end(self):
        block = b"x" * MEGABYTE
        for mode in MODES:
            for protocol in ("quit", "hola", "chat --rate 0"):
                with Server("--mode", *mode.split(), "-P", *protocol.split(), "--framing", "line",
                            "-q") as server:
                    before = peak_memory(server.process)
                    with server.connect() as conn:
                        try:
                            for _ in range(200):
                                conn.sendall(block)
                            self.assertIn("chat", protocol)  # it skips the line
                        except OSError:
                            self.assertNotIn("chat", protocol)  # the others say so, and close
                    self.assert_grows_little(server, before)

    def test_one_that_sends_for_ever_and_never_reads(self):
        for mode in MODES:
            for protocol in ("echo", "quit"):
                with Server("--mode", *mode.split(), "-P", protocol, "--idle-timeout", "1s") as server:
                    before = peak_memory(server.process)
                    with server.connect() as conn:
                        with self.assertRaises(OSError):  # it is ended for its silence
                            while True:
                                conn.sendall(b"x" * 65000 + b"\n")
                        self.assert_grows_little(server, before)
                    server.wait_for_log("#1 idle: .*")
                    is_served(server)

    def test_thousands_of_connections_that_come_and_go(self):
        for mode in MODES:
            with Server("--mode", *mode.split(), "-q") as server:
                is_served(server)
                before = peak_memory(server.process)
                held = lambda: (len(os.listdir(f"/proc/{server.process.pid}/fd")),
                                len(os.listdir(f"/proc/{server.process.pid}/task")))
                at_first = wait_until(held)
                for i in range(2000):
                    conn = server.connect()
                    if i % 4 == 1:
                        conn.sendall(b"hola\n")
                    if i % 4 == 2:
                        reset(conn)
                    conn.close()
                is_served(server)
                wait_until(lambda: all(now <= then + 5 for now, then in zip(held(), at_first)),
                           "the end of all threads and descriptors")
                self.assert_grows_little(server, before)

    def test_a_half_close_or_a_reset_at_every_moment_of_a_conversation(self):
        script = b"hola\nque\nadios\n"
        for mode in MODES:
            for protocol in ("echo", "quit", "hola", "greet", "chat"):
                with Server("--mode", *mode.split(), "-P", protocol) as server:
                    for size in range(len(script) + 1):
                        for read in (False, True):
                            with server.connect() as conn:
                                conn.sendall(script[:size])
                                if read and size and protocol in ("echo", "greet", "chat"):
                                    conn.recv(1)
                                reset(conn)
                        with server.connect() as conn:
                            conn.sendall(script[:size])
                            conn.shutdown(socket.SHUT_WR)
                            text = read_all(conn)
                            if protocol in ("echo", "quit"):
                                self.assertEqual(text, script[:size])

    def test_bytes_that_are_no_text(self):
        odd = b"\0\xff\xfd\x03\xff\xfb\x18\xff\xfa\xf0\xc0\x80\xed\xa0\x80\x1b[2J\x7f\r\0"
        for mode in MODES:
            for protocol in ("echo", "quit"):
                framing = () if protocol == "echo" else ("--framing", "line")
                with Server("--mode", *mode.split(), "-P", protocol, *framing) as server, \
                        server.connect() as conn:
                    for byte in odd + b"\r\n":
                        conn.sendall(bytes([byte]))
                    receive(conn, odd + b"\r\n")

    @unittest.skipIf("undefined" in SANITIZER, "it needs descriptors for its own checks")
    def test_without_descriptors_clients_are_served_and_accepting_resumes(self):
        for mode in MODES:
            if mode == "blocking":
                continue  # it holds one client at a time
            def few():
                resource.setrlimit(resource.RLIMIT_NOFILE, (30, 30))
            with Server("--mode", *mode.split(), "-P", "echo", "--idle-timeout", "0",
                        preexec_fn=few) as server:
                first = server.connect()
                first.sendall(b"a")
                receive(first, b"a")
                others = [server.connect() for _ in range(60)]  # more than it has descriptors for
                server.wait_for_log("cannot accept connections: .*; trying again")
                began, used = time.monotonic(), processor_time(server.process)
                for _ in range(20):
                    first.sendall(b"b")
                    receive(first, b"b")
                    time.sleep(0.05)  # the pace of the client
                spent = processor_time(server.process) - used
                self.assertLess(spent, 0.2 * (time.monotonic() - began), "it spins")
                self.assertIsNone(server.process.poll())
                for conn in others:
                    conn.close()
                with server.connect() as conn:
                    conn.sendall(b"c")
                    receive(conn, b"c")
                first.close()

    def test_a_stop_amid_a_hundred_busy_clients_delivers_what_is_owed(self):
        count, wrong = 100, []
        line = b"0123456789" * 10 + b"\n"

        def talk(conn, ready):
            sent = got = 0
            try:
                conn.sendall(line)
                sent += len(line)
                while piece := conn.recv(65536):
                    got += len(piece)
                    ready.set()
                    if got == sent:
                        conn.sendall(line)
                        sent += len(line)
            except OSError:
                pass  # it sent when the server had ended
            # Each answer is read before the next line: all but perhaps the last has come, whole.
            if sent - got > len(line) or got % len(line) != 0:
                wrong.append((sent, got))

        for mode in MODES:
            with Server("--mode", *mode.split(), "-P", "echo", "-q", "--grace", "20s") as server:
                clients = [server.connect() for _ in range(1 if mode == "blocking" else count)]
                ready = [threading.Event() for _ in clients]
                threads = [threading.Thread(target=talk, args=pair, daemon=True)
                           for pair in zip(clients, ready)]
                for thread in threads:
                    thread.start()
                for event in ready:
                    self.assertTrue(event.wait(DEADLINE))
                server.signal(signal.SIGTERM)
                self.assertEqual(server.status(), 0)
                for thread in threads:
                    thread.join(DEADLINE)
                for conn in clients:
                    conn.close()
                self.assertEqual(wrong, [])

    def test_with_stdin_stdout_and_stderr_closed(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        for mode in MODES:
            for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
                command = f'exec "$0" -p {port} --host 127.0.0.1 --mode {mode} -v {closed}'
                process = subprocess.Popen(["sh", "-c", command, SOCKSERVER],
                                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                try:
                    def connect():
                        try:
                            return socket.create_connection(("127.0.0.1", port), DEADLINE)
                        except ConnectionRefusedError:
                            return None
                    with wait_until(connect, "the listener") as conn:
                        conn.sendall(b"hola\nquit\n")
                        self.assertEqual(read_all(conn), b"hola\n")  # and nothing of the log
                    process.send_signal(signal.SIGTERM)
                    self.assertEqual(process.wait(DEADLINE), 0)
                finally:
                    process.kill()
                    process.wait()

    @unittest.skipUnless(can_unshare(), "no name spaces here")
    def test_as_process_1_in_every_mode(self):
        program = ("unshare", "--map-root-user", "--pid", "--fork", "--kill-child", SOCKSERVER)
        for mode in MODES:
            with Server("--mode", *mode.split(), program=program) as server:
                is_served(server)
                task = f"/proc/{server.process.pid}/task/{server.process.pid}/children"
                with open(task, encoding="ascii") as children:
                    os.kill(int(children.read()), signal.SIGTERM)
                self.assertEqual(server.status(), 0)


if __name__ == "__main__":
    unittest.main()
