"""A rebuild that is killed while it loads, by itself as by a power cut.

Run as ``python -m tests.adversary.dying_rebuild URL KEYRING FACTS``: it dies once so many are in.
"""

import os
import signal
import sys
from pathlib import Path

from pydantic import SecretStr

from cases.app.bootstrap import open_system
from cases.app.rebuilding import loading
from cases.app.settings import Environment, Settings
from cases.projections.rebuild import rebuild


def settings(url: str, keyring: Path) -> Settings:
    """Settings of an installation over this database."""
    return Settings(
        environment=Environment.TEST,
        database_url=SecretStr(url),
        keyring=keyring,
        state=keyring.parent,
    )


def main(url: str, keyring: Path, facts: int) -> None:
    """Rebuild with two processes that load, until it dies."""

    def progress(loaded: int) -> None:
        if loaded >= facts:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_system(settings(url, keyring)) as system:
        views = system.views.all()
        with loading(system, views, 2) as load:
            rebuild(system.projector, system.log, views, load=load, chunk=3, progress=progress)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
