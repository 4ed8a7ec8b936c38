"""Where a protected member of a family moved is in no answer about the family's plan (21 §)."""

from datetime import UTC, datetime
from typing import Any, Final

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import handed_over
from tests.contract.test_family_plans import Family, planned
from tests.service import AUDITOR, EMPLOYMENT, MAKERS, VAASA, Case, Service, problem

TAMPERE: Final = "officer@tampere"
WHERE: Final = "+358 3 5656 1000"
THERE: Final = {"name": "Tiina Tamperelainen", "organisation": "tampere", "phone": WHERE}
NOBODY: Final = {"name": "WITHHELD", "organisation": "WITHHELD"}
REVIEW: Final = {"nextReviewOn": "2025-12-01", "makers": [THERE]}


def goes_on(service: Service, day: int) -> None:
    """Go on to the morning of a day of March."""
    service.clock.set(datetime(2025, 3, day, 8, tzinfo=UTC))


def look(service: Service, case: Case, by: str) -> None:
    """See the case as it is now."""
    case.etag = service.get(case.path, by=by).headers["etag"]


def moves(service: Service, case: Case, *, assigned: bool = True, **how: str) -> None:
    """The client moves to Tampere, whose worker has the case from then on."""
    look(service, case, VAASA)
    today = service.clock.today().isoformat()
    said = {"date": today, "language": "en", "interpreter": False}
    consent = {"scope": "CONTACT_TO_NEW_MUNICIPALITY", "informed": said}
    agreed = service.act(case, "/consents", consent)["consentId"]
    over = {"to": "tampere", "reason": "MOVE", "consent": agreed, **how}
    service.act(case, "/hand-overs", over)
    if assigned:
        look(service, case, TAMPERE)
        service.act(case, "/worker", {"worker": TAMPERE}, TAMPERE)


def protected_in_tampere(service: Service) -> Family:
    """A family with its plan, whose child was protected, and moved to Tampere a week ago."""
    family = planned(service)
    goes_on(service, 3)
    look(service, family.child, VAASA)
    order = {"from": "2025-03-03", "until": "2030-01-01"}
    service.act(family.child, "/non-disclosure", order)
    moves(service, family.child)
    goes_on(service, 10)
    return family


def tells_where(answer: httpx2.Response) -> list[str]:
    """What of Tampere an answer tells."""
    assert answer.status_code == 200, answer.text
    said = ("tampere", "Tamperelainen", WHERE)
    return [each for each in said if each.lower() in answer.text.lower()]


@pytest.mark.guarantee("FP-3", "ND-5", "ND-7")
def test_who_answers_for_a_protected_member_is_in_no_answer_about_the_plan(
    another: Serve,
) -> None:
    service = another()
    family = protected_in_tampere(service)
    reviewed = family.act("/reviews", REVIEW, by=TAMPERE)
    assert reviewed.status_code == 201, reviewed.text
    change = {"member": "/content/nextReviewOn", "to": "2025-12-03"}
    corrected = {"version": 2, "changes": [change], "reason": "agreed so"}
    assert family.act("/corrections", corrected, by=TAMPERE).status_code == 201
    for by in (VAASA, AUDITOR):
        for path in ("", "/history", "?version=2", "/history?version=2", "/history?version=3"):
            assert tells_where(service.get(family.path + path, by=by)) == [], (by, path)
        assert _makers(family.read(by).json()) == [NOBODY]
        entries = service.get(f"{family.path}/history", by=by).json()["entries"]
        assert [each["by"] for each in entries] == ["vaasa", "WITHHELD", "WITHHELD"]
        assert entries[1]["content"]["makers"] == [NOBODY]
        assert entries[1]["corrections"][0]["by"] == "WITHHELD"
        assert [c["member"] for c in entries[1]["corrections"][0]["changes"]] == [
            "/content/nextReviewOn"
        ]
        # What was told before is told as it was.
        assert entries[0]["content"]["makers"] == MAKERS
        assert family.read(by).json()["authorities"] == ["vaasa", "pohjanmaa"]
    # Who may see the member is told everything.
    assert _makers(family.read(TAMPERE).json()) == [THERE]


@pytest.mark.guarantee("FP-3", "ND-5")
def test_an_authority_that_answers_for_a_member_who_is_seen_is_told(another: Serve) -> None:
    service = another()
    family = protected_in_tampere(service)
    assert family.act("/reviews", REVIEW, by=TAMPERE).status_code == 201
    aunt = service.open_case("officer@tampere")
    joined = family.act("/members", {"member": aunt.case_id}, by=TAMPERE)
    assert joined.status_code == 201, joined.text
    seen = service.get(f"{family.path}/history", by=AUDITOR).json()["entries"]
    assert [each["by"] for each in seen] == ["vaasa", "tampere", "tampere"]
    assert tells_where(family.read(VAASA)) == []


