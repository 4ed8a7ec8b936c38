"""Guidance records over HTTP: with consent, within the authority and its purpose, or not at all."""

import contextlib
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from tests.service import AUDITOR, ESPOO, MARKER, Service, identity_code, opening, problem

from cases.app.store.faults import KeyUnavailable

GUIDING: Final = "GUIDANCE_AND_COUNSELLING"
AUDIT: Final = "DATA_PROTECTION_AUDIT"
NEED: Final = "Finding a Finnish course for Zeynabsdottir"
INFORMED: Final = {"date": "2025-02-03", "language": "en", "interpreter": False}


def consent(code: str | None = None, **changed: Any) -> dict[str, Any]:
    """The body of a consent to a guidance record."""
    person = {"names": {"given": "Ivan", "family": MARKER}}
    if code is not None:
        person["identityCode"] = code  # type: ignore[assignment]
    return {"person": person, "informed": INFORMED, **changed}


class Guided:
    """A person whose guidance a municipality records."""

    def __init__(self, service: Service, by: str = "officer@vaasa") -> None:
        self.service, self.by, self.code = service, by, identity_code()
        service.secrets |= {self.code, NEED}
        given = service.post("/guidance/consents", consent(self.code), by=by, purpose=GUIDING)
        assert given.status_code == 201, given.text
        self.consent = str(given.json()["consentId"])
        self.given, self.tag = given, given.headers["etag"]

    @property
    def path(self) -> str:
        return f"/guidance/{self.consent}"

    def guide(self, **changed: Any) -> httpx2.Response:
        """Record guidance under the consent."""
        body = {"consent": self.consent, "needs": [NEED], "guidedTo": [{"to": "opisto"}]}
        response = self.service.post(
            "/guidance",
            body,
            **{"by": self.by, "purpose": GUIDING, "tag": self.tag, **changed},
        )
        if response.status_code == 201:
            self.tag = response.headers["etag"]
        return response

    def withdraw(self, **changed: Any) -> httpx2.Response:
        """Withdraw the consent."""
        how = {"by": self.by, "purpose": GUIDING, "tag": self.tag, **changed}
        return self.service.post(f"/guidance/consents/{self.consent}/withdrawal", {}, **how)

    def read(self, **changed: Any) -> httpx2.Response:
        """Read the record."""
        return self.service.get(self.path, **{"by": self.by, "purpose": GUIDING, **changed})

    def found(self, by: str | None = None) -> list[dict[str, Any]]:
        """What an authority finds under the person's code."""
        response = self.service.post(
            "/guidance-lookups",
            {"identityCode": self.code},
            by=by or self.by,
            purpose=GUIDING,
            key=None,
        )
        assert response.status_code == 200, response.text
        records: list[dict[str, Any]] = response.json()["records"]
        return records


def sections(response: httpx2.Response) -> list[str]:
    return [each["section"] for each in response.json()["legalBasis"]]


@pytest.mark.guarantee("GU-1")
def test_decree_4_1_without_a_consent_nothing_is_recorded_and_nothing_told(
    service: Service,
) -> None:
    mine, theirs, gone = Guided(service), Guided(service, ESPOO), Guided(service)
    assert gone.withdraw().status_code == 201
    facts = service.facts()
    case = service.open_case()
    opened = service.facts() - facts
    refusals = []
    for named in (None, str(uuid4()), theirs.consent, gone.consent, case.case_id):
        body = {"needs": [NEED]} | ({} if named is None else {"consent": named})
        refused = service.post("/guidance", body, purpose=GUIDING, tag=mine.tag)
        told = problem(refused, 422, "rule-violated")
        told.pop("instance")
        refusals.append(told)
        assert sections(refused) == ["decree:4.1"]
        assert service.trail(refused)
    assert all(each == refusals[0] for each in refusals), "which of them it was shows nowhere"
    assert service.facts() == facts + opened
    untold = consent(identity_code()) | {"informed": None}
    told_nothing = service.post("/guidance/consents", untold, purpose=GUIDING)
    problem(told_nothing, 422, "rule-violated")
    assert sections(told_nothing) == ["decree:4.1"]
    of_a_case = {"scope": "GUIDANCE_RECORD", "informed": INFORMED}
    refused = service.post(f"{case.path}/consents", of_a_case, tag=case.etag)
    assert sections(refused) == ["decree:4.1"]


