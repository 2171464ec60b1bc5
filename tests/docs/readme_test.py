"""What the README shows is what happens, and what a compiler accepts."""

import os
import re
import shlex
import subprocess
import tempfile
import unittest

from harness import DEADLINE, SOCKCLIENT, SOCKSERVER, Program, Server, read_until
from lab import Classroom, Exercise, free_port

SOURCE = os.environ["SOCK_SOURCE"]
COMPILER_DEADLINE = 120  # seconds, on a busy machine

with open(f"{SOURCE}/README.md", encoding="utf-8") as readme:
    TEXT = readme.read()
BLOCKS = re.findall(r"^```cpp\n(.*?)^```$", TEXT, re.M | re.S)


class Library(unittest.TestCase):
    def compile(self, program):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/readme.cpp", "w", encoding="utf-8") as file:
                file.write(program)
            done = subprocess.run([os.environ["CXX"], "-std=c++20", "-Wall", "-Werror",
                                   "-fsyntax-only", f"-I{SOURCE}/include", file.name],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=COMPILER_DEADLINE, check=False)
            self.assertEqual((done.stdout, done.returncode), ("", 0), program)

    def test_there_is_a_whole_program_and_the_lines_of_a_client(self):
        self.assertEqual([bool("int main" in block) for block in BLOCKS], [True, False])

    def test_whole_programs_compile(self):
        for block in BLOCKS:
            if "int main" in block:
                self.compile(block)

    def test_lines_compile_as_the_body_of_a_function(self):
        for block in BLOCKS:
            if "int main" not in block:
                includes = re.findall(r"^#include .*\n", block, re.M)
                body = re.sub(r"^#include .*\n", "", block, flags=re.M)
                self.compile("".join(includes) + f"int main() {{\n{body}}}\n")


def section(title):
    return re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##|\Z)", TEXT, re.M | re.S)[1]


class Transcripts(unittest.TestCase):
    def go_through(self, title):
        exercise = Exercise(0, title, section(title))
        self.assertEqual(len(exercise.blocks), exercise.fences)
        with Classroom(["$ " + re.search(r'`(export PATH=[^`]*)`', TEXT)[1]]) as classroom:
            os.mkdir(f"{classroom.folder}/script")
            with open(f"{classroom.folder}/script/server", "w", encoding="utf-8",
                      opener=lambda path, flags: os.open(path, flags, 0o755)) as server:
                server.write(f'#!/bin/sh\nexec {shlex.quote(os.path.abspath(SOCKSERVER))} "$@"\n')
            classroom.go_through(exercise)

    def test_two_terminals(self):
        self.go_through("Two commands")

    def test_encrypted(self):
        self.go_through("Encrypted")

    def test_the_still_is_what_the_programs_show(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([f"{SOURCE}/script/draw-chat", f"{folder}/still.svg"], check=True,
                           timeout=4 * DEADLINE)
            with open(f"{folder}/still.svg", encoding="utf-8") as now, \
                    open(f"{SOURCE}/docs/chat.svg", encoding="utf-8") as kept:
                self.assertEqual(now.read(), kept.read(), "script/draw-chat draws it again")


class Wish:
    """A row of the table. What a client then says that has `hola` to say, and a line of the log."""

    def __init__(self, says, logs=None, client=None):
        self.says, self.logs, self.client = says, logs, client


WISHES = {
    "talk to a server": Wish("hola\n"),
    "send a text, print the answer": Wish("Hola que tal\n"),
    "hold a conversation by script": Wish("hola\n"),
    "test a client with a server that misbehaves": Wish(
        "hola que t", r"#1 fault: closed after 10 bytes",
        "echo hola que tal | sockclient localhost 9999"),
    "see a half-close, and what else TCP does": Wish(
        "hola\n", r"#1 state ESTABLISHED -> CLOSE_WAIT: the peer has sent its FIN",
        "sockclient localhost 9999"),
    "measure an echo server": Wish(r"(.*\n)*3 sent, 3 received, 0 lost\n(.*\n)*"),
    "encrypt": Wish("hola\n", r"#1 connected from .*, TLSv1\.\d"),
    "give a class a room to chat in": Wish(r"\* welcome, you are guest1\. .*\n(.*\n)*", None,
                                           "sockclient localhost 9999"),
    "echo datagrams": Wish("hola\n"),
    "chat at a UNIX socket": Wish(r"\* welcome, you are guest1\. .*\n(.*\n)*"),
    "ask which server a proxy has chosen": Wish(r"(.*\n)*proxied-by .*\n(.*\n)*",
                                                r"#1 connected from .*, through .*"),
    "know whether a server is healthy": Wish("ping\n"),
}


class WhatDoYouWant(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.symlink(os.path.abspath(SOCKCLIENT), f"{folder.name}/sockclient")
        self.folder = folder.name
        self.names = {name: str(free_port()) for name in ("9999", "9003")}
        self.names["/tmp/chat"] = f"{folder.name}/chat"

    def here(self, command):
        for name, ours in self.names.items():
            command = command.replace(name, ours)
        return command

    def serve(self, commands):
        """The server of the row, or the usual one, on loopback."""
        options = shlex.split(self.here(next(
            (one for one in commands if one.startswith("sockserver")), "sockserver")))[1:]
        if "--public" in options:
            options[options.index("--public")] = "--host=127.0.0.1"
        at = () if "--listen" in options else ("--port", self.names["9999"])
        return Server(*options, *at, port=None)

    def said_by(self, command):
        done = subprocess.run(["bash", "-c", self.here(command)], input="hola\n", text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=DEADLINE, env={
                                  **os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def line_of(self, server):
        """What the server has printed for clients to type."""
        said = server.listening
        while "connect with: " not in said or not said.endswith("\n"):
            said += read_until(server.stdout, b"\n").decode()
        return re.search(r"connect with: (.*)\n", said)[1]

    def test_each_row_does_what_it_says(self):
        rows = {}
        for line in re.findall(r"^\| (.*`.*) \|$", section("What do you want to do?"), re.M):
            cells = re.split(r"(?<!\\) \| ", line)
            if len(cells) == 3:
                rows[cells[0]] = re.findall(r"`([^`]+)`", cells[1].replace("\\|", "|"))
        self.assertEqual(set(rows), set(WISHES))
        for wish, commands in rows.items():
            with self.subTest(wish), self.serve(commands) as server:
                wanted = WISHES[wish]
                clients = [one for one in commands if not one.startswith("sockserver")]
                if not clients:
                    clients = [wanted.client or self.line_of(server)]
                said = self.said_by(clients[0])
                self.assertRegex(said, rf"\A{wanted.says}\Z")
                if wanted.logs:
                    server.wait_for_log(wanted.logs)


class Form(unittest.TestCase):
    def test_it_is_short(self):
        self.assertLessEqual(TEXT.count("\n"), 180)

    def test_its_table_has_each_protocol(self):
        with Program(SOCKSERVER, "--help") as program:
            text = read_until(program.stdout, b"--mode").decode()
        known = re.search(r"--protocol NAME +(.*?)  ", text)[1].split(" | ")
        shown = re.findall(r"^\| `(\w+)`(?: \(default\))? \|", TEXT, re.M)
        self.assertEqual(sorted(shown), sorted(known))


if __name__ == "__main__":
    unittest.main()
