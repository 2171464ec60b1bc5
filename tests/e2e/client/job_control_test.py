"""Signals at a terminal: however it ends, the terminal is as it was, and nothing keeps it."""

import os
import signal
import termios
import unittest

from harness import SOCKCLIENT, wait_until
from on_a_pty import Pty
from terminal_test import OnATerminal

ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2,
          signal.SIGALRM, signal.SIGTERM)
KEYS = {signal.SIGINT: b"\x03", signal.SIGQUIT: b"\x1c"}


class JobControl(OnATerminal):
    def run_at(self, *args, **options):
        client = Pty(*args, **options)
        self.addCleanup(client.__exit__)
        return client

    def client_at_prompt(self, *args, **options):
        client = self.run_at(SOCKCLIENT, "127.0.0.1", self.server.port, *args, **options)
        self.server.accept()
        client.wait_for(b"> ")
        return client

    def check_ended(self, client, status):
        self.assertEqual(client.status(), status)
        self.assertEqual(client.settings(), client.before)

    def test_each_signal_while_editing_gives_the_terminal_back(self):
        for number in ENDING:
            for by_key in (False, True) if number in KEYS else (False,):
                with self.subTest(number=number, by_key=by_key):
                    client = self.client_at_prompt()
                    client.type(b"half typed")
                    client.wait_for(b"half typed")
                    if by_key:
                        client.type(KEYS[number])
                    else:
                        client.signal(number)
                    self.check_ended(client, 128 + number)
                    self.assertTrue(client.came.endswith(b"\x1b[?2004ladios\r\n"), client.came)

    def test_each_signal_while_connecting_gives_the_terminal_back(self):
        self.server.listener.close()
        for number in ENDING:
            with self.subTest(number=number):
                client = self.run_at(SOCKCLIENT, "-v", "--retry", "1h", "127.0.0.1", self.server.port)
                client.wait_for(b"trying again")
                self.assertFalse(client.settings()[3] & termios.ECHO)
                if number in KEYS:
                    client.type(KEYS[number])
                else:
                    client.signal(number)
                self.check_ended(client, 128 + number)

    def test_a_signal_that_was_ignored_at_the_start_still_is(self):
        client = self.run_at("sh", "-c", 'trap "" HUP USR1; exec "$0" 127.0.0.1 "$1"', SOCKCLIENT,
                             self.server.port)
        self.server.accept()
        client.wait_for(b"> ")
        for number in signal.SIGHUP, signal.SIGUSR1:
            client.signal(number)
        client.type(b"hola\r")
        self.server.expect(self, b"hola\n")
        client.signal(signal.SIGTERM)
        self.check_ended(client, 143)

    def test_a_terminal_that_is_stopped_does_not_keep_it(self):
        for much in (False, True):
            with self.subTest(much=much):
                client = self.client_at_prompt()
                client.type(b"\x13")
                self.server.say(b"x\n" * (100_000 if much else 1))
                client.signal(signal.SIGTERM)
                self.assertEqual(client.status(reading=False), 143)
                self.assertEqual(client.settings(), client.before)

    def test_a_terminal_that_nobody_reads_does_not_keep_it(self):
        client = self.client_at_prompt()
        self.server.say(b"x" * 99 + b"\n" * 1000)
        self.server.conn.settimeout(0.5)
        try:
            while True:
                self.server.conn.sendall(b"y" * 65536)
        except TimeoutError:
            pass
        client.signal(signal.SIGTERM)
        self.assertEqual(client.status(reading=False), 143)

    def in_a_shell(self, background=""):
        shell = self.run_at("bash", "--norc", "-i")
        shell.wait_for(b"$ ")
        shell.type(f"{SOCKCLIENT} 127.0.0.1 {self.server.port}{background}\n")
        return shell

    def stopped_in_a_shell(self):
        shell = self.in_a_shell()
        self.server.accept()
        shell.wait_for(b"\x1b[?2004h\r\x1b[K> ")
        shell.type(b"half typed")
        shell.wait_for(b"> half typed")
        shell.type(b"\x1a")
        shell.wait_for(b"Stopped")
        return shell

    def check_gone(self, shell):
        """No job is left, and the shell edits its lines as before."""
        shell.type(b"\n")
        wait_until(lambda: shell.read() and not self.jobs(shell), "its end")

    def jobs(self, shell):
        """The processes of the shell that have not ended. It may be late to notice that one has."""
        with open(f"/proc/{shell.pid}/task/{shell.pid}/children", encoding="ascii") as file:
            return [pid for pid in file.read().split() if self.state(pid) != "Z"]

    def test_stopped_and_killed_it_ends(self):
        shell = self.stopped_in_a_shell()
        shell.type(b"kill %1\n")
        self.check_gone(shell)

    def test_in_the_background_it_stands_still_until_it_is_in_the_foreground(self):
        shell = self.stopped_in_a_shell()
        for _ in range(3):
            shell.came = b""
            shell.type(b"bg\n")
            shell.wait_for(b"&\r\n")
            wait_until(lambda: shell.type(b"\n") or b"Stopped" in shell.read(), "it to be stopped")
        self.server.say(b"meanwhile\n")
        shell.type(b"fg\n")
        shell.wait_for(b"meanwhile\r\n")
        shell.type(b"\x01+\r")
        self.server.expect(self, b"+half typed\n")

    def test_stopped_from_elsewhere_it_comes_back_too(self):
        shell = self.in_a_shell()
        self.server.accept()
        shell.wait_for(b"\x1b[?2004h\r\x1b[K> ")
        shell.type(b"half typed")
        shell.wait_for(b"> half typed")
        os.kill(int(self.jobs(shell)[0]), signal.SIGSTOP)
        shell.wait_for(b"Stopped")
        shell.came = b""
        shell.type(b"fg\n")
        shell.wait_for(b"> half typed")
        shell.type(b"!\r")
        self.server.expect(self, b"half typed!\n")

    def test_started_in_the_background_it_leaves_the_terminal_alone(self):
        shell = self.in_a_shell(" &")
        shell.wait_for(b"[1]")
        wait_until(lambda: self.state(self.jobs(shell)[0]) == "T", "it to be stopped")
        shell.type(b"fg\n")
        self.server.accept()
        shell.wait_for(b"> ")
        shell.type(b"hola\r")
        self.server.expect(self, b"hola\n")

    def test_started_in_the_background_and_killed_it_ends(self):
        shell = self.in_a_shell(" &")
        # Until the shell says so: it continues only what it knows to be stopped.
        wait_until(lambda: shell.type(b"\n") or b"Stopped" in shell.read(), "it to be stopped")
        shell.type(b"kill %1\n")
        self.check_gone(shell)

    @staticmethod
    def state(pid):
        """As in proc(5), `T` if it is stopped; `Z` if it has ended."""
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                return file.read().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return "Z"

    def test_where_nobody_could_continue_it_it_is_not_stopped(self):
        client = self.client_at_prompt()  # the leader of a session of its own
        client.type(b"ho")
        client.wait_for(b"> ho")
        client.type(b"\x1a")
        client.type(b"la\r")
        self.server.expect(self, b"hola\n")


if __name__ == "__main__":
    unittest.main()
