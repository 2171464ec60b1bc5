"""What the server tells on stderr."""

import fcntl
import os
import re
import signal
import socket
import struct
import subprocess
import unittest

from harness import Program, Server, Terminal, SOCKSERVER, read_all, read_until, receive, run, \
    wait_until

FROM = r"(127\.0\.0\.1:\d+|\[::1\]:\d+)"
TIME = r"\d+(\.\d)? m?s"
F_SETPIPE_SZ = 1031


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


class Lines(unittest.TestCase):
    def log_of(self, talk, *options):
        """The log of a server that `talk(server)` was held with, up to its end."""
        with Server(*options) as server:
            talk(server)
            server.signal(signal.SIGTERM)
            self.assertEqual(server.status(), 0)
            return server.log()

    def hola_adios(self, server):
        done = run("127.0.0.1", server.port, stdin=b"hola\nadios\n")
        self.assertEqual(done.stdout, b"pues hola\npues adios\n")
        server.wait_for_log(r"#1 closed by server: .*")

    def assert_lines(self, log, *patterns):
        lines = log.splitlines()
        self.assertEqual(len(lines), len(patterns), log)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, f"^{pattern}$")

    END = (r"stopping \(SIGTERM\), [01] connections?, up to 5 s",
           rf"served 1 connection \(0 refused\), \d+ bytes in, \d+ bytes out, peak 1")

    def test_without_options_who_came_and_how_it_ended(self):
        self.assert_lines(self.log_of(self.hola_adios, "-P", "hola"),
                          rf"#1 connected from {FROM}",
                          rf"#1 closed by server: 11 bytes in, 21 bytes out, {TIME}", *self.END)

    def test_verbose_tells_every_message(self):
        for option in ("-v", "--verbose"):
            self.assert_lines(self.log_of(self.hola_adios, "-P", "hola", option),
                              rf"#1 connected from {FROM}", '#1 received "hola"',
                              '#1 answered "pues hola"', '#1 received "adios"',
                              '#1 answered "pues adios"',
                              rf"#1 closed by server: 11 bytes in, 21 bytes out, {TIME}", *self.END)

    def test_twice_verbose_tells_every_read_and_write(self):
        log = self.log_of(self.hola_adios, "-P", "hola", "-vv")
        self.assertIn('#1 read 11 bytes: "hola\\x0aadios\\x0a"\n', log)
        self.assertRegex(log, r'#1 wrote \d+ bytes: "pues hola')
        self.assertIn('#1 received "hola"\n', log)

    def test_quiet_tells_only_errors_and_the_listening_line(self):
        with Server("-q", "-P", "hola") as server:
            self.assertRegex(server.listening, "^listening on port")
            self.assertEqual(run("127.0.0.1", server.port, stdin=b"adios\n").stdout, b"pues adios\n")
            server.signal(signal.SIGTERM)
            self.assertEqual(server.status(), 0)
            self.assertEqual(server.log(), "")

    def test_a_client_that_leaves_closed_the_connection(self):
        with Server() as server:
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
            server.wait_for_log(rf"#1 closed by client: 5 bytes in, 5 bytes out, {TIME}")

    def test_a_reset_is_a_lost_connection(self):
        with Server() as server:
            conn = server.connect("::1")
            conn.sendall(b"hola\n")
            receive(conn, b"hola\n")
            reset(conn)
            server.wait_for_log(r"#1 connected from \[::1\]:\d+")
            server.wait_for_log(rf"#1 connection lost: 5 bytes in, 5 bytes out, {TIME}")

    def test_stopping_names_the_signal_and_what_is_open(self):
        for number, name in ((signal.SIGTERM, "SIGTERM"), (signal.SIGINT, "SIGINT")):
            with Server("--grace", "2500ms") as server, server.connect() as one, \
                    server.connect() as two:
                for conn in (one, two):
                    conn.sendall(b"x\n")
                    receive(conn, b"x\n")
                server.signal(number)
                self.assertEqual(server.status(), 0)
                log = server.log()
            self.assertIn(f"\nstopping ({name}), 2 connections, up to 2.5 s\n", log)
            for client in (1, 2):
                self.assertRegex(log, rf"\n#{client} stopped: 2 bytes in, 2 bytes out, {TIME}\n")
            self.assertTrue(log.endswith("\nserved 2 connections (0 refused), 4 bytes in, 4 bytes "
                                         "out, peak 2\n"), log)

    def test_large_totals_are_in_kilobytes_and_so_on(self):
        with Server("-P", "echo") as server:
            run("127.0.0.1", server.port, stdin=b"x" * 3_400_000)
            server.wait_for_log(rf"#1 closed by client: 3\.4 MB in, 3\.4 MB out, {TIME}")
            server.signal(signal.SIGTERM)
            server.wait_for_log(r"served 1 connection \(0 refused\), 3\.4 MB in, 3\.4 MB out, "
                                "peak 1")
            self.assertEqual(server.status(), 0)

    def test_a_port_probe_is_told_only_if_verbose(self):
        def probe(server):
            with Program("nc", "-z", "127.0.0.1", server.port) as client:
                self.assertEqual(client.status(), 0)
            if verbose:
                server.wait_for_log(r"#1 (closed by client|connection lost): 0 bytes in, .*")
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
        verbose = False
        self.assertNotIn("#1 ", self.log_of(probe))
        verbose = True
        log = self.log_of(probe, "-v")
        self.assertRegex(log, rf"#1 connected from {FROM}\n")
        self.assertRegex(log, rf"#1 (closed by client|connection lost): 0 bytes in, 0 bytes out, {TIME}\n")

    def test_text_of_a_peer_is_escaped(self):
        with Server("-vv", "--framing", "line") as server, server.connect() as conn:
            text = b"\x1b[2J\x07\xff\r#9 \xe2\x80\xae\tni\xc3\xb1o"
            conn.sendall(text + b"\n")
            receive(conn, text + b"\n")
            shown = '"\\x1b[2J\\x07\\xff\\x0d#9 \\u202e\tniño'
            server.wait_for_log(re.escape(f'#1 received {shown}"'))
            server.wait_for_log(re.escape(f'#1 answered {shown}"'))
            server.wait_for_log(re.escape(f'#1 read 20 bytes: {shown}\\x0a"'))
            self.assertNotIn("\x1b", server.log())

    def test_text_of_a_peer_is_cut_at_200_characters(self):
        with Server("-v", "--framing", "line") as server, server.connect() as conn:
            for text, size in (("x" * 200, None), ("x" * 201, 201), ("€" * 200, None),
                               ("€" * 201, 603), ("x" * 60000, 60000)):
                conn.sendall(text.encode() + b"\n")
                receive(conn, text.encode() + b"\n")
                shown = f'"{text[:200]}"' + (f"... ({size} bytes)" if size else "")
                server.wait_for_log(f"#1 received {re.escape(shown)}")
            conn.sendall(b"\x1b" * 60000 + b"\n")
            receive(conn, b"\x1b" * 60000 + b"\n")
            server.wait_for_log(r'#1 answered "(\\x1b)+"\.\.\. \(60000 bytes\)')
            self.assertLessEqual(max(len(line.encode()) + 1
                                     for line in server.log().split("\n")), 4096)

    def test_the_time_is_in_front_only_on_a_terminal(self):
        with Terminal(SOCKSERVER, "-p", 0, columns=90) as terminal:
            rows = wait_until(terminal.rows, "the first line")
            port = int(rows[0].split()[3])
            run("127.0.0.1", port, stdin=b"hola\n")
            clock = r"^\d\d:\d\d:\d\d "
            rows = wait_until(lambda: [row for row in terminal.rows() if "#1 closed" in row]
                              and terminal.rows(), "the log")
            self.assertRegex(rows[0], r"^listening on port \d+ \(127.0.0.1, ::1\), protocol quit")
            self.assertRegex(rows[1], f"^connect with: sockclient localhost {port}  .*Ctrl-C$")
            self.assertRegex(rows[2], rf"{clock}#1 connected from {FROM}$")
            self.assertRegex(rows[3], f'{clock}#1 received "hola"$')
            self.assertRegex(rows[4], f'{clock}#1 answered "hola"$')
            self.assertRegex(rows[5], f"{clock}#1 closed by client: 5 bytes in, 5 bytes out, {TIME}$")
            terminal.press("C-c")
            self.assertEqual(terminal.status(), 0)
            self.assertRegex(terminal.rows()[-1], rf"{clock}served 1 connection \(0 refused\), .*")


