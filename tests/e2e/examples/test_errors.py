import socket

from example import ExampleTest


class ErrorsTest(ExampleTest):
    def fails(self, message, name, *arguments):
        example = self.run_example(name, *arguments)
        example.ends(1)
        self.assertEqual(f"{name}: {message}\n", example.said_on_stderr())

    def test_a_server_says_that_its_port_is_taken(self):
        _, port = self.listen()
        for name in ("hola_server", "small_buffer_server"):
            self.fails(f"cannot listen on 127.0.0.1 port {port}: Address already in use",
                       name, port)
        for name in ("copy_server", "greet_server", "one_message_server", "quit_server",
                     "single_threaded_server", "threaded_server", "your_own_protocol"):
            self.fails(f"cannot listen on localhost port {port}: Address already in use",
                       name, port)

    def test_a_client_says_that_nobody_listens(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))  # bound and not listening, so the port stays unused
            port = unused.getsockname()[1]
            for name in ("chat_client", "greet_client", "hello_client", "hola_client",
                         "http_get", "quit_client"):
                self.fails(f"cannot connect to 127.0.0.1 port {port}: Connection refused",
                           name, "127.0.0.1", port)

    def test_a_port_is_a_number_up_to_65535(self):
        for text in ("99999", "http", "80x", "-1", ""):
            self.fails(f'"{text}" is not a port (0 to 65535)', "quit_server", text)
