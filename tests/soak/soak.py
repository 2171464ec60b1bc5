"""Holds every protocol in every mode of sockserver under mixed load with faults, on loopback.

One server for each protocol and mode, with a door of TCP, a UNIX socket, and one for datagrams.
Clients of several kinds come and go by whichever: some talk and check every byte, some reset at any
moment, half-close, read slowly or not at all, write a byte at a time, send long lines or anything at
all. At the end nothing may be left of them: the server's counts are
those of the clients, its threads, descriptors and memory are what they were, and it ends in order.
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

MODES = ("blocking", "threads", "async")
IDLE_THREADS = 4  # that a server of mode threads keeps for newcomers
# What a protocol answers to lines that are none of its words, followed by the end of the stream
# (None: that depends on the others); its own way to end (empty: a half-close), and the answer to
# that.
PROTOCOLS = {
    "echo": (lambda sent: sent, b"", b""),
    "quit": (lambda sent: sent, b"quit\n", b""),
    "hola": (lambda sent: b"", b"hola\nadios\n", b"pues hola\npues adios\n"),
    "greet": (lambda sent: b"Hola\n", b"x\n", b"Hola\n"),
    "chat": (None, b"/quit\n", None),
    "whoami": (None, b"", None),
}
DEADLINE = 60  # seconds, that only a hang can reach


class Wrong(Exception):
    """What a server did was not right."""


class Server:
    """One sockserver, what its clients counted, and what it held before they came."""

    def __init__(self, program, protocol, mode):
        self.name = f"{protocol}/{mode}"
        self.protocol, self.mode = protocol, mode
        self.path = f"@soak-{os.getpid()}-{protocol}-{mode}"
        command = [program, "--mode", mode, "--idle-timeout", "10s", "--log-format", "json"]
        for door in (f"127.0.0.1:0={protocol}", f"unix:{self.path}={protocol}",
                     "udp:127.0.0.1:0=echo"):
            command += ["--listen", door]
        if protocol not in ("echo", "whoami"):
            command += ["--framing", "line"]
        if protocol == "chat":
            command += ["--max-queue", "16M"]  # these clients are slow readers, all of them
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        doors = [json.loads(self.process.stdout.readline()) for _ in range(3)]
        self.port, self.datagram_port = doors[0]["port"], doors[2]["port"]
        self.sent = self.sent_for_sure = self.received = 0
        self.conversations = self.faults = 0
        self.datagram_peers = 0  # of the conversations
        self.exact = 0  # conversations in which every byte was checked
        self.before = None
        self.wrong = []
        self.last_event = {}
        self.log_reader = threading.Thread(target=self._read_log, daemon=True)
        self.log_reader.start()

    def _read_log(self):
        for line in self.process.stderr:
            try:
                self.last_event = json.loads(line)
            except ValueError:
                self.last_event = {}
            if self.last_event.get("event") not in ("connected", "closed", "stopping", "totals"):
                self.wrong.append(f"it says: {line!r}")

    def expect(self, condition, what):
        if not condition:
            self.wrong.append(what)

    def held(self):
        """Threads, descriptors, and kB of memory."""
        folder = f"/proc/{self.process.pid}"
        with open(f"{folder}/status", encoding="ascii") as status:
            fields = dict(line.split(":", 1) for line in status)
        return (int(fields["Threads"]), len(os.listdir(f"{folder}/fd")),
                int(fields["VmRSS"].split()[0]))

    def totals(self):
        """Connections served and refused, bytes in and out, as its last line says exactly."""
        names = ("served", "refused", "bytes_in", "bytes_out")
        if any(name not in self.last_event for name in names):
            self.wrong.append(f"its last line is {self.last_event}")
        return tuple(self.last_event.get(name, 0) for name in names)


class Client:
    """One connection, which counts what it sends and what comes."""

    def __init__(self, server):
        self.server = server

    def _open(self):
        limit = 1 << 20
        if self.server.conversations % 3 == 0:
            return asyncio.open_unix_connection("\0" + self.server.path[1:], limit=limit)
        return asyncio.open_connection("127.0.0.1", self.server.port, limit=limit)

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.wait_for(self._open(), DEADLINE)
        self.server.conversations += 1
        return self

    async def __aexit__(self, *_):
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except OSError:
            pass

    async def send(self, data):
        self.server.sent += len(data)
        self.writer.write(data)
        await asyncio.wait_for(self.writer.drain(), DEADLINE)

    async def read(self, most=65536):
        data = await asyncio.wait_for(self.reader.read(most), DEADLINE)
        self.server.received += len(data)
        return data

    async def read_all(self):
        pieces = []
        while piece := await self.read():
            pieces.append(piece)
        return b"".join(pieces)

    def half_close(self):
        self.writer.write_eof()

    def reset(self):
        self.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def some_lines(rng):
    """Binary in lines: anything but a command of a protocol."""
    lines = [b"=" + rng.randbytes(rng.randrange(200)).replace(b"\n", b".")
             + rng.choice((b"\n", b"\r\n")) for _ in range(rng.randrange(1, 30))]
    if rng.random() < 0.1:
        lines.append(b"=" + b"x" * rng.randrange(3000, 60000) + b"\n")
    return b"".join(lines)


def check_whoami(text):
    if not re.fullmatch(rb"host \S+\nlocal [^\n]+\npeer [^\n]+\n(pid \d+\nuid \d+\n)?", text):
        raise Wrong(f"whoami said {text[:200]!r}")


async def exactly(server, rng, pieces):
    """Sends, half-closes and reads at the same time; every byte is checked."""
    async with Client(server) as client:
        sent = b"".join(pieces)

        async def send():
            try:
                for piece in pieces:
                    await client.send(piece)
                client.half_close()
            except OSError:
                if server.protocol != "greet":  # which closes after one line
                    raise
        sender = asyncio.create_task(send())
        if server.protocol == "chat":
            text = await client.read_all()
            await sender
            text = re.sub(rb"\xff[\xfc\xfe].", b"", text, flags=re.DOTALL)  # answers to telnet's IAC
            if not text.startswith(b"* ") or b"welcome" not in text or not text.endswith(b"\n"):
                raise Wrong(f"chat said {text[:100]!r}")
        elif server.protocol == "whoami":
            text = await client.read_all()
            await sender
            check_whoami(text)
        else:
            text = await client.read_all()
            await sender
            expected = PROTOCOLS[server.protocol][0](sent)
            if text != expected:
                at = next((i for i, (a, b) in enumerate(zip(text, expected)) if a != b), None)
                raise Wrong(f"{len(text)} bytes instead of {len(expected)}, other from {at} on")
        server.exact += 1
        if server.protocol != "greet":  # which need not read more than a line
            server.sent_for_sure += len(sent)


async def talk(server, rng):
    await exactly(server, rng, [some_lines(rng) for _ in range(rng.randrange(1, 5))])


async def write_bytes(server, rng):
    await exactly(server, rng, [bytes([byte]) for byte in some_lines(rng)[:300] + b"\n"])


async def bulk(server, rng):
    line = b"=" + b"0123456789" * 300 + b"\n"
    size = 1000 if server.protocol in ("echo", "quit") else 20
    await exactly(server, rng, [line * (size // 10)] * 10)


async def say_goodbye(server, rng):
    """The protocol's own way to end."""
    _, word, expected = PROTOCOLS[server.protocol]
    async with Client(server) as client:
        await client.send(word)
        if not word:
            client.half_close()
        text = await client.read_all()
        if server.protocol == "whoami":
            check_whoami(text)
        elif text != expected and not (expected is None and text.endswith(b"\n* adios\n")):
            raise Wrong(f"goodbye: ...{text[-100:]!r}")
        server.exact += 1


