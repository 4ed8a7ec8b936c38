"""What is sent wrongly is refused, told in words of ours, trailed, and never recorded."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.service import MARKER, PLAN, Case, Service, identity_code, opening, problem

NOBODY = str(uuid4())


@pytest.fixture(scope="module")
def case(service: Service) -> Case:
    """A case nothing is recorded on here."""
    return service.planned()


@pytest.fixture(autouse=True)
def _nothing_is_recorded(service: Service, case: Case) -> Iterator[None]:
    facts = service.facts()
    yield
    assert service.facts() == facts


def refused(service: Service, response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The problem, and one line of the trail that says that somebody known was refused."""
    body = problem(response, status, code)
    (line,) = service.trail(response)
    assert line["result"] == "REFUSED"
    assert line["sections"] == []
    assert MARKER not in str(line)
    return body


def places(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Where each error is, and its code."""
    return [
        (each.get("pointer") or each.get("parameter") or each["header"], each["code"])
        for each in body["errors"]
    ]


def text(**members: Any) -> bytes:
    """An opening as text, its members already JSON."""
    whole = {name: json.dumps(value) for name, value in opening().items()} | members
    return ("{" + ",".join(f'"{name}":{value}' for name, value in whole.items()) + "}").encode()


BODIES: list[tuple[str, bytes, str, str]] = [
    ("a wrong type", text(origin="7"), "#/origin", "not-one-of-the-values"),
    ("an unknown value", text(origin=f'"{MARKER}"'), "#/origin", "not-one-of-the-values"),
    ("an unknown member", text(**{MARKER: "1"}), "#", "unknown-member"),
    ("a member in another case", text(learned_on='"2025-01-30"'), "#", "unknown-member"),
    ("a day there is not", text(learnedOn='"2025-02-30"'), "#/learnedOn", "not-a-day"),
    ("a day as a number", text(learnedOn="20250130"), "#/learnedOn", "not-a-day"),
    ("a day as digits", text(learnedOn='"1738195200"'), "#/learnedOn", "not-a-day"),
    ("a day with an hour", text(learnedOn='"2025-01-30T00:00:00"'), "#/learnedOn", "not-a-day"),
    ("a day of another age", text(learnedOn='"1850-01-01"'), "#/learnedOn", "too-small"),
    ("nothing for a day", text(learnedOn="null"), "#/learnedOn", "not-a-day"),
    ("a text for an object", text(person=f'"{MARKER}"'), "#/person", "not-an-object"),
    ("a list for an object", text(person="[]"), "#/person", "not-an-object"),
    ("no number", text(learnedOn="NaN"), "#", "not-a-number"),
    ("an endless number", text(learnedOn="Infinity"), "#", "not-a-number"),
    ("an endless negative number", text(learnedOn="-Infinity"), "#", "not-a-number"),
    ("an overflowing number", text(learnedOn="1e999"), "#", "not-a-number"),
    ("a repeated member", text()[:-1] + b',"origin":"OWN_WORK"}', "#", "repeated-member"),
    ("a member repeated in disguise", text()[:-1] + b',"\\u006frigin":1}', "#", "repeated-member"),
    ("a member repeated inside", text(person='{"gender":1,"gender":2}'), "#", "repeated-member"),
    ("a NUL", text(section='"84\\u0000"'), "#", "unreadable-character"),
    ("a NUL in a name", text(**{"a\\u0000b": "1"}), "#", "unreadable-character"),
    ("half a character", text(section='"\\ud800"'), "#", "unreadable-character"),
    ("depth", text(section="[" * 40 + "]" * 40), "#", "too-deep"),
    ("an abyss", text(section="[" * 90_000 + "]" * 90_000), "#", "too-deep"),
    ("other bytes than UTF-8", text(section='"\xe4"').decode().encode("latin-1"), "#", "not-utf-8"),
    ("UTF-16", text().decode().encode("utf-16"), "#", "not-utf-8"),
    ("a byte order mark", b"\xef\xbb\xbf" + text(), "#", "not-json"),
    ("half a body", text()[:-9], "#", "not-json"),
    ("nothing", b"", "#", "not-json"),
    ("two bodies", text() + text(), "#", "not-json"),
    ("a list", b"[]", "#", "not-an-object"),
    ("a bare value", b"null", "#", "not-an-object"),
    ("a very long number", text(section="1" * 5000), "#", "not-json"),
    ("a section in free text", text(section=f'"{MARKER}"'), "#/section", "wrong-form"),
]


@pytest.mark.guarantee("AP-1")
@pytest.mark.guarantee("AP-2")
@pytest.mark.parametrize(
    ("sent", "pointer", "code"), [pytest.param(*rest, id=name) for name, *rest in BODIES]
)
def test_a_body_that_is_not_what_the_act_asks_for(
    service: Service, sent: bytes, pointer: str, code: str
) -> None:
    response = service.post("/cases", content=sent)
    body = refused(service, response, 400, "malformed-request")
    assert places(body) == [(pointer, code)]
    assert all(each["detail"] for each in body["errors"])


@pytest.mark.guarantee("AP-2")
def test_all_that_is_wrong_is_told_at_once_with_the_place_of_each(service: Service) -> None:
    person = {"citizenships": ["FI", "xx"], "contact": {"phone": "1", MARKER: 1}, "names": {}}
    sent = {"origin": MARKER, "person": person, MARKER: {}}
    body = refused(service, service.post("/cases", sent), 400, "malformed-request")
    assert sorted(places(body)) == sorted(
        [
            ("#", "unknown-member"),
            ("#/learnedOn", "missing"),
            ("#/origin", "not-one-of-the-values"),
            ("#/person/citizenships/1", "wrong-form"),
            ("#/person/contact", "unknown-member"),
            ("#/person/contact/phone", "too-short"),
            ("#/person/names/family", "missing"),
            ("#/person/names/given", "missing"),
        ]
    )


@pytest.mark.guarantee("AP-2")
def test_errors_are_told_in_the_language_asked_for(service: Service) -> None:
    details = {
        service.post("/cases", {}, headers={"Accept-Language": language}).json()["errors"][0][
            "detail"
        ]
        for language in ("fi", "sv", "en")
    }
    assert len(details) == 3


@pytest.mark.guarantee("AP-12")
@pytest.mark.parametrize("wrong", ["check character", "digits", "number"])
def test_an_identity_code_that_does_not_verify_is_pointed_at_and_not_repeated(
    service: Service, wrong: str
) -> None:
    code = identity_code()
    last = "0" if code[-1] != "0" else "1"
    sent: dict[str, object] = {
        "check character": code[:-1] + last,
        "digits": "131052",
        "number": 131052,
    }
    person = {"identityCode": sent[wrong]}
    for path, body, pointer in (
        ("/cases", opening(person=person), "#/person/identityCode"),
        ("/person-lookups", person, "#/identityCode"),
    ):
        response = service.post(path, body)
        told = refused(service, response, 400, "malformed-request")
        assert places(told) == [(pointer, "not-an-identity-code")]
        assert str(sent[wrong]) not in response.text


@pytest.mark.guarantee("AP-1")
@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
def test_a_huge_body_is_refused_whether_its_length_is_told_or_not(
    service: Service, told: bool
) -> None:
    chunk = f'{{"origin":"{MARKER * 1000}"'.encode()
    size = service.system.settings.max_body
    chunks = [chunk] * (size // len(chunk) + 2)
    response = service.post("/cases", content=b"".join(chunks) if told else iter(chunks))
    assert ("content-length" in response.request.headers) is told
    refused(service, response, 413, "too-large")


@pytest.mark.guarantee("AP-1")
@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
        MARKER,
    ],
)
def test_another_kind_of_body_than_json_is_refused(service: Service, kind: str) -> None:
    response = service.post("/cases", opening(), headers={"Content-Type": kind})
    refused(service, response, 415, "unsupported-media-type")


def test_a_compressed_body_is_refused(service: Service) -> None:
    response = service.post("/cases", opening(), headers={"Content-Encoding": "gzip"})
    refused(service, response, 415, "unsupported-media-type")


@pytest.mark.guarantee("AP-8")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"{MARKER}=1", ("unknown-parameter", None)),
        ("valid_on=2025-02-03", ("unknown-parameter", None)),
        ("validOn=2025-02-03&validOn=2025-02-04", ("unknown-parameter", ("validOn", "repeated"))),
        ("limit=1", ("unknown-parameter", None)),
        ("validOn=2025-02-30", ("malformed-request", ("validOn", "not-a-day"))),
        ("validOn=20250203", ("malformed-request", ("validOn", "not-a-day"))),
        ("validOn=", ("malformed-request", ("validOn", "not-a-day"))),
        ("validOn", ("malformed-request", ("validOn", "not-a-day"))),
        ("validOn=1738195200", ("malformed-request", ("validOn", "not-a-day"))),
        ("knownAt=2025-02-03", ("malformed-request", ("knownAt", "not-an-instant"))),
        ("knownAt=2025-02-03T08:00:00", ("malformed-request", ("knownAt", "not-an-instant"))),
        ("knownAt=2025-02-30T08:00:00Z", ("malformed-request", ("knownAt", "not-an-instant"))),
        (f"knownAt={MARKER}", ("malformed-request", ("knownAt", "not-an-instant"))),
        ("version=0", ("malformed-request", ("version", "not-a-version"))),
        ("version=-1", ("malformed-request", ("version", "not-a-version"))),
        ("version=1.0", ("malformed-request", ("version", "not-a-version"))),
        ("version=9999999999999999999", ("malformed-request", ("version", "not-a-version"))),
    ],
)
@pytest.mark.parametrize("view", ["", "/plan", "/history", "/explanation"])
def test_a_query_that_cannot_be_read_is_refused(
    service: Service, case: Case, view: str, query: str, expected: tuple[str, Any]
) -> None:
    code, parameter = expected
    body = refused(service, service.get(f"{case.path}{view}?{query}"), 400, code)
    assert places(body) == [parameter] if parameter else "errors" not in body


@pytest.mark.guarantee("AP-8")
@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/worklist", "version=1", "unknown-parameter"),
        ("/worklist", "limit=0", "malformed-request"),
        ("/clients", "limit=201", "malformed-request"),
        ("/clients", "limit=five", "malformed-request"),
        ("/clients", f"seen={MARKER}@1", "malformed-request"),
        ("/worklist", "seen=", "malformed-request"),
        ("/worklist", f"cursor={MARKER}", "cursor-invalid"),
        ("/clients", "cursor=", "cursor-invalid"),
        ("/clients", f"name={MARKER}", "unknown-parameter"),
        ("/clients", f"worker={'x' * 201}", "malformed-request"),
        ("/worklist", f"worker={'x' * 201}", "malformed-request"),
    ],
)
def test_a_list_asked_for_wrongly_is_refused(
    service: Service, path: str, query: str, code: str
) -> None:
    refused(service, service.get(f"{path}?{query}"), 400, code)


def test_acts_and_public_pages_take_no_query(service: Service) -> None:
    refused(service, service.post("/cases?x=1", opening()), 400, "unknown-parameter")
    public = ("/codes", "/editions", "/purposes", "/codes/genders", "/organisations/vaasa")
    for path in (*public, "/openapi.json"):
        problem(service.get(f"{path}?{MARKER}=1", by=None), 400, "unknown-parameter")


@pytest.mark.guarantee("AP-5")
@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ([], "idempotency-key-missing"),
        ([""], "idempotency-key-invalid"),
        (['""'], "idempotency-key-invalid"),
        ([f'"{"k" * 65}"'], "idempotency-key-invalid"),
        (["two words"], "idempotency-key-invalid"),
        (['"open'], "idempotency-key-invalid"),
        (['"a", "b"'], "idempotency-key-invalid"),
        (['"a"', '"b"'], "idempotency-key-invalid"),
        (['"a"', '"a"'], "idempotency-key-invalid"),
        (['"case of 131052-9308"'], "idempotency-key-invalid"),
        (["131052-9308"], "idempotency-key-invalid"),
    ],
)
def test_an_act_without_one_good_key_is_refused(
    service: Service, sent: list[str], code: str
) -> None:
    headers = [("Idempotency-Key", each) for each in sent]
    refused(service, service.post("/cases", opening(), key=None, headers=headers), 400, code)


@pytest.mark.guarantee("AP-4")
@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ([], 428, "precondition-required"),
        (["*"], 400, "malformed-request"),
        (["W/{tag}"], 400, "malformed-request"),
        (["{tag}, {tag}"], 400, "malformed-request"),
        (["{tag}", "{tag}"], 400, "malformed-request"),
        (['"7"'], 400, "malformed-request"),
        (["7.abc"], 400, "malformed-request"),
        (['"0.abc"'], 400, "malformed-request"),
        ([f'"{MARKER}"'], 400, "malformed-request"),
        ([""], 400, "malformed-request"),
        (['"9223372036854775808.a"'], 400, "malformed-request"),
    ],
)
def test_an_act_must_name_the_version_it_was_decided_on(
    service: Service, case: Case, sent: list[str], status: int, code: str
) -> None:
    headers = [("If-Match", each.format(tag=case.etag)) for each in sent]
    response = service.post(f"{case.path}/plans", PLAN, headers=headers)
    body = refused(service, response, status, code)
    if status == 400:
        assert places(body) == [("If-Match", "not-one-entity-tag")]


@pytest.mark.guarantee("AP-4")
@pytest.mark.parametrize("seen", [-1, 1], ids=["older", "from nowhere"])
def test_an_act_on_another_version_is_told_the_current_one(
    service: Service, case: Case, seen: int
) -> None:
    tag = f'"{case.version + seen}.0123abcd.0123abcd"'
    body = refused(service, service.post(f"{case.path}/plans", PLAN, tag=tag), 412, "stale-version")
    assert body["current"] == {"version": case.version}


@pytest.mark.guarantee("TR-2")
@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        (None, "purpose-missing"),
        ("", "purpose-not-allowed"),
        ("NOSUCHPURPOSE", "purpose-not-allowed"),
        ("organising_services", "purpose-not-allowed"),
        (MARKER, "purpose-not-allowed"),
        ("DATA_PROTECTION_AUDIT", "purpose-not-allowed"),
        ("CALENDAR", "purpose-not-allowed"),
    ],
)
@pytest.mark.parametrize("view", ["", "/plan", "/history", "/explanation", "/worklist", "/clients"])
def test_reading_needs_a_purpose_of_the_register_that_the_caller_may_have(
    service: Service, case: Case, view: str, purpose: str | None, code: str
) -> None:
    path = view if view in {"/worklist", "/clients"} else case.path + view
    sent = {"Purpose-Of-Use": purpose} if purpose is not None else {}
    response = service.get(path, purpose=None, headers=sent)
    refused(service, response, 403, code)
    (line,) = service.trail(response)
    assert line["purpose"] == "UNSTATED"


def test_two_purposes_are_none(service: Service, case: Case) -> None:
    twice = [("Purpose-Of-Use", "ORGANISING_SERVICES")] * 2
    refused(service, service.get(case.path, headers=twice), 403, "purpose-not-allowed")


@pytest.mark.parametrize(
    "path",
    [
        f"/cases/{MARKER}",
        "/cases/1",
        "/cases/{upper}",
        "/cases/{{{id}}}",
        "/cases/urn:uuid:{id}",
        "/cases/{hex}",
        "/cases/{id}%00",
        "/cases/%20{id}",
        f"/cases/{MARKER}/plan",
        "/cases/{id}x/history",
        f"/cases/{MARKER}/access-trail",
    ],
)
def test_an_id_that_is_none_names_nothing(service: Service, case: Case, path: str) -> None:
    asked = path.format(
        id=case.case_id, upper=case.case_id.upper(), hex=case.case_id.replace("-", "")
    )
    refused(service, service.get(asked), 404, "not-found")


def test_an_id_within_a_case_that_is_none_names_nothing(service: Service, case: Case) -> None:
    ending = {"ground": "GOALS_REACHED", "endsOn": "2025-02-03"}
    for plan in (MARKER, "1", case.plan.upper()):
        response = service.post(f"{case.path}/plans/{plan}/ending", ending, tag=case.etag)
        refused(service, response, 404, "not-found")


def test_an_id_of_the_path_is_no_member_of_the_body(service: Service, case: Case) -> None:
    ending = {"ground": "GOALS_REACHED", "endsOn": "2025-02-03", "plan": case.plan}
    response = service.post(f"{case.path}/plans/{case.plan}/ending", ending, tag=case.etag)
    body = refused(service, response, 400, "malformed-request")
    assert places(body) == [("#", "unknown-member")]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/cases/{id}", "GET, HEAD"),
        ("PATCH", "/cases/{id}", "GET, HEAD"),
        ("PUT", "/cases/{id}/plan", "GET, HEAD"),
        ("GET", "/cases", "POST"),
        ("GET", "/person-lookups", "POST"),
        ("POST", "/worklist", "GET, HEAD"),
        ("OPTIONS", "/cases", "POST"),
        ("TRACE", "/cases/{id}", "GET, HEAD"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("DELETE", "/cases/{id}/plans", "POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    service: Service, case: Case, method: str, path: str, allowed: str
) -> None:
    response = service.send(method, path.format(id=case.case_id))
    problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/cases/{id}/", "/cases/", "/worklist/", "/cases//{id}", f"/{MARKER}", "", "/"]
)
def test_an_address_there_is_not_is_not_found_and_never_redirected(
    service: Service, case: Case, path: str
) -> None:
    for method in ("GET", "POST"):
        response = service.send(method, path.format(id=case.case_id), key="k", body={})
        problem(response, 404, "not-found")
        assert "location" not in response.headers
