"""The examples of the document can be sent as they stand: each is accepted where it is lawful."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tests.contract.lawful import ready_for
from tests.contract.noticing import KELA
from tests.contract.test_family_plans import Family, planned
from tests.contract.test_guidance_records import GUIDING
from tests.service import Case, Service, opening

from cases.app.http.acts import FORMER, ROUTES
from cases.app.http.describe import examples


def in_its_place(name: str, case: Case) -> dict[str, Any]:
    """Members that name what there is in the case, where an example can only name anything."""
    match name:
        case "guideToServices":
            return {"measures": list(case.measures)}
        case "recordNecessaryData":
            return {"of": case.plan}
        case "joinCases":
            return {"duplicate": case.duplicate}
    return {}


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.get("/openapi.json", by=None, purpose=None).json()
    return found


def bodies(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the document says of each body, by operation."""
    return {
        operation["operationId"]: operation["requestBody"]["content"]["application/json"]
        for item in document["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    }


@pytest.mark.guarantee("AP-7")
def test_every_body_has_an_example_of_its_form(document: dict[str, Any]) -> None:
    said = bodies(document)
    former = {route.name for route in FORMER}
    assert said.keys() - former == examples().keys()
    for name, media in said.items():
        schema = {**media["schema"], "components": document["components"]}
        wrong = Draft202012Validator(schema).iter_errors(media["example"])
        assert [each.message for each in wrong] == [], name


@pytest.mark.guarantee("AP-7")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.act.NAME)
def test_the_example_of_an_act_is_recorded(service: Service, route: Any) -> None:
    name = route.act.NAME
    example = dict(examples()[name])
    if name == "openCase":
        example["person"] = {**example["person"], **opening()["person"]}
        answer = service.post("/cases", example)
        assert answer.status_code == 201, answer.text
        return
    case = ready_for(service, name)
    example |= in_its_place(name, case)
    by = "officer@vaasan-seutu" if name in {"acceptReferral", "declineReferral"} else None
    by = "professional@pohjanmaa" if name == "obtainExpertAssessment" else by
    path = route.path.format(**_ids(case))
    tag = service.get(case.path).headers["etag"] if by is None else case.etag
    how = {} if by is None else {"by": by}
    answer = service.post(path, example, tag=tag, **how)
    assert answer.status_code == 201, answer.text


def _ids(case: Case) -> dict[str, str]:
    return {
        "caseId": case.case_id,
        "planId": case.plan,
        "assessmentId": case.assessment,
        "expertAssessmentId": case.expert,
        "referralId": case.referral,
        "requestId": case.request,
        "consentId": case.consent,
        "serviceId": case.service,
        "representationId": case.representation,
    }


@pytest.mark.guarantee("AP-7")
def test_the_examples_about_families_are_recorded(service: Service) -> None:
    family = Family(service)
    family.consents()
    members = [each.case_id for each in family.everybody]
    known = dict(zip(examples()["drawUpFamilyPlan"]["members"], members, strict=True))

    def here(example: Any) -> Any:
        if isinstance(example, dict):
            return {name: here(value) for name, value in example.items()}
        if isinstance(example, list):
            return [here(value) for value in example]
        return known.get(example, example) if isinstance(example, str) else example

    drawn_up = service.post("/family-plans", here(examples()["drawUpFamilyPlan"]))
    assert drawn_up.status_code == 201, drawn_up.text
    family = planned(service)
    for where, name in (
        ("/reviews", "reviewFamilyPlan"),
        (f"/members/{family.mother.case_id}/leaving", "leaveFamilyPlan"),
        ("/members", "joinFamilyPlan"),
        ("/corrections", "correctFamilyPlanRecord"),
        ("/ending", "endFamilyPlan"),
        ("/annulments", "annulFamilyPlanRecord"),
    ):
        example = dict(examples()[name])
        if name == "joinFamilyPlan":
            example["member"] = family.mother.case_id
        if name == "annulFamilyPlanRecord":
            example["version"] = 6
        answer = family.act(where, example)
        assert answer.status_code == 201, answer.text


@pytest.mark.guarantee("AP-7")
def test_the_examples_of_questions_and_drafts_are_answered(service: Service) -> None:
    assert service.post("/client-searches", examples()["searchClients"]).status_code == 200
    lookup = service.post("/person-lookups", examples()["lookUpPerson"])
    assert lookup.status_code == 404
    case = service.assessed()
    begun = service.post(f"{case.path}/drafts", examples()["beginDraft"])
    assert begun.status_code == 201, begun.text
    where = begun.headers["location"].removeprefix("/v1")
    tag = begun.headers["etag"]
    changed = service.send("PUT", where, body=examples()["changeDraft"], tag=tag)
    assert changed.status_code == 200, changed.text


@pytest.mark.guarantee("AP-7")
def test_the_examples_about_guidance_are_recorded(service: Service) -> None:
    said = examples()
    given = service.post("/guidance/consents", said["giveGuidanceConsent"], purpose=GUIDING)
    assert given.status_code == 201, given.text
    consent, how = given.json()["consentId"], {"purpose": GUIDING}
    guided = {**said["recordGuidance"], "consent": consent}
    recorded = service.post("/guidance", guided, tag=given.headers["etag"], **how)
    assert recorded.status_code == 201, recorded.text
    found = service.post("/guidance-lookups", said["lookUpGuidance"], **how)
    assert [each["consentId"] for each in found.json()["records"]] == [consent]
    tag = recorded.headers["etag"]
    for path, name in (
        ("corrections", "correctGuidanceRecord"),
        ("annulments", "annulGuidanceRecord"),
    ):
        right = service.post(f"/guidance/{consent}/{path}", said[name], tag=tag, **how)
        assert right.status_code == 201, right.text
        tag = right.headers["etag"]
    where = f"/guidance/consents/{consent}/withdrawal"
    withdrawn = service.post(where, said["withdrawGuidanceConsent"], tag=tag, **how)
    assert withdrawn.status_code == 201, withdrawn.text


@pytest.mark.guarantee("AP-7")
def test_the_examples_about_notices_are_taken(service: Service) -> None:
    sent = service.post("/notices", examples()["sendNotices"], by=KELA)
    assert [each["result"] for each in sent.json()["items"]] == ["RECEIVED", "RECEIVED"]
    where = f"/notices/{sent.json()['items'][0]['noticeId']}/handling"
    handled = service.post(where, examples()["handleNotice"])
    assert handled.status_code == 200, handled.text
