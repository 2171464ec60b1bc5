import socket
import struct

from example import ExampleTest


class ChatClientTest(ExampleTest):
    def setUp(self):
        listener, port = self.listen()
        self.client = self.run_example("chat_client", "127.0.0.1", port)
        self.peer = self.accept(listener)

    def test_prints_what_comes_at_any_moment_and_sends_what_is_typed(self):
        self.client.prints("Mensagem: ")
        self.peer.sendall(b"oi")
        self.client.prints(" Servidor: oi\n")
        self.client.types("tudo bem?\n")
        self.receives(self.peer, b"tudo bem?")
        self.client.prints("Mensagem: ")
        self.peer.sendall("até logo".encode())
        self.client.prints(" Servidor: até logo\n")

    def test_still_prints_what_comes_after_the_end_of_input(self):
        self.client.prints("Mensagem: ")
        self.client.ends_input()
        self.sees_the_end(self.peer)
        self.peer.sendall(b"adeus")
        self.peer.close()
        self.client.prints(" Servidor: adeus\n")
        self.client.ends()

    def test_ends_with_the_next_line_when_the_connection_is_lost(self):
        self.client.prints("Mensagem: ")
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.peer.close()  # a reset
        self.client.says_on_stderr("Connection reset by peer")
        self.client.types("oi\n")
        self.client.ends()
