"""Measures sockserver and sockclient beside plain C; run it as script/bench.

Exit status 1: a measured program was wrong (bytes lost, a server that died).
"""

import argparse
import os
import re
import shlex
import sys
import time

import chart
import machine
import table
from measuring import Bench
from programs import Failure, Skipped
from results import Result
from rows import all_rows


def options():
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures sockserver and "
                                     "sockclient beside plain C, in pairs: one table.")
    parser.add_argument("--quick", action="store_true", help="about a minute, and rough")
    parser.add_argument("--only", metavar="PATTERN", default="",
                        help="only rows whose 'group: name' this regular expression finds")
    parser.add_argument("--list", action="store_true", help="say which rows there are")
    parser.add_argument("--svg", metavar="FILE", help="write the chart here")
    parser.add_argument("--markdown", metavar="FILE", help="write the table here")
    parser.add_argument("--server", metavar="PROGRAM", help="measure this sockserver")
    parser.add_argument("--client", metavar="PROGRAM", help="measure this sockclient")
    parser.add_argument("--build", metavar="FOLDER", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


class Progress:
    """One line that is updated on a terminal; elsewhere a line for each row."""

    def __init__(self, rows):
        self.rows, self.number, self.title = rows, 0, ""
        self.began = time.monotonic()
        self.on_terminal = sys.stderr.isatty()

    def next(self, title):
        self.number, self.title = self.number + 1, title
        if self.on_terminal:
            self.tell("")
        else:
            print(self._line(), file=sys.stderr, flush=True)

    def tell(self, what):
        if self.on_terminal:
            print(f"\r\033[K{self._line()}  {what}", end="", file=sys.stderr, flush=True)

    def end(self):
        if self.on_terminal:
            print("\r\033[K", end="", file=sys.stderr)

    def _line(self):
        return f"[{time.monotonic() - self.began:4.0f} s] {self.number}/{self.rows} {self.title}"


def measured(row, bench):
    result = Result(row.group, row.name, row.unit, bar=row.bar)
    try:
        for name, value in row.measure(bench).items():
            setattr(result, name, value)
    except Skipped as why:
        result.remark = f"skipped: {why}"
    except Failure as why:
        result.remark = f"FAILED: {why}"
    return result


def page(results, build, remark):
    command = shlex.join(["script/bench", *sys.argv[3:]])
    facts = "\n".join(f"- {fact}" for fact in machine.describe(build))
    return (f"# Benchmark\n\n![ratios](benchmark.svg)\n\nWritten by `{command}`.\n\n{facts}\n\n"
            f"{LEGEND}\n\n{remark}\n\n{table.text(results)}\n")


LEGEND = """\
What has a ratio was measured in pairs, ours and the other one right after the other; every byte
that came was checked. Server and load generator each have a processor of their own, except where
system calls, fairness and pipes are measured.

- ours, plain C: the median of each, in the unit beside ours. us CPU: microseconds of user and
  system time of the server for one operation (a round trip, a connection, a line delivered).
- ratio: the median of the pairs' ratios, ours to plain C; not the ratio of the two medians.
- 95 % within: where that median lies with so much confidence (of fewer than six pairs: the range of
  all); without a ratio, the same of ours.
- bar: what ratio, or without one ours, is to reach, and whether it did.
- rate/s, p50 us, p99 us: operations a second, and the time that half and 99 % of them took at most,
  of ours under this load."""


def main():
    args = options()
    rows = [row for row in all_rows() if re.search(args.only, row.title, re.IGNORECASE)]
    if args.list:
        print("\n".join(row.title for row in rows))
        return 0
    progress = Progress(len(rows))
    bench = Bench(programs=args.build, quick=args.quick, tell=progress.tell,
                  server=args.server or os.path.join(args.build, "sockserver"),
                  client=args.client or os.path.join(args.build, "sockclient"))
    results, disturbance = [], machine.Disturbance()
    for row in rows:
        progress.next(row.title)
        results.append(measured(row, bench))
    progress.end()
    print(table.text(results))
    others = disturbance.processors()
    remark = (f"Others used {others:.2f} processors meanwhile"
              f"{': too much to trust this.' if others > 0.2 else '.'}")
    print("\n" + remark)
    for path, content in ((args.svg, chart.svg(results)),
                          (args.markdown, page(results, args.build, remark))):
        if path:
            with open(path, "w", encoding="utf-8") as file:
                file.write(content)
    failed = [result for result in results if result.remark.startswith("FAILED")]
    for result in failed:
        print(f"bench: {result.group}: {result.name}: {result.remark}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
