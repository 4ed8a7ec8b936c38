"""Registers that call with a certificate or over X-Road: over a socket, from several addresses."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import uuid4

import pytest
from tests.contract.conftest import (
    _fresh,
    every_answer_is_documented,
    one_line_for_every_request_and_nobody_in_it,
)
from tests.contract.noticing import item, received, somebody
from tests.contract.proving import (
    EXPIRED,
    GO_BETWEEN,
    KELA_SYSTEM,
    KELAS,
    LOST,
    MEMBER,
    NOT_YET,
    PROXY,
    RENEWED,
    SECURITY_SERVER,
    SERVERS,
    STRANGER,
    STRANGERS,
    bearer,
    callers_file,
    handed_on,
    message,
    refused,
    sent_from,
    sha256,
)
from tests.contract.test_access_matrix import NOTICES
from tests.patience import until
from tests.service import PURPOSES, VAASA, Service, identity_code, problem, serve

from cases.app.access.policy import TABLE
from cases.app.access.principal import Role
from cases.app.cli.doctor import LOOKS, Unwell
from cases.app.embedded import Cluster

DOORS: Final = ("token", "certificate", "security server", "security server through the proxy")


@pytest.fixture(scope="module")
def service(
    cluster: Cluster,
    migrated_template: str,
    logged: io.StringIO,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """The product behind a proxy at one address and a security server at another."""
    state = tmp_path_factory.mktemp("state")
    with (
        _fresh(cluster, migrated_template) as database,
        serve(
            database,
            state,
            logged,
            trusted_proxies=PROXY,
            security_servers=f"10.9.0.0/16 {SECURITY_SERVER}",
            callers=callers_file(state),
        ) as served,
    ):
        yield served
        document = served.get("/openapi.json", by=None, purpose=None).json()
    every_answer_is_documented(served, document)
    one_line_for_every_request_and_nobody_in_it(served)


@pytest.fixture(scope="module")
def proxy(service: Service) -> Iterator[Service]:
    with sent_from(service, PROXY) as found:
        yield found


@pytest.fixture(scope="module")
def server(service: Service) -> Iterator[Service]:
    with sent_from(service, SECURITY_SERVER) as found:
        yield found


@pytest.fixture
def doors(
    service: Service, proxy: Service, server: Service
) -> Mapping[str, tuple[Service, Mapping[str, str]]]:
    """Through which one and the same system of Kela's may come."""
    token = service.signed(sub=KELA_SYSTEM, organisation="kela", roles=["REGISTER"])
    return {
        "token": (service, bearer(token)),
        "certificate": (proxy, handed_on(KELAS)),
        "security server": (server, message()),
        "security server through the proxy": (proxy, {**handed_on(SERVERS), **message()}),
    }


def send(service: Service, headers: Mapping[str, str], **how: Any) -> Any:
    body = {"section": "84.3", "to": "vaasa", "items": [item(somebody(service))]}
    how.setdefault("purpose", PURPOSES["register"])
    return service.post("/notices", how.pop("body", body), by=None, headers=headers, **how)


def quietly_refused(service: Service, headers: Any, header: str, *code: str) -> None:
    """Refused for a read, an act and a list alike, with no fact, notice or line of the trail."""
    count = "select (select count(*) from notices.notice) + (select count(*) from trail.access) n"
    before = service.facts(), service.rows(count)
    for response in (
        send(service, headers),
        service.get("/worklist", by=None, headers=headers),
        service.get(f"/cases/{uuid4()}?nonsense=1", by=None, headers=headers),
    ):
        refused(response, header, *code)
        assert not [name for name in response.headers if name.startswith("x-road-")]
    assert (service.facts(), service.rows(count)) == before


