"""The measurements and their limits: the bars of each mode."""

import dataclasses
import os
import tempfile

import peers
import pings
import pipes
import tls
from measuring import compare, medians, system_calls
from results import Bar, Result
from spread import Spread


@dataclasses.dataclass
class Row:
    """`measure(bench)` returns the other fields of a Result."""
    group: str
    name: str
    unit: str
    measure: object
    bar: Bar | None = None

    @property
    def title(self):
        return f"{self.group}: {self.name}"


def all_rows():
    """Returns the rows, grouped."""
    rows = _rows()
    groups = list(dict.fromkeys(row.group for row in rows))
    return sorted(rows, key=lambda row: groups.index(row.group))


def _rows():
    return [*_echo_rows("threads", "threads", connect=1.20),
            *_echo_rows("async", "epoll", connect=1.10),
            *_chat_rows("async", Bar(1.15)), *_chat_rows("threads", Bar(1.15)),
            *_memory_rows(), *_system_call_rows(), *_unix_rows(), *_datagram_rows(),
            *[Row("TLS", name, unit, measure, bar) for name, unit, measure, bar in tls.rows()],
            *_fairness_rows("threads"), *_fairness_rows("async"),
            *_logging_rows("threads"), *_logging_rows("async"),
            *[Row("sockclient as a pipe", f"time, beside {name}", "ms", measure, Bar(1.0))
              for name, measure in pipes.rows()],
            Row("sockclient --ping", "round trip without pause, p50", "us", pings.measure, Bar(1.15)),
            *[Row("peers", f"{name}, echo, 50 clients", "us CPU", measure)
              for name, measure in peers.rows()]]


def _pair(protocol, mode, baseline, work, pairs=None, **options):
    """Compares our server with one in C. `pairs` limits the number of pairs."""
    def measure(bench):
        return {"other_name": "plain C", **compare(
            bench, bench.sockserver(protocol, mode),
            [bench.path("baseline_" + baseline), "lines" if protocol == "quit" else "echo"], work,
            pairs=pairs and min(pairs, bench.pairs), **options)}
    return measure


def _echo_rows(mode, baseline, connect):
    def row(name, unit, bar, protocol, work, **options):
        return Row(mode, name, unit, _pair(protocol, mode, baseline, work, **options), bar)

    rows = [row("echo, 50 clients", "us CPU", Bar(1.05), "echo", "echo")]
    if mode == "async":
        rows += [row("echo, 500 clients", "us CPU", Bar(1.05), "echo", "echo", clients=500),
                 row("echo, 50 clients, 16 KiB", "us CPU", Bar(1.05), "echo", "echo", size=16384)]
    return rows + [
        row("quit, lines, 50 clients", "us CPU", Bar(1.08), "quit", "lines"),
        row("connect, echo, close", "us CPU", Bar(connect), "echo", "connect"),
        row("bulk, one client", "MB/s", Bar(0.8, at_least=True), "echo", "bulk", figure="rate",
            scale=1e-6)]


def _chat_rows(mode, bar):
    return [Row(f"chat, {mode}", f"{readers} readers, {flight} in flight", "us CPU",
                _pair("chat", mode, "chat", "chat", clients=readers, flight=flight), bar)
            for readers in (100, 500) for flight in (1, 16)]


def _memory_rows():
    def row(group, mode, protocol, baseline, clients, bar):
        work = "chat-idle" if protocol == "chat" else "idle"

        def measure(bench):
            def bytes_each(command):
                return bench.with_server(command, work, clients=clients)["bytes_each"]
            return {"ours": bytes_each(bench.sockserver(protocol, mode)),
                    "other": bytes_each([bench.path("baseline_" + baseline)]),
                    "other_name": "plain C"}
        what = "member" if protocol == "chat" else "idle client"
        return Row(group, f"memory of each {what}, {clients:,}", "bytes", measure, bar)

    return [row("threads", "threads", "echo", "threads", 2000, Bar(16384)),
            row("async", "async", "echo", "epoll", 10000, Bar(640)),
            row("chat, async", "async", "chat", "chat", 2000, Bar(1024)),
            row("chat, threads", "threads", "chat", "chat", 500, None)]


# An abstract name that is unique, and different for the next run.
_NAME = 1024 + os.getpid() % 60000


