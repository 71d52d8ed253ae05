#!/usr/bin/env python3
"""Connections of other people's clients, captured, and the frames in them as tshark counts them and as we do."""

import collections
import json
import os
import re
import shutil
import subprocess
import sys
import time

from browser_checks import browse, make_page
from harness import HERE, Failure, Harness, tool

NAMES = {0: "DATA", 1: "HEADERS", 2: "PRIORITY", 3: "RST_STREAM", 4: "SETTINGS", 5: "PUSH_PROMISE", 6: "PING", 7: "GOAWAY", 8: "WINDOW_UPDATE", 9: "CONTINUATION", 16: "PRIORITY_UPDATE"}


# A key log lies beside its capture, under the same name.
KEYS = ".keys"


def main():
    for name in ("tshark", "tcpdump"):
        if not shutil.which(name):
            sys.exit(f"{name} is not installed: apt-get install {name}")
    good = []
    with Harness() as harness:
        committed = sorted((HERE.parent.parent / "crates/cli/tests/captures").iterdir())
        for file in committed:
            if file.suffix != KEYS:
                good.append(row(harness, file.name, file))
        for name, talk in TALKS.items():
            for ending in ("pcap", "pcapng"):
                good.append(row(harness, f"{name}.{ending}", capture(harness, talk, harness.out().with_suffix(f".{ending}"))))
                harness.stop_all()
    print(f"{sum(good)} the same, {len(good) - sum(good)} not")
    return 0 if all(good) else 1


def curl(harness, url):
    # Debian's has no luck with two requests on a connection that begins with HTTP/2.
    for options in ((f"{url}/16385",), ("--data-binary", f"@{harness.file(16385)}", f"{url}/echo")):
        harness.run([tool("curl"), "-sS", "--http2-prior-knowledge", "-o", harness.out(), *options])


def curl_large(harness, url):
    harness.run([tool("curl"), "-sS", "--http2-prior-knowledge", "-o", harness.out(), "--range", "0-2999999", f"{url}/{harness.big}"])


def node(harness, url):
    harness.run([tool("node"), HERE / "node_client.mjs", "get", f"{url}/16385", harness.out()])


def nghttp(harness, url):
    harness.run([tool("nghttp"), "-n", "-m", "5", f"{url}/16385"])


def grpcio(harness, url):
    place = json.dumps({"none": url.partition("://")[2]})
    harness.run([tool("python3"), HERE / "fault_grpc.py", "call", "5", place])


def chromium(harness, url, keys):
    """A page and its fifty scripts, over TLS, whose secrets the browser writes down."""
    make_page(harness.files / "page")
    dom = browse(harness, f"{url}/page/index.html", env={**os.environ, "SSLKEYLOGFILE": str(keys)})
    if "<p>" not in dom or not keys.exists():
        raise Failure(f"no page, or no secrets: {dom[-300:]}")


TALKS = {"chromium": chromium, "curl": curl, "curl-large": curl_large, "node": node, "nghttp": nghttp, "grpcio": grpcio}


def capture(harness, talk, file):
    """What a client says to our server, or to one of grpcio, as packets on loopback."""
    if talk is grpcio:
        _, match = harness.start([tool("python3"), HERE / "fault_grpc.py", "serve"], r"port (\d+)")
        url = f"http://127.0.0.1:{match.group(1)}"
    else:
        _, url = harness.serve(*(["--self-signed"] if talk is chromium else []))
    port = url.rpartition(":")[2]
    if file.suffix == ".pcap":
        command = [tool("tcpdump"), "-Z", "root", "-i", "lo", "-U", "-B", "16384", "-w", file, f"tcp port {port}"]
        process, _ = harness.start(command, r"listening on")
    else:
        process, _ = harness.start([tool("tshark"), "-i", "lo", "-B", "16", "-w", file, "-f", f"tcp port {port}"], r"Capturing on|File:")
    time.sleep(0.5)
    talk(harness, url, *([file.with_suffix(KEYS)] if talk is chromium else []))
    # What was seen is written within a second or so.
    time.sleep(2)
    process.interrupt(10)
    return file


def tshark(file):
    """Frames by type, as tshark finds them: by itself within TLS, and where it is told without."""
    if (keys := file.with_suffix(KEYS)).exists():
        place = ["-o", f"tls.keylog_file:{keys}"]
    elif file.name.startswith("tls"):
        place = []
    else:
        place = ["-d", "tcp.port==1-65535,http2"]
    command = [tool("tshark"), "-r", file, *place, "-Y", "http2", "-T", "fields", "-e", "http2.type"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return collections.Counter(NAMES[int(number)] for number in re.findall(r"\d+", said))


def ours(harness, file):
    """The same as we find them."""
    keys = file.with_suffix(KEYS)
    key_log = ["--key-log", keys] if keys.exists() else []
    said = harness.run([harness.tress(), "inspect", "--json", *key_log, file]).stdout.decode()
    words = (json.loads(line)["what"].split(" ")[0] for line in said.splitlines())
    return collections.Counter(word for word in words if word in NAMES.values())


def row(harness, name, file):
    theirs, found = tshark(file), ours(harness, file)
    same = theirs == found
    print(f"{'ok' if same else 'FAILED':<8}{name:<20}{sum(found.values()):6} frames{'' if same else f'; tshark: {dict(theirs)}, ours: {dict(found)}'}", flush=True)
    return same


if __name__ == "__main__":
    sys.exit(main())
