"""What README and docs/ show is what is in the repository, and what a compiler accepts."""

import glob
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


class Pages(unittest.TestCase):
    def each_page(self):
        for path in [f"{SOURCE}/README.md", *glob.glob(f"{SOURCE}/docs/*.md")]:
            with open(path, encoding="utf-8") as file:
                yield path, file.read()

    def test_links_lead_to_files(self):
        for path, text in self.each_page():
            for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
                self.assertTrue(os.path.exists(f"{os.path.dirname(path)}/{target}"),
                                f"{path}: {target}")

    def test_the_walk_shows_lines_of_the_files_that_it_names(self):
        with open(f"{SOURCE}/docs/add-a-protocol.md", encoding="utf-8") as file:
            walk = file.read()
        sources = ""
        for target in re.findall(r"\]\((\.\./[^)]+\.cpp)\)", walk):
            with open(f"{SOURCE}/docs/{target}", encoding="utf-8") as file:
                sources += file.read()
        for block in re.findall(r"^```cpp\n(.*?)^```$", walk, re.M | re.S):
            self.assertIn(block, sources)


if __name__ == "__main__":
    unittest.main()
