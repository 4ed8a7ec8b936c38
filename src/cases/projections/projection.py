"""A read model as the engine sees it."""

from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from cases.projections.feed import Feed
from cases.projections.folded import FoldedCases


@dataclass(frozen=True, slots=True)
class Turn:
    """The positions ``first`` to ``last`` of the ledger, which are ours to take in.

    What stands at or below ``mark`` may have been shown before a rebuild: whoever tells others of
    what it takes in tells nothing of that again. ``server`` names the run of the server that the
    transaction is on: what was read before another one began may not be in the log any more.
    """

    first: int
    last: int
    mark: int = 0
    server: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a projection reads. ``release`` tells this program's code from any other's."""

    feed: Feed
    folded: FoldedCases
    release: str = "unknown"

    @classmethod
    def of(cls, feed: Feed) -> "Sources":
        """Sources that nobody else shares, for one who works alone."""
        return cls(feed, FoldedCases(feed))


class Projection(Protocol):
    """A read model.

    ``version`` goes up when the meaning of rows changes; then the tables are rebuilt. ``ordered``
    ones get a turn only when every earlier one is finished. ``project`` writes what a turn means
    and nothing else; it persists or calls out, never both.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def ordered(self) -> bool: ...
    @property
    def tables(self) -> tuple[sa.Table, ...]: ...
    def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None: ...


def tracking_name(projection: Projection) -> str:
    """The name under which a version of a projection keeps its position."""
    return f"{projection.name}.v{projection.version}"


def of_all_versions(
    column: sa.ColumnElement[str], projection: Projection
) -> sa.ColumnElement[bool]:
    """Whether a tracking name is one of this projection, of whatever version."""
    return sa.func.split_part(column, ".v", 1) == projection.name
