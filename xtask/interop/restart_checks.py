"""Servers that end, and that others take the place of, under load: no request is lost."""

import concurrent.futures
import os
import re
import signal
import socket
import subprocess
import threading
import time

from harness import HERE, RUNTIMES, Failure, expect, free_port, tool, wait_for_port

# How much a client asks of servers that are restarted one after another.
REQUESTS = 20_000
CURLS = 300


def checks():
    """Name, bound in seconds, function."""
    found = []
    for runtime in RUNTIMES:
        for check in (drain, replace):
            found.append((f"{check.__name__}-{runtime}", 90, lambda harness, c=check, r=runtime: c(harness, r)))
    found.append(("restart-units", 60, units))
    found.append(("restart-behind-haproxy", 120, behind_haproxy))
    return found


def drain(harness, runtime):
    """SIGTERM while each of five connections has ten slow requests: all are answered, and the status is 0."""
    server, url = harness.serve("--health", "/health", runtime=runtime)
    content = harness.file(16384)
    # Each takes about two seconds at this rate.
    load, _ = harness.start([tool("h2load"), "-n", "50", "-c", "5", "-m", "10", "-d", content, f"{url}/sink?rate=8K"])
    time.sleep(0.8)
    expect(load.child.poll(), None, "h2load, when the signal is sent")
    expect(end(server), 0, "the status after SIGTERM")
    load.child.wait(30)
    load.reader.join(5)
    return all_good("".join(load.lines), 50)


def replace(harness, runtime):
    """A connection for each request, and one process after another behind one listener."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        port = listener.getsockname()[1]
        current = inherit(harness, listener, runtime)
        curls = Curls(f"http://127.0.0.1:{port}/1")
        other = RUNTIMES[1 - RUNTIMES.index(runtime)]
        for kind in (runtime, other, runtime):
            successor = inherit(harness, listener, kind)
            time.sleep(0.3)
            expect(end(current), 0, "the status after SIGTERM")
            current = successor
        return curls.finish()


def behind_haproxy(harness):
    """Three servers are restarted one after another while h2load goes on."""
    return behind(harness, haproxy)


def behind(harness, start_proxy, patience=90):
    """Restarts three servers one after another behind a proxy; no request of h2load's fails."""
    ports = [free_port() for _ in range(3)]
    servers = [upstream(harness, port) for port in ports]
    public = free_port()
    wait_for_port(start_proxy(harness, public, ports), public)
    time.sleep(0.5)
    url = f"http://127.0.0.1:{public}/1"
    loads, load = [], start_load(harness, url)
    deadline = time.monotonic() + patience
    for at, port in enumerate(ports):
        expect(end(servers[at]), 0, "the status after SIGTERM")
        servers[at] = upstream(harness, port)
        time.sleep(0.6)
        if load.child.poll() is not None and at + 1 < len(ports):
            loads.append(load)
            load = start_load(harness, url)
    loads.append(load)
    for load in loads:
        load.child.wait(max(1, deadline - time.monotonic()))
        load.reader.join(5)
        all_good("".join(load.lines), REQUESTS)
    return f"{len(ports)} restarts under {len(loads) * REQUESTS} requests, none failed"


def haproxy(harness, public, ports):
    text = page("haproxy.cfg")
    for number, port in zip((8000, 8001, 8002, 8003), (public, *ports)):
        text = text.replace(f"127.0.0.1:{number}", f"127.0.0.1:{port}")
    config = harness.out()
    config.write_text(text)
    return harness.start([tool("haproxy"), "-db", "-f", config])[0]


