"""The desk of ``test_machine`` comes by every act, whoever holds it and on whatever ground."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import ClassVar

from tests.desk import FUND, KELA, LAW
from tests.property.stages import STAGES, taken_up
from tests.property.test_machine import ASKING, PASSING, DeskThroughDays

from cases.domain.case.act import Act, Organisation
from cases.domain.case.extension.acts import ExtendPlan
from cases.domain.case.register import ACTS
from cases.domain.case.responsibility.acts import HandOver
from cases.domain.case.review.acts import ReviewPlan, SwitchPlan
from cases.domain.case.studies.acts import StartSupportedStudies
from cases.domain.codes.values import ExtensionGround, ReviewHeldBy

ROUNDS = 50
STEPS = 25
ELSEWHERE = {"openCase", "joinCases", "noteFamilyPlan", "noteEarlierPlans"}
"""What begins a case, and what takes another case or a family plan to do."""
MOVED_HOME = "handed over to where the client lives"
RARE = {
    *(set(ACTS) - ELSEWHERE),
    *ReviewHeldBy,
    *ExtensionGround,
    MOVED_HOME,
    *("limited", KELA.id, FUND.id, "reviewPlan with an extension", "switchPlan with an extension"),
}


class Census(DeskThroughDays):
    """Counts what is recorded, and asks nothing about it."""

    found: ClassVar[Counter[str]] = Counter()

    def did(self, act: Act, by: Organisation) -> None:
        self.found.update(_told_of(act))
        home = self.desk.state.person.home
        if isinstance(act, HandOver) and home is not None and act.to == home.municipality:
            self.found[MOVED_HOME] += 1

    def asked(self, day: date) -> None:
        """``test_machine`` looks at it."""

    def changed(self) -> None:
        """``test_machine`` looks at it."""

    def teardown(self) -> None:
        """``test_machine`` looks at it."""


def _told_of(act: Act) -> Iterator[str]:
    """The act, and what of it is rare."""
    yield act.NAME
    match act:
        case ReviewPlan():
            yield act.held_by
            if act.limited_to:
                yield "limited"
        case StartSupportedStudies():
            yield act.paid_by
        case ExtendPlan():
            yield act.ground
        case _:
            pass
    if isinstance(act, ReviewPlan | SwitchPlan) and act.extension is not None:
        yield act.extension.ground
        yield f"{act.NAME} with an extension"


def _works(chance: Random, stage: str) -> None:
    """A desk works on a case at the stage, as Hypothesis would have it work."""
    census = Census()
    census.desk = taken_up(stage, LAW)
    for _ in range(STEPS):
        match chance.randrange(6):
            case 0:
                census.time_passes(days=chance.choice(PASSING))
            case 1:
                census.another_asks_for_the_case(by=chance.choice(ASKING))
            case 2:
                census.records_late(data=chance)
            case _:
                census.acts_on_the_day(data=chance)


def test_few_runs_come_by_every_act_whoever_holds_it_and_on_whatever_ground() -> None:
    """Some cases at each stage in a round, the seeds fixed, until all has been seen."""
    Census.found.clear()
    for n in range(ROUNDS):
        for stage in STAGES:
            _works(Random(f"{stage} {n}"), stage)
        missing = {each for each in RARE if not Census.found[each]}
        if not missing:
            return
    assert not missing
