"""Tunnels by extended CONNECT (RFC 8441), with node at the other end and WebSocket inside."""

import os

from harness import HERE, Failure, expect, tool

SCRIPT = HERE / "websocket.mjs"


def checks():
    """Name, bound in seconds, function."""
    return [("tunnel-node-client", 60, client), ("tunnel-node-server", 60, server)]


def example():
    """The example that talks WebSocket through a tunnel."""
    return os.environ.get("WEBSOCKET_TUNNEL") or "websocket_tunnel"


def client(harness):
    """Node's client, and our server."""
    ours, match = harness.start([example(), "serve"], r"listening on (\S+)")
    done = harness.run([tool("node"), SCRIPT, "talk", f"http://{match.group(1)}/"], bound=40)
    expect(done.stdout, b"whole\n", "what node's client says")
    complaints = [line for line in ours.lines if line.startswith("server:")]
    expect(complaints, [], "what our server complains of")


def server(harness):
    """Our client, and node's server."""
    theirs, match = harness.start([tool("node"), SCRIPT, "serve"], r"port (\d+)")
    done = harness.run([example(), "talk", f"127.0.0.1:{match.group(1)}"], bound=40)
    said = done.stdout.decode()
    for wanted in ("hello comes back", "and again comes back", "1 MiB comes back, whole", "closed"):
        if wanted not in said:
            raise Failure(f"our client did not say that {wanted}: {said}")
    theirs.wait_for("^closed$", 5)
