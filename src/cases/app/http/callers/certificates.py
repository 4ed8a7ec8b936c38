"""Client certificates that a proxy which ends TLS hands on (RFC 9440).

That the certificate was used, and who issued it, was proved to the proxy; here it is read.
"""

import re
from base64 import b64decode
from datetime import datetime
from typing import Final

from cryptography.x509 import Certificate, load_der_x509_certificate
from starlette.datastructures import Headers

from cases.app.http.callers.refusing import (
    EXPIRED,
    MISSING,
    NOT_YET_VALID,
    REPEATED,
    WRONG_FORM,
    not_believed,
)

CERTIFICATE: Final = "Client-Cert"
CHAIN: Final = "Client-Cert-Chain"
"""Intermediate certificates: the proxy has seen them and we don't need them."""

_BYTE_SEQUENCE: Final = re.compile(r" *:([A-Za-z0-9+/]+={0,2}): *")
"""A byte sequence (RFC 8941 3.3.5) in its one proper form: padded, and without parameters."""


def are_handed_on(headers: Headers) -> bool:
    """Whether a request claims to come with a client certificate."""
    return CERTIFICATE in headers or CHAIN in headers


def certificate_of(headers: Headers, now: datetime) -> Certificate:
    """The certificate, which is valid ``now`` (UTC). Raises proof-refused."""
    given = headers.getlist(CERTIFICATE)
    if len(given) != 1:
        raise not_believed(CERTIFICATE, REPEATED if given else MISSING)
    found = _BYTE_SEQUENCE.fullmatch(given[0])
    if found is None:
        raise not_believed(CERTIFICATE, WRONG_FORM)
    try:
        certificate = load_der_x509_certificate(b64decode(found[1], validate=True))
        begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        # Names are read when they are asked for, and may be no names.
        _ = certificate.issuer, certificate.subject
    except ValueError:
        raise not_believed(CERTIFICATE, WRONG_FORM) from None
    if now < begins:
        raise not_believed(CERTIFICATE, NOT_YET_VALID)
    if now > ends:
        raise not_believed(CERTIFICATE, EXPIRED)
    return certificate
