"""Patterns: histories the application itself has recorded, as cases go."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import islice, pairwise

import pytest
from tests.casebook import Case, Casebook
from tests.desk import Desk
from tests.inventing import LAW, NOW, decided, facts_of, first, patterns, recorded
from tests.property.checks import check_plans

from cases.app.histories.pattern import NoTime, Pattern
from cases.app.histories.people import Population
from cases.domain.case.assessment.facts import AssessmentForgone, AssessmentStarted
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.register import FACTS
from cases.domain.case.responsibility.facts import CaseHandedOver
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.case.state import fold
from cases.domain.case.studies.facts import SupportedStudiesStarted
from cases.domain.codes.values import ExtensionGround, HandOverReason, PlanKind
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.domain.time import legal_day
from cases.projections.timers.fold import Timers

LAWS = [
    LAW,
    load_law([("681/2023@2025", date(2025, 1, 1))]),
    load_law([("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2025, 9, 1))]),
]
MANY = 240
OF_MULTISECTORAL = {AssessmentForgone.topic(), PlanSwitched.topic()}
NOT_GENERATED = {
    "referral.elsewhere.v1",
    "referral.elsewhere-outcome-recorded.v1",
    "service.started.v1",
    "service.completed.v1",
    "service.interrupted.v1",
    "language-test.recorded.v1",
    "cost.recorded.v1",
    "necessary-data.recorded.v1",
    "representation.recorded.v1",
    "representation.ended.v1",
    "consent.given.v1",
    "consent.withdrawn.v1",
    "case.named-in-family-plan.v1",
    "earlier-plans.noted.v1",
    "record.corrected.v1",
    "record.annulled.v1",
    "correction.requested.v1",
    "correction.request-answered.v1",
    "case.hand-over-requested.v1",
    "case.hand-over-request-declined.v1",
    "cases.joined.v1",
    "case.reopened.v1",
}
"""What generated histories leave out: no plan, and nothing due, depends on it."""


@pytest.fixture(scope="module", params=range(len(LAWS)))
def told(request: pytest.FixtureRequest) -> tuple[Law, list[Pattern]]:
    law = LAWS[request.param]
    return law, first(MANY, law)


@pytest.mark.guarantee("BL-2")
def test_a_history_has_six_to_twenty_four_facts_and_ends_before_today(
    told: tuple[Law, list[Pattern]],
) -> None:
    law, found = told
    lengths = [len(pattern.case.facts) for pattern in found]
    assert min(lengths) >= 6
    assert max(lengths) <= 24
    assert len(set(lengths)) > 8
    begin, today = law.timeline[0].applies_from, legal_day(NOW)
    for pattern in found:
        days = [legal_day(fact.recorded_at) for fact in pattern.case.facts]
        assert begin <= days[0]
        assert days[-1] < today
        for fact, day in zip(facts_of(pattern), days, strict=True):
            assert fact.effective_on <= day
            assert fact.edition == law.governing(fact.effective_on).id
    assert len({legal_day(pattern.case.facts[0].recorded_at) for pattern in found}) > MANY / 2


@pytest.mark.guarantee("BL-2")
def test_histories_keep_what_holds_of_every_case(told: tuple[Law, list[Pattern]]) -> None:
    law, found = told
    for pattern in found[::4]:
        facts = facts_of(pattern)
        assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(facts))
        check_plans(desk(law, facts))


@pytest.mark.guarantee("BL-2")
def test_everything_that_happens_in_the_field_happens(told: tuple[Law, list[Pattern]]) -> None:
    law, found = told
    states = [fold(facts_of(pattern)) for pattern in found]
    topics = Counter(fact.topic for pattern in found for fact in pattern.case.facts)
    # Where the Act as enacted held for some months only, few are switched in them.
    rare = set() if law is LAW else OF_MULTISECTORAL
    assert set(FACTS) - set(topics) - rare == NOT_GENERATED
    if law.timeline[0].edition != "681/2023":
        assert not OF_MULTISECTORAL & set(topics)
    assert 0.4 < sum(pattern.case.is_open for pattern in found) / MANY < 0.9
    assert any(len(state.plans) > 1 for state in states)
    assert any(not state.plans and state.closing for state in states)
    assert any(plan.ending for state in states for plan in state.plans)
    assert len({state.responsible_on(date.max) for state in states}) > 8
    for state, pattern in zip(states, found, strict=True):
        assert bool(state.closing) is not pattern.case.is_open


@pytest.mark.guarantee("BL-2")
def test_everything_an_act_can_tell_is_told(told: tuple[Law, list[Pattern]]) -> None:
    """Kinds, parties, departures, changes, limits, grounds, payers, answers: each where it may."""
    law, found = told
    every = [fact for pattern in found for fact in facts_of(pattern)]
    facts = [fact.fact for fact in every]
    drawn_up = [fact for fact in facts if isinstance(fact, PlanDrawnUp)]
    reviews = [fact for fact in facts if isinstance(fact, PlanReviewed)]
    changes = [review.changes for review in reviews if review.changes]
    grounds = {fact.ground for fact in facts if isinstance(fact, PlanExtended)}
    assert any(plan.under_act for plan in drawn_up)
    assert {bool(plan.no_job_search_reason) for plan in drawn_up} == {False, True}
    for member in ("goals", "measures", "ended_measures", "follow_up", "valid_until"):
        assert any(getattr(change, member) for change in changes), member
    assert any(review.intends_to_become_jobseeker for review in reviews)
    assert grounds & {ExtensionGround.LITTLE_EDUCATION, ExtensionGround.HOME_CARE_PART_TIME}
    assert grounds & {ExtensionGround.ILLNESS_OR_INJURY, ExtensionGround.COMPARABLE_REASON}
    payers = {fact.paid_by for fact in facts if isinstance(fact, SupportedStudiesStarted)}
    assert payers == {"kela", "esimerkkikassa"}
    reasons = {fact.reason for fact in facts if isinstance(fact, CaseHandedOver)}
    assert reasons == {HandOverReason.JOBSEEKER, HandOverReason.NO_LONGER_JOBSEEKER}
    multisectoral = [plan for plan in drawn_up if plan.kind is PlanKind.MULTISECTORAL]
    assert bool(multisectoral) is (law.timeline[0].edition == "681/2023")
    assert all(plan.parties for plan in multisectoral)
    if len(law.timeline) == 1 and multisectoral:
        started = [fact for fact in facts if isinstance(fact, AssessmentStarted)]
        assert any(fact.departure for fact in started)
        assert {"15.2", "15.1.5"} <= {fact.ground for fact in started}
        assert any(plan.departure_reason for plan in drawn_up)
        assert {fact.to for fact in facts if isinstance(fact, PlanSwitched)} == set(PlanKind)
        assert any(review.limited_to for review in reviews)
        assert any(review.kind_needed for review in reviews)
        assert any(review.family_plan for review in reviews)
        assert "PROFESSIONAL" in {fact.recorded_by.role for fact in every}


@pytest.mark.guarantee("BL-2")
def test_31_1_studies_of_the_young_outlast_the_maximum_too() -> None:
    """Few are as young and study as long, so only the young are asked for."""
    born = range(2002, 2005)
    young = (group for group in Population(legal_day(NOW), 1) if group.born_on.year in born)
    made = patterns()
    told = (made.decide(n, group) for n, group in enumerate(islice(young, 200)))
    facts = (fact.fact for pattern in told for fact in recorded(pattern.case))
    assert any(
        isinstance(fact, PlanExtended) and fact.ground is ExtensionGround.STUDIES_UNDER_25
        for fact in facts
    )


@pytest.mark.guarantee("BL-2")
def test_nothing_is_left_for_the_calendar_but_what_is_due_today(
    told: tuple[Law, list[Pattern]],
) -> None:
    due: list[date] = []
    for pattern in told[1]:
        rows = Timers(LAW).rows(fold(facts_of(pattern)))["timer"]
        due += [row["due_on"] for row in rows]  # type: ignore[misc]
    assert len(due) > MANY / 4
    assert min(due) >= legal_day(NOW)


def test_a_seed_decides_everything() -> None:
    once, again = list(decided(8)), list(decided(8))
    other = list(decided(8, seed=2))
    assert [each.case for each in once] == [each.case for each in again]
    assert not {each.case.stream_id for each in once} & {each.case.stream_id for each in other}


def test_without_time_for_a_history_none_is_told() -> None:
    with pytest.raises(NoTime, match="2025-01-01"):
        patterns(now=datetime(2025, 2, 1, tzinfo=UTC))
    early = NOW.replace(year=2025, month=5)
    for pattern in decided(20, now=early):
        assert len(pattern.case.facts) >= 6
        assert pattern.case.facts[-1].recorded_at < early


def test_every_act_has_its_record() -> None:
    for pattern in decided(5):
        assert len(pattern.case.acts) == len(pattern.performed)
        assert [act.key for act in pattern.case.acts] == [p.request.key for p in pattern.performed]


def desk(law: Law, facts: tuple[Recorded, ...]) -> Desk:
    """A case of these facts, to be asked."""
    case = Case(Casebook(list(facts)), facts[0].stream_id, list(facts))
    return Desk(law=law, case=case, state=fold(facts), today=legal_day(NOW))
