"""What the environment says is read as the pages write it."""

from datetime import date
from ipaddress import ip_network

import pytest
from pydantic import ValidationError

from cases.app.settings import Environment, Settings
from cases.domain.law.load import DEFAULT_TIMELINE


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("681/2023=2025-01-01", (("681/2023", date(2025, 1, 1)),)),
        ("681/2023@2025=2025-01-01", (("681/2023@2025", date(2025, 1, 1)),)),
        (
            "681/2023=2025-01-01 681/2023@2025=2026-01-01",
            (("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2026, 1, 1))),
        ),
    ],
)
def test_the_timeline_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, said: str, meant: object
) -> None:
    monkeypatch.setenv("CASES_TIMELINE", said)
    assert Settings(environment=Environment.TEST).timeline == meant


def test_without_a_word_the_default_timeline_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASES_TIMELINE", raising=False)
    assert Settings(environment=Environment.TEST).timeline == DEFAULT_TIMELINE


@pytest.mark.guarantee("CA-2")
def test_who_is_trusted_is_read_from_the_environment_and_nobody_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(environment=Environment.TEST)
    assert (settings.trusted_proxies, settings.security_servers, settings.callers) == ((), (), None)
    monkeypatch.setenv("CASES_TRUSTED_PROXIES", "10.2.3.4  fd00::/64")
    monkeypatch.setenv("CASES_SECURITY_SERVERS", "10.9.0.0/16")
    settings = Settings(environment=Environment.TEST)
    assert settings.trusted_proxies == (ip_network("10.2.3.4"), ip_network("fd00::/64"))
    assert settings.security_servers == (ip_network("10.9.0.0/16"),)


@pytest.mark.guarantee("CL-2")
@pytest.mark.parametrize(
    "said",
    [
        {"ISSUER": "https://idp.example/realms/a/", "JWKS_URL": "http://10.0.0.7:8080/certs"},
        {"ISSUER": "http://[::1]:8090"},
        {"AUDIENCE": "https://cases.example"},
        {"LISTEN_URL": "postgresql://u:secret@db.example:5432/cases?sslmode=require"},
        {"LISTEN_URL": "host=/run/postgresql dbname=cases"},
        {"HOST": "::"},
    ],
)
def test_addresses_and_names_that_can_be_meant_are_taken(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    for name, value in said.items():
        monkeypatch.setenv(f"CASES_{name}", value)
    Settings(environment=Environment.TEST)


@pytest.mark.guarantee("CA-2")
@pytest.mark.parametrize(
    ("proxies", "servers", "said"),
    [
        ("0.0.0.0/0", "", "everybody"),
        ("", "::/0", "everybody"),
        ("10.2.3.4/16", "", "host bits"),
        ("proxy.example", "", "does not appear"),
        ("10.2.0.0/16", "10.2.3.4", "in common"),
        ("10.2.3.4 127.0.0.1", "127.0.0.0/8", "in common"),
    ],
)
def test_addresses_that_can_t_be_meant_are_refused(
    monkeypatch: pytest.MonkeyPatch, proxies: str, servers: str, said: str
) -> None:
    monkeypatch.setenv("CASES_TRUSTED_PROXIES", proxies)
    monkeypatch.setenv("CASES_SECURITY_SERVERS", servers)
    with pytest.raises(ValidationError, match=said):
        Settings(environment=Environment.TEST)


@pytest.mark.parametrize("name", ["state", "keyring", "organisations", "callers"])
def test_an_empty_place_is_not_the_folder_one_happens_to_be_in(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"CASES_{name.upper()}", "")
    with pytest.raises(ValidationError, match="it must name a file or folder"):
        Settings(environment=Environment.TEST)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("database_url", "address of a database"),
        ("listen_url", "address of a database"),
        ("issuer", "http or https"),
        ("jwks_url", "http or https"),
        ("host", "a name without blanks"),
        ("audience", "a name without blanks"),
    ],
)
def test_an_empty_address_is_not_whatever_is_nearest(
    monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    monkeypatch.setenv(f"CASES_{name.upper()}", "")
    with pytest.raises(ValidationError, match=told):
        Settings(environment=Environment.TEST)
