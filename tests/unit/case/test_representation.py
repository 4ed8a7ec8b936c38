"""Who stands for a minor, and the support of who came without a guardian (2 § 6 mom., 34–35 §)."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from tests.acts import open_case, residence
from tests.courses import end_representation, represent
from tests.desk import LAW, LAW_IN_FORCE, OPENED, Desk, only, pointers, refused, rule_log

from cases.domain.case.representation.facts import RepresentationEnded, RepresentationRecorded
from cases.domain.codes.values import OrganisationKind, RepresentationKind, ResidenceGroup
from cases.domain.law.edition import Law
from cases.domain.law.section_34 import section_34_2_support
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.representation import Represented, represented

BORN = date(2008, 3, 14)
OF_AGE = date(2026, 3, 14)
BEGAN = date(2024, 12, 2)
YOUNG = ResidenceGroup.YOUNG_WITHOUT_GUARDIAN


def minor(law: Law = LAW, group: ResidenceGroup = YOUNG, born: date = BORN) -> Desk:
    desk = Desk(law)
    desk.does(open_case(date_of_birth=born), OPENED)
    desk.does(residence(date(2024, 9, 16), group), OPENED)
    return desk


def shown(desk: Desk, day: date) -> Represented:
    return represented(known(desk.facts, AsOf(valid_on=day)), desk.law)


def recorded(desk: Desk, since: date, until: date | None = None) -> UUID:
    decision = desk.does(represent(since, until), OPENED, today=desk.today)
    return only(decision, RepresentationRecorded).representation_id


@pytest.mark.guarantee("SV-9")
def test_35_who_stands_for_a_minor_is_known_for_each_day() -> None:
    desk = minor()
    decision = desk.does(represent(BEGAN), OPENED)
    fact = only(decision, RepresentationRecorded)
    assert rule_log(decision) == [("represented-while-minor", "35", True)]
    guardian = represent(date(2025, 6, 2), kind=RepresentationKind.GUARDIAN)
    desk.does(guardian, date(2025, 6, 2))
    ended = desk.does(end_representation(fact.representation_id, date(2025, 6, 1)), OPENED)
    assert only(ended, RepresentationEnded).until == date(2025, 6, 1)
    assert shown(desk, date(2024, 12, 1)).representations == ()
    (first,) = shown(desk, date(2025, 6, 1)).representations
    assert (first.kind, first.since, first.until) == ("REPRESENTATIVE", BEGAN, date(2025, 6, 1))
    assert first.names.family == "Edustaja"
    (second,) = shown(desk, date(2025, 6, 2)).representations
    assert (second.kind, second.until) == (RepresentationKind.GUARDIAN, None)


@pytest.mark.guarantee("SV-9")
def test_35_nobody_stands_for_somebody_of_age() -> None:
    desk = minor()
    recorded(desk, BEGAN)
    assert len(shown(desk, date(2026, 3, 13)).representations) == 1
    assert shown(desk, OF_AGE).representations == ()
    outcome = desk.asks(represent(OF_AGE), OF_AGE)
    assert refused(outcome) == [("represented-while-minor", "35", None)]
    assert pointers(outcome) == ["/from"]
    desk.does(represent(date(2026, 3, 13)), OF_AGE)


@pytest.mark.guarantee("SV-9")
def test_35_a_representation_ends_once_and_not_before_it_began() -> None:
    desk = minor()
    one = recorded(desk, BEGAN)
    early = desk.asks(end_representation(one, date(2024, 12, 1)), OPENED)
    assert refused(early) == [("representation-ends-after-it-began", "35", None)]
    assert pointers(early) == ["/until"]
    desk.does(end_representation(one, date(2025, 6, 1)), OPENED)
    over = [("representation-goes-on", "35", None)]
    for which, until in (
        (one, date(2025, 6, 1)),
        (one, date(2025, 7, 1)),
        (uuid4(), BEGAN),
    ):
        outcome = desk.asks(end_representation(which, until), OPENED)
        assert refused(outcome, conflict=True) == over
    desk.does(end_representation(one, date(2025, 5, 1)), OPENED)
    with pytest.raises(ValidationError, match="until is before from"):
        represent(BEGAN, date(2024, 12, 1))


@pytest.mark.guarantee("SV-9")
@pytest.mark.parametrize(
    ("law", "last"), [(LAW, date(2033, 3, 13)), (LAW_IN_FORCE, date(2031, 3, 13))]
)
def test_34_2_the_welfare_area_supports_a_young_person_to_the_age_of_the_edition(
    law: Law, last: date
) -> None:
    desk = minor(law)
    for day in (OPENED, OF_AGE, last):
        answer = shown(desk, day)
        assert (answer.supported_by, answer.supported_until) == (
            OrganisationKind.WELFARE_AREA,
            last,
        )
    over = shown(desk, date(last.year, 3, 14))
    assert (over.supported_by, over.supported_until) == (None, None)
    others = shown(minor(law, ResidenceGroup.PROTECTION), OPENED)
    assert (others.supported_by, others.supported_until) == (None, None)


@pytest.mark.guarantee("SV-9")
def test_34_2_born_on_29_february_an_age_is_reached_on_1_march() -> None:
    line = section_34_2_support(LAW.edition("681/2023"), YOUNG, date(2008, 2, 29))
    assert line.value == date(2033, 2, 28)
    assert (line.line.rule, line.line.section) == ("support-of-the-young", "34.2")
