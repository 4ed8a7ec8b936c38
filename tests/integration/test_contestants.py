"""The benchmarks on a real server: who is compared does the same, and what is lost is noticed.

Nothing here looks at a clock.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from benchmarks import peers
from benchmarks.contestants import Absent, Contestant, Given, Needs
from benchmarks.crew import Crew
from benchmarks.field import CONTESTANTS
from benchmarks.following import _inverted, _split, follower
from benchmarks.ground import Ground
from benchmarks.ours import OursSequenced
from benchmarks.report import Report, as_json, as_markdown, show
from benchmarks.web import measuring, script, services
from rich.console import Console

from cases.app.embedded import Cluster
from cases.app.store.keyring import FileKeyring

OF_POSTGRESQL = tuple(
    kind
    for kind in CONTESTANTS
    if kind.__module__ not in {"benchmarks.message_db", "benchmarks.uma"}
)
"""Who can be had without asking a registry."""


@pytest.fixture
def ground(cluster: Cluster, migrated_template: str, tmp_path: Path) -> Iterator[Ground]:
    """A ground on the tests' server; its databases go when the test has ended."""
    made: list[str] = []

    class Remembering(Ground):
        def empty_database(self, name: str) -> str:
            made.append(name)
            return super().empty_database(name)

        def migrated_database(self, name: str) -> str:
            made.append(name)
            return super().migrated_database(name)

    here = Remembering(cluster, tmp_path, processes=1)
    FileKeyring.create(here.keyring, "bench", lambda size: b"k" * size)
    yield here
    for name in made:
        cluster.drop_database(name)


@pytest.mark.parametrize("kind", OF_POSTGRESQL, ids=lambda kind: kind.name)
def test_everybody_writes_acts_of_one_fact_and_of_five_and_finds_them(
    kind: type[Contestant], ground: Ground, tmp_path: Path
) -> None:
    needs = Needs("test", ground, 900.0, tmp_path)
    with kind.laid(needs) as place:
        one = kind(place, threads=1)
        before = one.found()
        wrote: set[object] = set()
        for facts in sorted({facts for _, facts in kind.crowds}):
            work = one.work(0, 3, facts)
            for act in work.acts[:3]:
                work.do(act)
                assert len(one.facts(act)) == facts
                wrote.update(one.facts(act))
        assert wrote <= one.found()
        assert not wrote & before
        one.close()


def test_a_fact_that_is_gone_is_missing(ground: Ground, tmp_path: Path) -> None:
    needs = Needs("test", ground, 900.0, tmp_path)
    with OursSequenced.laid(needs) as place:
        crew = Crew(OursSequenced, place, 1)
        crew.open(1)
        crew.prepare(1, 4, 5)
        with follower(OursSequenced, place, 5) as report:
            done = len(crew.go(1, 0.2).delays)
        assert crew.check() == (5 * done, 0)
        assert report[0] == replace(report[0], lost=0, inverted=0, split=0)
        assert report[0].facts >= 5 * done
        with psycopg.connect(place.url) as connection:
            connection.execute("delete from trail.access where case_version = 6")
        acknowledged, missing = crew.check()
        assert missing
        assert missing % 5 == 0
        assert acknowledged == 5 * done
        crew.close()


def test_order_within_streams_and_wholeness_of_acts_are_seen() -> None:
    one, other = uuid4(), uuid4()
    orderly = [Given(n, one, n) for n in range(1, 12)]
    assert _inverted(orderly) == 0
    assert _split(orderly, 5) == 0
    assert _inverted([*orderly[:3], orderly[4], orderly[3]]) == 1
    assert _split([*orderly[:4], Given(9, other, 1), *orderly[4:]], 5) == 1
    assert _split(orderly[:-1], 5) == 1


def test_both_services_do_the_same_acts_and_answer_for_them(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "SERVICES", (services.Ours, services.Plain))
    plan = measuring.Plan(rounds=1, seconds=0.3, warm_up=0.2, connections=(2,), reading=(2,))
    answered = measuring.measure(ground, plan, lambda _: None)
    names = {line.name for line in answered}
    assert {(line.name, line.what) for line in answered} == {
        (name, what) for name in names for what in ("act", "read")
    }
    assert len(names) == 2
    for line in answered:
        assert line.errors == 0
        assert line.acknowledged > 0
        assert line.missing == 0
    report = Report({"cores": "1"}, None, None, None, None, answered)
    assert json.loads(as_json(report))["http"][0]["name"] in names
    with Console(width=200) as console, console.capture() as drawn:
        show(report, console)
    assert all(name in drawn.get() and name in as_markdown(report) for name in names)


def test_a_peer_that_cannot_be_had_is_told_and_not_measured(
    monkeypatch: pytest.MonkeyPatch, ground: Ground, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Absent, match="npm"):
        peers.message_db(tmp_path / "peers")
    monkeypatch.setattr(peers, "MESSAGE_DB_SHA512", "another")
    monkeypatch.setattr(shutil, "which", lambda name: name)

    def packed(command: list[str], _: str) -> None:
        (tmp_path / "peers" / "eventide-message-db-1.3.1.tgz").write_bytes(b"something")

    monkeypatch.setattr(peers, "_run", packed)
    with pytest.raises(Absent, match="pinned"):
        peers.message_db(tmp_path / "peers")


def test_the_plain_service_checks_what_it_says_it_checks(ground: Ground) -> None:
    with ExitStack() as stack:
        trusted = stack.enter_context(services.provider(ground.state))
        service = services.Plain(ground, trusted, 1)
        stack.callback(service.close)
        client = stack.enter_context(
            httpx2.Client(base_url=f"http://127.0.0.1:{service.ports[0]}", trust_env=False)
        )
        case, foreign = service.stand(2)
        review = script.steps()[0]

        def ask(version: int = script.BEGUN, key: str = "k", **changed: Any) -> httpx2.Response:
            headers = {
                "Authorization": f"Bearer {trusted.token}",
                "If-Match": f'"{version}.0"',
                "Idempotency-Key": key,
                **changed.pop("headers", {}),
            }
            path = f"/v1/cases/{changed.pop('case', case).case_id}/"
            path += review.path.format(plan=case.plan_id)
            return client.post(path, json=review.body | changed, headers=headers)

        assert ask(headers={"Authorization": f"Bearer {trusted.token[:-4]}AAAA"}).status_code == 401
        assert ask(headers={"Purpose-Of-Use": "DATA_PROTECTION_AUDIT"}).status_code == 403
        assert ask(case=foreign).status_code == 409  # the plan is another case's
        assert ask(unknown="member").status_code == 422
        assert ask(nextReviewOn="2199-01-01").status_code == 422
        assert ask(version=7).status_code == 412
        recorded = ask()
        assert (recorded.status_code, recorded.headers["ETag"]) == (201, '"9"')
        repeated = ask()
        assert (repeated.status_code, repeated.json()) == (201, recorded.json())
        assert ask(newNeeds=["another"]).status_code == 422
        assert ask(key="other").status_code == 412
        assert service.versions() == {case.case_id: 9, foreign.case_id: 8}
        with psycopg.connect(service.url) as connection:
            connection.execute("update cases set authority = 'vaasa'")
        assert ask(version=9, key="third").status_code == 404
        with psycopg.connect(service.url) as connection:
            results = connection.execute("select result, count(*) from audit group by 1").fetchall()
        assert dict(results) == {"RECORDED": 1, "REFUSED": 4, "NOT_FOUND": 1}
