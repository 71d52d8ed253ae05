"""What an honest client may do without losing anything, and what a dishonest one may cost, shown over loopback.

Each demonstration takes a harness and the kind of server; what it returns is what was seen.
"""

import contextlib
import os
import re
import statistics
import subprocess
import sys
import threading
import time

import h2.errors

from h2_client import Client
from harness import BIG, HERE, MIB, RUNTIMES, Failure, digest, expect, tool
from slow_link import Server, program

CANCEL = h2.errors.ErrorCodes.CANCEL
# How many requests a server lets a connection have started at once.
STARTED = 100
# What no request of another client may take, in milliseconds, however busy the machine.
WORST = 1000
# Checks that run at once share their files.
MAKING = threading.Lock()
# How many connections are silent at once.
DEAF = 5


def file(harness, octets):
    """A file of a length, which is made at first; returns its path on the server."""
    path = harness.file(octets)
    with MAKING:
        if not path.exists():
            path.write_bytes(os.urandom(octets))
    return f"/{octets}"


def cancelled(harness, kind):
    """99 requests cancelled at once, and another download goes on."""
    server = Server(harness, kind)
    path = file(harness, 10 * MIB)
    with Client(server.url, window=16 * MIB) as client:
        whole = client.request("GET", path)
        while client.answers[whole].octets == 0:
            client.turn(1)
        for stream in [client.request("GET", path, flush=False) for _ in range(99)]:
            client.h2.reset_stream(stream, CANCEL)
        client.flush()
        expect(client.finish(whole, 60).digest(), digest(harness.files / path[1:]), "the download: digest")
        expect(client.get("/1").octets, 1, "one more request: octets")
    return f"a download of 10 MiB went on, and one more; {server.judge()}"


def hundred(harness, kind):
    """100 files of 100 KB at 48 KiB/s all arrive."""
    server = Server(harness, kind)
    path = file(harness, 100_000)
    wanted = digest(harness.files / path[1:])
    began = time.monotonic()
    with Client(server.over("--rate", "48KiB/s", "--buffer", "16KiB")) as client:
        answers = [client.answers[client.request("GET", path)] for _ in range(100)]
        while any(answer.ended is None for answer in answers):
            client.turn(30)
    arrived = sum(answer.ended == "end" and answer.digest() == wanted for answer in answers)
    seconds = time.monotonic() - began
    if arrived != 100:
        cut = next(answer.ended for answer in answers if answer.ended != "end")
        raise Failure(f"{arrived} of 100 arrived, in {seconds:.0f} s; others: {cut}")
    return f"100 of 100 in {seconds:.0f} s; {server.judge()}"


class Narrow(Client):
    """The connection's window opens by 64 KiB in a second, as far as that much has come."""

    def widen(self):
        self.owed, self.last = 0, time.monotonic()

    def give_back(self, octets, _stream):
        self.owed += octets

    def turn(self, pause, limit=65536):
        count = super().turn(min(pause, 0.1), limit)
        if self.owed and time.monotonic() - self.last >= 1:
            octets = min(65536, self.owed)
            self.owed, self.last = self.owed - octets, time.monotonic()
            self.h2.increment_flow_control_window(octets)
            self.flush()
        return count


def turns(harness, kind):
    """Two downloads of `u=3` through a connection window that opens by 64 KiB/s both arrive."""
    server = Server(harness, kind)
    path = file(harness, 3 * MIB)
    wanted = digest(harness.files / path[1:])
    began = time.monotonic()
    with Narrow(server.url, window=8 * MIB) as client:
        for stream in [client.request("GET", path, more=[("priority", "u=3")]) for _ in range(2)]:
            expect(client.finish(stream, 150).digest(), wanted, f"stream {stream}: digest")
    return f"2 of 3 MiB in {time.monotonic() - began:.0f} s; {server.judge()}"


def ours(harness, *arguments, bound=60):
    """What each of our clients says of what it is to do: words, and whether all was well."""
    said, good = [], True
    for name in ("blocking", "async", "http"):
        done = harness.run([program("OUR_CLIENT"), name, *arguments], bound=bound, code=None)
        good &= done.returncode == 0
        said.append(f"{name}: {(done.stdout + done.stderr).decode(errors='replace').strip()[-200:]}")
    return "; ".join(said), good


def unread(harness, kind):
    """32 replies that nobody reads, and a 33rd that comes at once, in our clients."""
    server = Server(harness, kind)
    path = file(harness, MIB)
    said, good = ours(harness, "unread", server.url.partition("://")[2], path, "32")
    late = [number for number in re.findall(r"after (\d+) ms", said) if int(number) > 1000]
    said += f"; tress get: after {tool_unread(harness, server, path)} ms"
    if not good or late:
        raise Failure(said)
    return f"{said}; {server.judge(connections=None)}"


def tool_unread(harness, server, path):
    """`tress get` writes answers in their order: into a pipe that nobody reads, 32 wait."""
    silent, out = os.pipe()
    command = [harness.tress(), "get", "-v", *[f"{server.url}{path}"] * 32, f"{server.url}/1"]
    began = time.monotonic()
    try:
        process, _ = harness.start(command, r"< DATA stream=65 END_STREAM", 20, stdout=out, stderr=subprocess.PIPE)
        took = time.monotonic() - began
        process.stop()
    finally:
        os.close(silent)
        os.close(out)
    return round(took * 1000)


