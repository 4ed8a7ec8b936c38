"""From a story's words to requests, without a server."""

from typing import Any

import pytest

from cases.app.stories.model import Person, StoryAct, StoryCheck
from cases.app.stories.names import Missing, Names
from cases.app.stories.translation import (
    NotYet,
    Post,
    expectation,
    learn,
    names_in,
    translate,
)

CASE = "7d9c4a52-2f61-5e0f-8f5b-0d1f6c8a3e10"
PLAN = "01955acd-ed80-7bf0-8ce8-2c62357dace0"
MEASURE = "01955acd-ed80-7bf0-8ce8-2c62357dace1"
PEOPLE = {
    "narges": Person.model_validate(
        {"identityCode": "140392-9029", "names": {"given": "Narges", "family": "Ahmadi"}}
    )
}


def act(do: str, **told: Any) -> StoryAct:
    return StoryAct.model_validate(
        {"date": "2025-03-03", "by": "officer@vaasa", "do": do, "about": "narges", **told}
    )


@pytest.fixture
def names() -> Names:
    known = Names()
    known.learn("narges", CASE)
    known.learn("p1", PLAN)
    known.learn("m1", MEASURE)
    return known


def post(told: StoryAct, names: Names) -> Post:
    made = translate(told, PEOPLE, names)
    assert isinstance(made, Post), made
    return made


def test_an_opening_takes_the_person_from_the_people_of_the_story() -> None:
    opening = act("openCase", **{"with": {"origin": "REQUEST", "learnedOn": "2025-03-01"}})

    made = post(opening, Names())

    assert (made.path, made.case) == ("/cases", None)
    assert made.body == {
        "origin": "REQUEST",
        "learnedOn": "2025-03-01",
        "person": {
            "identityCode": "140392-9029",
            "names": {"given": "Narges", "family": "Ahmadi"},
        },
        "effectiveOn": "2025-03-03",
    }


def test_the_source_becomes_one_member(names: Names) -> None:
    told = act(
        "recordBenefitNotice",
        source="AUTHORITY",
        sourceName="kela",
        **{"with": {"benefit": "CHILD_HOME_CARE_ALLOWANCE", "from": "2024-11-01"}},
    )

    made = post(told, names)

    assert made.path == f"/cases/{CASE}/benefit-notices"
    assert made.body["source"] == {"kind": "AUTHORITY", "name": "kela"}


def test_ids_stand_in_the_path_and_in_lists_of_the_body(names: Names) -> None:
    guidance = act("guideToServices", **{"with": {"plan": "p1", "measures": ["m1"]}})

    made = post(guidance, names)

    assert made.path == f"/cases/{CASE}/plans/{PLAN}/guidance-to-services"
    assert made.body == {"measures": [MEASURE], "effectiveOn": "2025-03-03"}


def test_a_review_names_its_maker_and_its_measures(names: Names) -> None:
    told = {
        "plan": "p1",
        "heldBy": "MUNICIPALITY",
        "initiative": "SCHEDULED",
        "participation": [{"measure": "m1", "state": "ONGOING"}],
        "nextReviewOn": "2025-09-01",
    }

    made = post(act("reviewPlan", **{"with": told}), names)

    assert made.body["participation"] == [{"measure": MEASURE, "state": "ONGOING"}]
    [maker] = made.body["makers"]
    assert maker["organisation"] == "vaasa"
    assert maker["email"] == "officer@vaasa.example"


def test_findings_carry_their_own_sources(names: Names) -> None:
    names.learn("a1", PLAN)
    finding = {
        "item": "FINNISH_SWEDISH",
        "text": "Beginner",
        "source": "SERVICE_PROVIDER",
        "sourceName": "opisto",
    }
    plan = {"outcome": "AS_SOON_AS_POSSIBLE"}
    told = {"assessment": "a1", "findings": [finding], "plan": plan}

    made = post(act("completeAssessment", **{"with": told}), names)

    assert made.path == f"/cases/{CASE}/assessments/{PLAN}/completion"
    assert made.body["findings"][0]["source"] == {"kind": "SERVICE_PROVIDER", "name": "opisto"}
    assert made.body["plan"] == plan  # content here, and no name of a plan


def test_names_of_measures_are_not_sent_but_learned_from_the_answer() -> None:
    names = Names()
    names.learn("narges", CASE)
    measure = {"as": "m7", "service": "INTEGRATION_TRAINING", "provider": "opisto", "serves": "x"}
    told = act("drawUpPlan", **{"as": "p7", "with": {"kind": "INTEGRATION", "measures": [measure]}})

    made = post(told, names)
    answer = {
        "caseId": CASE,
        "recorded": [{"content": {"planId": PLAN, "measures": [{"measureId": MEASURE}]}}],
    }
    learn(told, answer, names)

    assert made.body["measures"] == [
        {"service": "INTEGRATION_TRAINING", "provider": "opisto", "serves": "x"}
    ]
    assert names_in(told) == ("p7", "m7")
    assert (names.find("p7"), names.find("m7")) == (PLAN, MEASURE)


@pytest.mark.guarantee("ST-2")
@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (act("registerNeed", **{"with": {}}), "the act registerNeed is not supported yet"),
        (
            act("recordDetails", **{"with": {"pets": ["hodan"]}}),
            "recordDetails does not take details.pets yet",
        ),
        (
            act("drawUpPlan", **{"with": {"parties": ["espoo"], "familyOf": "hodan"}}),
            "drawUpPlan does not take familyOf yet",
        ),
        (
            act("reviewPlan", by="clerk@kela", **{"with": {"plan": "p1"}}),
            "the role clerk is not supported yet",
        ),
    ],
)
def test_what_the_product_does_not_take_is_not_supported_yet(
    told: StoryAct, reason: str, names: Names
) -> None:
    assert translate(told, PEOPLE, names) == NotYet(reason=reason)


@pytest.mark.guarantee("ST-4")
@pytest.mark.parametrize("failed", [False, True])
def test_an_act_that_names_what_is_not_there_says_why(names: Names, failed: bool) -> None:
    names.lack(["p9"], Missing(label="act 3", why="because", failed=failed))
    told = act("guideToServices", **{"with": {"plan": "p9", "measures": ["m1"]}})

    made = translate(told, PEOPLE, names)

    assert isinstance(made, NotYet)
    assert made.failed is failed
    state = "failed" if failed else "is not supported yet"
    assert made.reason == f"builds on p9: act 3 {state} (because)"


def test_a_name_nothing_makes_is_a_failure_and_not_for_want_of_support(names: Names) -> None:
    told = act("guideToServices", **{"with": {"plan": "typo", "measures": ["m1"]}})

    made = translate(told, PEOPLE, names)

    assert isinstance(made, NotYet)
    assert made.failed


def test_only_members_that_hold_names_are_replaced_in_an_expectation(names: Names) -> None:
    told = {"plan": "p1", "responsible": "p1"}
    asked = {"date": "2025-06-15", "ask": "currentPlan", "about": "narges", "expect": told}

    expected = expectation(StoryCheck.model_validate(asked), names)

    assert expected == {"plan": PLAN, "responsible": "p1"}


def test_a_person_of_the_worklist_is_known_by_the_case(names: Names) -> None:
    told = [{"person": "narges", "due": "REVIEW", "by": "2025-09-03"}]
    asked = {"date": "2025-06-15", "ask": "worklist", "of": "vaasa", "expect": told}

    expected = expectation(StoryCheck.model_validate(asked), names)

    assert expected == [{"caseId": CASE, "due": "REVIEW", "by": "2025-09-03"}]
