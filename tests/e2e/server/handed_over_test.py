"""Sockets that a service manager hands over, and what it is told."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

from harness import DEADLINE, SOCKSERVER, Program, Server, receive, wait_until

# What systemd does between fork and exec: the descriptors named in the first argument become 3, 4
# and so on, with the names in the second one, for the process that runs the rest.
MANAGER = """
import fcntl, os, sys
fds = [fcntl.fcntl(int(fd), fcntl.F_DUPFD_CLOEXEC, 100) for fd in sys.argv[1].split(",")]
for place, fd in enumerate(fds):
    os.dup2(fd, 3 + place)
os.environ.update(LISTEN_FDS=str(len(fds)), LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES=sys.argv[2])
os.execvp(sys.argv[3], sys.argv[3:])
"""


def manager(sockets, names="", program=SOCKSERVER):
    """The command, and what Popen has to know: the program with these sockets handed over."""
    fds = [one.fileno() for one in sockets]
    return {"program": [sys.executable, "-c", MANAGER, ",".join(map(str, fds)), names, program],
            "pass_fds": fds}


def hand_over(sockets, *args, names="", **more):
    return Server(*args, port=None, **manager(sockets, names), **more)


def ask(conn, text=b"hola\n"):
    conn.sendall(text)
    receive(conn, text)


def listen(host="127.0.0.1"):
    return socket.create_server((host, 0), backlog=128)


class HandedOver(unittest.TestCase):
    def test_a_socket_is_the_door_in_place_of_the_one(self):
        for args in [], ["--public", "-p", "9999", "-6"], ["--host", "no-such-host.invalid"]:
            with listen() as one, hand_over([one], "-P", "echo", *args) as server:
                port = one.getsockname()[1]
                self.assertEqual(server.listening, f"listening on port {port} (127.0.0.1), "
                                 "protocol echo, mode threads\n")
                with server.connect() as conn:
                    ask(conn, b"\0quit")

    def test_there_may_be_doors_besides(self):
        with listen() as one, hand_over([one], "--listen", "0=echo", doors=2) as server:
            self.assertEqual(server.ports[0], one.getsockname()[1])
            for port in server.ports:
                with socket.create_connection(("127.0.0.1", port), DEADLINE) as conn:
                    ask(conn)

    def test_a_name_that_is_a_protocol_chooses_it(self):
        names = ["chat/aula2", "sockserver.socket", "echo", "unknown"]
        sockets = [listen() for _ in range(len(names) + 1)]
        with hand_over(sockets, "-P", "hola", names=":".join(names), doors=5) as server:
            protocols = [line.split(", ")[1] for line in server.listening.splitlines()]
            self.assertEqual(protocols, ["protocol chat/aula2", "protocol hola", "protocol echo",
                                         "protocol hola", "protocol hola"])
        for one in sockets:
            one.close()

    def test_a_path_is_a_door_that_stays(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as one:
            path = f"{folder}/door"
            one.bind(path)
            one.listen()
            with hand_over([one], "--mode", "async") as server:
                self.assertEqual(server.listening,
                                 f"listening on unix:{path}, protocol quit, mode async\n")
                with socket.socket(socket.AF_UNIX) as conn:
                    conn.settimeout(DEADLINE)
                    conn.connect(path)
                    ask(conn)
            self.assertTrue(os.path.exists(path))

    def test_what_is_for_another_process_is_not_taken(self):
        with listen() as one:
            environment = {**os.environ, "LISTEN_FDS": "1", "LISTEN_PID": "1"}
            with Server("--host", "127.0.0.1", env=environment) as server:
                self.assertNotEqual(server.port, one.getsockname()[1])

    def assert_fails(self, sockets, reason, names=""):
        options = manager(sockets, names)
        done = subprocess.run([*options.pop("program"), "-q"], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=DEADLINE, check=False, **options)
        self.assertEqual(done.stderr.decode(), f"sockserver: cannot listen on {reason}\n")
        self.assertEqual((done.stdout, done.returncode), (b"", 1))

    def test_a_descriptor_that_is_no_listening_socket_is_an_error(self):
        with listen() as right, tempfile.TemporaryFile() as file, \
                socket.create_connection(right.getsockname()) as connected, \
                socket.socket() as unbound, socket.socket(type=socket.SOCK_DGRAM) as datagrams, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
            for wrong, reason in [(file, "Socket operation on non-socket"),
                                  (connected, "it does not listen"),
                                  (unbound, "it does not listen"), (datagrams, "it has no port"),
                                  (local, "datagrams of UNIX sockets are not served")]:
                self.assert_fails([wrong], f"descriptor 3: {reason}")
                self.assert_fails([right, wrong], f"descriptor 4: {reason}")
            self.assert_fails([right, right], "descriptor 4: greet has no rooms with names",
                              names="chat/a:greet/a")

    def test_help_and_version_need_no_descriptors(self):
        with tempfile.TemporaryFile() as file:
            for args in ["--version"], ["--help"], ["--help=doors"]:
                options = manager([file])
                done = subprocess.run([*options.pop("program"), *args], stdin=subprocess.DEVNULL,
                                      capture_output=True, timeout=DEADLINE, check=False, **options)
                self.assertEqual((done.stderr, done.returncode), (b"", 0))
                self.assertIn(b"sockserver", done.stdout)

    def test_datagrams_are_told_by_the_type(self):
        with socket.socket(type=socket.SOCK_DGRAM) as one:
            one.bind(("127.0.0.1", 0))
            options = manager([one], "chat")
            done = subprocess.run(options.pop("program"), stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=DEADLINE, check=False, **options)
            self.assertEqual(done.stderr.decode(),
                             'sockserver: LISTEN_FDS: "descriptor 3": chat is not for datagrams '
                             "(echo, quit, hola are)\n(try sockserver --help)\n")
            self.assertEqual(done.returncode, 2)


class Told(unittest.TestCase):
    def check(self, address, name):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
            ours.settimeout(DEADLINE)
            ours.bind(address)
            for args in [], ["--mode", "async"]:
                with Server(*args, env={**os.environ, "NOTIFY_SOCKET": name}) as server:
                    self.assertEqual(ours.recv(100), b"READY=1")
                    with server.connect() as conn:
                        ask(conn)
                        server.signal(signal.SIGTERM)
                        self.assertEqual(ours.recv(100), b"STOPPING=1")
                        self.assertEqual(conn.recv(1), b"")
                    self.assertEqual(server.status(), 0)

    def test_a_manager_is_told_of_the_start_and_the_stop(self):
        with tempfile.TemporaryDirectory() as folder:
            self.check(f"{folder}/notify", f"{folder}/notify")
        self.check(f"\0sock-e2e-{os.getpid()}", f"@sock-e2e-{os.getpid()}")

    def test_ready_is_not_told_where_one_door_cannot_listen(self):
        with listen() as used, tempfile.TemporaryDirectory() as folder, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
            ours.bind(f"{folder}/notify")
            port = used.getsockname()[1]
            with Program(SOCKSERVER, "--listen", "0", "--listen", f"127.0.0.1:{port}",
                         env={**os.environ, "NOTIFY_SOCKET": f"{folder}/notify"}) as server:
                self.assertEqual(server.status(), 1)
            with self.assertRaises(BlockingIOError):
                ours.recv(100, socket.MSG_DONTWAIT)

    def test_a_manager_that_is_not_there_is_no_error(self):
        with Server(env={**os.environ, "NOTIFY_SOCKET": "/no/such/socket"}) as server, \
                server.connect() as conn:
            ask(conn)


class Client(threading.Thread):
    """Connects, asks and reads its answer, until it is to end. An end in order without an answer is
    asked again; anything else is a loss.

    Where the server has ended before the question, a UNIX socket refuses to take it (EPIPE), and then
    reads as an end in order."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address = address
        self.answers = 0
        self.error = None
        self.has_to_end = False
        self.start()

    def run(self):
        try:
            while not self.has_to_end:
                with socket.socket(socket.AF_UNIX if isinstance(self.address, str)
                                   else socket.AF_INET) as conn:
                    conn.settimeout(DEADLINE)
                    conn.connect(self.address)
                    self.ask(conn)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def ask(self, conn):
        try:
            conn.sendall(b"hola\n")
        except BrokenPipeError:
            if conn.family != socket.AF_UNIX:
                raise
        answer = b""
        while len(answer) < 5:
            piece = conn.recv(100)
            if not piece:
                break
            answer += piece
        if answer not in (b"", b"hola\n"):
            raise AssertionError(f"got {answer}")
        self.answers += bool(answer)


