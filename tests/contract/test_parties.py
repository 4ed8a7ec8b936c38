"""Whoever is named in a case can read it: nobody is named by mistake, and answers are not lost."""

from typing import Any

import pytest
from tests.contract.lawful import BODIES, handed_over
from tests.service import TOGETHER, Service, problem


def refused(service: Service, path: str, body: Any, tag: str) -> tuple[str, str]:
    """The section and the member that a body is refused for, by one rule of several or one."""
    response = service.post(path, body, tag=tag)
    told = problem(response, 422, "rule-violated")
    found = [each for each in told["errors"] if each["code"] == "parties-of-the-area"]
    assert found, told
    sections = {b["section"] for b in told["legalBasis"] if b["rule"] == "parties-of-the-area"}
    (section,) = sections
    return section, found[0]["pointer"]


@pytest.mark.guarantee("AC-7")
@pytest.mark.parametrize("stranger", ["tampere", "pirkanmaa", "turku-te"])
def test_79_authorities_of_another_area_are_not_named(service: Service, stranger: str) -> None:
    case = service.assessed()
    named = ["vaasa", "pohjanmaa", stranger]
    plan = {**BODIES["drawUpPlan"], "parties": named}
    assert refused(service, f"{case.path}/plans", plan, case.etag) == ("79", "#/parties")
    other = service.open_case()
    service.act(other, "/residence-basis", BODIES["recordResidenceBasis"])
    service.act(other, "/labour-market-status", BODIES["recordLabourMarketStatus"])
    start = {**BODIES["startAssessment"], "participants": named}
    assert refused(service, f"{other.path}/assessments", start, other.etag) == (
        "79",
        "#/participants",
    )
    for path in (case.path, other.path):
        problem(service.get(path, by=f"officer@{stranger}"), 404, "not-found")


@pytest.mark.guarantee("AC-7")
def test_79_the_areas_own_and_providers_are_named(service: Service) -> None:
    case = service.assessed()
    named = ["vaasa", "pohjanmaa", "vaasan-seutu", "opisto", "a-provider-nobody-registered"]
    service.act(case, "/plans", {**BODIES["drawUpPlan"], "parties": named})
    assert service.get(case.path, by="professional@pohjanmaa").status_code == 200
    assert "vaasa" in TOGETHER["parties"]


@pytest.mark.guarantee("CC-2")
def test_who_loses_the_right_by_an_act_still_gets_the_answer_to_it(service: Service) -> None:
    case = service.open_case()
    service.refer(case)
    path, by = f"{case.path}/referrals/{case.referral}/declination", "officer@vaasan-seutu"
    sent = {"body": BODIES["declineReferral"], "by": by, "tag": case.etag, "key": "declined-once"}
    first = service.post(path, **sent)
    assert first.status_code == 201
    again = service.post(path, **sent)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert [line["result"] for line in service.trail(again)] == ["REPLAYED"]
    # What it has not done stays closed to it, under whatever key.
    anew = service.post(path, **{**sent, "key": "another"})
    problem(anew, 404, "not-found")
    assert [line["result"] for line in service.trail(anew)] == ["FORBIDDEN"]


@pytest.mark.guarantee("CC-2")
def test_a_key_of_somebody_else_replays_nothing(service: Service) -> None:
    case = handed_over(service)
    key = "details-once"
    details = {"details": {"motherTongue": "fa"}}
    done = service.post(
        f"{case.path}/details", details, by="officer@vaasan-seutu", tag=case.etag, key=key
    )
    assert done.status_code == 201
    other = service.post(f"{case.path}/details", details, tag=case.etag, key=key)
    problem(other, 403, "forbidden")


@pytest.mark.guarantee("AC-6")
def test_86_4_of_a_day_ahead_nobody_knows_more_than_on_that_day(service: Service) -> None:
    case = handed_over(service)
    by = "officer@vaasan-seutu"
    plan = {
        **BODIES["drawUpPlan"],
        "validFrom": "2026-02-01",
        "validUntil": "2027-01-31",
        "measures": [{"service": "CIVIC_ORIENTATION", "provider": "opisto", "serves": "theirs"}],
    }
    service.act(case, "/plans", plan, by)
    assert service.get(f"{case.path}/plan").status_code == 200
    assert "theirs" in service.get(f"{case.path}/plan?validOn=2026-03-01", by=by).text
    for view in ("plan", "dues", "plan/page"):
        ahead = service.get(
            f"{case.path}/{view}?validOn=2026-03-01",
            headers={"Accept": "text/html"} if view == "plan/page" else {},
        )
        problem(ahead, 404, "not-found")
        assert [line["result"] for line in service.trail(ahead)] == ["FORBIDDEN"]
    # What happened since is the new authority's to tell.
    problem(service.get(f"{case.path}/explanation"), 403, "forbidden")
