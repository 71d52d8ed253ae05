#!/usr/bin/env python3
"""Foreign clients of hyper, axum and tonic on `tress-h2`, and foreign servers of reqwest on it.

H2_LONG holds the path of the program of that name.
"""

import os
import re
import subprocess
import sys
import threading

import grpc

from get_checks import start_nghttpd
from harness import HERE, MIB, Failure, Harness, expect, same_file, tool

CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


def main():
    names = sys.argv[1:] or list(CHECKS)
    failed = 0
    with Harness() as harness:
        process, match = harness.start([program(), "serve"], r"127\.0\.0\.1:\d+", stdin=subprocess.PIPE)
        place = match.group(0)
        for name in names:
            try:
                print(f"{name}: {CHECKS[name](harness, place)}", flush=True)
            except Exception as reason:
                failed += 1
                print(f"{name}: FAILED: {type(reason).__name__}: {reason}", flush=True)
        if process.child.poll() is not None:
            failed += 1
            print("the server has ended")
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


def program():
    return os.environ.get("H2_LONG") or "h2_long"


@check
def curl(harness, place):
    """Content both ways."""
    wanted, heard = harness.file(harness.big), harness.out()
    command = [tool("curl"), "--silent", "--show-error", "--fail", "--http2-prior-knowledge"]
    harness.run([*command, "--output", heard, "--data-binary", f"@{wanted}", f"http://{place}/echo"])
    same_file(heard, wanted, "echo")
    said = harness.run([*command, "--write-out", "%{http_version}", f"http://{place}/"]).stdout
    expect(said, b"hello\n2", "answer and version")
    return f"{os.path.getsize(wanted)} octets both ways"


@check
def nghttp(harness, place):
    """Many requests on a connection."""
    urls = [f"http://{place}/octets/{octets}" for octets in (0, 1, 100_000, 5_000_000)]
    said = harness.run([tool("nghttp"), "--stat", "--null-out", "--multiply=20", *urls]).stdout.decode()
    answers = len(re.findall(r"^ *\d+ .* 200 ", said, re.MULTILINE))
    expect(answers, 80, "answers of 200")
    return f"{answers} answers"


@check
def h2load(harness, place):
    """All requests succeed."""
    requests = 20_000
    command = [tool("h2load"), "-n", str(requests), "-c", "4", "-m", "100", f"http://{place}/octets/100"]
    said = harness.run(command, bound=170).stdout.decode()
    succeeded = int(re.search(r"(\d+) succeeded", said).group(1))
    good = int(re.search(r"(\d+) 2xx", said).group(1))
    expect((succeeded, good), (requests, requests), "succeeded, 2xx")
    return re.search(r"finished in (.*)", said).group(1)


@check
def node(harness, place):
    """Content and a trailer both ways."""
    wanted, heard = harness.file(harness.big), harness.out()
    client = [tool("node"), HERE / "node_client.mjs"]
    harness.run([*client, "post", f"http://{place}/echo", heard, wanted, "x-end", "yes"])
    same_file(heard, wanted, "echo")
    counted = harness.out()
    said = harness.run([*client, "post", f"http://{place}/count", counted, wanted, "x-end", "yes"]).stdout
    expect(counted.read_text(), str(os.path.getsize(wanted)), "octets")
    expect(said, b"x-end: yes\n", "trailers")
    return f"{os.path.getsize(wanted)} octets both ways, and a trailer"


@check
def grpcio(harness, place):
    """All four kinds of streaming, and calls whose deadline passes."""
    with grpc.insecure_channel(place) as channel:
        grpc.channel_ready_future(channel).result(20)
        one = channel.unary_unary("/test.Echo/One")
        up = channel.stream_unary("/test.Echo/Up")
        down = channel.unary_stream("/test.Echo/Down")
        both = channel.stream_stream("/test.Echo/Both")
        message = bytes(range(256)) * 400
        messages = [message[:size] for size in range(0, 50_000, 500)]
        wrong = []

        def ask():
            try:
                expect(one(message, timeout=60), message, "one")
                expect(up(iter(messages), timeout=60), str(sum(map(len, messages))).encode(), "up")
                expect([len(found) for found in down(b"100 10000", timeout=60)], [10_000] * 100, "down")
                expect(list(both(iter(messages), timeout=60)), messages, "both")
                late(one, message)
            except Exception as reason:
                wrong.append(f"{type(reason).__name__}: {reason}")

        callers = [threading.Thread(target=ask) for _ in range(20)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    if wrong:
        raise Failure(wrong[0])
    return "20 callers, four kinds of streaming each, and a deadline"


def late(one, message):
    try:
        one(message, timeout=0.2, metadata=[("x-pause", "600000")])
    except grpc.RpcError as error:
        expect(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED, "status")
    else:
        raise Failure("it was answered")


@check
def nghttpd(harness, _):
    """reqwest asks nghttpd."""
    return fetched(harness, f"127.0.0.1:{start_nghttpd(harness, '--no-tls')}")


@check
def node_server(harness, _):
    """reqwest asks node."""
    _, match = harness.start([tool("node"), HERE / "node_server.mjs", harness.files], r"\d+")
    return fetched(harness, f"127.0.0.1:{match.group(0)}")


def fetched(harness, place):
    """Small files many times, and a large one."""
    small = harness.run([program(), "fetch", "2000", place, "/16385"], bound=120).stdout.decode().strip()
    expect(small, f"2000 answers, {2000 * 16385} octets", "small files")
    large = harness.run([program(), "fetch", "2", place, f"/{harness.big}"], bound=120).stdout.decode().strip()
    expect(large, f"2 answers, {2 * 100 * MIB} octets", "large files")
    return f"{small}; {large}"

if __name__ == "__main__":
    sys.exit(main())
