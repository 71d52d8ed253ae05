"""Many requests on few connections."""

import re

from harness import RUNTIMES, expect, tool

REQUESTS = 200_000


def checks():
    """Name, bound in seconds, function."""
    return [(f"load-{runtime}", 180, lambda harness, r=runtime: load(harness, r)) for runtime in RUNTIMES]


def load(harness, runtime):
    """All requests succeed, all with a good status."""
    _, url = harness.serve(runtime=runtime)
    command = [tool("h2load"), "-n", REQUESTS, "-c", "10", "-m", "100", f"{url}/1"]
    said = harness.run(command, bound=170).stdout.decode()
    succeeded = int(re.search(r"(\d+) succeeded", said).group(1))
    good = int(re.search(r"(\d+) 2xx", said).group(1))
    expect((succeeded, good), (REQUESTS, REQUESTS), "succeeded, 2xx")
    return re.search(r"finished in (.*)", said).group(1)
