"""`tress get` from nginx, h2o and hypercorn, in cleartext and over TLS."""

import os
import random
import sys

from get_checks import get
from harness import HERE, MIB, RUNTIMES, SIZES, expect, free_port, same_file, tool, wait_for_port

# What python serves in a moment.
MODEST = (*SIZES[:-1], 8 * MIB)


def checks():
    """Name, bound in seconds, function."""
    found = []
    for runtime in RUNTIMES:
        for peer, sizes in ((nginx, SIZES), (h2o, SIZES), (hypercorn, MODEST)):
            name = f"get-{runtime}-{peer.__name__}"
            found.append((name, 90, lambda harness, p=peer, s=sizes, r=runtime: from_server(harness, r, p, s)))
        found.append((f"post-{runtime}-hypercorn", 60, lambda harness, r=runtime: echo(harness, r)))
    return found


def from_server(harness, runtime, start, sizes):
    """Every file alone, and all on one connection; cleartext, then TLS with a certificate that is checked."""
    plain, secure = start(harness)
    authority = harness.tls()[2]
    ways = ((f"http://127.0.0.1:{plain}", ()), (f"https://localhost:{secure}", ("--cacert", authority)))
    for url, options in ways:
        for size in sizes:
            out = harness.out()
            get(harness, runtime, *options, f"{url}/{size}", "-o", out)
            same_file(out, wanted(harness, size), f"{size} octets from {url}")
        outs = {size: harness.out() for size in sizes}
        urls = [f"{url}/{size}" for size in sizes]
        get(harness, runtime, *options, *urls, *[word for out in outs.values() for word in ("-o", out)])
        for size, out in outs.items():
            same_file(out, wanted(harness, size), f"{size} octets from {url}, on a shared connection")
        get(harness, runtime, *options, "--fail", f"{url}/absent", code=1)


def wanted(harness, size):
    """The file, which is made if no other check needs it."""
    file = harness.file(size)
    if not file.exists():
        file.write_bytes(random.Random(size).randbytes(size))
    return file


def nginx(harness):
    """Debian's nginx on two ports."""
    plain, secure = free_port(), free_port()
    certificate, key, _ = harness.tls()
    folder = harness.out()
    folder.mkdir()
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Files of ours are readable by us alone, and workers would be somebody else.
    user = "user root;\n" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"""{user}daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
{places}access_log off;
server {{
listen 127.0.0.1:{plain} http2;
listen 127.0.0.1:{secure} ssl http2;
ssl_certificate {certificate};
ssl_certificate_key {key};
root {harness.files};
}}
}}
"""
    )
    process, _ = harness.start([tool("nginx"), "-p", folder, "-e", "stderr", "-c", config])
    wait_for_port(process, plain)
    wait_for_port(process, secure)
    return plain, secure


def h2o(harness):
    """Debian's h2o on two ports."""
    plain, secure = free_port(), free_port()
    certificate, key, _ = harness.tls()
    user = "user: root\n" if os.geteuid() == 0 else ""
    config = harness.out()
    config.write_text(
        f"""{user}num-threads: 1
listen:
  host: 127.0.0.1
  port: {plain}
listen:
  host: 127.0.0.1
  port: {secure}
  ssl:
    certificate-file: {certificate}
    key-file: {key}
hosts:
  default:
    paths:
      /:
        file.dir: {harness.files}
"""
    )
    process, _ = harness.start([tool("h2o"), "-c", config])
    wait_for_port(process, plain)
    wait_for_port(process, secure)
    return plain, secure


def hypercorn(harness):
    """hypercorn, which is python's h2, on two ports."""
    wanted(harness, MODEST[-1])
    plain, secure = free_port(), free_port()
    certificate, key, _ = harness.tls()
    command = [sys.executable, "-m", "hypercorn", "--bind", f"127.0.0.1:{secure}"]
    command += ["--insecure-bind", f"127.0.0.1:{plain}", "--certfile", certificate, "--keyfile", key]
    environment = {**os.environ, "FILES": str(harness.files)}
    process, _ = harness.start([*command, "asgi_app:app"], env=environment, cwd=HERE)
    wait_for_port(process, plain)
    wait_for_port(process, secure)
    return plain, secure


def echo(harness, runtime):
    """An upload to python comes back."""
    file = wanted(harness, MODEST[-1])
    plain, _ = hypercorn(harness)
    out = harness.out()
    done = get(harness, runtime, "-v", "-d", f"@{file}", f"http://127.0.0.1:{plain}/echo", "-o", out)
    same_file(out, file, "8 MiB, up and down")
    expect(b"HEADERS" in done.stderr, True, "-v shows HEADERS")
