#!/usr/bin/env python3
"""What a request costs the tool's server with one worker and with two, and how two share the work; the tool's path is in
TRESS. Two must cost no more than 1.05 times as much, and share within 60 to 40; what they answer in a second is a figure,
for h2load takes its part of the cores. For a machine that does nothing else. An argument is another number of requests."""

import os
import pathlib
import sys

from harness import Harness, tool
from restart_checks import all_good

REQUESTS = 300_000
TURNS = 3
# How much more a request may cost, and what part of the work one of two may have, in per cent.
MOST = 1.05
LARGEST = 60


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


def turn(harness, workers, requests):
    server, url = harness.serve("--workers", str(workers))
    command = [tool("h2load"), "-n", requests, "-c", "20", "-m", "10", "-t", "1", f"{url}/1"]
    said = harness.run(command, bound=170).stdout.decode()
    finished = all_good(said, requests)
    whole, each = cpu(server)
    shares = [100 * seconds / (sum(each.values()) or 1) for _, seconds in sorted(each.items())]
    harness.stop_all()
    return whole / requests * 1e6, shares, finished


def main():
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    costs, largest = {1: [], 2: []}, []
    with Harness() as harness:
        for _ in range(TURNS):
            for workers in costs:
                cost, shares, finished = turn(harness, workers, requests)
                costs[workers].append(cost)
                if workers == 2:
                    largest.append(max(shares))
                shared = "/".join(f"{share:.0f}" for share in shares)
                print(f"{workers} workers: {cost:.2f} µs of CPU a request, shares {shared}, {finished}", flush=True)
    one, two = (sorted(costs[workers])[TURNS // 2] for workers in (1, 2))
    share = sorted(largest)[TURNS // 2]
    print(f"two cost {two / one:.3f} of one, the busier does {share:.0f} % (medians of {TURNS})")
    missed = [f"two cost more than {MOST} of one"] if two > MOST * one else []
    missed += [f"one of two does more than {LARGEST} %"] if share > LARGEST else []
    print("\n".join(f"missed: {what}" for what in missed) or "both are as they must be")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
