"""Ten thousand clients at once, in one process, and what is left of them."""

import os
import re
import resource
import signal
import socket
import unittest

from harness import DEADLINE, Server, receive, wait_until

# Sanitizers need much memory for each thread.
SANITIZED = bool(os.environ.get("SOCK_SANITIZED"))
CLIENTS = 300 if SANITIZED else 10_000


def raise_limit():
    """How many descriptors this process can have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


class Crowd:
    """Clients that say one word and then nothing."""

    def __init__(self, server, size):
        self.clients = []
        for _ in range(size):
            self.clients.append(socket.create_connection(("127.0.0.1", server.port), DEADLINE))
        self.talk(b"hola\n")

    def talk(self, text):
        for client in self.clients:
            client.sendall(text)
        for client in self.clients:
            receive(client, text)

    def leave(self):
        for client in self.clients:
            client.close()


class Capacity(unittest.TestCase):
    def status(self, server, name):
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as lines:
            return int(re.search(rf"^{name}:\s+(\d+)", lines.read(), re.MULTILINE)[1])

    def hold(self, mode):
        size = min(CLIENTS, raise_limit() - 200)
        with Server("-q", "-P", "echo", "--mode", mode, "-m", size) as server:
            def has(clients):
                server.signal(signal.SIGUSR1)
                return re.search(rf"serving {clients} connections?, [^\n]*\n\Z", server.log())
            before = self.status(server, "VmRSS")
            peaks = []
            for _ in range(2):
                crowd = Crowd(server, size)
                wait_until(lambda: has(size), "all to be served")
                crowd.talk(b"and again\n")
                peaks.append(self.status(server, "VmRSS") - before)
                crowd.leave()
                wait_until(lambda: has(0), "all to be gone")
            # A client's thread ends a little after the client.
            wait_until(lambda: self.status(server, "Threads") < 10, "the threads to end")
            # What one crowd has needed is enough for the next.
            self.assertLess(peaks[1], 1.2 * peaks[0] + 2000, "KiB")
            if mode == "threads" and not SANITIZED:  # sanitizers keep what was freed
                # A thread's stack is given back when the thread is joined, a little after its end.
                wait_until(lambda: self.status(server, "VmRSS") - before < peaks[1] / 2,
                           "the memory to be given back")

    @unittest.skipIf(SANITIZED, "sanitizers keep what was freed")
    def test_a_long_line_leaves_nothing_with_its_client(self):
        size = 500
        half = b"x" * 30_000
        with Server("-q", "-P", "quit", "--mode", "async", "-m", size) as server:
            crowd = Crowd(server, size)
            before = self.status(server, "VmRSS")
            for piece in (half, half + b"\n"):  # so that it comes in two reads
                for client in crowd.clients:
                    client.sendall(piece)
            for client in crowd.clients:
                receive(client, half + half + b"\n")
            crowd.talk(b"hola\n")
            # Half of the line for each: of what was freed, malloc(3) keeps what lies between the rest.
            self.assertLess(self.status(server, "VmRSS") - before, 30 * size, "KiB")
            crowd.leave()

    def test_threads(self):
        self.hold("threads")

    def test_async(self):
        self.hold("async")


if __name__ == "__main__":
    unittest.main()
