"""Header compression beside python's hpack, by the script that knows how."""

import sys

from harness import HERE, Failure, Skipped

SCRIPT = HERE / "hpack_differential.py"


def checks():
    """Name, bound in seconds, function."""
    return [("hpack-differential", 300, differential)]


def differential(harness):
    if not SCRIPT.exists():
        raise Skipped(f"no {SCRIPT.name} here")
    done = harness.run([sys.executable, SCRIPT], bound=290, code=None)
    lines = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
    if done.returncode != 0:
        raise Failure("\n".join(lines[-10:]))
    return lines[-1] if lines else ""
