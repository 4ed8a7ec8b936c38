"""What tests of generated histories share: patterns, people, and an act done again."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from cases.app.access.purposes import shipped_purposes
from cases.app.access.witness import Witness
from cases.app.bootstrap import read_organisations
from cases.app.cases import Cases
from cases.app.clock import SimulationClock
from cases.app.histories.desk import Performance
from cases.app.histories.generating import authorities_of
from cases.app.histories.pattern import Pattern, Patterns
from cases.app.histories.people import Group, Population
from cases.app.histories.plan import Plan
from cases.app.histories.retelling import Person, Retelling
from cases.app.outcomes import ActOutcome, Seen
from cases.app.requests import Request
from cases.app.settings import Environment, Settings
from cases.app.store.bulk import NewCase
from cases.app.store.keys import DataKeys
from cases.app.store.mapper import CaseMapper, FactTypes
from cases.app.store.trail import Trail
from cases.domain.case.register import FACTS
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.domain.time import legal_day
from tests.logbook import KEYRING, Opened

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
CASE_FACTS = FactTypes(FACTS)
LAW = load_law()
ORGANISATIONS = read_organisations(Settings(environment=Environment.TEST))


def patterns(*, seed: int = 1, law: Law = LAW, now: datetime = NOW) -> Patterns:
    """Patterns as they are decided at ``now``, for all authorities of the fictional register."""
    return Patterns(**_rests_on(seed, law, now))


def _rests_on(seed: int, law: Law, now: datetime) -> dict[str, Any]:
    keys = DataKeys(KEYRING, os.urandom, time.monotonic)
    return {
        "law": law,
        "purposes": shipped_purposes(),
        "organisations": ORGANISATIONS,
        "authorities": authorities_of(ORGANISATIONS, legal_day(now)),
        "mapper": CaseMapper(CASE_FACTS, keys, os.urandom),
        "blind_index": KEYRING.blind_index,
        "now": now,
        "seed": seed,
    }


def decided(
    number: int, *, seed: int = 1, law: Law = LAW, now: datetime = NOW
) -> Iterator[Pattern]:
    """The first patterns of a seed."""
    made, population = patterns(seed=seed, law=law, now=now), Population(legal_day(now), seed)
    for n, group in zip(range(number), population, strict=False):
        yield made.decide(n, group)


class Remembering(Patterns):
    """Decides each pattern once, however often it is asked for."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._known: dict[tuple[int, Group], Pattern] = {}

    def decide(self, number: int, group: Group) -> Pattern:
        """The pattern of a number, for the people of a group."""
        if (number, group) not in self._known:
            self._known[number, group] = super().decide(number, group)
        return self._known[number, group]


_REMEMBERING: dict[tuple[int, int], Remembering] = {}
_FACTS: dict[int, tuple[Pattern, tuple[Recorded, ...]]] = {}


def remembered(seed: int = 1, law: Law = LAW) -> Remembering:
    """The patterns of a seed under a law that is kept for the whole run."""
    return _REMEMBERING.setdefault((id(law), seed), Remembering(**_rests_on(seed, law, NOW)))


def first(number: int, law: Law = LAW) -> list[Pattern]:
    """The first patterns under a law that is kept for the whole run, each decided once."""
    made, population = remembered(law=law), Population(legal_day(NOW), 1)
    return [made.decide(n, group) for n, group in enumerate(islice(population, number))]


def facts_of(pattern: Pattern) -> tuple[Recorded, ...]:
    """The facts of one of the first patterns, read once."""
    if id(pattern) not in _FACTS:
        _FACTS[id(pattern)] = (pattern, recorded(pattern.case))
    return _FACTS[id(pattern)][1]


def plan(*, seed: int = 1, known: frozenset[bytes] = frozenset()) -> Plan:
    """A plan for a registry that knows these people."""
    return Plan(
        remembered(seed),
        Population(legal_day(NOW), seed),
        KEYRING.blind_index,
        lambda blinds: known & set(blinds),
        seed,
    )


def recorded(case: NewCase) -> tuple[Recorded, ...]:
    """The facts of a case that is not in the log yet, as they would be read from there."""
    keys = DataKeys(KEYRING, os.urandom, time.monotonic)
    mapper = CaseMapper(CASE_FACTS, keys, os.urandom)
    _, key = keys.make(case.stream_id)
    return tuple(
        mapper.unseal_row(
            key,
            case.stream_id,
            fact.version,
            fact.topic,
            fact.event_id,
            fact.recorded_at,
            fact.metadata,
            mapper.seal_plain(fact, key),
        )
        for fact in case.facts
    )


def person(code: str) -> Person:
    """Somebody, by identity code."""
    return Person(code, KEYRING.blind_index(code))


class Replay:
    """A retold history done again, act by act, by the application over a log."""

    def __init__(self, store: Opened, pattern: Pattern, somebody: Person, seed: int = 1) -> None:
        retelling = Retelling(pattern, seed)
        own = retelling.own(somebody)
        self._log = store.log
        self._later = own.later
        self._words = dict(zip(retelling.texts, own.texts, strict=True))
        ids = dict(zip(retelling.ids, own.ids, strict=True))
        requests = {performance.caller.request_id for performance in pattern.performed}
        self._ids = iter([ids.get(i, i) for i in pattern.issued if str(i) not in requests])
        self._clock = SimulationClock(NOW)
        self._cases = Cases(
            log=store.log,
            witness=Witness(Trail(store.pools), self._clock.now, self._next_id),
            law=LAW,
            clock=self._clock,
            new_id=self._next_id,
            blind_index=KEYRING.blind_index,
            authorities=ORGANISATIONS,
            accept_test_codes=True,
        )

    def perform(self, performance: Performance, case_id: UUID, version: int) -> ActOutcome:
        """Do one act of the pattern as the person's."""
        self._clock.set(performance.at + self._later)
        asked = performance.request
        caller = performance.caller
        request_id = self._own(caller.request_id)
        return self._cases.perform(
            type(caller)(caller.principal, caller.purpose, request_id),
            Request(
                act=type(asked.act).model_validate_json(self._own(asked.act.model_dump_json())),
                key=self._own(asked.key),
                fingerprint=asked.fingerprint,
                case_id=case_id if version else None,
                seen=Seen.of(self._log.load(case_id)) if version else None,
            ),
        )

    def _own(self, text: str) -> str:
        told = text.encode()
        for word, own in self._words.items():
            told = told.replace(word, own)
        return told.decode()

    def _next_id(self) -> UUID:
        return next(self._ids)
