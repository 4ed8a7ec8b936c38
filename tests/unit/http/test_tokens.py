"""Access tokens: only a sound signature over fitting claims makes a principal."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from starlette.datastructures import Headers
from tests.patience import PATIENCE

from cases.app.access.principal import Role
from cases.app.clock import SimulationClock
from cases.app.http import tokens
from cases.app.http.keys import GivenKeys, KeysUnavailable, NoKeys, RemoteKeys, public_keys
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.tokens import NotAuthentic, TokenVerifier
from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
VAASA = Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY)
EC = ECKey.generate_key("P-256", {"kid": "ec"})
OTHER_EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
SIGNERS: dict[str, Any] = {"RS256": RSA, "PS256": RSA, "ES256": EC, "Ed25519": ED, "EdDSA": ED}
JWKS = {"keys": [key.as_dict(private=False) for key in (EC, RSA, ED)]}
CLAIMS: dict[str, Any] = {
    "iss": "https://idp.example",
    "aud": "cases",
    "sub": "pairwise-1",
    "jti": "t-1",
    "exp": AT + 300,
    "iat": AT,
    "organisation": "vaasa",
    "roles": ["OFFICER"],
}


def verifier(*, development: bool = False) -> TokenVerifier:
    return TokenVerifier(
        GivenKeys(JWKS),
        issuer="https://idp.example",
        audience="cases",
        now=lambda: NOW,
        find=lambda name: VAASA if name == "vaasa" else None,
        development=development,
    )


def token(alg: str = "ES256", key: Any = None, typ: str = "at+jwt", **changes: Any) -> str:
    claims = {k: v for k, v in {**CLAIMS, **changes}.items() if v is not ...}
    signer = key or SIGNERS[alg]
    header = {"alg": alg, "typ": typ, "kid": signer.kid}
    return jwt.encode(header, claims, signer, algorithms=[alg])


def unsigned(header: dict[str, Any]) -> str:
    parts = (json.dumps(each).encode() for each in (header, CLAIMS))
    return ".".join([*(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts), ""])


@pytest.mark.guarantee("TK-1")
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("alg", SIGNERS)
def test_each_allowed_algorithm_makes_the_principal(alg: str) -> None:
    principal = verifier().verify(token(alg))
    assert principal.subject == "pairwise-1"
    assert principal.organisation == VAASA
    assert principal.roles == {Role.OFFICER}
    assert principal.token_id == "t-1"


@pytest.mark.guarantee("TK-1")
def test_no_warning_reaches_anybody_when_a_provider_says_eddsa() -> None:
    with pytest.warns(UserWarning, match="EdDSA"):
        signed = token("EdDSA")
    verifier().verify(signed)  # warnings are errors in the tests


@pytest.mark.guarantee("TK-2")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"iss": ...},
        {"aud": "other"},
        {"aud": ["other", "another"]},
        {"aud": ...},
        {"aud": []},
        {"exp": AT - 60},
        {"exp": ...},
        {"exp": "never"},
        {"exp": True},
        {"exp": float("inf")},
        {"nbf": AT + 61},
        {"iat": AT + 61},
        {"iat": ...},
        {"iat": None},
        {"iat": "now"},
        {"sub": ...},
        {"sub": ""},
        {"sub": "131052-9308"},
        {"sub": 7},
        {"jti": ...},
        {"organisation": ...},
        {"organisation": "nowhere"},
        {"organisation": ["vaasa"]},
        {"roles": ...},
        {"roles": []},
        {"roles": ["CALENDAR"]},
        {"roles": ["INBOX"]},
        {"roles": ["IMPORTER"]},
        {"roles": ["officer"]},
        {"roles": "OFFICER"},
        {"dev": True},
        {"dev": "yes"},
    ],
)
def test_claims_that_do_not_fit_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAuthentic):
        verifier().verify(token(**changes))


@pytest.mark.guarantee("TK-2")
@pytest.mark.parametrize(
    "changes",
    [
        {"exp": AT - 59},
        {"nbf": AT + 59},
        {"aud": ["other", "cases"]},
        {"roles": ["OFFICER", "CALENDAR", "SOMETHING_ELSE"]},
        {"dev": False},
    ],
)
def test_claims_at_the_edge_are_accepted(changes: dict[str, Any]) -> None:
    assert verifier().verify(token(**changes)).roles == {Role.OFFICER}


@pytest.mark.guarantee("TK-3")
@pytest.mark.parametrize(
    "forged",
    [
        "",
        "a.b.c",
        "ä",
        "x" * 9000,
        unsigned({"alg": "none", "typ": "at+jwt", "kid": "ec"}),
        unsigned({"alg": "ES256", "typ": "at+jwt", "kid": "ec"}),
        token(typ="JWT"),
        token(typ="id+jwt"),
        token(key=OTHER_EC),
        token(key=ECKey.generate_key("P-256", {"kid": "unknown"})),
        token("ES256")[:-4] + "AAAA",
        token("ES256", organisation="vaasa").replace(".", "..", 1),
    ],
)
def test_what_is_not_signed_by_the_provider_is_refused(forged: str) -> None:
    with pytest.raises(NotAuthentic):
        verifier().verify(forged)


@pytest.mark.guarantee("TK-3")
def test_a_public_key_is_never_taken_for_a_secret_one() -> None:
    secret = OctKey.import_key(
        RSA.as_pem(private=False).replace(b"-----", b"====="), {"kid": "rsa"}
    )
    for alg in ("HS256", "HS512"):
        with pytest.raises(NotAuthentic):
            verifier().verify(token(alg, key=secret))


@pytest.mark.guarantee("TK-3")
def test_a_key_meant_for_another_algorithm_is_not_used() -> None:
    document = {"keys": [{**RSA.as_dict(private=False), "alg": "PS256"}]}
    checked = TokenVerifier(
        GivenKeys(document),
        issuer="https://idp.example",
        audience="cases",
        now=lambda: NOW,
        find=lambda _: VAASA,
    )
    assert checked.verify(token("PS256"))
    with pytest.raises(NotAuthentic):
        checked.verify(token("RS256"))


@pytest.mark.guarantee("TK-4")
def test_tokens_of_the_development_provider_count_in_development_only() -> None:
    assert verifier(development=True).verify(token(dev=True))
    with pytest.raises(NotAuthentic):
        verifier().verify(token(dev=True))


@pytest.mark.guarantee("TK-5")
@pytest.mark.parametrize(
    "given",
    [[], ["Basic abc"], ["Bearer"], ["Bearer "], ["Bearer x y"], ["Bearer x", "Bearer x"]],
)
def test_whatever_is_wrong_outside_it_is_only_unauthenticated(given: list[str]) -> None:
    headers = Headers(raw=[(b"authorization", each.encode()) for each in given])
    with pytest.raises(Problematic) as raised:
        verifier().principal(headers)
    assert raised.value.code is ProblemCode.UNAUTHENTICATED
    assert raised.value.faults == ()


def test_the_scheme_is_read_in_any_case() -> None:
    headers = Headers(raw=[(b"authorization", b"bearer " + token().encode())])
    assert verifier().principal(headers).subject == "pairwise-1"


# ------------------------------------------------------------------ keys


@pytest.mark.guarantee("TK-6")
@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"keys": "x"},
        {"keys": [1, {}]},
        {"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0c2VjcmV0c2VjcmV0"}]},
        {"keys": [{**EC.as_dict(private=False), "use": "enc"}]},
        {"keys": [{**EC.as_dict(private=False), "kid": 7}]},
        {"keys": [{"kty": "EC", "kid": "a", "crv": "P-256", "x": "!", "y": "!"}]},
        {"keys": [{"kty": "RSA", "kid": "a", "n": "AQAB" * 42, "e": "AQAB"}]},
        {"keys": [{"kty": "NEW", "kid": "a"}]},
    ],
)
def test_a_set_without_a_usable_key_is_no_set(document: object) -> None:
    with pytest.raises(NoKeys):
        public_keys(document)


def test_keys_we_cannot_use_do_not_spoil_those_we_can() -> None:
    found = public_keys({"keys": [{"kty": "NEW", "kid": "a"}, *JWKS["keys"]]})
    assert set(found) == {"ec", "rsa", "ed"}


class Provider:
    """A provider that counts how often it is asked, and can be silent."""

    def __init__(self) -> None:
        self.asked = 0
        self.silent = False
        self.document: object = JWKS
        self.clock = SimulationClock(NOW)
        self.keys = RemoteKeys(self.fetch, self.clock.now, patience=PATIENCE)

    def fetch(self) -> object:
        self.asked += 1
        if self.silent:
            raise OSError("nobody there")
        return self.document

    def after(self, **time: float) -> "Provider":
        self.clock.set(self.clock.now() + timedelta(**time))
        return self


@pytest.mark.guarantee("TK-6")
def test_a_set_is_used_for_ten_minutes_without_asking_again() -> None:
    provider = Provider()
    assert provider.keys.find("ec") is not None
    assert provider.after(minutes=9, seconds=59).keys.find("rsa") is not None
    assert provider.asked == 1
    assert provider.after(seconds=1).keys.find("ec") is not None
    assert provider.asked == 2


@pytest.mark.guarantee("TK-6")
def test_unknown_keys_ask_at_most_once_in_thirty_seconds() -> None:
    provider = Provider()
    provider.keys.find("ec")
    provider.after(seconds=31)
    for number in range(50):
        assert provider.keys.find(f"unknown-{number}") is None
    assert provider.asked == 2
    provider.after(seconds=29).keys.find("unknown")
    assert provider.asked == 2
    provider.after(seconds=1).keys.find("unknown")
    assert provider.asked == 3


@pytest.mark.guarantee("TK-6")
def test_a_rotated_key_is_found_as_soon_as_it_may_be_asked_for() -> None:
    provider = Provider()
    provider.keys.find("ec")
    new = ECKey.generate_key("P-256", {"kid": "new"})
    provider.document = {"keys": [new.as_dict(private=False)]}
    assert provider.after(seconds=30).keys.find("new") is not None


@pytest.mark.guarantee("TK-6")
@pytest.mark.parametrize("trouble", ["silence", "nonsense"])
def test_the_last_good_set_is_used_for_a_day(trouble: str) -> None:
    provider = Provider()
    provider.keys.find("ec")
    provider.silent, provider.document = trouble == "silence", {"keys": []}
    assert provider.after(hours=23, minutes=59).keys.find("ec") is not None
    with pytest.raises(KeysUnavailable):
        provider.after(minutes=1).keys.find("ec")
    provider.silent, provider.document = False, JWKS
    assert provider.after(seconds=30).keys.find("ec") is not None


@pytest.mark.guarantee("TK-6")
def test_a_silent_provider_is_not_asked_for_every_request() -> None:
    provider = Provider()
    provider.silent = True
    for _ in range(50):
        with pytest.raises(KeysUnavailable):
            provider.keys.find("ec")
    assert provider.asked == 1
    with pytest.raises(KeysUnavailable):
        provider.after(seconds=5).keys.find("ec")
    assert provider.asked == 2


@pytest.mark.guarantee("TK-9")
def test_whether_a_silent_provider_has_a_new_key_is_not_said() -> None:
    provider = Provider()
    provider.keys.find("ec")
    assert provider.after(seconds=30).keys.find("new") is None
    provider.silent = True
    with pytest.raises(KeysUnavailable):
        provider.after(seconds=30).keys.find("new")
    assert provider.keys.find("ec") is not None


@pytest.mark.guarantee("TK-9")
def test_a_new_key_is_asked_for_once_and_whoever_needs_it_waits() -> None:
    provider = Provider()
    provider.keys.find("ec")
    new = ECKey.generate_key("P-256", {"kid": "new"})
    rotated = {"keys": [new.as_dict(private=False)]}
    asked, may_answer = threading.Event(), threading.Event()

    def slowly() -> object:
        provider.asked += 1
        asked.set()
        assert may_answer.wait(PATIENCE)
        return rotated

    provider.keys._fetch = slowly
    provider.after(minutes=11)
    with ThreadPoolExecutor(8) as pool:
        finding = [pool.submit(provider.keys.find, "new") for _ in range(8)]
        assert asked.wait(PATIENCE)
        assert provider.keys.find("ec") is not None, "who knows the key does not wait"
        may_answer.set()
        assert all(each.result(20) is not None for each in finding)
    assert provider.asked == 2
    assert provider.keys.find("ec") is None


@pytest.mark.guarantee("TK-9")
def test_a_provider_that_does_not_come_to_an_end_is_silent_and_nobody_waits_for_it_again() -> None:
    provider = Provider()
    keys = provider.keys
    asked, may_answer = threading.Event(), threading.Event()
    new = ECKey.generate_key("P-256", {"kid": "new"})

    def slowly() -> object:
        asked.set()
        assert may_answer.wait(PATIENCE)
        return {"keys": [new.as_dict(private=False)]}

    assert keys.find("ec") is not None
    keys._fetch, keys._patience = slowly, 0.01
    provider.after(minutes=11)
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            keys.find("new")
    assert asked.is_set()
    # From here on a wait would end by a failure of the test, not by patience.
    keys._patience = PATIENCE
    with pytest.raises(KeysUnavailable):
        keys.find("new")
    assert keys.find("ec") is not None
    question = keys._question
    assert question is not None
    # It is asked anew on another connection, whatever becomes of the first.
    keys._fetch = provider.fetch
    provider.document = {"keys": [new.as_dict(private=False), EC.as_dict(private=False)]}
    assert provider.after(seconds=30).keys.find("new") is not None
    assert keys.find("unknown") is None
    may_answer.set()
    assert question.wait(PATIENCE)
    assert keys.find("new") is not None


def test_a_token_ends_by_the_clock_it_is_given() -> None:
    clock = SimulationClock(NOW)
    checked = TokenVerifier(
        GivenKeys(JWKS),
        issuer="https://idp.example",
        audience="cases",
        now=clock.now,
        find=lambda _: VAASA,
    )
    signed = token()
    assert checked.verify(signed)
    clock.set(NOW + timedelta(seconds=360))
    with pytest.raises(NotAuthentic):
        checked.verify(signed)


class OneKey:
    """Keys of a provider with one key that can be exchanged; counts how often it checks."""

    def __init__(self) -> None:
        self.key: Any = EC

    def find(self, kid: str) -> Any:
        return self.key if kid == "ec" else None


@pytest.mark.guarantee("TK-8")
def test_a_signature_is_checked_once_and_again_by_every_other_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks: list[Any] = []
    validate = jws.validate_compact

    def counted(given: Any, key: Any, **more: Any) -> bool:
        checks.append(key)
        return validate(given, key, **more)

    monkeypatch.setattr("cases.app.http.tokens.jws.validate_compact", counted)
    keys = OneKey()
    checked = TokenVerifier(
        keys, issuer="https://idp.example", audience="cases", now=lambda: NOW, find=lambda _: VAASA
    )
    signed = token()
    first = checked.verify(signed)
    assert checked.verify(signed) == first
    assert checked.verify(token(jti="t-2")).token_id == "t-2"
    assert len(checks) == 2
    keys.key = ECKey.import_key(EC.as_dict(private=False))
    assert checked.verify(signed) == first
    assert len(checks) == 3
    keys.key = OTHER_EC
    with pytest.raises(NotAuthentic):
        checked.verify(signed)
    keys.key = None
    with pytest.raises(NotAuthentic):
        checked.verify(signed)


@pytest.mark.guarantee("TK-8")
def test_a_forged_token_is_checked_whenever_it_comes() -> None:
    checked = verifier()
    good = token()
    assert checked.verify(good)
    head, payload, signature = good.split(".")
    forged = f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    for _ in range(3):
        with pytest.raises(NotAuthentic):
            checked.verify(forged)


@pytest.mark.guarantee("TK-8")
def test_no_more_tokens_are_remembered_than_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED", 3)
    checked = verifier()
    for number in range(10):
        assert checked.verify(token(jti=str(number))).token_id == str(number)
        assert len(checked._proofs) <= 3
