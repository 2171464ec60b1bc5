import os
import signal
import socket
import stat
import tempfile

from example import DEADLINE, ExampleTest, Program


class UnixTest(ExampleTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = f"{folder.name}/echo"

    def run_server(self):
        server = self.run_example("unix_echo_server", self.path)
        server.listens_at(self.path)
        return server

    def socket(self):
        peer = socket.socket(socket.AF_UNIX)
        self.addCleanup(peer.close)
        peer.settimeout(DEADLINE)
        return peer

    def connected(self, path=None):
        peer = self.socket()
        peer.connect(path or self.path)
        return peer

    def listening(self):
        listener = self.socket()
        listener.bind(self.path)
        listener.listen()
        return listener

    def test_server_says_who_its_client_is_and_sends_back_what_comes(self):
        server = self.run_server()
        peer = self.connected()
        server.prints(f"connected unix (pid {os.getpid()}, uid {os.getuid()})\n")
        for text, shown in ((b"hola", "hola"), (b"\x1b[2J\n", "\\x1b[2J\\x0a")):
            peer.sendall(text)
            self.receives(peer, text)
            server.prints(f"received: {shown}\n")
        peer.shutdown(socket.SHUT_WR)
        self.sees_the_end(peer)
        server.prints("closed\n")

    def test_a_path_of_the_client_is_shown_escaped(self):
        server = self.run_server()
        peer = self.socket()
        peer.bind(f"{self.path}\x1b[2J")
        peer.connect(self.path)
        server.prints(f"connected unix:{self.path}\\x1b[2J (pid ")

    def test_server_serves_clients_in_turn(self):
        self.run_server()
        first, second = self.connected(), self.connected()
        second.sendall(b"dos")
        first.sendall(b"uno")
        self.receives(first, b"uno")
        first.close()
        self.receives(second, b"dos")

    def test_server_answers_nc(self):
        self.run_server()
        self.assertEqual(b"hola\n", self.run_nc(b"hola\n", "-N", "-U", self.path))

    def test_only_this_user_can_connect(self):
        self.run_server()
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.path).st_mode))

    def test_the_path_stays_when_the_server_is_ended_and_the_next_takes_it_over(self):
        server = self.run_server()
        server.process.send_signal(signal.SIGINT)  # Ctrl-C
        server.ends(-signal.SIGINT)
        self.assertTrue(os.path.exists(self.path))
        client = self.run_example("unix_client", self.path)
        client.ends(1)
        self.assertEqual(f"unix_client: cannot connect to unix:{self.path}: Connection refused\n",
                         client.said_on_stderr())
        self.run_server()
        peer = self.connected()
        peer.sendall(b"hola")
        self.receives(peer, b"hola")

    def test_a_second_server_does_not_take_the_path_of_one_that_serves(self):
        self.run_server()
        second = self.run_example("unix_echo_server", self.path)
        second.ends(1)
        self.assertEqual(f"unix_echo_server: cannot listen on unix:{self.path}: "
                         "Address already in use\n", second.said_on_stderr())

    def test_an_abstract_name_leaves_nothing_behind(self):
        name = f"@{self.path}"
        server = self.run_example("unix_echo_server", name)
        server.listens_at(name)
        self.assertFalse(os.path.exists(self.path))
        self.connected(f"\0{self.path}").close()
        server.prints(f"connected unix (pid {os.getpid()}, uid {os.getuid()})\nclosed\n")
        client = self.run_example("unix_client", name)
        client.types("hola\n")
        client.prints("> received: hola\n> ")

    def test_client_sends_bare_text_and_prints_each_reply(self):
        listener = self.listening()
        client = self.run_example("unix_client", self.path)
        peer = self.accept(listener)
        client.types("\nhola\n")  # nothing is sent for the empty line
        self.receives(peer, b"hola")
        peer.sendall(b"pues\nhola")
        client.prints("> > received: pues\\x0ahola\n> ")
        client.ends_input()
        self.sees_the_end(peer)
        client.prints("closed\n")
        client.ends()

    def test_client_talks_to_nc(self):
        nc = Program(self, "nc", "-l", "-U", self.path)
        nc.listens_at(self.path)
        client = self.run_example("unix_client", self.path)
        client.types("hola\n")
        nc.prints("hola")
        nc.types("pues hola")
        client.prints("> received: pues hola\n> ")

    def test_client_leaves_when_the_server_closes(self):
        listener = self.listening()
        client = self.run_example("unix_client", self.path)
        self.accept(listener).close()
        client.types("hola\n")
        client.prints("> closed\n")
        client.ends()

    def test_server_and_client_understand_each_other(self):
        server = self.run_server()
        client = self.run_example("unix_client", self.path)
        client.types("uno\ndos\n")
        client.prints("> received: uno\n> received: dos\n> ")
        client.ends_input()
        client.prints("closed\n")
        client.ends()
        server.prints(f"connected unix (pid {client.process.pid}, uid {os.getuid()})\n"
                      "received: uno\nreceived: dos\nclosed\n")
