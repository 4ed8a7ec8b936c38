"""What tests of callers without a token work with: certificates, messages, and who sends them.

The loopback has more addresses than one: a request sent from another of them has another sender.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.patience import PATIENCE
from tests.service import START, Service, problem

from cases.app.http.callers.refusing import PEER_NOT_TRUSTED

PROXY: Final = "127.0.0.2"
SECURITY_SERVER: Final = "127.0.0.3"
STRANGER: Final = "127.0.0.1"

KEY: Final = ec.generate_private_key(ec.SECP256R1())
KELA_SYSTEM: Final = "kela-etuudet"
MEMBER: Final = "FI/GOV/0246246-0/etuudet"
GO_BETWEEN: Final = "FI/COM/2345678-9/v%C3%A4litys"


def certificate(
    common_name: str,
    *,
    issuer: str = "DVV Test CA",
    begins: datetime = START - timedelta(days=1),
    ends: datetime = START + timedelta(days=1),
) -> x509.Certificate:
    """A certificate, valid around the day on which every service begins."""
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(_name(issuer))
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(KEY, hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FI"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Käsityö, Oy"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, "0246246-0"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


KELAS: Final = certificate("etuudet.kela.example")
EXPIRED: Final = certificate("etuudet.kela.example", ends=START - timedelta(seconds=1))
NOT_YET: Final = certificate("etuudet.kela.example", begins=START + timedelta(seconds=1))
RENEWED: Final = certificate("luvat.migri.example")
STRANGERS: Final = certificate("elsewhere.example")
SERVERS: Final = certificate("security-server.example")
LOST: Final = certificate("lost.example")


def handed_on(shown: x509.Certificate) -> dict[str, str]:
    """A certificate as a proxy hands it on."""
    return {"Client-Cert": f":{b64encode(shown.public_bytes(Encoding.DER)).decode()}:"}


def message(client: str = MEMBER, **changed: str | None) -> dict[str, str]:
    """The headers of a message, as the security server hands it on; None leaves one out."""
    headers = {
        "X-Road-Client": client,
        "X-Road-Service": "FI/MUN/0208852-1/kotoutuminen/notices",
        "X-Road-Id": str(uuid4()),
        "X-Road-Request-Id": str(uuid4()),
    }
    given = {f"X-Road-{name.replace('_', '-')}": value for name, value in changed.items()}
    return {name: value for name, value in {**headers, **given}.items() if value is not None}


def sha256(shown: x509.Certificate) -> str:
    """The fingerprint as openssl writes it."""
    return shown.fingerprint(hashes.SHA256()).hex(":").upper()


def callers_file(folder: Path) -> Path:
    """Who is known: Kela by one certificate and over X-Road, the immigration service by name, a
    fund by somebody who calls for it, a security server, and a system of nobody's."""
    path = folder / "callers.toml"
    subject = RENEWED.subject.rfc4514_string()
    issuer = RENEWED.issuer.rfc4514_string().replace("2.5.4.5=", "serialNumber=")
    path.write_text(
        f"""
[[caller]]
name = "{KELA_SYSTEM}"
organisation = "kela"
certificates = [{{sha256 = "{sha256(KELAS)}"}}, {{sha256 = "{sha256(EXPIRED)}"}},
                {{sha256 = "{sha256(NOT_YET)}"}}]
x-road = [{{client = "{MEMBER}"}}]

[[caller]]
name = "migri-luvat"
organisation = "migri"
certificates = [{{issuer = '{issuer}', subject = '{subject}'}}]

[[caller]]
name = "kassan-palvelutalo"
organisation = "esimerkkikassa"
x-road = [{{client = "{GO_BETWEEN}", represents = "COM/3456789-0"}}]

[[caller]]
name = "atlantis"
organisation = "atlantis"
certificates = [{{sha256 = "{sha256(LOST)}"}}]
x-road = [{{client = "FI/GOV/atlantis"}}]

[[security-server]]
certificates = [{{sha256 = "{sha256(SERVERS)}"}}]
""",
        encoding="utf-8",
    )
    return path


@contextmanager
def sent_from(service: Service, address: str) -> Iterator[Service]:
    """The service as it is called from an address of the loopback."""
    with httpx2.Client(
        base_url=service.url,
        timeout=PATIENCE,
        transport=httpx2.HTTPTransport(local_address=address),
        follow_redirects=False,
    ) as client:
        yield replace(service, client=client)


def refused(response: Any, header: str, code: str = PEER_NOT_TRUSTED) -> None:
    """Refused for one header, by name and reason, and nothing that was sent is told."""
    body = problem(response, 401, "proof-refused")
    assert [(each["header"], each["code"]) for each in body["errors"]] == [(header, code)], body
    assert response.headers["www-authenticate"].startswith("Bearer")


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}