@pytest.mark.guarantee("GU-1", "GU-2")
def test_guidance_is_recorded_under_its_consent_and_read_by_id_and_by_code(
    service: Service,
) -> None:
    guided = Guided(service)
    assert guided.given.headers["location"] == f"/v1{guided.path}"
    first = guided.guide()
    assert first.status_code == 201
    assert first.json()["consentId"] == guided.consent
    assert [each["fact"] for each in first.json()["recorded"]] == ["GuidanceGiven"]
    shown = guided.read()
    assert shown.status_code == 200
    record = shown.json()
    assert record["guidance"][0]["needs"] == [NEED]
    assert record["guidance"][0]["guidedTo"] == [{"to": "opisto", "service": None}]
    assert (record["version"], record["consentId"]) == (2, guided.consent)
    assert shown.headers["etag"] == guided.tag
    assert guided.read(headers={"If-None-Match": guided.tag}).status_code == 304
    [found] = guided.found()
    assert found.pop("etag") == guided.tag
    asked = {"validOn", "knownAt", "recordedAt"}
    assert found == {member: said for member, said in record.items() if member not in asked}
    again = Guided(service)
    assert again.found()[0]["guidance"] == []
    # Two records of one person: a new consent does not bring an old record along.
    body = consent(guided.code)
    assert service.post("/guidance/consents", body, purpose=GUIDING).status_code == 201
    assert sorted(len(each["guidance"]) for each in guided.found()) == [0, 1]


@pytest.mark.guarantee("GU-2")
def test_only_the_authority_that_recorded_reads_and_for_no_other_purpose(service: Service) -> None:
    guided = Guided(service)
    guided.guide()
    for purpose in ("ORGANISING_SERVICES", "ANSWERING_THE_PERSON"):
        problem(guided.read(purpose=purpose), 403, "purpose-not-allowed")
        code = {"identityCode": guided.code}
        looked = service.post("/guidance-lookups", code, purpose=purpose, key=None)
        problem(looked, 403, "purpose-not-allowed")
        problem(guided.guide(purpose=purpose), 403, "purpose-not-allowed")
    case = service.open_case()
    problem(service.get(case.path, purpose=GUIDING), 403, "purpose-not-allowed")
    problem(guided.read(purpose=None), 403, "purpose-missing")
    assert guided.guide(purpose=None).status_code == 201, "an act is for the purpose it has"
    [line] = service.trail(guided.given)
    assert (line["purpose"], line["action"]) == (GUIDING, "OPEN_GUIDANCE_RECORD")
    hidden = problem(guided.read(by=ESPOO), 404, "not-found")
    unknown = service.get(f"/guidance/{uuid4()}", by=ESPOO, purpose=GUIDING)
    assert hidden["title"] == problem(unknown, 404, "not-found")["title"]
    assert guided.found(by=ESPOO) == []
    problem(guided.withdraw(by=ESPOO), 404, "not-found")
    problem(guided.read(by="officer@vaasan-seutu"), 404, "not-found")
    problem(guided.read(by=AUDITOR, purpose=AUDIT), 404, "not-found")
    assert len(guided.found()) == 1


