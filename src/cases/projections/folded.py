"""Folded cases, shared by the projections of a process: each is unsealed and folded once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from cases.domain.case.records.mending import touches
from cases.domain.case.state import NOTHING, CaseState, UnknownFact, fold
from cases.domain.facts import Recorded
from cases.projections.feed import Feed, StaleRead, Unread


@dataclass(frozen=True, slots=True)
class NotFolded:
    """Why there is no state of a case: the class of the error, and no content.

    ``gone``: erased by law. ``unknown``: this release does not know one of its facts.
    """

    kind: str
    gone: bool = False
    unknown: bool = False


Folded = CaseState | NotFolded


class FoldedCases:
    """The states of recent cases, continued from where they were. Safe to share between threads.

    At most ``capacity`` states are kept, and none for longer than ``lifetime`` (seconds of
    ``clock``, monotonic) after its case was last read: that is when its key was last seen to
    exist. A state is newer than what is asked for whenever it can be. ``chunk`` cases are read at
    a time, so that memory does not grow with a page.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        capacity: int = 1_024,
        lifetime: float = 300.0,
        chunk: int = 128,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._feed = feed
        self._capacity = capacity
        self._lifetime = lifetime
        self._chunk = chunk
        self._clock = clock
        # Oldest reading first.
        self._known: OrderedDict[UUID, tuple[float, CaseState]] = OrderedDict()
        # Held while cases are read: another projection that wants the same ones then finds them.
        self._lock = threading.Lock()
        self._server = ""

    def at_least(self, wanted: Mapping[UUID, int]) -> dict[UUID, Folded]:
        """Each case at the version asked for or a newer one, or why it cannot be had.

        Raises StaleRead when the feed is older than that, and what the feed raises.
        """
        found: dict[UUID, Folded] = {}
        with self._lock:
            self._forget_old()
            since: dict[UUID, int] = {}
            for case_id, version in wanted.items():
                known = self._known.get(case_id)
                if known is not None and known[1].version >= version:
                    found[case_id] = known[1]
                else:
                    since[case_id] = known[1].version if known is not None else 0
            behind = iter(since.items())
            while chunk := dict(islice(behind, self._chunk)):
                found |= self._read(chunk, wanted)
        return found

    def served_by(self, server: str) -> None:
        """Read everything anew when it was another server, or another run of it, until now.

        A server that took over may lack the last facts its predecessor had told.
        """
        with self._lock:
            if server != self._server:
                self._known.clear()
                self._server = server

    def forget(self, case_ids: Iterable[UUID]) -> None:
        """Read these cases anew when they are asked for next."""
        with self._lock:
            for case_id in case_ids:
                self._known.pop(case_id, None)

    def _read(self, since: Mapping[UUID, int], wanted: Mapping[UUID, int]) -> dict[UUID, Folded]:
        read = self._feed.load_since(since)
        if anew := [c for c, version in since.items() if _touches(read.get(c, ()), version)]:
            # What was put right is folded with everything that builds on it.
            for case_id in anew:
                self._known.pop(case_id, None)
            read = {**read, **self._feed.load_since(dict.fromkeys(anew, 0))}
        now = self._clock()
        found: dict[UUID, Folded] = {}
        for case_id in since:
            _, state = self._known.pop(case_id, (now, NOTHING))
            folded = fold_on(read.get(case_id, ()), state)
            if isinstance(folded, CaseState):
                if folded.version < wanted[case_id]:
                    raise StaleRead(f"{case_id} is not yet readable at {wanted[case_id]}")
                self._known[case_id] = (now, folded)
            found[case_id] = folded
        for case_id in [*islice(self._known, max(0, len(self._known) - self._capacity))]:
            del self._known[case_id]
        return found

    def _forget_old(self) -> None:
        until = self._clock() - self._lifetime
        while self._known and next(iter(self._known.values()))[0] < until:
            self._known.popitem(last=False)


def _touches(read: tuple[Recorded, ...] | Unread, version: int) -> bool:
    return version > 0 and isinstance(read, tuple) and touches(read, version)


def fold_on(read: tuple[Recorded, ...] | Unread, state: CaseState = NOTHING) -> Folded:
    """The state after what was read of a case, or why there is none. Never raises for a fact."""
    if not isinstance(read, tuple):
        cause = read.cause
        return NotFolded(type(cause).__name__, gone=cause.gone, unknown=cause.unknown)
    try:
        return fold(read, state)
    except MemoryError:
        raise
    except Exception as error:
        return NotFolded(type(error).__name__, unknown=isinstance(error, UnknownFact))
