"""The development identity provider: real tokens, for invented people, never in production."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from cases.app.access.principal import Role
from cases.app.http.idp import (
    KEPT_KEYS,
    DevelopmentProvider,
    NoSuchPerson,
    OnlyForDevelopment,
    provider_app,
)
from cases.app.http.keys import GivenKeys
from cases.app.http.tokens import NotAuthentic, TokenVerifier
from cases.app.settings import Environment
from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REGISTER = {
    "vaasa": OrganisationKind.MUNICIPALITY,
    "<b>&": OrganisationKind.AUDITOR,
}


def find(name: str) -> Organisation | None:
    return Organisation(id=name, kind=REGISTER[name]) if name in REGISTER else None


def provider(
    folder: Path,
    environment: Environment = Environment.TEST,
    new_id: Callable[[], UUID] = uuid4,
) -> DevelopmentProvider:
    return DevelopmentProvider(
        folder,
        environment,
        issuer="http://idp.example/",
        audience="cases",
        organisations=REGISTER,
        find=find,
        now=lambda: NOW,
        new_id=new_id,
    )


def verifier(idp: DevelopmentProvider, *, development: bool = True) -> TokenVerifier:
    return TokenVerifier(
        GivenKeys(idp.jwks()),
        issuer="http://idp.example",
        audience="cases",
        now=lambda: NOW,
        find=find,
        development=development,
    )


@pytest.mark.guarantee("TK-7")
def test_it_refuses_to_be_made_in_production(tmp_path: Path) -> None:
    with pytest.raises(OnlyForDevelopment):
        provider(tmp_path, Environment.PRODUCTION)
    assert not list(tmp_path.iterdir())


@pytest.mark.guarantee("TK-7")
def test_its_tokens_count_nowhere_but_in_development(tmp_path: Path) -> None:
    idp = provider(tmp_path)
    principal = verifier(idp).verify(idp.mint("officer@vaasa"))
    assert principal.subject == "officer@vaasa"
    assert principal.roles == {Role.OFFICER}
    with pytest.raises(NotAuthentic):
        verifier(idp, development=False).verify(idp.mint("officer@vaasa"))


@pytest.mark.parametrize("person", ["", "officer", "calendar@vaasa", "officer@nowhere", "@vaasa"])
def test_there_are_no_other_people(tmp_path: Path, person: str) -> None:
    with pytest.raises(NoSuchPerson):
        provider(tmp_path).mint(person)


@pytest.mark.guarantee("TK-7")
def test_the_key_is_kept_where_nobody_else_reads_it(tmp_path: Path) -> None:
    first = provider(tmp_path / "state")
    token = first.mint("officer@vaasa")
    (file,) = (tmp_path / "state").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert verifier(provider(tmp_path / "state")).verify(token)


@pytest.mark.guarantee("TK-7")
def test_a_token_outlives_the_rotations_it_is_told_to(tmp_path: Path) -> None:
    idp = provider(tmp_path)
    token = idp.mint("officer@vaasa")
    for _ in range(KEPT_KEYS - 1):
        idp.rotate()
    assert verifier(idp).verify(token)
    idp.rotate()
    with pytest.raises(NotAuthentic):
        verifier(idp).verify(token)
    assert all("d" not in key for key in idp.jwks()["keys"])


def test_it_serves_discovery_keys_tokens_and_a_page(tmp_path: Path) -> None:
    idp = provider(tmp_path)
    with TestClient(provider_app(idp)) as client:
        found = client.get("/.well-known/openid-configuration").json()
        assert found["issuer"] == "http://idp.example"
        assert client.get("/jwks").json() == idp.jwks()
        form = {"grant_type": "client_credentials", "person": "officer@vaasa"}
        answer = client.post("/token", data=form)
        assert answer.headers["cache-control"] == "no-store"
        assert verifier(idp).verify(answer.json()["access_token"]).subject == "officer@vaasa"
        for wrong in ({**form, "person": "x"}, {**form, "grant_type": "password"}, {}):
            assert client.post("/token", data=wrong).status_code == 400
        page = client.get("/").text
        assert "officer@vaasa" in page
        assert "auditor@&lt;b&gt;&amp;" in page
        assert client.post("/rotate").status_code == 200
        assert len(client.get("/jwks").json()["keys"]) == 2
