#!/usr/bin/env python3
"""`tress probe` on other people's servers and clients, and on ours: what each passes, fails, and what is not decided.

TRESS holds the path of the tool. The table goes to stdout, and below it each case that somebody failed.
"""

import argparse
import sys

from get_checks import start_nghttpd, start_node
from harness import Harness, Skipped, tool
from probe_checks import probe
from server_checks import h2o, hypercorn, nginx


def nghttpd(harness):
    return start_nghttpd(harness, "--no-tls")


def node(harness):
    return start_node(harness)


def first_port(start):
    return lambda harness: start(harness)[0]


def ours(runtime):
    return lambda harness: harness.serve(runtime=runtime)[1].rsplit(":", 1)[1]


SERVERS = {
    "nghttpd": nghttpd,
    "node": node,
    "nginx": first_port(nginx),
    "h2o": first_port(h2o),
    "hypercorn": first_port(hypercorn),
    "tress on tokio": ours("tokio"),
    "tress on threads": ours("blocking"),
}

CLIENTS = {
    "curl": lambda harness: [tool("curl"), "-s", "--http2-prior-knowledge", "{url}"],
    "nghttp": lambda harness: [tool("nghttp"), "{url}"],
    "tress get": lambda harness: [harness.tress(), "get", "{url}"],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", default="", help="peers whose name contains NAME")
    arguments = parser.parse_args()
    results = {}
    with Harness() as harness:
        for name, start in SERVERS.items():
            if arguments.only in name:
                url = lambda harness, s=start: [f"http://127.0.0.1:{s(harness)}/1"]
                results[f"server: {name}"] = judged(harness, url)
        for name, command in CLIENTS.items():
            if arguments.only in name:
                client = lambda harness, c=command: ["--timeout", "1", "--client", "127.0.0.1:0", "--", *c(harness)]
                results[f"client: {name}"] = judged(harness, client)
    for name, cases in results.items():
        print(row(name, cases))
    failures = {case for cases in results.values() for case, verdict in cases.items() if verdict == "failed"}
    for case in sorted(failures):
        print(f"{case}: {', '.join(name for name, cases in results.items() if cases.get(case) == 'failed')}")
    wrong = [name for name, cases in results.items() if "tress on" in name and set(cases.values()) != {"passed"}]
    print(f"{len(results)} peers" if not wrong else f"not all cases passed: {', '.join(wrong)}")
    return 1 if wrong else 0


def judged(harness, arguments):
    try:
        return probe(harness, *arguments(harness))
    except Skipped as reason:
        print(reason, file=sys.stderr)
        return {}
    finally:
        harness.stop_all()


def row(name, cases):
    counts = [sum(verdict == word for verdict in cases.values()) for word in ("passed", "failed", "undecided")]
    return f"{name:<26}{counts[0]:>4} passed {counts[1]:>4} failed {counts[2]:>4} not decided"


if __name__ == "__main__":
    sys.exit(main())
