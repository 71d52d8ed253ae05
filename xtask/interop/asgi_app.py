"""An application for hypercorn: the files of the folder FILES, and POST /echo, which sends the content back."""

import os
import pathlib

FILES = pathlib.Path(os.environ["FILES"])
PIECE = 64 * 1024


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == "/echo":
        await head(send, 200)
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            await body(send, message.get("body", b""), more)
        return
    file = FILES / pathlib.PurePath(scope["path"]).name
    if not file.is_file():
        await head(send, 404)
        await body(send, b"no such file")
        return
    await head(send, 200, [(b"content-length", str(file.stat().st_size).encode())])
    with open(file, "rb") as content:
        while piece := content.read(PIECE):
            await body(send, piece, True)
    await body(send, b"")


async def head(send, status, fields=()):
    await send({"type": "http.response.start", "status": status, "headers": list(fields)})


async def body(send, data, more=False):
    await send({"type": "http.response.body", "body": data, "more_body": more})
