"""The adapters of one's own in `xtask/consumers/adapters`, for mio and for compio, against other people's clients."""

import hashlib
import os
import re
import signal
import socket
import struct
import threading
import time

import confined
from h2_client import Client
from harness import MIB, Failure, expect, same_file, tool

# The content of `/bytes/N`: these octets, over and over.
PERIOD = bytes(range(251))

# Of what was not done when the server is told to stop, for how long it goes on.
GRACE = 5

SETTINGS, PING, GOAWAY, WINDOW_UPDATE, DATA, HEADERS = 4, 6, 7, 8, 0, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def checks():
    """Name, bound in seconds, function."""
    found = []
    for server in SERVERS:
        for check in (curl, nghttp, h2load, rules, slow, vanished, stop):
            name = f"adapter-{server}-{check.__name__}"
            found.append((name, 60, lambda harness, c=check, s=server: c(harness, s)))
    found.append(("adapter-compio-confined", 60, confined_curl))
    found.append(("adapter-timers", 60, timers))
    return found


def mio(harness):
    return start(harness, "MIO_SERVER")


def compio(harness):
    """By io_uring, where the system lets us."""
    return start(harness, "COMPIO_SERVER", driver="IoUring" if confined.has_io_uring() else "Poll")


def compio_poll(harness):
    return start(harness, "COMPIO_SERVER", "--poll", driver="Poll")


SERVERS = {"mio": mio, "compio": compio, "compio-poll": compio_poll}


def start(harness, name, *options, driver=None, **more):
    """Starts a server on a free port; returns its process and its URL."""
    process, match = harness.start([os.environ[name], *options], r"(http://[^\s/]+:\d+)(?: by (\w+))?", **more)
    expect(match.group(2), driver, "what compio moves octets by")
    return process, match.group(1)


def content(length):
    return (PERIOD * (length // len(PERIOD) + 1))[:length]


def curl(harness, server):
    """Content of all lengths, an upload that comes back, and what is not there."""
    fetch_all(harness, *SERVERS[server](harness))


def confined_curl(harness):
    """Where io_uring is forbidden, as in containers, compio polls."""
    fetch_all(harness, *start(harness, "COMPIO_SERVER", driver="Poll", preexec_fn=confined.forbid_io_uring))


def fetch_all(harness, _process, url):
    h2 = [tool("curl"), "-sS", "--http2-prior-knowledge"]
    for size in (0, 1, 16384, 16385, 10 * MIB):
        got = harness.run([*h2, "-f", f"{url}/bytes/{size}"]).stdout
        expect(hashlib.sha256(got).digest(), hashlib.sha256(content(size)).digest(), f"{size} octets by curl")
    file, out = upload(harness), harness.out()
    harness.run([*h2, "-f", "-X", "POST", "-T", file, "-o", out, f"{url}/echo"])
    same_file(out, file, "8 MiB through /echo by curl")
    for path, options, wanted in (("/absent", [], "404"), ("/bytes/many", [], "404"), ("/echo", ["-X", "PUT"], "405")):
        status = harness.run([*h2, *options, "-o", "/dev/null", "-w", "%{http_code}", url + path]).stdout.decode()
        expect(status, wanted, path)


def upload(harness):
    """8 MiB of which no two parts are the same."""
    file = harness.out()
    with open(harness.file(harness.big), "rb") as source:
        file.write_bytes(source.read(8 * MIB))
    return file


def nghttp(harness, server):
    """A hundred streams at once, and an upload with trailers that comes back."""
    _, url = SERVERS[server](harness)
    table = harness.run([tool("nghttp"), "-ns", "-m", "100", f"{url}/bytes/102400"]).stdout.decode()
    expect(len(re.findall(r"\b200\s+100K\b", table)), 100, "nghttp -m 100: good answers")
    file, out = upload(harness), harness.out()
    post = [tool("nghttp"), "--trailer", "x-check: the-end", "-d", file, f"{url}/echo"]
    out.write_bytes(harness.run(post).stdout)
    same_file(out, file, "8 MiB through /echo by nghttp")
    frames = harness.run([*post[:-1], "-nv", post[-1]]).stdout.decode(errors="replace")
    if not re.search(r"recv \(stream_id=\d+\) x-check: the-end", frames):
        raise Failure(f"the trailers did not come back: {frames[-600:]}")


def h2load(harness, server):
    """Many requests, and many uploads, on few connections."""
    _, url = SERVERS[server](harness)
    asked = load(harness, 20_000, "-c", "10", "-m", "100", f"{url}/bytes/100")
    load(harness, 1000, "-c", "4", "-m", "50", "-d", harness.file(16384), f"{url}/echo")
    return asked


def load(harness, count, *options):
    said = harness.run([tool("h2load"), "-n", count, *options], bound=50).stdout.decode()
    succeeded = int(re.search(r"(\d+) succeeded", said).group(1))
    good = int(re.search(r"(\d+) 2xx", said).group(1))
    expect((succeeded, good), (count, count), "succeeded, 2xx")
    return re.search(r"finished in (.*)", said).group(1)


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


class Wire:
    """A connection by hand."""

    def __init__(self, url, settings=True):
        host, port = url.split("//")[1].split(":")
        self.socket = socket.create_connection((host, int(port)), 10)
        self.file = self.socket.makefile("rb")
        if settings:
            self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0))

    def send(self, *frames):
        self.socket.sendall(b"".join(frames))

    def close(self):
        self.file.close()
        self.socket.close()

    def read(self):
        """The next frame: kind, flags, payload; nothing at the end."""
        head = self.file.read(9)
        if not head:
            return None
        payload = self.file.read(int.from_bytes(head[:3], "big"))
        return head[3], head[4], payload

    def wait_for(self, wanted, patience):
        """The payload of the next frame of a kind that acknowledges nothing."""
        self.socket.settimeout(patience)
        while found := self.read():
            kind, flags, payload = found
            if kind == wanted and not (kind in (SETTINGS, PING) and flags & 1):
                return payload
        raise Failure(f"the connection ended without a frame of kind {wanted}")


