"""What is typed: every key, every letter, and what stays on the screen meanwhile."""

import os
import shutil
import subprocess
import tempfile
import unittest

from harness import SOCKCLIENT, wait_until
from on_a_pty import Pty
from terminal_test import OnATerminal


class OnAScreen(OnATerminal):
    """As tmux shows it."""

    def paste(self, text):
        self.terminal._tmux("set-buffer", text, ";", "paste-buffer", "-p")

    def test_what_came_stays_whatever_is_in_the_half_typed_line(self):
        for columns, typed, rows in (
                (20, "x" * 14 + "\t" + "y" * 13, ["> " + "x" * 14, "y" * 13]),
                (20, "x" * 17 + "\x16\x01z", ["> " + "x" * 17 + "^", "Az"]),
                (90, "x" * 86 + "\tz", ["> " + "x" * 86, "z"]),
                (90, "x" * 87 + "\x16\x01z", ["> " + "x" * 87 + "^", "Az"]),
                (100, "x" * 97 + "\U0001fae9", None),
                (132, "x" * 129 + "\U0001fae9z", None)):
            with self.subTest(columns=columns, typed=typed):
                terminal = self.start_at_prompt(columns=columns)
                terminal.type(typed)
                if rows:
                    terminal.wait_for(*rows)
                for line in "one", "two", "three", "four":
                    self.server.say(line.encode() + b"\n")
                    wait_until(lambda line=line: line in terminal.rows(), line)
                if rows:
                    terminal.wait_for("one", "two", "three", "four", *rows)
                came = terminal.rows()
                self.assertEqual(came[0][:9], "connected")
                at = came.index("one")
                self.assertEqual(came[at:at + 4], ["one", "two", "three", "four"])
                terminal.press("Enter")
                self.server.expect(self, typed.replace("\x16", "").encode() + b"\n")
                self.end()

    def test_letters_that_combine_are_shown_as_they_were_typed(self):
        for typed in ("e\u0301" * 30, "ภาษาไทยที่นี่คือ", "हिन्दी में", "👩\u200d👩\u200d👧 ☺\ufe0f", "각" * 5):
            with self.subTest(typed=typed):
                terminal = self.start_at_prompt()
                terminal.type(typed)
                self.server.say(b"one\n")
                terminal.wait_for("one", "> " + typed)
                self.server.say(b"two\n")
                terminal.wait_for("one", "two", "> " + typed)
                terminal.press("Enter")
                self.server.expect(self, typed.encode() + b"\n")
                self.end()

    def test_a_key_that_is_not_bound_does_nothing(self):
        terminal = self.start_at_prompt()
        terminal.type("ho")
        terminal.press("PageUp", "PageDown", "IC", "F1", "F5", "F12", "S-Left", "M-Left", "C-DC", "M-x",
                       "Down", "M-Escape", "C-Up", "BTab")
        terminal.type("la")
        terminal.wait_for("> hola")
        terminal.press("Enter")
        self.server.expect(self, b"hola\n")
        terminal.type("draft")
        terminal.press("Up", "Down", "Down", "Enter")
        self.server.expect(self, b"draft\n")
        self.end()

    def test_what_is_pasted_is_text(self):
        terminal = self.start_at_prompt()
        self.paste("hello world ")
        terminal.wait_for("> hello world")
        self.paste("a\tb\nsecond")
        self.server.expect(self, b"hello world a\tb\n")
        terminal.wait_for("> second")
        terminal.press("Enter")
        self.server.expect(self, b"second\n")
        self.end()

    def test_a_line_taller_than_the_screen_is_copied_nowhere(self):
        terminal = self.start_at_prompt(columns=20, rows=6)
        pieces = [f"{number:02}" + "x" * 18 for number in range(10)]
        terminal.type("y" * 18 + "".join(pieces))
        terminal.wait_for(*pieces[-5:])
        for number in range(8):
            self.server.say(b"line %d\n" % number)
            wait_until(lambda number=number: f"line {number}" in terminal.rows(), number)
        terminal.wait_for("line 7", *pieces[-5:])
        self.assertEqual(terminal.rows().count(pieces[-1]), 1)
        terminal.press("Enter")
        rows = terminal.wait_for(*pieces, ">")
        self.assertEqual(rows.count(pieces[-1]), 1)
        self.server.expect(self, ("y" * 18 + "".join(pieces)).encode() + b"\n")
        self.end()

    def test_a_narrower_screen_leaves_nothing_of_the_line_as_it_was(self):
        terminal = self.start_at_prompt(columns=60)
        self.server.say(b"one\ntwo\n")
        typed = "0123456789" * 9
        terminal.type(typed)
        terminal.wait_for("one", "two", "> " + typed[:58], typed[58:])
        for columns in 30, 50, 40, 80:
            terminal.resize(columns, 20)
            line = "> " + typed
            terminal.wait_for("two", *(line[i:i + columns] for i in range(0, len(line), columns)))
        self.end()


