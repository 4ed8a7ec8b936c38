"""Family plans put right: corrected, annulled, and what their history tells of it, on both axes."""

from typing import Any

import pytest
from tests.contract.lawful import handed_over
from tests.contract.test_family_plan_members import dues
from tests.contract.test_family_plans import (
    GOAL_OF_ALL,
    GOAL_OF_CHILD,
    ORDER,
    Family,
    erase,
    planned,
    refused,
    texts,
)
from tests.service import AUDITOR, EMPLOYMENT, MAKERS, MARKER, VAASA, Service, problem

REASON = f"{MARKER} wrote it wrong"


def annul(family: Family, version: int, *along: int, **how: Any) -> Any:
    body = {"version": version, "along": along, "reason": REASON}
    return family.act("/annulments", body, **how)


def correct(family: Family, version: int, member: str, to: Any, **how: Any) -> Any:
    body = {"version": version, "changes": [{"member": member, "to": to}], "reason": REASON}
    return family.act("/corrections", body, **how)


def entries(family: Family, by: str | None = None, query: str = "") -> list[dict[str, Any]]:
    response = family.service.get(f"{family.path}/history{query}", by=by or family.by)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["entries"]
    return found


def reviewed(family: Family, **said: Any) -> Any:
    answer = family.act("/reviews", {"nextReviewOn": "2025-12-01", "makers": MAKERS, **said})
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.guarantee("FP-8")
def test_an_annulled_drawing_up_and_there_never_was_a_plan(service: Service) -> None:
    family = planned(service)
    assert dues(service, family.father) == [("FAMILY_PLAN_REVIEW", "2025-08-04")]
    annulled = annul(family, 1)
    assert annulled.status_code == 201, annulled.text
    for each in family.everybody:
        assert dues(service, each) == []
    said = family.read().json()
    assert (said["annulled"], said["drawnUpOn"], said["members"]) == (True, None, [])
    # What was known then is known to have been known then.
    then = service.get(f"{family.path}?version=1").json()
    assert (then["annulled"], then["drawnUpOn"], len(then["members"])) == (False, "2025-02-03", 3)
    # Nothing is recorded in a plan there never was, nor annulled twice.
    problem(family.act("/ending", {"ground": "DEATH"}), 409, "state-conflict")
    problem(annul(family, 1), 409, "state-conflict")
    lines = {str(line["case_id"]) for line in service.trail(annulled)}
    assert lines == {family.plan_id, *(each.case_id for each in family.everybody)}
    assert {line["action"] for line in service.trail(annulled)} == {"CORRECT_FAMILY_PLAN"}


@pytest.mark.guarantee("FP-8")
def test_a_need_that_only_an_annulled_plan_met_is_due_again(service: Service) -> None:
    family = Family(service)
    granted = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2024-09-16", "group": "OTHER"}
    service.act(family.father, "/residence-basis", granted)
    started = service.act(family.father, "/assessments", {"kind": "ORDINARY", "ground": "14.1.4"})
    completion = {
        "findings": [{"item": "LITERACY", "text": "reads", "source": {"kind": "PERSON"}}],
        "plan": {"outcome": "AS_SOON_AS_POSSIBLE"},
        "familyPlan": {"outcome": "PLAN_ON_DATE", "date": "2025-02-10"},
        "makers": MAKERS,
    }
    service.act(family.father, f"/assessments/{started['assessmentId']}/completion", completion)
    family.consents()
    assert family.draw_up().status_code == 201
    assert annul(family, 1).status_code == 201
    assert dues(service, family.father) == [("FAMILY_PLAN_TO_DRAW_UP", "2025-02-10")]


@pytest.mark.guarantee("FP-8")
def test_what_builds_on_it_is_told_and_goes_along_when_it_is_named(service: Service) -> None:
    family = planned(service)
    aunt = service.open_case()
    joined = family.act("/members", {"member": aunt.case_id, "goals": ["Finds work"]})
    assert joined.status_code == 201
    reviewed(family, found="goes well")
    told = problem(annul(family, 2), 409, "state-conflict")
    (basis,) = told["legalBasis"]
    assert basis["inputs"] == {"version": 2, "buildingOn": [3]}
    problem(annul(family, 2, 1), 409, "state-conflict")
    assert annul(family, 2, 3).status_code == 201
    assert aunt.case_id not in family.parts()
    assert family.read().json()["reviewedOn"] == []
    assert dues(service, aunt) == []
    assert dues(service, family.mother) == [("FAMILY_PLAN_REVIEW", "2025-08-04")]


