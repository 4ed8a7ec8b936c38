"""Nodes whose clocks are an hour wrong act on one case: nothing is lost, and no instant turns back.

The clocks of those who keep the read models are in ``test_runners``.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr
from tests import acts
from tests.adversary.arena import Arena
from tests.adversary.examiner import Verdict
from tests.logbook import act, opened

from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role
from cases.app.bootstrap import System, open_system
from cases.app.clock import SimulationClock
from cases.app.embedded import Database
from cases.app.outcomes import ActOutcome, Performed, Seen
from cases.app.requests import Request
from cases.app.settings import Environment, Settings
from cases.app.store.entries import Appended
from cases.app.store.faults import RecordedBackwards
from cases.domain.case.act import Act
from cases.domain.case.person.acts import PersonDetails, RecordDetails
from cases.domain.facts import Recorded
from cases.domain.questions.as_of import AsOf, known
from cases.domain.time import legal_day

# Half an hour before midnight in Helsinki, so that the clocks tell two legal days.
BEGIN = datetime(2025, 3, 10, 21, 30, tzinfo=UTC)
WRONG = (timedelta(0), timedelta(hours=1), timedelta(hours=-1))


class Node:
    """One process's worth of the product, with a clock of its own."""

    def __init__(
        self, stack: ExitStack, database: Database, arena: Arena, wrong: timedelta
    ) -> None:
        settings = Settings(
            environment=Environment.TEST, database_url=SecretStr(database.url), state=arena.folder
        )
        self.clock = SimulationClock(BEGIN + wrong)
        self._wrong = wrong
        self._system: System = stack.enter_context(open_system(settings, self.clock))

    def at(self, instant: datetime) -> None:
        """What its clock makes of an instant."""
        self.clock.set(instant + self._wrong)

    def load(self, case_id: UUID) -> tuple[Recorded, ...]:
        """The facts of a case."""
        return self._system.log.load(case_id)

    def performs(self, what: Act, case_id: UUID | None = None) -> ActOutcome:
        """An officer's act on the case as it is now."""
        system = self._system
        vaasa = system.organisations.find("vaasa")
        assert vaasa is not None
        officer = Principal(subject="1", organisation=vaasa, roles=frozenset({Role.OFFICER}))
        purpose = system.purposes.purpose(
            "ORGANISING_SERVICES", {Role.OFFICER}, system.clock.today()
        )
        seen = Seen.of(self.load(case_id)) if case_id else None
        request = Request(
            act=what, key=str(uuid4()), fingerprint=b"the same", case_id=case_id, seen=seen
        )
        return system.cases.perform(Caller(officer, purpose, str(uuid4())), request)


@contextmanager
def _nodes(arena: Arena) -> Iterator[list[Node]]:
    with ExitStack() as stack:
        yield [Node(stack, arena.ours, arena, wrong) for wrong in WRONG]


def _details(language: str, on: date | None) -> RecordDetails:
    return RecordDetails(details=PersonDetails(contact_language=language), effective_on=on)


@pytest.mark.guarantee("AD-9", "LG-4")
def test_officers_on_nodes_whose_clocks_are_an_hour_wrong(arena: Arena) -> None:
    """They act in turn on one case, some with a legal date and some without."""
    dice = random.Random(3)
    minutes = 2 * arena.size.scenes
    lost, legal_days = 0, [legal_day(BEGIN)]
    with _nodes(arena) as nodes:
        opened_case = nodes[0].performs(acts.open_case())
        assert isinstance(opened_case, Performed)
        case_id = opened_case.case_id
        before = len(opened_case.facts)
        for minute in range(1, minutes + 1):
            node = dice.choice(nodes)
            node.at(BEGIN + timedelta(minutes=minute / minutes * 50))
            on = dice.choice((None, date(2025, 2, 20)))
            outcome = node.performs(_details(("fi", "sv", "en")[minute % 3], on), case_id)
            lost += not isinstance(outcome, Performed)
            legal_days.append(on or node.clock.today())
        facts = nodes[0].load(case_id)
    # The legal date is the act's or of the node's calendar, whatever instant it is kept under.
    assert [f.effective_on for f in facts[before:]] == legal_days[1:]
    assert len(set(legal_days)) == 3
    ours = Verdict(lost=lost, inverted=_turned_back(facts), split=_holes(facts))
    own_clock, unasked = _without_the_rule(arena, minutes)
    arena.score(
        "nodes' clocks an hour wrong",
        ours,
        {
            "records its own instant": ("lost", own_clock),
            "records it unasked": ("inverted", unasked),
        },
        facts=len(facts),
    )


def _turned_back(facts: Sequence[Recorded]) -> int:
    return sum(a.recorded_at > b.recorded_at for a, b in pairwise(facts))


def _holes(facts: Sequence[Recorded]) -> int:
    """In how many instants of the history what was known then is not all that stood before it."""
    return sum(
        known(facts, AsOf(valid_on=date(2025, 3, 10), known_at=fact.recorded_at)).facts
        != facts[: sum(f.recorded_at <= fact.recorded_at for f in facts)]
        for fact in facts
    )


def _without_the_rule(arena: Arena, minutes: int) -> tuple[Verdict, Verdict]:
    """The same nodes without it: the log refuses what it is asked, and keeps what it is not."""
    dice, careful, careless = random.Random(3), uuid4(), uuid4()
    lost = version = 0
    with (
        opened(arena.theirs.url, size=1) as store,
        psycopg.connect(arena.theirs.superuser_url, autocommit=True) as superuser,
    ):
        for minute in range(minutes):
            at = BEGIN + timedelta(minutes=minute / minutes * 50) + dice.choice(WRONG)
            try:
                result = store.log.append(act(careful, version, str(minute), at=at))
                assert isinstance(result, Appended)
                version += 1
            except RecordedBackwards:
                lost += 1
            superuser.execute(
                "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,"
                " key_id, payload_hash) values (%s, %s, gen_random_uuid(), 't', %s, '{}',"
                " gen_random_uuid(), sha256(''))",
                (careless, minute + 1, at),
            )
        row = superuser.execute(
            "select count(*) from (select recorded_at < lag(recorded_at) over (order by version)"
            " as back from log.event where stream_id = %s) e where back",
            (careless,),
        ).fetchone()
    assert row is not None
    return Verdict(lost=lost), Verdict(inverted=row[0])