class EveryByte(OnATerminal):
    """Where a test sees what is written, and types what tmux would not."""

    def run_at(self, *args, env=None):
        client = Pty(SOCKCLIENT, "127.0.0.1", self.server.port, *args, env=env)
        self.addCleanup(client.__exit__)
        self.server.accept()
        return client

    def test_a_byte_that_is_no_text_swallows_nothing(self):
        client = self.run_at()
        client.wait_for(b"> ")
        client.type(b"caf\xe9\r")
        self.server.expect(self, b"caf\xe9\n")
        client.type(b"\xe2\x82\rx\xff\r")
        self.server.expect(self, b"\xe2\x82\nx\xff\n")

    def test_what_is_pasted_is_told_from_keys_and_the_terminal_is_asked_to(self):
        client = self.run_at()
        client.wait_for(b"\x1b[?2004h")
        client.type(b"\x1b[200~hello\x01 world\x1b[201~")
        client.wait_for(b"> hello^A world")
        client.type(b"!\r")
        self.server.expect(self, b"hello\x01 world!\n")
        client.type(b"\x04")
        self.server.expect_end(self)
        self.server.conn.close()
        self.assertEqual(client.status(), 0)
        self.assertGreater(client.came.index(b"\x1b[?2004l"), client.came.index(b"\x1b[?2004h"))

    def test_a_key_taken_as_it_is_is_sent_as_it_is(self):
        client = self.run_at()
        client.wait_for(b"> ")
        client.type(b"a\x16\rb\x16\nc\r")
        self.server.expect(self, b"a\rb\nc\n")
        client.type(b"\x16")
        wait_until(lambda: client.settings()[3] & 1 == 0, "ISIG to be off")
        client.type(b"\x03\r")
        self.server.expect(self, b"\x03\n")

    def test_a_terminal_that_nobody_knows_gets_no_escape_sequence(self):
        for args in [], ["-q"]:
            client = self.run_at(*args, env={"TERM": "no-such-terminal"})
            client.type(b"hola\n")
            self.server.expect(self, b"hola\n")
            self.server.say(b"pues hola\n")
            came = client.wait_for(b"pues hola\r\n")
            self.assertNotIn(b"\x1b", came)
            if args:
                self.assertEqual(came, b"hola\r\npues hola\r\n")

    def test_the_end_of_input_in_a_line_sends_it_as_it_is(self):
        client = self.run_at(env={"TERM": "dumb"})
        client.wait_for(b"> ")
        client.type(b"hola\x04\x04")
        self.server.expect(self, b"hola")
        self.server.expect_end(self)
        self.server.conn.close()
        self.assertEqual(client.status(), 0)

    def test_a_line_that_the_terminal_cuts_is_told_of(self):
        said = b"sockclient: the terminal hands over no more than 4095 bytes of a line\r\n"
        plain = self.run_at(env={"TERM": "dumb"})
        plain.wait_for(b"> ")
        plain.type(b"x" * 10000 + b"\n")
        plain.wait_for(said)
        self.server.expect(self, b"x" * 4095 + b"\n")
        piped = Pty("sh", "-c", '"$0" "$@" | cat', SOCKCLIENT, "127.0.0.1", self.server.port)
        self.addCleanup(piped.__exit__)
        self.server.accept()
        piped.type(b"x" * 10000 + b"\n")
        piped.wait_for(said)

    def test_a_line_of_any_length_is_edited(self):
        client = self.run_at()
        client.wait_for(b"> ")
        for _ in range(10):
            client.type(b"x" * 1000)
            client.read()
        client.type(b"!\r")
        client.wait_for(b"!\r\n")
        self.server.expect(self, b"x" * 10000 + b"!\n")


@unittest.skipUnless(shutil.which("localedef") and os.path.exists("/usr/share/i18n/charmaps"),
                     "no locales to make")
class Latin1(EveryByte):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        subprocess.run(["localedef", "-i", "es_ES", "-f", "ISO-8859-1",
                        os.path.join(cls.folder.name, "es_ES.ISO-8859-1")], check=True,
                       capture_output=True, timeout=60)

    def run_at(self, *args, env=None):
        here = {"LOCPATH": self.folder.name, "LC_ALL": "es_ES.ISO-8859-1"}
        return super().run_at(*args, env={**here, **(env or {})})

    def test_what_comes_is_converted_or_escaped(self):
        client = self.run_at()
        client.wait_for(b"> ")
        self.server.say("ma\u00f1ana \u011b \u20ac \u009b \U0001f600\n".encode() + b"\x9b\xe9\n")
        came = client.wait_for(b"\\xe9\r\n")
        self.assertIn(b"ma\xf1ana \\u011b \\u20ac \\x9b \\U0001f600\r\n\\x9b\\xe9\r\n", came)
        self.assertNotIn(b"\x9b", came)

    def test_letters_are_typed_and_shown_as_the_locale_has_them(self):
        client = self.run_at()
        client.wait_for(b"> ")
        client.type(b"ma\xf1ana\x9b")
        client.wait_for(b"ma\xf1ana\\x9b")
        client.type(b"\r")
        self.server.expect(self, b"ma\xf1ana\x9b\n")

    def test_messages_of_the_program_are_converted_too(self):
        client = self.run_at("--expect", "x")
        self.server.say("\u011b\u00f1\n".encode())
        client.wait_for(b'expected "x", got "\\u011b\xf1"')


if __name__ == "__main__":
    unittest.main()
