"""Servers and the load generator as processes."""

import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time

DEADLINE = 20  # seconds for a server to start listening, or to end
PROCESSORS = sorted(os.sched_getaffinity(0))


class Failure(Exception):
    """A measured program is wrong: bytes lost, a server that died. The benchmark has failed."""


class Skipped(Exception):
    """A row that cannot be measured here; the text says why."""


def on_processor(number):
    """Binds a new process to one processor, if there are several and a number is given."""
    if number is None or len(PROCESSORS) < 2:
        return None
    return lambda: os.sched_setaffinity(0, {PROCESSORS[number]})


class Server:
    """A running server with its `port` and `pid` (of the server itself, also under strace)."""

    def __init__(self, command, processor=None, stderr=None, port=None):
        self.command = [str(word) for word in command]
        self.errors = None if stderr else tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=stderr or self.errors, text=True, preexec_fn=on_processor(processor),
            start_new_session=True)
        self.pid = self.process.pid
        try:
            self.port = self._port_from_stdout() if port is None else self._wait_for(port)
            if os.path.basename(self.command[0]) == "strace":
                with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as file:
                    self.pid = int(file.read().split()[0])
        except BaseException:
            self.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.kill()
        else:
            self.stop()

    def stop(self):
        """Ends the server and checks its status; an end by the signal is right too."""
        os.kill(self.pid, signal.SIGTERM)
        try:
            status = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(self._says("does not end")) from None
        self.process.stdout.close()
        # 143: the way in which a shell, node and socat report the end by the signal.
        if status not in (0, -signal.SIGTERM, 128 + signal.SIGTERM):
            raise Failure(self._says(f"ended with status {status}"))
        self._kill_children()
        if self.errors:
            self.errors.close()

    def kill(self):
        self._kill_children()
        self.process.wait()
        self.process.stdout.close()

    def _kill_children(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # a session of its own
        except ProcessLookupError:
            pass

    def _port_from_stdout(self):
        ready, _, _ = select.select([self.process.stdout], [], [], DEADLINE)
        line = self.process.stdout.readline() if ready else ""
        found = re.search(r"listening on (?:(?:udp )?port |unix:@sock-bench-)(\d+)", line)
        if found:
            return int(found.group(1))
        if self.process.poll() is None and not line:
            try:
                self.process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                pass
        if self.process.poll() == 2:
            raise Skipped(self._first_error() or "the server does not know these options")
        raise Failure(self._says("does not say where it listens"))

    def _wait_for(self, port):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.02)
        raise Failure(self._says("does not listen"))

    def _says(self, what):
        return f"{' '.join(self.command)} {what} {self._first_error()}".strip()

    def _first_error(self):
        if not self.errors:
            return ""
        self.errors.seek(0)
        return self.errors.readline().decode(errors="replace").strip()


def load(program, command, server, processor=None, **options):
    """Runs the load generator; returns its output as a dict of numbers."""
    words = [str(program), command, "--port", str(server.port), "--pid", str(server.pid)]
    for name, value in options.items():
        words += ["--" + name, str(value)]
    run = subprocess.run(words, capture_output=True, text=True, check=False,
                         preexec_fn=on_processor(processor))
    if run.returncode != 0:
        raise Failure(f"{' '.join(server.command)}: {run.stderr.strip()}")
    return {name: float(value) for name, value in
            (pair.split("=") for pair in run.stdout.split())}
