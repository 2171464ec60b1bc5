"""Several doors in one server: of TCP, UNIX sockets and datagrams."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import unittest

from harness import (DEADLINE, SOCKSERVER, Program, Server, WrongUsage, receive, run_server,
                     wait_until)


def connect(path):
    """To a UNIX socket; `@NAME` is an abstract name."""
    conn = socket.socket(socket.AF_UNIX)
    conn.settimeout(DEADLINE)
    conn.connect(path.replace("@", "\0", 1))
    return conn


def ask(conn, text=b"hola\n"):
    conn.sendall(text)
    receive(conn, text)


def doors(*texts):
    return [word for text in texts for word in ("--listen", text)]


def serve(*texts, options=(), **more):
    return Server(*doors(*texts), *options, port=None, doors=len(texts), **more)


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = f"{folder.name}/door"


class Wrong(WrongUsage, InAFolder):
    def test_a_door_that_is_none_is_named(self):
        for door, why in [
                ("x", '"x" is not a port (0 to 65535)'),
                ("70000", '"70000" is not a port (0 to 65535)'),
                ("[::1]:x=echo", '"x" is not a port (0 to 65535)'),
                ("0=hello", '"hello" is not one of echo, quit, hola, greet, chat, whoami'),
                ("0=echo/x", "echo has no rooms with names"),
                ("0,tsl", 'there is no attribute "tsl" (tls, proxy, mode=0660, delay=T, drip=N[@T], '
                 "rate=SIZE, close=N, reset=N, mute, deaf, no-accept, flip=N, share=P%)"),
                ("0,mode=0660", "mode= is for the path of a UNIX socket"),
                ("unix:", "unix: has no path"),
                ("unix:" + 108 * "x", "the path has 108 bytes, and can have 107"),
                ("udp:udp:9", "udp: stands there twice"),
                ("udp:unix:/x", "udp: goes with a port, not with a path"),
                ("udp:0=greet", "greet is not for datagrams (echo, quit, hola are)"),
                ("udp:0=echo,tls", "tls is not for datagrams"),
                ("udp:0,proxy", "proxy is not for datagrams"),
                ("0,tls=1", "tls takes no value"),
                ("udp:0=chat", "chat is not for datagrams (echo, quit, hola are)")]:
            self.assert_wrong(["--listen", "0", "--listen", door], f'--listen: "{door}": {why}')
        self.assert_wrong(["--listen", "0=\n"], r'--listen: "0=\x0a": "\x0a" is not one of echo, '
                          "quit, hola, greet, chat, whoami")

    def test_two_doors_at_one_address_are_named(self):
        for one, other in (("9001", "localhost:9001=echo"), ("udp:7", "udp:7=hola"),
                           (f"unix:{self.path}", f"unix:{self.path}=chat")):
            self.assert_wrong(doors(one, other),
                              f'--listen: "{other}": its address is that of "{one}"')
        self.assertFalse(os.path.exists(self.path))

    def test_an_address_is_told_so_that_a_terminal_is_safe(self):
        self.assert_fails(["unix:/no/such/\x1b[31m"],
                          r"unix:/no/such/\x1b[31m: No such file or directory")

    def test_an_address_of_datagrams_in_use_is_named_as_such(self):
        with serve("udp:127.0.0.1:0=echo") as other:
            self.assert_fails([f"udp:127.0.0.1:{other.port}"],
                              f"udp 127.0.0.1 port {other.port}: Address already in use")

    def test_options_that_describe_the_one_door_are_wrong_usage(self):
        for option, name in ((["--host", "::1"], "--host"), (["--port", "0"], "-p"),
                             (["--public"], "--public")):
            self.assert_wrong([*option, "--listen", "0"], f"{name} and --listen exclude each other")
            self.assert_wrong(["--listen", "0", *option], f"--listen and {name} exclude each other")

    def test_options_that_mean_nothing_at_these_doors_are_wrong_usage(self):
        path = f"unix:{self.path}"
        for texts, args, complaint in [
                (["0=echo", f"{path}=echo"], ["--framing", "line"], "--framing: echo has no messages"),
                (["0=echo", "0=quit"], ["--history", "5"], "--history: echo, quit have no room"),
                (["0=echo", "udp:0=quit"], ["--once"], '--once: "udp:0=quit" has no connections'),
                (["udp:0"], ["--banner", "hola"], "--banner: no door has connections"),
                (["0=quit", "udp:0=quit"], ["--max-messages", "1"],
                 '--max-messages: "udp:0=quit" has no connections'),
                ([path], ["-4"], "-4: no door has a host")]:
            self.assert_wrong([*doors(*texts), *args], complaint)

    def assert_fails(self, texts, reason):
        done = run_server(*doors(*texts))
        self.assertEqual(done.stderr.decode(), f"sockserver: cannot listen on {reason}\n")
        self.assertEqual((done.stdout, done.returncode), (b"", 1))

    def test_if_one_cannot_listen_none_does_and_nothing_is_left(self):
        with serve("127.0.0.1:0") as other:
            self.assert_fails([f"unix:{self.path}", f"127.0.0.1:{other.port}"],
                              f"127.0.0.1 port {other.port}: Address already in use")
            self.assertFalse(os.path.exists(self.path))
        self.assert_fails(["0", "unix:/no/such/folder/x"],
                          "unix:/no/such/folder/x: No such file or directory")
        with serve("127.0.0.1:0") as free:
            port = free.port
        self.assert_fails([f"127.0.0.1:{port}", f"localhost:{port}"],
                          f"localhost port {port}: Address already in use")


class Several(InAFolder):
    def test_options_that_one_door_understands_are_taken(self):
        options = ["--framing", "line", "--history", "5", "-P", "hola", "-4"]
        with serve("0=echo", "0=chat", "0", options=options) as server:
            self.assertEqual(re.findall(r"protocol (\w+)", server.listening),
                             ["echo", "chat", "hola"])
            self.assertNotIn("::1", server.listening)

    def test_each_door_has_a_line_and_all_are_one_write(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with ours, theirs:
            ours.settimeout(DEADLINE)
            with Program(SOCKSERVER, *doors("127.0.0.1:0", f"unix:{self.path}=chat/aula2",
                                            "[::1]:0=echo"), "--mode", "async", stdout=theirs):
                lines = ours.recv(65536).decode()
                self.assertRegex(lines, r"^listening on port \d+ \(127\.0\.0\.1\), protocol quit, mode async\n"
                                 rf"listening on unix:{self.path}, protocol chat/aula2, mode async\n"
                                 r"listening on port \d+ \(::1\), protocol echo, mode async\n$")

    def test_each_door_serves_its_protocol_in_each_mode(self):
        for mode in "threads", "async", "blocking":
            with self.subTest(mode), \
                    serve("0=echo", "127.0.0.1:0=hola", f"unix:{self.path}=quit", "unix:@sock-e2e",
                          options=["--mode", mode]) as server:
                with socket.create_connection(("::1", server.ports[0]), DEADLINE) as conn:
                    ask(conn, b"\0quit")
                with socket.create_connection(("127.0.0.1", server.ports[1]), DEADLINE) as conn:
                    conn.sendall(b"hola\n")
                    receive(conn, b"pues hola\n")
                for path in self.path, "@sock-e2e":
                    with connect(path) as conn:
                        ask(conn)
                        conn.sendall(b"quit\n")
                        self.assertEqual(conn.recv(1), b"")

    def test_limits_are_for_all_doors_together(self):
        with serve("0", f"unix:{self.path}", options=["--max-conns", "1"]) as server, \
                server.connect() as conn:
            ask(conn)
            with connect(self.path) as refused:
                self.assertIn(b"full", refused.recv(100))
            server.wait_for_log(r"refused unix \(pid \d+, uid \d+\): 1 connection already")

    def test_doors_of_one_protocol_and_name_are_one_room(self):
        texts = ("0=chat", f"unix:{self.path}=chat", "0=chat/aula2", f"unix:{self.path}2=chat/aula2")
        with serve(*texts) as server:
            people = [socket.create_connection(("127.0.0.1", server.ports[0]), DEADLINE),
                      connect(self.path),
                      socket.create_connection(("127.0.0.1", server.ports[1]), DEADLINE),
                      connect(f"{self.path}2")]
            heard = [b""] * len(people)

            def wait_for(person, text):
                while text not in heard[person]:
                    piece = people[person].recv(1000)
                    self.assertTrue(piece, heard)
                    heard[person] += piece
            for person in range(len(people)):
                wait_for(person, b"/nick NAME")
            for one, other in ((0, 1), (2, 3)):
                wait_for(one, b"joined (2 here)")
                people[one].sendall(b"from %d\n" % one)
                wait_for(other, b"from %d\n" % one)
            self.assertNotIn(b"from 0", heard[3])
            for person in people:
                person.close()


class Unix(InAFolder):
    def mode(self):
        return stat.S_IMODE(os.stat(self.path).st_mode)

    def test_the_path_is_the_owners_unless_said_and_gone_at_the_end(self):
        for attribute, mode in ("", 0o600), (",mode=0660", 0o660), (",mode=0", 0):
            for number in signal.SIGTERM, signal.SIGINT:
                with serve(f"unix:{self.path}=echo{attribute}") as server:
                    self.assertEqual(self.mode(), mode)
                    server.signal(number)
                    self.assertEqual(server.status(), 0)
                self.assertFalse(os.path.exists(self.path))

    def test_a_path_that_a_killed_server_left_is_taken_over(self):
        with serve(f"unix:{self.path}") as server:
            server.signal(signal.SIGKILL)
            server.status()
        self.assertTrue(os.path.exists(self.path))
        with serve(f"unix:{self.path}"), connect(self.path) as conn:
            ask(conn)
        self.assertFalse(os.path.exists(self.path))

    def test_a_path_at_which_somebody_answers_is_in_use(self):
        for path in self.path, "@sock-e2e-in-use":
            with serve(f"unix:{path}") as server:
                done = run_server("--listen", f"unix:{path}")
                self.assertEqual(done.stderr.decode(), "sockserver: cannot listen on "
                                 f"unix:{path}: Address already in use\n")
                self.assertEqual(done.returncode, 1)
                with connect(path) as conn:
                    ask(conn)
                self.assertIsNone(server.process.poll())

    def test_a_file_that_is_no_socket_is_never_touched(self):
        with open(self.path, "w", encoding="ascii") as file:
            file.write("mine")
        done = run_server("--listen", f"unix:{self.path}")
        self.assertEqual(done.stderr.decode(), f"sockserver: cannot listen on unix:{self.path}: "
                         "Address already in use (by a file that is no socket)\n")
        self.assertEqual(done.returncode, 1)
        with open(self.path, encoding="ascii") as file:
            self.assertEqual(file.read(), "mine")

    def test_a_file_that_has_come_into_its_place_is_left(self):
        with serve(f"unix:{self.path}"):
            os.remove(self.path)
            with open(self.path, "w", encoding="ascii"):
                pass
        self.assertTrue(os.path.exists(self.path))

    def assert_echoes_a_megabyte(self, *command):
        data = os.urandom(1 << 20)
        with serve(f"unix:{self.path}=echo"):
            done = subprocess.run([*command], input=data, capture_output=True, timeout=DEADLINE,
                                  check=False)
            self.assertEqual((done.stderr, done.returncode), (b"", 0))
            self.assertTrue(done.stdout == data)

    @unittest.skipUnless(shutil.which("nc"), "no nc")
    def test_nc_gets_every_byte_of_a_megabyte(self):
        self.assert_echoes_a_megabyte("nc", "-N", "-U", self.path)

    @unittest.skipUnless(shutil.which("socat"), "no socat")
    def test_socat_gets_every_byte_of_a_megabyte(self):
        self.assert_echoes_a_megabyte("socat", "-t", str(DEADLINE), "-", f"UNIX-CONNECT:{self.path}")

    def test_a_program_that_writes_and_reads_gets_every_byte_of_a_megabyte(self):
        data = os.urandom(1 << 20)
        with serve(f"unix:{self.path}=echo"), connect(self.path) as conn:
            def send():
                conn.sendall(data)
                conn.shutdown(socket.SHUT_WR)
            sender = threading.Thread(target=send)
            sender.start()
            came = b"".join(iter(lambda: conn.recv(65536), b""))
            sender.join(DEADLINE)
            self.assertTrue(came == data)

    def test_the_log_has_the_process_and_the_user_of_a_peer(self):
        who = rf"unix \(pid {os.getpid()}, uid {os.getuid()}\)"
        with serve(f"unix:{self.path}") as server:
            with connect(self.path) as conn:
                ask(conn)
            server.wait_for_log(f"#1 connected from {who}")
            server.wait_for_log("#1 closed by client: 5 bytes in, 5 bytes out, .*")

    def test_the_json_log_has_them_as_fields(self):
        with serve(f"unix:{self.path}=chat/aula2", "0",
                   options=["--log-format", "json", "--mode", "async"]) as server:
            local, tcp = (json.loads(line) for line in server.listening.splitlines())
            self.assertEqual({**local, "time": 0},
                             {"time": 0, "event": "listening", "transport": "unix", "path": self.path,
                              "protocol": "chat/aula2", "mode": "async"})
            self.assertEqual({**tcp, "time": 0},
                             {"time": 0, "event": "listening", "transport": "tcp", "port": server.port,
                              "addresses": ["127.0.0.1", "::1"], "protocol": "quit", "mode": "async"})
            with connect(self.path) as conn:
                conn.recv(1)
            wait_until(lambda: '"closed"' in server.log(), "the end")
            for line in server.log().splitlines():
                event = json.loads(line)
                self.assertEqual((event["peer"], event["pid"], event["uid"]),
                                 ("unix", os.getpid(), os.getuid()))


class Datagrams(InAFolder):
    def test_a_port_of_tcp_and_one_of_udp_may_have_one_number(self):
        with serve("127.0.0.1:0=echo") as free:
            port = free.port
        with serve(f"127.0.0.1:{port}=echo", f"udp:127.0.0.1:{port}=echo") as server:
            self.assertTrue(server.listening.endswith(
                f"listening on udp port {port} (127.0.0.1), protocol echo\n"))
            with server.connect() as conn, socket.socket(type=socket.SOCK_DGRAM) as peer:
                ask(conn)
                peer.settimeout(DEADLINE)
                peer.connect(("127.0.0.1", port))
                ask(peer)

    def test_totals_without_connections_have_no_peak(self):
        with serve("udp:127.0.0.1:0=echo") as server:
            with socket.socket(type=socket.SOCK_DGRAM) as peer:
                peer.settimeout(DEADLINE)
                peer.connect(("127.0.0.1", server.port))
                ask(peer)
            server.signal(signal.SIGTERM)
            self.assertEqual(server.status(), 0)
            self.assertRegex(server.log(), r"served 1 connection \(0 refused\), 5 bytes in, "
                             r"5 bytes out, 1 datagram in, 1 out\n$")

    def test_senders_are_told_of_with_v_only(self):
        for options, is_told in ((["-v"], True), ([], False)):
            with serve("udp:0=echo", f"unix:{self.path}=echo", options=options) as server:
                with socket.socket(type=socket.SOCK_DGRAM) as peer:
                    peer.settimeout(DEADLINE)
                    peer.connect(("127.0.0.1", server.port))
                    ask(peer)
                    port = peer.getsockname()[1]
                with connect(self.path) as conn:
                    ask(conn)
                server.wait_for_log(r"#\d+ connected from unix .*")
                line = f" first datagram from udp 127.0.0.1:{port}\n"
                self.assertEqual(line in server.log(), is_told)


if __name__ == "__main__":
    unittest.main()
