"""Connecting: addresses, time limits, trying again, and what is said when it fails."""

import os
import socket
import unittest

from harness import Peer, Program, SOCKCLIENT, echo, read_until, run


def free_port():
    """A port on which nobody listens; held, so that nobody else gets it."""
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    return holder, holder.getsockname()[1]


class Connecting(unittest.TestCase):
    def assert_fails(self, done, text):
        self.assertEqual(done.stderr.decode(), f"sockclient: {text}\n")
        self.assertEqual(done.stdout, b"")
        self.assertEqual(done.returncode, 1)

    def test_a_refused_connection_says_what_was_tried(self):
        holder, port = free_port()
        with holder:
            self.assert_fails(run("localhost", port), f"cannot connect to localhost port {port}: "
                              "Connection refused (tried ::1, 127.0.0.1)")

    def test_minus_4_tries_only_ipv4(self):
        holder, port = free_port()
        with holder:
            self.assert_fails(run("-4", "localhost", port), f"cannot connect to localhost port "
                              f"{port}: Connection refused (tried 127.0.0.1)")

    def test_it_comes_from_the_source_that_is_asked_for(self):
        peers = []

        def serve(conn):
            peers.append(conn.getpeername())
            echo(conn)
        with Peer(serve) as peer:
            for source in ("127.0.0.2", None):
                source = source or f"127.0.0.2:{peers[0][1]}"
                done = run("-s", source, "localhost", peer.port, "--send", "x", "--recv")
                self.assertEqual((done.returncode, done.stdout), (0, b"x\n"))
        self.assertEqual(peers[0][0], "127.0.0.2")
        self.assertEqual(peers[1], peers[0])

    def test_a_source_that_is_not_this_machines_is_named(self):
        holder, port = free_port()
        with holder:
            self.assert_fails(run("--source", "203.0.113.1", "127.0.0.1", port),
                              f"cannot connect to 127.0.0.1 port {port} from 203.0.113.1: "
                              "Cannot assign requested address")

    def test_a_source_has_to_be_an_address_of_the_family_in_question(self):
        for args, complaint in [
                (["-s", "eth0"], '--source: "eth0" is not an address (like 192.0.2.7, '
                 "192.0.2.7:5000, [::1]:5000)"),
                (["-4", "-s", "::1"], "--source: ::1 is an IPv6 address"),
                (["-s", "127.0.0.1", "unix:/tmp/x"], "--source: not with unix:")]:
            done = run(*args)
            self.assertEqual((done.returncode, done.stderr.decode()),
                             (2, f"sockclient: {complaint}\n(try sockclient --help)\n"))

    def test_a_refused_address_is_not_said_twice(self):
        holder, port = free_port()
        with holder:
            self.assert_fails(run("127.0.0.1", port),
                              f"cannot connect to 127.0.0.1 port {port}: Connection refused")

    def test_an_unknown_host_is_an_error(self):
        done = run("no-such-host.invalid", 9)
        self.assertRegex(done.stderr.decode(),
                         r'^sockclient: cannot find host "no-such-host.invalid": .+\n$')
        self.assertEqual(done.returncode, 1)

    def test_host_and_port_in_one_argument_get_a_hint(self):
        lines = run("localhost:8000").stderr.decode().splitlines()
        self.assertEqual(lines[1:], ["(HOST and PORT are two arguments: sockclient localhost 8000)"])
        lines = run("[::1]:8000").stderr.decode().splitlines()
        self.assertEqual(lines[1:], ["(HOST and PORT are two arguments: sockclient [::1] 8000)"])

    def test_an_address_and_a_port_without_brackets_too(self):
        done = run("::1:9")
        self.assertEqual(done.stderr.decode().splitlines(),
                         ["sockclient: cannot connect to ::1:9: no address of a host",
                          "(HOST and PORT are two arguments: sockclient ::1 9)"])
        self.assertEqual(done.returncode, 1)

    @unittest.skipUnless(os.path.exists("/etc/services"), "no names of services here")
    def test_the_name_of_a_service_is_a_port(self):
        done = run("-4", "localhost", "tcpmux")
        self.assertIn("port 1: Connection refused", done.stderr.decode())
        lines = run("localhost:http").stderr.decode().splitlines()
        self.assertEqual(lines[1:], ["(HOST and PORT are two arguments: sockclient localhost http)"])

    def test_an_address_in_brackets_is_an_address(self):
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
        with listener, Program(SOCKCLIENT, "[::1]", listener.getsockname()[1]) as client:
            conn, _ = listener.accept()
            with conn:
                conn.sendall(b"six\n")
            self.assertEqual(read_until(client.stdout, b"\n"), b"six\n")
            self.assertEqual(client.status(), 0)

    def test_localhost_finds_a_server_that_has_only_ipv4(self):
        with Peer(echo) as peer:
            self.assertEqual(run("localhost", peer.port, stdin=b"x").stdout, b"x")

    def test_wait_bounds_the_time_for_connecting(self):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
            waiting = []
            try:
                # A full backlog leaves whoever comes next without an answer.
                while True:
                    one = socket.socket()
                    waiting.append(one)
                    one.settimeout(0.3)
                    one.connect(listener.getsockname())
            except TimeoutError:
                port = listener.getsockname()[1]
                self.assert_fails(run("127.0.0.1", port, "--wait", "300ms"),
                                  f"cannot connect to 127.0.0.1 port {port}: Connection timed out")
            finally:
                for one in waiting:
                    one.close()

    def test_retry_waits_for_a_server_that_is_not_there_yet(self):
        holder, port = free_port()
        with holder, Program(SOCKCLIENT, "-v", "--retry", "20s", "127.0.0.1", port) as client:
            read_until(client.stderr, b"Connection refused; trying again\n")
            holder.listen()
            conn, _ = holder.accept()
            with conn:
                conn.sendall(b"at last\n")
            self.assertEqual(read_until(client.stdout, b"\n"), b"at last\n")
            self.assertEqual(client.status(), 0)

    def test_retry_ends_with_the_last_error(self):
        holder, port = free_port()
        with holder:
            self.assert_fails(run("--retry", "250ms", "127.0.0.1", port),
                              f"cannot connect to 127.0.0.1 port {port}: Connection refused")

    def test_verbose_tells_what_is_done_and_the_totals_on_stderr(self):
        with Peer(echo) as peer:
            done = run("-v", "127.0.0.1", peer.port, stdin=b"hola\n")
        lines = done.stderr.decode().splitlines()
        self.assertEqual(done.stdout, b"hola\n")
        self.assertEqual(lines[0], f"sockclient: connecting to 127.0.0.1 port {peer.port}")
        self.assertRegex(lines[1], rf"^sockclient: connected to 127.0.0.1:{peer.port} from 127.0.0.1:\d+$")
        self.assertEqual(lines[2], "sockclient: end of input: half-closing")
        self.assertRegex(lines[3], r"^sockclient: 5 bytes sent, 5 bytes received, .* m?s$")


if __name__ == "__main__":
    unittest.main()
