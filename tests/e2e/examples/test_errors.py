import socket
import tempfile

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

    def test_a_datagram_server_says_that_its_port_is_taken(self):
        with socket.socket(type=socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            port = other.getsockname()[1]
            self.fails(f"cannot listen on udp localhost port {port}: Address already in use",
                       "udp_echo_server", port)

    def test_a_datagram_client_says_that_nobody_is_there_once_it_has_sent(self):
        with socket.socket(type=socket.SOCK_DGRAM) as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        client = self.run_example("udp_client", "127.0.0.1", port)
        client.prints("> ")
        client.types("hola\n")
        client.ends(1)
        self.assertEqual(f"udp_client: cannot receive from 127.0.0.1:{port}: Connection refused\n",
                         client.said_on_stderr())

    def test_what_is_wrong_with_a_path_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            self.fails(f"cannot connect to unix:{folder}/s: No such file or directory",
                       "unix_client", f"{folder}/s")
            self.fails(f"cannot listen on unix:{folder}/no/s: No such file or directory",
                       "unix_echo_server", f"{folder}/no/s")
            with open(f"{folder}/file", "w"):
                pass
            self.fails(f"cannot listen on unix:{folder}/file: Address already in use "
                       "(by a file that is no socket)", "unix_echo_server", f"{folder}/file")
        for name in ("unix_client", "unix_echo_server"):
            self.fails("unix: has no path", name, "")
            self.fails("the path has 108 bytes, and can have 107", name, "/" + 107 * "x")

    def test_a_port_is_a_number_up_to_65535(self):
        for text in ("99999", "http", "80x", "-1", ""):
            self.fails(f'"{text}" is not a port (0 to 65535)', "quit_server", text)
