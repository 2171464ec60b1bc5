"""The interactive terminal, seen on a real screen."""

import os
import socket
import tempfile
import unittest

from harness import SOCKCLIENT, Terminal, wait_until


class Server:
    """One client, and a test that says what happens."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.conn = None
        self.got = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.conn:
            self.conn.close()
        self.listener.close()

    def accept(self):
        self.listener.settimeout(30)
        if self.conn:
            self.conn.close()
        self.conn, _ = self.listener.accept()
        self.conn.settimeout(30)

    def say(self, text):
        self.conn.sendall(text)

    def expect(self, test, text):
        got = b""
        while len(got) < len(text):
            piece = self.conn.recv(65536)
            test.assertNotEqual(piece, b"", f"got only {got!r}")
            got += piece
        test.assertEqual(got, text)

    def expect_end(self, test):
        test.assertEqual(self.conn.recv(1), b"")


class OnATerminal(unittest.TestCase):
    """What the suites below share."""

    def setUp(self):
        self.server = Server()
        self.terminal = None
        self.addCleanup(self.server.__exit__)

    def start(self, *args, **options):
        self.terminal = Terminal(SOCKCLIENT, "127.0.0.1", self.server.port, *args, **options)
        self.addCleanup(self.terminal.__exit__)
        self.server.accept()
        return self.terminal

    def start_at_prompt(self, *args, **options):
        """Before the prompt the terminal itself would echo what is typed."""
        terminal = self.start(*args, **options)
        terminal.wait_for(">")
        return terminal

    def greeting(self):
        return f'connected to 127.0.0.1 port {self.server.port}; "quit" or Ctrl-D leaves'

    def end(self, status=0):
        self.server.conn.close()
        self.assertEqual(self.terminal.status(), status)


class Interactive(OnATerminal):
    def test_a_conversation(self):
        terminal = self.start_at_prompt()
        terminal.wait_for(self.greeting(), ">")
        terminal.line("hola")
        self.server.expect(self, b"hola\n")
        self.server.say(b"pues hola\n")
        rows = terminal.wait_for("pues hola", ">")
        self.assertEqual(rows, [self.greeting(), "> hola", "pues hola", ">"])
        terminal.line("quit")
        self.server.expect(self, b"quit\n")
        self.server.expect_end(self)
        self.server.say(b"last words\n")
        self.server.conn.close()
        rows = terminal.wait_for("adios")
        self.assertEqual(rows[-4:], [">", "> quit", "last words", "adios"][-4:]
                         if rows[-4] == ">" else ["pues hola", "> quit", "last words", "adios"])
        self.assertEqual(terminal.status(), 0)

    def test_what_comes_leaves_the_half_typed_line_whole(self):
        terminal = self.start_at_prompt()
        terminal.type("half typed")
        terminal.wait_for("> half typed")
        self.server.say(b"one\ntwo\n")
        terminal.wait_for("one", "two", "> half typed")
        terminal.line(" and sent")
        self.server.expect(self, b"half typed and sent\n")
        self.end()

    def test_a_line_of_several_rows_stays_whole_wherever_the_cursor_is(self):
        terminal = self.start_at_prompt(columns=40)
        typed = "0123456789" * 9
        rows = ["> " + typed[:38], typed[38:78], typed[78:]]
        terminal.type(typed)
        terminal.wait_for(*rows)
        self.server.say(b"at the end\n")
        terminal.wait_for("at the end", *rows)
        terminal.press("Home")
        self.server.say(b"at home\n")
        terminal.wait_for("at the end", "at home", *rows)
        terminal.type("x")
        terminal.wait_for("at home", "> x" + typed[:37], typed[37:77], typed[77:])
        terminal.press("BSpace", "Enter")
        self.server.expect(self, typed.encode() + b"\n")
        self.end()

    def test_a_line_that_fills_its_row_exactly_stays_whole(self):
        terminal = self.start_at_prompt(columns=40)
        typed = "x" * 38
        terminal.type(typed)
        terminal.wait_for("> " + typed)
        self.server.say(b"one\n")
        terminal.wait_for("one", "> " + typed)
        self.server.say(b"two\n")
        terminal.wait_for("one", "two", "> " + typed)
        self.end()

    def test_wide_characters_at_the_edge_stay_whole(self):
        terminal = self.start_at_prompt(columns=41)
        typed = "日本" * 15
        terminal.type(typed)
        terminal.wait_for("> " + typed[:19], typed[19:])
        self.server.say("日本\n".encode())
        terminal.wait_for("日本", "> " + typed[:19], typed[19:])
        terminal.press("Enter")
        self.server.expect(self, typed.encode() + b"\n")
        self.end()

    def test_text_without_a_line_end_has_a_row_of_its_own(self):
        terminal = self.start_at_prompt()
        terminal.type("typed")
        self.server.say(b"pues hola")
        terminal.wait_for("pues hola", "> typed")
        self.server.say(b" otra vez")
        terminal.wait_for("pues hola", " otra vez", "> typed")
        self.server.say(b"\r\nnext\r\n")
        terminal.wait_for("pues hola", " otra vez", "next", "> typed")
        self.end()

    def test_text_of_the_peer_is_escaped(self):
        terminal = self.start_at_prompt()
        self.server.say(b"\x1b[2J\x1b]0;title\x07\xff \xe2\x80\xae\n")
        terminal.wait_for("\\x1b[2J\\x1b]0;title\\x07\\xff \\u202e", ">")
        self.end()

    def test_raw_text_of_the_peer_is_not(self):
        terminal = self.start_at_prompt("--raw")
        self.server.say(b"\x1b[1mbold\x1b[0m\n")
        terminal.wait_for("bold", ">")
        self.assertRegex("".join(terminal.rows("-e")), "\x1b\\[(0;)?1m")  # tmux 3.3, 3.5
        self.end()

    def test_a_hex_dump_leaves_the_half_typed_line_whole(self):
        self.start_at_prompt("--hex-dump", columns=100)
        self.terminal.line("hola")
        self.server.expect(self, b"hola\n")
        sent = "> 00000000  68 6f 6c 61 0a                                    |hola.|"
        self.terminal.wait_for("> hola", sent, ">")
        half = "half typed " * 12
        self.terminal.type(half)
        typed = [("> " + half)[:100].rstrip(), ("> " + half)[100:].rstrip()]
        self.terminal.wait_for(*typed)
        self.server.say(b"pues hola\n")
        came = "< 00000000  70 75 65 73 20 68 6f 6c  61 0a                    |pues hola.|"
        self.terminal.wait_for(sent, came, "pues hola", *typed)
        self.server.conn.close()
        self.terminal.wait_for(came, "pues hola", "the server closed the connection", "adios")

    def test_letters_of_all_scripts_can_be_typed(self):
        terminal = self.start_at_prompt()
        terminal.line("niño 日本 €")
        self.server.expect(self, "niño 日本 €\n".encode())
        terminal.wait_for("> niño 日本 €", ">")
        self.end()

    def test_in_the_c_locale_too(self):
        terminal = self.start_at_prompt(env={"LC_ALL": "C", "LANG": "C"})
        terminal.line("niño €")
        self.server.expect(self, "niño €\n".encode())
        self.end()

    def test_tabs_can_be_pasted(self):
        terminal = self.start_at_prompt()
        terminal.wait_for(">")
        terminal.type("a\tb\n")
        self.server.expect(self, b"a\tb\n")
        self.end()

    def test_earlier_lines_come_back(self):
        terminal = self.start_at_prompt()
        terminal.wait_for(">")
        terminal.line("first")
        terminal.line("second")
        self.server.expect(self, b"first\nsecond\n")
        terminal.press("Up", "Up")
        terminal.wait_for("> first")
        terminal.press("Enter")
        self.server.expect(self, b"first\n")
        self.end()

    def test_ctrl_d_half_closes_and_sends_nothing(self):
        terminal = self.start_at_prompt()
        terminal.wait_for(">")
        terminal.press("C-d")
        self.server.expect_end(self)
        self.server.say(b"bye\n")
        self.server.conn.close()
        terminal.wait_for(self.greeting(), "bye", "adios")
        self.assertEqual(terminal.status(), 0)

    def test_a_server_that_never_closes_is_left(self):
        terminal = self.start_at_prompt()
        terminal.line("quit")
        self.server.expect(self, b"quit\n")
        self.server.expect_end(self)
        terminal.wait_for("> quit", "adios")
        self.assertEqual(terminal.status(), 0)

    def test_it_leaves_at_once_when_the_server_closes_while_one_types(self):
        terminal = self.start_at_prompt(columns=40)
        terminal.type("x" * 100)
        terminal.wait_for("> " + "x" * 38, "x" * 40, "x" * 22)
        self.server.say(b"bye\n")
        self.server.conn.close()
        rows = terminal.wait_for("bye", "the server closed the connection", "adios")
        self.assertFalse(any("xx" in row for row in rows))
        self.assertEqual(terminal.status(), 0)

    def test_a_reset_while_one_types_is_an_error(self):
        terminal = self.start_at_prompt()
        terminal.type("typed")
        terminal.wait_for("> typed")
        self.server.conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.server.conn.close()
        rows = wait_until(lambda: [r for r in terminal.rows() if "reset" in r], "the error")
        self.assertTrue(rows[0].startswith("sockclient: connection to 127.0.0.1 port"))
        self.assertEqual(terminal.status(), 1)

    def test_ctrl_c_restores_the_terminal_and_is_status_130(self):
        self.terminal = terminal = Terminal(
            "sh", "-c", 'trap : INT; "$0" 127.0.0.1 "$1"; echo status $?; stty -a | grep -wo -e "-\\?icanon" '
            '-e "-\\?echo"; read -r line', SOCKCLIENT, self.server.port)
        self.addCleanup(terminal.__exit__)
        self.server.accept()
        terminal.wait_for(self.greeting(), ">")
        terminal.type("typed")
        terminal.wait_for("> typed")
        terminal.press("C-c")
        terminal.wait_for("> typed", "adios", "status 130", "icanon", "echo")

    def test_ctrl_z_stops_it_and_fg_shows_the_line_again(self):
        self.terminal = terminal = Terminal("bash", "--norc", env={"PS1": "$ "})
        self.addCleanup(terminal.__exit__)
        terminal.line(f"{SOCKCLIENT} 127.0.0.1 {self.server.port}")
        self.server.accept()
        terminal.wait_for(self.greeting(), ">")
        terminal.type("typed")
        terminal.wait_for("> typed")
        terminal.press("C-z")
        wait_until(lambda: any("Stopped" in row for row in terminal.rows()), "the shell")
        terminal.line("fg")
        wait_until(lambda: terminal.rows()[-1] == "> typed", "the line")
        terminal.line(" on")
        self.server.expect(self, b"typed on\n")

    def test_another_width_keeps_the_line_whole(self):
        terminal = self.start_at_prompt(columns=60)
        typed = "0123456789" * 9
        terminal.type(typed)
        terminal.wait_for("> " + typed[:58], typed[58:])
        for columns in (40, 70):
            terminal.resize(columns, 20)
            terminal.wait_for("> " + typed[:columns - 2],
                              *(typed[i:i + columns] for i in range(columns - 2, 90, columns)))
            self.server.say(b"at %d\n" % columns)
            terminal.wait_for(f"at {columns}", "> " + typed[:columns - 2],
                              *(typed[i:i + columns] for i in range(columns - 2, 90, columns)))
        terminal.press("Enter")
        self.server.expect(self, typed.encode() + b"\n")
        self.end()

    def test_lines_end_as_eol_says(self):
        for eol, end in (("crlf", b"\r\n"), ("none", b"")):
            terminal = self.start_at_prompt("--eol", eol)
            terminal.line("hola")
            self.server.expect(self, b"hola" + end)
            self.end()

    def test_quiet_shows_no_prompt_and_no_notices(self):
        terminal = self.start("-q")
        self.server.say(b"hola\n")
        terminal.wait_for("hola")
        self.assertEqual(terminal.rows(), ["hola"])
        terminal.press("C-d")
        self.server.expect_end(self)
        self.end()
        self.assertEqual(terminal.rows(), ["hola"])

    def test_notices_are_dim_unless_colour_is_off(self):
        for args, env, is_dim in (([], {}, True), ([], {"NO_COLOR": "1"}, False),
                                  (["--color", "never"], {}, False),
                                  (["--color", "always"], {"NO_COLOR": "1"}, True)):
            terminal = self.start_at_prompt(*args, env=env)
            terminal.wait_for(self.greeting(), ">")
            self.assertEqual("\x1b[2m" in terminal.rows("-e")[0], is_dim, (args, env))
            self.end()

    def test_the_last_word_comes_after_the_totals_of_verbose(self):
        terminal = self.start_at_prompt("-v")
        terminal.press("C-d")
        self.server.expect_end(self)
        self.server.conn.close()
        self.assertEqual(terminal.status(), 0)
        rows = terminal.rows()
        self.assertRegex(rows[-2], r"^sockclient: 0 bytes sent, 0 bytes received, ")
        self.assertEqual(rows[-1], "adios")

    def test_silence_is_too_much_for_the_idle_timeout(self):
        terminal = self.start("-i", "300ms")
        wait_until(lambda: "sockclient: nothing came for 300 ms" in terminal.rows(), "the error")
        self.assertEqual(terminal.status(), 1)

    def test_no_configuration_file_is_read(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        with open(os.path.join(home.name, ".editrc"), "w", encoding="ascii") as file:
            file.write("bind a ed-kill-line\n")
        terminal = self.start_at_prompt(env={"HOME": home.name})
        terminal.line("bab")
        self.server.expect(self, b"bab\n")
        self.end()


class Plain(OnATerminal):
    """On a terminal that cannot move its cursor, which edits the line itself."""

    def test_a_terminal_without_escape_sequences_gets_none(self):
        terminal = self.start_at_prompt(env={"TERM": "dumb"})
        terminal.wait_for(self.greeting(), ">")
        terminal.line("hola")
        self.server.expect(self, b"hola\n")
        self.server.say(b"pues hola\n")
        terminal.wait_for("> hola", "pues hola", ">")
        terminal.line("quit")
        self.server.expect(self, b"quit\n")
        self.server.expect_end(self)
        self.server.conn.close()
        terminal.wait_for("> quit", "adios")
        self.assertFalse(any("\x1b" in row for row in terminal.rows("-e")))


if __name__ == "__main__":
    unittest.main()
