"""The tool makes load: on nghttp2's server and on ours, and what it says of them is so."""

import json
import signal
import threading
import time

from get_checks import start_nghttpd
from harness import BIG, RUNTIMES, Failure, expect

MILLI = 1_000_000


def checks():
    """Name, bound in seconds, function."""
    found = [(f"bench-{runtime}", 60, lambda harness, r=runtime: ours(harness, r)) for runtime in RUNTIMES]
    found += [("bench-nghttpd", 60, nghttpd), ("bench-stopped", 60, stopped)]
    return found + [("bench-window", 60, window), ("bench-starved", 60, starved)]


def bench(harness, *arguments, code=(0,)):
    """What a run has found. Where the machine is busy an open loop may be late, which it says with 4."""
    done = harness.run([harness.tress(), "bench", "--json", *arguments], code=None)
    if done.returncode not in code:
        raise Failure(f"status {done.returncode}: {done.stderr.decode(errors='replace').strip()[-500:]}")
    return json.loads(done.stdout)


def counted(harness, url):
    """As many answers as requests, and each of them whole."""
    found = bench(harness, "-n", "2000", "-c", "4", "-m", "25", "--threads", "2", url)
    expect(found["status"], {"200": 2000}, "answers by status")
    expect((found["answered"], found["octets"]), (2000, 2000), "answers, and octets of content")
    labels = found["where"]["all"]["labels"]
    if abs(sum(labels.values()) - found["where"]["all"]["mean"]) > 1:
        raise Failure(f"the labels do not sum to the whole: {found['where']['all']}")
    return f"{found['requests_per_second']:.0f} requests/s"


def ours(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    return counted(harness, f"{url}/1")


def nghttpd(harness):
    return counted(harness, f"http://127.0.0.1:{start_nghttpd(harness, '--no-tls')}/1")


def stopped(harness):
    """A server that stands still for 100 ms shows in an open loop, and not in a closed one."""
    server, url = harness.serve()

    def stop():
        time.sleep(1)
        server.child.send_signal(signal.SIGSTOP)
        time.sleep(0.1)
        server.child.send_signal(signal.SIGCONT)

    found = {}
    for name, load in (("open", ["--rate", "500"]), ("closed", [])):
        thread = threading.Thread(target=stop)
        thread.start()
        run = bench(harness, "-D", "3", *load, f"{url}/1", code=(0, 4))
        thread.join()
        found[name] = run["latency"]["user"]["p99.9"] / MILLI
        expect(run["failed"], 0, "requests that failed")
    if found["open"] < 80 or found["closed"] > 50:
        raise Failure(f"p99.9 in ms: {found}")
    return f"p99.9 {found['open']:.0f} ms in an open loop, {found['closed']:.1f} ms in a closed one"


def window(harness):
    """64 KiB for a connection that is 20 ms long each way: the window is named."""
    _, url = harness.serve()
    command = [harness.tress(), "link", "127.0.0.1:0", url.partition("://")[2], "--delay", "20ms"]
    _, match = harness.start(command, r"linking (\S+) to")
    found = bench(harness, "-n", "2", "--timeout", "2", "--connection-window", "64KiB", f"http://{match.group(1)}/{BIG}", code=(1,))
    labels = found["where"]["all"]["labels"]
    name = max(labels, key=labels.get)
    expect(name, "own_connection_window", "what most of the time went to")
    return f"{labels[name] / found['where']['all']['mean']:.0%} of the time waited for the connection's window"


def starved(harness):
    """More than can be made: the run says that it was late itself."""
    _, url = harness.serve()
    found = bench(harness, "--rate", "5000000", "-D", "0.2", f"{url}/1", code=(4,))
    expect(found["client_bound"], True, "client-bound")
    return f"late by {found['latency']['lag']['p99'] / MILLI:.0f} ms"