async def connect_and_go(server, rng):
    async with Client(server):
        pass


async def reset_somewhere(server, rng):
    server.faults += 1
    async with Client(server) as client:
        for _ in range(rng.randrange(4)):
            await client.send(some_lines(rng))
            if rng.random() < 0.5:
                await client.read(rng.randrange(1, 1000))
        client.reset()


async def never_read(server, rng):
    """Sends until it may not, reads nothing, and goes; or is ended."""
    server.faults += 1
    async with Client(server) as client:
        line = b"=" + b"x" * 4000 + b"\n"
        try:
            for _ in range(200 if server.protocol == "chat" else 3000):
                client.writer.write(line)
                server.sent += len(line)
                await asyncio.wait_for(client.writer.drain(), 1)
        except asyncio.TimeoutError:
            pass
        client.reset()


async def read_slowly(server, rng):
    async with Client(server) as client:
        lines = some_lines(rng)[:5000]
        sender = asyncio.create_task(client.send(lines))
        for _ in range(300):  # in a room there is always more to read
            piece = await client.read(50)
            if not piece or (sender.done() and len(piece) < 50):
                break
            await asyncio.sleep(0.01)
        await sender


async def no_line_end(server, rng):
    """A line without an end: told so, or ended, but not kept."""
    server.faults += 1
    async with Client(server) as client:
        for _ in range(100):
            await client.send(b"=" * 10000)
            if server.protocol == "echo":
                await client.read()
        client.reset()


