"""Where the server listens, and the line that says so."""

import signal
import socket
import subprocess
import sys
import unittest

from harness import SOCKSERVER, Program, Server, receive, run_server

# Runs the rest of its command line in a network of its own, where only loopback is up, and IPv6 only
# if the first argument is "6". So it may listen everywhere and on any port. The second argument is
# the address from which the machine would send elsewhere, if not empty.
ALONE = """
import ctypes, fcntl, os, socket, struct, sys
SIOCADDRT, SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP, RTF_UP = 0x890b, 0x8914, 0x8916, 1, 1

def address(text):
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(text))

control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
if sys.argv[1] != "6":
    with open("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w") as file:
        file.write("1")
if sys.argv[2]:
    fcntl.ioctl(control, SIOCSIFADDR, struct.pack("16s16s8x", b"lo:1", address(sys.argv[2])))
    name = ctypes.create_string_buffer(b"lo")
    anywhere = address("0.0.0.0")  # struct rtentry
    fcntl.ioctl(control, SIOCADDRT, struct.pack("L16s16s16sHhLPhPLLH", 0, anywhere, anywhere, anywhere,
                                                RTF_UP, 0, 0, 0, 0, ctypes.addressof(name), 0, 0, 0))
os.execvp(sys.argv[3], sys.argv[3:])
"""


def alone(*args, ipv6=True, address=""):
    return ["unshare", "--map-root-user", "--net", sys.executable, "-c", ALONE,
            "6" if ipv6 else "4", address, *args]


def can_be_alone():
    return subprocess.run(alone("true", ipv6=False), capture_output=True, check=False).returncode == 0


class Listening(unittest.TestCase):
    def answers(self, server, host):
        with server.connect(host) as conn:
            conn.sendall(b"hola\n")
            receive(conn, b"hola\n")

    def test_the_first_line_says_port_addresses_protocol_and_mode(self):
        with Server() as server:
            self.assertEqual(server.listening, f"listening on port {server.port} (127.0.0.1, ::1), "
                             "protocol quit, mode threads\n")
            self.assertNotEqual(server.port, 0)
        with Server("-P", "hola", "--mode", "blocking") as server:
            self.assertRegex(server.listening, r"\), protocol hola, mode blocking\n$")

    def test_it_is_all_that_stdout_gets_where_stdout_is_no_terminal(self):
        with Server() as server:
            self.answers(server, "127.0.0.1")
            server.signal(signal.SIGTERM)
            self.assertEqual(server.status(), 0)
            self.assertEqual(server.stdout.read(), b"")

    def test_localhost_is_both_families_on_one_port(self):
        with Server() as server:
            self.answers(server, "127.0.0.1")
            self.answers(server, "::1")

    def test_one_family_can_be_chosen(self):
        for option, address, other in (("-4", "127.0.0.1", "::1"), ("-6", "::1", "127.0.0.1")):
            with Server(option) as server:
                self.assertIn(f" ({address}), ", server.listening)
                self.answers(server, address)
                with self.assertRaises(ConnectionRefusedError):
                    server.connect(other)

    def test_several_hosts_share_the_port(self):
        with Server("--host", "127.0.0.2", "--host", "::1", "--host", "127.0.0.3") as server:
            self.assertIn(" (127.0.0.2, ::1, 127.0.0.3), ", server.listening)
            for host in ("127.0.0.2", "::1", "127.0.0.3"):
                self.answers(server, host)
            with self.assertRaises(ConnectionRefusedError):
                server.connect("127.0.0.4")  # where no other server of these tests listens

    def test_a_host_given_twice_is_listened_on_once(self):
        with Server("--host", "127.0.0.1", "--host", "localhost") as server:
            self.assertIn(" (127.0.0.1, ::1), ", server.listening)

    def test_an_address_in_brackets_is_an_address(self):
        with Server("--host", "[::1]") as server:
            self.assertIn(" (::1), ", server.listening)
            self.answers(server, "::1")

    @unittest.skipUnless(can_be_alone(), "no name spaces here")
    def test_the_default_port_is_9999(self):
        # The shell drops the --port that every other test needs.
        with Server(program=alone("sh", "-c", 'exec "$0"', SOCKSERVER)) as server:
            self.assertEqual(server.port, 9999)

    @unittest.skipUnless(can_be_alone(), "no name spaces here")
    def test_public_is_all_addresses(self):
        for options, addresses in (([], "0.0.0.0, ::"), (["-4"], "0.0.0.0"), (["-6"], "::")):
            with Server("--public", *options, program=alone(SOCKSERVER)) as server:
                self.assertIn(f" ({addresses}), ", server.listening)

    @unittest.skipUnless(can_be_alone(), "no name spaces here")
    def test_who_is_to_connect_to_all_addresses_is_told_the_one_that_others_use(self):
        for options, address, host in (([], "10.1.2.3", "10.1.2.3"), (["-4"], "10.1.2.3", "10.1.2.3"),
                                       ([], "", "localhost"), (["-6"], "10.1.2.3", "localhost")):
            with self.subTest(options=options, address=address):
                program = alone(SOCKSERVER, address=address)
                # Through a pipe, only a door with a certificate of this run has the second line.
                with Server("--public", "--tls", *options, doors=2, program=program) as server:
                    self.assertRegex(server.listening, "connect with: sockclient --tls --pin "
                                     rf"sha256:\S+ {host} {server.port}\n")

    @unittest.skipUnless(can_be_alone(), "no name spaces here")
    def test_a_family_that_the_machine_lacks_is_skipped_in_silence(self):
        for options, addresses in (([], "127.0.0.1"), (["-4"], "127.0.0.1")):
            with Server(*options, program=alone(SOCKSERVER, ipv6=False)) as server:
                self.assertIn(f" ({addresses}), ", server.listening)
                self.assertEqual(server.log(), "")

    @unittest.skipUnless(can_be_alone(), "no name spaces here")
    def test_a_family_that_the_machine_lacks_is_an_error_if_it_was_asked_for(self):
        for options, name in ((["-6"], "localhost"), (["--host", "::1"], "::1"),
                              (["--host", "localhost", "--host", "::1"], "::1")):
            with self.subTest(options=options), \
                    Program(*alone(SOCKSERVER, ipv6=False), "-p", "9998", *options) as server:
                self.assertEqual(server.stdout.readline(), b"")
                self.assertEqual(server.stderr.read().decode(), f"sockserver: cannot listen on {name} "
                                 "port 9998: Cannot assign requested address\n")
                self.assertEqual(server.status(), 1)


