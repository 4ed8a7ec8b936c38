"""Where things lie: the data, the socket, and the lock that keeps a second server away."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cases.app.embedded.account import Account
from cases.app.embedded.trouble import EmbeddedError

ELSEWHERE = Path("/var/lib/cases")
SOCKETS = Path("/tmp")  # noqa: S108  short by need; every folder made here is checked for its owner
PORT = 5432
LONGEST_SOCKET = 103  # bytes: macOS; Linux allows 107

_NOTE = "postgresql-data-is-elsewhere.txt"


def fingerprint(state: Path) -> str:
    """Twelve hexadecimal digits that stand for the path of a state folder."""
    return hashlib.sha256(os.fsencode(state)).hexdigest()[:12]


def data_folders(state: Path, elsewhere: Path) -> tuple[Path, Path]:
    """The two places where the data of ``state`` can lie, the usual one first."""
    return state / "postgresql", elsewhere / f"data-{fingerprint(state)}"


def data_folder(state: Path, elsewhere: Path, account: Account) -> Path:
    """Where the data are, or shall be: below ``state``, if the server's account gets there.

    Otherwise below ``elsewhere``, under a name derived from the path of ``state``; a note in
    ``state`` says so. Raises ``EmbeddedError`` when data exist that the account cannot reach, or
    when the state folder has been moved away from its data.
    """
    usual, other = data_folders(state, elsewhere)
    note = state / _NOTE
    if usual.is_dir():
        if not account.can_enter(usual):
            raise EmbeddedError(f"The server's account can no longer reach its data in {usual}.")
        return usual
    if not other.is_dir():
        left_behind = _noted(note)
        if left_behind and left_behind != other and left_behind.is_dir():
            raise EmbeddedError(
                f"{state} was moved; its data are still in {left_behind} and belong in {other} now."
            )
        if account.can_enter(state):
            return usual
        own_folder(elsewhere)
        if not account.can_enter(elsewhere):
            raise EmbeddedError(f"The server's account can reach neither {state} nor {elsewhere}.")
    note.write_text(f"The server's account cannot enter this folder. The data are in:\n{other}\n")
    return other


def _noted(note: Path) -> Path | None:
    return Path(note.read_text().splitlines()[-1]) if note.exists() else None


def own_folder(folder: Path) -> Path:
    """A folder of ours through which others may pass but in which they see and write nothing.

    Raises ``EmbeddedError`` when it exists and somebody else could write in it.
    """
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise EmbeddedError(f"{folder} is not ours alone to write in.")
    return folder


def socket_folder(state: Path, base: Path, account: Account) -> Path:
    """The private folder of the server's socket, the same at every start of ``state``.

    Its owner is the server's account and nobody else may enter it (root always may): that is what
    the server's trust rests on. Raises ``EmbeddedError`` when someone else has taken the name or
    the path is too long for a socket.
    """
    folder = base / f"cases-{account.uid}-{fingerprint(state)}"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET:
        raise EmbeddedError(
            f"{folder} is too long for a socket, whose path ends at {LONGEST_SOCKET} bytes."
        )
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        facts = folder.lstat()
        known = facts.st_uid in {account.uid, os.geteuid()}
        if not stat.S_ISDIR(facts.st_mode) or not known or facts.st_mode & 0o077:
            raise EmbeddedError(f"{folder} is taken by someone else; remove it.") from None
    account.own(folder)
    return folder


@contextmanager
def sole_use(state: Path) -> Iterator[None]:
    """Hold the state folder; it becomes free with the end of this process, however that comes.

    Raises ``EmbeddedError`` when another holds it.
    """
    with (state / "lock").open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().decode() or "?"
            raise EmbeddedError(
                f"{state} is already in use by process {holder}; stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()).encode())
        lock.flush()
        yield
