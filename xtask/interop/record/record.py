"""Records conversations between programs of other people, and with ours, over loopback.

`python3 record.py [NAME…]` writes `crates/proto/tests/conversations/NAME.txt`, for all names unless some are given.
It needs curl, nghttp and nghttpd, node, and python's h2; for those of our own, `cargo build -p tress-cli` before.
"""

import pathlib
import subprocess
import sys
import tempfile

import peers
from wiretap import Wiretap, make_certificate

OUT = pathlib.Path(__file__).resolve().parents[3] / "crates/proto/tests/conversations"
MOST = 64 * 1024

# What is served, by name: text of so many octets, and what `-a` finds in it.
FILES = {"empty": 0, "one": 1, "text": 1000, "large": 40000, "full": 16384, "over": 16385}
PAGE = '<html><link rel="stylesheet" href="/style.css"><script src="/script.js"></script></html>'

# Name: what is shown, the client and its arguments, the server and its options. `URL` stands for the origin;
# `curl-tls` is curl over TLS, which the wiretap ends, for curl takes only one URL by prior knowledge.
RECORDINGS = {
    "curl-get": ("GET", "curl", ["URL/text"], "nghttpd", []),
    "curl-head": ("HEAD", "curl", ["-I", "URL/text"], "nghttpd", []),
    "curl-missing": ("404", "curl", ["URL/missing"], "nghttpd", []),
    "curl-empty": ("a response without content", "curl", ["URL/empty"], "nghttpd", []),
    "curl-large": ("content of several frames", "curl", ["URL/large"], "nghttpd", []),
    "curl-full": ("frames of exactly 16,384 octets", "curl-tls", ["URL/full", "URL/over"], "nghttpd", []),
    "curl-post": ("POST, sent back", "curl", ["-d", "name=value&other=thing", "URL/echo"], "nghttpd", ["--echo-upload"]),
    "curl-post-large": ("POST of several frames", "curl", ["--data-binary", "@FILES/over", "URL/echo"], "nghttpd", []),
    "curl-parallel": ("six URLs at once", "curl-tls", ["--parallel", *(f"URL/text?{n}" for n in range(6))], "nghttpd", []),
    "curl-in-turn": ("five URLs one by one", "curl-tls", ["URL/one", "URL/text", "URL/empty", "URL/one", "URL/missing"], "nghttpd", []),
    "curl-many-fields": ("a long field section", "curl", [*(part for n in range(40) for part in ("-H", f"x-field-{n}: value {n}")), "URL/text"], "nghttpd", []),
    "curl-trailers": ("trailers of a response", "curl", ["URL/text"], "nghttpd", ["--trailer", "x-check: the-end"]),
    "curl-node-hints": ("103 and trailers", "curl", ["URL/"], "node", ["hints"]),
    "curl-node-echo": ("POST, sent back with trailers", "curl", ["--data-binary", "@FILES/text", "URL/echo"], "node", ["echo"]),
    "curl-python-continued": ("CONTINUATION", "curl", ["URL/"], "python-h2", ["continued"]),
    "curl-python-padded": ("padding", "curl", ["URL/"], "python-h2", ["padded"]),
    "curl-python-reset": ("RST_STREAM amid the content", "curl", ["URL/"], "python-h2", ["reset"]),
    "nghttp-get": ("GET, with a tree of priorities", "nghttp", ["-nv", "URL/text"], "nghttpd", []),
    "nghttp-many": ("the same URL ten times at once", "nghttp", ["-n", "-m", "10", "URL/text"], "nghttpd", []),
    "nghttp-few-at-once": ("ten requests to a server that takes two", "nghttp", ["-n", "-m", "10", "URL/one"], "nghttpd", ["-m", "2"]),
    "nghttp-post": ("POST, sent back", "nghttp", ["-n", "-d", "FILES/text", "URL/echo"], "nghttpd", ["--echo-upload"]),
    "nghttp-trailers": ("trailers both ways", "nghttp", ["-n", "-d", "FILES/text", "--trailer", "x-check: the-end", "URL/echo"], "node", ["echo"]),
    "nghttp-no-dep": ("no hints of priorities", "nghttp", ["-n", "--no-dep", "-p", "200", "URL/text"], "nghttpd", []),
    "nghttp-small-windows": ("windows of 1,023 octets", "nghttp", ["-n", "-w", "10", "-W", "16", "URL/large"], "nghttpd", []),
    "nghttp-assets": ("what a page refers to", "nghttp", ["-na", "URL/page.html"], "nghttpd", []),
    "nghttp-push": ("a promise that is kept", "nghttp", ["-nv", "URL/page.html"], "nghttpd", ["-p", "/page.html=/style.css"]),
    "nghttp-no-push": ("push disabled", "nghttp", ["-nv", "--no-push", "URL/page.html"], "nghttpd", ["-p", "/page.html=/style.css"]),
    "nghttp-expect-continue": ("100", "nghttp", ["-n", "-d", "FILES/text", "--expect-continue", "URL/echo"], "nghttpd", []),
    "nghttp-continuation": ("CONTINUATION", "nghttp", ["-n", "--continuation", "URL/text"], "nghttpd", []),
    "nghttp-padded": ("padding both ways", "nghttp", ["-n", "-b", "100", "-d", "FILES/text", "URL/echo"], "nghttpd", ["-b", "50", "--echo-upload"]),
    "nghttp-no-table": ("no dynamic table", "nghttp", ["-n", "-c", "0", "--encoder-header-table-size", "0", "-m", "3", "URL/text"], "nghttpd", ["-c", "0"]),
    "nghttp-table-grows": ("several changes of the table's size", "nghttp", ["-n", "-c", "128", "-c", "8192", "-m", "3", "URL/text"], "nghttpd", []),
    "nghttp-early": ("a response before the request's end", "nghttp", ["-n", "-d", "FILES/over", "URL/text"], "nghttpd", ["--early-response"]),
    "nghttp-node-hints": ("103 and trailers, five times", "nghttp", ["-n", "-m", "5", "URL/"], "node", ["hints"]),
    "nghttp-python-refuse": ("REFUSED_STREAM", "nghttp", ["-n", "-m", "3", "URL/"], "python-h2", ["refuse"]),
    "nghttp-python-cookie-pairs": ("sixty fields of one name", "nghttp", ["-n", "-m", "3", "URL/"], "python-h2", ["many"]),
    "node-get": ("GET, twice nothing", "node", ["get"], "nghttpd", []),
    "node-post": ("POST with trailers, sent back", "node", ["post"], "node", ["echo"]),
    "node-many": ("twelve requests at once", "node", ["many"], "node", ["plain"]),
    "node-head": ("HEAD, OPTIONS, DELETE, cookie pairs", "node", ["head"], "node", ["plain"]),
    "node-cancel": ("RST_STREAM by the client", "node", ["cancel"], "node", ["echo"]),
    "node-reset": ("RST_STREAM by the server", "node", ["get"], "node", ["reset"]),
    "node-ping": ("PING both ways", "node", ["ping"], "node", ["advertise"]),
    "node-settings": ("settings that change, by both ends", "node", ["settings"], "node", ["settings"]),
    "node-push": ("a promise that is kept", "node", ["get"], "node", ["push"]),
    "node-no-push": ("push disabled", "node", ["no-push"], "node", ["push"]),
    "node-goaway": ("GOAWAY by the client", "node", ["goaway"], "node", ["plain"]),
    "node-goaway-server": ("GOAWAY by the server", "node", ["get"], "node", ["goaway"]),
    "node-rude-server": ("GOAWAY with an error amid the content", "node", ["get"], "node", ["rude"]),
    "node-destroy": ("a client that leaves amid the content", "node", ["destroy"], "nghttpd", []),
    "node-tight": ("a window of 1,000 octets, no table", "node", ["tight"], "nghttpd", []),
    "node-python-hints": ("103 three times, trailers", "node", ["many"], "python-h2", ["hints"]),
    "python-get": ("GET, twice nothing", "python-h2", ["get"], "nghttpd", []),
    "python-padded": ("padding of DATA, sent back", "python-h2", ["padded"], "node", ["echo"]),
    "python-continued": ("CONTINUATION by the client", "python-h2", ["continued"], "python-h2", ["plain"]),
    "python-windows": ("credit in drops", "python-h2", ["windows"], "nghttpd", []),
    "python-windows-server": ("increments of all sizes", "python-h2", ["get"], "python-h2", ["windows"]),
    "python-reset": ("three of six streams reset", "python-h2", ["reset"], "node", ["echo"]),
    "python-ping": ("PING, three at once", "python-h2", ["ping"], "nghttpd", []),
    "python-priorities": ("priorities in HEADERS and PRIORITY", "python-h2", ["prioritized"], "nghttpd", []),
    "python-settings": ("settings that change five times", "python-h2", ["settings"], "nghttpd", []),
    "python-settings-server": ("settings and PING by the server", "python-h2", ["get"], "python-h2", ["settings"]),
    "python-trailers": ("trailers both ways", "python-h2", ["trailers"], "node", ["echo"]),
    "python-push": ("promises that are kept", "python-h2", ["get"], "python-h2", ["push"]),
    "python-goaway": ("GOAWAY by the server", "python-h2", ["get"], "python-h2", ["goaway"]),
    "python-rude-server": ("GOAWAY with an error", "python-h2", ["get"], "python-h2", ["rude"]),
    "python-rude": ("GOAWAY with an error by the client", "python-h2", ["rude"], "node", ["echo"]),
    "python-cut": ("a client that is gone amid its content", "python-h2", ["cut"], "node", ["echo"]),
    "python-cookie-pairs": ("a cookie in forty cookie pairs", "python-h2", ["cookie_pairs"], "nghttpd", []),
    "tress-get": ("our client: three URLs", "tress", ["get", "URL/text", "URL/one", "URL/full"], "nghttpd", []),
    "tress-post": ("our client: POST, sent back with trailers", "tress", ["get", "-d", "@FILES/text", "URL/echo"], "node", ["echo"]),
    "tress-python-continued": ("our client: CONTINUATION", "tress", ["get", "URL/"], "python-h2", ["continued"]),
    "curl-tress": ("our server: three URLs", "curl-tls", ["URL/text", "URL/one", "URL/missing"], "tress", []),
    "nghttp-tress": ("our server: ten requests at once", "nghttp", ["-n", "-m", "10", "URL/text"], "tress", []),
    "node-tress": ("our server: POST with trailers, sent back", "node", ["post"], "tress", []),
    "python-tress": ("our server: padded content, sent back", "python-h2", ["padded"], "tress", []),
    "tress-tress": ("our two ends", "tress", ["get", "URL/text", "URL/over", "URL/empty"], "tress", []),
}


