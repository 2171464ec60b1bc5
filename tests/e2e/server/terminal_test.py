"""A server in one terminal and its clients in others, as people use them."""

import unittest

from harness import SOCKCLIENT, SOCKSERVER, Terminal, wait_until

CLOCK = r"\d\d:\d\d:\d\d"


class Together(unittest.TestCase):
    def start(self, *args):
        self.server = Terminal(SOCKSERVER, "-p", 0, *args, columns=90, rows=40)
        self.addCleanup(self.server.__exit__)
        rows = wait_until(lambda: len(self.server.rows()) > 1 and self.server.rows(), "the server")
        self.port = rows[0].split()[3]

    def client(self, name):
        terminal = Terminal(SOCKCLIENT if name == "sockclient" else name, "localhost", self.port)
        self.addCleanup(terminal.__exit__)
        return terminal

    def wait_for_server(self, text):
        wait_until(lambda: any(text in row for row in self.server.rows()), text)

    def test_the_second_line_says_how_to_connect_and_how_to_stop(self):
        for options, host in (((), "localhost"), (("--host", "127.0.0.1"), "127.0.0.1"),
                              (("-6",), "localhost")):
            self.start(*options)
            row = self.server.rows()[1]
            self.assertRegex(row, f"^connect with: sockclient {host} {self.port} .*nc.*telnet.*Ctrl-C")

    def test_the_conversation_is_seen_in_the_servers_terminal(self):
        self.start()
        client = self.client("sockclient")
        client.wait_for(">")
        client.line("qué tal")
        client.wait_for("> qué tal", "qué tal", ">")
        rows = self.server.rows()
        self.assertRegex(rows[-3], rf"^{CLOCK} #1 connected from .*:\d+$")
        self.assertRegex(rows[-2], rf'^{CLOCK} #1 received "qué tal"$')
        self.assertRegex(rows[-1], rf'^{CLOCK} #1 answered "qué tal"$')
        client.line("quit")
        client.wait_for("> quit", "adios")
        self.wait_for_server("#1 closed by server: 14 bytes in, 9 bytes out, ")

    def test_quiet_shows_the_first_lines_and_no_more(self):
        self.start("-q")
        client = self.client("sockclient")
        client.wait_for(">")
        client.line("quit")
        client.wait_for("> quit", "adios")
        self.server.press("C-c")
        self.assertEqual(self.server.status(), 0)
        self.assertEqual([row for row in self.server.rows() if row != "^C"][2:], [])

    def test_ctrl_c_sends_everybody_home_while_they_type(self):
        self.start()
        clients = {name: self.client(name) for name in ("nc", "telnet", "sockclient")}
        wait_until(lambda: "Escape character is '^]'." in clients["telnet"].rows(), "telnet")
        clients["sockclient"].wait_for(">")
        for number in (1, 2, 3):
            self.wait_for_server(f"#{number} connected")
        for client in clients.values():
            client.type("half typed")
        clients["sockclient"].wait_for("> half typed")
        self.server.press("C-c")
        self.assertEqual(self.server.status(), 0)
        rows = clients["sockclient"].wait_for("the server closed the connection", "adios")
        self.assertFalse(any("half typed" in row for row in rows))
        self.assertEqual(clients["sockclient"].status(), 0)
        wait_until(lambda: "Connection closed by foreign host." in clients["telnet"].rows()[-1],
                   "telnet's end")
        self.assertEqual(len(self.server.rows()), 2 + 3 + 1 + 3 + 1)

    def test_the_one_who_waits_in_blocking_mode_is_served_when_the_first_leaves(self):
        self.start("--mode", "blocking")
        first = self.client("sockclient")
        self.wait_for_server("#1 connected")
        first.wait_for(">")
        second = self.client("sockclient")
        second.wait_for(">")
        second.line("second")
        first.line("first")
        first.wait_for("> first", "first", ">")
        self.assertEqual(second.rows()[-2:], ["> second", ">"])
        first.line("quit")
        second.wait_for("> second", "second", ">")


if __name__ == "__main__":
    unittest.main()
