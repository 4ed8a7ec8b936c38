"""PostgreSQL as far as the protocols of the log can tell: ids, numbers, snapshots, rows, locks.

A world is a value; every step of an actor makes another one. Rows of a transaction that was rolled
back are gone, as nobody can see them; its id and the numbers it drew are used up.
"""

from typing import NamedTuple


class Snapshot(NamedTuple):
    """What ``pg_current_snapshot()`` says.

    ``bound`` is one above the newest transaction that has ended; ``running`` are those below it
    that have not. An id at or above the bound is never listed: it was not known.
    """

    bound: int
    running: frozenset[int]

    def sees(self, transaction: int) -> bool:
        """``pg_visible_in_snapshot``."""
        return transaction < self.bound and transaction not in self.running

    @property
    def horizon(self) -> int:
        """The oldest transaction that was running (``pg_snapshot_xmin``)."""
        return min(self.running, default=self.bound)


class Fact(NamedTuple):
    """A row of the log. ``row`` is the id of the subtransaction that wrote it, else its writer.

    ``act`` is the key of the act it belongs to, where the protocol is about acts.
    """

    stream: str
    version: int
    number: int
    writer: int
    row: int
    act: str = ""

    def __str__(self) -> str:
        return f"{self.stream}{self.version}"


class Mark(NamedTuple):
    """The sequencer's row. ``upto`` and ``reached`` are set while a backlog is being entered."""

    snapshot: Snapshot = Snapshot(1, frozenset())
    upto: Snapshot | None = None
    reached: int = 0


class Record(NamedTuple):
    """The idempotency record of an act, by its key."""

    key: str
    writer: int


class Turn(NamedTuple):
    """A page of the ledger that was handed out and is not finished."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class World(NamedTuple):
    """One database."""

    next_id: int = 1
    ended: int = 0
    running: frozenset[int] = frozenset()
    next_number: int = 1
    facts: tuple[Fact, ...] = ()
    records: tuple[Record, ...] = ()
    ledger: tuple[Fact, ...] = ()
    mark: Mark = Mark()
    mark_locked_by: str = ""
    allotted: int = 0
    turns: tuple[Turn, ...] = ()
    held: frozenset[Turn] = frozenset()
    rows: tuple[int, ...] = ()
    head: int = 0
    listening: bool = False
    line_is_cut: bool = False
    told: bool = False

    @property
    def snapshot(self) -> Snapshot:
        """What a statement that starts now will see."""
        bound = self.ended + 1
        return Snapshot(bound, frozenset(each for each in self.running if each < bound))

    @property
    def committed(self) -> tuple[Fact, ...]:
        """The facts of every transaction that has committed."""
        return tuple(fact for fact in self.facts if fact.writer not in self.running)

    def seen_by(self, snapshot: Snapshot, own: int = 0) -> tuple[Fact, ...]:
        """The facts a statement with this snapshot reads; ``own`` is its own transaction."""
        return tuple(f for f in self.facts if f.writer == own or snapshot.sees(f.writer))

    def draw_id(self) -> tuple["World", int]:
        """A transaction begins to write."""
        drawn = self.next_id
        return self._replace(next_id=drawn + 1, running=self.running | {drawn}), drawn

    def draw_subtransaction(self) -> tuple["World", int]:
        """A savepoint begins to write: an id that no snapshot lists."""
        return self._replace(next_id=self.next_id + 1), self.next_id

    def draw_number(self) -> tuple["World", int]:
        """``nextval``: never given back."""
        return self._replace(next_number=self.next_number + 1), self.next_number

    def commit(self, transaction: int) -> "World":
        """Its rows are visible to every later snapshot; its savepoints end with it."""
        rows = (fact.row for fact in self.facts if fact.writer == transaction)
        return self._replace(
            running=self.running - {transaction}, ended=max(self.ended, transaction, *rows)
        )

    def undo_savepoint(self, row: int) -> "World":
        """Its rows are gone, and its id counts as ended."""
        return self._replace(
            facts=tuple(fact for fact in self.facts if fact.row != row),
            ended=max(self.ended, row),
        )

    def roll_back(self, transaction: int) -> "World":
        """Its rows are gone."""
        return self.commit(transaction)._replace(
            facts=tuple(f for f in self.facts if f.writer != transaction),
            records=tuple(r for r in self.records if r.writer != transaction),
        )
