"""Shared by the end-to-end tests: programs, peers on loopback, and terminals.

Waits are always for a condition, never for a fixed time, and at most until DEADLINE.
"""

import os
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

DEADLINE = 60  # seconds; sanitizers are slow, and so is a machine with other work
SOCKCLIENT = os.environ.get("SOCKCLIENT", "sockclient")
SOCKSERVER = os.environ.get("SOCKSERVER", "sockserver")


def wait_until(condition, what="the condition"):
    """Returns the first true value of condition(); AssertionError after DEADLINE."""
    end = time.monotonic() + DEADLINE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.01)


def run(*args, stdin=b"", env=None):
    """Runs sockclient to its end."""
    return subprocess.run([SOCKCLIENT, *map(str, args)], input=stdin, capture_output=True,
                          timeout=DEADLINE, env=env, check=False)


class Program:
    """A running program; killed at the end of `with` if it has not ended."""

    def __init__(self, *args, **popen):
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen([str(arg) for arg in args], bufsize=0,
                                        **{**streams, **popen})
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.stderr = self.process.stderr

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream and not stream.closed:
                stream.close()

    def status(self):
        return self.process.wait(DEADLINE)

    def signal(self, number):
        self.process.send_signal(number)


def is_stopped(process):
    """Whether all threads are stopped; SIGCONT would cancel a stop that no thread has seen yet."""
    for task in os.listdir(f"/proc/{process.pid}/task"):
        with open(f"/proc/{process.pid}/task/{task}/stat", encoding="ascii") as stat:
            if stat.read().rpartition(")")[2].split()[0] != "T":
                return False
    return True


def read_until(stream, wanted):
    """Reads from an unbuffered pipe until `wanted` has come."""
    came = b""
    end = time.monotonic() + DEADLINE
    while wanted not in came:
        ready, _, _ = select.select([stream], [], [], max(0, end - time.monotonic()))
        piece = os.read(stream.fileno(), 65536) if ready else b""
        if not piece:
            raise AssertionError(f"waited in vain for {wanted!r}, got {came!r}")
        came += piece
    return came


class Server(Program):
    """A running sockserver on a free port; its log goes to a file.

    With port=None the arguments set where it listens; `doors` is the number of `listening` lines.
    If it still runs at the end of `with`, it is stopped and must exit normally.
    """

    def __init__(self, *args, port=0, doors=1, program=(SOCKSERVER,), **popen):
        self.log_file = tempfile.TemporaryFile()
        super().__init__(*program, *(() if port is None else ("--port", port)), *args,
                         **{"stdin": subprocess.DEVNULL, "stderr": self.log_file, **popen})
        try:
            came = read_until(self.stdout, b"\n")
            while came.count(b"\n") < doors:
                came += read_until(self.stdout, b"\n")
            self.listening = came.decode()
            self.ports = [int(one or other) for one, other in
                          re.findall(r'listening on (?:udp )?port (\d+) |"port":(\d+),',
                                     self.listening)]
            self.port = self.ports[0] if self.ports else None
        except Exception as error:
            super().__exit__()
            log = self.log()
            self.log_file.close()
            raise AssertionError(f"no server: {log}") from error

    def __exit__(self, kind, *rest):
        status = 0
        if kind is None and self.process.poll() is None:
            self.signal(signal.SIGTERM)
            status = self.status()
        super().__exit__(kind, *rest)
        log = self.log()
        self.log_file.close()
        if status != 0:
            raise AssertionError(f"the server ended with {status}: {log}")

    def log(self):
        size = os.fstat(self.log_file.fileno()).st_size
        return os.pread(self.log_file.fileno(), size, 0).decode()

    def wait_for_log(self, pattern):
        """Waits for a line that `pattern` matches completely; returns the match."""
        whole = re.compile(f"^(?:{pattern})$", re.MULTILINE)
        try:
            return wait_until(lambda: whole.search(self.log()), pattern)
        except AssertionError as error:
            raise AssertionError(f"{error} in {self.log()}") from None

    def connect(self, host="127.0.0.1"):
        return socket.create_connection((host, self.port), DEADLINE)


