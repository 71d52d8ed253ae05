"""Answers of handlers that give what they like, read by curl and node: HEAD, statuses without content, expectations."""

import re

from harness import Failure, expect, tool
from slow_link import Server

KINDS = ("handlers-async", "handlers-blocking")
# What is asked of curl: the status, options, and the content-length that belongs to the answer.
ASKED = (
    (200, ("-I",), "5"),
    (404, ("-I",), "5"),
    (200, (), "5"),
    (204, (), None),
    (205, (), None),
    (304, (), "5"),
)
# Sends content when it is told to, and prints status and content.
EXPECTING = """
const client = require("http2").connect(process.argv[1]);
const request = client.request({":method": "POST", ":path": "/echo", expect: "100-continue"});
let content = "";
request.on("continue", () => request.end("hello"));
request.on("response", (head) => console.log(head[":status"]));
request.on("data", (piece) => (content += piece));
request.on("end", () => { console.log(content); client.close(); });
"""


def checks():
    """Name, bound in seconds, function."""
    return [(f"answers-{kind}", 60, lambda harness, k=kind: answers(harness, k)) for kind in KINDS]


def answers(harness, kind):
    """Each answer comes out right, whatever the handler gives."""
    server = Server(harness, kind)
    curl = [tool("curl"), "-sS", "--http2-prior-knowledge", "--max-time", "20"]
    for status, options, length in ASKED:
        said = harness.run([*curl, "-i", *options, f"{server.url}/status/{status}"]).stdout.decode()
        head, _, content = said.partition("\r\n\r\n")
        expect(head.split()[1], str(status), f"{options} {status}: the status")
        found = re.search(r"(?mi)^content-length: (\d+)", head)
        expect(found and found.group(1), length, f"{options} {status}: the length")
        wanted = "hello" if (status, options) == (200, ()) else ""
        expect(content, wanted, f"{options} {status}: the content")
    file = harness.file(16385)
    waiting = ["-H", "Expect: 100-continue", "--expect100-timeout", "15", "-w", "%{time_total}", "-o", "/dev/null"]
    took = harness.run([*curl, *waiting, "--data-binary", f"@{file}", f"{server.url}/echo"]).stdout.decode()
    if float(took) > 10:
        raise Failure(f"curl waited {took} s for a word that did not come")
    heard = harness.run([tool("node"), "-e", EXPECTING, server.url]).stdout.decode().split()
    expect(heard, ["200", "hello"], "what node heard that waits for a word")
