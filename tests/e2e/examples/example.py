"""Runs the example programs; plain sockets act as their peers.

SOCK_EXAMPLES is the folder of the programs. Servers get port 0; their real port is read from
/proc, so that the examples need not print it. Every wait fails at DEADLINE.
"""

import contextlib
import os
import select
import socket
import subprocess
import tempfile
import time
import unittest

DEADLINE = 20  # seconds


def sockets_of(pid):
    found = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            found.add(os.readlink(f"/proc/{pid}/fd/{name}"))
    return found


def rows(table):
    with contextlib.suppress(FileNotFoundError), open(f"/proc/net/{table}") as lines:
        yield from map(str.split, lines)


def port_of(pid, protocol="tcp"):
    """Returns the port on which the process listens (TCP) or is bound (UDP), or None."""
    state = {"tcp": "0A", "udp": "07"}[protocol]  # LISTEN; not connected
    sockets = sockets_of(pid)
    for table in (protocol, f"{protocol}6"):
        for row in rows(table):
            if row[3] == state and f"socket:[{row[9]}]" in sockets:
                return int(row[1].rpartition(":")[2], 16)
    return None


def listens_at(pid, path):
    """Whether the process listens on the UNIX socket `path`."""
    sockets = sockets_of(pid)
    return any(row[-1] == path and row[3] == "00010000" and f"socket:[{row[6]}]" in sockets
               for row in rows("unix"))


class Program:
    """A running program: an example, or a peer of one."""

    def __init__(self, test, program, *arguments):
        self.test = test
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program, *map(str, arguments)],
            bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        test.addCleanup(self.close)

    def close(self):
        self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.errors):
            file.close()

    def said_on_stderr(self):
        return os.pread(self.errors.fileno(), 1 << 20, 0).decode()

    def _comes_true(self, condition):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            if found := condition():
                return found
            time.sleep(0.01)
        self.test.fail(f"does not listen: {self.said_on_stderr()}")

    def port(self, protocol="tcp"):
        """Waits until the program listens; returns the port."""
        return self._comes_true(lambda: port_of(self.process.pid, protocol))

    def listens_at(self, path):
        """Waits until the program listens on the UNIX socket `path`."""
        return self._comes_true(lambda: listens_at(self.process.pid, path))

    def says_on_stderr(self, text):
        """Waits until `text` is on stderr."""
        end = time.monotonic() + DEADLINE
        while text not in self.said_on_stderr():
            if time.monotonic() > end:
                self.test.fail(f"{text!r} is not in {self.said_on_stderr()!r}")
            time.sleep(0.01)

    def types(self, text):
        self.process.stdin.write(text.encode())

    def ends_input(self):
        self.process.stdin.close()

    def _read(self, size):
        """Returns bytes of stdout; fewer than `size` only at its end or at the deadline."""
        data = b""
        end = time.monotonic() + DEADLINE
        while len(data) < size:
            left = max(0, end - time.monotonic())
            if not select.select([self.process.stdout], [], [], left)[0]:
                break
            piece = self.process.stdout.read(size - len(data))
            if not piece:
                break
            data += piece
        return data

    def prints(self, text):
        """Checks that the next output on stdout is exactly `text`."""
        printed = self._read(len(text.encode()))
        self.test.assertEqual(text, printed.decode(), self.said_on_stderr())

    def ends(self, status=0):
        """Checks that nothing more is printed, and the exit status."""
        self.test.assertEqual("", self._read(1 << 20).decode())
        self.test.assertEqual(status, self.process.wait(DEADLINE), self.said_on_stderr())


class ExampleTest(unittest.TestCase):
    def run_example(self, name, *arguments):
        return Program(self, os.path.join(os.environ["SOCK_EXAMPLES"], name), *arguments)

    def connect(self, server, host="127.0.0.1"):
        """Returns a socket connected to a running example."""
        peer = socket.create_connection((host, server.port()), DEADLINE)
        self.addCleanup(peer.close)
        return peer

    def listen(self):
        """Returns a listening socket to which an example can connect, and its port."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(DEADLINE)
        self.addCleanup(listener.close)
        return listener, listener.getsockname()[1]

    def accept(self, listener):
        peer, _ = listener.accept()
        peer.settimeout(DEADLINE)
        self.addCleanup(peer.close)
        return peer

    def receives(self, peer, data):
        """Checks the next bytes that `peer` receives."""
        got = b""
        while len(got) < len(data) and (piece := peer.recv(len(data) - len(got))):
            got += piece
        self.assertEqual(data, got)

    def sees_the_end(self, peer):
        self.assertEqual(b"", peer.recv(1))

    def nc(self, server, typed):
        """Returns the output of `nc -N` with `typed` on a pipe."""
        return self.run_nc(typed, "-N", "localhost", server.port())

    def run_nc(self, typed, *arguments):
        done = subprocess.run(["nc", *map(str, arguments)], input=typed,
                              stdout=subprocess.PIPE, timeout=DEADLINE, check=True)
        return done.stdout


def tuple_of(peer):
    """Returns a socket's own address as Python and the documents' servers print it."""
    return str(peer.getsockname())
