"""coverage.py OBJECTS SOURCES: what the tests reached, file by file, by gcov alone.

OBJECTS is a folder of objects that were built with --coverage and ran; SOURCES, the folder whose
files are reported.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys


def reports(objects):
    """What gcov tells of every object that ran; one JSON document each."""
    notes = sorted(str(path.resolve()) for path in pathlib.Path(objects).rglob("*.gcda"))
    if not notes:
        sys.exit(f"coverage: nothing in {objects} has run")
    gcov = os.environ.get("GCOV", "gcov")
    told = subprocess.run([gcov, "--json-format", "--branch-probabilities", "--stdout", *notes],
                          capture_output=True, check=True, text=True).stdout
    return [json.loads(line) for line in told.splitlines() if line.startswith("{")]


def ranges(numbers):
    """[1, 2, 3, 7] is "1-3 7"."""
    runs = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def share(done, everything):
    return f"{done:5d}/{everything:<5d}{100 * done / everything if everything else 100:6.1f} %"


def main():
    objects, sources = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    lines = collections.defaultdict(collections.Counter)
    branches = collections.defaultdict(collections.Counter)
    for report in reports(objects):
        folder = pathlib.Path(report["current_working_directory"])
        for file in report["files"]:
            path = (folder / file["file"]).resolve()
            if not path.is_relative_to(sources):
                continue
            name = str(path.relative_to(sources))
            for line in file["lines"]:
                lines[name][line["line_number"]] += line["count"]
                # Those that only an exception takes are the compiler's, not the author's.
                for i, branch in enumerate(b for b in line["branches"] if not b["throw"]):
                    branches[name][line["line_number"], i] += branch["count"]
    total = [0, 0, 0, 0]
    print(f"{'file':34}{'lines':>18}{'branches':>18}  not reached")
    for name in sorted(lines):
        reached = [sum(count > 0 for count in lines[name].values()), len(lines[name]),
                   sum(count > 0 for count in branches[name].values()), len(branches[name])]
        total = [a + b for a, b in zip(total, reached)]
        missed = ranges(sorted(n for n, count in lines[name].items() if count == 0))
        print(f"{name:34}{share(*reached[:2]):>18}{share(*reached[2:]):>18}  {missed}".rstrip())
    print(f"{'all':34}{share(*total[:2]):>18}{share(*total[2:]):>18}")


if __name__ == "__main__":
    main()
