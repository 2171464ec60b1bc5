"""What the pages name is there: files, headings, tests, scripts, and lines of sources."""

import glob
import os
import re
import unittest

SOURCE = os.environ["SOCK_SOURCE"]
PAGES = sorted([f"{SOURCE}/README.md", f"{SOURCE}/examples/README.md",
                *glob.glob(f"{SOURCE}/docs/*.md")])


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def prose_of(path):
    return re.sub(r"^```.*?^```$", "", text_of(path), flags=re.M | re.S)


def anchors_of(path):
    """How its headings are linked to."""
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.*)$", prose_of(path), re.M)}


class Pages(unittest.TestCase):
    def test_links_lead_to_files_and_headings(self):
        for path in PAGES:
            for link in re.findall(r"\]\((?!https?:)([^)]+)\)", prose_of(path)):
                target, _, anchor = link.partition("#")
                there = os.path.normpath(f"{os.path.dirname(path)}/{target}") if target else path
                with self.subTest(path, link=link):
                    self.assertTrue(os.path.exists(there))
                    if anchor:
                        self.assertIn(anchor, anchors_of(there))

    def test_the_index_lists_every_page(self):
        index = text_of(f"{SOURCE}/docs/README.md")
        for path in glob.glob(f"{SOURCE}/docs/*.md"):
            name = os.path.basename(path)
            if name != "README.md":
                self.assertIn(f"]({name})", index)

    def test_scripts_that_are_named_are_there(self):
        for path in PAGES:
            for name in re.findall(r"\bscript/[\w-]+", text_of(path)):
                self.assertTrue(os.access(f"{SOURCE}/{name}", os.X_OK), f"{path}: {name}")

    def test_sources_that_are_named_are_there(self):
        for path in PAGES:
            for name in re.findall(r"`((?:src|tests|include|docs)/[\w/.-]+\.\w+)`", text_of(path)):
                self.assertTrue(os.path.exists(f"{SOURCE}/{name}"), f"{path}: {name}")


class Walks(unittest.TestCase):
    def test_a_walk_shows_lines_of_the_files_that_it_names(self):
        walks = glob.glob(f"{SOURCE}/docs/add-a-*.md")
        self.assertEqual(len(walks), 3)
        for path in walks:
            walk = text_of(path)
            sources = "".join(text_of(f"{SOURCE}/docs/{target}") for target in
                              sorted(set(re.findall(r"\]\((\.\./[^)]+\.[ch]pp)\)", walk))))
            for block in re.findall(r"^```cpp\n(.*?)^```$", walk, re.M | re.S):
                with self.subTest(path):
                    self.assertIn(block, sources)


class Promises(unittest.TestCase):
    def files_of(self, name):
        """Where the tests of that name in ctest are."""
        kind, _, suite = name.partition(".")
        if kind in ("server", "client"):
            return f"tests/e2e/{kind}/{suite}_test.py"
        return {"unit_tests": "tests/unit/*/{}_test.cpp", "fault_tests": "tests/faults/{}_test.cpp",
                "integration_tests": "tests/integration/{}_test.cpp",
                "fuzz": "tests/fuzz/{}_fuzz.cpp",
                "sockserver_tests": "tests/unit/sockserver/{}_test.cpp",
                "simulation": "tests/simulation/main.cpp", "soak": "tests/soak/soak.py"}[name]

    def test_each_has_a_test_that_is_there(self):
        rows = re.findall(r"^\| (?!promise|---)(.*) \| (.*) \|$",
                          text_of(f"{SOURCE}/docs/promises.md"), re.M)
        self.assertGreater(len(rows), 20)
        for promise, tests in rows:
            named = re.findall(r"`([\w.]+)`(?: \(([\w, ]+)\))?", tests)
            self.assertTrue(named, promise)
            for name, units in named:
                for unit in units.split(", ") if units else "*":
                    with self.subTest(promise, name=name, unit=unit):
                        self.assertTrue(glob.glob(f"{SOURCE}/{self.files_of(name).format(unit)}"))


if __name__ == "__main__":
    unittest.main()
