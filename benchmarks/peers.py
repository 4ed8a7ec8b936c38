"""Fetching peers for a run: by the registries' own clients, pinned by version and digest.

They are no part of the product and stay in the run's own folder. Where one cannot be had, its row
of the report says so.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contestants import Absent

PATIENCE = 120
"""Seconds for a client of a registry."""

MESSAGE_DB = "@eventide/message-db@1.3.1"
MESSAGE_DB_SHA512 = (
    "n3hdE5YAZNXTr2HK9gG0GJ6dusgdE544LTvS+21/yOEHBvNuUzNmXXw5vS05vpe6RSuhzTRy5Wg0q7c1VfJg+A=="
)
"""What the npm registry publishes as the package's integrity."""

_REQUIREMENTS = Path(__file__).with_name("peers.txt")


def python_peers(folder: Path) -> Path:
    """The folder with the packages of ``peers.txt``. Raises Absent."""
    target = folder / "python"
    if not target.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--retries=1"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"]
        _run([*command, "--target", str(target), "--requirement", str(_REQUIREMENTS)], "pip")
    return target


def message_db(folder: Path) -> Path:
    """The folder of message-db's SQL files. Raises Absent."""
    target = folder / "message-db"
    if not target.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise Absent("npm, which would fetch it, is not installed.")
        folder.mkdir(parents=True, exist_ok=True)
        _run([npm, "pack", "--silent", "--pack-destination", str(folder), MESSAGE_DB], "npm")
        [package] = folder.glob("eventide-message-db-*.tgz")
        digest = hashlib.sha512(package.read_bytes()).digest()
        if base64.b64encode(digest).decode() != MESSAGE_DB_SHA512:
            raise Absent("What the registry gave is not what was pinned.")
        with tarfile.open(package) as archive:
            archive.extractall(target, filter="data")
    return target / "package" / "database"


def _run(command: Sequence[str], client: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Absent(f"{client} could not be run: {type(error).__name__}.") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise Absent(f"{client} could not fetch it: {said[-1] if said else done.returncode}")
