"""The systemd units are right in form, and the service is closed to the world; its command, and those
of the image, are such that work."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import Server, run
from help import DEADLINE, PROGRAMS, SOURCE

with open(f"{SOURCE}/docs/sockserver.service", encoding="utf-8") as unit:
    UNIT = unit.read()
with open(f"{SOURCE}/docs/sockserver.socket", encoding="utf-8") as unit:
    SOCKET = unit.read()


class Command(unittest.TestCase):
    def local(self, options):
        """The options of a command, for this test: on loopback, and with the words it waits for."""
        self.assertIn("--public", options)
        form = options.index("--log-format")
        self.assertEqual(options[form + 1], "json")
        rest = [*options[:form], *options[form + 2:]]
        rest.remove("--public")
        return ["--host", "127.0.0.1", *rest]

    def test_the_service_echoes(self):
        name, *options = re.search(r"^ExecStart=(.*)$", UNIT, re.M)[1].split()
        self.assertEqual(name, "sockserver")
        with Server(*self.local(options)) as server:
            done = run("127.0.0.1", server.port, stdin=b"hola\n\0adios")
            self.assertEqual(done.stdout, b"hola\n\0adios")

    def test_the_service_says_when_it_listens(self):
        self.assertIn("\nType=notify\n", UNIT)
        families = re.search(r"^RestrictAddressFamilies=(.*)$", UNIT, re.M)[1]
        self.assertIn("AF_UNIX", families.split())  # that of NOTIFY_SOCKET

    def test_the_service_may_have_a_unix_socket(self):
        self.assertIn("\nRuntimeDirectory=sockserver\n", UNIT)
        self.assertIn(" unix:/run/sockserver/", UNIT)
        self.assertNotIn("/run/sockserver/", SOCKET)  # it would go with the service

    def test_the_socket_is_on_the_port_of_the_service(self):
        self.assertRegex(SOCKET, r"\nListenStream=9999\n")
        self.assertNotIn("--port", UNIT)

    def test_the_image_finds_itself_healthy(self):
        with open(f"{SOURCE}/docs/Containerfile", encoding="utf-8") as file:
            text = file.read()
        entry, health = (json.loads(re.search(rf"^ *{word} (\[.*\])$", text, re.M)[1])
                         for word in ("ENTRYPOINT", "CMD"))
        standard = json.loads(re.search(r"^CMD (\[.*\])$", text, re.M)[1])
        self.assertEqual((entry[0], health[0]), ("sockserver", "sockclient"))
        self.assertEqual(health[-2:], ["localhost", "9999"])
        with Server(*self.local([*entry[1:], *standard])) as server:
            done = run(*health[1:-2], "127.0.0.1", server.port)
            self.assertEqual((done.stdout, done.returncode), (b"ping\n", 0))


@unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
class Unit(unittest.TestCase):
    def analyze(self, *command, unit="service", changed=""):
        """Asks about a unit with the program that was built here in place of the installed one;
        `changed` is what `systemctl edit` added."""
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/sockserver.service.d")
            for name, text in (("service", UNIT), ("socket", SOCKET),
                               ("service.d/override.conf", changed)):
                with open(f"{folder}/sockserver.{name}", "w", encoding="utf-8") as file:
                    file.write(text.replace("\nExecStart=sockserver",
                                            "\nExecStart=" + PROGRAMS["sockserver"]))
            done = subprocess.run(["systemd-analyze", *command, f"{folder}/sockserver.{unit}"],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=DEADLINE, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)
            return done.stdout

    def test_has_no_fault(self):
        for unit in "service", "socket":
            self.assertEqual(self.analyze("verify", "--man=no", unit=unit), "")

    def test_the_recipes_for_it_have_no_fault(self):
        with open(f"{SOURCE}/docs/recipes.md", encoding="utf-8") as file:
            recipes = re.findall(r"^```ini\n(.*?)^```$", file.read(), re.M | re.S)
        self.assertEqual(len(recipes), 2)
        for text in recipes:
            self.assertEqual(self.analyze("verify", "--man=no", changed=text), "")

    def test_is_exposed_no_more_than_it_says(self):
        told = re.search(r"`systemd-analyze security` is (\d\.\d)", UNIT)[1]
        text = self.analyze("security", "--offline=true", "--no-pager")
        self.assertLessEqual(float(re.search(r"exposure level for .*: (\d+\.\d)", text)[1]),
                             float(told))


if __name__ == "__main__":
    unittest.main()