# What breaks which rule, and the code for it (RFC 9113 §7).
BROKEN = (
    ("DATA on stream 0", frame(DATA, 0, 0, b"lost"), 1),
    ("an overflow of the connection's window", frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff"), 3),
    ("SETTINGS of five octets", frame(SETTINGS, 0, 0, bytes(5)), 6),
    ("a field block that is none", frame(HEADERS, 5, 1, b"\xff" * 20), 9),
)


def rules(harness, server):
    """Who breaks a rule gets the right GOAWAY, and the end of the connection behind it; others go on."""
    process, url = SERVERS[server](harness)
    with Client(url) as other:
        for what, octets, code in BROKEN:
            wire = Wire(url)
            wire.send(octets)
            goaway = wire.wait_for(GOAWAY, 5)
            expect(int.from_bytes(goaway[4:8], "big"), code, f"the code for {what}")
            expect(wire.read(), None, f"what follows the GOAWAY for {what}")
            wire.close()
            expect(other.get("/bytes/1000").octets, 1000, "another connection, meanwhile")
        deadline = time.monotonic() + 5
        while sum("the connection ended: " in line for line in process.lines) < len(BROKEN):
            expect(time.monotonic() < deadline, True, f"the errors were reported, in {process.lines}")
            time.sleep(0.01)


def slow(harness, server):
    """Who does not read is waited for, costs little, and holds up nobody."""
    process, url = SERVERS[server](harness)
    with Client(url, window=65535) as lazy, Client(url) as other:
        before = process.resident()
        stream = lazy.request("GET", f"/bytes/{50 * MIB}")
        lazy.slow.add(stream)
        echo = lazy.request("POST", "/echo", end=False)
        lazy.slow.add(echo)
        file = open(harness.file(harness.big), "rb")
        lazy.sending[echo] = (file, [])
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            lazy.turn(0.05)
            started = time.monotonic()
            expect(other.get("/bytes/1000").octets, 1000, "another connection, meanwhile")
            expect(time.monotonic() - started < 1, True, "and in good time")
        # What comes back is not taken, so no more is taken of what is sent.
        sent = file.tell()
        expect(sent < 8 * MIB, True, f"{sent} octets were sent before the window was full")
        grown = process.resident() - before
        expect(grown < 16 * MIB, True, f"{grown} octets more of memory")
        # It was slow, and not wrong.
        lazy.sending.clear()
        lazy.slow.clear()
        for late in (stream, echo):
            lazy.credit(late, lazy.answers[late].uncredited)
        lazy.h2.end_stream(echo)
        answer = lazy.finish(stream, 40)
        expect(answer.digest(), hashlib.sha256(content(50 * MIB)).hexdigest(), "what the slow one got at last")
        answer = lazy.finish(echo, 40)
        expect(answer.octets, sent, "what came back to the slow one")
    return f"{sent} octets of the upload were taken"


def vanished(harness, server):
    """Connections that are reset in the middle of an answer and of an upload leave nothing behind."""
    process, url = SERVERS[server](harness)
    with Client(url) as other:
        other.get("/bytes/1")
        before = process.sockets()
        for _ in range(20):
            client = Client(url, window=65535).__enter__()
            client.slow.add(client.request("GET", f"/bytes/{MIB}", flush=False))
            client.request("POST", "/echo", end=False)
            client.turn(1)
            client.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.wire.close()
        deadline = time.monotonic() + 10
        while process.sockets() > before:
            expect(time.monotonic() < deadline, True, f"{process.sockets()} sockets, {before} before, ended in time")
            time.sleep(0.05)
        expect(other.get("/bytes/1000").octets, 1000, "another connection, afterwards")


def stop(harness, server):
    """On SIGTERM the server takes no more, and what runs finishes."""
    process, url = SERVERS[server](harness)
    file, out = upload(harness), harness.out()
    idle = Wire(url)
    idle.wait_for(SETTINGS, 5)
    slowly = ["--http2-prior-knowledge", "--limit-rate", "6M", "-X", "POST", "-T", file, "-o", out, f"{url}/echo"]
    curl, _ = harness.start([tool("curl"), "-sSf", *slowly])
    while not (out.exists() and out.stat().st_size):
        time.sleep(0.01)
    process.child.send_signal(signal.SIGTERM)
    goaway = idle.wait_for(GOAWAY, 5)
    expect(int.from_bytes(goaway[4:8], "big"), 0, "the code of the GOAWAY")
    idle.close()
    expect(out.stat().st_size < os.path.getsize(file), True, "it was in the middle of the echo")
    # The system closes what it still has in hand.
    deadline = time.monotonic() + 2
    while connects(url):
        expect(time.monotonic() < deadline, True, "another connection is not taken")
    expect(curl.child.wait(20), 0, f"the status of curl, which said {curl.lines}")
    same_file(out, file, "8 MiB through /echo, around a SIGTERM")
    expect(process.child.wait(10), 0, "the status")


def connects(url):
    host, port = url.split("//")[1].split(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
        return True
    except OSError:
        return False


def timers(harness):
    """Deadlines come although nothing happens, and a shutdown has its limit."""
    failures = []

    def watch(server):
        its = harness.beside()
        try:
            watch_one(its, server)
        except Exception as error:  # It is raised again below.
            failures.append(f"{server}: {type(error).__name__}: {error}")
        finally:
            its.stop_all()

    threads = [threading.Thread(target=watch, args=(server,)) for server in SERVERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure("; ".join(failures))


def watch_one(harness, server):
    process, url = SERVERS[server](harness)
    # Who does not acknowledge settings is asked whether it is there (RFC 9113 §6.5.3).
    started = time.monotonic()
    wire = Wire(url)
    expect(wire.wait_for(PING, 20), b"settings", "the PING")
    took = time.monotonic() - started
    expect(4.5 < took < 8, True, f"the PING came after {took:.1f} s")
    with Client(url) as client:
        client.request("POST", "/echo", end=False)
        client.turn(5)
        started = time.monotonic()
        process.child.send_signal(signal.SIGTERM)
        expect(process.child.wait(GRACE + 5), 0, "the status, with a request that never ends")
        took = time.monotonic() - started
        expect(took > GRACE - 0.5, True, f"it had {took:.1f} s")
