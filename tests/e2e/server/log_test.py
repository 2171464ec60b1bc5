"""What the server tells on stderr."""

import fcntl
import json
import os
import re
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import unittest

from harness import DEADLINE, Program, Server, Terminal, SOCKSERVER, read_all, read_until, \
    receive, run, wait_until

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

    def test_twice_verbose_shows_that_one_send_is_not_one_message(self):
        def talk(server):
            with server.connect() as conn:
                conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                conn.sendall(b"ho")
                server.wait_for_log('#1 read 2 bytes: "ho"')
                conn.sendall(b"la\nadi")
                receive(conn, b"pues hola\n")
                conn.sendall(b"os\n")
                self.assertEqual(read_all(conn), b"pues adios\n")
            server.wait_for_log("#1 closed .*")
        self.assert_lines(self.log_of(talk, "-P", "hola", "--framing", "line", "-vv"),
                          rf"#1 connected from {FROM}",
                          '#1 read 2 bytes: "ho"',
                          r'#1 read 6 bytes: "la\\x0aadi"',
                          '#1 received "hola"',
                          '#1 answered "pues hola"',
                          r'#1 wrote 10 bytes: "pues hola\\x0a"',
                          r'#1 read 3 bytes: "os\\x0a"',
                          '#1 received "adios"',
                          '#1 answered "pues adios"',
                          r'#1 wrote 11 bytes: "pues adios\\x0a"',
                          rf"#1 closed by server: 11 bytes in, 21 bytes out, {TIME}", *self.END)

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

    def test_sigusr1_tells_the_totals_so_far(self):
        for options in ((), ("-q",)):
            with Server(*options) as server:
                with server.connect() as conn, server.connect() as second:
                    for one in (conn, second):
                        one.sendall(b"hola\n")
                        receive(one, b"hola\n")
                    # What a client has received may not have been counted yet.
                    def told():
                        server.signal(signal.SIGUSR1)
                        return ("serving 2 connections, served 2 (0 refused), 10 bytes in, "
                                "10 bytes out, peak 2\n") in server.log()
                    wait_until(told, "the totals")
                    conn.sendall(b"still here\n")
                    receive(conn, b"still here\n")

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


class HexDump(unittest.TestCase):
    ROW = re.compile(r"^#(\d+) ([<>]) ([0-9a-f]{8})  ((?:[0-9a-f]{2}  ?)+) +\|(.{1,16})\|$",
                     re.MULTILINE)

    def bytes_of(self, log):
        """What was dumped, for each connection and direction; offsets have to fit."""
        dumped = {}
        for conn, direction, offset, row, text in self.ROW.findall(log):
            had = dumped.setdefault((int(conn), direction), bytearray())
            self.assertEqual(int(offset, 16), len(had))
            row = bytes.fromhex(row)
            self.assertEqual(text, "".join(chr(b) if 32 <= b < 127 else "." for b in row))
            had += row
        return dumped

    def test_a_short_conversation(self):
        for option in ("-x", "--hex-dump"):
            with Server(option, "-q", "-P", "hola", "--framing", "line") as server:
                with server.connect() as conn:
                    for text, answer in ((b"hola\n", b"pues hola\n"), (b"adios\n", b"pues adios\n")):
                        conn.sendall(text)
                        receive(conn, answer)
                    self.assertEqual(read_all(conn), b"")
                server.signal(signal.SIGTERM)
                self.assertEqual(server.status(), 0)
                self.assertEqual(server.log(), """\
#1 < 00000000  68 6f 6c 61 0a                                    |hola.|
#1 > 00000000  70 75 65 73 20 68 6f 6c  61 0a                    |pues hola.|
#1 < 00000005  61 64 69 6f 73 0a                                 |adios.|
#1 > 0000000a  70 75 65 73 20 61 64 69  6f 73 0a                 |pues adios.|
""")

    def test_every_byte_of_every_connection(self):
        for mode in ("threads", "async"):
            with self.subTest(mode=mode):
                self.dump_two_connections("--mode", mode)

    def dump_two_connections(self, *options):
        sent = bytes(range(256)) * 200
        with Server("-x", "-P", "echo", *options) as server:
            with server.connect() as one, server.connect() as two:
                for _ in range(3):
                    for conn in (one, two):
                        conn.sendall(sent)
                        receive(conn, sent)
            for conn in (1, 2):
                server.wait_for_log(rf"#{conn} closed by client.*")
            dumped = self.bytes_of(server.log())
            self.assertEqual(dumped, {(conn, direction): sent * 3
                                      for conn in (1, 2) for direction in "<>"})