class Failing(unittest.TestCase):
    def assert_fails(self, done, text):
        self.assertEqual(done.stderr.decode(), f"sockserver: {text}\n")
        self.assertEqual((done.stdout, done.returncode), (b"", 1))

    def test_a_port_in_use_is_an_error(self):
        with Server() as server:
            self.assert_fails(run_server("--port", server.port), "cannot listen on localhost port "
                              f"{server.port}: Address already in use")
            self.assert_fails(run_server("--port", server.port, "--host", "::1"),
                              f"cannot listen on ::1 port {server.port}: Address already in use")

    def test_a_port_in_use_in_one_family_is_an_error(self):
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as holder:
            port = holder.getsockname()[1]
            self.assert_fails(run_server("--port", port), f"cannot listen on localhost port {port}: "
                              "Address already in use")

    def test_an_address_of_another_machine_is_an_error(self):
        self.assert_fails(run_server("--host", "192.0.2.1", "--port", 9998),
                          "cannot listen on 192.0.2.1 port 9998: Cannot assign requested address")

    def test_an_unknown_host_is_an_error(self):
        done = run_server("--host", "no-such-host.invalid")
        self.assertRegex(done.stderr.decode(),
                         r'^sockserver: cannot find host "no-such-host.invalid": .+\n$')
        self.assertEqual((done.stdout, done.returncode), (b"", 1))


class Restarting(unittest.TestCase):
    def test_the_same_port_can_be_had_at_once(self):
        with Server() as first, first.connect() as conn, first.connect("::1") as other:
            for one in (conn, other):
                one.sendall(b"hola\n")
                receive(one, b"hola\n")
            first.signal(signal.SIGTERM)
            # The server closes first, so its side of the connections stays in TIME_WAIT.
            for one in (conn, other):
                self.assertEqual(one.recv(1), b"")
            self.assertEqual(first.status(), 0)
            with Server(port=first.port) as second:
                self.assertEqual(second.port, first.port)
                with second.connect() as again:
                    again.sendall(b"hola\n")
                    receive(again, b"hola\n")

    def test_also_after_it_was_killed_in_a_conversation(self):
        with Server() as first, first.connect() as conn:
            conn.sendall(b"hola\n")
            receive(conn, b"hola\n")
            first.process.kill()
            first.process.wait()
            with Server(port=first.port):
                pass


if __name__ == "__main__":
    unittest.main()
