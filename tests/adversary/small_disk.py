"""A PostgreSQL on a disk that can be filled up: a small file system in memory, for it alone.

The process that starts the server mounts it in a mount namespace of its own, as root or else in a
user namespace, so that nobody else sees it and nothing is left behind.
"""

import ctypes
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.adversary.arena import Arena

from cases.app.embedded import Cluster, Database

MEGABYTES = 144
# No checkpoint before the disk is full, and no segment of the log that is used again: both would
# make room.
SETTINGS = {"max_wal_size": "1GB", "wal_recycle": "off", "max_connections": "30"}
_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000
_PRIVATE, _RECURSIVE = 1 << 18, 1 << 14


class NoSmallDisk(Exception):
    """This machine lets nobody mount a file system of his own; says why."""


class SmallDisk:
    """A running server on a small disk. Paths are the other process's affair."""

    def __init__(self, arena: Arena) -> None:
        self._orders, theirs = multiprocessing.get_context("forkserver").Pipe()
        # pytest's own folder is closed to the account under which the server runs for root.
        self._folder = Path(tempfile.mkdtemp(prefix="cases-disk-", dir="/tmp"))
        self._folder.chmod(0o711)
        self._keeper = arena.attackers.start(keep, self._folder, arena.cluster.programs, theirs)
        theirs.close()
        self._reply()

    def close(self) -> None:
        """Stop the server; the disk goes with its process."""
        self._orders.close()
        self._keeper.ended()
        self._folder.rmdir()

    def database(self) -> Database:
        """Its one database, empty."""
        found = self._ask("database")
        assert isinstance(found, Database)
        return found

    def fill(self, leave: int) -> None:
        """Put something else on the disk, so that so many bytes are left."""
        self._ask("fill", leave)

    def make_room(self) -> None:
        """Take that away again."""
        self._ask("make_room")

    def restart(self) -> None:
        """Start the server again, whether or not it has ended."""
        self._ask("restart")

    def _ask(self, what: str, *arguments: object) -> object:
        self._orders.send((what, *arguments))
        return self._reply()

    def _reply(self) -> object:
        reply = self._orders.recv()
        if isinstance(reply, Exception):
            raise reply
        return reply


def keep(folder: Path, programs: Path, orders: "Connection[Any, Any]") -> None:
    """Mount the disk, run the server on it, and do as told until the other end hangs up."""
    try:
        _mount(folder)
    except OSError as error:
        orders.send(NoSmallDisk(str(error)))
        return
    state, ballast = folder / "state", folder / "ballast"
    cluster = Cluster(state, durable=False, settings=SETTINGS, binaries=programs)
    with cluster, suppress(EOFError):
        if not cluster.data.is_relative_to(folder):
            raise OSError(f"the server's data are not on the small disk but in {cluster.data}")
        database = cluster.create_database("small")
        actions: dict[str, Callable[..., object]] = {
            "database": lambda: database,
            "fill": lambda leave: _fill(ballast, leave),
            "make_room": ballast.unlink,
            "restart": lambda: _restart(cluster),
        }
        orders.send(None)
        while True:
            what, *arguments = orders.recv()
            done = actions[what](*arguments)
            orders.send(done if what == "database" else None)


def _restart(cluster: Cluster) -> None:
    """A server in the middle of its recovery takes its time to stop in order."""
    with suppress(ProcessLookupError):
        os.kill(cluster.pid, signal.SIGQUIT)
    cluster.stop()
    cluster.start()


def _fill(ballast: Path, leave: int) -> None:
    there = os.statvfs(ballast.parent)
    with ballast.open("ab") as file:
        os.posix_fallocate(file.fileno(), 0, there.f_bavail * there.f_frsize - leave)


def _mount(folder: Path) -> None:
    """Raises OSError where that is not allowed, or not known."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        raise OSError("there are no mount namespaces here")
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_NEW_MOUNTS) != 0:
        _check(libc.unshare(_NEW_MOUNTS | _NEW_USERS))
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _check(libc.mount(b"none", b"/", None, _PRIVATE | _RECURSIVE, None))
    options = f"size={MEGABYTES}m,mode=0711".encode()
    _check(libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options))


def _check(outcome: int) -> None:
    if outcome != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