@pytest.mark.guarantee("CA-1")
@pytest.mark.parametrize("door", DOORS)
def test_a_register_may_do_the_same_behind_every_door(
    doors: Mapping[str, tuple[Service, Mapping[str, str]]], door: str
) -> None:
    service, headers = doors[door]
    asked = send(service, headers)
    received(asked)
    case = service.open_case() if door == "token" else None
    (line,) = service.trail(asked)
    assert (line["subject"], line["organisation"], line["role"]) == (
        KELA_SYSTEM,
        "kela",
        "REGISTER",
    )
    assert line["purpose"] == PURPOSES["register"]
    problem(service.get("/notices", by=None, headers=headers), 403, "purpose-not-allowed")
    register = PURPOSES["register"]
    for path in ("/notices", "/worklist", "/clients"):
        answer = service.get(path, by=None, headers=headers, purpose=register)
        problem(answer, 403, "forbidden")
    path = f"/cases/{case.case_id if case else uuid4()}"
    problem(service.get(path, by=None, headers=headers, purpose=register), 404, "not-found")
    lookup = {"identityCode": identity_code()}
    looked_up = service.post("/person-lookups", lookup, by=None, headers=headers, purpose=register)
    problem(looked_up, 403, "forbidden")


@pytest.mark.guarantee("CA-1")
def test_a_repeat_through_another_door_is_a_repeat(
    service: Service, doors: Mapping[str, tuple[Service, Mapping[str, str]]]
) -> None:
    body = {"section": "84.3", "to": "vaasa", "items": [item(somebody(service))]}
    key = str(uuid4())
    told = [send(by, headers, body=body, key=key).json() for by, headers in doors.values()]
    assert told == [told[0]] * len(DOORS)


@pytest.mark.guarantee("CA-5")
def test_the_trail_keeps_which_certificate_and_which_message_it_was(
    proxy: Service, server: Service
) -> None:
    (line,) = proxy.trail(send(proxy, handed_on(KELAS)))
    assert line["traits"] == [f"CERTIFICATE:{sha256(KELAS).replace(':', '').lower()}"]
    headers = message(Id="1f6f3c1e-6d0a-4a57-9d5e-2f7b8a3f8c11")
    (line,) = server.trail(send(server, headers))
    told = [f"X_ROAD_CLIENT:{MEMBER}", "X_ROAD_ID:1f6f3c1e-6d0a-4a57-9d5e-2f7b8a3f8c11"]
    assert line["traits"] == told
    # Of a refusal too, and of an act: whatever leaves a line says how its caller was known.
    denied = server.get("/notices", by=None, headers=headers, purpose=PURPOSES["register"])
    (line,) = server.trail(denied)
    assert (line["result"], line["traits"]) == ("FORBIDDEN", told)


@pytest.mark.guarantee("CA-5")
def test_what_a_message_says_of_people_is_not_kept_and_nothing_of_it_is_answered(
    server: Service, service: Service
) -> None:
    user, issue = f"FI{identity_code()}", "KELA/2025/secret-issue"
    service.secrets.update({user, issue})
    headers = message(UserId=user, Issue=issue, Security_Server="FI/MUN/0208852-1/ss1")
    response = send(server, headers)
    received(response)
    assert not [name for name in response.headers if name.startswith("x-road-")]
    kept = str(service.rows("select * from trail.access")) + service.logged.getvalue()
    assert user not in kept
    assert issue not in kept


@pytest.mark.guarantee("CA-3")
def test_a_certificate_is_known_by_its_issuer_and_subject_too(proxy: Service) -> None:
    register = PURPOSES["register"]
    shown = proxy.get("/notices", by=None, headers=handed_on(RENEWED), purpose=register)
    problem(shown, 403, "forbidden")
    assert {line["organisation"] for line in proxy.trail(shown)} == {"migri"}


@pytest.mark.guarantee("CA-4")
def test_who_calls_for_another_is_known_for_that_one_alone(server: Service) -> None:
    party = {"Represented_Party": "COM/3456789-0"}
    register = PURPOSES["register"]
    headers = message(GO_BETWEEN, **party)
    shown = server.get("/notices", by=None, headers=headers, purpose=register)
    problem(shown, 403, "forbidden")
    (line,) = server.trail(shown)
    assert line["organisation"] == "esimerkkikassa"
    assert f"X_ROAD_CLIENT:{GO_BETWEEN}" in line["traits"]
    assert "X_ROAD_REPRESENTED_PARTY:COM/3456789-0" in line["traits"]
    for wrong in (
        message(GO_BETWEEN),
        message(GO_BETWEEN, Represented_Party="3456789-0"),
        message(GO_BETWEEN, Represented_Party="COM/3456789-1"),
        message(**party),
    ):
        quietly_refused(server, wrong, "X-Road-Client", "caller-unknown")