def _unix_rows():
    def echo(mode, baseline):
        def measure(bench):
            return {"other_name": "plain C", **compare(
                bench, bench.with_door(f"unix:@sock-bench-{_NAME}=echo", mode),
                bench.baseline(baseline, "echo", _NAME), "echo", unix=1)}
        return Row("UNIX sockets", f"echo, 50 clients, {mode}", "us CPU", measure, Bar(1.05))

    def memory(bench):
        def bytes_each(command):
            return bench.with_server(command, "idle", clients=10000, unix=1)["bytes_each"]
        return {"ours": bytes_each(bench.with_door(f"unix:@sock-bench-{_NAME}=echo")),
                "other": bytes_each(bench.baseline("epoll", "echo", _NAME)),
                "other_name": "plain C"}

    return [echo("threads", "threads"), echo("async", "epoll"),
            Row("UNIX sockets", "memory of each idle client, 10,000, async", "bytes", memory,
                Bar(640))]


def _datagram_rows():
    def row(flight, bar):
        def measure(bench):
            return {"other_name": "plain C", **compare(
                bench, bench.with_door("udp:127.0.0.1:0=echo"), bench.baseline("datagrams"),
                "datagrams", flight=flight)}
        return Row("datagrams", f"echo, 50 peers, {flight} in flight", "us CPU", measure, bar)

    return [row(1, Bar(1.05)), row(4, Bar(0.99))]


def _system_call_rows():
    def row(mode, baseline, clients, bar):
        def measure(bench):
            rounds = (1000 if bench.quick else 2000) // clients
            commands = (bench.sockserver("echo", mode), [bench.path("baseline_" + baseline)])
            ours, other = (system_calls(bench, command, "echo", rounds, clients=clients)
                           for command in commands)
            return {"ours": ours, "other": other, "other_name": "plain C"}
        name = f"system calls a round trip, {clients} client{'s' if clients > 1 else ''}"
        return Row(mode, name, "calls", measure, bar)

    return [row("threads", "threads", 50, Bar(2.0)), row("async", "epoll", 50, Bar(2.1)),
            row("async", "epoll", 1, Bar(4.1))]


def _fairness_rows(mode):
    runs = []  # one load gives both rows

    def run_once(bench):
        seconds = {"seconds": 1 if bench.quick else 3, "warmup": 0.3}
        while len(runs) < (1 if bench.quick else 3):
            bench.tell(f"run {len(runs) + 1}")
            runs.append(bench.with_server(bench.sockserver("echo", mode), "fair", clients=500,
                                          pinned=False, **seconds))

    def measured(name):
        def measure(bench):
            run_once(bench)
            values = [run[name] for run in runs]
            worst = min(values) if name == "least_share" else max(values)
            return {"ours": worst, "spread": Spread(values), "load": medians(runs)}
        return measure

    return [Row(mode, "500 busy: the least share of the mean", "", measured("least_share"),
                Bar(0.2, at_least=True)),
            Row(mode, "500 busy: a newcomer's longest wait", "ms", measured("longest_wait_ms"),
                Bar(1000))]


def _logging_rows(mode):
    lines_per_message = 2  # received, answered

    def extra_cpu(bench):
        quiet = bench.sockserver("quit", mode)
        verbose = ["-v" if word == "-q" else word for word in quiet]
        with tempfile.TemporaryFile() as log:
            def with_log():
                os.ftruncate(log.fileno(), 0)
                return bench.once(verbose, "lines", stderr=log)
            logged, silent = bench.paired(with_log, lambda: bench.once(quiet, "lines"),
                                          min(bench.pairs, 11))
        extra = Spread((a["cpu_us"] - b["cpu_us"]) / lines_per_message
                       for a, b in zip(logged, silent, strict=True))
        return {"ours": extra.median, "spread": extra, "load": medians(logged)}

    def writes(bench):
        quiet = bench.sockserver("quit", mode)
        with tempfile.TemporaryFile() as log:
            calls = system_calls(bench, ["-v" if word == "-q" else word for word in quiet], "lines",
                                 20, only="trace=write,writev", stderr=log, clients=50)
        return {"ours": calls / lines_per_message}

    return [Row(mode, "logging (-v to a file): extra for a line", "us CPU", extra_cpu, Bar(2)),
            Row(mode, "logging (-v to a file): writes for a line", "calls", writes, Bar(1))]
