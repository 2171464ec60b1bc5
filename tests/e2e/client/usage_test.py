"""What sockclient says of itself, and of command lines that it does not understand."""

import subprocess
import unittest

from harness import SOCKCLIENT, DEADLINE, run


class Usage(unittest.TestCase):
    def test_help_fits_a_terminal(self):
        for page in "--help", "--help=ping":
            done = run(page)
            lines = done.stdout.decode().splitlines()
            self.assertEqual(done.returncode, 0)
            self.assertEqual(done.stderr, b"")
            self.assertLessEqual(len(lines), 40)
            self.assertLessEqual(max(map(len, lines)), 79)

    def test_help_names_every_option(self):
        text = run("-h").stdout.decode() + run("--help=ping").stdout.decode()
        for option in ("--send --recv --expect --match --pause --script --ping --count --interval "
                       "--size --json -s, --source -u, --udp -4 -6 -w, --wait --retry -i, --idle-timeout "
                       "--until-silent --no-shutdown --eol -C, --crlf --timestamps --raw -x, --hex-dump -v, --verbose -q, --quiet --color "
                       "-h, --help -V, --version").split():
            self.assertIn(option, text)

    def test_version_is_the_programs_name_and_three_numbers(self):
        done = run("--version")
        self.assertRegex(done.stdout.decode(), r"^sockclient \d+\.\d+\.\d+\n$")
        self.assertEqual(done.returncode, 0)

    def test_a_page_of_the_help_may_be_a_word_of_its_own(self):
        for page in ("ping", "faults", "tls"):
            joined = run(f"--help={page}")
            self.assertEqual(joined.returncode, 0)
            for option in ("--help", "-h"):
                self.assertEqual(run(option, page).stdout, joined.stdout)

    def test_wrong_usage_is_one_plain_line_and_where_to_find_help(self):
        for args, complaint in [
                (["localhost", "99999"], 'PORT: "99999" is not a port (1 to 65535)'),
                (["localhost", "no-service"], 'PORT: "no-service" is not a port (1 to 65535)'),
                (["localhost", "0"], 'PORT: "0" is not a port (1 to 65535)'),
                (["--port", "99", "localhost"], "there is no option --port"),
                (["-q", "-v"], "-q and -v exclude each other"),
                (["9999"], 'HOST: "9999" is a number (HOST comes before PORT: '
                 "sockclient localhost 9999)"),
                (["--eol", "cr"], '--eol: "cr" is not one of lf, crlf, none'),
                (["--wait", "-1"], '--wait: "-1" is not a time (like 500ms, 5s, 2m, 1h)'),
                (["--pause="], '--pause: "" is not a time (like 500ms, 5s, 2m, 1h)'),
                (["--send"], "--send: needs a value"),
                (["--recv=x"], "--recv: takes no value"),
                (["-N", "localhost", "9"], "there is no option -N (the end of input is told to the "
                 "server anyway)"),
                (["--hex"], "there is no option --hex"),
                (["-y"], "there is no option -y"),
                (["a", "1", "b"], 'unexpected argument "b"'),
                (["a", "1", "--proxy-header", "v2"], 'unexpected argument "v2" '
                 "(write --proxy-header=v2)"),
                (["--proxy-header", "v1", "a", "1"], 'unexpected argument "1" '
                 "(write --proxy-header=v1)"),
                (["v1", "1", "b"], 'unexpected argument "b"')]:
            with self.subTest(args=args):
                done = run(*args)
                self.assertEqual(done.stderr.decode(),
                                 f"sockclient: {complaint}\n(try sockclient --help)\n")
                self.assertEqual(done.stdout, b"")
                self.assertEqual(done.returncode, 2)

    def test_help_into_a_closed_stdout_does_not_crash(self):
        done = subprocess.run(["sh", "-c", '"$0" --help >&-', SOCKCLIENT], capture_output=True,
                              timeout=DEADLINE, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main()
