"""Guidance put right over HTTP: corrected, annulled, its history on both axes, or gone for good."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.contract.conftest import Serve
from tests.contract.test_guidance_beside_cases import at_once
from tests.contract.test_guidance_records import GUIDING, INFORMED, NEED, Guided, sections
from tests.service import ESPOO, MARKER, Service, identity_code, problem

WHY = f"{MARKER} was written down wrong"
CODE = "/content/person/identityCode"


def correct(guided: Guided, version: int, *changes: tuple[str, Any], **how: Any) -> Any:
    """Correct what was recorded, each change a pointer and what it should have said."""
    told = [{"member": member, "to": to} for member, to in changes]
    body = {"version": version, "changes": told, "reason": WHY}
    return _put_right(guided, "corrections", body, how)


def annul(guided: Guided, version: int, *along: int, **how: Any) -> Any:
    body = {"version": version, "along": along, "reason": WHY}
    return _put_right(guided, "annulments", body, how)


def _put_right(guided: Guided, where: str, body: dict[str, Any], how: dict[str, Any]) -> Any:
    sent = {"by": guided.by, "purpose": GUIDING, "tag": guided.tag, **how}
    response = guided.service.post(f"{guided.path}/{where}", body, **sent)
    if response.status_code == 201:
        guided.tag = response.headers["etag"]
    return response


def looked(guided: Guided, query: str = "", **how: Any) -> Any:
    path = f"{guided.path}/history{query}"
    return guided.service.get(path, **{"by": guided.by, "purpose": GUIDING, **how})


def entries(guided: Guided, query: str = "") -> list[dict[str, Any]]:
    response = looked(guided, query)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["entries"]
    return found


def found_by(guided: Guided, code: str, by: str | None = None) -> list[str]:
    how = {"by": by or guided.by, "purpose": GUIDING, "key": None}
    response = guided.service.post("/guidance-lookups", {"identityCode": code}, **how)
    return [each["consentId"] for each in response.json()["records"]]


@pytest.mark.guarantee("GU-8", "HP-13")
def test_nothing_is_read_into_what_a_correction_of_guidance_says(service: Service) -> None:
    guided = Guided(service)
    for member, to in (
        ("/content/person/dateOfBirth", 0),
        ("/content/informed/date", "1735689600"),
        ("/content/informed/interpreter", "yes"),
    ):
        problem(correct(guided, 1, (member, to)), 422, "rule-violated")
    assert len(entries(guided)) == 1


@pytest.mark.guarantee("GU-6", "GU-8")
def test_a_mistake_is_corrected_and_stands_beside_the_correction(service: Service) -> None:
    guided = Guided(service)
    assert guided.guide().status_code == 201
    changes = [("/content/needs/0", "Another"), ("/content/guidedTo/0/to", "naapurituki")]
    key = str(uuid4())
    done = correct(guided, 2, *changes, key=key)
    assert done.status_code == 201, done.text
    assert [each["fact"] for each in done.json()["recorded"]] == ["GuidanceRecordCorrected"]
    assert correct(guided, 2, *changes, key=key).content == done.content, "once for each key"
    record = guided.read().json()
    assert record["version"] == 3
    assert record["guidance"][0]["needs"] == ["Another"]
    assert guided.found()[0]["guidance"] == record["guidance"]
    told = entries(guided)
    assert [each["fact"] for each in told] == [
        "GuidanceConsentGiven",
        "GuidanceGiven",
        "GuidanceRecordCorrected",
    ]
    assert told[1]["content"]["needs"] == [NEED]
    [mark] = told[1]["corrections"]
    assert (mark["reason"], mark["by"]) == (WHY, "vaasa")
    assert [(each["was"], each["now"]) for each in mark["changes"]] == [
        (NEED, "Another"),
        ("opisto", "naapurituki"),
    ]
    [line] = service.trail(done)[:1]
    assert (line["action"], line["result"]) == ("CORRECT_GUIDANCE", "RECORDED")
    ahead = correct(guided, 2, ("/effectiveOn", "2025-01-01"))
    problem(ahead, 422, "rule-violated")
    assert sections(ahead) == ["decree:4.1"]
    problem(correct(guided, 3, ("/content/reason", "x")), 409, "state-conflict")
    problem(correct(guided, 2, changes[0], tag=None), 428, "precondition-required")


@pytest.mark.guarantee("GU-6")
def test_a_corrected_identity_code_leads_to_the_record_and_the_wrong_one_no_more(
    service: Service,
) -> None:
    guided, stranger = Guided(service), identity_code()
    wrong, right = guided.code, identity_code()
    assert correct(guided, 1, (CODE, right), ("/content/informed/language", "fa")).is_success
    assert found_by(guided, right) == [guided.consent]
    assert found_by(guided, wrong) == []
    assert found_by(guided, right, ESPOO) == []
    rows = "select blind from log.guidance_index where stream_id = %s"
    index = service.system.keystore.guidance_index("vaasa", right)
    assert [bytes(row["blind"]) for row in service.rows(rows, [guided.consent])] == [index]
    assert correct(guided, 1, (CODE, None)).is_success
    assert (found_by(guided, right), service.rows(rows, [guided.consent])) == ([], [])
    assert correct(guided, 1, (CODE, stranger)).is_success
    assert found_by(guided, stranger) == [guided.consent]
    # What is put right besides leaves the index as it is.
    assert correct(guided, 1, ("/content/person/contactLanguage", "uk")).is_success
    assert found_by(guided, stranger) == [guided.consent]
    assert guided.withdraw().status_code == 201
    assert service.rows(rows, [guided.consent]) == []


@pytest.mark.guarantee("GU-7", "GU-8")
def test_annulled_guidance_is_gone_from_the_record_and_told_in_its_history(
    service: Service,
) -> None:
    guided = Guided(service)
    guided.guide()
    assert annul(guided, 2).status_code == 201
    assert guided.read().json()["guidance"] == []
    told = entries(guided)
    assert [each["version"] for each in told] == [1, 2, 3]
    assert told[1]["annulment"]["reason"] == WHY
    assert (told[1]["content"], told[1]["rules"]) == ({}, [])
    assert NEED not in looked(guided).text
    assert entries(guided, "?version=2")[1]["content"]["needs"] == [NEED], "as it was known"
    problem(annul(guided, 2), 409, "state-conflict")
    assert (
        looked(guided, headers={"Accept-Language": "sv"})
        .json()["entries"][1]["annulment"]["text"]
        .startswith("Annullerad")
    )


@pytest.mark.guarantee("GU-7")
def test_a_consent_never_given_takes_everything_along_for_good(service: Service) -> None:
    guided, kept = Guided(service), Guided(service)
    guided.guide()
    kept.guide()
    told = problem(annul(guided, 1), 409, "state-conflict")
    assert told["legalBasis"][0]["inputs"] == {"version": 1, "buildingOn": [2]}
    assert guided.read().status_code == 200
    key = str(uuid4())
    gone = annul(guided, 1, 2, key=key)
    assert gone.status_code == 201, gone.text
    assert [each["fact"] for each in gone.json()["recorded"]] == ["GuidanceConsentAnnulled"]
    assert WHY not in gone.text
    for response in (guided.read(), looked(guided), annul(guided, 1, 2), guided.withdraw()):
        problem(response, 404, "not-found")
    assert found_by(guided, guided.code) == []
    again = annul(guided, 1, 2, key=key)
    assert (again.status_code, again.content) == (201, gone.content)
    assert again.headers["idempotency-replayed"] == "true"
    reused = annul(guided, 2, key=key)
    problem(reused, 422, "idempotency-key-reused")
    living = "select wrapped, destroyed_at from log.case_key where stream_id = %s"
    [row] = service.rows(living, [guided.consent])
    assert row["wrapped"] is None
    assert row["destroyed_at"] is not None
    assert kept.read().json()["guidance"][0]["needs"] == [NEED]


@pytest.mark.guarantee("GU-3", "GU-6", "GU-7")
def test_what_was_withdrawn_is_neither_corrected_nor_annulled_nor_told(service: Service) -> None:
    guided = Guided(service)
    guided.guide()
    corrected, key = str(uuid4()), str(uuid4())
    assert correct(guided, 2, ("/content/needs/0", "B"), key=corrected).is_success
    assert annul(guided, 2, key=key).is_success
    assert guided.withdraw().status_code == 201
    facts = service.facts()
    missing = Guided(service)
    missing.consent = str(uuid4())
    facts += 1
    answers = []
    for each in (guided, missing):
        for response in (
            correct(each, 1, ("/content/informed/language", "fi")),
            annul(each, 1),
            annul(each, 2, key=key),
            correct(each, 2, ("/content/needs/0", "B"), key=corrected),
            looked(each),
            looked(each, "?version=1"),
            each.service.get(f"{each.path}?version=1", purpose=GUIDING),
        ):
            told = problem(response, 404, "not-found")
            told.pop("instance")
            answers.append(told)
    assert all(each == answers[0] for each in answers), "as one that never was"
    assert service.facts() == facts


@pytest.mark.guarantee("GU-8")
def test_record_and_history_are_asked_for_on_both_axes(service: Service) -> None:
    guided = Guided(service)
    guided.guide()
    assert correct(guided, 2, ("/content/needs/0", "B")).is_success
    record = f"{guided.path}?"
    then = service.get(f"{record}version=2", purpose=GUIDING)
    assert then.json()["guidance"][0]["needs"] == [NEED]
    assert (then.json()["version"], then.json()["validOn"]) == (2, "2025-02-03")
    before = service.get(f"{record}validOn=2025-02-02", purpose=GUIDING).json()
    assert (before["person"], before["consent"], before["guidance"]) == (None, None, [])
    assert entries(guided, "?validOn=2025-02-02") == []
    assert [each["version"] for each in entries(guided, "?version=1")] == [1]
    instant = then.json()["recordedAt"]
    known = service.get(f"{record}knownAt={instant}", purpose=GUIDING)
    assert known.status_code == 200
    for path in (guided.path, f"{guided.path}/history"):
        for query, status, code in (
            ("version=9", 400, "view-cannot-answer"),
            ("knownAt=2999-01-01T00:00:00Z", 400, "view-cannot-answer"),
            ("knownAt=2025-01-01T00:00:00Z", 404, "not-found"),
        ):
            asked = service.get(f"{path}?{query}", purpose=GUIDING)
            problem(asked, status, code)
        past = service.get(f"{path}?version=1", purpose=GUIDING)
        [line] = service.trail(past)
        assert (line["traits"], line["case_version"]) == (["PAST_VIEW"], 1)
        for purpose in ("ORGANISING_SERVICES", "ANSWERING_THE_PERSON"):
            problem(service.get(path, purpose=purpose), 403, "purpose-not-allowed")
    shown = looked(guided)
    [line] = service.trail(shown)
    assert (line["action"], line["result"]) == ("READ_GUIDANCE_HISTORY", "SHOWN")
    again = looked(guided, headers={"If-None-Match": shown.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.guarantee("GU-4", "GU-7")
def test_of_guidance_and_its_consents_annulment_at_once_one_counts(service: Service) -> None:
    guided = Guided(service)
    guided.guide()
    tag, key = guided.tag, str(uuid4())
    recorded, first, twin = at_once(
        lambda: guided.guide(tag=tag),
        lambda: annul(guided, 1, 2, tag=tag, key=key),
        lambda: annul(guided, 1, 2, tag=tag, key=key),
    )
    annulled = {first.status_code, twin.status_code} == {201}
    assert (recorded.status_code == 201) is not annulled
    if annulled:
        assert first.content == twin.content
        problem(guided.read(), 404, "not-found")
    else:
        assert {first.status_code, twin.status_code} == {412}


@pytest.mark.guarantee("GU-6", "RL-1")
def test_the_writer_gives_no_case_a_row_of_the_index_of_guidance(service: Service) -> None:
    case, gone = service.open_case(), Guided(service)
    gone.withdraw()
    reindex = "select log.reindex_guidance_record(%s::uuid, %s::bytea)"
    with psycopg.connect(service.database.url, options="-c role=cases_writer") as writer:
        for stream in (case.case_id, gone.consent):
            with pytest.raises(psycopg.errors.RaiseException), writer.transaction():
                writer.execute(reindex, [UUID(stream), b"0" * 32])
    for role in ("cases_reader", "cases_projector", "cases_sequencer"):
        with (
            psycopg.connect(service.database.url, options=f"-c role={role}") as other,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            other.execute(reindex, [UUID(gone.consent), None])


@pytest.mark.guarantee("GU-6")
def test_no_test_code_is_corrected_in_where_only_real_people_are_guided(another: Serve) -> None:
    service = another(allow_test_codes=False)
    body = {"person": {"names": {"given": "I", "family": "P"}}, "informed": INFORMED}
    given = service.post("/guidance/consents", body, purpose=GUIDING)
    assert given.status_code == 201
    change = {"member": CODE, "to": "300999V983V"}
    refused = service.post(
        f"/guidance/{given.json()['consentId']}/corrections",
        {"version": 1, "changes": [change], "reason": WHY},
        tag=given.headers["etag"],
        purpose=GUIDING,
    )
    told = problem(refused, 400, "malformed-request")
    assert told["errors"][0]["pointer"] == "#/changes"
