"""What the client tells with -vv and -vvv, of reads and writes and of TCP."""

import os
import select
import socket
import struct
import subprocess
import unittest

from harness import DEADLINE, SOCKCLIENT, Peer, Program, Terminal, echo, read_until, run, \
    wait_until

COUNTS = rb"\d+ writes?, \d+ segments?, \d+ retransmitted, least rtt \d+ us"
FULL = b"sockclient: the peer's window is full: it does not read\n"


def listener():
    return socket.create_server(("127.0.0.1", 0))


class Told(unittest.TestCase):
    def test_twice_verbose_tells_every_read_and_write(self):
        with Peer(echo) as peer:
            done = run("-vv", "127.0.0.1", peer.port, stdin=b"hola\nadios\n")
        self.assertIn(b'sockclient: wrote 11 bytes: "hola\\x0aadios\\x0a"\n', done.stderr)
        self.assertIn(b'sockclient: read ', done.stderr)
        self.assertNotRegex(done.stderr, b"rtt|segment|state|TIME_WAIT")

    def test_the_client_closes_first(self):
        with Peer(echo) as peer:
            done = run("-vvv", "127.0.0.1", peer.port, stdin=b"hola\n")
        self.assertEqual((done.returncode,
                          done.stdout), (0, b"hola\n"))
        self.assertIn(b"sockclient: 1 write so far, 1 segment\n", done.stderr)
        self.assertRegex(done.stderr, rb"sockclient: rtt \d+ us\n")
        # How much of it is seen depends on how fast the peer answers.
        self.assertRegex(done.stderr, rb"sockclient: state \w+ -> CLOSE: "
                                      rb"(the peer has sent its|both have sent their) FIN\n")
        self.assertRegex(done.stderr, b"sockclient: " + COUNTS +
                         b"; we have closed first: this side stays in TIME_WAIT\n")
        self.assertRegex(done.stderr.splitlines()[-1], rb"5 bytes sent, 5 bytes received")

    def test_the_server_closes_first(self):
        with Peer(lambda conn: conn.recv(5)) as peer:
            done = run("-vvv", "127.0.0.1", peer.port, "--send", "hola", "--no-shutdown")
        self.assertIn(b"sockclient: state ESTABLISHED -> CLOSE_WAIT: "
                      b"the peer has sent its FIN\n", done.stderr)
        self.assertRegex(done.stderr, b"sockclient: " + COUNTS +
                         b"; the peer has closed first: it stays in TIME_WAIT\n")

    def test_the_server_resets(self):
        with listener() as server:
            with Program(SOCKCLIENT, "-vvv", "127.0.0.1", server.getsockname()[1]) as client:
                conn, _ = server.accept()
                read_until(client.stderr, b"connected to")
                conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                conn.close()
                self.assertEqual(client.status(), 1)
                told = client.stderr.read()
        self.assertIn(b"sockclient: state ESTABLISHED -> CLOSE: the peer has reset it\n", told)
        self.assertRegex(told, b"sockclient: " + COUNTS +
                         b"; a reset: no side stays in TIME_WAIT\n")

    def test_a_server_that_does_not_read(self):
        with listener() as server:
            with Program(SOCKCLIENT, "-vvv", "127.0.0.1", server.getsockname()[1],
                         stdout=subprocess.DEVNULL) as client:
                conn, _ = server.accept()
                os.set_blocking(client.stdin.fileno(), False)
                told = b""
                while FULL not in told:
                    try:
                        while True:
                            os.write(client.stdin.fileno(), bytes(65536))
                    except BlockingIOError:
                        told += read_until(client.stderr, b"\n")
                told = b""
                while b"sockclient: the peer's window is open again: " not in told:
                    ready, _, _ = select.select([conn, client.stderr], [], [], DEADLINE)
                    self.assertTrue(ready, "the window does not open")
                    if conn in ready:
                        conn.recv(1 << 20)
                    if client.stderr in ready:
                        told += os.read(client.stderr.fileno(), 65536)
                conn.close()

    def test_in_steps_the_connection_is_looked_at_too(self):
        with listener() as server:
            with Program(SOCKCLIENT, "-vvv", "127.0.0.1", server.getsockname()[1],
                         "--recv") as client:
                conn, _ = server.accept()
                with conn:
                    # The FIN goes with the data: a client that has its answer closes at once, too.
                    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
                    conn.sendall(b"hola\n")
                    conn.shutdown(socket.SHUT_WR)
                    told = read_until(client.stderr, b"state ESTABLISHED -> CLOSE_WAIT: "
                                                     b"the peer has sent its FIN\n")
                    self.assertEqual(client.status(), 0)
                self.assertIn(b"the peer has closed first: it stays in TIME_WAIT",
                              told + client.stderr.read())

    def test_unix_sockets_and_datagrams_have_no_tcp(self):
        name = f"sock-test-client-tcp-{os.getpid()}"
        with Peer(echo, path=f"\0{name}"), socket.socket(type=socket.SOCK_DGRAM) as datagrams:
            datagrams.bind(("127.0.0.1", 0))
            for where in ((f"unix:@{name}",), ("-u", "127.0.0.1", datagrams.getsockname()[1])):
                done = run("-vvv", *where, stdin=b"hola\n")
                self.assertEqual(done.returncode, 0)
                self.assertNotRegex(done.stderr, b"rtt|segment|state|TIME_WAIT")

    def test_where_a_line_is_typed_it_is_told_above(self):
        with Peer(echo) as peer, Terminal(SOCKCLIENT, "-vvv", "127.0.0.1", peer.port) as terminal:
            terminal.line("hola")
            wait_until(lambda: "hola" in terminal.rows(), "the answer")
            terminal.type("half")
            # An answer of its own accord, so that lines are told while there is a half line.
            wait_until(lambda: terminal.rows()[-1] == "> half", "the line being typed")
            peer.connections[0].sendall(b"news\n")
            wait_until(lambda: "news" in terminal.rows(), "the news")
            wait_until(lambda: terminal.rows()[-1] == "> half", "the line being typed")
            rows = terminal.rows()
            self.assertIn('sockclient: wrote 5 bytes: "hola\\x0a"', rows)
            self.assertIn('sockclient: read 5 bytes: "news\\x0a"', rows)
            self.assertEqual(sum(row.startswith("> half") for row in rows), 1, rows)

    def test_nagle_is_of_tcp(self):
        for where in (("unix:@x",), ("-u", "localhost", "1")):
            done = run("--nagle", *where)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"--nagle", done.stderr)


if __name__ == "__main__":
    unittest.main()
