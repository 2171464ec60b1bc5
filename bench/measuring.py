"""Methods of measurement: two servers in pairs, or system calls."""

import dataclasses
import os
import re
import shutil
import statistics
import subprocess
import tempfile

from programs import Failure, Server, Skipped, load
from spread import Spread


@dataclasses.dataclass
class Bench:
    """The programs, and how long to measure."""
    programs: str  # the folder of a build
    server: str
    client: str
    quick: bool
    tell: object = print  # progress

    def path(self, name):
        return os.path.join(self.programs, name)

    @property
    def pairs(self):
        return 5 if self.quick else 19

    @property
    def duration(self):
        return {"seconds": 0.2 if self.quick else 0.3, "warmup": 0.1}

    def sockserver(self, protocol, mode, *more):
        if protocol == "chat":
            more = ("--rate", "0", *more)
        return [self.server, "-q", "-P", protocol, "-p", "0", "--host", "127.0.0.1", "--mode", mode,
                "-m", "20000", *more]

    def with_door(self, door, mode="async"):
        return [self.server, "-q", "--listen", door, "--mode", mode, "-m", "20000"]

    def baseline(self, kind, *work):
        return [self.path("baseline_" + kind), *work]

    def load(self, server, command, pinned=True, **options):
        return load(self.path("bench_load"), command, server, 0 if pinned else None, **options)

    def with_server(self, command, work, pinned=True, stderr=None, **options):
        """Runs one load with a new server."""
        with Server(command, 1 if pinned else None, stderr=stderr) as server:
            return self.load(server, work, pinned, **options)

    def once(self, command, work, **options):
        return self.with_server(command, work, **self.duration, **options)

    def paired(self, first, second, pairs=None):
        """Calls both alternately, changing the order; returns two lists."""
        results = [], []
        pairs = pairs or self.pairs
        for number in range(pairs):
            self.tell(f"pair {number + 1} of {pairs}")
            for side in (0, 1) if number % 2 == 0 else (1, 0):
                results[side].append((first, second)[side]())
        return results


def medians(runs):
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def compare(bench, ours, baseline, work, *, figure="cpu_us", scale=1, pairs=None, **options):
    """Measures both servers under the same load; returns the fields of a Result."""
    mine, theirs = bench.paired(lambda: bench.once(ours, work, **options),
                                lambda: bench.once(baseline, work, **options), pairs)
    ratios = [a[figure] / b[figure] for a, b in zip(mine, theirs, strict=True)]
    return {"ours": medians(mine)[figure] * scale, "other": medians(theirs)[figure] * scale,
            "ratio": Spread(ratios), "load": medians(mine) if figure == "cpu_us" else {}}


def system_calls(bench, command, work, rounds, only="", stderr=None, **options):
    """System calls per round of a client: the difference of many rounds and few."""
    if not shutil.which("strace"):
        raise Skipped("strace is not installed")
    counts = []
    for count in (rounds, 10 * rounds):
        with tempfile.NamedTemporaryFile() as table:
            strace = ["strace", "-f", "-c", "-o", table.name, *(["-e", only] if only else [])]
            with Server([*strace, *command], stderr=stderr) as server:
                bench.load(server, work, pinned=False, rounds=count, **options)
            counts.append(_calls(table.read().decode()))
    return (counts[1] - counts[0]) / (9 * rounds * options.get("clients", 1))


def _calls(table):
    rows = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) .*?(\w+)$", table, re.MULTILINE)
    calls = [int(count) for count, name in rows if name != "total"]
    if not calls:
        raise Failure("strace counted nothing: " + table[:200])
    return sum(calls)
