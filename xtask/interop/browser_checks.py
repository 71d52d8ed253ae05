"""A browser loads a page of fifty resources from `tress serve` over TLS; the server's own log judges."""

import re
import shutil
import time

from harness import RUNTIMES, Failure, expect

RESOURCES = 50
BROWSERS = ("chromium-headless-shell", "chromium")


def checks():
    """Name, bound in seconds, function."""
    return [(f"chromium-{runtime}", 90, lambda harness, r=runtime: page(harness, r)) for runtime in RUNTIMES]


def page(harness, runtime):
    """All that the page needs comes over one connection, and the page has it."""
    folder = harness.files / "page"
    make_page(folder)
    log = harness.out()
    server, url = harness.serve("--self-signed", "--access-log", log, "-v", runtime=runtime)
    dom = browse(harness, f"{url}/page/index.html")
    if f"<p>{RESOURCES} of {RESOURCES}</p>" not in dom:
        raise Failure(f"the page has not all of its scripts: {dom[-300:]}")
    wanted = {"/page/index.html", *(f"/page/{number}.js" for number in range(RESOURCES))}
    connections = served(log, wanted)
    expect(len(connections), 1, "connections that the page came over")
    connection = connections.pop()
    streams = heads(server, connection)
    if len(streams) < len(wanted) or any(number % 2 == 0 for number in streams):
        raise Failure(f"the frame log shows other streams: {sorted(streams)}")
    return f"{len(wanted)} requests on connection {connection}, streams {min(streams)} to {max(streams)}"


def browse(harness, url, **more):
    """A page as a browser has it in the end."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        raise Failure("no chromium is installed")
    options = ["--headless", "--no-sandbox", "--ignore-certificate-errors", "--disable-gpu"]
    options += [f"--user-data-dir={harness.out()}", "--no-first-run", "--dump-dom"]
    return harness.run([browser, *options, url], bound=60, **more).stdout.decode(errors="replace")


def make_page(folder):
    """A page whose scripts count themselves."""
    folder.mkdir(exist_ok=True)
    scripts = "".join(f'<script src="{number}.js"></script>\n' for number in range(RESOURCES))
    (folder / "index.html").write_text(
        "<!doctype html>\n<title>fifty</title>\n<script>let count = 0;</script>\n"
        f"{scripts}<script>document.write(`<p>${{count}} of {RESOURCES}</p>`);</script>\n"
    )
    for number in range(RESOURCES):
        (folder / f"{number}.js").write_text("count += 1;\n" + "// padding\n" * (number * 20))


def served(log, wanted):
    """The connections over which the paths were answered well."""
    deadline = time.monotonic() + 5
    while True:
        lines = [line.split(" ") for line in log.read_text().splitlines()]
        good = {path: connection for _, _, connection, _, method, path, status, *_ in lines if (method, status) == ("GET", "200")}
        if missing := wanted - good.keys():
            if time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            raise Failure(f"the log lacks {len(missing)} of the page's requests, as {sorted(missing)[0]}")
        return {good[path] for path in wanted}


def heads(server, connection):
    """The streams on which HEADERS came over a connection, as the frame log shows them."""
    found = (re.match(rf"\[ *[\d.]+\] {connection} < HEADERS stream=(\d+)", line) for line in server.lines)
    return {int(match.group(1)) for match in found if match}
