import socket
import struct

from example import ExampleTest, tuple_of


class HolaTest(ExampleTest):
    def test_server_answers_hola_and_adios_in_the_words_of_the_document(self):
        server = self.run_example("hola_server", 0)
        peer = self.connect(server)
        who = tuple_of(peer)
        self.assertRegex(who, r"^\('127\.0\.0\.1', \d+\)$")
        server.prints(f"conectado {who}\n")
        peer.sendall(b"hola")
        server.prints(f"{who} envia hola: contesto\n")
        self.receives(peer, b"pues hola")
        peer.sendall(b"adios")
        server.prints(f"{who} envia adios: contesto y desconecto\n")
        self.receives(peer, b"pues adios")
        self.sees_the_end(peer)
        server.prints(f"desconectado {who}\n")

    def test_server_prints_anything_else_and_does_not_answer_it(self):
        server = self.run_example("hola_server", 0)
        peer = self.connect(server)
        who = tuple_of(peer)
        peer.sendall(b"hola\n")
        server.prints(f"conectado {who}\n{who} envia hola\\x0a\n")
        peer.shutdown(socket.SHUT_WR)
        self.sees_the_end(peer)
        server.prints(f"desconectado {who}\n")

    def test_server_serves_clients_in_turn(self):
        server = self.run_example("hola_server", 0)
        first, second = self.connect(server), self.connect(server)
        second.sendall(b"adios")
        server.prints(f"conectado {tuple_of(first)}\n")
        first.sendall(b"adios")
        self.receives(first, b"pues adios")
        self.receives(second, b"pues adios")
        who = tuple_of(first)
        server.prints(f"{who} envia adios: contesto y desconecto\ndesconectado {who}\n")
        who = tuple_of(second)
        server.prints(f"conectado {who}\n{who} envia adios: contesto y desconecto\n"
                      f"desconectado {who}\n")

    def test_server_goes_on_after_a_client_is_lost(self):
        server = self.run_example("hola_server", 0)
        lost = self.connect(server)
        server.prints(f"conectado {tuple_of(lost)}\n")
        lost.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        lost.close()  # a reset
        peer = self.connect(server)
        server.prints(f"conectado {tuple_of(peer)}\n")

    def test_client_says_hola_and_after_two_seconds_adios(self):
        listener, port = self.listen()
        client = self.run_example("hola_client", "127.0.0.1", port)
        peer = self.accept(listener)
        for text in ("hola", "adios"):
            self.receives(peer, text.encode())
            peer.sendall(f"pues {text}".encode())
            client.prints(f"pues {text}\n")
        self.sees_the_end(peer)
        client.ends()

    def test_server_and_client_understand_each_other(self):
        server = self.run_example("hola_server", 0)
        client = self.run_example("hola_client", "localhost", server.port())
        client.prints("pues hola\npues adios\n")
        client.ends()
