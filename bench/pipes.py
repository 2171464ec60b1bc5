"""sockclient as a filter, compared with others: a file through an echo server and back."""

import filecmp
import os
import shutil
import subprocess
import tempfile
import time

from programs import Failure, Server
from spread import Spread


def rows():
    """Returns the name and the measure of each other client that is installed."""
    found = []
    if shutil.which("nc.openbsd"):
        found.append(("nc -N", _beside(lambda port: ["nc.openbsd", "-N", "127.0.0.1", port])))
    if shutil.which("socat"):
        found.append(("socat", _beside(lambda port: ["socat", "-t", "20", "-",
                                                     f"TCP:127.0.0.1:{port}"])))
    return found


def _beside(other):
    def measure(bench):
        megabytes = 64 if bench.quick else 256
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        with (tempfile.TemporaryDirectory(dir=memory) as folder,
              Server(bench.sockserver("echo", "threads")) as server):
            data = os.path.join(folder, "data")
            with open(data, "wb") as file:
                for _ in range(megabytes):
                    file.write(os.urandom(1 << 20))
            port = str(server.port)
            ours, theirs = bench.paired(
                lambda: _seconds([bench.client, "127.0.0.1", port], data),
                lambda: _seconds(other(port), data))
        ratio = Spread(a / b for a, b in zip(ours, theirs, strict=True))
        return {"ours": 1e3 * Spread(ours).median, "other": 1e3 * Spread(theirs).median,
                "other_name": other("")[0], "ratio": ratio}
    return measure


def _seconds(command, data):
    came = data + ".back"
    with open(data, "rb") as source, open(came, "wb") as out:
        began = time.monotonic()
        status = subprocess.run(command, stdin=source, stdout=out, check=False).returncode
        took = time.monotonic() - began
    if status != 0 or not filecmp.cmp(data, came, shallow=False):
        raise Failure(f"{command[0]}: what came back is not what was sent (status {status})")
    os.remove(came)
    return took
