"""Every fault of `tress serve --fault` and `tress proxy`, as other people's clients see it; and the README's recipes."""

import concurrent.futures
import contextlib
import json
import re
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import socket

from harness import HERE, Failure, expect, tool

# A fault, and what each client is to say of it: for curl the exit code, for node the error's code or what it got, for
# python's h2 the event or exception by its name, for grpcio the status of a call.
FAULTS = {
    "none": ("", 0, "200 whole", "end", "OK"),
    "rst": ("rst after=1000 code=ENHANCE_YOUR_CALM", 92, "ERR_HTTP2_STREAM_ERROR ENHANCE_YOUR_CALM", "reset 11", "RESOURCE_EXHAUSTED"),
    # curl asks again, on another connection.
    "refuse": ("refuse", (56, 92), "ERR_HTTP2_STREAM_ERROR REFUSED_STREAM", "reset 7", "UNAVAILABLE"),
    "early": ("early status=503", 22, "503 short", "end", "UNAVAILABLE"),
    "goaway-refuse": ("goaway phase=refuse", (16, 56, 92), "ERR_HTTP2_STREAM_ERROR REFUSED_STREAM", "goaway 0 last 0", "UNAVAILABLE"),
    "goaway-error": ("goaway phase=error code=INTERNAL_ERROR", (16, 56, 92), "ERR_HTTP2_SESSION_ERROR", "goaway 2 last 0", "UNAVAILABLE"),
    # h2 takes nothing of a stream behind a GOAWAY.
    "goaway-accept": ("goaway phase=accept", 0, "200 whole", "ProtocolError", "OK"),
    "goaway-notice": ("goaway phase=notice", 0, "200 whole", "ProtocolError", "OK"),
    "goaway-shutdown": ("goaway phase=shutdown wait=10ms", 0, "200 whole", "ProtocolError", "OK"),
    "stall": ("stall after=1000", 28, "timeout", "timeout", "DEADLINE_EXCEEDED"),
    "stall-head": ("stall", 28, "timeout", "timeout", "DEADLINE_EXCEEDED"),
    "drip": ("drip size=1000 interval=5ms", 0, "200 whole", "end", "OK"),
    # node says GOAWAY then, and tells its user nothing.
    "length-data": ("length frame=data", (16, 52, 56, 92), "timeout|ERR_HTTP2_", "FrameTooLargeError", "INTERNAL|UNKNOWN"),
    "length-ping": ("length frame=ping", (16, 52, 56, 92), "timeout|ERR_HTTP2_", "FrameDataMissingError", "UNAVAILABLE|UNKNOWN"),
    "content-length": ("content-length by=5", (18, 92), "ERR_HTTP2_|200 short", "InvalidBodyLengthError", None),
    "hpack": ("hpack", (16, 52, 56, 92), "timeout|ERR_HTTP2_", "ProtocolError", "UNAVAILABLE|INTERNAL"),
    "no-trailers": ("no-trailers", 0, "200 whole", "end", "UNKNOWN"),
    "cut": ("cut after=1000", (16, 18, 55, 56, 92), "closed|ERR_HTTP2_|200 short", "closed", "UNAVAILABLE"),
    "cut-reset": ("cut after=1000 how=reset", (16, 18, 55, 56, 92), "closed|ECONNRESET|ERR_HTTP2_", "closed", "UNAVAILABLE"),
    "streams": ("streams max=1", 0, "200 whole", "end", "OK"),
    "settings-ack": ("settings-ack for=100ms", 0, "200 whole", "end", "OK"),
    "link": ("link delay=10ms rate=1M buffer=8KiB", 0, "200 whole", "end", "OK"),
}
# What an upload sees, and how long it takes at least.
UPLOADS = {
    "window": ("window size=0 for=300ms", 0.25),
    "window-small": ("window size=1000", 0),
    "window-connection": ("window of=connection size=1000", 0),
    "stall-request": ("stall of=request after=1000 for=300ms", 0.25),
}
SIZE = 16385
PATIENCE = 1.0