def page(name):
    """What the tool's README has under this name."""
    readme = (HERE.parent.parent / "crates/cli/README.md").read_text()
    found = re.search(r"^```\w+\n(# " + re.escape(name) + r"\n.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    if not found:
        raise Failure(f"the README has no {name}")
    return found.group(1)


def units(harness):
    """The units of the README are in order, and start what they say they do."""
    folder = harness.out()
    folder.mkdir()
    for name in ("tress.socket", "tress.service"):
        text = page(name).replace("/usr/bin/tress", harness.tress()).replace("/srv", str(harness.files))
        (folder / name).write_text(text)
    verify = [tool("systemd-analyze"), "verify", folder / "tress.service", folder / "tress.socket"]
    done = harness.run(verify, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:/lib/systemd/system"})
    said = [line for line in done.stderr.decode().splitlines() if "tress" in line]
    expect(said, [], "what systemd-analyze says")
    command = re.search(r"ExecStart=(.*)", (folder / "tress.service").read_text()).group(1).split()
    harness.run([*command[:2], "--help"])
    port = free_port()
    activate = [tool("systemd-socket-activate"), "-l", f"127.0.0.1:{port}", *command]
    server, _ = harness.start(activate, r"Listening on")
    get = [tool("curl"), "-sSf", "--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_code}"]
    for path in ("1", "health", "1"):
        expect(harness.run([*get, f"http://127.0.0.1:{port}/{path}"]).stdout, b"200", f"status of {path}")
    expect(end(server), 0, "the status after SIGTERM")


def start_load(harness, url):
    load, _ = harness.start([tool("h2load"), "-n", REQUESTS, "-c", "4", "-m", "10", "--rps", "600", url])
    return load


def upstream(harness, port):
    """A server at this port that says how it is, and goes on for a while when it is to end."""
    command = [harness.tress(), "serve", harness.files, "--listen", f"127.0.0.1:{port}", "--workers", "1"]
    server, _ = harness.start([*command, "--health", "/health", "--drain-delay", "0.5"], r"https?://")
    return server


def inherit(harness, listener, runtime):
    """A server that takes the listener over as it would from systemd."""
    listener.set_inheritable(True)
    number = listener.fileno()
    server, _ = harness.start(
        [harness.tress(), "serve", harness.files, "--inherit", "--runtime", runtime],
        r"https?://",
        pass_fds=[number],
        env={**os.environ, "LISTEN_FDS": "1", "LISTEN_FDS_FIRST_FD": str(number)},
    )
    return server


def end(server):
    """Asks a server to end, as systemd does; returns its status."""
    server.child.send_signal(signal.SIGTERM)
    return server.child.wait(20)


def all_good(said, count):
    """What h2load says when all requests succeeded with a good status."""
    found = re.search(r"(\d+) total, .* (\d+) succeeded, (\d+) failed, (\d+) errored", said)
    good = re.search(r"status codes: (\d+) 2xx", said)
    if not found or not good:
        raise Failure(f"h2load said no figures: {said[-500:]}")
    figures = tuple(map(int, (*found.groups(), good.group(1))))
    expect(figures, (count, count, 0, 0, count), "total, succeeded, failed, errored, 2xx")
    return re.search(r"finished in (.*)", said).group(1)


class Curls:
    """Four at a time, each with a connection of its own, until it is enough."""

    def __init__(self, url):
        self.command = [tool("curl"), "-sSf", "--http2-prior-knowledge", "-o", "/dev/null", "-m", "20", url]
        self.over = threading.Event()
        self.pool = concurrent.futures.ThreadPoolExecutor(4)
        self.running = [self.pool.submit(self.go_on) for _ in range(4)]

    def go_on(self):
        count, failures = 0, []
        while count < CURLS // 4 or not self.over.is_set():
            done = subprocess.run(self.command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            count += 1
            if done.returncode:
                failures.append(f"{done.returncode}: {done.stderr.decode().strip()}")
        return count, failures

    def finish(self):
        self.over.set()
        ended = [running.result() for running in self.running]
        self.pool.shutdown()
        expect([failure for _, failures in ended for failure in failures], [], "what failed")
        return f"{sum(count for count, _ in ended)} requests, none failed"
