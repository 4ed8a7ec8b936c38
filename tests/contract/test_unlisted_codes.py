"""Codes of languages and countries that no list has, over HTTP: refused where they are told."""

from typing import Any

import pytest
from tests.service import Service, opening, problem

from cases.app import performing

TOLD = {"date": "2025-02-03", "language": "xx", "interpreter": True}
COURSE = {"service": "CIVIC_ORIENTATION", "provider": "vaasa", "language": "xx"}


def faults(answer: Any) -> list[str]:
    """Where the codes stand that are refused, and by nothing but their rule."""
    told = problem(answer, 422, "rule-violated")
    assert {each["rule"] for each in told["legalBasis"]} == {"code-of-the-list"}
    return [each["pointer"] for each in told["errors"]]


@pytest.mark.guarantee("CO-6")
def test_a_code_outside_its_list_is_refused_where_it_is_told(service: Service) -> None:
    person = opening()["person"] | {"motherTongue": "xx", "citizenships": ["AF", "QQ"]}
    refused = service.post("/cases", opening(person=person))
    assert faults(refused) == ["#/person/citizenships/1", "#/person/motherTongue"]
    (line,) = service.trail(refused)
    assert (line["result"], line["case_id"]) == ("REFUSED", None)

    case = service.open_case()
    consent = {"scope": "CONTACT_BY_AUTHORITY", "informed": TOLD}
    for where, body, pointer in (
        ("/details", {"details": {"contactLanguage": "xx"}}, "#/details/contactLanguage"),
        ("/consents", consent, "#/informed/language"),
        ("/services", COURSE, "#/language"),
    ):
        refused = service.post(f"{case.path}{where}", body, tag=case.etag)
        assert faults(refused) == [pointer]
    guided = {
        "person": {"names": {"given": "Aila", "family": "Esimerkki"}, "contactLanguage": "xx"},
        "informed": TOLD,
    }
    refused = service.post("/guidance/consents", guided, purpose="GUIDANCE_AND_COUNSELLING")
    assert sorted(faults(refused)) == ["#/informed/language", "#/person/contactLanguage"]


@pytest.mark.guarantee("CO-6")
def test_what_is_on_record_with_another_code_is_read_and_put_right(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = service.open_case()
    before = {"details": {"motherTongue": "xx", "citizenships": ["QQ"], "gender": "FEMALE"}}
    with monkeypatch.context() as earlier:
        earlier.setattr(performing, "with_listed_codes", lambda act, outcome, under: outcome)
        service.act(case, "/details", before)
    version = case.version
    for view in ("", "/history", "/explanation"):
        assert service.get(f"{case.path}{view}").status_code == 200
    shown = service.get(case.path).json()["person"]
    assert (shown["motherTongue"], shown["citizenships"]) == ("xx", ["QQ"])

    def correct(member: str, was: str, to: str) -> Any:
        change = {"member": f"/content/details/{member}", "from": was, "to": to}
        body = {"version": version, "changes": [change], "reason": "heard wrong"}
        tag = service.get(case.path).headers["etag"]
        return service.post(f"{case.path}/corrections", body, tag=tag)

    assert correct("gender", "FEMALE", "MALE").status_code == 201
    assert faults(correct("motherTongue", "xx", "xy")) == ["#/changes/0/to"]
    assert correct("motherTongue", "xx", "fa").status_code == 201