def checks():
    """Name, bound in seconds, function."""
    clients = (curl, node, python)
    found = [(f"fault-{client.__name__}", 120, lambda harness, c=client: each(harness, c)) for client in clients]
    found.append(("fault-grpcio", 120, grpcio))
    found.append(("fault-uploads", 60, uploads))
    found.append(("fault-same-frames", 60, same_frames))
    found.append(("fault-recipes", 120, recipes))
    return found


def faulty(harness, script):
    """A server with these faults; its URL."""
    options = ("--fault", script) if script else ()
    return harness.serve(*options)[1]


def is_like(found, wanted):
    """Says whether it begins as one of several forms does."""
    return any(found.startswith(form) for form in wanted.split("|"))


def each(harness, client):
    """Every fault by one client, several at a time."""
    place = {curl: 1, node: 2, python: 3}[client]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asked = {name: pool.submit(client, harness, faulty(harness, row[0])) for name, row in FAULTS.items()}
    wrong = []
    for name, future in asked.items():
        found, wanted = future.result(), FAULTS[name][place]
        good = is_like(found, wanted) if isinstance(wanted, str) else found in (wanted if isinstance(wanted, tuple) else (wanted,))
        if not good:
            wrong.append(f"{name}: {found!r} instead of {wanted!r}")
    if wrong:
        raise Failure("; ".join(wrong))
    return f"{len(asked)} faults"


def curl(harness, url, patience=PATIENCE):
    """The exit code."""
    command = [tool("curl"), "-sSf", "--http2-prior-knowledge", "--max-time", str(patience), "-o", harness.out(), f"{url}/{SIZE}"]
    return harness.run(command, code=None).returncode


def node(harness, url):
    """What the client of node's http2 says: the status and whether all came, or the error."""
    command = [tool("node"), HERE / "fault_client.mjs", f"{url}/{SIZE}", str(SIZE), str(int(PATIENCE * 1000))]
    return harness.run(command, code=None).stdout.decode().strip()


def python(_harness, url):
    """The first event, or exception, that tells how it went."""
    host, _, port = url.partition("://")[2].partition(":")
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    connection.initiate_connection()
    head = [(":method", "GET"), (":scheme", "http"), (":authority", host), (":path", f"/{SIZE}")]
    connection.send_headers(1, head, end_stream=True)
    deadline = time.monotonic() + PATIENCE
    with socket.create_connection((host, int(port))) as wire:
        wire.sendall(connection.data_to_send())
        while (left := deadline - time.monotonic()) > 0:
            wire.settimeout(left)
            try:
                data = wire.recv(65536)
            except TimeoutError:
                break
            except ConnectionResetError:
                return "closed"
            if not data:
                return "closed"
            try:
                events = connection.receive_data(data)
            except h2.exceptions.ProtocolError as error:
                return type(error).__name__
            for event in events:
                if isinstance(event, h2.events.StreamReset):
                    return f"reset {int(event.error_code)}"
                if isinstance(event, h2.events.ConnectionTerminated):
                    return f"goaway {int(event.error_code)} last {event.last_stream_id}"
                if isinstance(event, h2.events.StreamEnded):
                    return "end"
                if isinstance(event, h2.events.DataReceived):
                    connection.acknowledge_received_data(event.flow_controlled_length, 1)
            # A reset may meet us while we send; what came before it is still to be read.
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                wire.sendall(connection.data_to_send())
    return "timeout"


def grpcio(harness):
    """A call of grpcio to a server of grpcio, through the proxy."""
    upstream, match = harness.start([tool("python3"), HERE / "fault_grpc.py", "serve"], r"port (\d+)")
    places = {}
    for name, (script, *_, wanted) in FAULTS.items():
        if wanted is not None:
            options = ("--fault", script) if script else ()
            command = [harness.tress(), "proxy", "127.0.0.1:0", f"127.0.0.1:{match.group(1)}", *options]
            places[name] = harness.start(command, r"^proxying (\S+) to")[1].group(1)
    said = harness.run([tool("python3"), HERE / "fault_grpc.py", "call", str(PATIENCE), json.dumps(places)], bound=90)
    found = json.loads(said.stdout)
    wrong = [f"{name}: {code} instead of {FAULTS[name][4]}" for name, code in found.items() if not is_like(code, FAULTS[name][4])]
    if wrong:
        raise Failure("; ".join(wrong))
    return f"{len(found)} faults"


