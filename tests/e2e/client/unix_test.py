"""UNIX sockets in place of HOST and PORT."""

import os
import shutil
import socket
import subprocess
import tempfile
import unittest

from harness import (DEADLINE, SOCKCLIENT, Peer, Program, echo, read_all, read_until, receive,
                     run, says, wait_until)
from on_a_pty import Pty


class UnixTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "s")
        self.where = f"unix:{self.path}"

    def serve(self, serve, **options):
        return Peer(serve, path=self.path, **options)


class Filter(UnixTest):
    def test_a_pipe_comes_back_whole(self):
        sent = os.urandom(5_000_000)
        with self.serve(echo):
            done = run(self.where, stdin=sent)
        self.assertEqual((done.returncode, done.stdout == sent, done.stderr), (0, True, b""))

    def test_an_abstract_name_has_no_file(self):
        name = f"sockclient-{os.getpid()}"
        with Peer(echo, path=f"\0{name}"):
            done = run(f"unix:@{name}", stdin=b"hola\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"hola\n", b""))

    def test_the_longest_path(self):
        folder = os.path.dirname(self.path)
        self.path = os.path.join(folder, "x" * (107 - len(folder) - 1))
        with self.serve(echo):
            self.assertEqual(run(f"unix:{self.path}", stdin=b"hola\n").stdout, b"hola\n")

    def test_a_relative_path(self):
        with self.serve(echo):
            done = subprocess.run([SOCKCLIENT, "unix:s"], input=b"hola\n", capture_output=True,
                                  cwd=os.path.dirname(self.path), timeout=DEADLINE, check=False)
        self.assertEqual(done.stdout, b"hola\n")

    def test_a_path_is_told_so_that_a_terminal_is_safe(self):
        done = run("-v", f"{self.where}\x1b[31m")
        shown = self.where + r"\x1b[31m"
        self.assertEqual(done.stderr.decode(),
                         f"sockclient: connecting to {shown}\nsockclient: cannot connect to {shown}: "
                         "No such file or directory\n")

    def test_verbose_names_the_path(self):
        with self.serve(echo):
            done = run("-v", self.where, stdin=b"hola\n")
        lines = done.stderr.decode().splitlines()
        self.assertEqual(lines[0], f"sockclient: connecting to {self.where}")
        self.assertEqual(lines[1], f"sockclient: connected to {self.where} "
                         f"(pid {os.getpid()}, uid {os.getuid()})")
        self.assertEqual(lines[2], "sockclient: end of input: half-closing")


class Script(UnixTest):
    def test_a_conversation(self):
        with self.serve(echo):
            done = run(self.where, "--send", "a", "--expect", "a", "--send", "b", "--recv")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"a\nb\n", b""))

    def test_a_server_that_closes_first(self):
        with self.serve(lambda conn: receive(conn, b"a\n")):
            done = run(self.where, "--send", "a", "--recv")
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"sockclient: --recv: the server closed the connection\n"))

    def test_with_the_usual_programs(self):
        with Program("nc", "-lU", self.path) as listener:
            wait_until(lambda: os.path.exists(self.path), "nc")
            listener.stdin.write(b"pues hola\n")
            done = run("--retry", "10s", self.where, "--send", "hola", "--expect", "pues hola")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(listener.stdout.read(), b"hola\n")

    @unittest.skipUnless(shutil.which("socat"), "no socat here")
    def test_with_socat(self):
        with Program("socat", f"UNIX-LISTEN:{self.path}", "PIPE"):
            done = run("--retry", "10s", self.where, "--send", "hola", "--expect", "hola")
            self.assertEqual((done.returncode, done.stderr), (0, b""))