@pytest.mark.guarantee("GU-2")
def test_10_anybody_is_guided_with_a_case_or_without_and_neither_knows_of_the_other(
    service: Service,
) -> None:
    guided = Guided(service)
    guided.guide()
    opened = service.post("/cases", opening(guided.code, origin="GUIDANCE"))
    assert opened.status_code == 201
    case = f"/cases/{opened.json()['caseId']}"
    paths = ("", "/plan", "/dues", "/history", "/explanation", "/repository-record", "/services")
    for path in paths:
        for purpose in ("ORGANISING_SERVICES", "ANSWERING_THE_PERSON"):
            shown = service.get(f"{case}{path}", purpose=purpose)
            assert NEED not in shown.text
            assert guided.consent not in shown.text
    audited = service.get(f"{case}/access-trail", by=AUDITOR, purpose=AUDIT)
    assert guided.consent not in audited.text
    # An id of one kind is no id of the other, in any address.
    as_case = f"/cases/{guided.consent}"
    for path in (*paths, "/access-trail", "/drafts"):
        problem(service.get(f"{as_case}{path}", by="officer@vaasa"), 404, "not-found")
        if path not in {"/drafts", "/dues"}:
            seen = service.get(f"{as_case}{path}", by=AUDITOR, purpose=AUDIT)
            problem(seen, 404, "not-found")
    act = service.post(f"{as_case}/details", {"details": {}}, tag=guided.tag)
    assert act.status_code in {400, 404}
    basis = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2024-09-16", "group": "OTHER"}
    problem(service.post(f"{as_case}/residence-basis", basis, tag=guided.tag), 404, "not-found")
    as_record = service.get(f"/guidance/{opened.json()['caseId']}", purpose=GUIDING)
    problem(as_record, 404, "not-found")
    service.settle()
    for path in ("/clients", "/worklist", "/repository-gaps"):
        listed = service.get(f"{path}?limit=200")
        assert listed.status_code == 200
        assert guided.consent not in listed.text
        waited = service.get(f"{path}?seen={guided.consent}@1")
        problem(waited, 400, "view-cannot-answer")


@pytest.mark.guarantee("GU-2")
def test_nothing_in_the_database_joins_a_record_with_a_case_or_another_authoritys(
    service: Service,
) -> None:
    guided = Guided(service)
    body = consent(guided.code)
    given = service.post("/guidance/consents", body, by=ESPOO, purpose=GUIDING)
    assert given.status_code == 201
    case = service.post("/cases", opening(guided.code)).json()["caseId"]
    streams = [guided.consent, given.json()["consentId"], case]
    blinds = service.rows(
        "select blind from log.guidance_index where stream_id = any (%s::uuid[])"
        " union all select blind from log.identity where stream_id = any (%s::uuid[])",
        [streams, streams],
    )
    assert len({bytes(row["blind"]) for row in blinds}) == len(blinds) == 3


