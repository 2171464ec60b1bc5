"""Datagrams: a line is one, and one is a message."""

import os
import pty
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

from datagram_peer import Peer, unused_port
from harness import DEADLINE, SOCKCLIENT, Program, read_until, run, wait_until
from on_a_pty import Pty

LARGEST = 65_507


def silent(_):
    return []


class UdpTest(unittest.TestCase):
    def talk(self, peer, *args, host="127.0.0.1", **options):
        with peer:
            done = run("-u", host, peer.port, *args, **options)
        return done.returncode, done.stdout, done.stderr.decode()


class Pipe(UdpTest):
    def test_each_line_is_a_datagram_as_it_is(self):
        peer = Peer()
        sent = b"hola\n\nque\r\ntal\0\n\xff"
        self.assertEqual(self.talk(peer, stdin=sent), (0, sent, ""))
        self.assertEqual(peer.came, [b"hola\n", b"\n", b"que\r\n", b"tal\0\n", b"\xff"])

    def test_its_line_ends_are_what_eol_says(self):
        for eol, came in ("lf", [b"a\n", b"\n", b"b\n", b"c"]), \
                ("crlf", [b"a\r\n", b"\r\n", b"b\r\n", b"c"]), ("none", [b"a", b"", b"b", b"c"]):
            peer = Peer()
            with self.subTest(eol=eol):
                self.assertEqual(self.talk(peer, "--eol", eol, stdin=b"a\n\nb\r\nc"),
                                 (0, b"".join(came), ""))
                self.assertEqual(peer.came, came)

    def test_an_end_without_a_line_is_no_datagram(self):
        peer = Peer()
        self.assertEqual(self.talk(peer, stdin=b""), (0, b"", ""))
        self.assertEqual(peer.came, [])

    def test_silence_after_the_end_of_input_ends_it(self):
        with Peer(silent) as peer, Program(SOCKCLIENT, "-u", "--until-silent", "100ms",
                                           "127.0.0.1", peer.port) as client:
            client.stdin.write(b"a\n")
            wait_until(lambda: peer.came, "the datagram")
            self.assertRaises(subprocess.TimeoutExpired, client.process.wait, 0.3)
            client.stdin.close()
            self.assertEqual(client.status(), 0)

    def test_the_silence_begins_anew_with_each_datagram(self):
        pieces = [b"%d\n" % i for i in range(4)]
        def late(_):
            for piece in pieces:
                threading.Event().wait(0.6)
                yield piece
        self.assertEqual(self.talk(Peer(late), stdin=b"x\n"), (0, b"".join(pieces), ""))

    def test_the_longest_datagram(self):
        peer = Peer()
        sent = b"x" * (LARGEST - 1) + b"\n"
        self.assertEqual(self.talk(peer, stdin=sent), (0, sent, ""))
        self.assertEqual(peer.came, [sent])

    def test_a_line_that_does_not_fit_is_an_error_after_those_before_it(self):
        for rest in b"\n", b"", b"x" * 1_000_000:
            peer = Peer()
            with self.subTest(rest=len(rest)):
                status, _, said = self.talk(peer, stdin=b"a\nb\n" + b"x" * LARGEST + rest + b"\n")
                self.assertEqual((status, said),
                                 (1, f"sockclient: cannot send to 127.0.0.1 port {peer.port}: a line "
                                  f"of more than {LARGEST} bytes does not fit into a datagram\n"))
        with Peer(silent) as peer:
            run("-u", "127.0.0.1", peer.port, stdin=b"a\nb\n" + b"x" * 1_000_000)
            wait_until(lambda: len(peer.came) == 2, "what came before")
            self.assertEqual(peer.came, [b"a\n", b"b\n"])

    def test_many_lines_come_in_their_order_and_hardly_any_is_lost(self):
        lines = [b"%d\n" % i for i in range(20_000)]
        with Peer() as peer:
            done = run("-u", "127.0.0.1", peer.port, stdin=b"".join(lines))
        came = [int(line) for line in done.stdout.split()]
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(came, sorted(set(came)))
        self.assertGreater(len(came), 15_000)

    def test_a_server_that_reads_nothing_does_not_hold_it(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
            deaf.bind(("127.0.0.1", 0))
            done = run("-u", "127.0.0.1", deaf.getsockname()[1], stdin=b"x\n" * 20_000)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_a_flood_of_answers_reaches_a_slow_reader_whole_or_not_at_all(self):
        answer = b"y" * 9_999 + b"\n"
        with Peer(lambda _: [answer] * 300) as peer, Program(SOCKCLIENT, "-u", "127.0.0.1",
                                                             peer.port) as client:
            client.stdin.write(b"x\n")
            client.stdin.close()
            self.assertRaises(subprocess.TimeoutExpired, client.process.wait, 0.3)
            came = client.stdout.read()
            self.assertEqual(client.status(), 0)
        self.assertGreater(len(came), 0)
        self.assertEqual(came, answer * (len(came) // len(answer)))

    def test_a_closed_stdout_ends_it_quietly(self):
        with Peer() as peer, Program(SOCKCLIENT, "-u", "127.0.0.1", peer.port) as client:
            client.stdout.close()
            self.assertEqual((client.status(), client.stderr.read()), (0, b""))

    def test_nothing_in_the_time_of_idle_timeout_is_status_1(self):
        with Peer(silent) as peer:
            done = run("-u", "-i", "200ms", "127.0.0.1", peer.port, stdin=b"a\n")
        self.assertEqual((done.returncode, done.stderr),
                         (1, b"sockclient: nothing came for 200 ms\n"))

    def test_verbose_and_a_hex_dump_show_each_datagram(self):
        with Peer() as peer:
            done = run("-u", "-v", "-x", "--eol", "none", "--until-silent", "300ms", "127.0.0.1",
                       peer.port, stdin=b"hola\n\n")
        lines = done.stderr.decode().splitlines()
        self.assertRegex(lines[0], rf"^sockclient: datagrams go to 127.0.0.1:{peer.port} from "
                         r"127.0.0.1:\d+$")
        self.assertEqual(sorted(line.rstrip() for line in lines[1:-1]), [
            f"{mark} 0000000{offset}  {dump:48}  |{text}|" for mark in "<>"
            for offset, dump, text in ((0, "68 6f 6c 61", "hola"), (4, "", ""))])
        self.assertRegex(lines[-1], r"^sockclient: 4 bytes sent in 2 datagrams, 4 bytes received in "
                         r"2, .* m?s$")

    def test_one_datagram_is_not_told_as_many(self):
        with Peer() as peer:
            done = run("-u", "-v", "--until-silent", "300ms", "127.0.0.1", peer.port, stdin=b"a\n")
        self.assertRegex(done.stderr.decode().splitlines()[-1],
                         r"^sockclient: 2 bytes sent in 1 datagram, 2 bytes received in 1, ")

    def test_on_a_terminal_each_datagram_has_a_row_and_the_time(self):
        keeper, theirs = pty.openpty()
        with Peer(lambda _: [b"a", b"", b"\x1b[2J\n", b"b\nc"]) as peer:
            done = subprocess.run([SOCKCLIENT, "-u", "--timestamps", "127.0.0.1", str(peer.port)],
                                  input=b"x\n", stdout=theirs, timeout=DEADLINE, check=False)
        shown = os.read(keeper, 65536).decode()
        os.close(keeper)
        os.close(theirs)
        self.assertEqual(done.returncode, 0)
        time = r"\d\d:\d\d:\d\d "
        self.assertRegex(shown, rf"^{time}a\r\n{time}\r\n{time}\\x1b\[2J\r\n{time}b\r\n{time}c\r\n$")


class Script(UdpTest):
    def test_each_send_and_each_recv_is_one_datagram(self):
        peer = Peer()
        self.assertEqual(self.talk(peer, "--send", "a", "--expect", "a", "--send=", "--recv",
                                   "--send", "b", "--recv"), (0, b"a\n\nb\n", ""))
        self.assertEqual(peer.came, [b"a\n", b"\n", b"b\n"])

    def test_an_empty_datagram_is_a_message(self):
        peer = Peer()
        self.assertEqual(self.talk(peer, "--eol", "none", "--send=", "--expect=", "--send", "a",
                                   "--recv"), (0, b"\na\n", ""))
        self.assertEqual(peer.came, [b"", b"a"])

    def test_datagrams_are_neither_joined_nor_cut(self):
        answers = [b"one", b"two\r\n", b"three\nfour", b"", b"five"]
        self.assertEqual(self.talk(Peer(lambda _: answers), "--send", "x", "--expect", "one",
                                   "--expect", "two", "--expect", "three\nfour", "--expect="),
                         (0, b"one\ntwo\nthree\nfour\n\nfive", ""))

    def test_another_one_or_none_is_status_3(self):
        self.assertEqual(self.talk(Peer(), "--send", "a", "--expect", "b"),
                         (3, b"a\n", 'sockclient: expected "b", got "a"\n'))
        self.assertEqual(self.talk(Peer(silent), "-i", "200ms", "--send", "a", "--expect", "a"),
                         (3, b"", 'sockclient: expected "a", got nothing: nothing came in 200 ms\n'))

    def test_none_is_status_1(self):
        self.assertEqual(self.talk(Peer(silent), "-i", "200ms", "--send", "a", "--recv"),
                         (1, b"", "sockclient: --recv: nothing came in 200 ms\n"))

    def test_what_comes_after_the_last_step_is_printed(self):
        self.assertEqual(self.talk(Peer(), "--send", "a", "--send", "b"), (0, b"a\nb\n", ""))

    def test_a_text_that_does_not_fit_is_an_error(self):
        peer = Peer()
        status, _, said = self.talk(peer, "--send", "x" * LARGEST)
        self.assertEqual(status, 1)
        self.assertIn("does not fit into a datagram", said)
        self.assertEqual(peer.came, [])


class Nobody(UdpTest):
    def test_it_is_said_however_it_shows(self):
        port = unused_port()
        text = f"sockclient: cannot reach 127.0.0.1 port {port}: Connection refused\n"
        for args, stdin in (["--send", "a", "--recv"], b""), (["--send", "a", "--send", "b"], b""), \
                ([], b"a\n"), ([], b"a\n" * 1000), (["--send", "a"], b""):
            with self.subTest(args=args, stdin=len(stdin)):
                done = run("-u", "127.0.0.1", port, *args, stdin=stdin)
                self.assertEqual((done.returncode, done.stdout, done.stderr.decode()),
                                 (1, b"", text))

    def test_both_addresses_of_localhost_are_tried(self):
        port = unused_port()
        done = run("-u", "localhost", port, stdin=b"a\n")
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"sockclient: cannot reach localhost port {port}: Connection refused "
                          "(tried ::1, 127.0.0.1)\n"))

    def test_localhost_finds_a_server_of_either_family(self):
        for family in socket.AF_INET, socket.AF_INET6:
            peer = Peer(family=family)
            lines = b"".join(b"%d\n" % i for i in range(200))
            with self.subTest(family=family):
                self.assertEqual(self.talk(peer, host="localhost", stdin=lines), (0, lines, ""))
                self.assertEqual(b"".join(peer.came), lines)

    def test_a_family_that_is_not_wanted_is_not_tried(self):
        with Peer() as peer:
            done = run("-6", "-u", "localhost", peer.port, stdin=b"a\n")
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"sockclient: cannot reach localhost port {peer.port}: Connection "
                          "refused (tried ::1)\n"))

    def test_retry_sends_again_what_nobody_took(self):
        port = unused_port()
        with Program(SOCKCLIENT, "-u", "-v", "--retry", "20s", "127.0.0.1", port) as client:
            client.stdin.write(b"a\nb\n\nc\n")
            read_until(client.stderr, b": Connection refused; trying again\n")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
                server.bind(("127.0.0.1", port))
                server.settimeout(DEADLINE)
                came = [server.recvfrom(100) for _ in range(4)]
                self.assertEqual([text for text, _ in came], [b"a\n", b"b\n", b"\n", b"c\n"])
                server.sendto(b"at last\n", came[-1][1])
                self.assertEqual(read_until(client.stdout, b"\n"), b"at last\n")
                client.stdin.close()
                self.assertEqual(client.status(), 0)

    def test_retry_ends_with_the_error(self):
        port = unused_port()
        done = run("-u", "--retry", "250ms", "127.0.0.1", port, "--send", "a", "--recv")
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"sockclient: cannot reach 127.0.0.1 port {port}: Connection refused\n"))

    def test_a_server_that_answered_and_has_gone(self):
        with Program(SOCKCLIENT, "-u", "--retry", "20s", "127.0.0.1", port := unused_port()) as client:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
                server.bind(("127.0.0.1", port))
                server.settimeout(DEADLINE)
                client.stdin.write(b"a\n")
                server.sendto(b"b\n", server.recvfrom(100)[1])
                read_until(client.stdout, b"b\n")
            client.stdin.write(b"a\n")
            self.assertEqual(client.status(), 1)
            self.assertEqual(client.stderr.read().decode(), f"sockclient: cannot reach 127.0.0.1 "
                             f"port {port}: Connection refused\n")

    def test_an_unknown_host(self):
        done = run("-u", "no-such-host.invalid", 9, stdin=b"a\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'cannot find host "no-such-host.invalid"', done.stderr)


class Unix(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "s")
        self.where = f"unix:{self.path}"

    def test_nothing_is_lost_although_little_fits(self):
        lines = b"".join(b"%d\n" % i for i in range(5_000))
        with Peer(path=self.path):
            done = run("-u", self.where, stdin=lines)
        self.assertEqual((done.returncode, done.stdout == lines, done.stderr), (0, True, b""))

    def test_a_script(self):
        with Peer(path=self.path) as peer:
            done = run("-u", self.where, "--eol", "none", "--send", "a", "--expect", "a", "--send=",
                       "--expect=")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"a\n\n", b""))
            self.assertEqual(peer.came, [b"a", b""])

    def test_many_sends_to_a_peer_that_answers_each_are_no_deadlock(self):
        sends = [part for i in range(300) for part in ("--send", str(i))]
        with Peer(path=self.path):
            done = run("-u", self.where, *sends)
        self.assertEqual((done.returncode, done.stdout),
                         (0, b"".join(b"%d\n" % i for i in range(300))))

    def test_an_abstract_name(self):
        name = f"sockclient-udp-{os.getpid()}"
        with Peer(path=f"\0{name}"):
            done = run("-u", f"unix:@{name}", stdin=b"hola\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"hola\n", b""))

    def test_a_path_that_is_not_there(self):
        done = run("-u", self.where, stdin=b"a\n")
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"sockclient: cannot connect to {self.where}: No such file or "
                          "directory\n"))

    def test_retry_waits_for_the_path(self):
        with Program(SOCKCLIENT, "-u", "-v", "--retry", "20s", self.where) as client:
            client.stdin.write(b"hola\n")
            read_until(client.stderr, b"; trying again\n")
            with Peer(path=self.path):
                self.assertEqual(read_until(client.stdout, b"\n"), b"hola\n")
                client.stdin.close()
                self.assertEqual(client.status(), 0)

    def test_a_server_that_has_gone(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            server.bind(self.path)
            server.settimeout(DEADLINE)
            with Program(SOCKCLIENT, "-u", self.where) as client:
                client.stdin.write(b"a\n")
                server.recv(10)
                server.close()
                client.stdin.write(b"b\n")
                self.assertEqual(client.status(), 1)
                self.assertEqual(client.stderr.read().decode(), f"sockclient: cannot reach "
                                 f"{self.where}: Connection refused\n")


class Interactive(UdpTest):
    def test_a_conversation(self):
        with Peer(lambda datagram: [b"pues " + datagram.strip(), b"", b"\x1b[2J"]) as peer, \
                Pty(SOCKCLIENT, "-u", "127.0.0.1", peer.port) as client:
            client.wait_for(b"> ")
            self.assertIn(f'datagrams go to 127.0.0.1 port {peer.port}; "quit" or Ctrl-D leaves'
                          .encode(), client.came)
            client.type("hola\r")
            client.wait_for(b"\\x1b[2J\r\n")
            client.type("quit\r")
            self.assertEqual(client.status(), 0)
            rows = [re.sub(r"\x1b\[\??\d*\w|\r|> ", "", row)
                    for row in client.came.decode().split("\n")]
            self.assertEqual(rows[1:], ["hola", "pues hola", "", "\\x1b[2J", "quit", "pues quit", "",
                                        "\\x1b[2J", "adios", ""])
            self.assertTrue(client.came.endswith(b"adios\r\n"), client.came)
            self.assertEqual(peer.came, [b"hola\n", b"quit\n"])
            self.assertEqual(client.settings(), client.before)

    def test_ctrl_d_leaves_without_a_word(self):
        with Peer() as peer, Pty(SOCKCLIENT, "-u", "--eol", "crlf", "127.0.0.1",
                                 peer.port) as client:
            client.wait_for(b"> ")
            client.type("a\r")
            client.type("\r")
            wait_until(lambda: len(peer.came) == 2, "the lines")
            client.type("\x04")
            self.assertEqual(client.status(), 0)
            self.assertEqual(peer.came, [b"a\r\n", b"\r\n"])

    def test_nobody_is_there(self):
        port = unused_port()
        with Pty(SOCKCLIENT, "-u", "127.0.0.1", port) as client:
            client.wait_for(b"> ")
            client.type("hola\r")
            self.assertEqual(client.status(), 1)
            client.wait_for(f"sockclient: cannot reach 127.0.0.1 port {port}: Connection refused\r\n"
                            .encode())
            self.assertEqual(client.settings(), client.before)

    def test_silence_ends_it_if_that_is_wanted(self):
        with Peer(silent) as peer, Pty(SOCKCLIENT, "-u", "-i", "300ms", "127.0.0.1",
                                       peer.port) as client:
            self.assertEqual(client.status(), 1)
            self.assertIn(b"nothing came for 300 ms", client.came)


class OtherPrograms(UdpTest):
    def test_nc(self):
        port = unused_port()
        with Program("nc", "-u", "-l", "127.0.0.1", port) as server:
            server.stdin.write(b"pues hola\n")
            done = run("-u", "--retry", "20s", "127.0.0.1", port, "--send", "hola", "--expect",
                       "pues hola")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"pues hola\n", b""))
            self.assertEqual(read_until(server.stdout, b"\n"), b"hola\n")

    @unittest.skipUnless(shutil.which("socat"), "no socat here")
    def test_socat(self):
        port = unused_port()
        with Program("socat", f"UDP4-RECVFROM:{port},bind=127.0.0.1,fork", "PIPE"):
            done = run("-u", "--retry", "20s", "127.0.0.1", port, "--send", "hola", "--expect", "hola")
            self.assertEqual((done.returncode, done.stderr), (0, b""))


class Usage(unittest.TestCase):
    def test_nothing_is_half_closed(self):
        for args in ["-u", "--no-shutdown"], ["--no-shutdown", "--udp"]:
            done = run(*args)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b" exclude each other\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