X_ROAD: Final = (
    *(f"X-Road-{name}" for name in ("Client", "Id", "Service", "UserId", "Issue", "Request-Hash")),
    "x-road-anything",
)
LENT: Final = {
    "X-Forwarded-For": PROXY,
    "X-Real-IP": PROXY,
    "Forwarded": f"for={PROXY}",
    "X-Forwarded-Proto": "https",
}


@pytest.mark.guarantee("CA-2")
@pytest.mark.parametrize("beside", ["nothing", "a token", "a trusted address in headers"])
def test_a_stranger_s_headers_are_refused_whatever_comes_with_them(
    service: Service, beside: str
) -> None:
    more: dict[str, str] = {}
    if beside == "a token":
        more = dict(bearer(service.token(VAASA)))
    elif beside != "nothing":
        more = LENT
    quietly_refused(service, {**handed_on(KELAS), **more}, "Client-Cert")
    quietly_refused(service, {"Client-Cert": "", **more}, "Client-Cert")
    quietly_refused(service, {"Client-Cert-Chain": "::", **more}, "Client-Cert")
    quietly_refused(service, {**message(), **more}, "X-Road-Client")
    for name in X_ROAD:
        quietly_refused(service, {name: "x", **more}, "X-Road-Client")


@pytest.mark.guarantee("CA-2")
def test_each_is_trusted_with_its_own_headers_alone(proxy: Service, server: Service) -> None:
    quietly_refused(proxy, message(), "X-Road-Client")
    quietly_refused(server, handed_on(KELAS), "Client-Cert")
    # A security server hands on what the caller wrote, a certificate too.
    quietly_refused(server, {**message(), **handed_on(SERVERS)}, "Client-Cert")
    # The proxy hands on what a stranger wrote, if nobody told it not to.
    quietly_refused(proxy, {**message(), **handed_on(KELAS)}, "X-Road-Client")
    quietly_refused(proxy, {**message(), **handed_on(STRANGERS)}, "X-Road-Client")
    quietly_refused(proxy, handed_on(SERVERS), "Client-Cert", "caller-unknown")


@pytest.mark.guarantee("CA-2")
def test_two_proofs_are_none(proxy: Service, server: Service, service: Service) -> None:
    for token in (service.token(VAASA), "nonsense"):
        beside = bearer(token)
        many = "more-than-one-proof"
        quietly_refused(proxy, {**handed_on(KELAS), **beside}, "Authorization", many)
        quietly_refused(server, {**message(), **beside}, "Authorization", many)


@pytest.mark.guarantee("CA-1")
def test_officers_come_through_the_proxy_with_their_tokens(proxy: Service, server: Service) -> None:
    for by in (proxy, server):
        assert by.get("/worklist", headers=LENT).status_code == 200
        problem(by.get("/worklist", by=None), 401, "unauthenticated")