@pytest.mark.guarantee("FP-8")
def test_what_a_later_review_took_over_from_an_annulled_one_is_computed_again(
    service: Service,
) -> None:
    family = planned(service)
    reviewed(family, guidedTo=[{"to": "kela"}])
    reviewed(family, guidedTo=[{"to": "te"}])
    assert annul(family, 2).status_code == 201
    guided = [each["to"] for each in family.parts()[family.father.case_id]["guidedTo"]]
    assert guided == ["naapurituki", "te"]
    (third,) = [each for each in entries(family) if each["version"] == 3]
    assert [mark["computed"] for mark in third["corrections"]] == [True]
    assert third["corrections"][0]["reason"] == REASON


@pytest.mark.guarantee("FP-7", "HP-13")
def test_nothing_is_read_into_what_a_correction_of_the_plan_says(service: Service) -> None:
    family = planned(service)
    for member in ("/content/validUntil", "/content/nextReviewOn", "/effectiveOn"):
        for to in (1764547200, "1764547200", "2025-12-01T00:00:00"):
            assert refused(correct(family, 1, member, to))[1] == ["#/changes/0/to"]
    assert len(entries(family)) == 1


@pytest.mark.guarantee("FP-7")
def test_a_correction_is_decided_again_and_stands_beside_what_it_corrects(
    service: Service,
) -> None:
    family = planned(service)
    reviewed(family, found="goes well")
    late = correct(family, 1, "/content/nextReviewOn", "2026-02-04")
    assert refused(late) == (["decree:2.1"], ["#/changes/0/to"])
    gone = correct(family, 1, "/content/validUntil", "2025-11-30")
    assert "GDPR:16" in refused(gone)[0]  # the review agreed on a day after it
    unfit = correct(family, 1, "/content/colour", "blue")
    assert refused(unfit)[1] == ["#/changes/0/to"]
    seen = {"member": "/content/nextReviewOn", "from": "2025-08-05", "to": "2025-07-04"}
    body = {"version": 1, "changes": [seen], "reason": REASON}
    assert refused(family.act("/corrections", body))[1] == ["#/changes/0/from"]
    assert correct(family, 1, "/content/goals/0/text", "All read").status_code == 201
    for case, said in family.parts().items():
        assert "All read" in texts(said), case
        assert GOAL_OF_ALL not in texts(said)
    first = entries(family)[0]
    assert first["content"]["goals"][0]["text"] == GOAL_OF_ALL
    (mark,) = first["corrections"]
    assert (mark["reason"], mark["by"], mark["role"]) == (REASON, "vaasa", "OFFICER")
    (change,) = mark["changes"]
    assert (change["member"], change["now"][0]["text"]) == ("/content/goals", "All read")
    before = service.get(f"{family.path}?version=2").json()
    assert GOAL_OF_ALL in str(before)


@pytest.mark.guarantee("FP-7")
def test_a_member_corrected_away_is_told_so_and_a_new_one_too(service: Service) -> None:
    family = planned(service)
    aunt = service.open_case()
    goals = [{"text": GOAL_OF_ALL}]
    changes = [
        {"member": "/content/members/2", "to": aunt.case_id},
        {"member": "/content/goals", "to": goals},
    ]
    body = {"version": 1, "changes": changes, "reason": REASON}
    answer = family.act("/corrections", body)
    assert answer.status_code == 201, answer.text
    assert set(family.parts()) == {family.mother.case_id, family.father.case_id, aunt.case_id}
    assert dues(service, family.child) == []
    assert dues(service, aunt) == [("FAMILY_PLAN_REVIEW", "2025-08-04")]
    stranger = {"member": "/content/members/2", "to": family.child.case_id[::-1]}
    refusal = family.act("/corrections", {**body, "changes": [stranger]})
    assert refused(refusal)[1] == ["#/changes/0/to"]


