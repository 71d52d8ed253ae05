"""What every check needs: files to send, processes that end with the check, and plain words when something is wrong."""

import copy
import hashlib
import itertools
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).parent
MIB = 1024 * 1024
RUNTIMES = ("tokio", "blocking")

# The sizes around the default limit of a frame, and one that no window holds.
SIZES = (0, 1, 16383, 16384, 16385, 100 * MIB)
BIG = SIZES[-1]


class Failure(Exception):
    """The tool, or a peer, did not do what it should."""


class Skipped(Exception):
    """The machine lacks what the check needs."""


def tool(name):
    """The path of another people's program."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not path:
        raise Failure(f"{name} is not installed")
    return path


def expect(present, wanted, what):
    """Compares, and names both values when they differ."""
    if present != wanted:
        raise Failure(f"{what}: {short(present)} instead of {short(wanted)}")


def short(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "…"


def digest(path):
    hasher = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(MIB):
            hasher.update(piece)
    return hasher.hexdigest()


def same_file(path, wanted, what):
    """Compares two files byte for byte, by length and digest."""
    length = os.path.getsize(path)
    expect(length, os.path.getsize(wanted), f"{what}: octets")
    expect(digest(path), digest(wanted), f"{what}: digest")


class Harness:
    """A temporary folder with files in it, and the processes that a check has started."""

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="tress-interop-"))
        self.files = self.root / "files"
        self.files.mkdir()
        source = random.Random(7541)
        for size in SIZES:
            with open(self.file(size), "wb") as file:
                for at in range(0, size, MIB):
                    file.write(source.randbytes(min(MIB, size - at)))
        self.running = []
        self.certificates = None
        self.count = itertools.count(1)
        return self

    def __exit__(self, *_):
        self.stop_all()
        shutil.rmtree(self.root, ignore_errors=True)

    def file(self, size):
        return self.files / str(size)

    @property
    def big(self):
        """The name of the largest file."""
        return str(BIG)

    def out(self):
        """A path that nothing lies at yet."""
        return self.root / f"out-{next(self.count)}"

    def beside(self):
        """The same files, for a check that runs beside others: what it starts is its own."""
        other = copy.copy(self)
        other.running, other.certificates = [], None
        other.root = self.out()
        other.root.mkdir()
        return other

    def tress(self):
        return os.environ.get("TRESS") or "tress"

    def start(self, command, pattern=None, patience=20, **options):
        """Starts a process; waits for a line that the pattern finds, and returns its match too."""
        process = Process(command, **options)
        self.running.append(process)
        return (process, process.wait_for(pattern, patience)) if pattern else (process, None)

    def stop_all(self):
        while self.running:
            self.running.pop().stop()

    def serve(self, *arguments, runtime="tokio"):
        """Starts the tool's server on a free port; returns its process and its URL."""
        command = [self.tress(), "serve", self.files, "--listen", "127.0.0.1:0", "--runtime", runtime, *arguments]
        process, match = self.start(command, r"https?://[^\s/]+:\d+")
        return process, match.group(0)

    def run(self, command, bound=60, code=0, **options):
        """Runs a program to its end, and returns what it wrote."""
        command = [str(word) for word in command]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=bound, **options
            )
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{' '.join(command)}: took more than {bound} s") from error
        if code is not None and done.returncode != code:
            said = done.stderr.decode(errors="replace").strip()[-500:]
            raise Failure(f"{' '.join(command)[:300]}: status {done.returncode} instead of {code}: {said}")
        return done

    def tls(self):
        """A certificate for localhost, its key, and the authority that signed it."""
        if self.certificates is None:
            self.certificates = make_certificates(self)
        return self.certificates


class Process:
    """A program that runs beside the check; what it says is kept."""

    def __init__(self, command, **options):
        self.command = [str(word) for word in command]
        self.lines = []
        self.changed = threading.Condition()
        self.child = subprocess.Popen(
            self.command,
            **{
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.STDOUT,
                "text": True,
                "errors": "replace",
                **options,
            },
        )
        self.said = self.child.stdout or self.child.stderr
        self.reader = threading.Thread(target=self.listen, daemon=True)
        self.reader.start()

    def listen(self):
        for line in self.said:
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()

    def wait_for(self, pattern, patience):
        deadline = time.monotonic() + patience
        seen = 0
        while time.monotonic() < deadline:
            with self.changed:
                self.changed.wait(0.05)
                fresh, seen = self.lines[seen:], len(self.lines)
            for line in fresh:
                if match := re.search(pattern, line):
                    return match
            if not fresh and self.child.poll() is not None:
                break
        raise Failure(f"{' '.join(self.command)}: said no line with {pattern}, but: {''.join(self.lines)[-500:]}")

    def resident(self):
        """The memory that the process holds, in octets."""
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    def threads(self):
        """How many threads the process has."""
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"Threads:\s+(\d+)", status).group(1))

    def sockets(self):
        """How many sockets the process has open."""
        links = pathlib.Path(f"/proc/{self.child.pid}/fd").iterdir()
        return sum(read_link(link).startswith("socket:") for link in links)

    def interrupt(self, patience):
        """Asks the process to end, as Ctrl-C does; returns its status."""
        self.child.send_signal(signal.SIGINT)
        try:
            return self.child.wait(patience)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{self.command[0]}: still there {patience} s after Ctrl-C") from error

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(2)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.reader.join(2)
        self.said.close()


def read_link(path):
    """Where a link leads, or nowhere if it is gone meanwhile."""
    try:
        return os.readlink(path)
    except OSError:
        return ""


def free_port():
    """A port that nothing listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_port(process, port, patience=30):
    """Waits until something listens there."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Failure(f"{process.command[0]} does not listen on {port}: {''.join(process.lines)[-300:]}")


def make_certificates(harness):
    folder = harness.root / "tls"
    folder.mkdir()
    authority, key, certificate = (folder / name for name in ("ca.pem", "key.pem", "cert.pem"))
    openssl = tool("openssl")
    request = folder / "request.pem"
    names = folder / "names"
    names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    harness.run(
        [openssl, "req", "-x509", *new_key, "-keyout", folder / "ca-key.pem", "-out", authority]
        + ["-days", "2", "-subj", "/CN=Interop authority"]
    )
    harness.run([openssl, "req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=localhost"])
    harness.run(
        [openssl, "x509", "-req", "-in", request, "-CA", authority, "-CAkey", folder / "ca-key.pem"]
        + ["-CAcreateserial", "-out", certificate, "-days", "2", "-extfile", names]
    )
    return certificate, key, authority
