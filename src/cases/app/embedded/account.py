"""The account of the operating system under which the server runs.

PostgreSQL refuses to run as root. Then it runs as an unprivileged account, which may be unable
to reach what root can; every such question is put to the system by trying, as that account.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cases.app.embedded.trouble import EmbeddedError

# A fixed environment: neither PG* variables nor a locale of the caller reach the server.
_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"}


@dataclass(frozen=True)
class Account:
    """A user and group id; ``ours`` when it is the account of this very process."""

    uid: int
    gid: int
    ours: bool

    def run(self, program: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run ``program`` to its end as this account, from the root folder, and catch its words.

        Raises ``OSError`` when the account may not execute it.
        """
        return subprocess.run(  # noqa: S603  our own programs and paths, no shell between
            list(program),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            user=None if self.ours else self.uid,
            group=None if self.ours else self.gid,
            extra_groups=None if self.ours else [],
        )

    def spawn(
        self, program: Sequence[str | Path], *, stdin: int, output: int | IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Start ``program`` as this account in a session of its own.

        The terminal's Ctrl-C then reaches us and not the server, which we stop in order.
        """
        return subprocess.Popen(  # noqa: S603  as above
            list(program),
            stdin=stdin,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
            user=None if self.ours else self.uid,
            group=None if self.ours else self.gid,
            extra_groups=None if self.ours else [],
        )

    def own(self, folder: Path) -> None:
        """Hand over a folder that we have just made, closed to everybody else."""
        folder.chmod(0o700)
        if not self.ours:
            os.chown(folder, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether the account may pass through ``folder`` and all that lie above it."""
        if self.ours:
            return True
        return self.run(["/bin/sh", "-c", 'cd "$0"', folder]).returncode == 0


def server_account(*folders: Path) -> Account:
    """The account for the server: our own, unless we are root.

    For root it is the owner of the first of ``folders`` (data of an earlier run) that exists, else
    ``postgres``, else ``nobody``. Raises ``EmbeddedError`` when there is none but root.
    """
    ours = Account(os.geteuid(), os.getegid(), ours=True)
    if ours.uid != 0:
        return ours
    for folder in folders:
        if folder.is_dir():
            owner = folder.stat()
            if owner.st_uid == 0:
                raise EmbeddedError(
                    f"{folder} belongs to root, and PostgreSQL refuses to run as root."
                )
            return Account(owner.st_uid, owner.st_gid, ours=False)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, ours=False)
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and this machine has neither of the accounts "
        "postgres and nobody."
    )
