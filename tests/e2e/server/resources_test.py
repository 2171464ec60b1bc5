"""A system that gives the server few threads, or none."""

import os
import resource
import subprocess
import unittest

from harness import DEADLINE, SOCKSERVER, Server, receive

SANITIZED = bool(os.environ.get("SOCK_SANITIZED"))  # sanitizers need threads of their own
NOBODY_ELSE = 100_000 + os.getpid()  # a user without any other process


def with_threads(count):
    """For preexec_fn: the program may have so many threads."""
    def limit():
        resource.setrlimit(resource.RLIMIT_NPROC, (count, count))  # does not hold for root
        os.setgroups([])
        os.setresgid(*[NOBODY_ELSE] * 3)
        os.setresuid(*[NOBODY_ELSE] * 3)
    return limit


def can_be_run():
    """Whether that user can run the server at all."""
    if os.geteuid() != 0 or SANITIZED:
        return False
    try:
        done = subprocess.run([SOCKSERVER, "--version"], preexec_fn=with_threads(1), check=False,
                              timeout=DEADLINE, stdout=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


@unittest.skipUnless(can_be_run(), "not root, or a sanitizer")
class FewThreads(unittest.TestCase):
    def each_number(self, *args):
        """The servers that listen, with one thread and more, until there are enough."""
        for count in range(1, 12):
            try:
                with Server(*args, preexec_fn=with_threads(count)) as server:
                    yield server
                    enough = "refused 127" not in server.log()
            except AssertionError as error:
                # It has said why, and never that it listens.
                self.assertRegex(str(error), "no server: sockserver: cannot start ")
                enough = False
            if enough:
                return
        self.fail("never enough")

    def test_a_server_that_listens_serves(self):
        for args in (["--mode", "async"], ["--mode", "async", "--loops", "4"], ["--once"],
                     ["--once", "--mode", "blocking"], ["--mode", "blocking"]):
            for server in self.each_number("-P", "echo", *args):
                with server.connect() as conn:
                    conn.sendall(b"hola\n")
                    receive(conn, b"hola\n")
                if "--once" in args:
                    self.assertEqual(server.status(), 0)

    def test_a_client_for_which_there_is_no_thread_is_told_so(self):
        for server in self.each_number("-P", "quit", "--mode", "threads"):
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                self.assertIn(conn.recv(100), (b"hola\n", b"* server busy, try later\n"))


if __name__ == "__main__":
    unittest.main()
