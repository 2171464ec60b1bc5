"""What the programs say of their options, read from --help: the one truth that manual pages and
completions are held against."""

import os
import re
import subprocess
from typing import NamedTuple

PROGRAMS = {name: os.environ[name.upper()] for name in ("sockserver", "sockclient")}
DOCS = os.environ["SOCK_DOCS"]
DEADLINE = 30  # seconds


class Option(NamedTuple):
    names: tuple  # ("-p", "--port")
    value: str  # "PORT", or "" for a flag
    choices: tuple  # of the value, ("auto", "line", "chunk"), or ()
    default: str  # "9999", or ""


# `  -p, --port PORT        0 takes any free port          [9999]`
LINE = re.compile(r"^ {2}(?: {4})?(-[^\s,]+(?:, -[^\s,]+)*)(?: ([A-Z]+))?"
                  r"(?: +(\S.*?))?(?: +\[(.*)\])?$")


def options(program):
    """The options of a program, each by its longest name."""
    text = subprocess.run([PROGRAMS[program], "--help"], stdout=subprocess.PIPE, check=True,
                          timeout=DEADLINE, text=True).stdout
    found = {}
    lines = text.splitlines()
    for line in [*lines[:-1], *re.split(r"(?<=\w)(?=  -)", lines[-1])]:
        if match := LINE.match(line):
            names, value, about, default = match.groups("")
            choices = re.search(r"(?:[\w]+ \| )+\w+", about)
            names = tuple(names.split(", "))
            if all(len(name) == 2 for name in names):  # `-4, -6` are two options
                found.update({name: Option((name,), value, (), "") for name in names})
            else:
                words = tuple(choices[0].split(" | ")) if choices else ()
                found[names[-1]] = Option(names, value, words, default)
    return found