class Unread(unittest.TestCase):
    def test_a_pipe_that_nobody_reads_stalls_nobody_and_what_is_lost_is_counted(self):
        for mode in ("blocking", "threads", "async"):
            with self.subTest(mode=mode):
                self.write_more_than_a_pipe_holds("--mode", mode)

    def write_more_than_a_pipe_holds(self, *options):
        with Server("-v", *options, stderr=subprocess.PIPE) as server, server.connect() as conn:
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

    def test_a_stopped_terminal_stalls_nobody_and_what_is_lost_is_counted(self):
        with Terminal(SOCKSERVER, "-p", 0, columns=90) as terminal:
            rows = wait_until(terminal.rows, "the first line")
            port = int(rows[0].split()[3])
            with socket.create_connection(("127.0.0.1", port), DEADLINE) as conn:
                def say(line):
                    conn.sendall(line)
                    receive(conn, line)

                def shows(text):
                    wait_until(lambda: any(text in row for row in terminal.rows()), text)
                say(b"before\n")
                shows('#1 answered "before"')
                terminal.press("C-s")
                for _ in range(500):
                    say(b"meanwhile\n")
                terminal.press("C-q")
                def lost():
                    say(b"after\n")
                    return [row for row in terminal.rows("-J") if "log lines lost" in row]
                self.assertRegex(wait_until(lost, "the lost lines")[0],
                                 r"^\d\d:\d\d:\d\d \d+ log lines lost$")

    def test_a_line_is_one_write(self):
        rounds = 200
        with tempfile.TemporaryFile() as file:
            for stderr in (file, subprocess.PIPE):
                with self.subTest(stderr=stderr), Server("-v", stderr=stderr) as server, \
                        server.connect() as conn:
                    def writes():
                        with open(f"/proc/{server.process.pid}/io", encoding="ascii") as io:
                            return int(re.search(r"^syscw: (\d+)$", io.read(), re.MULTILINE)[1])
                    conn.sendall(b"first\n")
                    receive(conn, b"first\n")
                    try:
                        before = writes()
                    except OSError:
                        self.skipTest("this system does not count writes")
                    for _ in range(rounds):
                        conn.sendall(b"hola\n")
                        receive(conn, b"hola\n")
                    # What goes to a client is sent, which the system does not count as a write.
                    self.assertEqual(writes() - before, 2 * rounds)

    def test_a_log_pipe_that_is_closed_ends_nobody(self):
        with Server("-v", stderr=subprocess.PIPE) as server, server.connect() as conn:
            server.stderr.close()
            for _ in range(10):
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")

    def test_a_full_disk_ends_nobody(self):
        with open("/dev/full", "wb") as full, Server("-v", stderr=full) as server:
            self.assertEqual(run("127.0.0.1", server.port, stdin=b"hola\n").stdout, b"hola\n")


    def test_a_log_at_its_limit_of_size_ends_nobody_and_what_is_lost_is_counted(self):
        with Server("-v", "-P", "hola") as server, server.connect() as conn:
            def talk():
                for _ in range(10):
                    conn.sendall(b"hola\n")
                    receive(conn, b"pues hola\n")
            talk()
            size = len(server.log())
            no_limit = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size + 150, no_limit[1]))
            talk()
            self.assertEqual(len(server.log()), size + 150)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, no_limit)
            talk()
            conn.close()
            server.wait_for_log("#1 closed by client: .*")
            lines = server.log()[size:].splitlines()
            whole = [line for line in lines
                     if line in ('#1 received "hola"', '#1 answered "pues hola"')]
            lost = [int(line.split()[0]) for line in lines if line.endswith(" log lines lost")]
            self.assertEqual(len(lost), 1)
            self.assertEqual(len(whole) + sum(lost), 40)


