#!/usr/bin/env python3
"""Other people's clients on slow links, and what else an honest client may do, against `tress serve` and axum; a table.

TRESS, AXUM_SERVER and OUR_CLIENT hold the paths of what is checked.
"""

import argparse
import concurrent.futures
import sys
import time

import demonstrations
import honest
import urgent
from harness import Harness
from slow_link import SERVERS, Server

LINKS = {
    "48 KiB/s, 25 ms": ("--rate", "48KiB/s", "--delay", "25ms", "--buffer", "16KiB"),
    "400 kbit/s, 500 ms": ("--rate", "400kbit/s", "--delay", "500ms", "--buffer", "32KiB"),
    "400 kbit/s, 100 ms, 5 s out": ("--rate", "400kbit/s", "--delay", "100ms", "--buffer", "16KiB", "--outage", "4s..9s"),
}

# What is measured against a clock of milliseconds runs alone, after all else.
ALONE = ("rapid-reset", "unread-32", "urgent")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", action="append", help="runs whose name contains NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--at-once", type=int, default=6, metavar="COUNT", help="how many run at once (6)")
    arguments = parser.parse_args()
    wanted = arguments.only or [""]
    runs = [run for run in all_runs() if any(only in run[0] for only in wanted)]
    if arguments.list or not runs:
        print("\n".join(name for name, *_ in runs) or "no run has such a name; see --list")
        return 0 if runs else 2
    runs.sort(key=lambda run: -run[2])
    alone = [run for run in runs if run[0].startswith(ALONE)]
    with Harness() as harness, concurrent.futures.ThreadPoolExecutor(arguments.at_once) as pool:
        several = [run for run in runs if run not in alone]
        good = list(pool.map(lambda run: row(harness, *run), several))
        good += [row(harness, *run) for run in alone]
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1


def all_runs():
    """Name, what is asked for over which link, about how many seconds it takes, and what does it."""
    for client, (visit, tls, connections) in honest.CLIENTS.items():
        for kind in SERVERS:
            for link, options in LINKS.items():
                yield (
                    f"{client} {kind} {link}",
                    lambda harness, v=visit, t=tls, c=connections, k=kind, o=options: look(harness, v, t, c, k, o),
                    60,
                )
    for name, (show, seconds) in demonstrations.ALL.items():
        for kind in demonstrations.KINDS.get(name, SERVERS):
            yield f"{name} {kind}", lambda harness, s=show, k=kind: s(harness, k), seconds
    for kind in urgent.SERVERS:
        yield f"urgent {kind}", lambda harness, k=kind: urgent.measure(harness, k), 60


def look(harness, visit, tls, connections, kind, options):
    server = Server(harness, kind, tls)
    asked = visit(harness, server, options, honest.LONG)
    return f"{asked}; {server.judge(connections)}"


def row(harness, name, run, _):
    """Runs one, and says how it went; returns whether it went well."""
    own = harness.beside()
    began = time.monotonic()
    try:
        outcome, detail = "ok", run(own)
    except Exception as reason:
        outcome, detail = "FAILED", f"{type(reason).__name__}: {reason}"
    finally:
        own.stop_all()
    print(f"{outcome:<8}{name:<44}{time.monotonic() - began:6.1f} s  {detail}", flush=True)
    return outcome == "ok"


if __name__ == "__main__":
    sys.exit(main())
