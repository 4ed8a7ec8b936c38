"""Two worlds that differ in where a person has a case, or whether: Vaasa is answered the same.

Whatever its officers try, in whatever order, and whatever becomes of the case elsewhere. Nothing
says what may not be told: every answer of one world is held against that of the other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.service import ESPOO, MARKER, VAASA, Service, identity_code, opening

TAMPERE = "officer@tampere"
STEPS = 60
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MARK = re.compile(r"\.[0-9a-f]{8}")
_CURSOR = re.compile(r"cursor=[^>&\"]*")
# How many facts the lists are behind: those of other authorities count too.
_BEHIND = re.compile(r'"behind":\d+')
_CHANGING = {"date", "request-id", "server"}
OF_A_CASE = ["", "/plan", "/dues", "/history", "/explanation", "/repository-record", "/plan/page"]
LISTS = ["/clients?limit=50", "/worklist?limit=50", "/worklist?limit=2", "/repository-gaps?limit=2"]


@dataclass
class World:
    """A service, who has the person's case there if anybody, and the cases Vaasa has opened."""

    service: Service
    elsewhere: str | None
    there: str = ""
    cases: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def told(self, answer: httpx2.Response) -> tuple[int, str, dict[str, str]]:
        """All that an answer tells; ids by the order in which they were first met."""

        def name(found: re.Match[str]) -> str:
            return self.ids.setdefault(found[0], f"id {len(self.ids)}")

        kept = {n: v for n, v in answer.headers.items() if n not in _CHANGING}
        headers = {n: _ID.sub(name, _CURSOR.sub("", _MARK.sub("", v))) for n, v in kept.items()}
        text = _CURSOR.sub("", _BEHIND.sub("", _ID.sub(name, answer.text)))
        return answer.status_code, re.sub(r'"next":"[^"]*"', '"next":""', text), headers

    def act(self, case_id: str, where: str, body: Any, by: str, key: str) -> httpx2.Response:
        tag = self.service.get(f"/cases/{case_id}", by=by).headers.get("etag")
        return self.service.post(f"/cases/{case_id}{where}", body, by=by, tag=tag, key=key)


@dataclass
class Worlds:
    """Both, and what their observer does in both at once."""

    pair: tuple[World, World]
    random: Random
    code: str
    own: str
    asked: int = 0

    @property
    def today(self) -> str:
        return self.pair[0].service.clock.today().isoformat()

    def same(self, asks: Callable[[World], httpx2.Response]) -> tuple[httpx2.Response, ...]:
        """Ask in both worlds: the answers must be the same."""
        answers = tuple(asks(world) for world in self.pair)
        one, other = (w.told(a) for w, a in zip(self.pair, answers, strict=True))
        assert one == other
        self.asked += 1
        return answers

    def opens(self, **person: Any) -> None:
        body = opening(learnedOn=self.today, person={"names": NAMES, **person})
        key = f"opens-{self.asked}"
        for world, answer in zip(  # DBG
            self.pair, self.same(lambda w: w.service.post("/cases", body, key=key)), strict=True
        ):
            if answer.status_code == 201:
                world.cases.append(answer.json()["caseId"])

    def acts(self, where: str, body: Callable[[World], Any]) -> None:
        """An act on a case of the observer's own."""
        n, key = self.random.randrange(len(self.pair[0].cases)), f"acts-{self.asked}"
        self.same(lambda w: w.act(w.cases[n], where, body(w), VAASA, key))

    def elsewhere(self, where: str, body: Any) -> None:
        """An act on the case elsewhere, by who answers for it."""
        for world in self.pair:
            if world.elsewhere is not None:
                world.act(world.there, where, body, world.elsewhere, f"elsewhere-{self.asked}")

    def declines(self) -> None:
        """What is asked of the case elsewhere is declined."""
        for world in self.pair:
            if world.elsewhere is not None:
                case = world.service.get(f"/cases/{world.there}", by=world.elsewhere).json()
                for asked in case["handOverRequests"]:
                    where = f"/hand-over-requests/{asked['request']}/declination"
                    body = {"reason": "has not moved"}
                    world.act(world.there, where, body, world.elsewhere, asked["request"])

    def looks(self) -> None:
        """The observer looks at a case, at lists, for the person."""
        for world in self.pair:
            world.service.settle()
        n = self.random.randrange(len(self.pair[0].cases))
        for view in self.random.sample(OF_A_CASE, 3):
            self.same(partial(_look, n, view))
        for page in self.random.sample(LISTS, 2):
            self.same(partial(_look, None, page))
        for code in (self.code, self.own):
            self.same(partial(_post, "/person-lookups", {"identityCode": code}))
        named = {"name": f"Pee {MARKER}", "dateOfBirth": "1960-01-01"}
        self.same(partial(_post, "/client-searches", named))

    def pass_time(self) -> None:
        for world in self.pair:
            now = world.service.clock.now()
            world.service.clock.set(now + timedelta(days=self.asked % 3, minutes=1))