HOSTILE = [b"", b"hola", "qué tal € 😀".encode(), b'"},{"event":"closed","conn":1}', b"\\", b'\\"',
           b"\x00\x01\x1b[2J\x7f", b"\xff\xfe\xc2", "\u202e\u2028\u0085\ufeff".encode(), b"\r", b"\t",
           bytes(range(10)) + bytes(range(11, 256)), b"\xed\xa0\x80", b"\xc0\xaf", b"\xf0\x9f\x98",
           b"\xf0\x9f\x98\x80" * 5000, b"\x00" * 5000, b'"' * 5000, b"\xff" * 5000]


class Json(unittest.TestCase):
    def events(self, server):
        return [json.loads(line) for line in server.log().split("\n")[:-1]]

    def wait_for_event(self, server, event):
        return wait_until(lambda: [one for one in self.events(server) if one["event"] == event],
                          event)

    def test_every_line_is_an_object_whatever_a_peer_sends(self):
        with Server("--log-format", "json", "-vv", "--framing", "line") as server:
            with server.connect() as conn:
                peer = "127.0.0.1:%d" % conn.getsockname()[1]
                for text in HOSTILE:
                    conn.sendall(text + b"\n")
                    receive(conn, text + b"\n")
            self.wait_for_event(server, "closed")
            events = self.events(server)
            received = [one for one in events if one["event"] == "received"]
            self.assertEqual(len(received), len(HOSTILE))
            for one, sent in zip(received, HOSTILE):
                sent = sent.removesuffix(b"\r")
                self.assertEqual(one["bytes"], len(sent))
                whole = "".join(one if "\udc80" > one or one > "\udcff" else "\ufffd"
                                for one in sent.decode(errors="surrogateescape"))
                self.assertEqual(one["text"], whole[:200])
                self.assertEqual(one.get("cut", False), len(whole) > 200)
            for one in events:
                self.assertRegex(one["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                self.assertEqual((one["conn"], one["peer"]), (1, peer))
            self.assertEqual({one["event"] for one in events},
                             {"connected", "read", "received", "answered", "wrote", "closed"})
            for direction, total in (("read", "bytes_in"), ("wrote", "bytes_out")):
                self.assertEqual(sum(one["bytes"] for one in events if one["event"] == direction),
                                 events[-1][total])
            # Nothing that a terminal obeys, and no line end but ours.
            self.assertEqual(re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\ufeff]",
                                        server.log()), [])

    def test_the_listening_line_is_json_too(self):
        with Server("--log-format=json", "-q", "-P", "hola") as server:
            line = json.loads(server.listening)
            self.assertRegex(line.pop("time"), "Z$")
            self.assertEqual(line, {"event": "listening", "transport": "tcp", "port": server.port,
                                    "addresses": ["127.0.0.1", "::1"], "protocol": "hola",
                                    "mode": "threads"})

    def test_the_end_is_json_too(self):
        with Server("--log-format", "json", "-m", "1") as server:
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
                with server.connect() as other:
                    read_all(other)
                server.signal(signal.SIGUSR1)
                self.wait_for_event(server, "totals")
                server.signal(signal.SIGTERM)
                self.assertEqual(server.status(), 0)
            events = self.events(server)
            self.assertEqual([one["event"] for one in events],
                             ["connected", "refused", "totals", "stopping", "closed", "totals"])
            self.assertEqual(events[3]["signal"], "SIGTERM")
            self.assertEqual(events[4]["why"], "stopped")
            self.assertEqual((events[5]["served"], events[5]["refused"], events[5]["active"]),
                             (1, 1, 0))


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
