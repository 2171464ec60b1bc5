"""What sockserver says of itself, and of command lines that it does not understand."""

import os
import re
import socket
import unittest

from harness import Server, WrongUsage, receive, run_server


class Usage(WrongUsage):
    def test_help_fits_a_terminal(self):
        done = run_server("--help")
        lines = done.stdout.decode().splitlines()
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertLessEqual(len(lines), 40)
        self.assertEqual([line for line in lines if len(line) > 79], [])

    def test_doors_have_a_page_of_their_own(self):
        done = run_server("--help=doors")
        lines = done.stdout.decode().splitlines()
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertLessEqual(len(lines), 40)
        self.assertEqual([line for line in lines if len(line) > 79], [])
        self.assertEqual(len(re.findall(r"^  sockserver --listen ", done.stdout.decode(), re.M)), 5)

    def test_help_names_every_option_with_its_default(self):
        text = run_server("-h").stdout.decode()
        for option in ("-P, --protocol --mode --framing --max-messages --banner --once -p, --port "
                       "--host --public -4 -6 --listen --backlog -m, --max-conns -i, --idle-timeout "
                       "--max-message --grace -v, --verbose -q, --quiet -x, --hex-dump --log-format -h, --help "
                       "-V, --version").split():
            self.assertIn(option, text)
        for option, default in (("protocol", "quit"), ("mode", "threads"), ("framing", "auto"),
                                ("max-messages", "no limit"), ("port", "9999"),
                                ("host", "localhost"), ("max-conns", "1000; async 10000"), ("loops", "1"),
                                ("idle-timeout", "0"), ("max-message", "64K; chat 4K"), ("grace", "5s"),
                                ("history", "20"), ("max-queue", "1M"), ("log-format", "text")):
            self.assertRegex(text, rf"--{option} .*\[{default}\]")

    def test_every_protocol_of_the_help_is_one_that_can_be_asked_for(self):
        text = run_server("--help").stdout.decode()
        names = re.search(r"--protocol NAME +((?:\w+ \| )+\w+)", text)[1].split(" | ")
        self.assertGreaterEqual(len(names), 4)
        for name in names:
            with Server("--protocol", name) as server:
                self.assertIn(f", protocol {name}, ", server.listening)
        complaint = f'--protocol: "hello" is not one of {", ".join(names)}'
        self.assert_wrong(["--protocol", "hello"], complaint)

    def test_version_is_the_programs_name_and_three_numbers(self):
        for option in ("--version", "-V"):
            done = run_server(option)
            self.assertRegex(done.stdout.decode(), r"^sockserver \d+\.\d+\.\d+\n$")
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_value_that_is_none_is_wrong_usage(self):
        for args, complaint in [
                (["--port", "99999"], '--port: "99999" is not a port (0 to 65535)'),
                (["-p", "no-service"], '--port: "no-service" is not a port (0 to 65535)'),
                (["--port="], '--port: "" is not a port (0 to 65535)'),
                (["-p", "-1"], '--port: "-1" is not a port (0 to 65535)'),
                (["--mode", "forks"], '--mode: "forks" is not one of blocking, threads, async'),
                (["--framing", "word"], '--framing: "word" is not one of auto, line, chunk'),
                (["--log-format", "xml"], '--log-format: "xml" is not one of text, json'),
                (["--max-message", "0"], '--max-message: "0" is not a size (like 4096, 64K, 1M)'),
                (["--max-message", str(2**64)],
                 f'--max-message: "{2**64}" is not a size (like 4096, 64K, 1M)'),
                (["--history", str(2**64)],
                 f'--history: "{2**64}" is not a number (0 to 4294967295)'),
                (["--max-message", "1X"], '--max-message: "1X" is not a size (like 4096, 64K, 1M)'),
                (["--idle-timeout", "5x"],
                 '--idle-timeout: "5x" is not a time (like 500ms, 5s, 2m, 1h)'),
                (["--grace", "-1"], '--grace: "-1" is not a time (like 500ms, 5s, 2m, 1h)')]:
            self.assert_wrong(args, complaint)
        for option in ("--max-messages", "--max-conns", "--backlog", "--loops"):
            for value in ("0", "x", "99999999999999999999"):
                done = run_server(option, value)
                self.assertRegex(done.stderr.decode(),
                                 f'^sockserver: {option}: "{value}" is not a number \\(1 to \\d+\\)\n'
                                 r"\(try sockserver --help\)\n$")
                self.assertEqual((done.stdout, done.returncode), (b"", 2))

    def test_an_option_that_is_none_is_wrong_usage(self):
        for args, complaint in [
                (["--nope"], "there is no option --nope"),
                (["--prot", "echo"], "there is no option --prot"),
                (["-z"], "there is no option -z"),
                (["this"], 'unexpected argument "this"'),
                (["--port"], "--port: needs a value"),
                (["--banner"], "--banner: needs a value"),
                (["--once=yes"], "--once: takes no value"),
                (["--help=nothing"], '--help: no page "nothing" (doors, faults, tls, tcp)'),
                (["-P", "chat", "--listen", "0=echo"], "--protocol: each door has its own"),
                (["--fault", "drip=4,close=10"],
                 '--fault: drip=N[@T]: "4,close=10" is not a number of bytes, 1 or more (100, 64K); '
                 "give --fault once for each")]:
            self.assert_wrong(args, complaint)

    def test_habits_from_nc_get_a_hint(self):
        for args, complaint in [
                (["9999"], 'unexpected argument "9999" (use --port 9999)'),
                (["-l", "-p", "9999"], "there is no option -l (sockserver always listens)"),
                (["-lvp", "9999"], "there is no option -lvp (sockserver always listens)"),
                (["-u"], "there is no option -u (use --listen udp:PORT)"),
                (["-U", "/x"], "there is no option -U (use --listen unix:PATH)"),
                (["-k", "9999"], "there is no option -k (sockserver serves any number of clients)")]:
            self.assert_wrong(args, complaint)

    def test_any_text_is_taken_as_it_is(self):
        for text in ("{}", "[a,b]", "-x", "--port", " ", "a=b", '"a"', "%%"):
            for args in (["--banner", text], [f"--banner={text}"]):
                with self.subTest(args=args), Server(*args) as server, server.connect() as conn:
                    receive(conn, text.encode() + b"\n")

    def test_the_name_of_a_service_is_a_port(self):
        try:
            socket.getservbyname("http", "tcp")
        except OSError:
            self.skipTest("this machine knows no services")
        done = run_server("-p", "http", "--host", "192.0.2.1")  # of no machine (RFC 5737)
        self.assertRegex(done.stderr.decode(), r"^sockserver: cannot listen on 192\.0\.2\.1 port 80: ")

    def test_options_that_exclude_each_other_are_wrong_usage(self):
        for args, complaint in [
                (["-4", "-6"], "-4 and -6 exclude each other"),
                (["-q", "-v"], "-q and -v exclude each other"),
                (["-x", "--log-format", "json"],
                 "--hex-dump and --log-format json exclude each other"),
                (["--public", "--host", "localhost"], "--public and --host exclude each other"),
                (["-P", "echo", "--framing", "line"], "--framing: echo has no messages"),
                (["-P", "echo", "--max-message", "5"], "--max-message: echo has no messages"),
                (["-P", "echo", "--max-messages", "5"], "--max-messages: echo has no messages"),
                (["--history", "5"], "--history: quit has no room"),
                (["-P", "hola", "--max-queue", "5K"], "--max-queue: hola has no room"),
                (["--loops", "2"], "--loops: only --mode async has event loops")]:
            self.assert_wrong(args, complaint)

    def test_a_host_with_a_port_gets_a_hint(self):
        for value, host in (("localhost:8000", "localhost"), ("127.0.0.1:8000", "127.0.0.1"),
                            ("[::1]:8000", "[::1]")):
            self.assert_wrong(["--host", value], f'--host: "{value}" has a port in it '
                              f"(use --host {host} --port 8000)")

    def test_help_into_a_closed_stdout_does_not_crash(self):
        done = run_server("--help", preexec_fn=lambda: os.close(1))
        self.assertEqual((done.returncode, done.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
