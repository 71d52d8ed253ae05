"""`tress serve` against other people's clients."""

import re
import socket

from h2_client import Client
from harness import BIG, HERE, RUNTIMES, SIZES, Failure, expect, same_file, tool

CHECK = ("x-check", "the-end")


def checks():
    """Name, bound in seconds, function."""
    found = []
    for runtime in RUNTIMES:
        for client in (curl, curl_tls, nghttp, node, python):
            name = client.__name__.replace("_", "-")
            found.append((f"serve-{runtime}-{name}", 60, lambda harness, c=client, r=runtime: c(harness, r)))
        for client in (echo_curl, echo_nghttp, echo_node, echo_python):
            name = client.__name__.replace("_", "-")
            found.append((f"{name.replace('echo', f'echo-{runtime}')}", 90, lambda harness, c=client, r=runtime: c(harness, r)))
        found.append((f"manners-{runtime}", 60, lambda harness, r=runtime: manners(harness, r)))
    return found


def curl(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    for size in SIZES:
        out = harness.out()
        harness.run([tool("curl"), "-sSf", "--http2-prior-knowledge", "-o", out, f"{url}/{size}"])
        same_or_absent(out, harness.file(size), f"{size} octets by curl")


def curl_tls(harness, runtime):
    _, url = harness.serve("--self-signed", runtime=runtime)
    for size in SIZES:
        out = harness.out()
        version = harness.run([tool("curl"), "-sSfk", "--http2", "-o", out, "-w", "%{http_version}", f"{url}/{size}"])
        expect(version.stdout, b"2", "the version that TLS chose")
        same_or_absent(out, harness.file(size), f"{size} octets by curl over TLS")
    certificate, key, authority = harness.tls()
    _, url = harness.serve("--tls", certificate, key, runtime=runtime)
    harness.run([tool("curl"), "-sSf", "--http2", "--cacert", authority, "-o", harness.out(), f"{url}/1"])


def same_or_absent(out, wanted, what):
    """Curl makes no file where there is no content."""
    if not out.exists():
        out.touch()
    same_file(out, wanted, what)


def nghttp(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    for size in SIZES:
        out = harness.out()
        with open(out, "wb") as file:
            file.write(harness.run([tool("nghttp"), f"{url}/{size}"]).stdout)
        same_file(out, harness.file(size), f"{size} octets by nghttp")
    frames = harness.run([tool("nghttp"), "-nv", f"{url}/16385"]).stdout.decode(errors="replace")
    if ":status: 200" not in frames or re.search(r"error_code=(?!NO_ERROR)", frames):
        raise Failure(f"nghttp -nv: {frames[-600:]}")
    table = harness.run([tool("nghttp"), "-ns", "-m", "20", f"{url}/16384"]).stdout.decode()
    expect(len(re.findall(r"\b200\s+16K\b", table)), 20, "nghttp -n -m 20: good answers")


def node(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    for size in SIZES:
        out = harness.out()
        harness.run([tool("node"), HERE / "node_client.mjs", "get", f"{url}/{size}", out])
        same_file(out, harness.file(size), f"{size} octets by node")


def python(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    with Client(url) as client:
        for size in SIZES:
            answer = client.get(f"/{size}")
            expect(answer.status, 200, f"{size}: status")
            expect(answer.digest(), Client.digest_of(harness.file(size)), f"{size} octets by python h2")


def echo_curl(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    out = harness.out()
    harness.run(
        [tool("curl"), "-sSf", "--http2-prior-knowledge", "-X", "POST", "-T", harness.file(BIG), "-o", out, f"{url}/echo"]
    )
    same_file(out, harness.file(BIG), "100 MiB through /echo by curl")


def echo_nghttp(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    out = harness.out()
    trailer = f"{CHECK[0]}: {CHECK[1]}"
    post = [tool("nghttp"), "--trailer", trailer]
    with open(out, "wb") as file:
        file.write(harness.run([*post, "-d", harness.file(BIG), f"{url}/echo"]).stdout)
    same_file(out, harness.file(BIG), "100 MiB through /echo by nghttp")
    frames = harness.run([*post, "-nv", "-d", harness.file(16384), f"{url}/echo"]).stdout.decode(errors="replace")
    if not re.search(r"recv \(stream_id=\d+\) " + trailer, frames):
        raise Failure(f"the trailers did not come back to nghttp: {frames[-600:]}")


def echo_node(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    out = harness.out()
    done = harness.run(
        [tool("node"), HERE / "node_client.mjs", "post", f"{url}/echo", out, harness.file(BIG), *CHECK], bound=80
    )
    same_file(out, harness.file(BIG), "100 MiB through /echo by node")
    expect(done.stdout.decode().strip(), ": ".join(CHECK), "the trailers that came back to node")


def echo_python(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    with Client(url) as client:
        answer = client.post("/echo", harness.file(BIG), trailers=[CHECK])
    expect(answer.status, 200, "status")
    expect(answer.digest(), Client.digest_of(harness.file(BIG)), "100 MiB through /echo by python h2")
    expect(answer.trailers, [CHECK], "the trailers that came back to python h2")


def manners(harness, runtime):
    """Statuses, paths that lead out, HTTP/1, and how it ends."""
    (harness.root / "secret").write_text("outside")
    link = harness.files / "leads-out"
    if not link.is_symlink():
        link.symlink_to(harness.root / "secret")
    server, url = harness.serve(runtime=runtime)
    h2 = [tool("curl"), "-sS", "--http2-prior-knowledge", "--path-as-is", "-o", "/dev/null"]
    asked = (
        ("/absent", [], "404"),
        ("/../secret", [], "404"),
        ("/%2e%2e/secret", [], "404"),
        ("/leads-out", [], "404"),
        ("/1", ["-X", "DELETE"], "405"),
        ("/%31", [], "200"),
        ("/", [], "200"),
        ("/echo", [], "200"),
    )
    for path, options, wanted in asked:
        status = harness.run([*h2, *options, "-w", "%{http_code}", url + path]).stdout.decode()
        expect(status, wanted, f"{' '.join(options)} {path}")
    head = harness.run([*h2[:-2], "-I", f"{url}/16385"]).stdout.decode().lower()
    if "content-length: 16385" not in head:
        raise Failure(f"HEAD without its content-length: {head}")
    sink = harness.run([*h2[:-2], "--data-binary", f"@{harness.file(16385)}", f"{url}/sink?rate=1M"]).stdout
    if b"16385" not in sink:
        raise Failure(f"/sink does not answer the octet count: {sink[:200]}")
    expect(http1(url)[:12], "HTTP/1.1 505", "the answer to HTTP/1.1")
    expect(server.interrupt(12), 0, "the status after Ctrl-C")


def http1(url):
    """The first line that an HTTP/1.1 client sees."""
    host, port = url.split("//")[1].split(":")
    with socket.create_connection((host, int(port)), 10) as wire:
        wire.settimeout(10)
        wire.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        return wire.makefile("rb").readline().decode(errors="replace").strip()
