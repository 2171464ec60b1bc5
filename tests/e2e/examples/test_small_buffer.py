import socket

from example import ExampleTest, tuple_of


class SmallBufferTest(ExampleTest):
    def test_server_prints_a_long_text_in_pieces_and_sends_all_of_it_back(self):
        server = self.run_example("small_buffer_server", 0)
        peer = self.connect(server)
        server.prints(f"Connection address: {tuple_of(peer)}\n")
        peer.sendall(b"Hello, World! Hello, World! Hello, World!")
        server.prints("received data: Hello, World! Hello,\nreceived data:  World! Hello, World\n"
                      "received data: !\n")
        self.receives(peer, b"Hello, World! Hello, World! Hello, World!")
        peer.shutdown(socket.SHUT_WR)
        self.sees_the_end(peer)
        server.ends()

    def test_client_sends_one_text_and_prints_the_reply(self):
        listener, port = self.listen()
        client = self.run_example("hello_client", "127.0.0.1", port)
        peer = self.accept(listener)
        self.receives(peer, b"Hello, World!")
        peer.sendall(b"Hello, you!")
        client.prints("received data: Hello, you!\n")
        client.ends()
        self.sees_the_end(peer)

    def test_server_and_client_understand_each_other(self):
        server = self.run_example("small_buffer_server", 0)
        client = self.run_example("hello_client", "localhost", server.port())
        client.prints("received data: Hello, World!\n")
        client.ends()
        self.assertRegex(server.process.stdout.readline().decode(),
                         r"^Connection address: \('127\.0\.0\.1', \d+\)\n$")
        server.prints("received data: Hello, World!\n")
        server.ends()
