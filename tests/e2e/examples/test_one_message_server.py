from example import ExampleTest


class OneMessageServerTest(ExampleTest):
    def test_sends_one_message_back_and_closes_for_every_client(self):
        server = self.run_example("one_message_server", 0)
        for text in (b"uno", b"dos"):
            peer = self.connect(server)
            peer.sendall(text)
            self.receives(peer, text)
            self.sees_the_end(peer)

    def test_resets_the_connection_when_more_was_sent_than_it_received(self):
        server = self.run_example("one_message_server", 0)
        peer = self.connect(server)
        peer.sendall(b"x" * 1025)
        self.receives(peer, b"x" * 1024)
        with self.assertRaises(ConnectionResetError):
            peer.recv(1)
