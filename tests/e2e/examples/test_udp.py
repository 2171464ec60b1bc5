import socket

from example import DEADLINE, ExampleTest


class UdpTest(ExampleTest):
    def bound(self, host="127.0.0.1"):
        """A socket for datagrams."""
        peer = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET,
                             socket.SOCK_DGRAM)
        self.addCleanup(peer.close)
        peer.settimeout(DEADLINE)
        peer.bind((host, 0))
        return peer

    def question(self, peer):
        """What comes to `peer`, and from where."""
        return peer.recvfrom(65536)

    def test_server_sends_each_datagram_back_to_where_it_came_from(self):
        server = self.run_example("udp_echo_server", 0)
        address = ("127.0.0.1", server.port("udp"))
        one, other = self.bound(), self.bound()
        for peer, text in ((one, b"hola"), (other, b"\x1b[2J\n"), (one, b"")):
            peer.sendto(text, address)
            self.assertEqual((text, address), self.question(peer))
        one, other = (f"127.0.0.1:{peer.getsockname()[1]}" for peer in (one, other))
        server.prints(f"{one} sent: hola\n{other} sent: \\x1b[2J\\x0a\n{one} sent: \n")

    def test_server_keeps_the_boundaries(self):
        server = self.run_example("udp_echo_server", 0)
        address = ("127.0.0.1", server.port("udp"))
        peer = self.bound()
        texts = (b"uno", b"dos", 9000 * b"x")
        for text in texts:  # all are sent before the first answer is received
            peer.sendto(text, address)
        self.assertEqual([(text, address) for text in texts],
                         [self.question(peer) for _ in texts])

    def test_server_hears_both_addresses_of_localhost(self):
        server = self.run_example("udp_echo_server", 0)
        peer = self.bound("::1")
        peer.sendto(b"hola", ("::1", server.port("udp")))
        self.assertEqual(b"hola", self.question(peer)[0])
        server.prints(f"[::1]:{peer.getsockname()[1]} sent: hola\n")

    def test_server_goes_on_after_a_client_has_gone(self):
        server = self.run_example("udp_echo_server", 0)
        address = ("127.0.0.1", server.port("udp"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
            gone.sendto(b"adios", address)
        peer = self.bound()
        peer.sendto(b"hola", address)
        self.assertEqual(b"hola", self.question(peer)[0])

    def test_server_answers_nc(self):
        server = self.run_example("udp_echo_server", 0)
        port = server.port("udp")
        self.assertEqual(b"hola\n", self.run_nc(b"hola\n", "-u", "-W", "1", "localhost", port))

    def test_client_sends_each_line_as_a_datagram_and_prints_its_answer(self):
        peer = self.bound()
        client = self.run_example("udp_client", *peer.getsockname())
        client.prints("> ")
        for typed, answer, shown in (("hola", b"pues\nhola", "pues\\x0ahola"), ("", b"", "")):
            client.types(f"{typed}\n")
            text, address = self.question(peer)
            self.assertEqual(typed.encode(), text)
            peer.sendto(answer, address)
            client.prints(f"received: {shown}\n> ")
        client.ends_input()
        client.prints("\n")
        client.ends()

    def test_client_says_that_no_answer_has_come_and_goes_on(self):
        peer = self.bound()
        client = self.run_example("udp_client", *peer.getsockname())
        client.types("uno\n")
        client.prints("> no answer\n> ")
        client.types("dos\n")
        self.assertEqual(b"uno", self.question(peer)[0])
        text, address = self.question(peer)
        peer.sendto(text, address)
        client.prints("received: dos\n> ")

    def test_client_takes_a_late_answer_for_that_to_the_next_question(self):
        peer = self.bound()
        client = self.run_example("udp_client", *peer.getsockname())
        client.types("uno\n")
        client.prints("> no answer\n> ")
        peer.sendto(*self.question(peer))
        client.types("dos\n")
        client.prints("received: uno\n> ")

    def test_client_hears_nobody_but_its_server(self):
        peer, stranger = self.bound(), self.bound()
        client = self.run_example("udp_client", *peer.getsockname())
        client.types("hola\n")
        text, address = self.question(peer)
        stranger.sendto(b"not me", address)
        peer.sendto(text, address)
        client.prints("> received: hola\n> ")

    def test_server_and_client_understand_each_other(self):
        server = self.run_example("udp_echo_server", 0)
        client = self.run_example("udp_client", "localhost", server.port("udp"))
        client.types("uno\ndos\n")
        client.prints("> received: uno\n> received: dos\n> ")
        client.ends_input()
        client.prints("\n")
        client.ends()
