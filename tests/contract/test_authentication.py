"""Who is calling must be proved: 401 for everything else, in one form of words, and no trail."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.contract.conftest import Serve
from tests.service import MARKER, START, Service, identity_code, opening, problem

from cases.app.store.keyring import FileKeyring

CLAIMS_SPOILT: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "our issuer with a slash": {"iss": "http://127.0.0.1:8090/"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "elsewhere"},
    "a list of other audiences": {"aud": ["elsewhere", "cases2"]},
    "no audience": {"aud": None},
    "no subject": {"sub": None},
    "a subject with a NUL": {"sub": "pairwise\0-7"},
    "a subject of two lines": {"sub": "pairwise\n7"},
    "a subject with an escape": {"sub": "\x1b[31mpairwise"},
    "a subject with a later control character": {"sub": "pairwise\x9b7"},
    "no id": {"jti": None},
    "an id with a NUL": {"jti": "7\0"},
    "an organisation with a NUL": {"organisation": "vaasa\0"},
    "no expiry": {"exp": None},
    "an expiry in words": {"exp": "tomorrow"},
    "expired": {"exp": int(START.timestamp()) - 61},
    "not yet valid": {"nbf": int(START.timestamp()) + 61},
    "no instant of issue": {"iat": None},
    "issued tomorrow": {"iat": int(START.timestamp()) + 86_400},
    "no organisation": {"organisation": None},
    "an unknown organisation": {"organisation": "atlantis"},
    "no roles": {"roles": None},
    "an empty list of roles": {"roles": []},
    "an unknown role": {"roles": ["EMPEROR"]},
    "the calendar's role": {"roles": ["CALENDAR"]},
    "the role of the inbox": {"roles": ["INBOX"]},
    "the role of imports": {"roles": ["IMPORTER"]},
    "roles as a text": {"roles": "OFFICER"},
    "a role in lower case": {"roles": ["officer"]},
}


def encoded(part: object) -> str:
    """A part of a compact token."""
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def claims_of(service: Service) -> dict[str, Any]:
    """The claims of a token that would count."""
    return dict(jwt.decode(service.signed(), service.key).claims)


def with_the_public_key_as_secret(service: Service) -> str:
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "outside"}
    signed = f"{encoded(header)}.{encoded(claims_of(service))}"
    seal = hmac.digest(service.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(seal).decode().rstrip('=')}"


def unsigned(service: Service) -> str:
    header = {"alg": "none", "typ": "at+jwt", "kid": "outside"}
    return f"{encoded(header)}.{encoded(claims_of(service))}."


def signed_by_a_stranger(service: Service) -> str:
    stranger = ECKey.generate_key("P-256", {"kid": "outside"})
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "outside"}
    return jwt.encode(header, claims_of(service), stranger, algorithms=["ES256"])


def with_its_own_key_along(service: Service) -> str:
    stranger = ECKey.generate_key("P-256", {"kid": "outside"})
    header = {"alg": "ES256", "typ": "at+jwt", "jwk": stranger.as_dict(private=False)}
    return jwt.encode(header, claims_of(service), stranger, algorithms=["ES256"])


def altered(service: Service) -> str:
    header, _, signature = service.signed().split(".")
    return f"{header}.{encoded({**claims_of(service), 'organisation': 'espoo'})}.{signature}"


FORGED: dict[str, Callable[[Service], str]] = {
    "no algorithm": unsigned,
    "no signature": lambda service: service.signed().rpartition(".")[0] + ".",
    "half a token": lambda service: service.signed().rpartition(".")[0],
    "the public key as a secret": with_the_public_key_as_secret,
    "a stranger's signature": signed_by_a_stranger,
    "a key of its own": with_its_own_key_along,
    "altered claims": altered,
    "an unknown key": lambda service: service.signed({"kid": "unknown"}),
    "another type": lambda service: service.signed({"typ": "JWT"}),
    "an id token's type": lambda service: service.signed({"typ": "id+jwt"}),
    "garbage": lambda _: MARKER,
    "dots": lambda _: "a.b.c",
    "very long": lambda service: service.signed(padding="x" * 9000),
    "an identity code for a subject": lambda service: service.signed(sub=identity_code()),
}


@pytest.mark.guarantee("TR-1")
@pytest.mark.parametrize("why", [*CLAIMS_SPOILT, *FORGED])
def test_a_token_that_proves_nothing_is_answered_alike_whatever_is_wrong_with_it(
    service: Service, why: str
) -> None:
    token = service.signed(**CLAIMS_SPOILT[why]) if why in CLAIMS_SPOILT else FORGED[why](service)
    refused_as_unknown(service, [("Authorization", f"Bearer {token}")])


@pytest.mark.guarantee("TR-1")
@pytest.mark.parametrize(
    "sent",
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer\t{token}"],
        ["Basic {token}"],
        ["{token}"],
        ["Bearer  {token}"],
        ["Bearer {token} {token}"],
        ["Bearer {token}, Bearer {token}"],
        ["Bearer {token}", "Bearer {token}"],
    ],
)
def test_a_proof_in_any_other_form_than_one_bearer_token_is_none(
    service: Service, sent: list[str]
) -> None:
    token = service.token("officer@vaasa")
    refused_as_unknown(service, [("Authorization", each.format(token=token)) for each in sent])


def refused_as_unknown(service: Service, headers: list[tuple[str, str]]) -> None:
    """Refused with 401 for a read, an act, a list and a lookup, before anything else is said."""
    facts, lines = service.facts(), service.rows("select max(seq) as n from trail.access")
    case = "/cases/01920000-0000-7000-8000-000000000001"
    answers = [
        service.get(f"{case}?nonsense=1", by=None, headers=headers),
        service.get("/worklist", by=None, headers=headers),
        service.post("/cases", opening(), by=None, headers=headers),
        service.post("/cases", content=b"no JSON", by=None, headers=headers),
        service.post("/person-lookups", {"identityCode": 7}, by=None, headers=headers),
    ]
    for response in answers:
        body = problem(response, 401, "unauthenticated")
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert "errors" not in body
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert service.facts() == facts
    assert service.rows("select max(seq) as n from trail.access") == lines


def test_a_good_token_of_any_of_the_keys_counts(service: Service) -> None:
    for claims in ({}, {"aud": ["x", "cases"]}, {"exp": int(START.timestamp()) - 59}):
        token = service.signed(**claims)
        response = service.get("/worklist", by=None, headers={"Authorization": f"bearer {token}"})
        assert response.status_code == 200


def test_a_token_expires_while_the_server_runs(service: Service) -> None:
    token = {"Authorization": f"Bearer {service.signed()}"}
    assert service.get("/worklist", by=None, headers=token).status_code == 200
    try:
        service.clock.set(START + timedelta(minutes=11, seconds=1))
        problem(service.get("/worklist", by=None, headers=token), 401, "unauthenticated")
    finally:
        service.clock.set(START)


@pytest.mark.guarantee("TR-1")
def test_tokens_of_the_development_provider_count_in_development_only(
    another: Serve, tmp_path: Path
) -> None:
    keyring = tmp_path / "keyring.json"
    FileKeyring.create(keyring, "first", lambda size: b"k" * size)
    organisations = tmp_path / "organisations.yaml"
    names = "{fi: a, sv: b, en: c}"
    organisations.write_text(
        f"organisations:\n  vaasa: {{kind: MUNICIPALITY, names: {names}}}\n", encoding="utf-8"
    )
    served = another(
        environment="production",
        keyring=keyring,
        organisations=organisations,
        issuer="https://idp.example",
    )
    problem(served.get("/worklist", by="officer@vaasa"), 401, "unauthenticated")
    real = {"Authorization": f"Bearer {served.signed()}"}
    assert served.get("/worklist", by=None, headers=real).status_code == 200


def test_what_anyone_may_read_needs_no_token_and_takes_a_bad_one(service: Service) -> None:
    for path in ("/codes", "/editions", "/purposes", "/openapi.json", "/health/live", "/metrics"):
        for headers in ({}, {"Authorization": f"Bearer {MARKER}"}):
            response = service.get(path, by=None, purpose=None, headers=headers)
            assert response.status_code == 200, path
