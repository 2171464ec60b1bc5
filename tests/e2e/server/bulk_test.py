"""100 MB of random bytes there and back, through both clients and in every mode."""

import hashlib
import random
import subprocess
import tempfile
import unittest

from harness import DEADLINE, SOCKCLIENT, Server

MEGABYTE = 1024 * 1024
SIZE = 100  # megabytes


def digest(file):
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


class Bulk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.source = tempfile.TemporaryFile()
        cls.addClassCleanup(cls.source.close)
        numbers = random.Random(2026)
        for _ in range(SIZE):
            cls.source.write(numbers.randbytes(MEGABYTE))
        cls.source.flush()
        cls.expected = digest(cls.source)

    def assert_comes_back(self, client, mode):
        with Server("--protocol", "echo", "--mode", mode) as server, \
                tempfile.TemporaryFile() as result:
            self.source.seek(0)
            done = subprocess.run([*client, "localhost", str(server.port)], stdin=self.source,
                                  stdout=result, stderr=subprocess.PIPE, timeout=4 * DEADLINE,
                                  check=False)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(result.seek(0, 2), SIZE * MEGABYTE)
            self.assertEqual(digest(result), self.expected)
            server.wait_for_log(r"#1 closed by client: 104\.9 MB in, 104\.9 MB out, .*")

    def test_through_sockclient_and_blocking(self):
        self.assert_comes_back([SOCKCLIENT], "blocking")

    def test_through_sockclient_and_threads(self):
        self.assert_comes_back([SOCKCLIENT], "threads")

    def test_through_sockclient_and_async(self):
        self.assert_comes_back([SOCKCLIENT], "async")

    def test_through_nc_and_blocking(self):
        self.assert_comes_back(["nc", "-N"], "blocking")

    def test_through_nc_and_threads(self):
        self.assert_comes_back(["nc", "-N"], "threads")

    def test_through_nc_and_async(self):
        self.assert_comes_back(["nc", "-N"], "async")


if __name__ == "__main__":
    unittest.main()
