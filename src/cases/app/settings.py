"""All settings in one place: the only reader of the environment.

Every setting is an environment variable ``CASES_<NAME>``; `docs/configuration.md` lists them.
"""

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cases.domain.law.load import DEFAULT_TIMELINE


class Environment(StrEnum):
    """Where the program runs. Development aids refuse to run in production."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


def _timeline(text: object) -> tuple[tuple[str, date], ...]:
    """``681/2023=2025-01-01 …``: editions, each with the day it applies from."""
    if not isinstance(text, str):
        return tuple(text)  # type: ignore[arg-type]
    pairs = (entry.rpartition("=") for entry in text.split())
    return tuple((edition, date.fromisoformat(day)) for edition, _, day in pairs)


Timeline = Annotated[tuple[tuple[str, date], ...], NoDecode, PlainValidator(_timeline)]
"""``NoDecode``: what the environment says is this text, no JSON."""


Network = IPv4Network | IPv6Network
"""Addresses, such as ``10.2.0.0/16`` or ``10.2.3.4``."""


def _networks(text: object) -> tuple[Network, ...]:
    """``10.2.3.4 10.9.0.0/16 …``: addresses and networks, none of which is everybody."""
    found = tuple(map(ip_network, text.split() if isinstance(text, str) else tuple(text)))  # type: ignore[arg-type]
    if any(network.prefixlen == 0 for network in found):
        raise ValueError("everybody can't be trusted")
    return found


Networks = Annotated[tuple[Network, ...], NoDecode, PlainValidator(_networks)]


def _web_address(text: str) -> str:
    """``https://idp.example`` or with http."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not text.isprintable() or " " in text:
        raise ValueError("it must be an http or https address with a host")
    return text


WebAddress = Annotated[str, AfterValidator(_web_address)]


def _name(text: str) -> str:
    """One word: a token names an audience letter by letter, so a blank in it is a slip.

    An empty one names nothing, and a host that is empty is every address of the machine.
    """
    if not text or not text.isprintable() or " " in text:
        raise ValueError("it must be a name without blanks")
    return text


Name = Annotated[str, AfterValidator(_name)]


def _place(value: object) -> object:
    """An empty text would be the folder in which the process happens to run."""
    if not value:
        raise ValueError("it must name a file or folder")
    return value


Place = Annotated[Path, BeforeValidator(_place)]


def _connection(text: SecretStr) -> SecretStr:
    """What PostgreSQL's client takes for the address of a database; nothing of it is told.

    An empty one is to the client whatever server is nearest.
    """
    from cases.app.store.connections import is_address

    if not text.get_secret_value().strip() or not is_address(text.get_secret_value()):
        raise ValueError("it must be the address of a database: postgresql://…")
    return text


