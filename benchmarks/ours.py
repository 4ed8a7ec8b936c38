"""The product's own log, as the application uses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast
from uuid import UUID, uuid4

import psycopg

from benchmarks.acts import later_acts, open_cases, opening, our_log
from benchmarks.beside import sequencer
from benchmarks.contestants import PAGE, Contestant, Fact, Given, Needs, Place, Work
from benchmarks.history import LENGTH
from cases.app.store.entries import Append, Appended
from cases.app.store.recorder import CaseRecorder

WHOLE = b"""
    with fact as (
        select stream_id, version, sealed,
               count(act_key) over (partition by stream_id order by version) as act
          from log.event),
    act as (
        select stream_id, act, max(version) as last
          from fact group by 1, 2 having bool_and(sealed is not null))
    select f.stream_id, f.version
      from fact f join act a using (stream_id, act)
      join trail.access t on t.case_id = f.stream_id and t.case_version = a.last"""
"""A fact counts as found when nothing that belongs to its act is missing."""


class Ours(Contestant):
    """``CaseLog.append`` whole, on cases that exist."""

    name = "cases: append to a case"
    does = (
        "CaseLog.append: seals the facts (AES-256-GCM-SIV), serialises header and access record, "
        "borrows a connection of the writers' pool, and in one statement checks version, instant "
        "and living key and writes facts, idempotency record and access record."
    )

    def __init__(self, place: Place, threads: int) -> None:
        super().__init__(place, threads)
        self._open = our_log(place.url, place.keyring, threads)
        self._ours = self._open.__enter__()

    @classmethod
    @contextmanager
    def laid(cls, needs: Needs) -> Iterator[Place]:
        """Our schema."""
        name = f"{needs.part}_{cls.__name__.lower()}"
        yield Place(needs.ground.migrated_database(name), str(needs.ground.keyring))

    def work(self, client: int, size: int, facts: int) -> Work:
        per_case = (LENGTH - 1) // facts
        cases = open_cases(self._ours.log, -(-size // per_case))
        acts = [each for case_id in cases for each in later_acts(case_id, size=facts)]
        return Work(acts, self._append)

    def facts(self, act: Append) -> list[Fact]:
        return [(act.stream_id, fact.version) for fact in act.facts]

    def found(self) -> set[Fact]:
        return facts_of(self.place.url, WHOLE)

    def close(self) -> None:
        self._open.__exit__(None, None, None)

    def _append(self, act: Append) -> None:
        result = self._ours.log.append(act)
        if not isinstance(result, Appended):
            raise RuntimeError(f"refused: {result}")


class OursSequenced(Ours):
    """The same while a sequencer in a process of its own gives every fact its place."""

    name = "cases: append, sequencer at work"
    crowds = ((8, 1), (8, 5))
    does = (
        "The same, while a sequencer (another process, the pause of production) gives every fact "
        "its place in the ledger: what the library's way includes, since it orders while it writes."
    )
    follows = "the ledger, by position"

    def __init__(self, place: Place, threads: int) -> None:
        super().__init__(place, threads)
        self._recorder = CaseRecorder(self._ours.pools, lambda: datetime.now(UTC), uuid4)

    @classmethod
    @contextmanager
    def laid(cls, needs: Needs) -> Iterator[Place]:
        """Our schema, and a sequencer over it."""
        with super().laid(needs) as place, sequencer(place.url):
            yield place

    def follow(self, after: int) -> list[Given]:
        page = self._recorder.select_notifications(after, PAGE, inclusive_of_start=False)
        return [
            Given(each.id, cast(UUID, each.originator_id), each.originator_version) for each in page
        ]


class OursOpening(Ours):
    """``CaseLog.append`` of a first fact."""

    name = "cases: open a case"
    crowds = ((8, 1),)
    does = (
        "CaseLog.append of a case's first fact: the same, and a data key made, wrapped (AES-KWP) "
        "and stored, and the blind index of the person's identity code with its unique index."
    )

    def work(self, client: int, size: int, facts: int) -> Work:
        return Work([opening(uuid4()) for _ in range(size)], self._append)


def facts_of(url: str, query: bytes) -> set[Fact]:
    """The rows of a query, each a stream and a version."""
    with psycopg.connect(url) as connection:
        return {(row[0], row[1]) for row in connection.execute(query)}