def command(kind, arguments, port, files):
    def fill(argument):
        scheme = "https" if kind == "curl-tls" else "http"
        return argument.replace("URL", f"{scheme}://127.0.0.1:{port}").replace("FILES", str(files))

    arguments = [fill(argument) for argument in arguments]
    if kind == "curl":
        return [peers.tool("curl"), "-s", "--http2-prior-knowledge", *arguments]
    if kind == "curl-tls":
        return [peers.tool("curl"), "-sk", "--http2", *arguments]
    if kind == "nghttp":
        return [peers.tool("nghttp"), *arguments]
    if kind == "tress":
        return [peers.tress(), *arguments]
    script = {"node": "node_client.mjs", "python-h2": "h2_client.py"}[kind]
    runs = peers.tool("node") if kind == "node" else sys.executable
    return [runs, str(peers.HERE / script), str(port), *arguments]


def record(name, files):
    about, client, arguments, server, options = RECORDINGS[name]
    with peers.Server(server, files, options) as running:
        certificate = make_certificate(str(files / "key")) if client == "curl-tls" else None
        wire = Wiretap(running.port, certificate)
        subprocess.run(
            command(client, arguments, wire.port, files), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20, check=False
        )
        lines = wire.finish()
    octets = sum(len(piece) for _, piece in lines)
    if not 0 < octets <= MOST:
        raise SystemExit(f"{name}: {octets} octets")
    head = f"client: {peers.version(client.removesuffix('-tls'))}\nserver: {peers.version(server)}\nabout: {about}\n\n"
    body = "".join(f"{direction} {piece.hex()}\n" for direction, piece in lines)
    (OUT / f"{name}.txt").write_text(head + body)
    print(f"{name}: {octets} octets")


def main():
    names = sys.argv[1:] or list(RECORDINGS)
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files = pathlib.Path(folder)
        for name, size in FILES.items():
            (files / name).write_text(("what is written here is said again; " * (size // 36 + 1))[:size])
        (files / "page.html").write_text(PAGE)
        (files / "style.css").write_text("p { color: green }")
        (files / "script.js").write_text("void 0;")
        for name in names:
            record(name, files)


if __name__ == "__main__":
    main()
