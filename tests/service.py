"""The whole product on a loopback socket, over a database of its own, as tests from outside use it.

What every request was answered is kept, and checked once more when the service ends: against the
published document, and against the log lines the requests left.
"""

import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2
import psycopg
from joserfc import jwt
from joserfc.jwk import ECKey
from psycopg.rows import dict_row

from cases.app.bootstrap import System, open_system
from cases.app.clock import SimulationClock
from cases.app.embedded import Database
from cases.app.http.api import create_app
from cases.app.http.idp import DevelopmentProvider
from cases.app.http.keys import GivenKeys, Keys
from cases.app.serving import Server, listen
from cases.app.settings import Environment, Settings
from cases.app.worker import Worker
from tests.leaks import FAMILY_NAME, look_at_sessions, watched
from tests.patience import PATIENCE

START: Final = datetime(2025, 2, 3, 8, 0, tzinfo=UTC)
"""Ten in the morning in Helsinki, the day on which every service begins."""

MARKER: Final = FAMILY_NAME
"""A family name that everybody has here, and that no refusal and no log line may hold."""

VAASA: Final = "officer@vaasa"
ESPOO: Final = "officer@espoo"
AUDITOR: Final = "auditor@tarkastus"
OPERATOR: Final = "operator@keha"
EMPLOYMENT: Final = "officer@vaasan-seutu"
NURSE: Final = "professional@pohjanmaa"

WORK: Final = "ORGANISING_SERVICES"
PURPOSES: Final[Mapping[str, str]] = {
    "officer": WORK,
    "professional": WORK,
    "auditor": "DATA_PROTECTION_AUDIT",
    "operator": "KEEPING_THE_SYSTEM_RUNNING",
    "register": "NOTIFYING_MUNICIPALITIES",
}

_CHECK: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_numbers = itertools.count()


