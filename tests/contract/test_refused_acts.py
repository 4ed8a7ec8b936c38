"""Acts refused by law, state or an earlier act: nothing is recorded, nothing is given away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.conftest import Serve
from tests.service import (
    AUDITOR,
    ESPOO,
    MARKER,
    PLAN,
    START,
    VAASA,
    Case,
    Service,
    identity_code,
    opening,
    problem,
)

DETAILS = {"details": {"motherTongue": "fa"}}
CLOSURE = {"ground": "INTEGRATION_COMPLETED"}


@contextmanager
def nothing_recorded(service: Service) -> Iterator[None]:
    """Whatever happens inside leaves the log as it was."""
    facts = service.facts()
    yield
    assert service.facts() == facts


def without_instance(body: dict[str, Any]) -> dict[str, Any]:
    """A problem without the id of its request."""
    return {name: value for name, value in body.items() if name != "instance"}


# ------------------------------------------------------------------ law and state


def test_a_plan_before_its_assessment_names_the_section(service: Service) -> None:
    case = service.open_case()
    with nothing_recorded(service):
        response = service.post(f"{case.path}/plans", PLAN, tag=case.etag)
        body = problem(response, 422, "rule-violated")
    assert "16.1" in {each["section"] for each in body["legalBasis"]}
    assert all(each["edition"] and each["detail"] for each in body["legalBasis"])
    (line,) = service.trail(response)
    assert (line["result"], line["case_version"]) == ("REFUSED", case.version)
    assert str(line["case_id"]) == case.case_id


def test_a_plan_that_is_too_long_is_told_the_latest_day_allowed(service: Service) -> None:
    case = service.assessed()
    too_long = {**PLAN, "validUntil": "2026-02-04", "noJobSearchReason": "studies"}
    with nothing_recorded(service):
        body = problem(
            service.post(f"{case.path}/plans", too_long, tag=case.etag), 422, "rule-violated"
        )
    (basis,) = body["legalBasis"]
    assert (basis["section"], basis["latest"]) == ("23.2", "2026-02-03")
    assert [each["pointer"] for each in body["errors"]] == ["#/validUntil"]


@pytest.mark.parametrize("on", ["2025-02-04", "2199-12-31", "2024-12-31"])
def test_an_act_of_a_day_that_has_not_come_or_that_no_edition_knows_is_refused(
    service: Service, on: str
) -> None:
    case = service.open_case()
    with nothing_recorded(service):
        response = service.post(
            f"{case.path}/details", {**DETAILS, "effectiveOn": on}, tag=case.etag
        )
        body = problem(response, 422, "rule-violated")
        opened = service.post("/cases", opening(effectiveOn=on))
        problem(opened, 422, "rule-violated")
    assert [each["pointer"] for each in body["errors"]] == ["#/effectiveOn"]


def test_a_second_assessment_conflicts_with_the_one_under_way(service: Service) -> None:
    case = service.open_case()
    granted = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2024-09-16", "group": "PROTECTION"}
    service.act(case, "/residence-basis", granted)
    status = {"status": "UNEMPLOYED_JOBSEEKER", "from": "2024-11-01"}
    service.act(case, "/labour-market-status", status)
    assessment = {"kind": "ORDINARY", "ground": "14.1.1"}
    service.act(case, "/assessments", assessment)
    with nothing_recorded(service):
        again = service.post(f"{case.path}/assessments", assessment, tag=case.etag)
        problem(again, 409, "state-conflict")


# --------------------------------------------------------------- one open case


@pytest.mark.guarantee("TR-3")
def test_a_second_open_case_is_refused_whichever_officer_of_the_authority_opens_it(
    service: Service,
) -> None:
    case = service.open_case(VAASA)
    colleague = {"Authorization": f"Bearer {service.signed(sub='somebody-else')}"}
    with nothing_recorded(service):
        same = service.post("/cases", opening(case.code), by=VAASA)
        other = service.post("/cases", opening(case.code), headers=colleague)
    told = problem(same, 409, "case-not-openable"), problem(other, 409, "case-not-openable")
    assert without_instance(told[0]) == without_instance(told[1])
    assert case.case_id not in other.text
    assert set(same.headers) == set(other.headers)
    for response in (same, other):
        (line,) = service.trail(response)
        assert line["result"] == "REFUSED"


def test_a_case_cannot_take_the_code_of_another_open_case_of_the_authority(
    service: Service,
) -> None:
    hers, mine = service.open_case(VAASA), service.open_case(VAASA)
    with nothing_recorded(service):
        sent = {"details": {"identityCode": hers.code}}
        response = service.post(f"{mine.path}/details", sent, tag=mine.etag)
        problem(response, 409, "case-not-openable")


def test_after_closing_the_person_may_have_a_new_case_with_another_authority(
    service: Service,
) -> None:
    case = service.open_case(VAASA)
    service.act(case, "/closure", CLOSURE)
    response = service.post("/cases", opening(case.code), by=ESPOO)
    assert response.status_code == 201
    assert response.json()["caseId"] != case.case_id


def test_a_code_of_the_test_series_is_refused_where_only_real_ones_are_taken(
    another: Serve,
) -> None:
    strict = another(allow_test_codes=False)
    code = identity_code()
    with nothing_recorded(strict):
        response = strict.post("/cases", opening(code))
        body = problem(response, 400, "malformed-request")
        assert body["errors"][0]["pointer"] == "#/person/identityCode"
    case = strict.post("/cases", opening(person={"names": {"given": "X", "family": MARKER}}))
    assert case.status_code == 201
    with nothing_recorded(strict):
        later = strict.post(
            f"/cases/{case.json()['caseId']}/details",
            {"details": {"identityCode": code}},
            tag=case.headers["etag"],
        )
        body = problem(later, 400, "malformed-request")
        assert body["errors"][0]["pointer"] == "#/details/identityCode"
    problem(strict.post("/person-lookups", {"identityCode": code}), 404, "not-found")
    assert code not in response.text + later.text + strict.logged.getvalue()


# --------------------------------------------------------------- another's case


@pytest.mark.guarantee("TR-4")
def test_a_case_of_another_authority_is_not_there_and_the_trail_knows_better(
    service: Service,
) -> None:
    case, nowhere = service.planned(), f"/cases/{uuid4()}"
    paths = ("", "/plan", "/history", "/explanation", "/plan?version=1", "/plan?version=99")
    for path in paths:
        foreign = service.get(case.path + path, by=ESPOO)
        absent = service.get(nowhere + path, by=ESPOO)
        told = problem(foreign, 404, "not-found"), problem(absent, 404, "not-found")
        assert without_instance(told[0]) == without_instance(told[1])
        (line,), (unknown,) = service.trail(foreign), service.trail(absent)
        assert (line["result"], str(line["case_id"])) == ("FORBIDDEN", case.case_id)
        assert line["sections"] == []
        assert (unknown["result"], unknown["case_id"]) == ("NOTHING_FOUND", None)


@pytest.mark.guarantee("TR-4")
def test_an_act_on_a_case_of_another_authority_meets_the_words_for_one_that_is_not(
    service: Service,
) -> None:
    case, nowhere = service.open_case(), f"/cases/{uuid4()}"
    with nothing_recorded(service):
        for tag in (case.etag, '"99.' + case.etag.split(".", 1)[1]):
            foreign = service.post(f"{case.path}/details", DETAILS, by=ESPOO, tag=tag)
            absent = service.post(f"{nowhere}/details", DETAILS, by=ESPOO, tag=tag)
            told = problem(foreign, 404, "not-found"), problem(absent, 404, "not-found")
            assert without_instance(told[0]) == without_instance(told[1])
            (line,) = service.trail(foreign)
            assert (line["result"], str(line["case_id"])) == ("FORBIDDEN", case.case_id)


@pytest.mark.guarantee("TR-4")
@pytest.mark.parametrize("by", [ESPOO, "officer@kela", "officer@pohjanmaa", "operator@keha"])
def test_whoever_may_not_look_a_person_up_learns_nothing_from_the_answer(
    service: Service, by: str
) -> None:
    case = service.open_case()
    known = service.post("/person-lookups", {"identityCode": case.code}, by=by)
    unknown = service.post("/person-lookups", {"identityCode": identity_code()}, by=by)
    assert known.status_code == unknown.status_code
    assert without_instance(known.json()) == without_instance(unknown.json())
    (line,) = service.trail(known)
    assert (line["result"], str(line["case_id"])) == ("FORBIDDEN", case.case_id)


# ------------------------------------------------------------------------ keys


@pytest.mark.guarantee("AP-5")
def test_a_repeated_act_is_answered_as_the_first_time_also_after_newer_versions(
    service: Service,
) -> None:
    case = service.open_case()
    key, tag = str(uuid4()), case.etag
    first = service.post(f"{case.path}/details", DETAILS, key=key, tag=tag)
    assert "idempotency-replayed" not in first.headers
    with nothing_recorded(service):
        again = service.post(f"{case.path}/details", DETAILS, key=key, tag=tag)
    case.etag = first.headers["etag"]
    service.act(case, "/details", {"details": {"motherTongue": "sv"}})
    with nothing_recorded(service):
        late = service.post(f"{case.path}/details", DETAILS, key=key, tag=tag)
        read_again = service.post(f"{case.path}/details", DETAILS, key=key, tag=case.etag)
    for repeated in (again, late, read_again):
        assert repeated.status_code == 201
        assert repeated.headers["idempotency-replayed"] == "true"
        assert repeated.content == first.content
        assert repeated.headers["etag"] == first.headers["etag"]
        (line,) = service.trail(repeated)
        assert line["result"] == "REPLAYED"


@pytest.mark.guarantee("AP-5")
def test_a_repeat_by_someone_who_has_read_the_case_again_is_a_repeat_whatever_the_state_is_now(
    service: Service,
) -> None:
    plan = {**PLAN, "noJobSearchReason": "studies"}
    for case, where, sent, refusal in (
        (service.assessed(), "/plans", plan, (422, "rule-violated")),
        (service.open_case(), "/closure", CLOSURE, (409, "state-conflict")),
    ):
        key = str(uuid4())
        first = service.post(case.path + where, sent, key=key, tag=case.etag)
        now = service.get(case.path).headers["etag"]
        with nothing_recorded(service):
            again = service.post(case.path + where, sent, key=key, tag=now)
            problem(service.post(case.path + where, sent, tag=now), *refusal)
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.guarantee("AP-5")
def test_a_repeated_opening_is_answered_as_the_first_time(service: Service) -> None:
    key, body = str(uuid4()), opening()
    first = service.post("/cases", body, key=key)
    case = Case(first.json()["caseId"], first.headers["etag"], "")
    service.act(case, "/details", DETAILS)
    with nothing_recorded(service):
        again = service.post("/cases", body, key=key)
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["location"] == first.headers["location"] == f"/v1{case.path}"
        problem(service.post("/cases", opening(), key=key), 422, "idempotency-key-reused")


@pytest.mark.guarantee("AP-5")
def test_a_key_is_good_for_one_body_at_one_address(service: Service) -> None:
    case = service.open_case()
    key = str(uuid4())
    first = service.post(f"{case.path}/details", DETAILS, key=key, tag=case.etag)
    with nothing_recorded(service):
        for tag in (case.etag, first.headers["etag"]):
            for where, body in (
                ("/details", {"details": {"motherTongue": "sv"}}),
                ("/closure", CLOSURE),
                ("/plans", PLAN),
            ):
                reused = service.post(case.path + where, body, key=key, tag=tag)
                problem(reused, 422, "idempotency-key-reused")
                (line,) = service.trail(reused)
                assert line["result"] == "REFUSED"


@pytest.mark.guarantee("AP-5")
def test_keys_of_two_callers_and_of_two_cases_are_different_keys(service: Service) -> None:
    key = str(uuid4())
    opened = [service.post("/cases", opening(), key=key, by=by) for by in (VAASA, ESPOO)]
    assert len({each.json()["caseId"] for each in opened}) == 2
    for case in (service.open_case(), service.open_case()):
        service.act(case, "/details", DETAILS, key=key)
    one = service.open_case()
    service.act(one, "/details", DETAILS, key=key)
    colleague = {"Authorization": f"Bearer {service.signed(sub='colleague')}"}
    service.act(one, "/details", DETAILS, key=key, headers=colleague)
    assert (
        one.version
        == service.rows(
            "select max(version) as v from log.event where stream_id = %s", [one.case_id]
        )[0]["v"]
    )


@pytest.mark.guarantee("AP-5")
def test_a_refused_act_leaves_its_key_free(service: Service) -> None:
    case = service.open_case()
    key = str(uuid4())
    problem(service.post(f"{case.path}/plans", PLAN, key=key, tag=case.etag), 422, "rule-violated")
    service.act(case, "/details", DETAILS, key=key)


@pytest.mark.guarantee("AP-5")
def test_a_repeat_is_judged_again_and_shows_nothing_to_whoever_lost_the_right(
    service: Service,
) -> None:
    case = service.open_case()
    key = str(uuid4())
    service.act(case, "/details", DETAILS, key=key)
    moved = service.signed(sub="pairwise-8", organisation="espoo")
    stays = service.post(
        f"{case.path}/details",
        DETAILS,
        key=key,
        tag=case.etag,
        headers={"Authorization": f"Bearer {moved}"},
    )
    problem(stays, 404, "not-found")


def test_the_tag_is_told_for_the_day_and_the_next_act_may_come_the_day_after(
    service: Service,
) -> None:
    case = service.open_case()
    try:
        service.clock.set(START + timedelta(days=1))
        service.act(case, "/details", DETAILS)
    finally:
        service.clock.set(START)


def test_an_auditor_may_know_that_it_may_not_act(service: Service) -> None:
    case = service.open_case()
    with nothing_recorded(service):
        response = service.post(f"{case.path}/details", DETAILS, by=AUDITOR, tag=case.etag)
        problem(response, 403, "forbidden")
    (line,) = service.trail(response)
    assert (line["result"], str(line["case_id"])) == ("FORBIDDEN", case.case_id)
