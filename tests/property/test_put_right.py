"""Whatever a desk has recorded can be decided again, annulled and corrected, and stays lawful."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.desk import Desk
from tests.property.checks import check_home, check_maximum, check_plans, check_reviews
from tests.property.stages import LAWS, OFTEN
from tests.property.test_machine import DeskThroughDays, at_stages

from cases.domain.case.act import Decision
from cases.domain.case.past import past_of
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.records.acts import AnnulRecord, Change, CorrectRecord
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.case.records.mending import MENDS, mended, mends
from cases.domain.case.records.replaying import acts_of, decided, new_violations
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.case.state import NOTHING, fold
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal

SETTINGS = settings(
    max_examples=2,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check_told_again(desk: Desk) -> None:
    """Every act, told again from its facts and decided again, comes to just these facts."""
    state = NOTHING
    for facts in acts_of(desk.facts):
        if isinstance(facts[0].fact, HandOverRequested):
            # Another authority's opening left it, and nothing else of what that told.
            state = fold(facts, state)
            continue
        outcome = decided(past_of(desk.facts, desk.under), facts, state)
        assert isinstance(outcome, Decision), (facts[0].act, outcome)
        assert outcome.facts == tuple(each.fact for each in facts), facts[0].act
        assert outcome.rules == tuple(facts[0].rules)
        state = fold(facts, state)


def check_still_lawful(before: Sequence[Recorded], desk: Desk) -> None:
    """No act that counts is refused by a rule that did not refuse it before."""
    counted, was, now = mended(desk.facts), NOTHING, NOTHING
    earlier = {facts[0].version: facts for facts in acts_of(mended(before))}
    left = {facts[0].version: facts for facts in acts_of(counted)}
    for version, facts in earlier.items():
        if mends(facts):
            continue
        kept = left.get(version)
        if kept is not None:
            outcomes = (
                decided(past_of(desk.facts, desk.under), facts, was),
                decided(past_of(desk.facts, desk.under), kept, now),
            )
            assert not new_violations(*outcomes), (facts[0].act, outcomes)
            now = fold(kept, now)
        was = fold(facts, was)


def annul(desk: Desk, recorded: Recorded) -> None:
    """Annul the record: refused with what builds on it, then along with just that."""
    version, today = recorded.version, desk.today
    act = AnnulRecord(version=version, reason="Recorded on the wrong person")
    outcome = desk.asks(act, today, today=today)
    if isinstance(outcome, Refusal):
        (violation,) = outcome.violations
        assert violation.line.rule == Rule.NOTHING_BUILDS_ON_IT
        along = violation.line.inputs["buildingOn"]
        act = act.model_copy(update={"along": along})
    before = desk.facts
    desk.does(act, today, today=today)
    fact, *_ = (each.fact for each in desk.facts[len(before) :])
    assert isinstance(fact, RecordAnnulled)
    assert {version, *act.along} <= {*fact.annulled}
    kept = {each.version for each in mended(desk.facts)}
    assert not kept & {*fact.annulled}
    check_still_lawful(before, desk)


def correct(desk: Desk, recorded: Recorded) -> None:
    """Correct the legal date by a day: either way it is decided, and what is recorded holds."""
    today = desk.today
    day = recorded.effective_on.fromordinal(recorded.effective_on.toordinal() - 1)
    change = Change(member="/effectiveOn", to=day.isoformat())
    act = CorrectRecord(version=recorded.version, changes=(change,), reason="Wrong day")
    outcome = desk.asks(act, today, today=today)
    if not isinstance(outcome, Decision):
        return
    before = desk.facts
    desk.does(act, today, today=today)
    (now,) = (each for each in mended(desk.facts) if each.version == recorded.version)
    assert now.effective_on == day
    assert any(isinstance(each, RecordCorrected) for each in outcome.facts)
    check_still_lawful(before, desk)


class PutsRight(DeskThroughDays):
    """After its days, every record of the case is corrected and annulled in turn."""

    def teardown(self) -> None:
        super().teardown()
        if self.desk.state.version == 0:
            return
        if not mends(self.desk.facts):
            check_told_again(self.desk)
        for recorded in mended(self.desk.facts)[2:]:
            if isinstance(recorded.fact, (PlanExpired, *MENDS)):
                continue
            for put_right in (annul, correct):
                desk = self.desk.copy()
                put_right(desk, recorded)
                assert desk.state == fold(desk.facts)
                check_plans(desk)
                check_maximum(desk)
                check_reviews(desk)
                check_home(desk)


@pytest.mark.guarantee("RC-1")
@pytest.mark.guarantee("RC-2")
@pytest.mark.guarantee("RC-8")
@pytest.mark.parametrize("law", LAWS, ids=["enacted", "in-force", "changing"])
def test_whatever_is_put_right_what_counts_is_lawful(law: Law) -> None:
    for stages in (OFTEN[::2], OFTEN[1::2]):
        run_state_machine_as_test(at_stages(PutsRight, law, stages), settings=SETTINGS)
