"""What a provider may be told: the items of 94 § and no others."""

from datetime import date
from typing import Any

import pytest
from tests.acts import details, draw_up, end, goals
from tests.courses import complete_service, interrupt_service, start_other, start_service
from tests.desk import ASSESSED, DRAWN_UP, LAST_DAY, MAKERS, ORIENTATION, TRAINING, Desk
from tests.standing import under_assessment

from cases.domain.case.assessment.acts import CompleteAssessment, Finding, PlannedPlan
from cases.domain.case.assessment.decisions import MULTISECTORAL_ITEMS
from cases.domain.case.person.acts import ContactDetails, PersonName
from cases.domain.case.protection.acts import SetNonDisclosure
from cases.domain.codes.values import (
    FindingItem,
    GoalKind,
    LanguageLevel,
    ParticipationState,
    PlanOutcome,
    Service,
    SourceKind,
)
from cases.domain.facts import Source
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.provider_extract import (
    ProviderExtract,
    provider_extract,
    sections_of,
)

DAY = date(2025, 4, 1)

LISTED: dict[str, Any] = {
    "provider": None,
    "legalBasis": None,
    "names": {"given", "family"},
    "dateOfBirth": None,
    "identityCode": None,
    "motherTongue": None,
    "contactLanguage": None,
    "citizenships": None,
    "contact": {"address", "phone", "email"},
    "officials": None,
    "plan": {"drawnUpOn", "validFrom", "validUntil"},
    "trainingFindings": {"item", "text", "level"},
    "initialLanguage": {"item", "text", "level"},
    "educationAndWork": {"item", "text", "level"},
    "targetOccupation": None,
    "earlierTraining": {"service", "title", "hours", "startedOn", "state", "endedOn", "result"},
    "measures": {"service", "serves", "hours", "partTime"},
    "goals": None,
    "interpreterNeeded": None,
    "childcareArranged": None,
}
"""Every member, and the members of those that have any: whatever is new has to be in 94 §."""


def told(desk: Desk, provider: str = "opisto", day: date = DAY) -> ProviderExtract | None:
    return provider_extract(known(desk.facts, AsOf(valid_on=day)), desk.law, provider)


def whole() -> Desk:
    """A client of whom everything an assessment clarifies is found, and a plan of two providers."""
    desk = under_assessment()
    found = tuple(
        Finding(
            item=item,
            text=f"{item} is found",
            level=LanguageLevel.A1_2 if item is FindingItem.FINNISH_SWEDISH else None,
            source=Source(kind=SourceKind.PERSON),
        )
        for item in FindingItem
        if item not in MULTISECTORAL_ITEMS
    )
    act = CompleteAssessment(
        assessment=desk.assessment,
        findings=found,
        plan=PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE),
        makers=MAKERS,
    )
    desk.does(act, ASSESSED)
    person = details(
        identity_code="140392-9029",
        names=PersonName(given="Narges", family="Ahmadi"),
        contact=ContactDetails(
            address="Kauppapuistikko 1", phone="+358 00 000", email="n@x.example"
        ),
        mother_tongue="fa",
        contact_language="en",
        citizenships=("AF",),
        interpreter_needed=True,
    )
    desk.does(person, ASSESSED)
    plan = draw_up(
        DRAWN_UP,
        LAST_DAY,
        review_on=date(2025, 9, 1),
        measures=(TRAINING, ORIENTATION),
        goals=goals(
            GoalKind.EMPLOYMENT,
            GoalKind.WORK_LIFE_READINESS,
            GoalKind.LANGUAGE,
            GoalKind.HEALTH_AND_ABILITY,
        ),
    )
    desk.does(plan, DRAWN_UP)
    return desk


@pytest.mark.guarantee("SV-7")
def test_94_the_extract_can_hold_the_listed_items_and_no_others() -> None:
    schema = ProviderExtract.model_json_schema(mode="serialization")
    assert schema["properties"].keys() == LISTED.keys()
    assert schema["additionalProperties"] is False
    of_parts = {name: set(part.get("properties", {})) for name, part in schema["$defs"].items()}
    for name, members in LISTED.items():
        refs = [
            d for d in of_parts if f'/{d}"' in str(schema["properties"][name]).replace("'", '"')
        ]
        assert [of_parts[ref] for ref in refs if of_parts[ref]] == ([members] if members else [])
    for part in schema["$defs"].values():
        assert part.get("additionalProperties", False) is False


