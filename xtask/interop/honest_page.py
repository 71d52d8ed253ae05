"""A page of many files, and one that is left for it before it is whole."""

import random
import struct
import zlib

SCRIPTS = 20
SCRIPT = 5_000
# How many times as many images the page has that is left.
LEFT = 3
LEAVE = "setTimeout(() => { location = 'index.html'; }, %d);"


def make(folder, images, octets, leave):
    """Writes `index.html`, whose scripts and images count themselves, and `left.html`; returns the index's files."""
    folder.mkdir(exist_ok=True)
    source = random.Random(9218)
    scripts = [f"{number}.js" for number in range(SCRIPTS)]
    pictures = [f"{number}.png" for number in range(images)]
    for name in scripts:
        (folder / name).write_text("count += 1;\n" + "// padding\n" * (SCRIPT // 11))
    left = [f"left-{number}.png" for number in range(LEFT * images)]
    for name in (*pictures, *left):
        (folder / name).write_bytes(picture(source, octets))
    write(folder / "index.html", scripts, pictures, "")
    write(folder / "left.html", [], left, LEAVE % (int(leave * 1000)))
    return ["index.html", *scripts, *pictures]


def write(path, scripts, pictures, script):
    wanted = len(scripts) + len(pictures)
    tags = "".join(f'<script src="{name}"></script>\n' for name in scripts)
    tags += "".join(f'<img src="{name}" onload="count += 1">\n' for name in pictures)
    path.write_text(
        f"<!doctype html>\n<title>{path.stem}</title>\n<script>let count = 0; {script}</script>\n{tags}"
        "<p id=said></p>\n<script>onload = () => "
        f"{{ document.getElementById('said').textContent = `${{count}} of {wanted}`; }};</script>\n"
    )


def picture(source, octets):
    """A picture of noise, which does not shrink."""
    width = 64
    height = max(octets // (3 * width), 1)
    rows = b"".join(b"\0" + source.randbytes(3 * width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
