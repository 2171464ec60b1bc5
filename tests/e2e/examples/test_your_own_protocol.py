import socket

from example import ExampleTest


class YourOwnProtocolTest(ExampleTest):
    def setUp(self):
        self.server = self.run_example("your_own_protocol", 0)
        self.server.prints(f"listening on port {self.server.port()}\n")

    def test_answers_with_the_line_end_of_the_message(self):
        for line_end in (b"", b"\n", b"\r\n"):
            peer = self.connect(self.server)
            self.receives(peer, b"WHAT?\n")
            peer.sendall(b"hola" + line_end)
            self.receives(peer, b"HOLA" + line_end)
            peer.sendall(b"bye" + line_end)
            self.receives(peer, b"BYE" + line_end)
            self.sees_the_end(peer)

    def test_makes_one_message_of_a_line_in_two_pieces(self):
        peer = self.connect(self.server)
        peer.sendall(b"one\ntw")
        self.receives(peer, b"WHAT?\nONE\n")
        peer.sendall(b"o\n")
        self.receives(peer, b"TWO\n")

    def test_answers_several_clients_at_once(self):
        first, second = self.connect(self.server), self.connect(self.server)
        for peer in (second, first):
            self.receives(peer, b"WHAT?\n")

    def test_talks_with_nc(self):
        self.assertEqual(b"WHAT?\nUNO\nDOS\n", self.nc(self.server, b"uno\ndos\n"))

    def test_is_reached_at_both_addresses_of_localhost(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("this machine has no IPv6")
        self.receives(self.connect(self.server, "::1"), b"WHAT?\n")
