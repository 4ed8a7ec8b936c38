"""The services that answer, each as processes of its own over a database of its own."""

import json
import os
import re
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa

from benchmarks.acts import our_log, whole_case
from benchmarks.ground import Ground
from benchmarks.plain.tables import Case, Plan, Table
from benchmarks.talking import PATIENCE
from benchmarks.web.script import BEGUN, Standing, history, plan
from cases.app.bootstrap import make_id, read_organisations
from cases.app.clock import WallClock
from cases.app.http.idp import DevelopmentProvider, provider_app
from cases.app.outcomes import Seen
from cases.app.serving import Server, listen
from cases.app.settings import Environment, Settings
from cases.app.store.entries import Appended

THREADS = 8
"""Threads that answer, and connections to the database, of one process: the product's default."""
COMMAND = "from cases.app.cli import main; main()"
"""``cases``, for ``python -c``."""
ONE_CALLER = {"CASES_REQUESTS_PER_MINUTE": "0"}
"""All requests come from one officer, who may ask as often as all officers together."""


@dataclass(frozen=True)
class Provider:
    """An identity provider the services trust: its keys, one officer's token, and anybody's.

    ``mint`` makes a token for ``role@organisation``.
    """

    issuer: str
    audience: str
    keys: Path
    token: str
    mint: Callable[[str], str]

    @property
    def headers(self) -> str:
        """The headers every request has."""
        return headers_of(self.token)


def headers_of(token: str, purpose: str = "ORGANISING_SERVICES") -> str:
    """The headers of a request of whoever has the token; lines with CRLF."""
    return (
        f"Authorization: Bearer {token}\r\n"
        f"Purpose-Of-Use: {purpose}\r\nAccept: application/json\r\n"
    )


@contextmanager
def provider(state: Path) -> Iterator[Provider]:
    """The development provider on a socket; its signatures are ES256, its files in ``state``."""
    with listen("127.0.0.1", 0) as listening:
        issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(environment=Environment.TEST, state=state, issuer=issuer)
        organisations, clock = read_organisations(settings), WallClock()
        development = DevelopmentProvider(
            state,
            settings.environment,
            issuer=issuer,
            audience=settings.audience,
            organisations=organisations.ids(),
            find=organisations.find,
            now=clock.now,
            new_id=lambda: make_id(clock),
        )
        keys = state / "jwks.json"
        keys.write_text(json.dumps(development.jwks()))
        with Server(provider_app(development), listening, threads=2):
            officer = development.mint("officer@espoo")
            yield Provider(issuer, settings.audience, keys, officer, development.mint)


class Service(ABC):
    """A service that is up."""

    name: ClassVar[str]
    does: ClassVar[str]

    def __init__(self, ground: Ground, trusted: Provider, processes: int) -> None:
        self.ground = ground
        self.url = self._database(f"http_{type(self).__name__.lower()}")
        self.trusted = trusted
        self.pids: list[int] = []
        self._stack = ExitStack()
        try:
            self.ports = self._start(processes)
        except BaseException:
            self.close()
            raise

    @abstractmethod
    def _database(self, name: str) -> str:
        """The address of a database of its own."""

    @abstractmethod
    def _start(self, processes: int) -> list[int]:
        """Start that many processes; where they listen."""

    @abstractmethod
    def stand(self, number: int) -> list[Standing]:
        """That many new cases, ready for their acts."""

    @abstractmethod
    def versions(self) -> dict[str, int]:
        """The version each case is at, counting only acts that are there with all they leave."""

    def close(self) -> None:
        """Stop the processes."""
        self._stack.close()

    def _process(self, name: str, command: Sequence[str], answering: str, **env: str) -> str:
        """Start a process and wait until its log says it is ready; what it said."""
        pid, said = running(self._stack, self.ground.state / f"{name}.log", command, answering, env)
        self.pids.append(pid)
        return said


