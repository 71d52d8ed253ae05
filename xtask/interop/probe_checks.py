"""The tool judges servers and clients: ourselves, and nghttp2's, whose failures are known."""

import json

from get_checks import start_nghttpd
from harness import RUNTIMES, expect, tool

# What nghttp2 does otherwise than the RFC demands, looked at by hand: a request on an identifier below the last is
# ignored (RFC 9113 §5.1.1), and SETTINGS that take a window of a stream beyond its maximum reset the stream and not
# the connection (RFC 9113 §6.9.2).
NGHTTPD = {"lower-stream", "settings-overflow-a-window"}


def checks():
    """Name, bound in seconds, function."""
    found = [(f"probe-{runtime}", 60, lambda harness, r=runtime: ours(harness, r)) for runtime in RUNTIMES]
    found.append(("probe-nghttpd", 90, nghttpd))
    found.append(("probe-client-curl", 90, curl))
    found += [(f"probe-client-get-{runtime}", 60, lambda harness, r=runtime: get(harness, r)) for runtime in RUNTIMES]
    return found


def probe(harness, *arguments):
    """The results by case."""
    said = harness.run([harness.tress(), "probe", "--json", *arguments], bound=80, code=None).stdout.decode()
    lines = [json.loads(line) for line in said.splitlines()]
    return {line["case"]: line["verdict"] for line in lines if "case" in line}


def failed(results):
    return {case for case, verdict in results.items() if verdict == "failed"}


def told(results):
    passed = sum(verdict == "passed" for verdict in results.values())
    return f"{passed} of {len(results)} passed"


def ours(harness, runtime):
    """All cases pass."""
    _, url = harness.serve(runtime=runtime)
    results = probe(harness, f"{url}/1")
    expect([case for case, verdict in results.items() if verdict != "passed"], [], "cases that did not pass")
    return told(results)


def nghttpd(harness):
    """What is known fails, and nothing else."""
    port = start_nghttpd(harness, "--no-tls")
    results = probe(harness, f"http://127.0.0.1:{port}/1")
    expect(failed(results) - NGHTTPD, set(), "cases that failed besides those known")
    return told(results)


def curl(harness):
    """A client that ends with its first error: it passes most, and the harness tells a close from a reason."""
    command = [tool("curl"), "-s", "--http2-prior-knowledge", "{url}"]
    results = probe(harness, "--timeout", "1", "--client", "127.0.0.1:0", "--", *command)
    if len(failed(results)) > 4:
        raise AssertionError(f"curl failed {sorted(failed(results))}")
    return told(results)


def get(harness, runtime):
    """Our own: all cases pass, the last words included."""
    command = [harness.tress(), "get", "--runtime", runtime, "{url}"]
    results = probe(harness, "--timeout", "1", "--client", "127.0.0.1:0", "--", *command)
    expect([case for case, verdict in results.items() if verdict != "passed"], [], "cases that did not pass")
    return told(results)
