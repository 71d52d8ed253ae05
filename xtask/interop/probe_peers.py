#!/usr/bin/env python3
"""`tress probe` on other people's servers and clients, and on ours: what each passes, fails, and what is not decided;
and how each server stands attacks.

TRESS holds the path of the tool. A row for each peer goes to stdout as soon as it is known, with each attack and its
figures below, and at last each case that somebody failed.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

from get_checks import start_nghttpd, start_node
from harness import HERE, Failure, Harness, Skipped, tool
from probe_checks import probe
from server_checks import h2o, hypercorn, nginx


def nghttpd(harness):
    return start_nghttpd(harness, "--no-tls")


def node(harness):
    return start_node(harness)


def hyper(harness):
    """A server on hyper and its own h2, out of the benchmarks."""
    _, match = harness.start([benchmark(), "serve", "hyper", "default"], r"\d+")
    return match.group(0)


def benchmark():
    """The program that measures peers over loopback."""
    program = os.environ.get("SOCKETS")
    if not program:
        raise Skipped("SOCKETS names no program")
    return program


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
    "hyper": hyper,
    "tress on tokio": ours("tokio"),
    "tress on threads": ours("blocking"),
}

def of_hyper(_):
    """A client on h2, which is what hyper has for HTTP/2, out of the benchmarks; it wants an address."""
    transfer = 'address=${1#http://}; exec "$0" transfer h2 download "${address%%/*}" default'
    return ["sh", "-c", transfer, benchmark(), "{url}"]


CLIENTS = {
    "curl": lambda harness: [tool("curl"), "-s", "--http2-prior-knowledge", "{url}"],
    "nghttp": lambda harness: [tool("nghttp"), "{url}"],
    "node": lambda harness: [tool("node"), HERE / "node_client.mjs", "get", "{url}", os.devnull],
    "hyper's h2": of_hyper,
    "tress get on tokio": lambda harness: [harness.tress(), "get", "{url}"],
    "tress get on threads": lambda harness: [harness.tress(), "get", "--runtime", "blocking", "{url}"],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", default="", help="peers whose name contains NAME")
    parser.add_argument("--attack-time", metavar="SECONDS", default="20", help="how long an attack takes at most")
    arguments = parser.parse_args()
    results, stood = {}, {}
    with Harness() as harness:
        for name, start in SERVERS.items():
            if arguments.only in name:
                url = lambda harness, s=start: [f"http://127.0.0.1:{s(harness)}/1"]
                results[f"server: {name}"] = judged(harness, f"server: {name}", url)
                stood[name] = attacked(harness, name, start, arguments.attack_time)
        for name, command in CLIENTS.items():
            if arguments.only in name:
                client = lambda harness, c=command: ["--timeout", "1", "--client", "127.0.0.1:0", "--", *c(harness)]
                results[f"client: {name}"] = judged(harness, f"client: {name}", client)
    failures = {case for cases in results.values() for case, verdict in cases.items() if verdict == "failed"}
    for case in sorted(failures):
        print(f"{case}: {', '.join(name for name, cases in results.items() if cases.get(case) == 'failed')}")
    wrong = [name for name, cases in results.items() if "tress" in name and set(cases.values()) != {"passed"}]
    wrong += [name for name, attacks in stood.items() if "tress on" in name and not_bounded(attacks)]
    print(f"{len(results)} peers" if not wrong else f"not all is passed and bounded: {', '.join(wrong)}")
    return 1 if wrong else 0


def judged(harness, name, arguments):
    """What came of each case. A peer that cannot be asked takes nobody else's results with it."""
    try:
        cases = probe(harness, *arguments(harness))
        print(row(name, cases), flush=True)
        return cases
    except (Skipped, Failure) as reason:
        print(f"{name}: {reason}", flush=True)
        return {}
    finally:
        harness.stop_all()


def attacked(harness, name, start, time):
    """How a server of its own stands each attack, with figures of its process."""
    try:
        attacks = []
        # Who has died is there anew for the attacks that are left.
        while more := attacks_on(harness, start, time, [attack["attack"] for attack in attacks]):
            attacks += more
        print(stood_by(name, attacks))
        for attack in attacks:
            print(f"  {attack['verdict']:<10}{attack['attack']:<30}{json.dumps(attack['figures'])}", flush=True)
        return attacks
    except (Skipped, Failure) as reason:
        print(f"attacks on {name}: {reason}", flush=True)
        return []
    finally:
        harness.stop_all()


def attacks_on(harness, start, time, known):
    """What comes of the attacks that are not known yet, up to the first that the server does not outlive."""
    listed = harness.run([harness.tress(), "probe", "--list", "--section", "RFC 9113 §10.5"]).stdout.decode()
    left = [name for name in (line.split()[0] for line in listed.splitlines()) if name not in known]
    if not left:
        return []
    url = f"http://127.0.0.1:{start(harness)}/1"
    pid = worker(harness.running[-1].child.pid, url)
    told = [url, "--i-may-attack", "--pid", str(pid)]
    told += [word for name in left for word in ("--case", name)]
    command = [harness.tress(), "probe", "--json", "--attack-time", time, *told]
    said = [json.loads(line) for line in harness.run(command, bound=900, code=None).stdout.decode().splitlines()]
    attacks = [line for line in said if "attack" in line]
    harness.stop_all()
    outlived = [attack["figures"]["others_answered_after"] for attack in attacks]
    return attacks[: outlived.index(False) + 1] if False in outlived else attacks


def worker(pid, url):
    """The process that serves, of one and its children: that which works when somebody asks."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    every = [pid, *map(int, children)]
    before = [worked(process) for process in every]
    subprocess.run([tool("h2load"), "-n", "100000", "-c", "4", "-m", "50", url], stdout=subprocess.DEVNULL, check=False)
    return max((worked(process) - done, process) for process, done in zip(every, before))[1]


def worked(pid):
    """What a process has used of the CPU, in ticks."""
    return sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


def stood_by(name, attacks):
    counts = collections.Counter(attack["verdict"] for attack in attacks)
    verdicts = ("bounded", "slowed", "ended", "grows", "dies", "undecided")
    return f"attacks on {name:<18}" + " ".join(f"{counts[verdict]:>4} {verdict}" for verdict in verdicts)


def not_bounded(attacks):
    return not attacks or any(attack["verdict"] in ("grows", "dies", "undecided") for attack in attacks)


def row(name, cases):
    counts = [sum(verdict == word for verdict in cases.values()) for word in ("passed", "failed", "undecided")]
    return f"{name:<26}{counts[0]:>4} passed {counts[1]:>4} failed {counts[2]:>4} not decided"


if __name__ == "__main__":
    sys.exit(main())
