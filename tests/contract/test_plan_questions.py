"""What if, what is due, what is missing in the record, and the page for the client: over HTTP."""

from typing import Any

import pytest
from tests.service import ESPOO, MARKER, PLAN, VAASA, Case, Service, problem


def answer(service: Service, path: str, **how: Any) -> Any:
    response = service.get(path, **how)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.guarantee("QU-10")
def test_the_same_case_is_asked_about_under_another_edition_and_nothing_is_written(
    service: Service,
) -> None:
    case = service.assessed()
    transferred = {
        **PLAN,
        "underAct": "1386/2010",
        "signedOn": "2024-02-05",
        "effectiveOn": "2024-02-05",
        "validFrom": "2024-02-05",
        "validUntil": "2025-02-05",
    }
    service.act(case, "/plans", transferred)
    written = service.facts()
    here = answer(service, f"{case.path}/plan")
    there = answer(service, f"{case.path}/plan?edition=681/2023%402025")
    assert (here["edition"], there["edition"]) == (None, "681/2023@2025")
    assert here["plan"]["maximumUntil"] == there["plan"]["maximumUntil"] == "2027-02-05"
    assert service.facts() == written
    told = answer(service, f"{case.path}/explanation?edition=681/2023%402025")
    assert told["maximumUntil"]["sections"] == ["102.2"]


@pytest.mark.guarantee("QU-10")
@pytest.mark.parametrize("question", ["plan", "dues", "repository-record", "explanation"])
def test_an_edition_nobody_knows_is_refused_by_name(service: Service, question: str) -> None:
    case = service.open_case()
    told = problem(service.get(f"{case.path}/{question}?edition=1/1999"), 400, "malformed-request")
    assert [(each["parameter"], each["code"]) for each in told["errors"]] == [
        ("edition", "not-an-edition")
    ]
    # History tells what was recorded, and no edition changes that.
    problem(service.get(f"{case.path}/history?edition=681/2023"), 400, "unknown-parameter")


@pytest.mark.guarantee("QU-11")
def test_what_has_to_be_done_in_one_case(service: Service) -> None:
    case = service.planned()
    found = answer(service, f"{case.path}/dues")["dues"]
    assert [(due["due"], due["by"], due["authority"]) for due in found] == [
        # Registered as a jobseeker since November.
        ("REGISTRATION_CHANGED", None, "vaasa"),
        ("GUIDANCE_TO_SERVICES", "2025-03-03", "vaasa"),
        ("REVIEW", "2025-08-04", "vaasa"),
    ]
    _, late, _ = answer(service, f"{case.path}/dues?validOn=2025-03-04")["dues"]
    assert late["overdueSince"] == "2025-03-04"
    problem(service.get(f"{case.path}/dues", by=ESPOO), 404, "not-found")


@pytest.mark.guarantee("QU-12")
def test_what_the_decree_wants_recorded_and_what_is_missing(service: Service) -> None:
    case = service.planned()
    record = answer(service, f"{case.path}/repository-record")
    assert record["compulsoryFrom"] == "2027-01-01"
    missing = {
        (part["kind"], item["item"], item["section"])
        for part in record["parts"]
        for item in part["items"]
        if not item["recorded"]
    }
    assert missing == {
        ("ASSESSMENT", "CONTENT", "decree:1.1"),
        ("ASSESSMENT", "INITIAL_INTERVIEW", "14.2"),
        ("ASSESSMENT", "MAKERS", "decree:1.1"),
        ("PLAN", "MAKERS", "decree:2.1"),
        ("PLAN", "RIGHTS_AND_DUTIES", "24"),
    }
    assert record["missing"] == len(missing)
    (content,) = [i for i in record["parts"][0]["items"] if i["item"] == "CONTENT"]
    assert "FINNISH_SWEDISH" in content["lacks"]
    assert "LITERACY" not in content["lacks"]


@pytest.mark.guarantee("QU-12")
def test_an_authority_sees_what_is_missing_in_all_its_cases_and_nobody_elses(
    service: Service,
) -> None:
    service.settle()
    before = answer(service, "/repository-gaps")["counts"]
    cases = [service.planned(), service.planned()]
    service.planned(by=ESPOO)
    service.settle()
    page = answer(service, "/repository-gaps?limit=3")
    added = {item: number - before.get(item, 0) for item, number in page["counts"].items()}
    assert added == {"CONTENT": 2, "INITIAL_INTERVIEW": 2, "MAKERS": 4, "RIGHTS_AND_DUTIES": 2}
    found = list(page["items"])
    while page["next"]:
        page = answer(service, f"/repository-gaps?limit=3&cursor={page['next']}")
        found += page["items"]
    assert len(found) == sum(page["counts"].values())
    ours = [item for item in found if item["caseId"] in {case.case_id for case in cases}]
    assert len(ours) == 10
    # The worklist is for what has to be done by a day.
    due = answer(service, "/worklist?limit=200")
    assert due["next"] is None
    ids = {case.case_id for case in cases}
    assert {each["due"] for each in due["items"] if each["caseId"] in ids} == {
        "REGISTRATION_CHANGED",
        "GUIDANCE_TO_SERVICES",
        "REVIEW",
    }


@pytest.mark.guarantee("QU-13")
@pytest.mark.parametrize(
    ("language", "title", "goals"),
    [
        ("fi", "Kotoutumissuunnitelma", "Tavoitteet"),
        ("sv", "Integrationsplan", "Mål"),
        ("en", "Integration plan", "Goals"),
    ],
)
def test_the_plan_is_a_page_for_the_client(
    service: Service, language: str, title: str, goals: str
) -> None:
    case = service.assessed()
    content = {**PLAN, "followUp": "<b>call</b> & write", "jobSearchObligation": "monthly"}
    service.act(case, "/plans", content)
    response = service.get(f"{case.path}/plan/page", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src" not in response.headers["content-security-policy"]
    page = response.text
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page
    assert f"<h2>{goals}</h2>" in page
    assert "&lt;b&gt;call&lt;/b&gt; &amp; write" in page
    assert MARKER in page
    assert case.code not in page
    again = service.get(
        f"{case.path}/plan/page",
        headers={"Accept-Language": language, "If-None-Match": response.headers["etag"]},
    )
    assert again.status_code == 304


@pytest.mark.guarantee("QU-13")
def test_the_page_says_so_when_no_plan_is_in_force(service: Service) -> None:
    case = service.open_case()
    page = service.get(f"{case.path}/plan/page", headers={"Accept-Language": "en"}).text
    assert "No integration plan has been drawn up." in page
    problem(service.get(f"{case.path}/plan/page", by=ESPOO), 404, "not-found")


@pytest.mark.guarantee("QU-14")
def test_a_worker_is_assigned_and_lists_are_limited_to_the_worker(service: Service) -> None:
    mine, other = service.planned(), service.planned()
    service.act(mine, "/worker", {"worker": VAASA})
    service.settle()
    for where in ("/worklist", "/clients", "/repository-gaps"):
        found = answer(service, f"{where}?worker={VAASA}")["items"]
        assert {each["caseId"] for each in found} == {mine.case_id}, where
        everybody = {each["caseId"] for each in answer(service, f"{where}?limit=200")["items"]}
        assert {mine.case_id, other.case_id} <= everybody
    assert answer(service, mine.path)["worker"] == VAASA
    assert worker_of(service, other) is None


def worker_of(service: Service, case: Case) -> str | None:
    plan = answer(service, f"{case.path}/plan")["plan"]
    worker: str | None = plan["worker"]
    return worker