GOOD: Final = handed_on(KELAS)["Client-Cert"]
BAD_CERTIFICATES: Final[Mapping[str, tuple[list[str], str]]] = {
    "twice": ([GOOD, GOOD], "repeated"),
    "two in one": ([f"{GOOD}, {GOOD}"], "wrong-form"),
    "empty": ([""], "wrong-form"),
    "no bytes": (["::"], "wrong-form"),
    "without colons": ([GOOD.strip(":")], "wrong-form"),
    "a string": ([f'"{GOOD}"'], "wrong-form"),
    "with a parameter": ([f"{GOOD};a=1"], "wrong-form"),
    "bad base64": ([f":{GOOD.strip(':')[:-3]}:"], "wrong-form"),
    "base64 for addresses": ([":-_-_:"], "wrong-form"),
    "PEM in an address": (["-----BEGIN%20CERTIFICATE-----"], "wrong-form"),
    "other bytes": ([":aGVsbG8=:"], "wrong-form"),
    "half": ([f"{GOOD[:200]}:"], "wrong-form"),
    "with something behind": ([f":{GOOD.strip(':').rstrip('=')}AAAA:"], "wrong-form"),
    "expired": ([handed_on(EXPIRED)["Client-Cert"]], "certificate-expired"),
    "not yet valid": ([handed_on(NOT_YET)["Client-Cert"]], "certificate-not-yet-valid"),
    "a stranger's": ([handed_on(STRANGERS)["Client-Cert"]], "caller-unknown"),
    "of no organisation": ([handed_on(LOST)["Client-Cert"]], "caller-unknown"),
}


@pytest.mark.guarantee("CA-3")
@pytest.mark.parametrize("why", BAD_CERTIFICATES)
def test_a_certificate_that_proves_nothing_is_refused_by_its_reason(
    proxy: Service, why: str
) -> None:
    values, code = BAD_CERTIFICATES[why]
    quietly_refused(proxy, [("Client-Cert", each) for each in values], "Client-Cert", code)


@pytest.mark.guarantee("CA-3")
def test_a_chain_without_its_certificate_is_none(proxy: Service) -> None:
    chain = {"Client-Cert-Chain": handed_on(STRANGERS)["Client-Cert"]}
    quietly_refused(proxy, chain, "Client-Cert", "missing")
    received(send(proxy, {**handed_on(KELAS), **chain}))


BAD_CLIENTS: Final = (
    "",
    "FI",
    "FI/GOV",
    "FI/GOV/0246246-0/etuudet/notices",
    "/GOV/0246246-0",
    "FI//0246246-0",
    "FI/GOV/0246246-0/",
    "FI%2FGOV%2F0246246-0%2Fetuudet",
    "FI/GOV/0246246-0/etuudet%2Fmore",
    "FI/GOV/0246246-0/etuudet%00",
    "FI/GOV/0246246-0/etuudet%0A",
    "FI/GOV/0246246-0/%E2%80%8Betuudet",
    "FI/GOV/0246246-0/%",
    "FI/GOV/0246246-0/%FF",
    "FI/GOV/0246246-0/etuu det",
    f"FI/GOV/{'0' * 300}",
    f"{MEMBER}, {MEMBER}",
)
UNKNOWN_CLIENTS: Final = (
    "FI/GOV/0246246-0",
    "FI/GOV/0246246-0/ETUUDET",
    "fi/GOV/0246246-0/etuudet",
    "EE/GOV/0246246-0/etuudet",
    "FI/GOV/atlantis",
)


@pytest.mark.guarantee("CA-4")
def test_a_message_whose_client_can_t_be_read_or_is_not_known_is_refused(server: Service) -> None:
    for client in BAD_CLIENTS:
        quietly_refused(server, message(client), "X-Road-Client", "wrong-form")
    for client in UNKNOWN_CLIENTS:
        quietly_refused(server, message(client), "X-Road-Client", "caller-unknown")
    # Another way of writing the same is the same.
    received(send(server, message(MEMBER.replace("e", "%65"))))


@pytest.mark.guarantee("CA-4")
def test_a_message_that_lacks_a_header_or_has_one_twice_is_refused(server: Service) -> None:
    quietly_refused(server, message(Client=None), "X-Road-Client", "missing")
    quietly_refused(server, message(Id=None), "X-Road-Id", "missing")
    for name in ("Client", "Id", "UserId", "Represented-Party"):
        twice = [*message(UserId="FI1").items(), *[(f"x-road-{name}", MEMBER)] * 2]
        told = name if name in {"Id", "Represented-Party"} else "Client"
        quietly_refused(server, twice, f"X-Road-{told}", "repeated")
    for bad in ("", "two words", "x" * 65, identity_code(), "a{b}"):
        headers = [
            *message(Id=None).items(),
            ("X-Road-Id", bad.encode("latin-1").decode("latin-1")),
        ]
        quietly_refused(server, headers, "X-Road-Id", "wrong-form")
    for bad in ("", "a/b/c", "/b", "COM%2F1"):
        shown = message(Represented_Party=bad)
        quietly_refused(server, shown, "X-Road-Represented-Party", "wrong-form")


