import os
import socket
import threading

from example import ExampleTest


class CopyServerTest(ExampleTest):
    def test_a_line_comes_back_to_nc(self):
        server = self.run_example("copy_server", 0)
        self.assertEqual(b"Hola que tal\n", self.nc(server, b"Hola que tal\n"))

    def test_a_megabyte_comes_back_byte_for_byte(self):
        server = self.run_example("copy_server", 0)
        sent = os.urandom(1 << 20)
        peer = self.connect(server)
        sender = threading.Thread(target=peer.sendall, args=(sent,))
        sender.start()
        self.receives(peer, sent)
        sender.join()
        peer.shutdown(socket.SHUT_WR)
        self.sees_the_end(peer)

    def test_clients_are_served_in_turn(self):
        server = self.run_example("copy_server", 0)
        first, second = self.connect(server), self.connect(server)
        second.sendall(b"dos")
        first.sendall(b"uno")
        self.receives(first, b"uno")
        first.close()
        self.receives(second, b"dos")