class Unread(unittest.TestCase):
    def test_a_pipe_that_nobody_reads_stalls_nobody_and_what_is_lost_is_counted(self):
        with Server("-v", stderr=subprocess.PIPE) as server, server.connect() as conn:
            fcntl.fcntl(server.stderr, F_SETPIPE_SZ, 16384)
            rounds = 1000
            for number in range(rounds):
                conn.sendall(b"line %d\n" % number)
                receive(conn, b"line %d\n" % number)
            log = os.read(server.stderr.fileno(), 65536)
            conn.sendall(b"quit\n")
            self.assertEqual(read_all(conn), b"")
            log += read_until(server.stderr, b"#1 closed by server: ")
            server.signal(signal.SIGTERM)
            log += server.stderr.read()
            self.assertEqual(server.status(), 0)
            lost = sum(int(n) for n in re.findall(rb"^(\d+) log lines? lost$", log, re.MULTILINE))
            told = len(re.findall(rb"^#1 (?:received|answered|connected|closed)", log, re.MULTILINE))
            self.assertGreater(lost, 0)
            self.assertEqual(told + lost, 2 * rounds + 1 + 2)

    def test_a_log_pipe_that_is_closed_ends_nobody(self):
        with Server("-v", stderr=subprocess.PIPE) as server, server.connect() as conn:
            server.stderr.close()
            for _ in range(10):
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")

    def test_a_full_disk_ends_nobody(self):
        with open("/dev/full", "wb") as full, Server("-v", stderr=full) as server:
            self.assertEqual(run("127.0.0.1", server.port, stdin=b"hola\n").stdout, b"hola\n")


class Closed(unittest.TestCase):
    """stdin, stdout and stderr may be closed: no socket takes their place."""

    def port_of(self, process):
        """The port on which a process listens, from what the system says."""
        def find():
            sockets = set()
            for number in os.listdir(f"/proc/{process.pid}/fd"):
                try:
                    sockets.add(os.readlink(f"/proc/{process.pid}/fd/{number}"))
                except OSError:
                    pass
            with open(f"/proc/{process.pid}/net/tcp", encoding="ascii") as table:
                for row in table.readlines()[1:]:
                    fields = row.split()
                    if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                        return int(fields[1].split(":")[1], 16)
            return None
        return wait_until(find, "a listening socket")

    def test_each_and_all(self):
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            with self.subTest(closed=closed), \
                    Program(SOCKSERVER, "-v", "-4", "-p", 0,
                            preexec_fn=lambda: [os.close(fd) for fd in closed]) as server:
                port = self.port_of(server.process)
                for fd in closed:
                    self.assertEqual(os.readlink(f"/proc/{server.process.pid}/fd/{fd}"), "/dev/null")
                done = run("127.0.0.1", port, stdin=b"hola\nquit\nlost\n")
                self.assertEqual(done.stdout, b"hola\n")
                server.signal(signal.SIGTERM)
                self.assertEqual(server.status(), 0)


if __name__ == "__main__":
    unittest.main()
