"""sockclient on a terminal that lets a test see every byte and setting."""

import os
import pty
import select
import signal
import termios
import time

from harness import DEADLINE, wait_until


class Pty:
    """A program with a terminal of its own; killed at the end of `with` if it has not ended."""

    def __init__(self, *args, env=None):
        self.came = b""
        self.ended = None
        keeper, theirs = pty.openpty()
        os.set_inheritable(theirs, True)
        self.terminal, self.theirs = keeper, theirs
        self.before = termios.tcgetattr(theirs)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.login_tty(theirs)
                settings = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PS1": "$ ", **(env or {})}
                os.execvpe(str(args[0]), [str(arg) for arg in args], {**os.environ, **settings})
            finally:
                os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.ended is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.terminal)
        os.close(self.theirs)

    def type(self, keys):
        os.write(self.terminal, keys if isinstance(keys, bytes) else keys.encode())

    def read(self):
        """Reads what is available now, or within a moment."""
        while select.select([self.terminal], [], [], 0.02)[0]:
            self.came += os.read(self.terminal, 65536)
        return self.came

    def wait_for(self, wanted):
        end = time.monotonic() + DEADLINE
        while wanted not in self.read():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {wanted!r} in {self.came!r}")
        return self.came

    def settings(self):
        return termios.tcgetattr(self.theirs)

    def signal(self, number):
        os.kill(self.pid, number)

    def status(self, reading=True):
        """Returns the exit status; with `reading`, reads the output meanwhile."""
        def has_ended():
            if reading:
                self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            return (status,) if pid else None
        self.ended = os.waitstatus_to_exitcode(wait_until(has_ended, "the program's end")[0])
        return self.ended
