"""Holds tress-hpack against hpack for Python: random lists, both ways, field by field.

Usage: hpack_differential.py [PATH OF THE EXAMPLE `differential`] [LISTS]

Needs the package `hpack` (4.x). Without a path, or with an empty one, the example is built by cargo.
Prints what was compared, and exits with 1 at the first difference.
"""

import os
import random
import subprocess
import sys

try:
    import hpack
except ImportError:
    raise SystemExit("hpack_differential: this needs the package: pip install 'hpack==4.*'")

LISTS_PER_CONTEXT = 100
SIZES = [0, 100, 256, 1000, 4096, 4096, 8192, 16384, 65536]
NAMES = [
    b":method", b":path", b":status", b":authority", b"accept", b"age", b"authorization",
    b"cache-control", b"content-length", b"content-type", b"cookie", b"etag", b"location",
    b"proxy-authorization", b"set-cookie", b"user-agent", b"x-request-id", b"x-a", b"grpc-status",
    b"x-a-name-of-more-than-one-hundred-and-twenty-seven-octets-" + b"n" * 90,
]
TEXTS = [b"", b"/", b"GET", b"POST", b"200", b"404", b"text/html", b"gzip, deflate", b"0", b"max-age=3600"]


class Tress:
    """The example, commanded through its standard input."""

    def __init__(self, path):
        self.process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip("\n")
        if not answer or answer.startswith("error"):
            raise SystemExit(f"hpack_differential: `{command[:60]}` was answered by `{answer}`")
        return answer

    def encode(self, fields):
        text = ",".join(f"{name.hex()}:{value.hex()}:{int(never)}" for name, value, never in fields)
        block, references = self.ask("encode " + text).split(" ")
        return bytes.fromhex(block), int(references)

    def decode(self, block):
        text, references = self.ask("decode " + block.hex()).rsplit(" ", 1)
        fields = []
        for field in filter(None, text.split(",")):
            name, value, never = field.split(":")
            fields.append((bytes.fromhex(name), bytes.fromhex(value), never == "1"))
        return fields, int(references)


def value(rng):
    """Any value: a known text, octets of any kind, up to 5,000 of them."""
    kind = rng.randrange(20)
    if kind < 10:
        return rng.choice(TEXTS)
    length = rng.randrange(5001) if kind == 10 else rng.randrange(60)
    if kind % 2:
        return bytes(rng.randrange(256) for _ in range(length))
    return bytes(rng.choice(b"abcdefghijklmnopqrstuvwxyz0123456789-/=;., ") for _ in range(length))


def fields(rng, recent):
    """A list, of which many fields were in earlier ones."""
    made = []
    for _ in range(rng.randrange(1, 16)):
        if recent and rng.random() < 0.8:
            made.append(rng.choice(recent))
            continue
        made.append((rng.choice(NAMES), value(rng), rng.random() < 0.05))
        recent.append(made[-1])
        del recent[:-12]
    return made


def tuples(made):
    """Fields as the Python package takes them."""
    kinds = {True: hpack.NeverIndexedHeaderTuple, False: hpack.HeaderTuple}
    return [kinds[never](name, value) for name, value, never in made]


def read(decoder, block):
    """The fields of a block, as the Python package reads them."""
    return [(field[0], field[1], not field.indexable) for field in decoder.decode(block, raw=True)]


def same(what, found, expected, number):
    """A field may come as never indexed though it was not asked for, but not the other way."""
    pairs = [(name, value) for name, value, _ in found]
    if pairs != [(name, value) for name, value, _ in expected]:
        raise SystemExit(f"hpack_differential: list {number}: {what} read other fields")
    if any(asked and not never for (_, _, never), (_, _, asked) in zip(found, expected)):
        raise SystemExit(f"hpack_differential: list {number}: {what} lost that a field is sensitive")


def main():
    lists = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    path = (sys.argv[1] if len(sys.argv) > 1 else "") or built()
    tress = Tress(path)
    rng = random.Random(7541)
    count = {"fields": 0, "ours": 0, "theirs": 0, "sizes": 0, "octets": 0, "oversized": 0, "contexts": 0}
    for number in range(lists):
        if number % LISTS_PER_CONTEXT == 0:
            tress.ask("new")
            encoder = hpack.Encoder()
            decoder, mirror = (hpack.Decoder(max_header_list_size=1 << 24) for _ in range(2))
            recent, size = [], 4096
            count["contexts"] += 1
        elif rng.random() < 0.05:
            sizes = rng.choices(SIZES, k=rng.choice([1, 1, 2]))
            size = sizes[-1]
            for changed in sizes:
                tress.ask(f"peer {changed}")
                tress.ask(f"own {changed}")
                decoder.max_allowed_table_size = changed
                mirror.max_allowed_table_size = changed
                # The package signals a size above the final one, too, and forgets a change when the
                # same size is set again.
                if changed <= size and changed != encoder.header_table_size:
                    encoder.header_table_size = changed
                count["sizes"] += 1
        made = fields(rng, recent)
        block, references = tress.encode(made)
        same("hpack for Python", read(decoder, block), made, number)
        count["ours"] += references
        count["octets"] += len(block)
        theirs = encoder.encode(tuples(made), huffman=rng.random() < 0.8)
        # The package refers to an entry even for a sensitive field, if there is one: it is asked itself
        # what it wrote.
        written = read(mirror, theirs)
        found, references = tress.decode(theirs)
        same("tress-hpack", found, [(name, value, False) for name, value, _ in made], number)
        if found != written:
            raise SystemExit(f"hpack_differential: list {number}: tress-hpack read another sensitivity")
        count["theirs"] += references
        count["fields"] += len(made)
        count["oversized"] += sum(len(name) + len(value) + 32 > size for name, value, _ in made)
    print(
        f"hpack {hpack.__version__} for Python and tress-hpack agree: {lists} lists each way in "
        f"{count['contexts']} contexts, {count['fields']} fields, {count['octets']} octets; references: "
        f"{100 * count['ours'] // count['fields']} % ours, {100 * count['theirs'] // count['fields']} % theirs; "
        f"{count['sizes']} changes of the table size, {count['oversized']} fields larger than the table"
    )
    if min(count["ours"], count["theirs"]) * 100 < 30 * count["fields"] or not count["oversized"]:
        raise SystemExit("hpack_differential: too few references or large fields to mean anything")


def built():
    """Builds the example, and returns its path."""
    command = ["cargo", "build", "--quiet", "--release", "-p", "tress-hpack", "--example", "differential"]
    subprocess.run(command, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    return os.path.join(target, "release", "examples", "differential")


if __name__ == "__main__":
    main()