@pytest.mark.guarantee("FP-3", "ND-5")
def test_where_a_protected_member_still_is_shows_in_no_record_made_since(service: Service) -> None:
    family = Family(service, mother=handed_over(service))
    family.consents()
    assert family.draw_up().status_code == 201
    order = {"from": "2025-02-03", "until": "2030-01-01"}
    service.act(family.child, "/non-disclosure", order)
    again = {"name": "Anu", "organisation": "vaasa"}
    assert family.act("/reviews", {**REVIEW, "makers": [again]}).status_code == 201
    # To another officer of the authority itself its own part is no secret.
    assert _makers(family.read(VAASA).json()) == [again]
    plan = family.read(EMPLOYMENT).json()
    assert (len(plan["members"]), _makers(plan)) == (1, [NOBODY])
    seen = service.get(f"{family.path}/history", by=EMPLOYMENT).json()["entries"]
    assert [each["by"] for each in seen][1:] == ["WITHHELD"]


@pytest.mark.guarantee("FP-3", "ND-5")
def test_where_a_protected_member_is_to_go_is_not_told_before_either(service: Service) -> None:
    family = planned(service)
    worker = service.get(f"{family.child.path}/history").json()["entries"][0]["recordedBy"]
    service.act(family.child, "/worker", {"worker": worker})
    order = {"from": "2025-02-03", "until": "2030-01-01"}
    service.act(family.child, "/non-disclosure", order)
    moves(service, family.child, assigned=False, takesEffectOn="2025-02-24")
    family.tag = family.read(VAASA).headers["etag"]
    assert family.act("/reviews", REVIEW).status_code == 201
    assert _makers(family.read(VAASA).json()) == [THERE]
    assert _makers(family.read(AUDITOR).json()) == [NOBODY]
    assert tells_where(service.get(f"{family.path}/history", by=AUDITOR)) == []


@pytest.mark.guarantee("FP-3")
def test_a_member_who_is_not_protected_keeps_nobody_s_name_back(another: Serve) -> None:
    service = another()
    family = planned(service)
    goes_on(service, 3)
    moves(service, family.child, assigned=False)
    goes_on(service, 10)
    assert family.act("/reviews", REVIEW, by=TAMPERE).status_code == 201
    assert _makers(family.read(VAASA).json()) == [THERE]


@pytest.mark.guarantee("FP-3", "FP-7")
def test_what_is_corrected_leaves_an_authority_that_is_not_told_as_it_was(
    another: Serve,
) -> None:
    service = another()
    family = protected_in_tampere(service)
    assert family.act("/reviews", REVIEW, by=TAMPERE).status_code == 201
    seen = family.read(VAASA)
    how = {"by": VAASA, "tag": seen.headers["etag"]}
    # A list of which something is withheld is not told anew: nobody learns who was guessed right.
    turku, named = {**THERE, "organisation": "turku"}, {**NOBODY, "phone": "+358 1"}
    for to in ([THERE], [NOBODY, turku], [named]):
        guess = {"member": "/content/makers", "to": to}
        body = {"version": 2, "changes": [guess], "reason": "a guess"}
        told = problem(family.act("/corrections", body, **how), 422, "rule-violated")
        assert [each["code"] for each in told["errors"]] == ["withheld-is-not-corrected"]
    found = {"member": "/content/nextReviewOn", "to": "2025-11-03"}
    body = {"version": 2, "changes": [found], "reason": "heard wrong"}
    corrected = family.act("/corrections", body, **how)
    assert corrected.status_code == 201, corrected.text
    assert "tampere" not in corrected.text.lower()
    assert _makers(family.read(VAASA).json()) == [NOBODY]
    assert _makers(family.read(TAMPERE).json()) == [THERE]


@pytest.mark.guarantee("FP-3")
def test_with_whom_they_work_where_a_hidden_member_is_tells_nothing(another: Serve) -> None:
    service = another()
    family = protected_in_tampere(service)
    county = {"name": "Pirkko", "organisation": "pirkanmaa"}
    source = {"kind": "AUTHORITY", "name": "Tampere"}
    review = {**REVIEW, "makers": [*REVIEW["makers"], county], "source": source}
    assert family.act("/reviews", review, by=TAMPERE).status_code == 201
    assert _makers(family.read(VAASA).json()) == [NOBODY, NOBODY]
    history = service.get(f"{family.path}/history", by=VAASA)
    for place in ("pirkanmaa", "pirkko", "tampere"):
        assert place not in history.text.lower()
    assert county in _makers(family.read(TAMPERE).json())


def _makers(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [{k: v for k, v in each.items() if v is not None} for each in plan["makers"]]
