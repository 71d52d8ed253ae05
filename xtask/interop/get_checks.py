"""`tress get` from other people's servers, and from our own."""

import re

from harness import BIG, HERE, RUNTIMES, SIZES, Failure, digest, expect, free_port, same_file, tool, wait_for_port


def checks():
    """Name, bound in seconds, function."""
    found = []
    for runtime in RUNTIMES:
        for peer in (nghttpd, nghttpd_tls, node, node_tls, ours):
            name = peer.__name__.replace("_", "-")
            found.append((f"get-{runtime}-{name}", 60, lambda harness, p=peer, r=runtime: p(harness, r)))
        found.append((f"get-{runtime}-fifty", 60, lambda harness, r=runtime: fifty(harness, r)))
        found.append((f"get-{runtime}-post", 60, lambda harness, r=runtime: post(harness, r)))
        found.append((f"get-{runtime}-status", 60, lambda harness, r=runtime: status(harness, r)))
    return found


def get(harness, runtime, *arguments, code=0):
    return harness.run([harness.tress(), "get", "--runtime", runtime, *arguments], code=code)


def all_files(harness, runtime, url, *options):
    """Fetches every file, one call for each and all in one call."""
    for size in SIZES:
        out = harness.out()
        get(harness, runtime, *options, f"{url}/{size}", "-o", out)
        same_file(out, harness.file(size), f"{size} octets")
    urls, outs, pairs = [], [], []
    for size in SIZES:
        out = harness.out()
        urls.append(f"{url}/{size}")
        outs.extend(["-o", out])
        pairs.append((out, size))
    get(harness, runtime, *options, *urls, *outs)
    for out, size in pairs:
        same_file(out, harness.file(size), f"{size} octets, on a shared connection")


def start_nghttpd(harness, *options):
    port = free_port()
    keys = [] if "--no-tls" in options else [harness.tls()[1], harness.tls()[0]]
    process, _ = harness.start([tool("nghttpd"), "-a", "127.0.0.1", "-d", harness.files, *options, port, *keys])
    wait_for_port(process, port)
    return port


def nghttpd(harness, runtime):
    port = start_nghttpd(harness, "--no-tls")
    all_files(harness, runtime, f"http://127.0.0.1:{port}")


def nghttpd_tls(harness, runtime):
    port = start_nghttpd(harness)
    authority = harness.tls()[2]
    all_files(harness, runtime, f"https://localhost:{port}", "--cacert", authority)
    get(harness, runtime, "-k", f"https://127.0.0.1:{port}/1", "-o", harness.out())
    out = harness.out()
    refused = get(harness, runtime, f"https://localhost:{port}/1", "-o", out, code=None)
    if refused.returncode == 0 or out.exists():
        raise Failure("a certificate of nobody's authority was accepted")


def start_node(harness, *tls):
    _, match = harness.start([tool("node"), HERE / "node_server.mjs", harness.files, *tls], r"port (\d+)")
    return int(match.group(1))


def node(harness, runtime):
    port = start_node(harness)
    all_files(harness, runtime, f"http://127.0.0.1:{port}")


def node_tls(harness, runtime):
    certificate, key, authority = harness.tls()
    port = start_node(harness, key, certificate)
    all_files(harness, runtime, f"https://localhost:{port}", "--cacert", authority)


def ours(harness, runtime):
    _, url = harness.serve(runtime=runtime)
    all_files(harness, runtime, url)
    _, url = harness.serve("--self-signed", runtime=runtime)
    all_files(harness, runtime, url, "-k")


def fifty(harness, runtime):
    """Fifty URLs, one connection, the bodies in the order of the URLs."""
    port = start_node(harness)
    url = f"http://127.0.0.1:{port}"
    sizes = [SIZES[count % 5] for count in range(50)]
    done = get(harness, runtime, *[f"{url}/{size}" for size in sizes])
    wanted = b"".join(harness.file(size).read_bytes() for size in sizes)
    if done.stdout != wanted:
        raise Failure(f"{len(done.stdout)} octets on stdout, not the {len(wanted)} of the files in order")
    sessions = get(harness, runtime, f"{url}/sessions").stdout
    expect(sessions, b"2", "connections: one for the fifty, one to ask")


def post(harness, runtime):
    """An upload of 100 MiB comes back."""
    port = start_nghttpd(harness, "--no-tls", "--echo-upload")
    for url in (f"http://127.0.0.1:{port}/echo", f"http://127.0.0.1:{start_node(harness)}/echo"):
        out = harness.out()
        get(harness, runtime, "-d", f"@{harness.file(BIG)}", "-X", "POST", "-H", "x-one: 1", url, "-o", out)
        same_file(out, harness.file(BIG), "100 MiB, up and down")


def status(harness, runtime):
    """What the caller's shell gets to see."""
    port = start_node(harness)
    url = f"http://127.0.0.1:{port}"
    expect(get(harness, runtime, f"{url}/absent").stdout, b"no such file", "the body of a 404")
    get(harness, runtime, "--fail", f"{url}/absent", code=1)
    get(harness, runtime, code=2)
    get(harness, runtime, "--nonsense", url, code=2)
    out = harness.out()
    refused = get(harness, runtime, f"http://127.0.0.1:{free_port()}/1", "-o", out, code=4)
    if not refused.stderr.strip() or out.exists():
        raise Failure("a refused connection left a file or said nothing")
    frames = get(harness, runtime, "-v", f"{url}/1", "-o", harness.out()).stderr.decode()
    for word in ("SETTINGS", "HEADERS", "DATA"):
        if not re.search(word, frames):
            raise Failure(f"-v shows no {word}: {frames[:300]}")
