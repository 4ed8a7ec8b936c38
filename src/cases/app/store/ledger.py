"""The ledger as a whole: its epochs, whether its order holds, whether a place in it still does.

An epoch is one run of a server on one set of files (migration r0004). Whatever takes a ledger back
– a standby promoted without the last transactions, a backup, a recovery to an earlier point –
begins an epoch, and positions from there on are given a second time. So a follower keeps the epoch
with its position, and is refused when what it took in is no longer what the ledger holds.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self
from uuid import UUID

from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8

from cases.app.store.connections import Params, Pools, statement
from cases.app.store.faults import LedgerWentBack, SequenceCached, TransactionIdsRestarted

_PLACE: Final = re.compile(r"(0|[1-9][0-9]{0,17})(?:\.([0-9a-f]{32}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """How far a follower is: everything up to position ``idx``, which was given in ``epoch``.

    ``idx`` 0 is the beginning. ``epoch`` is None for a follower that has kept its position only:
    then it is noticed that the ledger ends before it, but not that the ledger has grown past it
    again. The text of a place is for cursors; it holds nothing but the two.
    """

    idx: int
    epoch: UUID | None = None

    def __str__(self) -> str:
        return str(self.idx) if self.epoch is None else f"{self.idx}.{self.epoch.hex}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place of a text that ``str`` made. Raises ValueError for any other."""
        match = _PLACE.fullmatch(text)
        if match is None:
            raise ValueError("not a place in the ledger")
        return cls(int(match[1]), UUID(hex=match[2]) if match[2] else None)

    def params(self) -> Params:
        """The parameters ``epoch`` and ``after`` of the statements that read from a place."""
        return {"epoch": self.epoch, "after": Int8(self.idx)}


_WHY: Final = {
    "installation": "the log was installed",
    "restart": "the server was started again",
    "recovery": "a standby was promoted or a recovery ended",
    "copy": "the tables were restored, copied or rewritten",
    "rebase": "the log was re-based",
}


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch of the ledger. It gave the positions from ``first_idx`` on, until the next began.

    ``reason`` is installation, restart, recovery, copy or rebase; ``begun_at`` is an instant (UTC).
    """

    number: int
    id: UUID
    first_idx: int
    begun_at: datetime
    reason: str
    timeline: int

    @property
    def goes_on(self) -> bool:
        """Whether nothing that was shown before can be missing from here on, as far as one sees.

        A disk that was taken back, or lost what it had confirmed, looks like a restart.
        """
        return self.reason in {"installation", "restart"}

    def __str__(self) -> str:
        """One clause for people."""
        since = self.begun_at.strftime("%Y-%m-%d %H:%M:%S")
        return (
            f"epoch {self.number} from position {self.first_idx} on, since {since} UTC: "
            f"{_WHY[self.reason]} (timeline {self.timeline})"
        )


class Ledger:
    """Questions about the ledger as a whole. Safe to share between threads.

    Every method raises StoreUnavailable when the database cannot be reached.
    """

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def end(self) -> Place:
        """The place of the last fact: where a follower begins that wants only what is to come."""
        ((idx, epoch),) = self._pools.read(_END, {})
        return Place(idx, epoch)

    def check(self, place: Place) -> None:
        """Raise LedgerWentBack where what a follower took in up to ``place`` is not all here."""
        ((first,),) = self._pools.read(_WENT_BACK, place.params())
        if first is not None:
            raise LedgerWentBack(str(place), first)

    def epoch(self) -> Epoch:
        """The newest epoch."""
        (row,) = self._pools.read(NEWEST_EPOCH, {})
        return epoch_of(row)

    def waiting_for(self) -> float | None:
        """For how many seconds, by the server's clock, the oldest committed fact has no place yet.

        None when all have one. It waits since its transaction began, and where a backlog is
        entered in instalments with the oldest of all of it, until the last of them. Raises
        SequencerRefuses where no fact will get its place at all.
        """
        rows = self._pools.read(statement("start_check"), {})
        raise_unless_order_holds(rows[0] if rows else None)
        seconds: float | None = rows[0][3]
        return seconds

    def unplaced(self) -> int:
        """How many committed facts wait for their place."""
        ((number,),) = self._pools.read(statement("unplaced"), {})
        return int(number)


def epoch_of(row: TupleRow) -> Epoch:
    """The epoch of a row of ``log.epoch``: number, id, first_idx, begun_at, reason, timeline."""
    number, identity, first_idx, begun_at, reason, timeline = row
    return Epoch(number, identity, first_idx, begun_at.astimezone(UTC), reason, timeline)


def raise_unless_order_holds(row: TupleRow | None) -> None:
    """Raise SequencerRefuses when ``start_check`` found a log that must not be sequenced as it is.

    A logical dump and restore (or logical replication) starts transaction ids anew. It shows as
    another system identifier, or as a stored snapshot or fact ahead of the present. pg_upgrade
    keeps the ids but changes the identifier; re-basing is then harmless.
    """
    if row is None:
        raise TransactionIdsRestarted("the sequencer's row is missing")
    cache, same_cluster, ahead, _ = row
    if cache != 1:
        raise SequenceCached(f"the sequence of log.event has a cache of {cache}, must be 1")
    if ahead or not same_cluster:
        raise TransactionIdsRestarted("the log was restored logically: re-base it first")


_END = (
    b"select h.head, log.epoch_at(h.head)"
    b" from (select coalesce(max(idx), 0) as head from log.ledger) h"
)
_WENT_BACK = b"select log.went_back(%(epoch)b::uuid, %(after)b::bigint)"
NEWEST_EPOCH: Final = (
    b"select number, id, first_idx, begun_at, reason, timeline"
    b" from log.epoch order by number desc limit 1"
)
