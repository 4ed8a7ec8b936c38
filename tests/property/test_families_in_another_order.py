"""Acts on family plans and what they rest upon, told in other orders: they mean the same."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desk import KASKINEN, VAASA
from tests.families import Family, consent, created, opened
from tests.property import choosing as ch
from tests.property.choosing import Chance, drawn
from tests.property.family_acts import DAY, EVERYBODY, MAKERS

from cases.app.outcomes import Performed
from cases.domain.case.act import Act, Organisation
from cases.domain.case.consent.acts import WithdrawConsent
from cases.domain.codes.values import ConsentScope, EndingGround
from cases.domain.family.acts import (
    DrawUpFamilyPlan,
    EndFamilyPlan,
    FamilyGoal,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.family.visibility import Visible
from cases.domain.questions.family_plan import FamilyPlanShown, family_plan

ALL_SEEN = Visible(members=frozenset(EVERYBODY))
OPENED = opened()


class Told(NamedTuple):
    """An act as it is told: on a case, or on a plan by the key it was drawn up under."""

    by: Organisation
    act: Act
    on: date
    key: str
    of: UUID | str
    after: tuple[str, ...] = ()


def _told_of_two_plans() -> Iterator[Told]:
    """Plans of two authorities, what they rest upon, and what was done about them."""
    mother, father, child, baby, aunt, brother = EVERYBODY
    both, first, second = ("by mother", "by father"), "first", "second"
    for key, member, by, guardian in (
        ("by mother", child, VAASA, mother),
        ("by father", child, VAASA, father),
        ("for baby", baby, KASKINEN, mother),
    ):
        given = consent(ConsentScope.FAMILY_PLAN, date(2025, 5, 12), guardian)
        yield Told(by, given, date(2025, 5, 12), key, member)
    withdrawn = WithdrawConsent(consent=created("by mother"))
    yield Told(VAASA, withdrawn, date(2025, 7, 10), "withdrawn", child, both)
    until = date(2026, 2, 1)
    review = ReviewFamilyPlan(next_review_on=until, makers=MAKERS, valid_until=date(2026, 3, 1))
    on_first: list[tuple[str, Act, date, tuple[str, ...]]] = [
        (first, drawn_up((mother, child), until), date(2025, 5, 20), both),
        ("reviewed", review, date(2025, 6, 10), (first,)),
        (
            "joined",
            JoinFamilyPlan(member=father, goals=("Work",)),
            date(2025, 6, 20),
            ("reviewed",),
        ),
        ("left", LeaveFamilyPlan(member=child), date(2025, 7, 1), ("joined",)),
        ("brother", JoinFamilyPlan(member=brother), date(2025, 7, 15), ("left",)),
    ]
    yield from (Told(VAASA, act, on, key, first, after) for key, act, on, after in on_first)
    on_second: list[tuple[str, Act, date, tuple[str, ...]]] = [
        (second, drawn_up((baby, aunt), until), date(2025, 6, 1), ("for baby",)),
        ("over", EndFamilyPlan(ground=EndingGround.GOALS_REACHED), date(2025, 8, 1), (second,)),
    ]
    yield from (Told(KASKINEN, act, on, key, second, after) for key, act, on, after in on_second)


def drawn_up(members: tuple[UUID, ...], until: date) -> DrawUpFamilyPlan:
    return DrawUpFamilyPlan(
        members=members,
        valid_until=until,
        next_review_on=until,
        goals=(FamilyGoal(text="Finnish"), FamilyGoal(text="Work", members=members[:1])),
        authorities=("vaasa",),
        makers=MAKERS,
    )


def _plans_told(told: Iterable[Told]) -> dict[str, list[FamilyPlanShown]]:
    """The plans on every day on which anything was done, all of it recorded on one day."""
    family = OPENED.copy()
    family.today = date(2025, 9, 1)
    plans: dict[str, UUID] = {}
    days = {date(2025, 5, 1)}
    for each in told:
        stream = plans.get(each.of) if isinstance(each.of, str) else each.of
        outcome = family.acts(each.by, each.act, stream, each.on, each.key)
        assert isinstance(outcome, Performed), (each, outcome)
        if isinstance(each.act, DrawUpFamilyPlan):
            plans[each.key] = outcome.case_id
        days |= {each.on, each.on + DAY}
    return {key: [_shown(family, plan, day) for day in sorted(days)] for key, plan in plans.items()}


def _shown(family: Family, plan: UUID, day: date) -> FamilyPlanShown:
    """The plan on a day; which of the consents it rests upon was recorded first is no matter."""
    shown = family_plan(family.facts(plan), ALL_SEEN, day)
    members = tuple(
        each.model_copy(update={"consents": tuple(sorted(each.consents))}) for each in shown.members
    )
    return shown.model_copy(update={"members": members})


TOLD = tuple(_told_of_two_plans())
IN_ORDER = _plans_told(TOLD)


@pytest.mark.guarantee("PR-6")
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_order_of_recording_changes_nothing_but_what_was_known_when(data: Chance) -> None:
    left, told = list(TOLD), list[Told]()
    while left:
        known = {each.key for each in told}
        ready = [each for each in left if known.issuperset(each.after)]
        told.append(drawn(data, ch.sampled_from(ready)))
        left.remove(told[-1])
    assert _plans_told(told) == IN_ORDER