@pytest.mark.guarantee("FP-7", "FP-3")
def test_what_may_not_be_seen_stays_when_the_rest_is_corrected(service: Service) -> None:
    family = Family(service, mother=handed_over(service))
    family.consents()
    both = {"text": "walk together", "members": [family.mother.case_id, family.child.case_id]}
    body = family.body()
    assert family.draw_up({**body, "goals": [*body["goals"], both]}).status_code == 201
    (first,) = entries(family, EMPLOYMENT)
    assert GOAL_OF_CHILD not in str(first)
    assert family.child.case_id not in str(first)
    corrected = correct(family, 1, "/content/measures/0/serves", "reading fast", by=EMPLOYMENT)
    assert corrected.status_code == 201, corrected.text
    assert family.child.case_id not in corrected.text
    parts = family.parts()
    assert parts[family.mother.case_id]["measures"][0]["serves"] == "reading fast"
    assert texts(parts[family.child.case_id]) == [GOAL_OF_ALL, GOAL_OF_CHILD, "walk together"]
    shared = parts[family.mother.case_id]["goals"][1]
    assert shared["withMembers"] == both["members"]
    # A record that speaks of nobody whom the authority may know of is none to put right.
    assert family.act(f"/members/{family.child.case_id}/leaving", {}).status_code == 201
    problem(annul(family, 3, by=EMPLOYMENT), 409, "state-conflict")
    assert [each["version"] for each in entries(family, EMPLOYMENT)] == [1, 2]


@pytest.mark.guarantee("FP-7", "FP-3")
@pytest.mark.parametrize("reviewed_too", [False, True])
def test_a_record_none_of_whose_goals_may_be_seen_is_corrected(
    service: Service, reviewed_too: bool
) -> None:
    family = Family(service, mother=handed_over(service))
    family.consents()
    of_child = {"text": GOAL_OF_CHILD, "members": [family.child.case_id]}
    hidden = [{"text": GOAL_OF_ALL}, of_child]
    seen = {"text": "walk", "members": [family.mother.case_id]}
    drawn_up = family.draw_up({**family.body(), "goals": [seen] if reviewed_too else hidden})
    assert drawn_up.status_code == 201, drawn_up.text
    member, to = "/content/measures/0/serves", "reading fast"
    if reviewed_too:
        reviewed(family, goals=hidden)
        member, to = "/content/nextReviewOn", "2025-11-03"
    family.look_again()
    service.act(family.child, "/worker", {"worker": VAASA})
    service.act(family.child, "/non-disclosure", ORDER)
    told = entries(family, EMPLOYMENT)[-1]
    assert told["content"]["goals"] == []
    corrected = correct(family, told["version"], member, to, by=EMPLOYMENT)
    assert corrected.status_code == 201, corrected.text
    assert texts(family.parts(EMPLOYMENT)[family.mother.case_id]) == []
    parts = family.parts()
    assert texts(parts[family.child.case_id]) == [GOAL_OF_ALL, GOAL_OF_CHILD]
    assert texts(parts[family.mother.case_id]) == [GOAL_OF_ALL]
    # A goal may be told where none was seen; what is not seen stays beside it.
    told_one = correct(family, told["version"], "/content/goals", [seen], by=EMPLOYMENT)
    assert told_one.status_code == 201, told_one.text
    assert texts(family.parts(EMPLOYMENT)[family.mother.case_id]) == ["walk"]
    assert texts(family.parts()[family.child.case_id]) == [GOAL_OF_ALL, GOAL_OF_CHILD]
    # Where one is seen, what is told has one: whether there are others is not told by it.
    nothing = correct(family, told["version"], "/content/goals", [], by=EMPLOYMENT)
    assert refused(nothing)[1] == ["#/changes/0/to"]


