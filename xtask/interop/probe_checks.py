"""The tool judges servers and clients: ourselves, and nghttp2's, whose failures are known."""

import json

from get_checks import start_nghttpd
from house import RUNTIMES, expect, tool

# What nghttp2 does otherwise than the RFC demands, looked at by hand: a request on an identifier below the last is
# ignored (RFC 9113 §5.1.1), and SETTINGS that take a window of a stream beyond its maximum reset the stream and not
# the connection (RFC 9113 §6.9.2).
NGHTTPD = {"lower-stream", "settings-overflow-a-window"}


def checks():
    """Name, bound in seconds, function."""
    found = [(f"probe-{runtime}", 60, lambda house, r=runtime: ours(house, r)) for runtime in RUNTIMES]
    found.append(("probe-nghttpd", 90, nghttpd))
    found.append(("probe-client-curl", 90, curl))
    found += [(f"probe-client-get-{runtime}", 60, lambda house, r=runtime: get(house, r)) for runtime in RUNTIMES]
    return found


def probe(house, *arguments):
    """The results by case."""
    said = house.run([house.tress(), "probe", "--json", *arguments], bound=80, code=None).stdout.decode()
    lines = [json.loads(line) for line in said.splitlines()]
    return {line["case"]: line["verdict"] for line in lines}


def failed(results):
    return {case for case, verdict in results.items() if verdict == "failed"}


def told(results):
    passed = sum(verdict == "passed" for verdict in results.values())
    return f"{passed} of {len(results)} passed"


def ours(house, runtime):
    """All cases pass."""
    _, url = house.serve(runtime=runtime)
    results = probe(house, f"{url}/1")
    expect([case for case, verdict in results.items() if verdict != "passed"], [], "cases that did not pass")
    return told(results)


def nghttpd(house):
    """What is known fails, and nothing else."""
    port = start_nghttpd(house, "--no-tls")
    results = probe(house, f"http://127.0.0.1:{port}/1")
    expect(failed(results) - NGHTTPD, set(), "cases that failed besides those known")
    return told(results)


def curl(house):
    """A client that ends with its first error: it passes most, and the harness tells a close from a reason."""
    command = [tool("curl"), "-s", "--http2-prior-knowledge", "{url}"]
    results = probe(house, "--timeout", "1", "--client", "127.0.0.1:0", "--", *command)
    if len(failed(results)) > 4:
        raise AssertionError(f"curl failed {sorted(failed(results))}")
    return told(results)


def get(house, runtime):
    """Our own: all cases pass, the last words included."""
    command = [house.tress(), "get", "--runtime", runtime, "{url}"]
    results = probe(house, "--timeout", "1", "--client", "127.0.0.1:0", "--", *command)
    expect([case for case, verdict in results.items() if verdict != "passed"], [], "cases that did not pass")
    return told(results)