def _look(case: int | None, view: str, world: World) -> httpx2.Response:
    """Get a view of one of the observer's cases, or a list."""
    return world.service.get(view if case is None else f"/cases/{world.cases[case]}{view}")


def _post(where: str, body: Any, world: World) -> httpx2.Response:
    return world.service.post(where, body)


NAMES = {"given": "Pee", "family": MARKER}
CLOSURE = {"ground": "CLIENT_WITHDREW"}
BACK = {"ground": "RETURNED", "reason": "came back"}


def correction(code: str) -> dict[str, Any]:
    change = {"member": "/content/details/identityCode", "to": code}
    return {"version": 2, "changes": [change], "reason": "misread"}


def whoever_has_it(worlds: Worlds) -> list[Callable[[], None]]:
    """What the observer may try where it makes no difference whether there is a case elsewhere."""
    either = worlds.random.choice([worlds.code, worlds.own])
    version = worlds.random.randint(2, 8)
    return [
        lambda: worlds.opens(dateOfBirth="1960-01-01"),
        lambda: worlds.acts("/details", lambda _: {"details": {"identityCode": either}}),
        lambda: worlds.acts("/corrections", lambda _: correction(either)),
        lambda: worlds.acts("/annulments", lambda _: {"version": version, "reason": "wrong"}),
        lambda: worlds.acts("/details", lambda w: {"details": {"guardians": [w.cases[0]]}}),
        lambda: worlds.acts("/closure", lambda _: CLOSURE),
        lambda: worlds.acts(
            "/closure", lambda w: {"ground": "DUPLICATE", "continuesIn": w.cases[-1]}
        ),
        worlds.declines,
    ]


def wherever_it_is(worlds: Worlds) -> list[Callable[[], None]]:
    """What it may try besides, and what may become of the case, wherever that is."""
    order = {"from": worlds.today, "until": "2029-12-31"}
    return [
        lambda: worlds.opens(identityCode=worlds.code),
        lambda: worlds.acts("/reopening", lambda _: BACK),
        lambda: worlds.acts("/details", lambda w: {"details": {"guardians": [w.there]}}),
        lambda: worlds.acts("/joined-cases", lambda w: {"duplicate": w.there, "reason": "hers"}),
        lambda: worlds.acts("/closure", lambda w: {"ground": "DUPLICATE", "continuesIn": w.there}),
        lambda: worlds.acts("/non-disclosure", lambda _: order),
        lambda: worlds.acts("/non-disclosure/lifting", lambda _: {}),
        lambda: worlds.elsewhere("/non-disclosure", order),
        lambda: worlds.elsewhere("/non-disclosure/lifting", {}),
        lambda: worlds.elsewhere("/closure", CLOSURE),
        lambda: worlds.elsewhere("/reopening", BACK),
    ]


def begun(another: Serve, seed: int, *elsewhere: str | None) -> Worlds:
    """The worlds, with the case elsewhere and two of Vaasa's."""
    one, other = (World(another(), by) for by in elsewhere)
    worlds = Worlds((one, other), Random(seed), identity_code(), identity_code())
    for world, address in ((one, "Secretroad 111"), (other, "Hiddenlane 999")):
        world.service.secrets |= {worlds.code, worlds.own}
        if world.elsewhere is not None:
            opened = world.service.post("/cases", opening(worlds.code), by=world.elsewhere)
            world.there = opened.json()["caseId"]
            contact = {"details": {"contact": {"address": address}}}
            world.act(world.there, "/details", contact, world.elsewhere, "lives-there")
    worlds.opens(dateOfBirth="2010-01-01")
    worlds.opens(identityCode=worlds.own)
    return worlds


def told_apart(worlds: Worlds, *tries: Callable[[Worlds], list[Callable[[], None]]]) -> None:
    """Do at random what may be tried, and look."""
    for step in range(STEPS):
        worlds.random.choice([each for offered in tries for each in offered(worlds)])()
        worlds.pass_time()
        if step % 4 == 0:
            worlds.looks()
    worlds.looks()
    heard = [each.status for each in worlds.pair[0].service.heard]
    assert heard.count(201) > STEPS / 4


@pytest.mark.guarantee("AC-10", "JN-6")
@pytest.mark.parametrize("seed", range(3))
def test_where_a_person_has_a_case_is_told_by_nothing(another: Serve, seed: int) -> None:
    told_apart(begun(another, seed, ESPOO, TAMPERE), whoever_has_it, wherever_it_is)


@pytest.mark.guarantee("JN-6", "JN-11")
@pytest.mark.parametrize("seed", range(3))
def test_whether_a_person_has_a_case_elsewhere_is_told_by_no_act_on_one_s_own(
    another: Serve, seed: int
) -> None:
    told_apart(begun(another, seed, ESPOO, None), whoever_has_it)
