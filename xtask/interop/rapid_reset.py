"""`rapid_reset.py URL SECONDS honest|GET PATH|POST PATH`: 400 cheap requests in a second, and as many slow ones that are
reset at once; `honest` ones are cheap, too, and complete. Says how many there were and how it ended.
"""

import sys
import time

import h2.errors
import h2.exceptions

from h2_client import Client
from harness import Failure

EACH = 20
PAUSE = 0.05
# A second for each octet, where the server takes its time with content.
CONTENT = b"it takes half a minute to read"


def main():
    url, seconds, kind, *path = sys.argv[1:]
    asked, ended = 0, "open to the end"
    began = time.monotonic()
    with Client(url) as client:
        try:
            while (now := time.monotonic()) < began + float(seconds):
                asked += turn(client, kind, *path)
                while (left := now + PAUSE - time.monotonic()) > 0:
                    client.turn(left)
        except (Failure, OSError, h2.exceptions.ProtocolError) as error:
            ended = f"ended after {time.monotonic() - began:.1f} s: {error}"
    print(f"{asked} of each, {ended}")


def turn(client, kind, path="/1"):
    """Some of each kind; those that are cheap are answered before the others are reset."""
    cheap, slow = [], []
    for _ in range(EACH):
        if kind == "honest":
            slow.append(client.request("GET", path, flush=False))
        else:
            slow.append(client.request(kind, path, end=kind == "GET", flush=False))
        if kind == "POST":
            client.h2.send_data(slow[-1], CONTENT, end_stream=True)
        cheap.append(client.request("GET", "/1", flush=False))
    client.flush()
    # An attacker takes what it gets: an answer, or that it is refused.
    for stream in cheap if kind != "honest" else cheap + slow:
        while client.answers[stream].ended is None:
            client.turn(30)
    for stream in slow:
        if client.answers[stream].ended is None:
            client.h2.reset_stream(stream, h2.errors.ErrorCodes.CANCEL)
    client.flush()
    return EACH


if __name__ == "__main__":
    main()
