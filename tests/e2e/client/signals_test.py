"""SIGINT and SIGTERM end it, with an exit status of its own, whatever it is doing."""

import signal
import socket
import subprocess
import unittest

from harness import (DEADLINE, SIGNALS, SOCKCLIENT, Peer, Program, can_unshare, read_all, read_until,
                     says)


class Signalled(unittest.TestCase):
    def test_a_filter_is_ended(self):
        for number, status in SIGNALS.items():
            with Peer(says(b"x")) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port) as client:
                read_until(client.stdout, b"x")
                client.signal(number)
                self.assertEqual(client.status(), status)
                self.assertEqual(client.stderr.read(), b"")

    def test_a_filter_whose_output_nobody_reads_is_ended(self):
        def flood(conn):
            while True:
                conn.sendall(b"x" * 65536)
        with Peer(flood) as peer, Program(SOCKCLIENT, "127.0.0.1", peer.port) as client:
            read_until(client.stdout, b"x")
            client.signal(signal.SIGTERM)
            self.assertEqual(client.status(), 143)

    def test_a_pause_is_ended(self):
        with Peer(read_all) as peer, Program(SOCKCLIENT, "-v", "127.0.0.1", peer.port, "--pause",
                                             "1h") as client:
            read_until(client.stderr, b"connected to")
            client.signal(signal.SIGINT)
            self.assertEqual(client.status(), 130)

    def test_trying_to_connect_is_ended(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            with Program(SOCKCLIENT, "-v", "--retry", "1h", "127.0.0.1",
                         holder.getsockname()[1]) as client:
                read_until(client.stderr, b"trying again")
                client.signal(signal.SIGINT)
                self.assertEqual(client.status(), 130)

    @unittest.skipUnless(can_unshare(), "no name spaces here")
    def test_process_1_is_ended(self):
        # The shell outside the name space sends the signal to the child of unshare.
        script = ('unshare --map-root-user --pid --fork --kill-child "$0" -v 127.0.0.1 "$1" --pause 1h & '
                  'read -r go; kill -TERM $(cat /proc/$!/task/$!/children); wait $!')
        with Peer(read_all) as peer, Program("bash", "-c", script, SOCKCLIENT, peer.port) as shell:
            read_until(shell.stderr, b"connected to")
            shell.stdin.write(b"go\n")
            self.assertEqual(shell.status(), 143)


if __name__ == "__main__":
    unittest.main()