async def send_datagrams(server, rng):
    """Each comes back as it was; one that is lost is sent again."""
    server.conversations += 1
    server.datagram_peers += 1
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.setblocking(False)
        peer.connect(("127.0.0.1", server.datagram_port))
        for number in range(rng.randrange(1, 20)):
            sent = b"%d " % number + rng.randbytes(rng.randrange(2000))
            for _ in range(DEADLINE):
                peer.send(sent)
                server.sent += len(sent)
                try:
                    back = await asyncio.wait_for(loop.sock_recv(peer, 65536), 1)
                except asyncio.TimeoutError:
                    continue
                server.received += len(back)
                if back == sent:  # not a late answer to one that was sent again
                    break
            else:
                raise Wrong(f"datagram {number} does not come back")
        server.exact += 1


KINDS = {send_datagrams: 10, talk: 30, say_goodbye: 15, connect_and_go: 15, reset_somewhere: 15, write_bytes: 5, bulk: 3,
         never_read: 1, read_slowly: 3, no_line_end: 3}
FAULTS = (reset_somewhere, never_read, no_line_end, read_slowly, connect_and_go)


async def come_and_go(server, seed, until):
    rng = random.Random(seed)
    kinds, weights = list(KINDS), list(KINDS.values())
    while time.monotonic() < until and not server.wrong:
        kind = rng.choices(kinds, weights)[0]
        try:
            await kind(server, rng)
        except OSError as error:
            if kind not in FAULTS:
                server.wrong.append(f"{kind.__name__}: {error!r}")
        except (Wrong, asyncio.TimeoutError) as error:
            server.wrong.append(f"{kind.__name__}: {error!r}")


async def tell_progress(servers, until):
    began = time.monotonic()
    told = set()
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, 10))
        conversations = sum(server.conversations for server in servers)
        moved = sum(server.sent + server.received for server in servers)
        rss = max(server.held()[2] for server in servers)
        print(f"{time.monotonic() - began:6.0f} s  {conversations} connections, "
              f"{sum(server.exact for server in servers)} checked to the byte, "
              f"{moved / 1e6:.0f} MB, largest server {rss / 1024:.0f} MB, "
              f"{sum(len(server.wrong) for server in servers)} wrong", flush=True)
        for server in servers:
            if server.wrong and server not in told:
                told.add(server)
                print(f"         {server.name}: {server.wrong[0]}", flush=True)


async def settle(server):
    """Waits until nothing of the clients is left but memory."""
    end = time.monotonic() + DEADLINE
    most = server.before[0] + IDLE_THREADS, server.before[1]
    now = server.held()
    while (now[0] > most[0] or now[1] > most[1]) and time.monotonic() < end:
        await asyncio.sleep(0.05)
        now = server.held()
    return now