def run_server(*args, **options):
    """Runs a sockserver that ends by itself."""
    return subprocess.run([SOCKSERVER, *map(str, args)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=DEADLINE, check=False, **options)


class WrongUsage(unittest.TestCase):
    """For tests of command lines that sockserver rejects."""

    def assert_wrong(self, args, complaint):
        with self.subTest(args=args):
            done = run_server(*args)
            self.assertEqual(done.stderr.decode(),
                             f"sockserver: {complaint}\n(try sockserver --help)\n")
            self.assertEqual((done.stdout, done.returncode), (b"", 2))


def receive(conn, wanted):
    """Reads as many bytes as `wanted` has; AssertionError if they differ."""
    got = b""
    while len(got) < len(wanted):
        piece = conn.recv(len(wanted) - len(got))
        if not piece:
            break
        got += piece
    if got != wanted:
        raise AssertionError(f"wanted {wanted!r}, got {got!r}")


class Peer:
    """A server on a free TCP port of 127.0.0.1, or on a UNIX socket `path` (`\\0name`: abstract);
    each client is served by `serve(conn)` in a thread.

    Exceptions of `serve` are raised again at the end of `with`, except OSError: clients may leave.
    """

    def __init__(self, serve, buffer_size=None, path=None):
        self.serve = serve
        self.errors = []
        self.threads = []
        self.listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        if buffer_size:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_size)
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer_size)
        self.listener.bind(path or ("127.0.0.1", 0))
        self.listener.listen()
        self.port = None if path else self.listener.getsockname()[1]
        self.connections = []
        self.acceptor = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self.acceptor.start()
        return self

    def __exit__(self, kind, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.acceptor.join(DEADLINE)
        self.listener.close()
        for conn in self.connections:
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads:
            thread.join(DEADLINE)
        if self.errors and kind is None:
            raise self.errors[0]

    def _accept(self):
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            conn.settimeout(DEADLINE)
            self.connections.append(conn)
            thread = threading.Thread(target=self._serve, args=(conn,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, conn):
        try:
            self.serve(conn)
        except OSError:
            pass
        except Exception as error:  # pylint: disable=broad-except
            self.errors.append(error)
        finally:
            conn.close()


def echo(conn):
    while data := conn.recv(65536):
        conn.sendall(data)


def hola(conn):
    """The documents' server: it compares the result of one recv, and never closes by itself."""
    answers = {b"hola": b"pues hola", b"adios": b"pues adios"}
    while data := conn.recv(1024):
        conn.sendall(answers.get(data, b""))


def reset(conn):
    conn.recv(1024)
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_all(conn):
    """Reads everything until the peer's half-close."""
    return b"".join(iter(lambda: conn.recv(65536), b""))


def says(*pieces):
    """Returns a peer that sends these pieces and then waits for the client's end."""
    def serve(conn):
        for piece in pieces:
            conn.sendall(piece)
        read_all(conn)
    return serve


class Terminal:
    """A program in a terminal of its own, in a private tmux."""

    def __init__(self, *args, columns=60, rows=20, env=None):
        self.folder = tempfile.TemporaryDirectory()
        self.tmux_command = ["tmux", "-S", os.path.join(self.folder.name, "tmux"), "-f", "/dev/null"]
        settings = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **(env or {})}
        # tmux does not always report the status, so the shell stores it and keeps the screen.
        self.status_file = os.path.join(self.folder.name, "status")
        script = 'trap : INT; "$@"; echo $? > "$0.new"; mv "$0.new" "$0"; exec sleep infinity'
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(rows),
                   "sh", "-c", script, self.status_file,
                   "env", *(f"{name}={value}" for name, value in settings.items()),
                   *(str(arg) for arg in args),
                   ";", "set", "status", "off", ";", "resize-window", "-x", str(columns),
                   "-y", str(rows))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._tmux("kill-server")
        self.folder.cleanup()

    def _tmux(self, *args):
        done = subprocess.run([*self.tmux_command, *args], capture_output=True, timeout=DEADLINE,
                              env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False)
        if done.returncode != 0:
            raise AssertionError(f"tmux {args}: {done.stderr.decode()}")
        return done.stdout.decode()

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def press(self, *keys):
        self._tmux("send-keys", *keys)

    def line(self, text):
        self.type(text)
        self.press("Enter")

    def resize(self, columns, rows):
        """Returns when the program can know the new size, which tmux sets later than it draws."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))
        with open(self._tmux("display", "-p", "#{pane_tty}").strip(), "rb") as tty:
            wait_until(lambda: os.get_terminal_size(tty.fileno()) == (columns, rows), "the size")

    def rows(self, *options):
        """Returns all rows so far, without empty ones at the end."""
        screen = self._tmux("capture-pane", "-p", "-S", "-", *options)
        rows = [row.rstrip() for row in screen.split("\n")]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def wait_for(self, *wanted):
        """Waits until the screen ends with these rows."""
        end = time.monotonic() + DEADLINE
        while True:
            rows = self.rows()
            if rows[-len(wanted):] == list(wanted):
                return rows
            if time.monotonic() > end:
                raise AssertionError("waited in vain for\n" + "\n".join(wanted) + "\non\n" +
                                     "\n".join(rows))
            time.sleep(0.02)

    def status(self):
        """Waits for the program's end; returns its exit status."""
        wait_until(lambda: os.path.exists(self.status_file), "the program's end")
        with open(self.status_file, encoding="ascii") as file:
            return int(file.read())


def can_unshare():
    """Whether a program can run as process 1 of a namespace here."""
    probe = subprocess.run(["unshare", "--map-root-user", "--pid", "--fork", "true"],
                           capture_output=True, check=False)
    return probe.returncode == 0


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}
