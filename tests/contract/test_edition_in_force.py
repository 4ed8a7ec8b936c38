"""A whole case of an installation that follows the Act as in force since 2025, over HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.service import EMPLOYMENT, MAKERS, PLAN, problem

from cases.app.embedded import Database

IN_FORCE = "681/2023@2025"
TIMELINE = f"{IN_FORCE}=2025-01-01"
REVIEW: dict[str, Any] = {
    "heldBy": "MUNICIPALITY",
    "initiative": "SCHEDULED",
    "nextReviewOn": "2025-12-01",
    "makers": MAKERS,
}


@pytest.mark.guarantee("LW-11")
def test_a_case_is_opened_planned_reviewed_handed_over_and_extended_under_the_act_in_force(
    another: Serve,
) -> None:
    service = another(timeline=TIMELINE)
    case = service.planned()
    facts = service.get(f"{case.path}/history").json()["entries"]
    assert {each["edition"] for each in facts} == {IN_FORCE}

    # What only the Act as enacted knows is refused by its name, and writes nothing.
    written = service.facts()
    switch = {
        **{name: value for name, value in PLAN.items() if name != "kind"},
        "to": "MULTISECTORAL",
        "reason": "needs",
        "review": {"heldBy": "MUNICIPALITY", "initiative": "CLIENT"},
        "noJobSearchReason": "studies",
    }
    answer = service.post(f"{case.path}/plans/{case.plan}/switch", switch, tag=case.etag)
    refused = problem(answer, 422, "rule-violated")
    assert [each["rule"] for each in refused["legalBasis"]] == ["switch-of-the-edition"]
    together = {"kind": "MULTISECTORAL", "ground": "15.1.5", "participants": ["pohjanmaa"]}
    refused = problem(
        service.post(f"{case.path}/assessments", together, tag=case.etag), 422, "rule-violated"
    )
    rules = {each["rule"] for each in refused["legalBasis"]}
    assert rules == {"ground-of-the-edition", "assessment-kind-of-the-edition"}
    assert service.facts() == written

    service.clock.set(datetime(2025, 6, 2, 8, tzinfo=UTC))
    service.act(case, f"/plans/{case.plan}/reviews", REVIEW)
    service.refer(case)
    accepted = {"registeredAsJobseekerOn": "2025-06-02"}
    service.act(case, f"/referrals/{case.referral}/acceptance", accepted, by=EMPLOYMENT)
    ill = {
        "ground": "ILLNESS_OR_INJURY",
        "obstacle": {"from": "2025-04-07", "until": "2025-04-20"},
    }
    service.act(case, f"/plans/{case.plan}/extensions", ill, by=EMPLOYMENT)

    plan = service.get(f"{case.path}/plan", by=EMPLOYMENT).json()["plan"]
    assert (plan["kind"], plan["validUntil"]) == ("INTEGRATION", "2026-02-03")
    assert (plan["maximumUntil"], plan["nextReviewDue"]) == ("2027-02-17", "2025-12-02")
    told = service.get(f"{case.path}/explanation", by=EMPLOYMENT).json()
    assert {rule["edition"] for link in told["chain"] for rule in link["rules"]} == {IN_FORCE}
    dues = service.get(f"{case.path}/dues", by=EMPLOYMENT).json()["dues"]
    assert ("REVIEW", "2025-12-02") in {(due["due"], due["by"]) for due in dues}


@pytest.mark.guarantee("HP-3")
def test_an_answer_is_another_one_under_another_timeline(
    another: Serve, database: Database
) -> None:
    before, after = another(database), another(database, timeline=TIMELINE)
    case = before.planned()
    for path in (case.path, f"{case.path}/plan", f"{case.path}/repository-record"):
        known = before.get(path).headers["etag"]
        told = {"If-None-Match": known}
        assert before.get(path, headers=told).status_code == 304
        assert after.get(path, headers=told).status_code == 200
    # It is the same case all the same.
    after.act(case, "/details", {"details": {"motherTongue": "fa"}})
    before.act(case, "/details", {"details": {"motherTongue": "ps"}})