def judge(server, after, memory):
    """Ends the server, and compares what it says with what its clients know."""
    server.process.send_signal(signal.SIGTERM)
    try:
        status = server.process.wait(DEADLINE)
    except subprocess.TimeoutExpired:
        server.process.kill()
        status = "none: it did not end"
    server.log_reader.join()
    served, refused, bytes_in, bytes_out = server.totals()
    server.expect(status == 0, f"exit status {status}")
    server.expect(after[0] <= server.before[0] + IDLE_THREADS,
                  f"{after[0]} threads, {server.before[0]} before")
    server.expect(after[1] <= server.before[1], f"{after[1]} descriptors, {server.before[1]} before")
    server.expect(after[2] <= server.before[2] + memory, f"{after[2]} kB, {server.before[2]} before")
    # A port may have been given again to a peer before the last one that had it was forgotten.
    counted = range(server.conversations - server.datagram_peers, server.conversations + 1)
    server.expect(served + refused in counted,
                  f"{served} connections served and {refused} refused of {server.conversations}")
    server.expect(refused == 0, f"{refused} refused")
    # What a reset destroyed was sent, and never came.
    server.expect(server.sent_for_sure <= bytes_in <= server.sent,
                  f"{bytes_in} bytes in, {server.sent_for_sure} to {server.sent} sent")
    server.expect(server.received <= bytes_out,
                  f"{bytes_out} bytes out, {server.received} received")
    print(f"soak: {server.name}: {server.conversations} connections, {server.exact} checked to the "
          f"byte, {server.faults} with faults, {server.sent / 1e6:.1f} MB sent, "
          f"{server.received / 1e6:.1f} MB received; threads {server.before[0]} -> {after[0]}, "
          f"descriptors {server.before[1]} -> {after[1]}, "
          f"memory {server.before[2]} -> {after[2]} kB: "
          f"{'FAILED: ' + '; '.join(server.wrong[:5]) if server.wrong else 'passed'}", flush=True)


def protocols_of(program):
    """Those of its --help, "--protocol NAME  echo | quit | ...  [quit]"."""
    help_text = subprocess.run([program, "--help"], stdout=subprocess.PIPE, check=True).stdout
    names = help_text.decode().split("--protocol NAME")[1].split("[")[0]
    return {name.strip() for name in names.split("|")}


async def soak(options):
    # Killed, it takes its servers with it.
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
    servers = []
    try:
        for mode in options.mode:
            servers += [Server(options.server, protocol, mode) for protocol in options.protocol]
        for server in servers:
            await talk(server, random.Random(0))  # what is opened once is open then
        await asyncio.sleep(0.2)
        for server in servers:
            server.before = server.held()
        until = time.monotonic() + options.seconds
        seeds = random.Random(options.seed)
        clients = [come_and_go(server, seeds.random(), until) for server in servers
                   for _ in range(3 if server.mode == "blocking" else options.clients)]
        await asyncio.gather(tell_progress(servers, until), *clients)
        for server in servers:
            judge(server, await settle(server), options.memory)
    finally:
        for server in servers:
            if server.process.poll() is None:
                server.process.kill()
                server.process.wait()
    failed = sum(bool(server.wrong) for server in servers)
    print(f"{len(servers) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--server", required=True, help="the program")
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--mode", nargs="+", default=MODES, choices=MODES)
    parser.add_argument("--protocol", nargs="+", default=PROTOCOLS, choices=PROTOCOLS)
    parser.add_argument("--clients", type=int, default=8, help="at once, of each server")
    parser.add_argument("--memory", type=int, default=16 * 1024,
                        help="kB that a server may keep after a crowd")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    if protocols_of(options.server) != set(PROTOCOLS):
        sys.exit("soak: the server has other protocols than these clients know")
    try:
        return asyncio.run(soak(options))
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM


if __name__ == "__main__":
    sys.exit(main())
