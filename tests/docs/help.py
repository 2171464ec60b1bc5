"""The programs, and what they say of themselves."""

import os
import re
import subprocess

PROGRAMS = {name: os.environ[name.upper()] for name in ("sockserver", "sockclient")}
SOURCE = os.environ["SOCK_SOURCE"]
DOCUMENTS = os.environ["SOCK_DOCUMENTS"]  # those that were made when the programs were built
DEADLINE = 30  # seconds


def help_of(program, page="--help"):
    return subprocess.run([PROGRAMS[program], page], stdout=subprocess.PIPE, check=True,
                          timeout=DEADLINE, text=True).stdout


def names_of(program):
    """The names of all options, of all pages: {"-p", "--port", ...}."""
    main = help_of(program)
    rows = [row for topic in re.findall(r"--help=\w+", main)
            for row in re.findall(r"^ +(-.*)", help_of(program, topic), re.M)]
    return set(re.findall(r"(?<![\w-])--?[\w-]*\w", "\n".join([main, *rows])))
