"""The manual pages tell of exactly the options that --help tells of, and of their defaults."""

import json
import re
import shutil
import signal
import subprocess
import unittest

from harness import Server, receive, wait_until
from help import DEADLINE, DOCS, PROGRAMS, options


def page(program):
    with open(f"{DOCS}/{program}.1", encoding="utf-8") as file:
        return file.read()


def section(program, name):
    return re.search(rf'^\.Sh {name}$(.*?)(?=^\.Sh |\Z)', page(program), re.M | re.S)[1]


def documented(program):
    """{"--port": (("-p", "--port"), "PORT", "its text")}, from `.It Fl p , Fl -port Ar PORT`."""
    found = {}
    for item in re.split(r"^\.It ", section(program, "OPTIONS"), flags=re.M)[1:]:
        head, _, text = item.partition("\n")
        head, _, value = head.partition(" Ar ")
        names = tuple("-" + name.removeprefix("Fl ") for name in head.split(" , "))
        found[names[-1]] = names, value, text
    return found


class Manual(unittest.TestCase):
    def each_option(self):
        for program in PROGRAMS:
            pages = documented(program)
            for name, option in options(program).items():
                if name in pages:
                    yield option, *pages[name]

    def test_each_option_of_the_help_is_on_the_page(self):
        for program in PROGRAMS:
            self.assertEqual(set(options(program)) - set(documented(program)), set(), program)

    def test_each_option_on_the_page_is_in_the_help(self):
        for program in PROGRAMS:
            self.assertEqual(set(documented(program)) - set(options(program)), set(), program)

    def test_names_values_and_defaults_are_those_of_the_help(self):
        for option, names, value, text in self.each_option():
            default = re.search(r"^Default: (.*)\.$", text, re.M)
            self.assertEqual((names, value, default[1] if default else ""),
                             (option.names, option.value, option.default))

    def test_each_choice_is_named_and_no_other(self):
        for option, _, _, text in self.each_option():
            if option.choices:
                lists = re.findall(r"^\.Cm ([\w ,:]+?)(?: [:.])?$", text, re.M)
                self.assertLessEqual(set(option.choices), set(re.findall(r"\w+", " ".join(lists))))
                self.assertLessEqual({word for words in lists for word in re.findall(r"\w+", words)},
                                     {*option.choices, *self.other_words(option)})

    @staticmethod
    def other_words(option):
        """Words of another option in the text of this one."""
        return {"--framing": {"echo"}}.get(option.names[-1], set())

    def test_each_protocol_has_its_paragraph(self):
        protocols = options("sockserver")["--protocol"].choices
        described = re.findall(r"^\.It Cm (\w+)$", section("sockserver", "DESCRIPTION"), re.M)
        self.assertEqual(tuple(described), protocols)

    def test_the_pages_have_the_usual_sections(self):
        for program in PROGRAMS:
            sections = re.findall(r"^\.Sh (.*)$", page(program), re.M)
            self.assertEqual(sections[:4], ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"])
            for name in "SIGNALS", "EXIT STATUS", "EXAMPLES", "SEE ALSO":
                self.assertIn(name, sections)

    def test_the_fields_of_the_json_log_are_those_of_the_page(self):
        lines = re.findall(r"^(\w+(?:, \w+)*) {2,}(\w[\w ]*)(?:, .*| {2,}\(.*)?$",
                           section("sockserver", "THE LOG"), re.M)
        described = {event: set(fields.split())
                     for events, fields in lines for event in events.split(", ")}
        told = {}
        with Server("--log-format", "json", "-vv", "--max-conns", "1") as server:
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
                with server.connect() as refused:
                    refused.recv(100)
            wait_until(lambda: '"closed"' in server.log(), "the end")
            server.signal(signal.SIGUSR1)
            wait_until(lambda: '"totals"' in server.log(), "the totals")
            for line in [server.listening, *server.log().splitlines()]:
                told[json.loads(line)["event"]] = set(json.loads(line)) - {"time", "event", "peer"}
        self.assertLessEqual({"listening", "connected", "read", "wrote", "received", "answered",
                              "closed", "refused", "totals"}, set(told))
        for event, fields in told.items():
            self.assertEqual(fields, described[event] - {"peer"}, event)

    @unittest.skipUnless(shutil.which("groff"), "no groff")
    def test_groff_has_no_complaint(self):
        self.assert_silent("groff", "-mandoc", "-ww", "-z", "-Tutf8")

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc")
    def test_mandoc_has_no_complaint(self):
        self.assert_silent("mandoc", "-T", "lint")

    def assert_silent(self, *command):
        for program in PROGRAMS:
            done = subprocess.run([*command, f"{DOCS}/{program}.1"], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=DEADLINE, text=True, check=False)
            # Which other manuals are on this machine is no fault of the page.
            complaints = [line for line in done.stdout.splitlines()
                          if not re.search("outdated mandoc.db|referenced manual not found", line)]
            self.assertEqual(complaints, [])


if __name__ == "__main__":
    unittest.main()
