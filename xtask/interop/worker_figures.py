#!/usr/bin/env python3
"""What a request costs the tool's server with one worker and with two, and how two share the work; the tool's path is in
TRESS. Figures, for a machine that does nothing else."""

import os
import pathlib
import sys

from harness import Harness, tool
from restart_checks import all_good

REQUESTS = 400_000
TURNS = 3


def cpu(process):
    """The CPU seconds of a process and of each of its workers."""
    ticks = os.sysconf("SC_CLK_TCK")
    whole, workers = 0, {}
    for task in pathlib.Path(f"/proc/{process.child.pid}/task").iterdir():
        name = (task / "comm").read_text().strip()
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / ticks
        whole += seconds
        if name.startswith("tress-worker"):
            workers[name] = seconds
    return whole, workers


def turn(harness, workers):
    server, url = harness.serve("--workers", str(workers))
    command = [tool("h2load"), "-n", REQUESTS, "-c", "20", "-m", "10", "-t", "1", f"{url}/1"]
    said = harness.run(command, bound=170).stdout.decode()
    finished = all_good(said, REQUESTS)
    whole, each = cpu(server)
    shares = "/".join(f"{100 * seconds / (sum(each.values()) or 1):.0f}" for _, seconds in sorted(each.items()))
    harness.stop_all()
    return whole / REQUESTS * 1e6, shares, finished


def main():
    costs = {1: [], 2: []}
    with Harness() as harness:
        for _ in range(TURNS):
            for workers in costs:
                cost, shares, finished = turn(harness, workers)
                costs[workers].append(cost)
                print(f"{workers} workers: {cost:.2f} µs of CPU a request, shares {shares}, {finished}", flush=True)
    one, two = (sorted(costs[workers])[TURNS // 2] for workers in (1, 2))
    print(f"two cost {two / one:.3f} of one (medians of {TURNS})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
