"""What the README shows is what is in the repository, and what a compiler accepts."""

import os
import re
import subprocess
import tempfile
import unittest

SOURCE = os.environ["SOCK_SOURCE"]
DEADLINE = 120  # seconds; a compiler on a busy machine

with open(f"{SOURCE}/README.md", encoding="utf-8") as readme:
    TEXT = readme.read()
BLOCKS = re.findall(r"^```cpp\n(.*?)^```$", TEXT, re.M | re.S)


class Readme(unittest.TestCase):
    def compile(self, program):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/readme.cpp", "w", encoding="utf-8") as file:
                file.write(program)
            done = subprocess.run([os.environ["CXX"], "-std=c++20", "-Wall", "-Werror",
                                   "-fsyntax-only", f"-I{SOURCE}/include", file.name],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=DEADLINE, check=False)
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


if __name__ == "__main__":
    unittest.main()
