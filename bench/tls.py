"""TLS, compared with C on the same OpenSSL, with the same certificate and cipher."""

import functools
import os
import shutil
import subprocess
import tempfile

from measuring import compare
from programs import Failure, Skipped
from results import Bar


@functools.cache
def _folder():
    return tempfile.TemporaryDirectory(prefix="sock-bench-")  # deleted at the end of the process


@functools.cache
def certificate():
    """A PEM file: a new key (P-256) and its certificate."""
    if not shutil.which("openssl"):
        raise Skipped("the openssl command is not installed")
    file = os.path.join(_folder().name, "server.pem")
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", file, "-out", file + ".cert"],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure("openssl: " + done.stderr)
    with open(file, "a", encoding="ascii") as both, open(file + ".cert", encoding="ascii") as cert:
        both.write(cert.read())
    return file


@functools.cache
def _knows_tls(server):
    said = subprocess.run([server, "--help"], capture_output=True, text=True, check=False).stdout
    return "--tls" in said


def _servers(bench, mode):
    """Returns the commands of our server and of the one in C."""
    if not os.path.exists(bench.path("baseline_tls_epoll")):
        raise Skipped("built without OpenSSL")
    if not _knows_tls(bench.server):
        raise Skipped("this sockserver has no --tls")
    file = certificate()
    ours = bench.sockserver("echo", mode, "--tls", "--cert", file, "--key", file)
    kind = {"async": "tls_epoll", "threads": "tls_threads"}[mode]
    return ours, bench.baseline(kind, file)


def _pair(mode, work, **options):
    def measure(bench):
        return {"other_name": "plain C",
                **compare(bench, *_servers(bench, mode), work, tls=1, **options)}
    return measure


def _memory(bench):
    ours, other = (bench.with_server(command, "idle", clients=1000, tls=1)["bytes_each"]
                   for command in _servers(bench, "async"))
    return {"ours": ours, "other": other, "other_name": "plain C", "bar": Bar(int(other) + 1024)}


# The load generator needs as much time for a handshake as a server, and limits their rate; so the
# server's time for one is compared: 1.11 means 0.9 of the handshakes per second.
_HANDSHAKES = Bar(1.11)


def rows():
    """Returns the name, unit, measure and bar of each."""
    of_modes = [row for mode in ("threads", "async") for row in (
        (f"echo, 50 clients, {mode}", "us CPU", _pair(mode, "echo"), Bar(1.10)),
        (f"bulk, one client, {mode}", "MB/s", _pair(mode, "bulk", figure="rate", scale=1e-6),
         Bar(0.9, at_least=True)),
        (f"full handshake, echo, close, {mode}", "us CPU", _pair(mode, "connect"), _HANDSHAKES),
        (f"resumed handshake, echo, close, {mode}", "us CPU", _pair(mode, "connect", resume=1),
         _HANDSHAKES))]
    return [*of_modes, ("memory of each idle client, 1,000, async", "bytes", _memory, None)]
