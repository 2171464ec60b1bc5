"""sockclient --ping without pause, compared with a ping-pong in C."""

import json
import subprocess

from programs import Failure, Server, on_processor
from spread import Spread


def measure(bench):
    count = "2000" if bench.quick else "10000"
    with Server([bench.path("baseline_epoll"), "echo"], 1) as server:
        port = str(server.port)

        def ours():
            said = _run(bench.client, "--ping", "--json", "-q", "--interval", "0", "--count", count,
                        "127.0.0.1", port)
            return json.loads(said.splitlines()[-1])["p50_us"]

        def plain_c():
            return float(_run(bench.path("baseline_ping"), port, count).partition("=")[2])

        mine, theirs = bench.paired(ours, plain_c)
    return {"ours": Spread(mine).median, "other": Spread(theirs).median, "other_name": "plain C",
            "ratio": Spread(a / b for a, b in zip(mine, theirs, strict=True))}


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          preexec_fn=on_processor(0))
    if done.returncode != 0:
        raise Failure(f"{command[0]}: {done.stderr or done.stdout}")
    return done.stdout
