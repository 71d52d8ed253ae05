"""The upgrade from HTTP/1.1 to h2c, as other people's clients ask for it."""

import os
import re

from harness import MIB, Failure, expect, same_file, tool

SIZES = (0, 1, 16385, 300_000)


def checks():
    """Name, bound in seconds, function."""
    return [("upgrade-curl", 60, curl), ("upgrade-nghttp", 60, nghttp)]


def serve(harness):
    """Starts the example server on a free port; returns its URL."""
    server = os.environ.get("H2C_SERVER") or "h2c_server"
    _, match = harness.start([server, "127.0.0.1:0"], r"http://[^\s/]+:\d+")
    return match.group(0)


def content(harness, size):
    path = harness.out()
    path.write_bytes(os.urandom(size))
    return path


def curl(harness):
    url = serve(harness)
    ask = [tool("curl"), "-sSf", "-w", "%{http_version}"]
    for size in SIZES:
        sent, out = content(harness, size), harness.out()
        for options, version in (
            (["--http2"], b"2"),
            (["--http2", "-H", "Transfer-Encoding: chunked"], b"2"),
            (["--http2", "-H", "Expect: 100-continue"], b"2"),
            (["--http2-prior-knowledge"], b"2"),
            (["--http1.1"], b"1.1"),
            (["--http1.0"], b"1.1"),
        ):
            done = harness.run([*ask, *options, "--data-binary", f"@{sent}", "-o", out, f"{url}/"])
            expect(done.stdout, version, f"the version of curl {' '.join(options)} with {size} octets")
            out.touch()
            same_file(out, sent, f"{size} octets by curl {' '.join(options)}")
    two = harness.run([*ask, "--http2", "-v", f"{url}/1", f"{url}/2"])
    expect(two.stdout, b"22", "the versions of two requests on one connection")
    if b"Re-using existing connection" not in two.stderr:
        raise Failure(f"curl did not use the upgraded connection again: {two.stderr.decode()[-600:]}")
    large = content(harness, MIB + 1)
    ask = [tool("curl"), "-sS", "--http2", "-o", "/dev/null", "-w", "%{http_code}"]
    too_large = harness.run([*ask, "--data-binary", f"@{large}", url])
    expect(too_large.stdout, b"413", "the answer to more content than the limit")


def nghttp(harness):
    url = serve(harness)
    for size in (1, 16385):
        sent = content(harness, size)
        done = harness.run([tool("nghttp"), "-u", "-d", sent, f"{url}/"])
        expect(done.stdout, sent.read_bytes(), f"{size} octets by nghttp -u")
    frames = harness.run([tool("nghttp"), "-nuv", f"{url}/", f"{url}/again"]).stdout.decode(errors="replace")
    if "HTTP Upgrade success" not in frames or re.search(r"error_code=(?!NO_ERROR)", frames):
        raise Failure(f"nghttp -nuv: {frames[-600:]}")
    expect(len(re.findall(r":status: 200", frames)), 2, "answers to nghttp -nuv")