@pytest.mark.guarantee("FP-9")
def test_the_history_tells_who_did_what_when_and_on_which_ground(service: Service) -> None:
    family = planned(service)
    reviewed(family, found=f"{MARKER} reads now")
    assert family.act(f"/members/{family.child.case_id}/leaving", {"reason": "away"}).is_success
    told = entries(family)
    assert [each["fact"] for each in told] == [
        "FamilyPlanDrawnUp",
        "FamilyPlanReviewed",
        "FamilyMemberLeft",
    ]
    assert {(each["by"], each["role"]) for each in told} == {("vaasa", "OFFICER")}
    assert all("recordedBy" not in each for each in told)
    drawn_up, review, left = (each["content"] for each in told)
    assert drawn_up == {**family.body(), "makers": drawn_up["makers"]}
    assert "goals" not in review
    assert (left["member"], left["reason"]) == (family.child.case_id, "away")
    rules = [line["rule"] for line in told[0]["rules"]]
    assert rules.count("each-guardian-consents") == 1
    assert all(not r["inputs"] for r in told[0]["rules"] if r["rule"] == "each-guardian-consents")
    assert len(told[0]["consents"]) == 2


@pytest.mark.guarantee("FP-9")
def test_only_auditors_see_what_annulled_records_said(service: Service) -> None:
    family = planned(service)
    reviewed(family, found=f"{MARKER} of another family")
    assert annul(family, 2).status_code == 201
    for by, shown in ((family.by, False), (AUDITOR, True)):
        told = entries(family, by)
        assert [each["version"] for each in told] == [1, 2, 3]
        assert told[1]["annulment"]["reason"] == REASON
        assert ("of another family" in str(told[1])) is shown
        assert bool(told[1]["rules"]) is shown
        assert told[2]["content"]["annulled"] == [2]


@pytest.mark.guarantee("FP-9")
def test_both_axes_are_asked_about_and_nothing_that_is_to_come(service: Service) -> None:
    family = planned(service)
    aunt = service.open_case()
    assert family.act("/members", {"member": aunt.case_id}).is_success
    assert family.act("/ending", {"ground": "GOALS_REACHED"}).is_success

    def shown(query: str) -> dict[str, Any]:
        answer = service.get(f"{family.path}?{query}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    assert (shown("version=1")["endedOn"], len(shown("version=1")["members"])) == (None, 3)
    before = shown("validOn=2025-02-02")
    assert (before["drawnUpOn"], before["annulled"], before["members"]) == (None, False, [])
    assert entries(family, query="?validOn=2025-02-02") == []
    assert [each["version"] for each in entries(family, query="?version=2")] == [1, 2]
    for path in (family.path, f"{family.path}/history"):
        problem(service.get(f"{path}?version=4"), 400, "view-cannot-answer")
        problem(service.get(f"{path}?knownAt=2999-01-01T00:00:00Z"), 400, "view-cannot-answer")
        problem(service.get(f"{path}?knownAt=2025-01-01T00:00:00Z"), 404, "not-found")
        past = service.get(f"{path}?version=1")
        lines = service.trail(past)
        assert {str(line["case_id"]) for line in lines} == {e.case_id for e in family.everybody}
        assert all(line["traits"] == ["PAST_VIEW"] for line in lines)


@pytest.mark.guarantee("FP-3", "FP-9")
def test_the_history_tells_nothing_of_a_protected_member(service: Service) -> None:
    family = planned(service)
    reviewed(family, found=GOAL_OF_CHILD)
    assert annul(family, 2).status_code == 201
    assert correct(family, 1, "/content/nextReviewOn", "2025-09-01").status_code == 201
    family.look_again()
    service.act(family.child, "/non-disclosure", ORDER)
    told = str(entries(family))
    assert family.child.case_id not in told
    assert GOAL_OF_CHILD not in told
    assert REASON not in told
    assert family.child.case_id not in str(entries(family, AUDITOR))


@pytest.mark.guarantee("FP-2", "FP-8")
def test_why_goes_with_the_member_s_case_and_the_others_are_still_put_right(
    service: Service,
) -> None:
    family = planned(service)
    reviewed(family, found=f"{MARKER} reads now")
    assert correct(family, 1, "/content/goals/1/text", "starts school").status_code == 201
    erase(service, family.child)
    assert correct(family, 1, "/content/goals/0/text", "All read").status_code == 201
    assert annul(family, 2).status_code == 201
    assert texts(family.parts()[family.mother.case_id]) == ["All read"]
    assert "starts school" not in str(entries(family, AUDITOR))
    for each in family.everybody:
        erase(service, each)
    problem(family.read(), 404, "not-found")