def identity_code() -> str:
    """A valid identity code of the test series, never the same twice."""
    number = next(_numbers)
    born = date(1960, 1, 1) + timedelta(days=number // 98)
    individual = 901 + number % 98
    check = _CHECK[int(f"{born:%d%m%y}{individual}") % 31]
    return f"{born:%d%m%y}-{individual}{check}"


def opening(code: str | None = None, **changed: Any) -> dict[str, Any]:
    """The body of an act that opens a case."""
    person = {"identityCode": code or identity_code(), "names": {"given": "X", "family": MARKER}}
    return {"origin": "OWN_WORK", "learnedOn": "2025-01-30", "person": person, **changed}


MAKERS: Final = [{"name": f"Olli {MARKER}", "organisation": "vaasa"}]
PLAN: Final[dict[str, Any]] = {
    "kind": "INTEGRATION",
    "validFrom": "2025-02-03",
    "validUntil": "2026-02-03",
    "goals": [{"term": "LONG", "kind": "EMPLOYMENT", "text": f"{MARKER} bakes"}],
    "measures": [{"service": "CIVIC_ORIENTATION", "provider": "vaasa", "serves": "society"}],
    "followUp": "monthly call",
    "nextReviewOn": "2025-06-02",
    "makers": MAKERS,
}
REHABILITATION: Final = {"service": "REHABILITATION", "provider": "pohjanmaa", "serves": "work"}
TOGETHER: Final[dict[str, Any]] = {
    "measures": [*PLAN["measures"], REHABILITATION],
    "parties": ["vaasa", "pohjanmaa"],
}
"""What makes a plan one that Vaasa agrees on with the welfare area."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A request that was answered. ``path`` is the address below the server, without the query."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    content: Any

    @property
    def request_id(self) -> str:
        return self.headers["request-id"]


@dataclass(slots=True)
class Case:
    """A case a test works on: its id, the tag it was last answered with, the person's code."""

    case_id: str
    etag: str
    code: str
    plan: str = ""
    measures: tuple[str, ...] = ()
    assessment: str = ""
    expert: str = ""
    referral: str = ""
    request: str = ""
    consent: str = ""
    service: str = ""
    representation: str = ""
    duplicate: str = ""

    @property
    def path(self) -> str:
        return f"/cases/{self.case_id}"

    @property
    def version(self) -> int:
        return int(self.etag.strip('"').split(".")[0])


@dataclass
class Service:
    """The product, being served."""

    system: System
    database: Database
    clock: SimulationClock
    provider: DevelopmentProvider
    key: ECKey
    url: str
    client: httpx2.Client
    worker: Worker
    logged: io.StringIO
    inside: psycopg.Connection[dict[str, Any]]
    heard: list[Heard] = field(default_factory=list)
    secrets: set[str] = field(default_factory=lambda: {MARKER})

    # ------------------------------------------------------------- who calls

    def token(self, person: str) -> str:
        """A token of the development provider for ``role@organisation``."""
        return self.provider.mint(person)

    def signed(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A token signed with a key the product trusts; claims given as None are left out."""
        now = int(self.clock.now().timestamp())
        wanted = {
            "iss": self.system.settings.issuer,
            "aud": self.system.settings.audience,
            "sub": "pairwise-7",
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + 600,
            "organisation": "vaasa",
            "roles": ["OFFICER"],
            **claims,
        }
        protected = {"alg": "ES256", "typ": "at+jwt", "kid": "outside", **(header or {})}
        content = {name: value for name, value in wanted.items() if value is not None}
        return jwt.encode(protected, content, self.key, algorithms=["ES256"])

    # -------------------------------------------------------------- requests

    def send(
        self,
        method: str,
        path: str,
        *,
        by: str | None = VAASA,
        purpose: str | None = "",
        key: str | None = None,
        tag: str | None = None,
        body: object = None,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        content: bytes | Iterator[bytes] | None = None,
        **more: Any,
    ) -> httpx2.Response:
        """Send a request below ``/v1`` and remember the answer.

        ``by`` is who calls (None: nobody), ``purpose`` what for (empty: the usual one of the
        caller's role; None: not said). ``body`` is sent as JSON, ``content`` as it stands.
        """
        sent: list[tuple[str, str]] = []
        if by is not None:
            sent.append(("Authorization", f"Bearer {self.token(by)}"))
        if purpose == "":
            purpose = PURPOSES[by.partition("@")[0]] if by else WORK
        if purpose is not None:
            sent.append(("Purpose-Of-Use", purpose))
        if key is not None:
            sent.append(("Idempotency-Key", f'"{key}"'))
        if tag is not None:
            sent.append(("If-Match", tag))
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            sent.append(("Content-Type", "application/json"))
        given = list(headers.items() if isinstance(headers, Mapping) else headers)
        replaced = {name.lower() for name, _ in given}
        sent = [(name, value) for name, value in sent if name.lower() not in replaced]
        address = path if path.startswith(("/health", "/metrics", "/problems")) else f"/v1{path}"
        response = self.client.request(
            method, address, headers=[*sent, *given], content=content, **more
        )
        self._remember(response)
        return response

    def get(self, path: str, **how: Any) -> httpx2.Response:
        """Read."""
        return self.send("GET", path, **how)

    def post(self, path: str, body: object = None, **how: Any) -> httpx2.Response:
        """Act, or look somebody up. A key of its own unless one is given."""
        how.setdefault("key", str(uuid4()))
        return self.send("POST", path, body=body, **how)

    def _remember(self, response: httpx2.Response) -> None:
        kind = response.headers.get("content-type", "")
        self.heard.append(
            Heard(
                method=response.request.method,
                path=response.request.url.path,
                status=response.status_code,
                headers=response.headers,
                content=response.json() if "json" in kind and response.content else None,
            )
        )

    # ------------------------------------------------------------------ acts

    def open_case(self, by: str = VAASA, code: str | None = None) -> Case:
        """A case just opened, for a person of its own, or who has the code."""
        code = code or identity_code()
        self.secrets.add(code)
        response = self.post("/cases", opening(code), by=by)
        assert response.status_code == 201, response.text
        return Case(response.json()["caseId"], response.headers["etag"], code)

    def act(self, case: Case, where: str, body: object, by: str = VAASA, **how: Any) -> Any:
        """An act that is recorded; the first fact it recorded."""
        response = self.post(f"{case.path}{where}", body, by=by, tag=case.etag, **how)
        assert response.status_code == 201, response.text
        case.etag = response.headers["etag"]
        return response.json()["recorded"][0]["content"]

    def assessed(self, by: str = VAASA) -> Case:
        """A case whose assessment is completed, and finds the need of a plan."""
        case = self.open_case(by)
        granted = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2024-09-16", "group": "OTHER"}
        self.act(case, "/residence-basis", granted, by)
        status = {"status": "UNEMPLOYED_JOBSEEKER", "from": "2024-11-01"}
        self.act(case, "/labour-market-status", status, by)
        started = self.act(case, "/assessments", {"kind": "ORDINARY", "ground": "14.1.1"}, by)
        case.assessment = started["assessmentId"]
        finding = {"item": "LITERACY", "text": f"{MARKER} reads", "source": {"kind": "PERSON"}}
        completion = {
            "findings": [finding],
            "plan": {"outcome": "AS_SOON_AS_POSSIBLE"},
            "makers": MAKERS,
        }
        self.act(case, f"/assessments/{case.assessment}/completion", completion, by)
        return case

    def planned(self, by: str = VAASA) -> Case:
        """A case with a plan in force, drawn up on the first day."""
        case = self.assessed(by)
        drawn_up = self.act(case, "/plans", {**PLAN, "noJobSearchReason": "studies"}, by)
        case.plan = drawn_up["planId"]
        case.measures = tuple(each["measureId"] for each in drawn_up["measures"])
        return case

    def order_expert(self, case: Case, by: str = VAASA, **how: Any) -> None:
        """Order an expert assessment from the welfare area."""
        ordered = {"clarifies": "health", "by": "pohjanmaa", **how}
        where = f"/assessments/{case.assessment}/expert-assessments"
        case.expert = self.act(case, where, ordered, by)["expertAssessmentId"]

    def refer(self, case: Case, by: str = VAASA, to: str = "vaasan-seutu") -> None:
        """Refer the client to an employment authority, which has yet to answer."""
        referral = {"to": to, "reason": "INTENDS_TO_REGISTER"}
        case.referral = self.act(case, "/referrals", referral, by)["referralId"]

    def begin_draft(self, case: Case, by: str = VAASA) -> str:
        """Begin a draft of a plan; its id."""
        draft = {"act": "drawUpPlan", "body": {"followUp": f"{MARKER} calls"}}
        response = self.post(f"{case.path}/drafts", draft, by=by)
        assert response.status_code == 201, response.text
        return str(response.json()["draftId"])

    def settle(self) -> None:
        """Bring the ledger and the lists up to date."""
        self.worker.settle()

    # -------------------------------------------------- what the database has

    def rows(self, query: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Rows of the database, read past all rights."""
        cursor = self.inside.execute(query.encode(), params)
        return cursor.fetchall() if cursor.description else []

    def facts(self) -> int:
        """How many facts there are in the log."""
        return int(self.rows("select count(*) as n from log.event")[0]["n"])

    def trail(self, response: httpx2.Response) -> list[dict[str, Any]]:
        """The lines of the access trail that a request left."""
        return self.rows(
            "select * from trail.access where request_id = %s order by seq",
            [response.headers["request-id"]],
        )

    def lines(self) -> list[dict[str, Any]]:
        """The log lines so far."""
        return [json.loads(line) for line in self.logged.getvalue().splitlines()]


def problem(response: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that was answered, which must be this one, and repeat nothing that was sent."""
    assert response.status_code == status, (response.status_code, response.text)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "private, no-store"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["type"] == f"/problems/{code}"
    assert body["instance"] == f"urn:uuid:{response.headers['request-id']}"
    assert body["title"]
    assert body["detail"]
    assert MARKER not in response.text + str(response.headers)
    return body


def template(document: Mapping[str, Any], method: str, path: str) -> str | None:
    """The path of the published document that a request belongs to; None where there is none."""
    asked = path.removeprefix("/v1")
    for known, item in document["paths"].items():
        pattern = re.sub(r"\\\{editionId\\\}", ".+", re.escape(known))
        pattern = re.sub(r"\\\{[A-Za-z]+\\\}", "[^/]+", pattern)
        if method.lower() in item and re.fullmatch(pattern, asked):
            return str(known)
    return None


@contextmanager
def serve(
    database: Database,
    state: Path,
    logged: io.StringIO,
    *,
    clock: SimulationClock | None = None,
    patience: float = PATIENCE,
    keys: Keys | None = None,
    **settings: Any,
) -> Iterator[Service]:
    """The product over a database, on a free port of the loopback, with a clock that is set.

    ``keys`` are those of the development provider and one more by default. ``settings`` are
    settings of the product; by default those of development with test codes.
    """
    clock = clock or SimulationClock(START)
    wanted: dict[str, Any] = {
        "environment": "development",
        "database_url": database.url,
        "state": state,
        "allow_test_codes": True,
        "requests_per_minute": 0,
        # On a busy machine a test may wait long before it lets the lists follow.
        "lag_limit": 3600.0,
        "body_timeout": PATIENCE,
        **settings,
    }
    key = ECKey.generate_key("P-256", {"kid": "outside", "use": "sig", "alg": "ES256"})
    with open_system(Settings(**wanted), clock) as system:
        provider = DevelopmentProvider(
            state,
            Environment.DEVELOPMENT,
            issuer=system.settings.issuer,
            audience=system.settings.audience,
            organisations=system.organisations.ids(),
            find=system.organisations.find,
            now=clock.now,
            new_id=uuid4,
        )
        given = {"keys": [*provider.jwks()["keys"], key.as_dict(private=False)]}
        app = create_app(system, keys or GivenKeys(given))
        threads = system.settings.threads
        with (
            Server(
                watched(app),
                listen("127.0.0.1", 0),
                threads=threads,
                unreadable=app.unreadable,
            ) as server,
            httpx2.Client(
                base_url=server.url, timeout=patience, trust_env=False, follow_redirects=False
            ) as client,
            psycopg.connect(
                database.superuser_url, autocommit=True, row_factory=dict_row
            ) as inside,
        ):
            yield Service(
                system=system,
                database=database,
                clock=clock,
                provider=provider,
                key=key,
                url=server.url,
                client=client,
                worker=Worker(system),
                logged=logged,
                inside=inside,
            )
            look_at_sessions(inside)
