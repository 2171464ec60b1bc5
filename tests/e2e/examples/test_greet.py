from example import ExampleTest


class GreetTest(ExampleTest):
    def test_server_speaks_first_and_prints_the_answer(self):
        server = self.run_example("greet_server", 0)
        peer = self.connect(server)
        self.receives(peer, b"Hola")
        peer.sendall("¿Quién es?".encode())
        self.sees_the_end(peer)
        server.prints("¿Quién es?\n")
        server.ends()

    def test_client_prints_the_greeting_and_answers_it(self):
        listener, port = self.listen()
        client = self.run_example("greet_client", "127.0.0.1", port)
        peer = self.accept(listener)
        peer.sendall(b"Hola")
        client.prints("Hola\n")
        self.receives(peer, b"Hola de vuelta!")
        self.sees_the_end(peer)
        client.ends()

    def test_server_and_client_understand_each_other(self):
        server = self.run_example("greet_server", 0)
        client = self.run_example("greet_client", "localhost", server.port())
        client.prints("Hola\n")
        client.ends()
        server.prints("Hola de vuelta!\n")
        server.ends()
