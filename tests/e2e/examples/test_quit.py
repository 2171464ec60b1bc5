from example import ExampleTest


class QuitTest(ExampleTest):
    def test_server_sends_back_each_receive_and_ends_at_quit(self):
        server = self.run_example("quit_server", 0)
        peer = self.connect(server)
        for text in ("hola", "¿qué tal?"):
            peer.sendall(text.encode())
            server.prints(f"Recibido: {text}\n")
            self.receives(peer, text.encode())
        peer.sendall(b"quit")
        self.sees_the_end(peer)
        server.prints("fin comunicación\n")
        server.ends()

    def test_server_takes_quit_with_a_line_end_for_any_other_text(self):
        server = self.run_example("quit_server", 0)
        self.assertEqual(b"quit\n", self.nc(server, b"quit\n"))
        server.prints("Recibido: quit\\x0a\nfin comunicación\n")
        server.ends()

    def test_server_ends_when_its_client_leaves(self):
        server = self.run_example("quit_server", 0)
        self.connect(server).close()
        server.prints("fin comunicación\n")
        server.ends()

    def test_client_sends_bare_text_and_prints_each_reply(self):
        listener, port = self.listen()
        client = self.run_example("quit_client", "127.0.0.1", port)
        peer = self.accept(listener)
        client.prints("> ")
        client.types("hola\n")
        self.receives(peer, b"hola")
        peer.sendall(b"hola")
        client.prints("Recibido: hola\n> ")
        client.types("quit\n")
        self.receives(peer, b"quit")
        self.sees_the_end(peer)
        client.prints("adios\n")
        client.ends()

    def test_client_sends_nothing_for_an_empty_line_and_leaves_at_the_end_of_input(self):
        listener, port = self.listen()
        client = self.run_example("quit_client", "127.0.0.1", port)
        peer = self.accept(listener)
        client.types("\n")
        client.ends_input()
        self.sees_the_end(peer)
        client.prints("> > adios\n")
        client.ends()

    def test_client_leaves_when_the_server_closes(self):
        listener, port = self.listen()
        client = self.run_example("quit_client", "127.0.0.1", port)
        self.accept(listener).close()
        client.types("hola\n")
        client.prints("> adios\n")
        client.ends()

    def test_server_and_client_understand_each_other(self):
        server = self.run_example("quit_server", 0)
        client = self.run_example("quit_client", "localhost", server.port())
        client.types("uno\ndos\nquit\n")
        client.prints("> Recibido: uno\n> Recibido: dos\n> adios\n")
        client.ends()
        server.prints("Recibido: uno\nRecibido: dos\nfin comunicación\n")
        server.ends()

    def test_terminal_controls_of_the_peer_are_shown_escaped(self):
        server = self.run_example("quit_server", 0)
        self.connect(server).sendall(b"\x1b[2J")
        server.prints("Recibido: \\x1b[2J\n")
