"""The development identity provider: discovery, keys, tokens, and a page to pick a person from.

Its people are ``role@organisation``, such as ``officer@vaasa``. Its tokens say ``dev`` and count
nowhere else; it refuses to be made in production.
"""

import json
import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from cases.app.access.principal import FROM_OUTSIDE
from cases.app.settings import Environment
from cases.domain.case.act import Organisation

LIFETIME: Final = timedelta(hours=8)
KEPT_KEYS: Final = 3
"""The signing key and those before it: tokens outlive a rotation."""

_FILE: Final = "development-idp.json"
_LARGEST_FORM: Final = 4096
_ROLES: Final = {role.value.lower(): role for role in sorted(FROM_OUTSIDE)}


class OnlyForDevelopment(RuntimeError):
    """The development identity provider was asked to run in production."""


class NoSuchPerson(ValueError):
    """There is no such ``role@organisation`` here."""


class DevelopmentProvider:
    """Signs tokens for invented people, with a key kept in the state folder (readable by us only).

    ``organisations`` are the ids in the register; ``find`` tells what one is; ``now`` is the
    instant (UTC) and ``new_id`` makes the ids of keys and tokens.
    Raises OnlyForDevelopment where the environment is production.
    """

    def __init__(  # noqa: PLR0913 - everything comes from the composition root
        self,
        folder: Path,
        environment: Environment,
        *,
        issuer: str,
        audience: str,
        organisations: Iterable[str],
        find: Callable[[str], Organisation | None],
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        if environment not in (Environment.DEVELOPMENT, Environment.TEST):
            raise OnlyForDevelopment("the development identity provider runs in development only")
        self.issuer = issuer.rstrip("/")
        self.audience = audience
        self._organisations = tuple(organisations)
        self._find = find
        self._now = now
        self._new_id = new_id
        self._path = folder / _FILE
        self._keys = _read(self._path) or [self._new_key()]
        self._write()

    def people(self) -> tuple[str, ...]:
        """Everybody there is."""
        return tuple(f"{role}@{each}" for each in self._organisations for role in _ROLES)

    def mint(self, person: str, lifetime: timedelta = LIFETIME) -> str:
        """A signed access token for ``role@organisation``. Raises NoSuchPerson."""
        role, _, organisation = person.partition("@")
        if role not in _ROLES or self._find(organisation) is None:
            raise NoSuchPerson("people are role@organisation, such as officer@vaasa")
        now = int(self._now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": person,
            "client_id": "development",
            "jti": str(self._new_id()),
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            "organisation": organisation,
            "roles": [_ROLES[role].value],
            "dev": True,
        }
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._keys[0].kid}
        return jwt.encode(header, claims, self._keys[0], algorithms=["ES256"])

    def jwks(self) -> dict[str, Any]:
        """The public keys, as a JWK set."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def rotate(self) -> None:
        """Sign with a new key from now on; the last ones still check older tokens."""
        self._keys = [self._new_key(), *self._keys][:KEPT_KEYS]
        self._write()

    def _new_key(self) -> ECKey:
        parameters: KeyParameters = {"kid": str(self._new_id()), "use": "sig", "alg": "ES256"}
        return ECKey.generate_key("P-256", parameters)

    def _write(self) -> None:
        """Write the keys to a file nobody else can read, whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        keys = {"keys": [key.as_dict(private=True) for key in self._keys]}
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(keys, file)
        beside.replace(self._path)


def provider_app(provider: DevelopmentProvider) -> Starlette:
    """The provider as an app: what ``cases dev idp`` serves."""
    endpoints = _Endpoints(provider)
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", endpoints.discovery),
            Route("/.well-known/oauth-authorization-server", endpoints.discovery),
            Route("/jwks", endpoints.jwks),
            Route("/token", endpoints.token, methods=["POST"]),
            Route("/rotate", endpoints.rotate, methods=["POST"]),
            Route("/", endpoints.page),
        ]
    )


class _Endpoints:
    def __init__(self, provider: DevelopmentProvider) -> None:
        self._provider = provider

    async def discovery(self, _: Request) -> Response:
        issuer = self._provider.issuer
        return JSONResponse(
            {
                "issuer": issuer,
                "jwks_uri": f"{issuer}/jwks",
                "token_endpoint": f"{issuer}/token",
                "grant_types_supported": ["client_credentials"],
                "response_types_supported": [],
                "token_endpoint_auth_methods_supported": ["none"],
            }
        )

    async def jwks(self, _: Request) -> Response:
        return JSONResponse(self._provider.jwks())

    async def token(self, request: Request) -> Response:
        """An access token for ``grant_type=client_credentials&person=officer@vaasa``."""
        form = await _form(request)
        if form.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type")
        try:
            token = self._provider.mint(form.get("person", ""))
        except NoSuchPerson:
            return _oauth_error("invalid_request")
        answer = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(LIFETIME.total_seconds()),
        }
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def rotate(self, _: Request) -> Response:
        self._provider.rotate()
        return HTMLResponse(self._page("A new signing key is in use."))

    async def page(self, _: Request) -> Response:
        return HTMLResponse(self._page())

    def _page(self, notice: str = "") -> str:
        options = "".join(f"<option>{escape(each)}</option>" for each in self._provider.people())
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            "<title>Development identity provider</title>"
            "<h1>Who do you want to be?</h1>"
            "<p>Invented people, for development only.</p>"
            f"<p>{escape(notice)}</p>"
            '<form method="post" action="token">'
            '<input type="hidden" name="grant_type" value="client_credentials">'
            f'<label>Person <select name="person">{options}</select></label> '
            "<button>Get a token</button></form>"
            '<form method="post" action="rotate"><button>Rotate the signing key</button></form>'
            "</html>"
        )


async def _form(request: Request) -> dict[str, str]:
    """A small urlencoded form; of repeated members the first."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _LARGEST_FORM:
            return {}
    return {name: values[0] for name, values in parse_qs(raw.decode("utf-8", "replace")).items()}


def _oauth_error(error: str) -> Response:
    return JSONResponse({"error": error}, 400, headers={"Cache-Control": "no-store"})


def _read(path: Path) -> list[ECKey]:
    """The keys kept in the state folder, newest first; none where there is no such file."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    return [ECKey.import_key(entry) for entry in document["keys"]]
