"""From PRIORITY_UPDATE to the first octet of what has become urgent, on a link of 10 Mbit/s (RFC 9218 §7.1).

Downloads fill whatever lies between the server and its client; one that was put off is then made urgent. What
the server has handed to its kernel by then goes first.
"""

import statistics
import struct
import time

from demonstrations import file
from h2_client import Client
from harness import MIB, Failure
from slow_link import Server

# The last one is without TCP_NOTSENT_LOWAT.
SERVERS = ("tokio", "blocking", "axum", "axum-system-tcp")
# The relay's own buffers are small, so that what waits, waits at the server.
LINK = ("--rate", "10Mbit/s", "--delay", "20ms", "--buffer", "16KiB")
ROUNDS = 7
# How many downloads there are, so that there always is something to send.
DOWNLOADS = 8
# How long they go on before something is asked for, and before that is made urgent.
BEFORE = 2.0
# RFC 9218 §7.1: the type of the frame.
PRIORITY_UPDATE = 0x10


def measure(harness, kind):
    """Several rounds on connections of their own; the median in milliseconds."""
    took = [one(harness, kind) for _ in range(ROUNDS)]
    return f"{statistics.median(took):.0f} ms at the median of {ROUNDS}, from {min(took):.0f} to {max(took):.0f}"


def one(harness, kind):
    server = Server(harness, kind)
    large, small = file(harness, 10 * MIB), file(harness, 100_000)
    with Client(server.over(*LINK), window=32 * MIB) as client:
        for _ in range(DOWNLOADS):
            client.request("GET", large, more=[("priority", "u=3, i")])
        # The little that background gets, so that nothing starves, goes to the first that asked for it.
        client.request("GET", large, more=[("priority", "u=7")])
        read_for(client, BEFORE)
        late = client.request("GET", small, more=[("priority", "u=7")])
        read_for(client, BEFORE)
        if client.answers[late].octets:
            raise Failure("what was to come last came at once")
        update = struct.pack(">I", late) + b"u=0"
        client.wire.sendall(struct.pack(">I", len(update))[1:] + bytes((PRIORITY_UPDATE, 0)) + bytes(4) + update)
        asked = time.monotonic()
        while not client.answers[late].octets:
            if time.monotonic() - asked > 20:
                raise Failure("what is urgent does not come in 20 s")
            client.turn(1, 4096)
        took = (time.monotonic() - asked) * 1000
    harness.stop_all()
    return took


def read_for(client, seconds):
    """Takes what comes for a while."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        client.turn(min(left, 0.05))
