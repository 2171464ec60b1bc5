"""The PROXY header: haproxy before sockserver and behind sockclient, and what is no header."""

import json
import os
import re
import shutil
import socket
import struct
import tempfile
import unittest

import certificates
from certificates import folder
from harness import DEADLINE, Program, Server, read_all, receive, run, wait_until

MODES = "threads", "async", "blocking"
V1 = b"PROXY TCP4 203.0.113.7 198.51.100.1 5000 9999\r\n"
V2_BEGIN = b"\r\n\r\n\0\r\nQUIT\n"
V2 = (V2_BEGIN + b"\x21\x11" + struct.pack("!H", 12) + socket.inet_aton("203.0.113.7") +
      socket.inet_aton("198.51.100.1") + struct.pack("!HH", 5000, 9999))
FOUR_LINES = 4 * ("--recv",)  # what whoami says, at a proxy's door
V2_LOCAL = V2_BEGIN + b"\x20\0\0\0"


class Haproxy(Program):
    """From a UNIX socket or a free port of 127.0.0.1 to a server, as `bind` and `server` say."""

    def __init__(self, server_port, bind="", server=""):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "door")
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.set_inheritable(True)
        self.port = listener.getsockname()[1]
        file = os.path.join(self.folder.name, "haproxy.cfg")
        with open(file, "w", encoding="ascii") as settings:
            settings.write(f"""
defaults
    mode tcp
    timeout connect {DEADLINE}s
    timeout client {DEADLINE}s
    timeout server {DEADLINE}s
listen door
    bind fd@{listener.fileno()} {bind}
    server one 127.0.0.1:{server_port} {server}
""")
        program = shutil.which("haproxy") or "/usr/sbin/haproxy"
        super().__init__(program, "-db", "-f", file, pass_fds=[listener.fileno()])
        listener.close()

    def __exit__(self, *rest):
        super().__exit__(*rest)
        self.folder.cleanup()


def ask(port):
    """What whoami says, and our own address. haproxy forgets a client that ends at once."""
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as conn:
        came = b""
        while not re.search(rb"proxied-by .*\n", came):
            piece = conn.recv(1000)
            if not piece:
                break
            came += piece
        return said_by(came), "127.0.0.1:%d" % conn.getsockname()[1]


def said_by(text):
    return dict(line.split(" ", 1) for line in text.decode().splitlines())


def whoami(mode, *args, door="127.0.0.1:0=whoami,proxy", **options):
    return Server("--listen", door, "--mode", mode, *args, port=None, **options)


@unittest.skipUnless(shutil.which("haproxy") or os.path.exists("/usr/sbin/haproxy"),
                     "haproxy is not there")
class Real(unittest.TestCase):
    def test_haproxy_names_the_client(self):
        for mode in MODES:
            for version in "send-proxy", "send-proxy-v2":
                with self.subTest(mode, version=version), \
                        whoami(mode, "--log-format", "json") as server, \
                        Haproxy(server.port, server=version) as proxy:
                    said, ours = ask(proxy.port)
                    self.assertEqual(said["peer"], ours)
                    self.assertRegex(said["proxied-by"], r"^127\.0\.0\.1:\d+$")
                    wait_until(lambda: '"event":"closed"' in server.log(), "the end")
                    event = json.loads(server.log().splitlines()[0])
                    self.assertEqual([event["peer"], event["proxied_by"]],
                                     [said["peer"], said["proxied-by"]])

    def test_what_haproxy_asks_to_see_whether_we_live_disturbs_nobody(self):
        for version in "send-proxy", "send-proxy-v2":
            with whoami("threads", "-v") as server, \
                    Haproxy(server.port, server=f"{version} check inter 20ms") as proxy:
                server.wait_for_log("#3 (closed|connection lost|kept out).*")
                said, ours = ask(proxy.port)
                self.assertEqual(said["peer"], ours)

    def test_haproxy_takes_the_header_of_sockclient(self):
        for version in "v1", "v2":
            for source in "203.0.113.7:5000", "[2001:db8::7]:5000":
                with whoami("threads") as server, \
                        Haproxy(server.port, "accept-proxy", "send-proxy-v2") as proxy:
                    done = run(f"--proxy-header={version}", "--proxy-from", source, "127.0.0.1",
                               proxy.port, *FOUR_LINES)
                    self.assertEqual((done.stderr, done.returncode), (b"", 0))
                    self.assertEqual(said_by(done.stdout)["peer"], source)

    def test_haproxy_ends_tls_before_us(self):
        certificates.setUpModule()
        both = folder()["both.pem"]
        with open(both, "wb") as file:
            for name in "server.pem", "server.key":
                with open(folder()[name], "rb") as part:
                    file.write(part.read())
        with whoami("async", door="127.0.0.1:0=whoami,tls,proxy", doors=2) as server, \
                Haproxy(server.port, f"accept-proxy ssl crt {both}",
                        "ssl verify none send-proxy-v2-ssl") as proxy:
            done = run("--proxy-header", "--proxy-from", "192.0.2.9:77", "--tls", "--ca",
                       folder()["authority.pem"], "localhost", proxy.port, "-4", *FOUR_LINES)
            self.assertEqual((done.stderr, done.returncode), (b"", 0))
            said = said_by(done.stdout)
            self.assertEqual(said["peer"], "192.0.2.9:77")
            self.assertIn("tls", said)


