"""Other people's clients on a slow link: each loads what it should, cancels as its people do, and is not cut off.

A visit takes a harness, a server and the options of a link; it returns what was asked. A page says how large the
visit is.
"""

import json
import re
import shutil
import sys
from dataclasses import dataclass, field

import honest_page
from demonstrations import MAKING
from harness import HERE, Failure, digest, expect, same_file, tool

BROWSERS = ("chromium-headless-shell", "chromium")
BROWSER_OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --ignore-certificate-errors --dump-dom"
).split(" ")


@dataclass
class Size:
    """How much a visit asks for."""

    # Images of a page, and octets of each.
    images: int
    octets: int
    # Seconds until the page is left.
    leave: float
    # Calls, and how many of them have a deadline that is too short.
    calls: int
    storm: int
    # How long all of it may take.
    bound: int
    files: list = field(default_factory=list)

    def make(self, harness):
        """Makes the page; returns its folder's name."""
        folder = harness.files / f"honest-{self.images}"
        with MAKING:
            if not folder.exists():
                self.files = honest_page.make(folder, self.images, self.octets, self.leave)
        return folder


SHORT = Size(images=20, octets=20_000, leave=0.5, calls=20, storm=40, bound=40)
LONG = Size(images=60, octets=20_000, leave=4, calls=100, storm=100, bound=240)


def chromium(harness, server, link, size):
    """Opens a page, leaves it before it is whole, and opens another."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        raise Failure("no chromium is installed")
    folder = size.make(harness)
    url = f"{server.over(*link)}/{folder.name}/left.html"
    command = [browser, *BROWSER_OPTIONS, f"--user-data-dir={harness.out()}", f"--timeout={size.bound * 1000}", url]
    dom = harness.run(command, bound=size.bound).stdout.decode(errors="replace")
    wanted = len(size.files) - 1
    if f">{wanted} of {wanted}<" not in dom:
        raise Failure(f"the page is not whole: {dom[-200:]!r}")
    return f"a page of {honest_page.LEFT * size.images} images left after {size.leave} s, one of {wanted} files to its end"


def curl(harness, server, link, size):
    """All files at once over one connection; then a file of which it has enough after a while.

    By ALPN, as curl 7.88 fails at parallel transfers by prior knowledge, with every server.
    """
    folder = size.make(harness)
    url = f"{server.over(*link)}/{folder.name}"
    outs = {name: harness.out() for name in size.files}
    config = harness.out()
    config.write_text("".join(f'url = "{url}/{name}"\noutput = "{out}"\n' for name, out in outs.items()))
    command = [tool("curl"), "-sSfk", "--http2", "--parallel", "--parallel-max", "100"]
    harness.run([*command, "-K", config], bound=size.bound)
    for name, out in outs.items():
        same_file(out, folder / name, f"{name} by curl")
    stopped = harness.run(
        [tool("curl"), "-sSk", "--http2", "-m", "2", "-o", harness.out(), f"{server.over(*link)}/{harness.big}"],
        code=None,
    )
    expect(stopped.returncode, 28, "curl that has waited enough: status")
    return f"{len(outs)} files at once, then a large one given up after 2 s"


def node(harness, server, link, size):
    """Half of the files are given up as soon as they come; then all are asked for again, by priority."""
    folder = size.make(harness)
    command = [tool("node"), HERE / "node_pages.mjs", server.over(*link), folder.name, *size.files]
    done = json.loads(harness.run(command, bound=size.bound).stdout)
    expect(done["failed"], [], "requests that failed")
    for name, found in done["digests"].items():
        expect(found, digest(folder / name), f"{name} by node: digest")
    expect(len(done["digests"]), len(size.files), "files by node")
    return f"{len(size.files)} files at once, {done['cancelled']} given up, all again by priority"


def nghttp(harness, server, link, size):
    """A page with all that it needs, by weights and dependencies; then all files through a small window."""
    folder = size.make(harness)
    url = f"{server.over(*link)}/{folder.name}"
    page = harness.run([tool("nghttp"), "-nas", f"{url}/index.html"], bound=size.bound).stdout.decode()
    expect(len(re.findall(r"\b200\b.*/honest", page)), len(size.files), "nghttp -a: good answers")
    urls = [f"{url}/{name}" for name in size.files]
    narrow = harness.run([tool("nghttp"), "-ns", "-w", "14", "-W", "14", *urls], bound=size.bound).stdout.decode()
    expect(len(re.findall(r"\b200\b.*/honest", narrow)), len(urls), "nghttp with a window of 16 KiB: good answers")
    return f"a page of {len(size.files)} files, then all through a window of 16 KiB"


def grpcio(harness, server, link, size):
    """Calls whose deadline passes, all at once and again and again, and calls that are answered beside them."""
    place = server.over(*link).partition("://")[2]
    kind = "calls" if server.kind == "axum" else "echo"
    command = [sys.executable, HERE / "grpc_client.py", place, kind, size.calls, size.storm]
    done = json.loads(harness.run(command, bound=size.bound).stdout)
    expect(done["wrong"], [], "calls that went wrong")
    expect(done["answered"], size.calls, "calls that were answered")
    expect(done["expired"], 3 * size.storm, "calls whose deadline passed")
    return f"{size.calls} calls, and 3 times {size.storm} at once whose deadline passes"


# What visits, whether it wants TLS, and over how many connections.
CLIENTS = {
    "chromium": (chromium, True, 1),
    "curl": (curl, True, 2),
    "node": (node, False, 1),
    "nghttp": (nghttp, False, 2),
    "grpcio": (grpcio, False, 1),
}