@pytest.mark.guarantee("CA-6")
def test_the_log_says_why_a_proof_was_refused_in_a_word_of_ours(
    service: Service, proxy: Service
) -> None:
    asked = {
        "peer-not-trusted": service.get("/worklist", by=None, headers=handed_on(KELAS)),
        "certificate-expired": proxy.get("/worklist", by=None, headers=handed_on(EXPIRED)),
        "audience": service.get(
            "/worklist", by=None, headers=bearer(service.signed(aud="elsewhere"))
        ),
        "expired": service.get("/worklist", by=None, headers=bearer(service.signed(exp=1))),
        "header": service.get("/worklist", by=None),
    }

    def told() -> dict[str, str]:
        lines = (line for line in service.lines() if line["event"] == "request")
        return {line["request_id"]: line.get("refused_for", "") for line in lines}

    ids = {word: response.headers["request-id"] for word, response in asked.items()}
    until(lambda: set(ids.values()) <= told().keys())
    assert {word: told()[request] for word, request in ids.items()} == {word: word for word in ids}


@pytest.mark.guarantee("CA-1")
def test_the_document_tells_of_other_proofs_where_a_register_may_do_something(
    service: Service,
) -> None:
    document = service.get("/openapi.json", by=None, purpose=None).json()
    told = {
        operation["operationId"]: [name for way in operation["security"] for name in way]
        for path in document["paths"].values()
        for operation in path.values()
        if operation.get("security")
    }
    rights = {action for role, action in TABLE if role is Role.REGISTER}
    may = {name for name, action in NOTICES.items() if action in rights}
    assert rights <= {*NOTICES.values()}
    assert told == {name: ["accessToken", "clientCertificate", "xRoad"] for name in may}
    assert {*document["components"]["securitySchemes"]} == {*told["sendNotices"]}
    assert document["security"] == [{"accessToken": []}]


def test_what_anyone_may_read_is_read_with_any_headers(service: Service) -> None:
    for headers in (handed_on(STRANGERS), message()):
        assert service.get("/codes", by=None, purpose=None, headers=headers).status_code == 200


@pytest.mark.guarantee("CA-2")
def test_nobody_is_trusted_until_somebody_is_named(
    cluster: Cluster,
    migrated_template: str,
    logged: io.StringIO,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    state = tmp_path_factory.mktemp("state")
    with (
        _fresh(cluster, migrated_template) as database,
        serve(database, state, logged, callers=callers_file(state)) as served,
    ):
        for address in (STRANGER, PROXY, SECURITY_SERVER):
            with sent_from(served, address) as sender:
                quietly_refused(sender, handed_on(KELAS), "Client-Cert")
                quietly_refused(sender, message(), "X-Road-Client")


@pytest.mark.guarantee("CA-6")
def test_the_doctor_looks_at_the_file_of_callers(service: Service) -> None:
    settings, url = service.system.settings, service.database.url
    with pytest.raises(Unwell, match="none of: atlantis"):
        LOOKS["callers"](settings, url)
    assert settings.callers is not None
    known = settings.callers.with_name("known.toml")
    text = settings.callers.read_text(encoding="utf-8")
    known.write_text(text.replace('organisation = "atlantis"', 'organisation = "vaasa"'))
    said = LOOKS["callers"](settings.model_copy(update={"callers": known}), url)
    assert said == "systems of 4 organisations without a token, by 3 networks"
    alone = {"callers": known, "trusted_proxies": (), "security_servers": ()}
    with pytest.raises(Unwell, match="CASES_TRUSTED_PROXIES"):
        LOOKS["callers"](settings.model_copy(update=alone), url)
    assert "0 organisations" in LOOKS["callers"](settings.model_copy(update={"callers": None}), url)
