"""The lab, in both of its languages: what it says happens, happens."""

import os
import re
import subprocess
import unittest

from harness import DEADLINE, SOCKCLIENT, SOCKSERVER
from lab import Classroom, exercises_of

SOURCE = os.environ["SOCK_SOURCE"]


def page(name):
    with open(f"{SOURCE}/{name}", encoding="utf-8") as file:
        return file.read()


ENGLISH, SPANISH = page("docs/lab.md"), page("docs/laboratorio.es.md")
SETUP = re.findall(r"^\$ export .*$", ENGLISH, re.M)


class Lab(unittest.TestCase):
    def test_both_pages_show_the_same(self):
        def blocks(text):
            return re.findall(r"^```\n(.*?)^```$", text, re.M | re.S)
        self.assertEqual(blocks(SPANISH), blocks(ENGLISH))
        self.assertEqual([(one.number, one.blocks) for one in exercises_of(SPANISH)],
                         [(one.number, one.blocks) for one in exercises_of(ENGLISH)])

    def test_it_has_ten_exercises_of_which_each_block_is_run(self):
        exercises = exercises_of(ENGLISH)
        self.assertEqual([one.number for one in exercises], list(range(1, 11)))
        for one in exercises:
            self.assertEqual(len(one.blocks), one.fences, one.title)

    def test_it_begins_with_commands_of_the_readme(self):
        commands = re.findall(r"^\$ (script/.*)$", ENGLISH, re.M)
        self.assertTrue(commands)
        for command in commands:
            self.assertIn(command, page("README.md"))


    def test_what_its_text_tells_to_try_is_in_the_help(self):
        def help_of(program, page=""):
            return subprocess.run([program, f"--help{page}"], capture_output=True, text=True,
                                  timeout=DEADLINE, check=True).stdout
        known = set()
        for program in (SOCKSERVER, SOCKCLIENT):
            known.update(re.findall(r"--[\w-]+", help_of(program) + help_of(program, "=tcp")))
        for text in (ENGLISH, SPANISH):
            self.assertEqual(set(re.findall(r"`(--[\w-]+)", text)) - known, set())


def run(exercise):
    def test(_):
        with Classroom(SETUP) as classroom:
            classroom.go_through(exercise)
    return test


for found in exercises_of(ENGLISH):
    name = re.sub(r"\W+", "_", found.title.lower()).strip("_")
    setattr(Lab, f"test_{found.number:02}_{name}", run(found))


if __name__ == "__main__":
    unittest.main()
