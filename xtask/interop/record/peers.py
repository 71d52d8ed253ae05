"""Starts the servers of other people, each on a port of its own, and says what they are called."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent


def tool(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not path:
        raise SystemExit(f"{name} is not installed")
    return path


def version(name):
    """The name of a peer with its version."""
    if name == "python-h2":
        command = [sys.executable, "-c", "import h2; print(h2.__version__)"]
    else:
        command = [tress() if name == "tress" else tool(name), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return f"{name} {re.search(r'[0-9]+[.][0-9.]+[0-9]', said).group()}"


class Server:
    """A server for the length of a `with`; `port` is where it listens."""

    def __init__(self, kind, files, options):
        self.port = None
        if kind == "nghttpd":
            self.port = free_port()
            arguments = [tool("nghttpd"), "--no-tls", "-a", "127.0.0.1", "-d", str(files), *options, str(self.port)]
        elif kind == "node":
            arguments = [tool("node"), str(HERE / "node_server.mjs"), *options]
        elif kind == "python-h2":
            arguments = [sys.executable, str(HERE / "h2_server.py"), *options]
        elif kind == "tress":
            arguments = [tress(), "serve", str(files), "--listen", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def __enter__(self):
        if self.port is None:
            line = self.process.stdout.readline()
            self.port = int(re.findall(r"(?:port |:)([0-9]+)", line)[0])
        until_it_listens(self.port)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def tress():
    """Our own tool, as `cargo build` leaves it."""
    folder = os.environ.get("CARGO_TARGET_DIR", str(HERE.parents[2] / "target"))
    return str(pathlib.Path(folder) / "debug" / "tress")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def until_it_listens(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nobody listens on port {port}")
