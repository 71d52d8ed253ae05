"""Servers that say their frames, the tool's slow link in front of them, and what went over it that nobody asked for."""

import os
import re

from harness import RUNTIMES, Failure, expect

SERVERS = (*RUNTIMES, "axum")

# How a line about a frame begins: with a time where the tool says it.
LINE = r"(?:\[ *[\d.]+\] )?"


def program(name):
    """The path that a variable holds."""
    if not os.environ.get(name):
        raise Failure(f"{name} names no program")
    return os.environ[name]


class Server:
    """`tress serve` on one of its runtimes, or axum on `serve_service`; in cleartext, or over TLS.

    Kinds that begin with `handlers-` are ours, with one handler that is slow and one that counts; the sockets of
    `axum-system-tcp` have what the system gives them (`TcpOptions::system`).
    """

    def __init__(self, harness, kind, tls=False):
        self.harness, self.kind = harness, kind
        if kind in RUNTIMES:
            self.process, self.url = harness.serve("-v", *(["--self-signed"] if tls else []), runtime=kind)
            return
        if kind.startswith("axum"):
            options = ["--system-tcp"] if kind == "axum-system-tcp" else []
            command = [program("AXUM_SERVER"), *options, harness.files, *(harness.tls()[:2] if tls else ())]
        else:
            command = [program("OUR_SERVER"), kind.removeprefix("handlers-")]
        self.process, match = harness.start(command, r"https?://[^\s/]+:\d+")
        self.url = match.group(0)

    def over(self, *options):
        """The same through a link of its own; returns the URL there."""
        scheme, _, place = self.url.partition("://")
        _, match = self.harness.start(
            [self.harness.tress(), "link", "127.0.0.1:0", place, *options], r"^linking (\S+) to"
        )
        return f"{scheme}://{match.group(1)}"

    def frames(self):
        """The ends of streams and of connections: connection, whether we sent it, and the frame."""
        found = (re.match(LINE + r"(\d+) ([<>]) ((?:RST_STREAM|GOAWAY) .*)", line) for line in list(self.process.lines))
        return [(int(m.group(1)), m.group(2) == ">", m.group(3)) for m in found if m]

    def connections(self):
        """How many connections had a request."""
        found = (re.match(LINE + r"(\d+) < HEADERS", line) for line in list(self.process.lines))
        return len({match.group(1) for match in found if match})

    def unasked(self):
        """What we ended without being asked: every RST_STREAM, and GOAWAY to who had not said it first."""
        gone, ends = set(), []
        for connection, is_ours, frame in self.frames():
            if not is_ours:
                gone |= {connection} if frame.startswith("GOAWAY") else set()
            elif not (frame.startswith("GOAWAY") and "NO_ERROR" in frame and connection in gone):
                ends.append(frame)
        return ends

    def cancels(self):
        """How many streams the client ended."""
        return sum(frame.startswith("RST_STREAM") for _, is_ours, frame in self.frames() if not is_ours)

    def judge(self, connections=1):
        """Nothing was cut off, and all went over so many connections."""
        if ends := self.unasked():
            raise Failure(f"{len(ends)} ends that nobody asked for, as {ends[0]}")
        if connections:
            expect(self.connections(), connections, "connections")
        return f"{self.cancels()} streams cancelled by the client, none by us"