def uploads(harness):
    """Content goes up through windows that are shut for a time, and small ones, whole."""
    for name, (script, least) in UPLOADS.items():
        url = faulty(harness, script)
        out, size = harness.out(), 200_000
        file = harness.out()
        file.write_bytes(bytes(range(256)) * (size // 256))
        start = time.monotonic()
        harness.run([tool("curl"), "-sSf", "--http2-prior-knowledge", "--data-binary", f"@{file}", "-o", out, f"{url}/echo"])
        took = time.monotonic() - start
        expect(out.read_bytes() == file.read_bytes(), True, f"{name}: the content that came back")
        if took < least:
            raise Failure(f"{name}: {took:.3f} s, which is less than {least} s")
    return f"{len(UPLOADS)} uploads"


def same_frames(harness):
    """nghttp sees the same frames with the proxy and without, but for times and for when credit and acknowledgments go out."""
    url = faulty(harness, "")
    _, match = harness.start([harness.tress(), "proxy", "127.0.0.1:0", url.partition("://")[2]], r"^proxying (\S+) to")

    def frames(place):
        said = harness.run([tool("nghttp"), "-nv", "-H", ":authority: test", f"http://{place}/{SIZE}"]).stdout.decode()
        said = re.sub(r"\x1b\[[\d;]*m|^\[ *[\d.]+\]|\[ *[\d.]+\]", "", said)
        lines = [line.strip() for line in said.splitlines()]
        sides = {side: [line for line in lines if line.startswith(side)] for side in ("send", "recv")}
        # nghttp may have its answer, and leave, before it acknowledges settings.
        left_out = re.compile(r"WINDOW_UPDATE| date:|SETTINGS frame <length=0, flags=0x01")
        return {side: [line for line in of if not left_out.search(line)] for side, of in sides.items()}

    direct, relayed = frames(url.partition("://")[2]), frames(match.group(1))
    for side, of in direct.items():
        joined = [sum(int(m.group(1)) for line in some if (m := re.search(r"DATA frame <length=(\d+)", line))) for some in (of, relayed[side])]
        expect(joined[1], joined[0], f"octets of DATA, {side}")
        kept = [[line for line in some if "DATA frame" not in line] for some in (of, relayed[side])]
        # Settings go before a request or behind it, as they come.
        expect(sorted(kept[1]), sorted(kept[0]), f"frames, {side}")
    return f"{sum(map(len, direct.values()))} frames"


def recipes(harness):
    """What the README says in its recipes is run, each with a client that shows what it is for."""
    text = (HERE.parent.parent / "crates/cli/README.md").read_text()
    section = text.partition("### Recipes")[2].partition("\n## ")[0]
    scripts = re.findall(r"--fault '([^']+)'", section)
    done = 0
    for script in scripts:
        process, url = harness.serve("--fault", script)
        # A slow link is slow; how slow, on a machine that has more to do, is not what is asked here.
        found = curl(harness, url, 10 * PATIENCE if script.startswith("link") else PATIENCE)
        told = sum(line.startswith("fault:") for line in process.lines)
        if "count=1" in script:
            # The first is hit, and a retry, of the user or of curl itself, gets through.
            expect(curl(harness, url), 0, f"{script}: the second request")
            expect(told, 1, f"{script}: faults that were told")
        elif script.startswith("stall") or "interval=1s" in script:
            expect(found, 28, f"{script}: curl's time ran out")
        elif script.startswith("goaway"):
            expect([found, curl(harness, url)], [0, 0], f"{script}: requests before and after it")
        elif script.startswith(("cut", "content-length")):
            expect(found == 0, False, f"{script}: curl took it for whole")
        else:
            expect(found, 0, script)
        done += 1
    expect(done >= 12, True, f"recipes that were found: {done}")
    return f"{done} recipes"