class Retry(UnixTest):
    def test_a_path_that_is_not_there_yet(self):
        with Program(SOCKCLIENT, "-v", "--retry", "20s", self.where) as client:
            read_until(client.stderr, b": No such file or directory; trying again\n")
            with self.serve(says(b"at last\n")):
                self.assertEqual(read_until(client.stdout, b"\n"), b"at last\n")
                client.stdin.close()
                self.assertEqual(client.status(), 0)

    def test_a_path_at_which_nobody_answers_yet(self):
        with socket.socket(socket.AF_UNIX) as holder, \
                Program(SOCKCLIENT, "-v", "--retry", "20s", self.where) as client:
            holder.bind(self.path)
            read_until(client.stderr, b": Connection refused; trying again\n")
            holder.listen()
            conn, _ = holder.accept()
            conn.close()
            conn, _ = holder.accept()  # one that ended at once is no server yet
            with conn:
                conn.sendall(b"at last\n")
                self.assertEqual(read_until(client.stdout, b"\n"), b"at last\n")

    def test_a_full_backlog_is_waited_for_no_longer_than_wait_says(self):
        with socket.socket(socket.AF_UNIX) as holder, socket.socket(socket.AF_UNIX) as waiting:
            holder.bind(self.path)
            holder.listen(0)
            waiting.connect(self.path)
            done = run("-w", "200ms", self.where)
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"sockclient: cannot connect to {self.where}: Connection timed out\n"))


class Errors(UnixTest):
    def assert_fails(self, text, *args):
        done = run(self.where, *args)
        self.assertEqual((done.returncode, done.stdout, done.stderr.decode()),
                         (1, b"", f"sockclient: {text}\n"))

    def test_nothing_is_there(self):
        self.assert_fails(f"cannot connect to {self.where}: No such file or directory")

    def test_nobody_listens(self):
        with socket.socket(socket.AF_UNIX) as holder:
            holder.bind(self.path)
            self.assert_fails(f"cannot connect to {self.where}: Connection refused")

    def test_a_file_that_is_no_socket(self):
        with open(self.path, "wb"):
            self.assert_fails(f"cannot connect to {self.where}: Connection refused")

    def test_a_socket_for_datagrams(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            other.bind(self.path)
            self.assert_fails(f"cannot connect to {self.where}: Protocol wrong type for socket")

    def test_a_reset(self):
        def leave_unread(conn):
            conn.recv(1, socket.MSG_PEEK)
        with self.serve(leave_unread):
            self.assert_fails(f"connection to {self.where} was reset by the server", "--send", "x",
                              "--recv")

    def test_wrong_usage(self):
        for args, complaint in [
                (["unix:"], "HOST: unix: has no path"),
                (["unix:@"], "HOST: unix:@ has no name"),
                (["unix:" + "x" * 108], "HOST: the path has 108 bytes, and can have 107"),
                (["unix:/x", "9999"], "PORT: not with unix:"),
                (["-4", "unix:/x"], "-4: not with unix:"),
                (["unix:/x", "-6"], "-6: not with unix:"),
                (["-U", "/x"], "there is no option -U (write unix:PATH in place of HOST and "
                 "PORT)")]:
            with self.subTest(args=args):
                done = run(*args)
                self.assertEqual((done.returncode, done.stdout, done.stderr.decode()),
                                 (2, b"", f"sockclient: {complaint}\n(try sockclient --help)\n"))


class Interactive(UnixTest):
    def test_a_conversation(self):
        def serve(conn):
            receive(conn, b"hola\n")
            conn.sendall(b"pues hola\n")
            ends.append(read_all(conn))
        ends = []
        with self.serve(serve), Pty(SOCKCLIENT, self.where) as client:
            client.wait_for(b"> ")
            self.assertIn(f'connected to {self.where}; "quit" or Ctrl-D leaves'.encode(),
                          client.came)
            client.type("hola\r")
            client.wait_for(b"pues hola")
            client.type("quit\r")
            self.assertEqual(client.status(), 0)
            self.assertTrue(client.came.endswith(b"adios\r\n"), client.came)
        self.assertEqual(ends, [b"quit\n"])

    def test_the_server_leaves(self):
        with self.serve(lambda conn: receive(conn, b"hola\n")), Pty(SOCKCLIENT, self.where) as client:
            client.wait_for(b"> ")
            client.type("hola\r")
            self.assertEqual(client.status(), 0)
            self.assertIn(b"the server closed the connection", client.came)


if __name__ == "__main__":
    unittest.main()