def running(
    stack: ExitStack, log: Path, command: Sequence[str], answering: str, env: Mapping[str, str]
) -> tuple[int, str]:
    """Start a process of Python, ended with the stack, and wait until its log says it is ready.

    Its id, and what it said where ``answering`` has a group. Raises RuntimeError when it ends
    instead, or takes too long.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | env,
        )
    stack.callback(_end, process)
    patience = monotonic() + PATIENCE
    while monotonic() < patience and process.poll() is None:
        said = re.search(answering, log.read_text(errors="replace"))
        if said:
            return process.pid, said[1]
        sleep(0.05)
    raise RuntimeError(f"{log.stem} did not start; it said: {log.read_text()[-2000:]}")


class Ours(Service):
    """``cases serve``."""

    name = "cases serve"
    does = (
        "The product as installed: `cases serve`, settings at their defaults but for the limit on "
        "one caller's requests. The act is decided "
        "on a fold of the case's sealed facts, appended with its idempotency and access record, "
        "and logged."
    )

    def _database(self, name: str) -> str:
        return self.ground.migrated_database(name)

    def _start(self, processes: int) -> list[int]:
        env = ONE_CALLER | {
            "CASES_ENVIRONMENT": "development",
            "CASES_DATABASE_URL": self.url,
            "CASES_KEYRING": str(self.ground.keyring),
            "CASES_STATE": str(self.ground.state),
            "CASES_ISSUER": self.trusted.issuer,
            "CASES_AUDIENCE": self.trusted.audience,
            "CASES_THREADS": str(THREADS),
        }
        self._env = env
        ports = [
            int(
                self._process(
                    f"{type(self).__name__}-{number}",
                    ["-c", COMMAND, "serve", "--port", "0"],
                    r"Answering on http://[^:]+:(\d+)",
                    **env,
                )
            )
            for number in range(processes)
        ]
        self._after(env)
        return ports

    def _after(self, env: dict[str, str]) -> None:
        """Nothing else runs."""

    def stand(self, number: int) -> list[Standing]:
        """Appended to the log as one act each: how they came about is not what is measured."""
        standing = []
        with our_log(self.url, self.ground.keyring, 1) as ours:
            for _ in range(number):
                append = whole_case(history(), uuid4())
                assert isinstance(ours.log.append(append), Appended)
                seen = Seen.of(append.facts)
                tag = (
                    f'"{seen.version}.{seen.mark}.00000000"'  # what else it holds is not looked at
                )
                standing.append(Standing(str(append.stream_id), str(plan().plan_id), tag))
        return standing

    def versions(self) -> dict[str, int]:
        """Unbroken versions with payload, the record of their act, and their line in the trail."""
        query = """
            select e.stream_id, count(*), max(e.version)
              from log.event e
              left join trail.access t on t.case_id = e.stream_id and t.case_version = e.version
                                      and t.result = 'RECORDED'
             where e.sealed is not null
               and (e.version <= %(begun)s or (e.act_key is not null and t.id is not null))
             group by 1"""
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(query, {"begun": BEGUN}).fetchall()
        return {str(case_id): number * (number == last) for case_id, number, last in rows}


class OursWithWorker(Ours):
    """``cases serve`` while ``cases worker`` keeps ledger and read models up to date."""

    name = "cases serve, worker at work"
    does = (
        "The same while `cases worker` gives every fact its place in the ledger and keeps the "
        "read models: another process on the same cores."
    )

    def _after(self, env: dict[str, str]) -> None:
        self._process("worker", ["-c", COMMAND, "worker"], r"(Working)", **env)


class Plain(Service):
    """The plain service."""

    name = "plain service"
    does = (
        "FastAPI + SQLAlchemy 2.1 (ORM, psycopg, pool): case row and its plans by select, key "
        "looked up in the audit, the rule in simple form, update of case and plan guarded by the "
        "version, one audit row with act, key and content; one transaction. Same server "
        "settings, one log line. Nothing sealed, no history, no rule log."
    )

    def _database(self, name: str) -> str:
        return self.ground.empty_database(name)

    def _start(self, processes: int) -> list[int]:
        self._engine = sa.create_engine(
            sa.make_url(self.url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool
        )
        Table.metadata.create_all(self._engine)
        trusted = self.trusted
        arguments = [self.url, str(trusted.keys), trusted.issuer, trusted.audience, str(THREADS)]
        return [
            int(
                self._process(
                    f"plain-{number}",
                    ["-m", "benchmarks.plain", *arguments],
                    r"Answering on http://[^:]+:(\d+)",
                )
            )
            for number in range(processes)
        ]

    def stand(self, number: int) -> list[Standing]:
        """Rows as eight acts would have left them."""
        standing = [Standing(str(uuid4()), str(uuid4()), f'"{BEGUN}"') for _ in range(number)]
        with self._engine.begin() as connection:
            connection.execute(sa.insert(Case), [_case(each) for each in standing])
            connection.execute(sa.insert(Plan), [_plan(each) for each in standing])
        return standing

    def versions(self) -> dict[str, int]:
        """The case's version, where the audit has a line for every act that led to it."""
        query = """
            select c.id, c.version, count(a.id)
              from cases c left join audit a on a.case_id = c.id and a.result = 'RECORDED'
             group by 1"""
        with self._engine.begin() as connection:
            rows = connection.execute(sa.text(query)).all()
        return {
            str(case_id): version * (version == BEGUN + lines) for case_id, version, lines in rows
        }


def _case(each: Standing) -> dict[str, Any]:
    return {
        "id": UUID(each.case_id),
        "authority": "espoo",
        "origin": "KELA_NOTICE",
        "opened_on": plan().valid_from,
        "person": {
            "names": {"given": "Nadia", "family": "Example"},
            "citizenships": ["SY"],
            "motherTongue": "ar",
            "contact": {"address": "Esimerkkikuja 1 A 2, 02100 Espoo", "phone": "+358 2"},
        },
        "labour_market_status": "UNEMPLOYED_JOBSEEKER",
        "labour_market_status_from": plan().valid_from,
        "benefits": [],
        "version": BEGUN,
        "changed_at": datetime.now(UTC),
    }


def _plan(each: Standing) -> dict[str, Any]:
    drawn_up = plan()
    content = drawn_up.model_dump(mode="json", exclude_none=True)
    return {
        "id": UUID(each.plan_id),
        "case_id": UUID(each.case_id),
        "kind": drawn_up.kind.value,
        "drawn_up_on": drawn_up.valid_from,
        "valid_from": drawn_up.valid_from,
        "valid_until": drawn_up.valid_until,
        "next_review_on": drawn_up.next_review_on,
        "goals": content["goals"],
        "measures": [
            {**agreed.model_dump(mode="json"), "measure": str(agreed.measure_id)}
            for agreed in drawn_up.measures
        ],
        "follow_up": drawn_up.follow_up,
        "participation": [],
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """A polite end first; whoever does not hear it is killed."""
    assert process.stdin is not None
    process.stdin.close()
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
