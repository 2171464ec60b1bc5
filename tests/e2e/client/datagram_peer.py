"""A datagram peer with the answers that a test wants."""

import os
import select
import socket
import threading

from harness import DEADLINE


class Peer:
    """Answers each datagram with `answers(datagram)`, in a thread."""

    def __init__(self, answers=lambda datagram: [datagram], path=None, family=socket.AF_INET):
        self.answers = answers
        self.came = []
        self.socket = socket.socket(socket.AF_UNIX if path else family, socket.SOCK_DGRAM)
        self.socket.bind(path or ("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self.port = None if path else self.socket.getsockname()[1]
        self.stop_reader, self.stop_writer = os.pipe()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        os.close(self.stop_writer)
        self.thread.join(DEADLINE)
        os.close(self.stop_reader)
        self.socket.close()

    def _serve(self):
        while True:
            ready = select.select([self.socket, self.stop_reader], [], [])[0]
            if self.stop_reader in ready:
                return
            datagram, sender = self.socket.recvfrom(1 << 20)
            self.came.append(datagram)
            for answer in self.answers(datagram):
                try:
                    self.socket.sendto(answer, sender)
                except OSError:  # the client has closed
                    pass


def unused_port():
    """Returns an unused UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
