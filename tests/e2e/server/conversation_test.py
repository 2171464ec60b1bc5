"""The protocols, as nc, telnet, sockclient and a bare socket meet them."""

import subprocess
import unittest

from harness import (DEADLINE, SOCKCLIENT, Program, Server, Terminal, read_all, read_until, receive,
                     run, wait_until)


def nc(port, text, *options):
    """What nc prints that sends `text`, half-closes, and waits for the server's end."""
    return subprocess.run(["nc", "-N", *options, "localhost", str(port)], input=text,
                          capture_output=True, timeout=DEADLINE, check=False).stdout


class InTerminals(unittest.TestCase):
    """Three people at once, each with a program of their own."""

    def start(self, server):
        self.people = {}
        for name in ("nc", "telnet", "sockclient"):
            terminal = Terminal(SOCKCLIENT if name == "sockclient" else name, "localhost",
                                server.port)
            self.addCleanup(terminal.__exit__)
            self.people[name] = terminal
        wait_until(lambda: "Escape character is '^]'." in self.people["telnet"].rows(), "telnet")
        self.people["sockclient"].wait_for(">")

    def say(self, text):
        for person in self.people.values():
            person.line(text)

    def wait_for_each(self, *rows):
        self.people["nc"].wait_for(*rows)
        self.people["telnet"].wait_for(*rows)
        self.people["sockclient"].wait_for("> " + rows[0], *rows[1:], ">")

    def wait_for_ends(self):
        self.people["telnet"].wait_for("Connection closed by foreign host.")
        self.people["sockclient"].wait_for("adios")
        self.assertEqual(self.people["sockclient"].status(), 0)
        # nc stays until its input ends, whatever the server does.
        self.people["nc"].press("C-d")
        self.people["nc"].status()

    def test_the_quit_conversation_is_held_by_all_at_the_same_time(self):
        with Server("-v") as server:
            self.start(server)
            for text in ("hola", "qué tal"):
                self.say(text)
                self.wait_for_each(text, text)
            self.say("quit")
            self.wait_for_ends()
            for number in (1, 2, 3):
                server.wait_for_log(f'#{number} received "qué tal"')
                server.wait_for_log(rf"#{number} closed by server: \d+ bytes in, \d+ bytes out, .*")

    def test_with_protocol_hola_all_get_pues_hola_and_pues_adios(self):
        with Server("--protocol", "hola") as server:
            self.start(server)
            self.say("hola")
            self.wait_for_each("hola", "pues hola")
            self.say("adios")
            self.people["nc"].wait_for("adios", "pues adios")
            self.people["telnet"].wait_for("adios", "pues adios",
                                           "Connection closed by foreign host.")
            self.people["sockclient"].wait_for("> adios", "pues adios",
                                               "the server closed the connection", "adios")
            self.wait_for_ends()

    def test_with_protocol_greet_the_server_speaks_first(self):
        with Server("--protocol", "greet") as server:
            self.start(server)
            self.people["nc"].wait_for("Hola")
            self.people["telnet"].wait_for("Escape character is '^]'.", "Hola")
            self.people["sockclient"].wait_for("Hola", ">")
            self.say("Hola de vuelta!")
            self.wait_for_ends()


class Protocols(unittest.TestCase):
    def test_bare_hola_gets_exactly_nine_bytes(self):
        with Server("--protocol", "hola") as server, server.connect() as conn:
            conn.sendall(b"hola")
            receive(conn, b"pues hola")
            conn.sendall(b"adios")
            self.assertEqual(read_all(conn), b"pues adios")

    def test_an_answer_ends_as_the_message_did(self):
        with Server("--protocol", "hola") as server:
            for end in (b"", b"\n", b"\r\n"):
                with server.connect() as conn:
                    conn.sendall(b"hola" + end)
                    receive(conn, b"pues hola" + end)

    def test_hola_answers_nothing_else(self):
        with Server("--protocol", "hola", "-v") as server:
            self.assertEqual(nc(server.port, b"Hola\nhola \n\nadios hola\nadios\n"),
                             b"pues adios\n")
            server.wait_for_log('#1 received "adios hola"')

    def test_hola_and_adios_from_the_command_line(self):
        with Server("--protocol", "hola") as server:
            for eol in ([], ["--eol", "crlf"], ["--eol", "none"]):
                done = run("localhost", server.port, "--send", "hola", "--recv", "--pause", "20ms",
                           "--send", "adios", "--recv", *eol)
                self.assertEqual(done.stdout, b"pues hola\npues adios\n")
                self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_expect_tells_a_wrong_answer(self):
        with Server("--protocol", "hola") as server:
            done = run("localhost", server.port, "--send", "adios", "--expect", "pues hola")
            self.assertEqual(done.stderr, b'sockclient: expected "pues hola", got "pues adios"\n')
            self.assertEqual(done.returncode, 3)

    def test_quit_sends_every_message_back_but_quit(self):
        with Server() as server:
            self.assertEqual(nc(server.port, b"uno\n\nQuit\r\n quit\nquit\nlost\n"),
                             b"uno\n\nQuit\r\n quit\n")
            with server.connect() as conn:
                conn.sendall(b"\x00\xff\x1b[m")
                receive(conn, b"\x00\xff\x1b[m")
                conn.sendall(b"quit")
                self.assertEqual(read_all(conn), b"")

    def test_greet_says_hola_takes_one_message_and_closes(self):
        with Server("--protocol", "greet", "-v") as server:
            self.assertEqual(nc(server.port, b"Hola de vuelta!"), b"Hola\n")
            server.wait_for_log('#1 received "Hola de vuelta!"')
            server.wait_for_log(r"#1 closed by .*: 15 bytes in, 5 bytes out, .*")
        with Server("--protocol", "greet", "--framing", "chunk") as server:
            with server.connect() as conn:
                receive(conn, b"Hola")
                conn.sendall(b"Hola de vuelta!")
                self.assertEqual(read_all(conn), b"")

    def test_echo_returns_a_line_to_sockclient_and_to_nc(self):
        text = b"Hola que tal\n"
        for mode in ("blocking", "threads", "async"):
            with Server("--protocol", "echo", "--mode", mode) as server:
                done = run("localhost", server.port, stdin=text)
                self.assertEqual((done.stdout, done.stderr, done.returncode), (text, b"", 0))
                self.assertEqual(nc(server.port, text), text)

    def test_telnet_needs_no_terminal(self):
        with Server("--protocol", "hola") as server:
            with Program("telnet", "localhost", server.port) as telnet:
                telnet.stdin.write(b"hola\n")
                read_until(telnet.stdout, b"pues hola\n")
                telnet.stdin.write(b"adios\n")
                read_until(telnet.stdout, b"pues adios\n")


