"""The lab of docs/: its exercises as they are written, and as they happen.

A sentence that names a terminal and ends in a colon has its block below it:

    $ COMMAND       typed at the shell
    > TEXT          typed at the prompt of sockclient
    ^C              the key Ctrl-C, as the terminal shows it: what is printed next follows it
    anything else   what the screen must show, in this order and nothing between

The blocks of one terminal in one exercise are one screen. They are gone through from the first to
the last, and each has to be there before the next one begins.
"""

import os
import random
import re
import socket
import tempfile
from contextlib import ExitStack

from harness import SOCKSERVER, Terminal, wait_until

BLOCK = re.compile(r"terminal\s(\d)\b(?:(?!terminal)[^\n])*:\n\n```\n(.*?)^```$", re.M | re.S)
EXERCISE = re.compile(r"^## (\d+)\. ([^\n]+)\n(.*?)(?=^## |\Z)", re.M | re.S)

# What differs each time, and where: as written in the lab, and what may stand there instead.
TIME = r"\d+(?:\.\d+)? (?:us|ms|s)"
CHANGING = [
    (r"(?:^|(?<=^\^C))\d\d:\d\d:\d\d ", r"\d\d:\d\d:\d\d "),
    (r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d socat\[\d+\] E bind\(\d+,",
     r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d socat\[\d+\] E bind\(\d+,"),
    (r"\[::1\](?=:)", r"(?:\[::1\]|127\.0\.0\.1)"),
    (r"(?<=[\]1]:)[45]\d{4}\b", r"\d+"),
    (r"\(127\.0\.0\.1, ::1\)", r"\(127\.0\.0\.1(?:, ::1)?\)"),
    (r"(?<=^\[1\]\+  Stopped) +", " +"),  # bash 5.3 has three blanks more
    (r"\(pid \d+, uid \d+\)", r"\(pid \d+, uid \d+\)"),
    (r"(?<=^srw------- 1 )ana ana 0 Nov 26 10:00(?= )", r"\S+ \S+ +0 \w{3} +\d+ \d\d:\d\d"),
    (rf"(?<=bytes out, ){TIME}$", TIME),
    (rf"(?<=kB out, ){TIME}$", TIME),
    # Three digits of milliseconds are the point of an exercise: no less than half of them.
    (r"(?<=bytes received, )(?!\d{3} ms)[\d.]+ \w+$", TIME),
    (r"(?<=bytes received, )\d{3} ms$", r"(?:[2-9]\d\d ms|\d+(?:\.\d)? s)"),
    (rf"(?<=\brtt ){TIME}", TIME),
    (r"(?<= --pin sha256:)[0-9a-f]{4}\.\.\.", "[0-9a-f]{64}"),
    # Of much that is sent at once.
    (r"^\d\d writes,$", r"\d+ writes,"),
    (r"(?<=received in 0, )[\d.]+ s", TIME),
    (r"1\.3 kB in, 1\.3 kB out", r"\d+(?:\.\d)? (?:bytes|kB) in, \d+(?:\.\d)? (?:bytes|kB) out"),
    (r"\d{3} datagrams in, \d{3} out", r"\d{1,4} datagrams in, \d{1,4} out"),
]


def pattern_of(line):
    """What a row of the screen has to be, all of it."""
    at, pattern = 0, ""
    for start, end, instead in sorted((found.start(), found.end(), instead)
                                      for known, instead in CHANGING
                                      for found in re.finditer(known, line)):
        pattern += re.escape(line[at:start]) + instead
        at = end
    return pattern + re.escape(line[at:])


class Exercise:
    """One of a page: its number, its title, and its blocks as (terminal, lines)."""

    def __init__(self, number, title, text):
        self.number, self.title = int(number), title
        self.blocks = [(terminal, block.splitlines()) for terminal, block in BLOCK.findall(text)]
        self.fences = len(re.findall(r"^```", text, re.M)) // 2


def exercises_of(page):
    return [Exercise(*found) for found in EXERCISE.findall(page)]


def free_port():
    """A port on which nobody listens, neither by TCP nor by UDP.

    The system gives those from 32768 on to whoever asks for any; one below them stays free.
    """
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        try:
            with ExitStack() as stack:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    stack.enter_context(socket.socket(socket.AF_INET, kind)).bind(("", port))
            return port
        except OSError:
            pass
    raise AssertionError("no free port")


def told_once(rows):
    """What the lab shows of `rows`: all states, though one may be too short to be told, and the
    rtt of a connection once, though it is told again when it changes."""
    text = "\n".join(rows)
    text = re.sub(r"^(\S+ #\d+) state ESTABLISHED -> FIN_WAIT2:",
                  r"\1 state ESTABLISHED -> FIN_WAIT1: we have sent our FIN\n"
                  r"\1 state FIN_WAIT1 -> FIN_WAIT2:", text, flags=re.M)
    seen = set()
    kept = []
    for row in text.split("\n") if text else []:
        told = re.match(r"\S+ (#\d+) rtt ", row)
        if not told or told[1] not in seen:
            kept.append(row)
        if told:
            seen.add(told[1])
    return kept


class Classroom:
    """Terminals with a shell each, gone at the end of `with`.

    The ports that the lab names stand for free ones, and its files /tmp/lab.* for files in a folder
    of their own.
    """

    def __init__(self, setup):
        self.setup = setup
        self.terminals = {}
        self.screens = {}
        self.names = {}
        self.stack = ExitStack()

    def __enter__(self):
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        os.mkdir(f"{self.folder}/build")
        os.symlink(os.path.dirname(os.path.abspath(SOCKSERVER)), f"{self.folder}/build/release")
        self.names = {"/tmp/lab.": f"{self.folder}/lab."}
        for port in ("9999", "9998"):
            self.names[port] = str(free_port())
        return self

    def __exit__(self, *_):
        self.stack.close()

    def here(self, line):
        """A line of the lab with the names that things have here."""
        for name, ours in self.names.items():
            line = line.replace(name, ours)
        return line

    def terminal(self, name):
        if name not in self.terminals:
            shell = Terminal("env", "-C", self.folder, "bash", "--norc", "--noprofile",
                             columns=200, rows=60, env={"PS1": "$ ", "HISTFILE": ""})
            self.terminals[name] = self.stack.enter_context(shell)
            self.screens[name] = []
            for line in self.setup:
                self.step(name, line)
        return self.terminals[name]

    def step(self, name, line):
        """One line: typed, or waited for."""
        terminal, line = self.terminal(name), self.here(line)
        if line[:2] in ("$ ", "> "):
            self.wait_for(name, prompt=line[0])
            terminal.line(line[2:])
        elif line[0] == "^":
            self.wait_for(name)
            terminal.press(f"C-{line[1].lower()}")
        self.screens[name].append(line)

    def wait_for(self, name, prompt=None):
        """The screen is what has been written so far; `prompt`: and that awaits a line."""
        wanted = [pattern_of(line) for line in self.screens[name]]

        def is_there():
            rows = self.terminal(name).rows()
            last = rows.pop() if rows[-1:] in (["$"], [">"]) else None
            rows = told_once(rows)
            return ((prompt is None or last == prompt) and len(rows) == len(wanted) and
                    all(map(re.fullmatch, wanted, rows)))
        try:
            wait_until(is_there, f"terminal {name}")
        except AssertionError as error:
            rows = "\n".join(self.terminal(name).rows())
            written = "\n".join(self.screens[name])
            raise AssertionError(f"{error}, written:\n{written}\nshown:\n{rows}") from None

    def go_through(self, exercise):
        for name, lines in exercise.blocks:
            for line in lines:
                self.step(name, line)
            self.wait_for(name)
        for name in self.terminals:
            self.wait_for(name)
        for terminal in self.terminals.values():
            if not terminal.rows()[-1].endswith("$"):
                terminal.press("C-c")
            wait_until(lambda one=terminal: one.rows()[-1].endswith("$"), "its end")
