"""Access tokens (RFC 9068): who is calling, proved by the identity provider's signature.

Whatever is wrong with a token, the caller learns only that it is not authenticated.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Final, NamedTuple, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import Headers

from cases.app.access.principal import FROM_OUTSIDE, Principal
from cases.app.http.keys import Keys, KeysUnavailable
from cases.app.http.problems import Problematic, ProblemCode
from cases.domain.case.act import Organisation
from cases.domain.people import contains_identity_code

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""What a signature may be made with. EdDSA is the older name of Ed25519."""
LEEWAY: Final = timedelta(seconds=60)
"""By how much the provider's clock may differ from ours."""
LARGEST: Final = 8192
"""The longest token that is looked at, in characters."""
REMEMBERED: Final = 1024
"""Tokens whose signature need not be checked again, by digest: they themselves are kept nowhere."""

_TYPES: Final = ("at+jwt", "application/at+jwt")
_FROM_OUTSIDE: Final = {role.value: role for role in FROM_OUTSIDE}

Word = Annotated[str, Field(min_length=1, max_length=200)]


class Claims(BaseModel):
    """The claims we ask for; others are passed over. Times are seconds since 1970 (UTC).

    Those without a default are required, as RFC 9068 2.2 has it; organisation and roles are ours.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)

    iss: Word
    aud: Word | list[Word]
    sub: Word
    jti: Word
    organisation: Annotated[str, Field(min_length=1, max_length=100)]
    roles: list[Word] = Field(min_length=1, max_length=20)
    exp: float
    iat: float
    nbf: float | None = None
    dev: bool = False


class NotAuthentic(Exception):
    """The token proves nothing. The reason is one word of ours, for the log only."""


class TokenVerifier:
    """Makes a principal of a token.

    ``now`` tells the instant (UTC); ``find`` knows the installation's organisations, so that the
    kind of an organisation is never taken from a token. Tokens of the development provider count
    only where ``development`` is true.
    """

    def __init__(  # noqa: PLR0913 - everything a token is checked against
        self,
        keys: Keys,
        *,
        issuer: str,
        audience: str,
        now: Callable[[], datetime],
        find: Callable[[str], Organisation | None],
        development: bool = False,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._now = now
        self._find = find
        self._development = development
        self._proofs: dict[bytes, _Proof] = {}

    def principal(self, headers: Headers) -> Principal:
        """Who sent the request.

        Raises unauthenticated, for whatever reason, and unavailable where the provider is silent
        and the token could be anything.
        """
        try:
            return self.verify(bearer_token(headers))
        except NotAuthentic as error:
            raise Problematic(ProblemCode.UNAUTHENTICATED) from error
        except KeysUnavailable as error:
            raise Problematic(ProblemCode.UNAVAILABLE) from error

    def verify(self, token: str) -> Principal:
        """Who a token stands for. Raises NotAuthentic, KeysUnavailable."""
        claims = self._proved_claims(token)
        self._check(claims)
        roles = frozenset(_FROM_OUTSIDE[each] for each in claims.roles if each in _FROM_OUTSIDE)
        organisation = self._find(claims.organisation)
        if not roles:
            _no("roles")
        if organisation is None:
            _no("organisation")
        if not (claims.sub + claims.jti).isprintable():
            # NUL can't be kept, a line break would make two names look like one.
            _no("subject")
        if contains_identity_code(claims.sub):
            # A provider that identifies people so would put the code into every log and trail.
            _no("subject")
        return Principal(
            subject=claims.sub, organisation=organisation, roles=roles, token_id=claims.jti
        )

    def _proved_claims(self, token: str) -> Claims:
        """What the provider signed. A signature is checked once for each key that is found for it.

        An officer's token comes with every request; checking it costs more than all else about it.
        A key that is withdrawn or fetched anew is another key, and nothing is proved by it yet.
        """
        if len(token) > LARGEST or not token.isascii():
            _no("size")
        digest = sha256(token.encode()).digest()
        proof = self._proofs.get(digest)
        if proof is not None and self._keys.find(proof.kid) is proof.key:
            return proof.claims
        proof = self._prove(token)
        if len(self._proofs) >= REMEMBERED:
            self._proofs.clear()
        self._proofs[digest] = proof
        return proof.claims

    def _prove(self, token: str) -> "_Proof":
        try:
            given = jws.extract_compact(token.encode(), registry=_REGISTRY)
            header = given.headers()
            kid, kind = header.get("kid"), header.get("typ")
            if header.get("alg") not in ALGORITHMS:
                _no("algorithm")
            if not isinstance(kind, str) or kind.lower() not in _TYPES:
                _no("type")
            if not isinstance(kid, str) or (key := self._keys.find(kid)) is None:
                _no("key")
            if not jws.validate_compact(given, key, registry=_REGISTRY):
                _no("signature")
            claims = Claims.model_validate(json.loads(given.payload))
        except (ValidationError, RecursionError):
            raise NotAuthentic("claims") from None
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotAuthentic("signature") from error
        return _Proof(kid, key, claims)

    def _check(self, claims: Claims) -> None:
        """What may change from one request to the next, or differs by installation."""
        now, leeway = self._now().timestamp(), LEEWAY.total_seconds()
        if claims.iss != self._issuer:
            _no("issuer")
        if self._audience not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
            _no("audience")
        if now >= claims.exp + leeway:
            _no("expired")
        if max(claims.nbf or 0.0, claims.iat) > now + leeway:
            _no("not yet")
        if claims.dev and not self._development:
            _no("development")


class _Proof(NamedTuple):
    """Claims that were signed, and the very key that proved it."""

    kid: str
    key: Key
    claims: Claims


class _Registry(jws.JWSRegistry):
    """Takes ``EdDSA`` for what the providers that still say so mean by it: Ed25519, no other."""

    algorithms = jws.JWSRegistry.algorithms | {"EdDSA": jws.JWSRegistry.algorithms["Ed25519"]}


_REGISTRY: Final = _Registry(algorithms=ALGORITHMS)


def bearer_token(headers: Headers) -> str:
    """The token of the Authorization header. Raises NotAuthentic."""
    given = headers.getlist("authorization")
    # White space around a value is no part of it (RFC 9110 5.5), and the server leaves it there.
    value = given[0].strip(" \t") if len(given) == 1 else ""
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "bearer" or not token or token != token.strip():
        _no("header")
    return token


def _no(reason: str) -> NoReturn:
    raise NotAuthentic(reason)
