"""Follow the README as a new user would: `make demo` in a clean clone, paste the tour, Ctrl-C.

Standard library only: it runs before the project has an environment.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 600.0
"""Seconds the environment, the database and the story may take on a slow machine."""
ENDED = 240.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def started(demo: subprocess.Popen[str]) -> str:
    """What the demonstration prints until its tour is complete."""
    assert demo.stdout is not None
    printed, until = "", time.monotonic() + PATIENCE
    while "access-trail" not in printed:
        line = demo.stdout.readline()
        if not line or time.monotonic() > until:
            sys.exit(f"the demonstration did not come up:\n{printed}")
        printed += line
    return printed


def main(folder: Path) -> None:
    """Exit with a message at the first thing that is not as the README says."""
    ports = {"CASES_PORT": str(free_port()), "CASES_IDP_PORT": str(free_port())}
    demo = subprocess.Popen(
        ["make", "demo"],
        cwd=folder,
        env={**os.environ, **ports},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        printed = started(demo)
        if not re.search(r"home-carer-in-vaasa: \d+ held, 0 failed, 0 not supported", printed):
            sys.exit(f"the story did not hold:\n{printed}")
        tour = "\n".join(
            line for line in printed.split("Paste these lines", 1)[1].splitlines()[1:] if line
        )
        pasted = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", tour],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if pasted.returncode != 0:
            sys.exit(f"a line of the tour failed:\n{pasted.stdout}\n{pasted.stderr}")
        for expected in (
            '"validUntil": "2026-03-03"',
            '"date": "2027-03-03"',
            "REVIEW",
            "3.3.2027",
        ):
            if expected not in pasted.stdout:
                sys.exit(f"the tour did not show {expected}:\n{pasted.stdout}")
    finally:
        os.killpg(demo.pid, signal.SIGINT)
        try:
            code = demo.wait(ENDED)
        except subprocess.TimeoutExpired:
            os.killpg(demo.pid, signal.SIGKILL)
            sys.exit("Ctrl-C did not end the demonstration")
    rest = demo.stdout.read() if demo.stdout else ""
    # make passes the signal on and then ends by it itself.
    if "Traceback" in rest or code not in {0, 2, 130, -signal.SIGINT}:
        sys.exit(f"the demonstration ended badly ({code}):\n{rest}")
    print("the quick start does what the README says")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