@pytest.mark.guarantee("GU-3")
def test_withdrawn_it_is_gone_and_nothing_else_is(service: Service) -> None:
    guided, other = Guided(service), Guided(service)
    guided.guide()
    other.guide()
    case = service.post("/cases", opening(guided.code)).json()["caseId"]
    before = service.get(f"/cases/{case}/history").content
    key = str(uuid4())
    withdrawn = guided.withdraw(key=key)
    assert withdrawn.status_code == 201
    problem(guided.read(), 404, "not-found")
    assert guided.found() == []
    assert service.get(f"/cases/{case}/history").content == before
    assert other.read().json()["guidance"][0]["needs"] == [NEED]
    assert len(other.found()) == 1
    problem(guided.withdraw(), 404, "not-found")
    again = guided.withdraw(key=key)
    assert (again.status_code, again.content) == (201, withdrawn.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == withdrawn.headers["etag"]
    gone = "select count(*) as n from log.guidance_index where stream_id = %s"
    assert service.rows(gone, [guided.consent]) == [{"n": 0}]


@pytest.mark.guarantee("GU-3")
def test_a_withdrawal_of_yesterday_is_refused_and_leaves_the_record(service: Service) -> None:
    guided = Guided(service)
    guided.guide()
    path = f"/guidance/consents/{guided.consent}/withdrawal"
    yesterday = {"effectiveOn": "2025-02-02"}
    refused = service.post(path, yesterday, tag=guided.tag, purpose=GUIDING)
    assert sections(refused) == ["decree:4.1"]
    assert guided.read().status_code == 200


def opened_from_copy(service: Service, copied: dict[str, bytes], consent_id: str) -> list[bytes]:
    """What of a record opens by the keyring and every wrapped key that a copy of the tables has."""
    keystore, opened = service.system.keystore, []
    stream = UUID(consent_id)
    with psycopg.connect(service.database.superuser_url) as empty:
        empty.execute("create temporary table events (like log.event)")
        empty.execute("create temporary table keys (like log.case_key)")
        for table, copy in (("events", "log.event"), ("keys", "log.case_key")):
            with empty.cursor().copy(f"copy {table} from stdin (format binary)".encode()) as into:
                into.write(copied[copy])
        keys = empty.execute("select wrapped, wrapping_key from keys where wrapped is not null")
        secrets = []
        for wrapped, wrapping_key in keys.fetchall():
            with contextlib.suppress(KeyUnavailable):
                secrets.append(keystore.unwrap(bytes(wrapped), wrapping_key, stream.bytes))
        query = "select version, topic, sealed from events where stream_id = %s order by version"
        for version, topic, sealed in empty.execute(query, [stream]).fetchall():
            bound = stream.bytes + version.to_bytes(8) + topic.encode()
            for secret in secrets:
                with contextlib.suppress(InvalidTag):
                    opened.append(AESGCMSIV(secret).decrypt(sealed[1:13], sealed[13:], bound))
    return opened


def copy_of_tables(service: Service) -> dict[str, bytes]:
    """Every table of the database as it would be in a dump."""
    query = (
        "select format('%%I.%%I', schemaname, tablename) as name from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema')"
    )
    copied: dict[str, bytes] = {}
    with psycopg.connect(service.database.superuser_url) as superuser:
        for row in service.rows(query, []):
            statement = f"copy {row['name']} to stdout (format binary)".encode()
            with superuser.cursor().copy(statement) as copy:
                copied[row["name"]] = b"".join(bytes(part) for part in copy)
    return copied


@pytest.mark.guarantee("GU-3")
def test_what_was_withdrawn_opens_from_no_copy_of_the_tables_with_the_keyring(
    service: Service,
) -> None:
    guided, kept = Guided(service), Guided(service)
    guided.guide()
    kept.guide()
    service.settle()
    before = copy_of_tables(service)
    [key] = service.rows("select wrapped from log.case_key where stream_id = %s", [guided.consent])
    said = opened_from_copy(service, before, guided.consent)
    assert len(said) == 2, "while the consent holds, tables and keyring together are all it takes"
    assert NEED.encode() in said[1]
    index = service.system.keystore.guidance_index
    assert index("vaasa", guided.code) in b"".join(before.values())

    guided.withdraw()
    service.settle()

    after = copy_of_tables(service)
    held = b"".join(after.values())
    assert opened_from_copy(service, after, guided.consent) == []
    assert NEED.encode() in opened_from_copy(service, after, kept.consent)[1]
    assert bytes(key["wrapped"]) not in held
    assert index("vaasa", guided.code) not in held
    assert index("vaasa", kept.code) in held
    assert not any(secret.encode() in held for secret in (NEED, guided.code, MARKER))
    # What is left proves that something was there, in which order, and no more.
    proof = service.rows(
        "select l.idx, e.version, e.payload_hash = sha256(e.sealed) as whole from log.event e"
        " join log.ledger l using (stream_id, version) where e.stream_id = %s order by l.idx",
        [guided.consent],
    )
    assert [(row["version"], row["whole"]) for row in proof] == [(1, True), (2, True), (3, True)]


@pytest.mark.guarantee("GU-3")
def test_the_writer_destroys_no_key_but_that_of_a_guidance_record(service: Service) -> None:
    case = service.open_case()
    forget = "select log.forget_guidance_record(%s::uuid, now())"
    with psycopg.connect(service.database.url, options="-c role=cases_writer") as writer:
        with pytest.raises(psycopg.errors.RaiseException), writer.transaction():
            writer.execute(forget, [case.case_id])
        with pytest.raises(psycopg.errors.InsufficientPrivilege), writer.transaction():
            writer.execute("update log.case_key set wrapped = null, destroyed_at = now()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), writer.transaction():
            writer.execute("delete from log.guidance_index")
    for role in ("cases_reader", "cases_projector", "cases_sequencer"):
        with (
            psycopg.connect(service.database.url, options=f"-c role={role}") as other,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            other.execute(forget, [case.case_id])
    assert service.get(case.path).status_code == 200


@pytest.mark.guarantee("GU-4")
def test_an_act_is_decided_on_the_version_seen_once_for_each_key(service: Service) -> None:
    guided = Guided(service)
    stale, key = guided.tag, str(uuid4())
    problem(guided.guide(tag=None), 428, "precondition-required")
    first = guided.guide(key=key)
    problem(guided.guide(tag=stale), 412, "stale-version")
    problem(guided.withdraw(tag=stale), 412, "stale-version")
    problem(guided.withdraw(tag=None), 428, "precondition-required")
    again = guided.guide(key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    other = {"consent": guided.consent, "otherMatters": "Another."}
    reused = service.post("/guidance", other, key=key, tag=guided.tag, purpose=GUIDING)
    problem(reused, 422, "idempotency-key-reused")
    key = str(uuid4())
    body = consent(identity_code())
    opened = service.post("/guidance/consents", body, key=key, purpose=GUIDING)
    repeated = service.post("/guidance/consents", body, key=key, purpose=GUIDING)
    assert (repeated.status_code, repeated.content) == (201, opened.content)


@pytest.mark.guarantee("GU-4")
def test_every_look_refusal_and_act_leaves_its_line(service: Service) -> None:
    guided = Guided(service)
    guided.guide()
    seen = [
        (guided.given, "OPEN_GUIDANCE_RECORD", "RECORDED"),
        (guided.read(), "READ_GUIDANCE", "SHOWN"),
        (guided.read(by=ESPOO), "READ_GUIDANCE", "FORBIDDEN"),
        (guided.read(purpose="ORGANISING_SERVICES"), "READ_GUIDANCE", "REFUSED"),
        (guided.withdraw(tag='"9.00000000.00000000"'), "RECORD_GUIDANCE", "REFUSED"),
        (guided.withdraw(), "RECORD_GUIDANCE", "RECORDED"),
        (guided.read(), "READ_GUIDANCE", "FAILED"),
    ]
    for response, action, result in seen:
        [line] = service.trail(response)
        assert (line["action"], line["result"]) == (action, result), line
        assert str(line["case_id"]) == guided.consent
        assert guided.code not in str(line)
    nobody = service.post(
        "/guidance-lookups", {"identityCode": guided.code}, purpose=GUIDING, key=None
    )
    [line] = service.trail(nobody)
    told = (line["action"], line["result"], line["case_id"])
    assert told == ("LOOK_UP_GUIDANCE", "NOTHING_FOUND", None)
    trail = service.get(f"{guided.path}/access-trail", by=AUDITOR, purpose=AUDIT)
    assert trail.status_code == 200, "of a record that is gone, too"
    lines = trail.json()["items"]
    assert [each["result"] for each in lines] == [
        "RECORDED",
        "RECORDED",
        "SHOWN",
        "FORBIDDEN",
        "REFUSED",
        "REFUSED",
        "RECORDED",
        "FAILED",
        "SHOWN",
    ]
    paged = service.get(f"{guided.path}/access-trail?limit=4", by=AUDITOR, purpose=AUDIT).json()
    assert paged["items"] == lines[:4]
    for by, purpose in (("officer@vaasa", GUIDING), ("officer@vaasa", AUDIT)):
        denied = service.get(f"{guided.path}/access-trail", by=by, purpose=purpose)
        assert denied.status_code in {403, 404}
    unknown = service.get(f"/guidance/{uuid4()}/access-trail", by=AUDITOR, purpose=AUDIT)
    problem(unknown, 404, "not-found")
