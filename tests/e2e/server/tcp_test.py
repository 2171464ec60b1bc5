"""What the system says of TCP: -vvv."""

import json
import socket
import struct
import unittest

from harness import DEADLINE, Server, receive, wait_until

MODES = ("blocking", "threads", "async")
COUNTS = r"\d+ writes?, \d+ segments?, \d+ retransmitted, least rtt \d+ us"


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


class Tcp(unittest.TestCase):
    def in_all_modes(self, talk, *options):
        """The log of a server that `talk(server, peer)` was held with, in each mode."""
        for mode in MODES:
            with self.subTest(mode), Server("--mode", mode, "-vvv", *options) as server:
                with server.connect() as peer:
                    talk(server, peer)
                    server.wait_for_log(r"#1 .*TIME_WAIT.*")

    def test_the_peer_half_closes(self):
        def talk(server, peer):
            peer.sendall(b"hola\n")
            receive(peer, b"hola\n")
            server.wait_for_log(r"#1 rtt \d+ us")
            server.wait_for_log("#1 1 write so far, 1 segment")
            peer.shutdown(socket.SHUT_WR)
            server.wait_for_log(
                "#1 state ESTABLISHED -> CLOSE_WAIT: the peer has sent its FIN")
            server.wait_for_log(rf"#1 1 write, 1 segment, 0 retransmitted, least rtt \d+ us; "
                                "the peer has closed first: it stays in TIME_WAIT")
        self.in_all_modes(talk)

    def test_the_server_closes_first(self):
        def talk(server, peer):
            peer.sendall(b"quit\n")
            self.assertEqual(peer.recv(1), b"")
            server.wait_for_log(
                "#1 state (ESTABLISHED|FIN_WAIT1) -> FIN_WAIT2: "
                "the peer has acknowledged our FIN")
            peer.shutdown(socket.SHUT_WR)
            server.wait_for_log("#1 state FIN_WAIT2 -> CLOSE: the peer has sent its FIN")
            server.wait_for_log(
                f"#1 {COUNTS}; we have closed first: this side stays in TIME_WAIT")
        self.in_all_modes(talk)

    def test_the_peer_resets(self):
        def talk(server, peer):
            peer.sendall(b"hola\n")
            receive(peer, b"hola\n")
            reset(peer)
            server.wait_for_log("#1 state ESTABLISHED -> CLOSE: the peer has reset it")
            server.wait_for_log(f"#1 {COUNTS}; a reset: no side stays in TIME_WAIT")
        self.in_all_modes(talk)

    def test_the_peer_resets_after_our_end(self):
        def talk(server, peer):
            peer.sendall(b"quit\n")
            server.wait_for_log("#1 state (ESTABLISHED|FIN_WAIT1) -> FIN_WAIT2: .*")
            reset(peer)
            server.wait_for_log("#1 state FIN_WAIT2 -> CLOSE: the peer has reset it")
            server.wait_for_log(f"#1 {COUNTS}; a reset: no side stays in TIME_WAIT")
        self.in_all_modes(talk)

    def test_a_peer_that_does_not_read(self):
        def talk(server, peer):
            sent = 0
            peer.settimeout(0)

            def is_full():
                nonlocal sent
                try:
                    while True:
                        sent += peer.send(bytes(65536))
                except BlockingIOError:
                    return "#1 the peer's window is full: it does not read\n" in server.log()
            wait_until(is_full, "a full window")
            peer.settimeout(DEADLINE)
            receive(peer, bytes(sent))
            server.wait_for_log(r"#1 the peer's window is open again: \d+ bytes")
            peer.shutdown(socket.SHUT_WR)
        self.in_all_modes(talk, "-P", "echo")

    def test_the_same_as_fields(self):
        with Server("-vvv", "--log-format", "json") as server:
            with server.connect() as peer:
                peer.sendall(b"hola\n")
                receive(peer, b"hola\n")
                wait_until(lambda: "segments" in server.log())
                peer.shutdown(socket.SHUT_WR)
                wait_until(lambda: "time_wait" in server.log())
            whole = [json.loads(line) for line in server.log().splitlines()]
            events = {line["what"]: line for line in whole if line["event"] == "tcp"}
            self.assertEqual(events["state"]["conn"], 1)
            self.assertRegex(events["state"]["peer"], r"127\.0\.0\.1:\d+")
            self.assertEqual([events["state"][key] for key in ("before", "state", "why")],
                             ["ESTABLISHED", "CLOSE_WAIT", "peer_fin"])
            self.assertEqual([events["segments"][key] for key in
                              ("writes", "segments", "retransmitted")], [1, 1, 0])
            self.assertGreater(events["rtt"]["rtt_us"], 0)
            self.assertGreater(events["end"]["least_rtt_us"], 0)
            self.assertEqual(events["end"]["time_wait"], "peer")
            self.assertEqual(whole[-1]["what"], "end")  # also after `closed`

    def test_other_doors_have_no_tcp(self):
        doors = ("--listen", "unix:@sock-test-tcp", "--listen", "udp:127.0.0.1:0")
        with Server("-vvv", *doors, port=None, doors=2) as server:
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect("\0sock-test-tcp")
                peer.sendall(b"hola\n")
                receive(peer, b"hola\n")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.sendto(b"hola\n", ("127.0.0.1", server.ports[-1]))
                peer.recv(100)
            server.wait_for_log("#1 closed by client: .*")
            self.assertNotRegex(server.log(), "rtt|segment|state|TIME_WAIT")

    def test_twice_verbose_tells_nothing_of_it(self):
        with Server("-vv") as server:
            with server.connect() as peer:
                peer.sendall(b"hola\n")
                receive(peer, b"hola\n")
            server.wait_for_log("#1 closed by client: .*")
            self.assertNotRegex(server.log(), "rtt|segment|state|TIME_WAIT")


if __name__ == "__main__":
    unittest.main()
