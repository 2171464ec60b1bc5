"""--timestamps in a pipe and in a script: the time before every line, every other byte as it came."""

import os
import re
import unittest

from harness import Peer, Terminal, SOCKCLIENT, run, says, wait_until

TIME = rb"\d\d:\d\d:\d\d "


class Timestamps(unittest.TestCase):
    def test_a_filter_puts_it_before_every_line_and_changes_nothing_else(self):
        text = b"one\r\n\n\0\xff\x1b[2J\nno end"
        for args in [], ["--raw"]:
            with Peer(says(*(text[i:i + 1] for i in range(len(text))))) as peer:
                done = run("--timestamps", *args, "127.0.0.1", peer.port)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            lines = done.stdout.split(b"\n")
            self.assertTrue(all(re.match(TIME, line) for line in lines), lines)
            self.assertEqual(b"\n".join(line[9:] for line in lines), text)

    def test_a_script_puts_it_before_what_it_receives_and_what_comes_last(self):
        with Peer(says(b"one\ntwo\nlast\nwords")) as peer:
            done = run("--timestamps", "127.0.0.1", peer.port, "--recv", "--expect", "two")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertRegex(done.stdout, b"^%sone\n%stwo\n%slast\n%swords$" % ((TIME,) * 4))

    def test_it_is_local_time(self):
        hours = []
        for zone in "TST0", "TST-5":
            with Peer(says(b"x\n")) as peer:
                done = run("--timestamps", "127.0.0.1", peer.port, env={**os.environ, "TZ": zone})
            hours.append(int(done.stdout[:2]))
        self.assertIn((hours[1] - hours[0]) % 24, (5, 6))  # a full hour may pass between the two

    def test_a_filter_on_a_terminal_escapes_too_unless_raw(self):
        for args, text in ([], r"a\\x1b\[1mb"), (["--raw"], "ab"):
            with Peer(says(b"a\x1b[1mb\nlast")) as peer, \
                    Terminal("sh", "-c", '"$@" < /dev/null', "sh", SOCKCLIENT, "--timestamps",
                             *args, "127.0.0.1", peer.port) as terminal:
                wait_until(lambda: any("last" in row for row in terminal.rows()), "the end")
                time = TIME.decode()
                self.assertRegex("\n".join(terminal.rows()), f"^{time}{text}\n{time}last$")


if __name__ == "__main__":
    unittest.main()
