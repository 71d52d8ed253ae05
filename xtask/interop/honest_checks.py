"""Other people's clients on a slow link, a short visit of each to `tress serve`."""

import honest
from harness import RUNTIMES
from slow_link import Server

LINK = ("--rate", "400KiB/s", "--delay", "40ms", "--buffer", "16KiB")


def checks():
    """Name, bound in seconds, function."""
    found = []
    for at, client in enumerate(honest.CLIENTS):
        runtime = RUNTIMES[at % 2]
        found.append((f"slow-link-{client}-{runtime}", 50, lambda harness, c=client, r=runtime: visit(harness, c, r)))
    return found


def visit(harness, client, runtime):
    """One client, one visit."""
    function, tls, connections = honest.CLIENTS[client]
    server = Server(harness, runtime, tls)
    asked = function(harness, server, LINK, honest.SHORT)
    return f"{asked}; {server.judge(connections)}"
