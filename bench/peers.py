"""Other echo servers, if they are installed."""

import shutil
import socket
import sys

from measuring import medians
from programs import Server
from spread import Spread

ASYNCIO = """
import asyncio
async def serve(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    print("listening on port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
NODE = """
const server = require("net").createServer({noDelay: true, allowHalfOpen: false},
                                           socket => socket.pipe(socket));
server.listen({host: "127.0.0.1", port: 0, backlog: 4096},
              () => console.log("listening on port " + server.address().port));
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _socat(port):
    where = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork,nodelay,backlog=4096"
    return ["socat", where, "PIPE"]


def _ncat(port):
    return ["ncat", "-l", "-k", "127.0.0.1", str(port), "-e", "/bin/cat"]


def rows():
    """Returns the name and the measure of each."""
    known = [("node", "node", lambda: ["node", "-e", NODE], None),
             ("Python asyncio", sys.executable, lambda: [sys.executable, "-c", ASYNCIO], None),
             ("socat PIPE", "socat", None, _socat), ("ncat -e cat", "ncat", None, _ncat)]
    return [(name, _measure(says_its_port, told_its_port))
            for name, program, says_its_port, told_its_port in known if shutil.which(program)]


def _measure(says_its_port, told_its_port):
    def measure(bench):
        def peer():
            port = None if says_its_port else free_port()
            command = says_its_port() if says_its_port else told_its_port(port)
            with Server(command, 1, port=port) as server:
                return bench.load(server, "echo", **bench.duration)

        plain_c = [bench.path("baseline_epoll"), "echo"]
        theirs, plain = bench.paired(peer, lambda: bench.once(plain_c, "echo"), min(bench.pairs, 3))
        ratio = Spread(a["cpu_us"] / b["cpu_us"] for a, b in zip(theirs, plain, strict=True))
        return {"ours": medians(theirs)["cpu_us"], "other": medians(plain)["cpu_us"],
                "other_name": "plain C, epoll", "ratio": ratio, "load": medians(theirs)}
    return measure
