"""Describes the machine and the build of a measurement."""

import datetime
import os
import platform
import re
import resource
import subprocess
import time


def _first(pattern, path, otherwise):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(pattern, file.read(), re.MULTILINE)
    except OSError:
        return otherwise
    return found.group(1) if found else otherwise


def describe(build):
    """Returns lines of `what: value`; `build` is the folder of a build."""
    cache = os.path.join(build, "CMakeCache.txt")
    compiler = _first(r"^CMAKE_CXX_COMPILER:\w+=(.+)$", cache, "c++")
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True,
                             check=False).stdout.splitlines()
    processor = _first(r"^model name\s*: (.+)$", "/proc/cpuinfo", platform.machine())
    return [f"date: {datetime.date.today()}",
            f"processor: {processor}, {len(os.sched_getaffinity(0))} cores",
            f"system: {platform.system()} {platform.release()}",
            f"compiler: {version[0] if version else 'not known'}",
            f"build: {_first(r'^CMAKE_BUILD_TYPE:[A-Z]+=(.+)$', cache, 'not known')}"]


class Disturbance:
    """How much processor time other programs use, from now on."""

    def __init__(self):
        self.began, self.busy, self.own = time.monotonic(), _busy(), _own()

    def processors(self):
        used = (_busy() - self.busy) - (_own() - self.own)
        return max(used, 0) / (time.monotonic() - self.began)


def _busy():
    """Seconds of all processors: not idle, or taken by other virtual machines."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _own():
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