Connection = Annotated[SecretStr, AfterValidator(_connection)]


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="CASES_", frozen=True, extra="forbid")

    environment: Environment = Environment.PRODUCTION
    database_url: Connection | None = None
    """PostgreSQL 15 or newer; without it, development starts an embedded server below ``state``."""
    listen_url: Connection | None = None
    """A direct connection for LISTEN, where ``database_url`` goes through a pooler."""
    state: Place = Path(".state")
    """Folder of the embedded server, the development keyring and the development provider."""
    keyring: Place | None = None
    """File of wrapping keys; by default ``keyring.json`` in ``state`` (development only)."""
    organisations: Place | None = None
    """Register of organisations (YAML or CSV) until one is imported; in development the fictional
    one by default."""
    timeline: Timeline = DEFAULT_TIMELINE
    """Editions of the Act and the legal day each applies from: ``681/2023=2025-01-01``."""
    issuer: WebAddress = "http://127.0.0.1:8090"
    """Issuer of access tokens. Not even the default is taken for granted in production."""
    jwks_url: WebAddress | None = None
    """Where the issuer's keys are; by default ``<issuer>/jwks``."""
    audience: Name = "cases"
    """Audience that access tokens must name."""
    trusted_proxies: Networks = ()
    """Addresses of proxies that end TLS and hand on client certificates (``Client-Cert``)."""
    security_servers: Networks = ()
    """Addresses of the X-Road security servers that call without a proxy between."""
    callers: Place | None = None
    """File (TOML) of the systems that call with a certificate or over X-Road."""
    host: Name = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    idp_port: int = Field(default=8090, ge=0, le=65535)
    """Port of the development identity provider."""
    threads: int = Field(default=8, ge=1, le=64)
    """Threads that answer requests; each has a connection, so the pools are of the same size."""
    max_body: int = Field(default=1_048_576, ge=1024)
    """Largest request body, in bytes."""
    body_timeout: float = Field(default=20.0, gt=0, le=300)
    """Seconds within which the body of a request has to be here; after them, 408."""
    requests_per_minute: int = Field(default=1200, ge=0)
    """Requests one caller may send in a minute, to one process; 0 is no limit."""
    max_under_way: int = Field(default=256, ge=1)
    """Requests that may be under way at once; while there are as many, others get 503."""
    stop_delay: float = Field(default=0.0, ge=0, le=300)
    """Seconds from being told to stop until no connection is taken any more; ``/health/ready``
    fails in them."""
    allow_test_codes: bool = False
    """Accept identity codes of the official test series (individual numbers 900–999)."""
    lag_limit: float = Field(default=60.0, gt=0)
    """Seconds a projection may lag before ``/health/ready`` fails."""
    turn_limit: float = Field(default=60.0, ge=0.1)
    """Seconds a worker may stand still within a page before the server gives it to another."""

    draft_days: int = Field(default=30, ge=1, le=365)
    """Days after its last change for which a draft is kept."""
    notice_days: int = Field(default=180, ge=1, le=365)
    """Days for which a notice from another authority is kept while nobody handles it."""

    @model_validator(mode="after")
    def _who_hands_on_is_one_or_the_other(self) -> Self:
        for proxy in self.trusted_proxies:
            if any(_overlap(proxy, server) for server in self.security_servers):
                msg = (
                    "CASES_TRUSTED_PROXIES and CASES_SECURITY_SERVERS have an address in common: "
                    "what strangers send through that proxy would be believed"
                )
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _production_leaves_nothing_to_default(self) -> Self:
        if self.environment is Environment.PRODUCTION:
            is_told = {
                "CASES_DATABASE_URL": self.database_url is not None,
                "CASES_KEYRING": self.keyring is not None,
                "CASES_ISSUER": "issuer" in self.model_fields_set,
            }
            missing = [name for name, told in is_told.items() if not told]
            if missing:
                msg = (
                    f"production needs {', '.join(missing)} (or set CASES_ENVIRONMENT=development)"
                )
                raise ValueError(msg)
        return self

    @property
    def is_production(self) -> bool:
        """Whether development aids must refuse to run."""
        return self.environment is Environment.PRODUCTION

    @property
    def keys_url(self) -> str:
        """Where the issuer's keys are."""
        return self.jwks_url or f"{self.issuer}/jwks"


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


class _Stated(BaseSettings):
    """Only what is said about where the program runs, and what there is of an installation."""

    model_config = SettingsConfigDict(env_prefix="CASES_", frozen=True, extra="ignore")

    environment: Environment | None = None
    database_url: SecretStr | None = None
    keyring: str | None = None
    organisations: str | None = None


def stated_environment() -> Environment | None:
    """Where the environment says the program runs; None where it says nothing.

    Commands that exist for development only never run where production is said. Where nothing is
    said they run only if nothing of an installation is configured (see ``configured``).
    """
    return _Stated().environment


def configured() -> tuple[str, ...]:
    """The variables that are set of those which make an installation, and hence may mean real
    data: database, keyring, organisations."""
    stated = _Stated()
    parts = {
        "CASES_DATABASE_URL": stated.database_url,
        "CASES_KEYRING": stated.keyring,
        "CASES_ORGANISATIONS": stated.organisations,
    }
    return tuple(name for name, value in parts.items() if value is not None)
