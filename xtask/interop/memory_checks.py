"""Slow peers cost the server no memory, and the other streams of their connection no time."""

import time

from h2_client import Client
from harness import BIG, MIB, RUNTIMES, Failure, expect

# How much more than idle the server may hold.
ALLOWED = 8 * MIB
SECONDS = 8
# Other streams finish within this time.
AT_ONCE = 1.0


def checks():
    """Name, bound in seconds, function."""
    found = []
    for runtime in RUNTIMES:
        for check in (slow_reader, slow_socket, slow_upload):
            name = check.__name__.replace("_", "-")
            found.append((f"{name}-{runtime}", 60, lambda harness, c=check, r=runtime: c(harness, r)))
    return found


def start(harness, runtime):
    """The server after one request, and what it holds then."""
    server, url = harness.serve(runtime=runtime)
    with Client(url) as client:
        client.get("/16384")
    time.sleep(0.3)
    return server, url, server.resident()


class Peak:
    """The most that the server held, beyond idle."""

    def __init__(self, server, idle):
        self.server, self.idle, self.most = server, idle, 0

    def look(self):
        self.most = max(self.most, self.server.resident() - self.idle)

    def judge(self):
        if self.most > ALLOWED:
            raise Failure(f"the server holds {self.most / MIB:.1f} MiB more than idle")
        return f"{self.most / MIB:+.1f} MiB at most"


def others_finish(client):
    """Two streams beside the slow one; returns the longer time."""
    started = time.monotonic()
    expect(client.get("/16385", patience=10).octets, 16385, "another stream: octets")
    once = time.monotonic() - started
    if once > AT_ONCE:
        raise Failure(f"another stream took {once:.1f} s")
    return once


def slow_reader(harness, runtime):
    """Gives 1 MiB of credit each second, and reads what comes at once."""
    server, url, idle = start(harness, runtime)
    peak = Peak(server, idle)
    longest = 0
    with Client(url, window=MIB) as client:
        slow = client.request("GET", f"/{BIG}")
        client.slow.add(slow)
        started = time.monotonic()
        given = 0
        while (elapsed := time.monotonic() - started) < SECONDS:
            client.turn(0.02)
            due = int(elapsed * MIB) - given
            client.credit(slow, due)
            given += max(due, 0)
            peak.look()
            if int(elapsed * 4) % 4 == 0:
                longest = max(longest, others_finish(client))
        octets = client.answers[slow].octets
    if not SECONDS / 2 * MIB < octets < (SECONDS + 3) * MIB:
        raise Failure(f"{octets} octets came in {SECONDS} s at 1 MiB/s")
    return f"{peak.judge()}; others within {longest * 1000:.0f} ms"


def slow_socket(harness, runtime):
    """Grants windows without end, and reads 1 MiB of the socket each second."""
    server, url, idle = start(harness, runtime)
    peak = Peak(server, idle)
    with Client(url, window=512 * MIB) as client:
        client.request("GET", f"/{BIG}")
        started = time.monotonic()
        taken = 0
        while (elapsed := time.monotonic() - started) < SECONDS:
            due = int(elapsed * MIB) - taken
            if due >= 65536:
                taken += client.turn(0.02, 65536)
            else:
                time.sleep(0.02)
            peak.look()
    return peak.judge()


def slow_upload(harness, runtime):
    """Sends as fast as the windows allow to a resource that reads 1 MiB each second."""
    server, url, idle = start(harness, runtime)
    peak = Peak(server, idle)
    longest = 0
    with Client(url) as client:
        slow = client.request("POST", "/sink?rate=1M", end=False)
        file = open(harness.file(BIG), "rb")
        client.sending[slow] = (file, [])
        started = time.monotonic()
        while (elapsed := time.monotonic() - started) < SECONDS:
            client.turn(0.02)
            peak.look()
            if int(elapsed * 4) % 4 == 0:
                longest = max(longest, others_finish(client))
        sent = file.tell()
        file.close()
    if sent > (SECONDS + 16) * MIB:
        raise Failure(f"{sent} octets went out in {SECONDS} s to who reads 1 MiB/s")
    if sent < SECONDS / 2 * MIB:
        raise Failure(f"only {sent} octets went out in {SECONDS} s at 1 MiB/s")
    return f"{peak.judge()}; others within {longest * 1000:.0f} ms; {sent / MIB:.1f} MiB sent"