@pytest.mark.guarantee("SV-7")
def test_94_a_provider_is_told_what_taking_part_in_its_service_needs() -> None:
    desk = whole()
    desk.does(start_service(desk.measures[0], childcare_arranged=True, title="Day course"), DAY)
    extract = told(desk)
    assert extract is not None
    assert (extract.provider, extract.legal_basis) == ("opisto", "94")
    assert extract.names is not None
    assert (extract.names.given, extract.names.family) == ("Narges", "Ahmadi")
    assert extract.identity_code == "140392-9029"
    assert extract.date_of_birth == date(1992, 3, 14)
    assert (extract.mother_tongue, extract.contact_language) == ("fa", "en")
    assert (extract.citizenships, extract.interpreter_needed) == (("AF",), True)
    assert extract.contact is not None
    assert extract.contact.phone == "+358 00 000"
    assert extract.officials == ("Virva Virkailija",)
    assert extract.plan is not None
    assert (extract.plan.drawn_up_on, extract.plan.valid_until) == (DRAWN_UP, LAST_DAY)
    assert {f.item for f in extract.training_findings} == {
        "LITERACY",
        "STUDY_SKILLS",
        "EMPLOYMENT_AND_EDUCATION_NEEDS",
    }
    assert [(f.item, f.level) for f in extract.initial_language] == [("FINNISH_SWEDISH", "A1.2")]
    assert [f.item for f in extract.education_and_work] == ["EDUCATION_AND_WORK"]
    assert [(m.service, m.serves) for m in extract.measures] == [
        (Service.INTEGRATION_TRAINING, "Language for work")
    ]
    assert (len(extract.target_occupation), len(extract.goals)) == (1, 1)
    (course,) = extract.earlier_training
    assert (course.title, course.state) == ("Day course", ParticipationState.ONGOING)
    assert extract.childcare_arranged
    for never in ("LIFE_SITUATION", "WISHES_AND_GOALS", "SPECIAL_SKILLS", "CIVIC_ACTIVITY"):
        assert never not in extract.model_dump_json()
    assert "Knowledge of society" not in extract.model_dump_json()


@pytest.mark.guarantee("SV-7")
def test_94_the_trail_is_told_which_items_were_shown() -> None:
    extract = told(whole())
    assert extract is not None
    assert set(LISTED) - set(sections_of(extract)) == {
        "provider",
        "legalBasis",
        "earlierTraining",
        "childcareArranged",
    }


@pytest.mark.guarantee("SV-7")
def test_37_the_contact_details_of_a_protected_client_are_passed_on_to_nobody() -> None:
    desk = whole()
    before = told(desk)
    desk.does(SetNonDisclosure.model_validate({"from": DAY}), DRAWN_UP)
    after = told(desk)
    assert before is not None
    assert after is not None
    assert before.contact is not None
    assert after.contact is None
    assert "Kauppapuistikko" not in after.model_dump_json()


@pytest.mark.guarantee("SV-7")
def test_94_only_a_provider_of_the_plan_or_of_a_service_that_goes_on_is_told_anything() -> None:
    desk = whole()
    assert told(desk, "ammattiopisto") is None
    assert told(desk, "opisto", date(2025, 3, 2)) is None
    assert told(desk, "vaasa") is not None
    other = start_other(Service.LITERACY_TRAINING)
    desk.does(end(desk.plan, DAY), DAY)
    after = date(2025, 4, 2)
    assert told(desk, "opisto", DAY) is not None
    assert told(desk, "opisto", after) is None
    desk.does(other, after)
    extract = told(desk, "opisto", after)
    assert extract is not None
    assert (extract.plan, extract.measures, extract.officials) == (None, (), ())
    service = desk.state.courses[-1].service_id
    desk.does(interrupt_service(service), date(2025, 5, 2))
    assert told(desk, "opisto", date(2025, 5, 1)) is not None
    assert told(desk, "opisto", date(2025, 5, 2)) is None


@pytest.mark.guarantee("SV-7")
def test_94_earlier_training_is_told_as_it_stood_on_the_day() -> None:
    desk = whole()
    desk.does(start_other(Service.BASIC_EDUCATION, hours=30), DAY)
    service = desk.state.courses[-1].service_id
    desk.does(complete_service(service, hours=40, result="Well"), date(2025, 5, 2))
    before, after = told(desk, day=date(2025, 5, 1)), told(desk, day=date(2025, 5, 2))
    assert before is not None
    assert after is not None
    (going,), (done,) = before.earlier_training, after.earlier_training
    assert (going.hours, going.ended_on, going.result) == (30, None, None)
    assert (done.hours, done.ended_on, done.result) == (40, date(2025, 5, 2), "Well")