def resets(harness, kind):
    """A server resets 300 calls of our clients: the connections go on."""
    process, match = harness.start([tool("node"), HERE / "reset_server.mjs"], r"port (\d+)")
    place = f"127.0.0.1:{match.group(1)}"
    said, good = ours(harness, "resets", place, "300")
    for runtime in RUNTIMES:
        urls = [f"http://{place}/{'reset' if at < 300 else 'whole'}" for at in range(400)]
        outs = [harness.out() for _ in urls]
        command = [harness.tress(), "get", "--runtime", runtime, *urls]
        harness.run([*command, *(word for out in outs for word in ("-o", out))], code=1)
        whole = sum(out.exists() and out.read_text() == "whole\n" for out in outs)
        said += f"; tress get on {runtime}: {whole} of 100 others answered"
        good &= whole == 100
    sessions = sum(line.startswith("session") for line in process.lines)
    if not good or sessions != 5:
        raise Failure(f"{sessions} connections of 5 clients; {said}")
    return said


def rapid(harness, kind):
    """Rapid reset in turns with requests that complete: handlers are bounded, and others wait no longer than twice."""
    server = Server(harness, kind)
    counts = kind not in RUNTIMES
    slow = ("GET", "/slow") if counts else ("POST", "/sink?rate=1")
    # The same load without what is bad about it, for this machine may have little to give.
    honest, _, _ = beside(harness, server, "honest")
    threads = server.process.threads()
    took, most, ended = beside(harness, server, *slow)
    honest, median, worst = statistics.median(honest), statistics.median(took), max(took)
    said = f"another client's median {median:.1f} ms (worst {worst:.0f}), beside honest load {honest:.1f} ms; {ended}"
    live = most - threads
    if counts:
        with Client(server.url) as client:
            live = int(client.get("/live").content.split()[1])
    said += f"; {live} {'handlers' if counts else 'more threads'} at most"
    if live > STARTED + (0 if counts else 10) or median > max(2 * honest, honest + 5) or worst > WORST:
        raise Failure(said)
    return said


def beside(harness, server, *kind, seconds=8):
    """Asks beside another client; returns the milliseconds, the server's threads at most, what that one says."""
    command = [sys.executable, HERE / "rapid_reset.py", server.url, seconds, *kind]
    process, _ = harness.start(command)
    took, most = [], 0
    with Client(server.url) as client:
        while process.child.poll() is None:
            began = time.monotonic()
            client.get("/1", patience=30)
            took.append((time.monotonic() - began) * 1000)
            most = max(most, server.process.threads())
            time.sleep(0.02)
    process.stop()
    return took, most, "".join(process.lines).strip()[-200:]


def deaf(harness, kind):
    """Clients that never read any more are gone in 120 s."""
    server = Server(harness, kind)
    before = server.process.sockets()
    path = f"/{BIG}"
    with contextlib.ExitStack() as open_ones:
        for _ in range(DEAF):
            client = open_ones.enter_context(Client(server.url, window=512 * MIB))
            client.get("/1")
            client.request("GET", path)
        time.sleep(5)
        expect(server.process.sockets() - before, DEAF, "connections after 5 s")
        gone = wait_for_end(server, before, 5, 180)
    return f"{DEAF} connections, all gone after {gone:.0f} s"


def wait_for_end(server, before, since, patience):
    """Waits until the server has no connection any more; returns how long they were there."""
    began = time.monotonic() - since
    while (left := server.process.sockets() - before) > 0:
        if time.monotonic() - began > patience:
            raise Failure(f"{left} of {DEAF} connections are still there after {patience} s")
        time.sleep(0.5)
    return time.monotonic() - began


class Shut(Client):
    """Reads what comes and answers PING, and opens no window again."""

    def give_back(self, octets, _stream):
        pass


def shut(harness, kind):
    """A client that never opens a stream's window again loses that stream after 300 s, or 60 s where a thread waits."""
    server = Server(harness, kind)
    with Shut(server.url, window=65535) as client:
        stream = client.request("GET", file(harness, 10 * MIB))
        began = time.monotonic()
        while client.answers[stream].ended is None:
            if time.monotonic() - began > 340:
                raise Failure(f"the stream is still there after 340 s, at {client.answers[stream].octets} octets")
            client.turn(1)
        took = time.monotonic() - began
        due = 60 if kind == "blocking" else 300
        if not due <= took < due + 30:
            raise Failure(f"{client.answers[stream].ended} after {took:.0f} s")
        expect(client.get("/1").octets, 1, "one more request on the connection: octets")
    return f"{client.answers[stream].ended} after {took:.0f} s, and one more request was answered"


# Against which servers, where these are not those that serve files: somebody else's, whose calls are ours; and
# ours without a tool around them, whose handlers know how many they are.
KINDS = {
    "server-resets-300": ("node",),
    "rapid-reset": ("tokio", "blocking", "axum", "handlers-async", "handlers-blocking"),
}

# What is shown, and about how many seconds it takes.
ALL = {
    "cancelled-99": (cancelled, 5),
    "rapid-reset": (rapid, 20),
    "unread-32": (unread, 10),
    "server-resets-300": (resets, 10),
    "narrow-window": (turns, 100),
    "deaf-clients": (deaf, 130),
    "hundred-at-48KiB": (hundred, 210),
    "shut-window": (shut, 310),
}
