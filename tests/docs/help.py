"""The programs, and what they say of themselves."""

import os
import re
import subprocess

PROGRAMS = {name: os.environ[name.upper()] for name in ("sockserver", "sockclient")}
SOURCE = os.environ["SOCK_SOURCE"]
DOCUMENTS = os.environ["SOCK_DOCUMENTS"]  # those that were made when the programs were built
DEADLINE = 30  # seconds


def help_of(program):
    return subprocess.run([PROGRAMS[program], "--help"], stdout=subprocess.PIPE, check=True,
                          timeout=DEADLINE, text=True).stdout


def names_of(program):
    """The names of all options: {"-p", "--port", ...}."""
    return set(re.findall(r"(?<![\w-])--?[\w-]*\w", help_of(program)))