class Framing(unittest.TestCase):
    def assert_framed(self, framing, pieces, answers):
        with self.subTest(framing=framing), Server("--framing", framing) as server, \
                Program("nc", "-N", "localhost", server.port) as client:
            for piece, answer in zip(pieces, answers):
                client.stdin.write(piece)
                if answer:
                    self.assertEqual(read_until(client.stdout, answer), answer)
            client.stdin.close()
            self.assertEqual(client.stdout.read(), b"".join(answers[len(pieces):]))

    def test_auto_takes_bare_text_until_the_first_line_end(self):
        self.assert_framed("auto", [b"bare", b"a line\n", b"the beginning", b" of a line\nrest"],
                           [b"bare", b"a line\n", b"", b"the beginning of a line\n", b"rest"])

    def test_line_waits_for_the_line_end(self):
        self.assert_framed("line", [b"bare", b" line\n", b"rest"],
                           [b"", b"bare line\n", b"", b"rest"])

    def test_chunk_takes_what_comes_as_one_message(self):
        self.assert_framed("chunk", [b"one\ntwo\n", b"three"], [b"one\ntwo\n", b"three"])
        with Server("--framing", "chunk", "-v") as server:
            nc(server.port, b"one\ntwo\n")
            server.wait_for_log(r'#1 received "one\\x0atwo"')


class Modes(unittest.TestCase):
    def test_blocking_lets_the_second_wait_until_the_first_has_ended(self):
        with Server("--mode", "blocking", "-v") as server:
            with Program("nc", "-N", "localhost", server.port) as first, \
                    Program(SOCKCLIENT, "localhost", server.port) as second:
                first.stdin.write(b"first\n")
                read_until(first.stdout, b"first\n")
                second.stdin.write(b"second\n")
                # The second one's line has reached the server's machine, but not the server.
                first.stdin.write(b"first again\n")
                read_until(first.stdout, b"first again\n")
                server.wait_for_log('#1 answered "first again"')
                self.assertNotIn("#2", server.log())
                first.stdin.write(b"quit\n")
                read_until(second.stdout, b"second\n")
            log = server.log()
            self.assertLess(log.index("#1 closed by server"), log.index("#2 connected from"))

    def test_threads_serves_the_second_while_the_first_is_there(self):
        with Server("--mode", "threads") as server, server.connect() as first, \
                server.connect() as second:
            for conn in (second, first, second):
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")


class Once(unittest.TestCase):
    def test_one_client_is_served_and_that_is_all(self):
        for mode in ("blocking", "threads", "async"):
            with Server("--once", "--mode", mode) as server:
                with server.connect() as conn:
                    conn.sendall(b"hola\n")
                    receive(conn, b"hola\n")
                    with self.assertRaises(ConnectionRefusedError):
                        server.connect()
                    conn.sendall(b"quit\n")
                    self.assertEqual(read_all(conn), b"")
                self.assertEqual(server.status(), 0)
                self.assertIn("served 1 connection (0 refused)", server.log())

    def test_the_status_is_0_although_that_client_was_cut_off(self):
        with Server("--once", "-v") as server:
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
                conn.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER: a reset
            self.assertEqual(server.status(), 0)
            server.wait_for_log("#1 connection lost: 5 bytes in, 5 bytes out, .*")

    def test_a_restart_on_the_same_port_needs_no_waiting(self):
        with Server("--once") as server:
            self.assertEqual(run("localhost", server.port, stdin=b"hola\nquit\n").stdout, b"hola\n")
            self.assertEqual(server.status(), 0)
            with Server("--once", port=server.port) as again:
                self.assertEqual(run("localhost", again.port, stdin=b"hola\n").stdout, b"hola\n")
                self.assertEqual(again.status(), 0)


if __name__ == "__main__":
    unittest.main()
