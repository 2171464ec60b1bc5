"""The manual pages are in order; what is written by hand in them is what the programs do."""

import json
import re
import shutil
import signal
import subprocess
import unittest

from harness import Server, receive, wait_until
from help import DEADLINE, DOCUMENTS, PROGRAMS, help_of


def page(program):
    with open(f"{DOCUMENTS}/{program}.1", encoding="utf-8") as file:
        return file.read()


def section(program, name):
    return re.search(rf'^\.Sh {name}$(.*?)(?=^\.Sh |\Z)', page(program), re.M | re.S)[1]


class Manual(unittest.TestCase):
    def test_each_protocol_has_its_paragraph(self):
        protocols = re.search(r"--protocol NAME +((?:\w+ \| )+\w+)", help_of("sockserver"))[1]
        described = re.findall(r"^\.It Cm (\w+)$", section("sockserver", "DESCRIPTION"), re.M)
        self.assertEqual(described, protocols.split(" | "))

    def test_the_pages_have_the_usual_sections(self):
        for program in PROGRAMS:
            sections = re.findall(r"^\.Sh (.*)$", page(program), re.M)
            self.assertEqual(sections[:4], ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"])
            for name in "SIGNALS", "EXIT STATUS", "EXAMPLES", "SEE ALSO":
                self.assertIn(name, sections)

    def test_the_fields_of_the_json_log_are_those_of_the_page(self):
        table = re.sub(r"\n {2,}", " ", section("sockserver", "THE LOG"))  # a row may have two lines
        lines = re.findall(r"^(\w+(?:, \w+)*) {2,}(\w[\w ]*)(?:, .*| {2,}\(.*)?$", table, re.M)
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

    def test_the_fields_of_the_clients_json_are_those_of_the_page(self):
        steps, pings = section("sockclient", "JSON").split("the events are")

        def described(table):
            rows = re.findall(r"^(\w+) {2,}((?:.*)(?:\n {10,}.*)*)", table, re.M)
            fields = {}
            for event, words in rows:
                fields.setdefault(event, set()).update(re.findall(r"\w+", words))
            return fields

        def told(*args):
            done = subprocess.run([PROGRAMS["sockclient"], "--json", *args, "localhost",
                                   str(server.port)], capture_output=True, timeout=DEADLINE,
                                  text=True, check=False)
            return [json.loads(line) for line in done.stdout.splitlines()]

        with Server("--protocol", "echo") as server:
            for table, args in [(steps, ["--send", "a", "--expect", "b"]),
                                (steps, ["--send", "a", "--recv"]),
                                (pings, ["--ping", "--count", "1"])]:
                for event in told(*args):
                    name = event.pop("event")
                    self.assertLessEqual(set(event) - {"time"}, described(table)[name], name)

    @unittest.skipUnless(shutil.which("groff"), "no groff")
    def test_groff_has_no_complaint(self):
        self.assert_silent("groff", "-mandoc", "-ww", "-z", "-Tutf8")

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc")
    def test_mandoc_has_no_complaint(self):
        self.assert_silent("mandoc", "-T", "lint")

    def assert_silent(self, *command):
        for program in PROGRAMS:
            done = subprocess.run([*command, f"{DOCUMENTS}/{program}.1"], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=DEADLINE, text=True, check=False)
            # Which other manuals are on this machine is no fault of the page.
            complaints = [line for line in done.stdout.splitlines()
                          if not re.search("outdated mandoc.db|referenced manual not found", line)]
            self.assertEqual(complaints, [])


if __name__ == "__main__":
    unittest.main()
