#!/usr/bin/env python3
"""The process behind one listener is replaced again and again, while the pool sends 50,000 requests and curls make a
connection each; none fails. The tool's path is in TRESS, that of the program of benches/pool in POOL_FIGURES.
An argument is another number of requests."""

import os
import re
import socket
import sys
import time

from harness import RUNTIMES, Harness, expect
from restart_checks import Curls, end, inherit

REQUESTS = 50_000
# They take 25 seconds, in which a process is replaced about every second.
RATE = 2_000


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    with Harness() as harness, socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/1"
        current = inherit(harness, listener, RUNTIMES[0])
        program = [os.environ["POOL_FIGURES"], "load", url, str(count), str(RATE)]
        load, _ = harness.start(program)
        curls = Curls(url)
        replaced = 0
        while load.child.poll() is None:
            time.sleep(0.7)
            successor = inherit(harness, listener, RUNTIMES[replaced % 2])
            time.sleep(0.2)
            expect(end(current), 0, "the status after SIGTERM")
            current, replaced = successor, replaced + 1
        load.reader.join(5)
        said = "".join(load.lines).strip()
        by_curl = curls.finish()
        print(f"one listener, {replaced} processes one after the other: the pool: {said}")
        print(f"  curl, a connection each: {by_curl}")
        expect(load.child.returncode, 0, "the status of the load")
        expect(bool(re.search(r" 0 failed", said)), True, "none of the pool's requests failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