class Headers(unittest.TestCase):
    def talk(self, server, *pieces):
        with server.connect() as conn:
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                conn.sendall(piece)
            conn.shutdown(socket.SHUT_WR)
            return said_by(read_all(conn)), "127.0.0.1:%d" % conn.getsockname()[1]

    def test_one_that_is_cut_anywhere_is_one(self):
        for mode in MODES:
            with whoami(mode) as server:
                for number, header in enumerate((V1, V2), 1):
                    said, ours = self.talk(server, *(bytes([byte]) for byte in header))
                    self.assertEqual((said["peer"], said["proxied-by"]), ("203.0.113.7:5000", ours))
                    server.wait_for_log(f"#{number} connected from 203.0.113.7:5000, through {ours}")

    def test_one_that_names_nobody_leaves_the_proxy(self):
        with whoami("threads") as server:
            for header in V2_LOCAL, b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN ::1 ::2 1 2\r\n":
                said, ours = self.talk(server, header)
                self.assertEqual((said["peer"], said.get("proxied-by", ours)), (ours, ours))

    def test_what_is_no_header_is_kept_out(self):
        for mode in MODES:
            with whoami(mode) as server:
                for text in [b"hola\n", b"GET / HTTP/1.0\r\n\r\n", b"PROXY TCP4 1.2.3.4\r\n",
                             b"PROXY TCP4 1.2.3.4 1.2.3.4 1 70000\r\n", V1.replace(b"TCP4", b"TCP6"),
                             V1[:-2] + b" " * 100, V2_BEGIN + b"\x31\x11\0\0", V2[:20], b"PRO",
                             V2_BEGIN + b"\x21\x11\xff\xff"]:
                    with server.connect() as conn:
                        conn.sendall(text)
                        conn.shutdown(socket.SHUT_WR)
                        try:
                            self.assertEqual(conn.recv(100), b"", text)
                        except ConnectionResetError:
                            pass
                server.wait_for_log(r"#10 kept out 127\.0\.0\.1:\d+: PROXY: .+")
                self.assertEqual(len(re.findall(r"kept out", server.log())), 10)

    def test_one_that_does_not_come_is_waited_for_5_s(self):
        with whoami("async") as server, server.connect() as silent, server.connect() as slow:
            slow.sendall(V1[:10])
            for conn in silent, slow:
                self.assertEqual(conn.recv(1), b"")
            server.wait_for_log(r"#2 kept out 127\.0\.0\.1:\d+: PROXY: .*5 s")
            self.assertNotIn("#1", server.log())

    def test_the_header_comes_before_tls_in_whatever_order_the_words_stand(self):
        certificates.setUpModule()
        files = "--cert", folder()["server.pem"], "--key", folder()["server.key"]
        for door in "127.0.0.1:0=whoami,proxy,tls", "127.0.0.1:0=whoami,tls,proxy":
            for mode in MODES:
                for version in "v1", "v2":
                    with whoami(mode, *files, door=door) as server:
                        done = run(f"--proxy-header={version}", "--proxy-from", "[2001:db8::1]:9",
                                   "--tls", "--ca", folder()["authority.pem"], "127.0.0.1",
                                   server.port)
                        self.assertEqual((done.stderr, done.returncode), (b"", 0))
                        said = said_by(done.stdout)
                        self.assertEqual((said["peer"], "tls" in said), ("[2001:db8::1]:9", True))
                        server.wait_for_log(r"#1 connected from \[2001:db8::1\]:9, through "
                                            r"127\.0\.0\.1:\d+, TLSv1\.3")

    def test_our_own_end_is_named_if_no_other_is(self):
        with whoami("threads") as server:
            for args in (("--proxy-header",), ("--proxy-header=v2",)):
                said = said_by(run(*args, "127.0.0.1", server.port).stdout)
                self.assertEqual(said["peer"], said["proxied-by"])

    def test_who_is_refused_is_the_client_that_the_header_names(self):
        for mode in "threads", "async":
            with Server("--listen", "127.0.0.1:0=quit,proxy", "--mode", mode, "--max-conns", "1",
                        port=None) as server, server.connect() as conn:
                conn.sendall(V1 + b"hola\n")
                receive(conn, b"hola\n")
                with server.connect() as other:
                    other.sendall(V1.replace(b"5000", b"5001"))
                    self.assertIn(b"server full", read_all(other))
                server.wait_for_log(r"refused 203\.0\.113\.7:5001: 1 connection already")


if __name__ == "__main__":
    unittest.main()
