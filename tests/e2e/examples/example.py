"""Runs the example programs and plays their peers with plain sockets.

The folder of the programs is in SOCK_EXAMPLES. Servers are given port 0; which port they got is
read from /proc, so that the examples need not say it. Every wait ends: at DEADLINE it fails.
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


def listening_port(pid):
    """The port that the process listens on, or None."""
    inodes = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            inodes.add(os.readlink(f"/proc/{pid}/fd/{name}"))
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/net/{table}") as lines:
            for fields in map(str.split, lines):
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:  # 0A: LISTEN
                    return int(fields[1].rpartition(":")[2], 16)
    return None


class Example:
    """A running example program."""

    def __init__(self, test, name, *arguments):
        self.test = test
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [os.path.join(os.environ["SOCK_EXAMPLES"], name), *map(str, arguments)],
            bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        test.addCleanup(self.close)

    def close(self):
        self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.errors):
            file.close()

    def said_on_stderr(self):
        return os.pread(self.errors.fileno(), 1 << 20, 0).decode()

    def port(self):
        """Waits until the program listens."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            if port := listening_port(self.process.pid):
                return port
            time.sleep(0.01)
        self.test.fail(f"does not listen: {self.said_on_stderr()}")

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
        """Bytes of stdout; fewer than `size` only at its end or at the deadline."""
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
        """The next thing on stdout is `text`, to the letter."""
        printed = self._read(len(text.encode()))
        self.test.assertEqual(text, printed.decode(), self.said_on_stderr())

    def ends(self, status=0):
        """Nothing more is printed, and the exit status is this."""
        self.test.assertEqual("", self._read(1 << 20).decode())
        self.test.assertEqual(status, self.process.wait(DEADLINE), self.said_on_stderr())


class ExampleTest(unittest.TestCase):
    def run_example(self, name, *arguments):
        return Example(self, name, *arguments)

    def connect(self, server, host="127.0.0.1"):
        """A socket connected to a running example."""
        peer = socket.create_connection((host, server.port()), DEADLINE)
        self.addCleanup(peer.close)
        return peer

    def listen(self):
        """A listening socket for an example to connect to, and its port."""
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
        """The next bytes that come to `peer` are these."""
        got = b""
        while len(got) < len(data) and (piece := peer.recv(len(data) - len(got))):
            got += piece
        self.assertEqual(data, got)

    def sees_the_end(self, peer):
        self.assertEqual(b"", peer.recv(1))

    def nc(self, server, typed):
        """What `nc -N` prints when it is given `typed` on a pipe."""
        done = subprocess.run(["nc", "-N", "localhost", str(server.port())], input=typed,
                              stdout=subprocess.PIPE, timeout=DEADLINE, check=True)
        return done.stdout


def tuple_of(peer):
    """The address of a socket of ours as Python prints it, and as the documents' servers do."""
    return str(peer.getsockname())
