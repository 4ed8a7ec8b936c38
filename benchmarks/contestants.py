"""Who is measured at appending: what each way of writing must be able to do.

A contestant lives in several processes: one lays the ground, some write, one follows. What they
must know of each other is a ``Place``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from benchmarks.ground import Ground

Fact = tuple[UUID, int]  # a stream and a version
Crowd = tuple[int, int]  # clients, facts of an act

PAGE = 500
"""Facts a follower asks for at a time."""
EVERY_CROWD: tuple[Crowd, ...] = tuple((n, facts) for facts in (1, 5) for n in (1, 8, 32))


class Absent(Exception):
    """A contestant that cannot be had here; the message says why, in one sentence."""


@dataclass(frozen=True)
class Place:
    """Where a contestant writes.

    ``url`` is its database's or its server's address, ``event_bytes`` the length of header and
    payload of one of our facts, ``peers`` the folder of packages installed for the run, ``server``
    the process to stop at times (0: those of the database).
    """

    url: str
    keyring: str = ""
    event_bytes: float = 0.0
    peers: str = ""
    server: int = 0


@dataclass(frozen=True)
class Needs:
    """What places are laid with; see ``Place``. ``part`` is the part of the run they are for."""

    part: str
    ground: Ground
    event_bytes: float
    peers: Path


class Given(NamedTuple):
    """A fact as a follower is given it, with its place in the order of all."""

    position: int
    stream: UUID
    version: int


@dataclass(frozen=True)
class Work:
    """A client's share of a turn: ``do`` one act after the other; it raises when refused."""

    acts: Sequence[Any]
    do: Callable[[Any], None]


class Contestant(ABC):
    """One way of writing, with connections for ``threads`` clients.

    Every stream begins with version 1; acts follow from version 2. Acts are made before the clock
    starts, for all in the same manner.
    """

    name: ClassVar[str]
    does: ClassVar[str]
    crowds: ClassVar[tuple[Crowd, ...]] = EVERY_CROWD
    follows: ClassVar[str] = ""
    """How a follower of all streams reads, as its documentation says; empty: it is not tried."""

    def __init__(self, place: Place, threads: int) -> None:
        self.place = place
        self.threads = threads

    @classmethod
    @abstractmethod
    def laid(cls, needs: Needs) -> AbstractContextManager[Place]:
        """Its place, made ready, for as long as the block lasts. Raises Absent."""

    @abstractmethod
    def work(self, client: int, size: int, facts: int) -> Work:
        """About ``size`` acts of ``facts`` facts each for one client, and how it does one."""

    @abstractmethod
    def facts(self, act: Any) -> list[Fact]:
        """What an act leaves behind."""

    @abstractmethod
    def found(self) -> set[Fact]:
        """Everything that is there now, whole."""

    def begin_to_follow(self) -> None:  # noqa: B027  most need nothing for it
        """What a follower needs and writers do not; called once, after all speed is measured."""

    def follow(self, after: int) -> list[Given]:
        """One reading: the next facts after a position, at most ``PAGE``."""
        raise NotImplementedError

    def close(self) -> None:  # noqa: B027  most have nothing to close
        """Let go of connections."""
