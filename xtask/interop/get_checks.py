"""`tress get` from other people's servers, and from our own."""

import re

from house import BIG, HERE, RUNTIMES, SIZES, Failure, digest, expect, free_port, same_file, tool, wait_for_port


def checks():
    """Name, bound in seconds, function."""
    found = []
    for runtime in RUNTIMES:
        for peer in (nghttpd, nghttpd_tls, node, node_tls, ours):
            name = peer.__name__.replace("_", "-")
            found.append((f"get-{runtime}-{name}", 60, lambda house, p=peer, r=runtime: p(house, r)))
        found.append((f"get-{runtime}-fifty", 60, lambda house, r=runtime: fifty(house, r)))
        found.append((f"get-{runtime}-post", 60, lambda house, r=runtime: post(house, r)))
        found.append((f"get-{runtime}-status", 60, lambda house, r=runtime: status(house, r)))
    return found


def get(house, runtime, *arguments, code=0):
    return house.run([house.tress(), "get", "--runtime", runtime, *arguments], code=code)


def all_files(house, runtime, url, *options):
    """Fetches every file, one call for each and all in one call."""
    for size in SIZES:
        out = house.out()
        get(house, runtime, *options, f"{url}/{size}", "-o", out)
        same_file(out, house.file(size), f"{size} octets")
    urls, outs, pairs = [], [], []
    for size in SIZES:
        out = house.out()
        urls.append(f"{url}/{size}")
        outs.extend(["-o", out])
        pairs.append((out, size))
    get(house, runtime, *options, *urls, *outs)
    for out, size in pairs:
        same_file(out, house.file(size), f"{size} octets, on a shared connection")


def start_nghttpd(house, *options):
    port = free_port()
    keys = [] if "--no-tls" in options else [house.tls()[1], house.tls()[0]]
    process, _ = house.start([tool("nghttpd"), "-a", "127.0.0.1", "-d", house.files, *options, port, *keys])
    wait_for_port(process, port)
    return port


def nghttpd(house, runtime):
    port = start_nghttpd(house, "--no-tls")
    all_files(house, runtime, f"http://127.0.0.1:{port}")


def nghttpd_tls(house, runtime):
    port = start_nghttpd(house)
    authority = house.tls()[2]
    all_files(house, runtime, f"https://localhost:{port}", "--cacert", authority)
    get(house, runtime, "-k", f"https://127.0.0.1:{port}/1", "-o", house.out())
    out = house.out()
    refused = get(house, runtime, f"https://localhost:{port}/1", "-o", out, code=None)
    if refused.returncode == 0 or out.exists():
        raise Failure("a certificate of nobody's authority was accepted")


def start_node(house, *tls):
    _, match = house.start([tool("node"), HERE / "node_server.mjs", house.files, *tls], r"port (\d+)")
    return int(match.group(1))


def node(house, runtime):
    port = start_node(house)
    all_files(house, runtime, f"http://127.0.0.1:{port}")


def node_tls(house, runtime):
    certificate, key, authority = house.tls()
    port = start_node(house, key, certificate)
    all_files(house, runtime, f"https://localhost:{port}", "--cacert", authority)


def ours(house, runtime):
    _, url = house.serve(runtime=runtime)
    all_files(house, runtime, url)
    _, url = house.serve("--self-signed", runtime=runtime)
    all_files(house, runtime, url, "-k")


def fifty(house, runtime):
    """Fifty URLs, one connection, the bodies in the order of the URLs."""
    port = start_node(house)
    url = f"http://127.0.0.1:{port}"
    sizes = [SIZES[count % 5] for count in range(50)]
    done = get(house, runtime, *[f"{url}/{size}" for size in sizes])
    wanted = b"".join(house.file(size).read_bytes() for size in sizes)
    if done.stdout != wanted:
        raise Failure(f"{len(done.stdout)} octets on stdout, not the {len(wanted)} of the files in order")
    sessions = get(house, runtime, f"{url}/sessions").stdout
    expect(sessions, b"2", "connections: one for the fifty, one to ask")


def post(house, runtime):
    """An upload of 100 MiB comes back."""
    port = start_nghttpd(house, "--no-tls", "--echo-upload")
    for url in (f"http://127.0.0.1:{port}/echo", f"http://127.0.0.1:{start_node(house)}/echo"):
        out = house.out()
        get(house, runtime, "-d", f"@{house.file(BIG)}", "-X", "POST", "-H", "x-one: 1", url, "-o", out)
        same_file(out, house.file(BIG), "100 MiB, up and down")


def status(house, runtime):
    """What the caller's shell gets to see."""
    port = start_node(house)
    url = f"http://127.0.0.1:{port}"
    expect(get(house, runtime, f"{url}/absent").stdout, b"no such file", "the body of a 404")
    get(house, runtime, "--fail", f"{url}/absent", code=1)
    get(house, runtime, code=2)
    get(house, runtime, "--nonsense", url, code=2)
    out = house.out()
    refused = get(house, runtime, f"http://127.0.0.1:{free_port()}/1", "-o", out, code=4)
    if not refused.stderr.strip() or out.exists():
        raise Failure("a refused connection left a file or said nothing")
    frames = get(house, runtime, "-v", f"{url}/1", "-o", house.out()).stderr.decode()
    for word in ("SETTINGS", "HEADERS", "DATA"):
        if not re.search(word, frames):
            raise Failure(f"-v shows no {word}: {frames[:300]}")
