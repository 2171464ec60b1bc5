"""A chat on a real screen: lines come at any speed while one is being typed, and do no harm."""

import os
import re
import socket
import termios
import threading
import unicodedata
import unittest

from harness import DEADLINE, SOCKCLIENT, Terminal, wait_until
from terminal_test import OnATerminal


def wrapped(text, columns):
    """The rows that the prompt and this line take."""
    rows, width = [""], 0
    for character in "> " + text:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width + wide > columns:
            rows.append("")
            width = 0
        rows[-1] += character
        width += wide
    return [row.rstrip() for row in rows]


class Typist:
    """Types between the lines of a crowd, and knows what has to come of it."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.crowd = None
        self.text, self.cursor = "", 0

    def type(self, text):
        self.crowd.wait_for_more()
        self.terminal.type(text)
        self.text = self.text[:self.cursor] + text + self.text[self.cursor:]
        self.cursor += len(text)

    def press(self, key, times=1):
        self.crowd.wait_for_more()
        self.terminal.press(*[key] * times)
        for _ in range(times):
            if key == "BSpace" and self.cursor > 0:
                self.text = self.text[:self.cursor - 1] + self.text[self.cursor:]
            moves = {"Left": self.cursor - 1, "Right": self.cursor + 1, "Home": 0,
                     "End": len(self.text), "BSpace": self.cursor - 1}
            self.cursor = min(max(moves[key], 0), len(self.text))


class Crowd:
    """Others in the room: 100 lines a second, until they are asked to pause."""

    def __init__(self, conn, every=0.01, lines=1):
        self.conn, self.every, self.lines = conn, every, lines
        self.count = 0
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._talk, daemon=True)
        self.thread.start()

    def _talk(self):
        while not self.enough.wait(self.every):
            said = range(self.count + 1, self.count + self.lines + 1)
            self.conn.sendall(b"".join(b"ana: line %d\n" % number for number in said))
            self.count += self.lines

    def wait_for_more(self):
        count = self.count
        wait_until(lambda: self.count > count, "the crowd")

    def pause(self):
        """The last row that they brought."""
        self.wait_for_more()
        self.enough.set()
        self.thread.join(DEADLINE)
        return f"ana: line {self.count}"


def contains(path, text):
    with open(path, "rb") as file:
        return text.encode() in file.read()


def has_read_all(conn):
    """Whether the other side, on this machine, has read what was sent to it."""
    def row(end):
        host, port = end
        return "%08X:%04X" % (int.from_bytes(socket.inet_aton(host), "little"), port)
    ends = [row(conn.getpeername()), row(conn.getsockname())]
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            fields = line.split()
            if fields[1:3] == ends:
                return fields[4].split(":")[1] == "00000000"
            if fields[1:3] == ends[::-1] and fields[4].split(":")[0] != "00000000":
                return False
    return False


class Chat(OnATerminal):
    def display(self, what):
        return self.terminal._tmux("display", "-p", "#{%s}" % what).strip()

    def record(self):
        """The path of a file that gets every byte written to the terminal from now on."""
        path = os.path.join(self.terminal.folder.name, "bytes")
        self.terminal._tmux("pipe-pane", f"exec cat > {path}")
        wait_until(lambda: os.path.exists(path), "the recording")
        return path

    def local_flags(self):
        tty = os.open(self.display("pane_tty"), os.O_RDWR | os.O_NOCTTY)
        try:
            return termios.tcgetattr(tty)[3]
        finally:
            os.close(tty)

    def type_and_edit(self, typist, alphabet, meanwhile=lambda number: None):
        piece = (alphabet * 50)[:50]
        for number in range(4):
            typist.type(piece)
            meanwhile(number)
            typist.press("Left", 30)
            typist.press("BSpace", 3)
            typist.type("<é" + str(number) + "世>")
            typist.press("Right", 5)
            typist.press("BSpace")
            typist.press("Home")
            typist.type("^")
            typist.press("Right", 2)
            typist.press("BSpace")
            typist.press("End")

    def send(self, typist):
        self.terminal.press("Enter")
        self.server.expect(self, typist.text.encode() + b"\n")

    def test_a_line_of_200_characters_is_edited_while_100_lines_a_second_come(self):
        for alphabet in "0123456789abcdefghi ", "añb€ ", "日本語x":
            with self.subTest(alphabet=alphabet):
                terminal = self.start_at_prompt(columns=80, rows=24)
                typist = Typist(terminal)
                typist.crowd = Crowd(self.server.conn)
                self.type_and_edit(typist, alphabet)
                self.assertGreaterEqual(len(typist.text), 200)
                terminal.wait_for(typist.crowd.pause(), *wrapped(typist.text, 80))
                typist.crowd = Crowd(self.server.conn)
                typist.press("Home")
                typist.press("Right", 85)
                terminal.wait_for(typist.crowd.pause(), *wrapped(typist.text, 80))
                typist.crowd = Crowd(self.server.conn)
                self.send(typist)
                terminal.wait_for(typist.crowd.pause(), ">")
                self.end()

    def test_a_line_is_edited_while_thousands_come_at_once(self):
        terminal = self.start_at_prompt(columns=80, rows=24)
        typist = Typist(terminal)
        typist.crowd = crowd = Crowd(self.server.conn, lines=2000, every=0.05)
        self.type_and_edit(typist, "日本語x")
        wait_until(lambda: crowd.count >= 10000, "the crowd")
        rows = terminal.wait_for(crowd.pause(), *wrapped(typist.text, 80))
        # None is torn, lost or mixed with what is typed.
        said = rows[-1000 - len(wrapped(typist.text, 80)):][:1000]
        self.assertEqual(said, [f"ana: line {crowd.count - 999 + i}" for i in range(1000)])
        self.send(typist)
        self.end()

    def test_a_line_is_edited_while_lines_come_and_the_terminal_is_resized(self):
        terminal = self.start_at_prompt(columns=80, rows=24)
        typist = Typist(terminal)
        sizes = [(60, 20), (100, 30), (41, 24), (80, 24)]
        typist.crowd = crowd = Crowd(self.server.conn)
        self.type_and_edit(typist, "añ日本 ", lambda number: terminal.resize(*sizes[number]))
        terminal.wait_for(crowd.pause(), *wrapped(typist.text, 80))
        self.send(typist)
        self.end()

    def test_a_line_that_comes_in_pieces_is_shown_whole(self):
        terminal = self.start_at_prompt()
        for piece in (b"one\nan", b"a: hola, \xe6\x97", b"\xa5 mun", b"do\r", b"\ntwo\n"):
            self.server.say(piece)
            wait_until(lambda: has_read_all(self.server.conn), "the client")
        # A busy machine may show a beginning that has waited too long in a row of its own.
        rows = terminal.wait_for("two", ">")
        self.assertEqual("".join(rows[1:]).replace(" ", ""), "oneana:hola,日mundotwo>")
        self.end()

    def test_notices_are_dim_and_names_bold_unless_colour_is_off(self):
        said = b"* ana joined\nana: hola\nana -> you: x\nhola ana: x\n"
        plain = said.decode().split("\n")[:-1]
        dim, bold, off = "\x1b[2m", "\x1b[1m", "\x1b[0m"
        coloured = [f"{dim}{plain[0]}{off}", f"{bold}ana{off}: hola", f"{bold}ana{off} -> you: x",
                    plain[3]]
        for args, env, wanted in (([], {}, coloured), ([], {"NO_COLOR": "1"}, plain),
                                  (["--color", "never"], {}, plain), ([], {"TERM": "dumb"}, plain),
                                  (["--color", "always"], {"NO_COLOR": "1"}, coloured),
                                  (["--raw"], {}, plain)):
            with self.subTest(args=args, env=env):
                terminal = self.start_at_prompt(*args, env=env)
                recorded = self.record()
                self.server.say(said)
                terminal.wait_for(*plain, ">")
                # What is recorded may come later than what is seen.
                wait_until(lambda: contains(recorded, "\r\n".join(wanted) + "\r\n"), wanted)
                self.end()

    def test_the_time_is_before_every_line_once(self):
        for args in [], ["--raw"]:
            terminal = self.start_at_prompt("--timestamps", *args)
            self.server.say(b"ana: hola\n\nno end")
            wait_until(lambda: any("no end" in row for row in terminal.rows()), "the beginning")
            self.server.say(b" yet\n")
            rows = terminal.wait_for(" yet", ">")
            time = r"\d\d:\d\d:\d\d"
            self.assertRegex("\n".join(rows[1:]),
                             rf"^{time} ana: hola\n{time}\n{time} no end\n yet\n>$")
            self.end()

    def test_nothing_that_a_peer_sends_moves_the_cursor_or_sets_a_title_or_clears(self):
        controls = [bytes([code]) for code in (*range(9), *range(11, 32), *range(127, 160))]
        controls += [b"\xc2" + bytes([code]) for code in range(128, 160)]
        csi = [b"\x1b[2J", b"\x1b[1;1H", b"\x1b[?25l", b"\x9b31m", b"\xc2\x9b2J", b"\x1b[8m"]
        osc = [b"\x1b]0;title\x07", b"\x1b]2;title\x1b\\", b"\x9d0;title\x9c",
               b"\xc2\x9d0;title\xc2\x9c", b"\x1bktitle\x1b\\", b"\x1bP+q544e\x1b\\"]
        other = [b"\x1bc", b"\x1b7", b"\x1b#8", b"\x1b(0", b"ana\x1b[0m: ", b"* \x1b[0m",
                 "\u202e\u2028\u200b\ufeff".encode()]
        terminal = self.start_at_prompt(rows=50)
        recorded = self.record()
        title = self.display("pane_title")
        terminal.type("typed")
        terminal.wait_for("> typed")
        shown = []
        for text in [*controls, *csi, *osc, *other]:
            for cut in range(1, len(text) + 1):
                for piece in (text[:cut], text[cut:] + b"|\n"):
                    self.server.say(piece)
                    wait_until(lambda: has_read_all(self.server.conn), "the client")
                shown.append(text)
        self.server.say(b"end\n")
        rows = terminal.wait_for("end", "> typed")
        def visible(text):
            text = text.decode("utf-8", "backslashreplace")
            text = re.sub(r"[\0-\x1f\x7f-\x9f]", lambda c: f"\\x{ord(c[0]):02x}", text)
            return re.sub("[\u200b\u2028\u202e\ufeff]", lambda c: f"\\u{ord(c[0]):04x}", text) + "|"
        # A piece that has waited too long may have a row of its own, which shows no blanks at its end.
        self.assertEqual("".join(rows[1:-2]).replace(" ", ""),
                         "".join(map(visible, shown)).replace(" ", ""))
        self.assertEqual(self.display("pane_title"), title)
        self.assertEqual((self.display("cursor_flag"), self.display("cursor_x")), ("1", "7"))
        wait_until(lambda: contains(recorded, "end\r\n"), "the recording")
        with open(recorded, "rb") as file:
            written = file.read()
        ours = rb"\r\x1b\[J|\x1b\[K|\x1b\[[012]m|\r+\n|\r"
        rest = re.sub(ours, b"", written)
        self.assertEqual(re.findall(rb".{0,20}[\0-\x1f\x7f].{0,20}|.{0,20}\xc2[\x80-\x9f]", rest), [])
        rest.decode()
        self.end()

    def test_what_is_typed_before_the_prompt_is_shown_once(self):
        self.server.listener.close()
        self.terminal = terminal = Terminal(SOCKCLIENT, "--retry", "60s", "127.0.0.1",
                                            self.server.port)
        self.addCleanup(terminal.__exit__)
        wait_until(lambda: not self.local_flags() & termios.ECHO, "echo to be off")
        terminal.type("one\ntyped early")
        self.server.listener = socket.create_server(("127.0.0.1", self.server.port))
        self.server.accept()
        rows = terminal.wait_for("> typed early")
        self.assertEqual(rows, [self.greeting(), "> one", "> typed early"])
        terminal.press("Enter")
        self.server.expect(self, b"one\ntyped early\n")
        self.end()
        self.assertTrue(self.local_flags() & termios.ECHO)

    def test_ctrl_c_while_connecting_gives_echo_back(self):
        self.server.listener.close()
        self.terminal = terminal = Terminal(SOCKCLIENT, "--retry", "60s", "127.0.0.1",
                                            self.server.port)
        self.addCleanup(terminal.__exit__)
        wait_until(lambda: not self.local_flags() & termios.ECHO, "echo to be off")
        terminal.press("C-c")
        self.assertEqual(terminal.status(), 130)
        self.assertTrue(self.local_flags() & termios.ECHO)


if __name__ == "__main__":
    unittest.main()
