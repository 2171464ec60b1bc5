"""--script and --match: conversations from a file, and answers that fit to an expression."""

import os
import tempfile
import unittest

from harness import Peer, echo, read_all, reset, run, says


class ScriptFile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "talk")

    def write(self, text):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def talk(self, serve, *args, stdin=b""):
        with Peer(serve) as peer:
            done = run("127.0.0.1", peer.port, *args, stdin=stdin)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def script(self, serve, text, *args):
        self.write(text)
        status, out, said = self.talk(serve, "--script", self.path, *args)
        return status, out, said.replace(self.path, "FILE")

    def test_the_steps_are_done_in_their_order(self):
        self.assertEqual(self.script(echo, "# a talk\nsend hola\nrecv\n\nsend adios\n"
                                     "expect adios\nsend * welcome\nmatch ^\\* w\npause 1ms\n"),
                         (0, "hola\nadios\n* welcome\n", ""))

    def test_stdin_is_a_file_too(self):
        self.assertEqual(self.talk(echo, "--script", "-", stdin=b"send hola\r\nrecv\r\n"),
                         (0, "hola\n", ""))

    def test_it_stands_among_other_steps_and_other_scripts(self):
        self.write("send b\nrecv\n")
        self.assertEqual(self.talk(echo, "--send", "a", "--recv", "--script", self.path, "--send",
                                   "c", "--recv", "--script", self.path),
                         (0, "a\nb\nc\nb\n", ""))

    def test_a_script_without_steps_is_a_conversation_without_words(self):
        self.assertEqual(self.script(says(b"hola\n"), "# nothing\n"), (0, "hola\n", ""))

    def test_a_failure_names_the_line(self):
        self.assertEqual(self.script(echo, "send a\n\nexpect b\n"),
                         (3, "a\n", 'sockclient: FILE:3: expected "b", got "a"\n'))
        self.assertEqual(self.script(echo, "send a\nmatch ^b\n"),
                         (3, "a\n", 'sockclient: FILE:2: expected a match of "^b", got "a"\n'))
        self.assertEqual(self.script(lambda conn: None, "recv"),
                         (1, "", "sockclient: FILE:1: recv: the server closed the connection\n"))
        self.assertEqual(self.script(read_all, "expect a", "-i", "200ms"),
                         (3, "", 'sockclient: FILE:1: expected "a", got nothing: nothing came in '
                          "200 ms\n"))
        status, _, said = self.script(reset, "send x\nrecv\n")
        self.assertEqual(status, 1)
        self.assertRegex(said, r"^sockclient: FILE:2: connection to 127.0.0.1 port \d+ was reset by "
                         r"the server\n$")

    def test_nothing_can_follow_close_on_the_command_line_either(self):
        self.write("close\n")
        done = run("--script", self.path, "--recv")
        self.assertEqual(done.stderr.decode(), f"sockclient: --script: {self.path}:1: nothing can "
                         "follow close\n(try sockclient --help)\n")
        self.assertEqual(done.returncode, 2)

    def test_close_ends_it_at_once(self):
        came = []

        def serve(conn):
            conn.sendall(b"one\n")
            came.append(read_all(conn))
            conn.sendall(b"two\n")
        self.assertEqual(self.script(serve, "recv\nsend hola\nclose\n"), (0, "one\n", ""))
        self.assertEqual(came, [b"hola\n"])

    def test_it_is_checked_in_whole_before_anything_is_sent(self):
        accepted = []
        with Peer(accepted.append) as peer:
            for text, complaint in [
                    ("send a\nsned b\n", '2: "sned" is not one of send, recv, expect, match, '
                     "pause, close"),
                    ("send a\nrecv b\n", "2: recv: takes no value"),
                    ("pause soon\n", '1: pause: "soon" is not a time (like 500ms, 5s, 2m, 1h)'),
                    ("send a\n\nmatch a(\n", '3: "a(": Unmatched ( or \\('),
                    ("close\nsend a\n", "1: nothing can follow close")]:
                self.write(text)
                done = run("127.0.0.1", peer.port, "--script", self.path)
                self.assertEqual(done.stderr.decode(), f"sockclient: --script: {self.path}:"
                                 f"{complaint}\n(try sockclient --help)\n")
                self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(accepted, [])

    def test_a_file_that_cannot_be_read_is_wrong_usage(self):
        for path, why in [(self.path, "No such file or directory"),
                          (os.path.dirname(self.path), "Is a directory")]:
            done = run("--script", path)
            self.assertEqual(done.stderr.decode(), f"sockclient: --script: cannot read {path}: "
                             f"{why}\n(try sockclient --help)\n")
            self.assertEqual(done.returncode, 2)


class Match(unittest.TestCase):
    def match(self, text, pattern):
        with Peer(says(text)) as peer:
            done = run("127.0.0.1", peer.port, "--match", pattern, "-i", "5s")
        return done.returncode, done.stderr.decode()

    def test_it_fits_to_some_part_of_the_message(self):
        for pattern in ("welcome", "^\\* [a-z]+, ana$", "(hola|welcome)", "w.{6}", "", "$"):
            self.assertEqual(self.match(b"* welcome, ana\r\n", pattern), (0, ""))

    def test_another_message_is_status_3(self):
        self.assertEqual(self.match(b"* welcome\n", "^w"), (
            3, 'sockclient: expected a match of "^w", got "* welcome"\n'))

    def test_characters_are_those_of_the_locale(self):
        self.assertEqual(self.match("qué\n".encode(), "^qu.$"), (0, ""))

    def test_a_nul_ends_nothing(self):
        self.assertEqual(self.match(b"a\0b\n", "b$"), (0, ""))

    def test_a_bad_expression_is_wrong_usage_and_is_named(self):
        done = run("--match", "[a")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr.decode(),
                         r'^sockclient: --match: "\[a": .*\n\(try sockclient --help\)\n$')


if __name__ == "__main__":
    unittest.main()
