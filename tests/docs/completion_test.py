"""bash and zsh understand the completions that are made for them."""

import os
import pty
import shutil
import subprocess
import tempfile
import time
import unittest

from help import DEADLINE, DOCUMENTS, PROGRAMS, names_of


class Completion:
    """What both shells have to do; `offered(program, *words)` asks for the last, unfinished word."""

    def test_offers_the_options_of_the_help(self):
        for program in PROGRAMS:
            with self.subTest(program):
                self.assertEqual(self.offered(program, "-"), names_of(program))

    def test_offers_the_values_that_an_option_can_have(self):
        for name in "-P", "--protocol":
            self.assertEqual(self.offered("sockserver", name, ""),
                             {"echo", "quit", "hola", "greet", "chat", "whoami"})
        self.assertEqual(self.offered("sockclient", "--eol", ""), {"lf", "crlf", "none"})

    def test_completes_a_value_after_an_equals_sign(self):
        self.assertEqual(self.offered("sockserver", *self.equals("--framing", "li")), {"line"})
        self.assertEqual(self.offered("sockclient", *self.equals("--color", "al")), {"always"})

    def test_offers_nothing_where_a_value_has_to_be_made_up(self):
        self.assertEqual(self.offered("sockserver", "-p", ""), set())
        self.assertEqual(self.offered("sockclient", "--send", ""), set())

    def test_offers_more_options_after_one_without_a_value(self):
        self.assertIn("--version", self.offered("sockserver", "--once", "--v"))
        self.assertIn("--version", self.offered("sockclient", "-q", "--v"))


class Bash(Completion, unittest.TestCase):
    def offered(self, program, *words):
        script = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"; '
                  '((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "--norc", "-c", script, f"{DOCUMENTS}/{program}.bash",
                               program, *words], capture_output=True, timeout=DEADLINE, text=True,
                              check=True)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    @staticmethod
    def equals(name, value):
        return name, "=", value  # as bash splits it

    def test_is_registered_for_the_program(self):
        for program in PROGRAMS:
            done = subprocess.run(["bash", "--norc", "-c", 'source "$0"; complete -p "$1"',
                                   f"{DOCUMENTS}/{program}.bash", program],
                                  capture_output=True, timeout=DEADLINE, text=True, check=True)
            self.assertEqual(done.stdout, f"complete -F _{program} {program}\n")


# A shell at a terminal that writes to a file what it would offer: Tab completes, Ctrl-T then says
# that it has.
ZSH_SETTINGS = r"""
PROMPT= ; RPROMPT= ; unsetopt beep prompt_sp; LISTMAX=10000
fpath=(FOLDER $fpath); autoload -Uz compinit; compinit -u -d FOLDER/dump
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -O hits "$@"; print -rl -- $hits >> FOLDER/offered
  builtin compadd "$@"
}
finish() { BUFFER=; print -r -- . >> FOLDER/offered }
zle -N finish; bindkey '^I' list-choices; bindkey '^T' finish
print -r -- . >> FOLDER/offered
"""


@unittest.skipUnless(shutil.which("zsh"), "no zsh")
class Zsh(Completion, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.file = f"{folder.name}/offered"
        for program in PROGRAMS:
            shutil.copy(f"{DOCUMENTS}/{program}.zsh", f"{folder.name}/_{program}")
        with open(f"{folder.name}/settings", "w", encoding="utf-8") as file:
            file.write(ZSH_SETTINGS.replace("FOLDER", folder.name))
        cls.terminal, inside = pty.openpty()
        cls.addClassCleanup(os.close, cls.terminal)
        cls.shell = subprocess.Popen(["zsh", "-f", "-i"], stdin=inside, stdout=inside, stderr=inside,
                                     start_new_session=True, env={**os.environ, "TERM": "dumb"})
        cls.addClassCleanup(cls.shell.wait)
        cls.addClassCleanup(cls.shell.kill)
        os.close(inside)
        os.set_blocking(cls.terminal, False)
        cls.shown = b""
        cls.type(f"source {folder.name}/settings\n")

    @classmethod
    def type(cls, keys):
        """Types, and returns what has been offered once the shell says that it is done."""
        os.write(cls.terminal, keys.encode())
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            try:
                cls.shown += os.read(cls.terminal, 65536)  # else it would wait for us to read
            except BlockingIOError:
                time.sleep(0.005)
            if os.path.exists(cls.file):
                with open(cls.file, encoding="utf-8") as file:
                    text = file.read()
                if text.endswith(".\n"):
                    os.remove(cls.file)
                    return set(text.split()) - {"."}
        raise AssertionError(f"waited in vain for zsh, which shows {cls.shown!r}")

    def offered(self, *words):
        return self.type(" ".join(words) + "\t\x14")

    @staticmethod
    def equals(name, value):
        return (f"{name}={value}",)


if __name__ == "__main__":
    unittest.main()
