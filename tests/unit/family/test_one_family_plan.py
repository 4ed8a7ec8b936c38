"""Nobody belongs to two family plans on one day, nor to one before anything is known of her (21 §).

Each began as an example that tests/property found.
"""

from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.desk import KASKINEN, VAASA
from tests.families import MEMBERS, Family, consent, opened

from cases.app.outcomes import ActOutcome, Performed, Refused
from cases.domain.case.act import Act, Maker
from cases.domain.case.records.acts import Change
from cases.domain.case.responsibility.acts import HandOver
from cases.domain.codes.values import ConsentScope, EndingGround, HandOverReason
from cases.domain.family.acts import (
    AnnulFamilyPlanRecord,
    CorrectFamilyPlanRecord,
    DrawUpFamilyPlan,
    EndFamilyPlan,
    FamilyGoal,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)

MOTHER, FATHER, CHILD = (MEMBERS[name] for name in ("mother", "father", "child"))
BROTHER = MEMBERS["brother"]
CONTACT = ConsentScope.CONTACT_TO_NEW_MUNICIPALITY
MAKERS = (Maker(name="Olli Ohjaaja", organisation="vaasa"),)
FIRST, LAST = date(2025, 5, 12), date(2025, 8, 12)
SECOND, UNTIL = date(2025, 9, 1), date(2026, 3, 2)


def drawn_up(*members: UUID, until: date) -> DrawUpFamilyPlan:
    return DrawUpFamilyPlan(
        members=members,
        valid_until=until,
        next_review_on=until,
        goals=(FamilyGoal(text="all learn Finnish"),),
        authorities=("vaasa",),
        makers=MAKERS,
    )


def done(outcome: ActOutcome) -> UUID:
    assert isinstance(outcome, Performed), outcome
    return outcome.case_id


def refused(outcome: ActOutcome) -> list[tuple[str, str | None]]:
    assert isinstance(outcome, Refused), outcome
    return [(each.line.rule, each.pointer) for each in outcome.refusal.violations]


def review(until: date) -> ReviewFamilyPlan:
    return ReviewFamilyPlan(next_review_on=FIRST, makers=MAKERS, valid_until=until)


def two_plans(over: Act | None = None, until: date = LAST) -> tuple[Family, UUID]:
    """A plan with the father, to 12.8.2025 or until it was over; the mother's next from 1.9.2025.

    The first is also of the brother, so that she may leave it.
    """
    family = opened()
    family.today = FIRST
    first = done(family.acts(VAASA, drawn_up(MOTHER, FATHER, BROTHER, until=until)))
    if over is not None:
        family.today = date(2025, 7, 1)
        done(family.acts(VAASA, over, first))
    family.today = SECOND
    for guardian in (MOTHER, FATHER):
        given = consent(ConsentScope.FAMILY_PLAN, SECOND, guardian)
        done(family.acts(VAASA, given, CHILD))
    done(family.acts(VAASA, drawn_up(MOTHER, CHILD, until=UNTIL)))
    return family, first


@pytest.mark.guarantee("FP-1")
def test_21_1_nobody_belongs_to_a_plan_of_a_day_before_the_case_was_opened() -> None:
    """Nothing is known then of whose consent it would need."""
    family = opened()
    family.today = FIRST
    outcome = family.acts(VAASA, drawn_up(MOTHER, CHILD, until=LAST), on=date(2025, 2, 2))
    assert refused(outcome) == [("family-member", "/members/0"), ("family-member", "/members/1")]


@pytest.mark.guarantee("FP-1")
def test_21_1_a_review_told_late_makes_no_plan_last_into_the_next_of_a_member() -> None:
    family, first = two_plans()
    lengthened = family.acts(VAASA, review(SECOND), first, FIRST)
    assert refused(lengthened) == [("one-family-plan", "/validUntil")]
    done(family.acts(VAASA, review(SECOND - timedelta(days=1)), first, FIRST))


@pytest.mark.guarantee("FP-1")
def test_21_1_so_of_a_member_whom_the_reviewer_may_know_nothing_of_who_is_not_named() -> None:
    family, first = two_plans()
    moving = done(family.acts(VAASA, consent(CONTACT, SECOND), MOTHER))
    given = family.case(moving).consents[-1].consent_id
    moved = HandOver(to=KASKINEN.id, reason=HandOverReason.MOVE, consent=given)
    done(family.acts(VAASA, moved, MOTHER))
    outcome = family.acts(VAASA, review(SECOND), first, FIRST)
    assert refused(outcome) == [("one-family-plan", "/validUntil")]
    assert str(MOTHER) not in repr(outcome)


@pytest.mark.guarantee("FP-7")
@pytest.mark.parametrize(("until", "lawful"), [("2025-08-31", True), ("2025-09-01", False)])
def test_21_1_no_correction_makes_a_plan_last_into_the_next_of_a_member(
    until: str, lawful: bool
) -> None:
    family, first = two_plans()
    change = Change(member="/content/validUntil", to=until)
    act = CorrectFamilyPlanRecord(version=1, changes=(change,), reason="Written wrong")
    outcome = family.acts(VAASA, act, first)
    if lawful:
        done(outcome)
    else:
        assert refused(outcome) == [("one-family-plan", "/changes")]


@pytest.mark.guarantee("FP-8")
@pytest.mark.parametrize(
    "over",
    [EndFamilyPlan(ground=EndingGround.GOALS_REACHED), LeaveFamilyPlan(member=MOTHER)],
    ids=lambda act: act.NAME,
)
def test_21_1_no_annulment_makes_a_plan_go_on_into_the_next_of_a_member(over: Act) -> None:
    family, first = two_plans(over, until=UNTIL)
    annulled = AnnulFamilyPlanRecord(version=2, reason="Another family's")
    assert refused(family.acts(VAASA, annulled, first)) == [("one-family-plan", "/version")]
    last = [plan for plan in family.drawn_up() if plan != first]
    done(family.acts(VAASA, AnnulFamilyPlanRecord(version=1, reason="Not agreed"), last[0]))
    done(family.acts(VAASA, annulled, first))
