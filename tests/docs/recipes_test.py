"""What docs/recipes.md tells to type works. Containers and units: service_test.py."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from contextlib import ExitStack

from harness import DEADLINE, SOCKCLIENT, SOCKSERVER, Program, wait_until
from lab import free_port

SOURCE = os.environ["SOCK_SOURCE"]

with open(f"{SOURCE}/docs/recipes.md", encoding="utf-8") as page:
    SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page.read(), re.M | re.S))


class Recipes(unittest.TestCase):
    def setUp(self):
        self.stack = ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        for program in (SOCKSERVER, SOCKCLIENT):
            os.symlink(os.path.abspath(program), f"{self.folder}/{os.path.basename(program)}")
        self.names = {f"{port}": str(free_port()) for port in (9999, 9000, 9001, 9002)}
        self.names["bind :"] = "bind 127.0.0.1:"
        self.names["/tmp/chat"] = f"{self.folder}/chat"
        self.names["--public"] = "--host 127.0.0.1"
        self.names["*:"] = "127.0.0.1:"

    def here(self, text):
        for name, ours in self.names.items():
            text = text.replace(name, ours)
        return text

    def commands(self, title):
        """What stands behind the prompts of a section."""
        return [re.sub(r"\\\n *", "", found) for found in
                re.findall(r"^[$#] ((?:.*\\\n)*.*)$", SECTIONS[title], re.M)]

    def block(self, title, language):
        return re.search(rf"^```{language}\n(.*?)^```$", SECTIONS[title], re.M | re.S)[1]

    def shell(self):
        return {"cwd": self.folder, "env": {
            **os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}:/usr/sbin"}}

    def start(self, command):
        """Goes on until the end of the test; returns when it listens."""
        command = self.here(command.removesuffix(" &"))
        program = self.stack.enter_context(Program("bash", "-c", f"exec {command} 2>&1",
                                                   **self.shell()))
        if command.startswith("sockserver"):
            line = program.stdout.readline().decode()
            self.assertIn("listening on ", line)
        return program

    def said_by(self, command, status=0, stdin=""):
        done = subprocess.run(["bash", "-c", self.here(command)], input=stdin, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=DEADLINE, **self.shell())
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    @unittest.skipUnless(shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin"),
                         "no haproxy")
    def test_haproxy_in_front_of_it(self):
        title = "haproxy in front of it"
        with open(f"{self.folder}/haproxy.cfg", "w", encoding="utf-8") as file:
            file.write(self.here(self.block(title, "haproxy")))
        *servers, proxy, client = self.commands(title)
        self.assertEqual(len(servers), 2)
        for server in servers:
            self.start(server)
        self.start(proxy)
        said = [self.said_by(f"{client} --retry {DEADLINE}s") for _ in servers]
        for door in "9001", "9002":
            self.assertRegex("".join(said), rf"\nlocal 127\.0\.0\.1:{self.names[door]}\n")
        for one in said:
            self.assertIn("\nproxied-by 127.0.0.1:", one)

    def test_tls_with_a_certificate_of_an_authority(self):
        public, make, server, client = self.commands("TLS with a certificate of an authority")
        self.said_by(make)
        with self.start(server.removesuffix(" &") + " --port 9999"):
            self.assertEqual(self.said_by(client), "hola\n")
        for name, other in ("cert", "fullchain"), ("key", "privkey"):
            os.rename(f"{self.folder}/{name}.pem", f"{self.folder}/{other}.pem")
        self.start(public + " --port 9999")
        self.assertEqual(self.said_by(client.replace("cert.pem", "fullchain.pem")), "hola\n")

    def test_a_health_check(self):
        check, ping = self.commands("A health check")
        self.said_by(check, status=1)
        self.start("sockserver --port 9999")
        self.assertEqual(self.said_by(check), "ping\n")
        self.assertIn('"event":"summary"', self.said_by(ping))

    def test_a_health_check_of_a_server_that_says_nothing(self):
        self.start("sockserver --port 9999 --fault mute")
        check = self.commands("A health check")[0].replace("-i 2s", "-i 100ms")
        self.said_by(check, status=3)

    def test_a_room_for_a_class(self):
        first, second = self.commands("A room for a class")
        self.start(first + " --port 9999")
        self.assertIn("* welcome", self.said_by("sockclient localhost 9999", stdin="hola\n"))
        self.start(second)
        for place in ("localhost 9001", "localhost 9002", "unix:/tmp/chat"):
            self.assertIn("* welcome", self.said_by(f"sockclient {place}", stdin="hola\n"))

    def test_a_server_in_a_script(self):
        commands = [*self.commands("A server in a script"), "wait $!"]
        self.assertEqual(self.said_by("\n".join(commands)), "ping\n")


if __name__ == "__main__":
    unittest.main()
