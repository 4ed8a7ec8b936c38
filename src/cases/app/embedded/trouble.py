"""What can go wrong with the server, each said in one sentence that names the place."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SIGNS_OF_A_FULL_DISK = ("No space left on device", "Disk quota exceeded", "Check free disk space")
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class EmbeddedError(RuntimeError):
    """The embedded PostgreSQL cannot do what was asked; the message is one sentence for people."""


@contextmanager
def told_plainly(place: Path) -> Iterator[None]:
    """Turn an operating system error within into an ``EmbeddedError`` about ``place``."""
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else place
        if error.errno in _FULL or "No space left" in str(error):  # copytree gathers errors as text
            message = f"The disk that holds {place} is full."
        elif error.errno in _FORBIDDEN:
            message = f"{where} cannot be used: {_reason(error)}."
        elif error.errno in {errno.ENOTDIR, errno.EEXIST}:
            message = f"{place} cannot be the state folder: {where} is in the way."
        else:
            message = f"The embedded PostgreSQL failed in {place}: {_reason(error)}."
        raise EmbeddedError(message) from error


def _reason(error: OSError) -> str:
    return (error.strerror or "its programs could not be copied").lower()


def refused_start(log: str, data: Path) -> EmbeddedError:
    """Read from what the server or ``initdb`` said in English why it would not start."""
    if any(sign in log for sign in _SIGNS_OF_A_FULL_DISK):
        return EmbeddedError(f"The disk that holds {data} is full.")
    if "Is another postmaster" in log or "Is another server" in log or "lock file" in log:
        return EmbeddedError(
            f"Another PostgreSQL server holds the data folder {data} or its socket: "
            f"{_complaint(log)}."
        )
    if "Permission denied" in log or "Read-only file system" in log:
        return EmbeddedError(f"PostgreSQL may not use {data}: {_complaint(log)}.")
    return EmbeddedError(f"PostgreSQL did not start on {data}: {_complaint(log)}.")


def _complaint(log: str) -> str:
    """The first line that names an error, else the last line, without its prefix."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for line in lines:
        for mark in ("FATAL:", "PANIC:", "error:"):
            if mark in line:
                return line.split(mark, 1)[1].strip().rstrip(".")
    return lines[-1].rstrip(".") if lines else "it ended without a word"