class Restart(unittest.TestCase):
    def check(self, one, mode):
        clients = [Client(one.getsockname()) for _ in range(8)]

        def has_answers(more):
            before = sum(client.answers for client in clients)
            wait_until(lambda: sum(client.answers for client in clients) >= before + more or
                       any(client.error for client in clients), "answers")
        for _ in range(4):
            with hand_over([one], "--mode", mode, "-q") as server:
                has_answers(200)
                server.signal(signal.SIGTERM)
                self.assertEqual(server.status(), 0)
        with hand_over([one], "--mode", mode, "-q"):
            has_answers(200)
            for client in clients:
                client.has_to_end = True
            for client in clients:
                client.join(DEADLINE)
            self.assertEqual([client.error for client in clients], [None] * len(clients))

    def test_under_load_loses_no_client(self):
        for mode in "threads", "async", "blocking":
            with self.subTest(mode), listen() as one:
                self.check(one, mode)

    def test_at_a_path_neither(self):
        for mode in "threads", "async", "blocking":
            with self.subTest(mode), tempfile.TemporaryDirectory() as folder, \
                    socket.socket(socket.AF_UNIX) as one:
                one.bind(f"{folder}/door")
                one.listen(128)
                self.check(one, mode)


if __name__ == "__main__":
    unittest.main()
