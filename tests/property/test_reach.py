"""The desk of ``test_machine`` comes by every act, whoever holds it and on whatever ground."""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.desk import FUND, KELA, LAW
from tests.property.stages import OFTEN
from tests.property.test_machine import THOROUGH, DeskThroughDays, at_stages

from cases.domain.case.act import Act, Organisation
from cases.domain.case.extension.acts import ExtendPlan
from cases.domain.case.register import ACTS
from cases.domain.case.review.acts import ReviewPlan, SwitchPlan
from cases.domain.case.studies.acts import StartSupportedStudies
from cases.domain.codes.values import ExtensionGround, ReviewHeldBy

ROUNDS = 10
ELSEWHERE = {"openCase", "joinCases", "noteFamilyPlan"}
"""What begins a case, and what takes another case or a family plan to do."""
RARE = {
    *(set(ACTS) - ELSEWHERE),
    *ReviewHeldBy,
    *ExtensionGround,
    *("limited", KELA.id, FUND.id, "reviewPlan with an extension", "switchPlan with an extension"),
}


class Census(DeskThroughDays):
    """Counts what is recorded, and asks nothing about it."""

    found: ClassVar[Counter[str]] = Counter()

    def did(self, act: Act, by: Organisation) -> None:
        self.found.update(_told_of(act))

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


def test_few_runs_come_by_every_act_whoever_holds_it_and_on_whatever_ground() -> None:
    """Some cases at each stage in a round, the seeds fixed, until all has been seen."""
    Census.found.clear()
    few = settings(THOROUGH, max_examples=4, database=None)
    missing = RARE
    for n in range(ROUNDS):
        for stage in OFTEN:
            seeded = seed(n)(at_stages(Census, LAW, (stage,)))
            run_state_machine_as_test(seeded, settings=few)
        missing = {each for each in RARE if not Census.found[each]}
        if not missing:
            break
    assert not missing
