"""The systems of other authorities that may call without a token: by certificate, or over X-Road.

They are told in a file (TOML), read at start. Whoever is not in it is nobody.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, NamedTuple, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate, Name
from cryptography.x509.oid import NameOID
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from cases.app.http.callers.x_road import (
    Identifier,
    Message,
    client_identifier,
    party_identifier,
)
from cases.domain.people import contains_identity_code

_AS_OPENSSL_WRITES: Final = {
    "serialNumber": NameOID.SERIAL_NUMBER,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "GN": NameOID.GIVEN_NAME,
    "SN": NameOID.SURNAME,
    "title": NameOID.TITLE,
}
"""Names of attributes besides those of RFC 4514."""


class BadCallers(ValueError):
    """The file of callers can't be used; the message says which file and why, in a sentence."""


class KnownCaller(NamedTuple):
    """A system, by the name it has with us, and the organisation it is of."""

    name: str
    organisation: str


class SecurityServer:
    """Stands for whoever hands on what others say, and is no caller itself."""


SECURITY_SERVER: Final = SecurityServer()

Proved = KnownCaller | SecurityServer


def _fingerprint(text: str) -> bytes:
    digest = text.replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError("the SHA-256 of a certificate has 64 hexadecimal digits")
    return bytes.fromhex(digest)


def _name(text: str) -> Name:
    try:
        name = Name.from_rfc4514_string(text, _AS_OPENSSL_WRITES)
    except ValueError:
        raise ValueError("not a name as RFC 4514 writes it") from None
    if not list(name):
        raise ValueError("an empty name")
    return name


def _no_person(text: str) -> str:
    if contains_identity_code(text):
        raise ValueError("an identity code names no system")
    return text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Certificate(_Part):
    """A certificate: that very one, or whichever an issuer gives to a subject."""

    sha256: str | None = None
    issuer: str | None = None
    subject: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_name = self.issuer is not None and self.subject is not None
        if by_name == (self.sha256 is not None) or (self.issuer is None) != (self.subject is None):
            raise ValueError("either sha256, or issuer and subject")
        _ = self.key
        return self

    @property
    def key(self) -> bytes | tuple[Name, Name]:
        """What a certificate is compared by."""
        if self.sha256 is not None:
            return _fingerprint(self.sha256)
        return _name(self.issuer or ""), _name(self.subject or "")


class _Membership(_Part):
    """A member, or a subsystem of one, and whom it calls for where that is somebody else."""

    client: str
    represents: str | None = None

    @model_validator(mode="after")
    def _readable(self) -> Self:
        _ = self.key
        return self

    @property
    def key(self) -> tuple[Identifier, Identifier | None]:
        """What a message is compared by."""
        represented = None if self.represents is None else party_identifier(self.represents)
        return client_identifier(self.client), represented


class _Caller(_Part):
    name: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"), AfterValidator(_no_person)
    ]
    organisation: Annotated[str, Field(min_length=1, max_length=100)]
    certificates: tuple[_Certificate, ...] = ()
    x_road: tuple[_Membership, ...] = Field(default=(), alias="x-road")


class _SecurityServer(_Part):
    certificates: tuple[_Certificate, ...] = Field(min_length=1)


class _File(_Part):
    caller: tuple[_Caller, ...] = ()
    security_server: tuple[_SecurityServer, ...] = Field(default=(), alias="security-server")


class KnownCallers:
    """Who is behind a certificate, or a message over X-Road. Without a file: nobody."""

    def __init__(self, told: _File | None = None) -> None:
        self._proofs: dict[object, Proved] = {}
        self._organisations: set[str] = set()
        told = told or _File()
        for server in told.security_server:
            for certificate in server.certificates:
                self._take(certificate.key, SECURITY_SERVER)
        for each in told.caller:
            caller = KnownCaller(each.name, each.organisation)
            self._organisations.add(each.organisation)
            for shown in each.certificates:
                self._take(shown.key, caller)
            for member in each.x_road:
                self._take(member.key, caller)

    def organisations(self) -> Iterator[str]:
        """The ids of the organisations whose systems are known."""
        return iter(sorted(self._organisations))

    def by_certificate(self, certificate: Certificate) -> Proved | None:
        """Whose certificate it is; None where that is nobody we know."""
        exact = self._proofs.get(certificate.fingerprint(SHA256()))
        return exact or self._proofs.get((certificate.issuer, certificate.subject))

    def by_message(self, message: Message) -> KnownCaller | None:
        """Who sends a message; None where that is nobody we know."""
        found = self._proofs.get((message.client, message.represented))
        return found if isinstance(found, KnownCaller) else None

    def _take(self, proof: object, by: Proved) -> None:
        if proof in self._proofs:
            raise ValueError("one proof stands twice: it can be of one caller only")
        self._proofs[proof] = by


def read_callers(path: Path | None) -> KnownCallers:
    """The callers of a file; nobody without one. Raises BadCallers."""
    if path is None:
        return KnownCallers()
    try:
        return KnownCallers(_File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = " ".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise BadCallers(_cannot(path, f"{where}: {said}" if where else said)) from error
    except OSError as error:
        raise BadCallers(_cannot(path, (error.strerror or "no file").lower())) from error
    except ValueError as error:
        raise BadCallers(_cannot(path, " ".join(str(error).split()))) from error


def _cannot(path: Path, reason: str) -> str:
    return f"the file of callers {path} can't be read: {reason}"
