#!/usr/bin/env python3
"""Runs the checks of this folder against the tool whose path TRESS holds; `--list` names them."""

import argparse
import signal
import sys
import time

try:
    import grpc as _
    import h2 as _
    import hpack as _
    import hypercorn as _
except ImportError as error:
    sys.exit(f"{error}: install the peers with `python3 -m pip install grpcio h2 hpack hypercorn`")

import adapter_checks
import answer_checks
import bench_checks
import browser_checks
import fault_checks
import get_checks
import honest_checks
import hpack_checks
import load_checks
import memory_checks
import probe_checks
import restart_checks
import serve_checks
import server_checks
import tunnel_checks
import upgrade_checks
from harness import Failure, Harness, Skipped

MODULES = (
    answer_checks, serve_checks, get_checks, server_checks, tunnel_checks, upgrade_checks, browser_checks, memory_checks,
    honest_checks, load_checks, restart_checks, probe_checks, hpack_checks, adapter_checks, fault_checks,
    bench_checks,
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", help="checks whose name contains NAME")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    checks = [check for module in MODULES for check in module.checks()]
    if arguments.only:
        checks = [check for check in checks if arguments.only in check[0]]
    if arguments.list:
        print("\n".join(name for name, _, _ in checks))
        return 0
    if not checks:
        print(f"no check has a name with `{arguments.only}` in it; see --list", file=sys.stderr)
        return 2
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, on_term)
    with Harness() as harness:
        passed, failed = run(harness, checks)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def run(harness, checks):
    """Runs each check within its bound, and says how it went."""
    passed = failed = 0
    for name, bound, check in checks:
        started = time.monotonic()
        signal.alarm(bound)
        try:
            detail = check(harness) or ""
            outcome = "ok"
            passed += 1
        except Skipped as reason:
            outcome, detail = "skipped", str(reason)
        except Exception as reason:
            outcome, detail = "FAILED", f"{type(reason).__name__}: {reason}"
            failed += 1
        finally:
            signal.alarm(0)
            harness.stop_all()
        seconds = time.monotonic() - started
        print(f"{outcome:<8}{name:<32}{seconds:6.1f} s  {detail}", flush=True)
    return passed, failed


def on_alarm(_signal, _frame):
    raise Failure("took too long")


def on_term(_signal, _frame):
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
