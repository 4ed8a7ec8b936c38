"""Who calls and for which purpose."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, HTTPException
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

PURPOSES = {"OFFICER": {"ORGANISING_SERVICES"}, "AUDITOR": {"DATA_PROTECTION_AUDIT"}}
"""The purposes of each role."""


@dataclass(frozen=True)
class Caller:
    """An authenticated caller with its purpose."""

    subject: str
    organisation: str
    role: str
    purpose: str

    @property
    def name(self) -> str:
        """By which idempotency keys and the audit know it."""
        return f"{self.organisation}/{self.subject}"


def officer(keys: KeySetSerialization, *, issuer: str, audience: str) -> Callable[..., Any]:
    """A dependency that answers 401 or 403 to anybody but an officer with a fitting purpose."""
    known = KeySet.import_key_set(keys)
    claims = jwt.JWTClaimsRegistry(
        leeway=60,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        sub={"essential": True},
        organisation={"essential": True},
        roles={"essential": True},
    )

    async def authenticated(
        authorization: Annotated[str, Header()],
        purpose_of_use: Annotated[str, Header()] = "ORGANISING_SERVICES",
    ) -> Caller:
        scheme, _, text = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise HTTPException(401)
        try:
            token = jwt.decode(text, known, algorithms=["ES256"])
            claims.validate(token.claims)
        except (JoseError, ValueError) as error:
            raise HTTPException(401) from error
        if "OFFICER" not in token.claims["roles"]:
            raise HTTPException(403)
        if purpose_of_use not in PURPOSES["OFFICER"]:
            raise HTTPException(403, "purpose-not-allowed")
        return Caller(token.claims["sub"], token.claims["organisation"], "OFFICER", purpose_of_use)

    return authenticated
