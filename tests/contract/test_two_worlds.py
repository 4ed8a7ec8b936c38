"""Two worlds that differ in where a person has a case, or whether: Vaasa is answered the same.

Whatever its officers try, in whatever order, and whatever becomes of the case elsewhere. Nothing
says what may not be told: every answer of one world is held against that of the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.contract.noticing import item, send
from tests.contract.test_guidance_records import GUIDING, consent
from tests.contract.worlds import World, pass_time, same
from tests.service import ESPOO, MAKERS, MARKER, VAASA, identity_code, opening

TAMPERE = "officer@tampere"
STEPS = 90
OF_A_CASE = ["", "/plan", "/dues", "/history", "/explanation", "/repository-record", "/plan/page"]
LISTS = ["/clients?limit=50", "/worklist?limit=50", "/worklist?limit=2", "/repository-gaps?limit=2"]
LISTS += ["/notices"]


@dataclass
class Own(World):
    """Who has the person's case there if anybody, and what Vaasa has begun."""

    elsewhere: str | None = None
    there: str = ""
    cases: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)


@dataclass
class Worlds:
    """Both, and what their observer does in both at once."""

    pair: tuple[Own, Own]
    random: Random
    code: str
    own: str
    asked: int = 0

    @property
    def today(self) -> str:
        return self.pair[0].service.clock.today().isoformat()

    def same(self, asks: Callable[[Own], httpx2.Response]) -> list[httpx2.Response]:
        self.asked += 1
        return same(self.pair, asks)

    def opens(self, **person: Any) -> None:
        body = opening(learnedOn=self.today, person={"names": NAMES, **person})
        answers = self.same(partial(_post, "/cases", body, key=f"opens-{self.asked}"))
        for world, answer in zip(self.pair, answers, strict=True):
            if answer.status_code == 201:
                world.cases.append(answer.json()["caseId"])

    def acts(self, where: str, body: Callable[[Own], Any]) -> None:
        """An act on a case of the observer's own."""
        n, key = self.random.randrange(len(self.pair[0].cases)), f"acts-{self.asked}"
        self.same(lambda w: w.act(f"/cases/{w.cases[n]}", where, body(w), VAASA, key))

    def plans(self, members: Callable[[Own], list[str]]) -> None:
        """A family plan is drawn up."""
        key = f"plans-{self.asked}"
        body = partial(family_plan, self.today)
        answers = self.same(lambda w: _post("/family-plans", body(members(w)), w, key=key))
        for world, answer in zip(self.pair, answers, strict=True):
            if answer.status_code == 201:
                world.plans.append(answer.json()["familyPlanId"])

    def acts_on_plan(self, where: str, body: Callable[[Own], Any]) -> None:
        """An act on the family plan that was drawn up last, which is read then."""
        if self.pair[0].plans:
            key = f"acts-on-plan-{self.asked}"
            self.same(lambda w: w.act(f"/family-plans/{w.plans[-1]}", where, body(w), VAASA, key))
            for view in ("", "/history"):
                self.same(partial(_read, view))

    def notified(self, code: str) -> None:
        """Kela tells the observer of a benefit, and it is filed where it can be."""
        self.same(lambda w: send(w.service, item(code), key=f"notified-{self.asked}"))
        for world in self.pair:
            world.service.worker.file_notices_once()

    def guides(self, code: str) -> None:
        """Somebody is guided, with a case or without."""
        key = f"guides-{self.asked}"
        path = "/guidance/consents"
        self.same(partial(_post, path, consent(code), key=key, purpose=GUIDING))

    def elsewhere(self, where: str, body: Any) -> None:
        """An act on the case elsewhere, by who answers for it."""
        for w in self.pair:
            if w.elsewhere is not None:
                w.act(f"/cases/{w.there}", where, body, w.elsewhere, f"elsewhere-{self.asked}")

    def declines(self) -> None:
        """What is asked of the case elsewhere is declined."""
        body = {"reason": "has not moved"}
        for world in self.pair:
            if world.elsewhere is not None:
                path = f"/cases/{world.there}"
                case = world.service.get(path, by=world.elsewhere).json()
                for each in case["handOverRequests"]:
                    where = f"/hand-over-requests/{each['request']}/declination"
                    world.act(path, where, body, world.elsewhere, each["request"])

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
            self.same(partial(_post, "/guidance-lookups", {"identityCode": code}, purpose=GUIDING))
        named = {"name": f"Pee {MARKER}", "dateOfBirth": "1960-01-01"}
        self.same(partial(_post, "/client-searches", named))


def _look(case: int | None, view: str, world: Own) -> httpx2.Response:
    """Get a view of one of the observer's cases, or a list."""
    return world.service.get(view if case is None else f"/cases/{world.cases[case]}{view}")


def _read(view: str, world: Own) -> httpx2.Response:
    return world.service.get(f"/family-plans/{world.plans[-1]}{view}")


def _post(where: str, body: Any, world: Own, **how: Any) -> httpx2.Response:
    return world.service.post(where, body, **how)


NAMES = {"given": "Pee", "family": MARKER}
CLOSURE = {"ground": "CLIENT_WITHDREW"}
BACK = {"ground": "RETURNED", "reason": "came back"}


def correction(code: str) -> dict[str, Any]:
    change = {"member": "/content/details/identityCode", "to": code}
    return {"version": 2, "changes": [change], "reason": "misread"}


def family_plan(today: str, members: list[str]) -> dict[str, Any]:
    return {
        "effectiveOn": today,
        "members": members,
        "validUntil": "2027-01-01",
        "nextReviewOn": "2026-08-04",
        "goals": [{"text": "everybody's"}, {"text": "one's", "members": members[-1:]}],
        "authorities": ["vaasa"],
        "makers": MAKERS,
    }


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
        lambda: worlds.notified(either),
        lambda: worlds.guides(either),
        lambda: worlds.plans(lambda w: [w.cases[1], w.cases[-1]]),
        lambda: worlds.acts_on_plan("/members", lambda w: {"member": w.cases[-1]}),
        lambda: worlds.acts_on_plan("/annulments", lambda _: {"version": 2, "reason": "wrong"}),
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
        lambda: worlds.plans(lambda w: [w.cases[1], w.there]),
        lambda: worlds.acts_on_plan("/members", lambda w: {"member": w.there}),
        lambda: worlds.elsewhere("/non-disclosure", order),
        lambda: worlds.elsewhere("/non-disclosure/lifting", {}),
        lambda: worlds.elsewhere("/closure", CLOSURE),
        lambda: worlds.elsewhere("/reopening", BACK),
    ]


def begun(another: Serve, seed: int, *elsewhere: str | None) -> Worlds:
    """The worlds, with the case elsewhere and two of Vaasa's."""
    one, other = (Own(another(), elsewhere=by) for by in elsewhere)
    worlds = Worlds((one, other), Random(seed), identity_code(), identity_code())
    for world, address in ((one, "Secretroad 111"), (other, "Hiddenlane 999")):
        world.service.secrets |= {worlds.code, worlds.own}
        if world.elsewhere is not None:
            opened = world.service.post("/cases", opening(worlds.code), by=world.elsewhere)
            world.there = opened.json()["caseId"]
            contact = {"details": {"contact": {"address": address}}}
            world.act(f"/cases/{world.there}", "/details", contact, world.elsewhere, "lives-there")
    worlds.opens(dateOfBirth="2010-01-01")
    worlds.opens(identityCode=worlds.own)
    worlds.opens(dateOfBirth="1960-01-01")
    return worlds


def told_apart(worlds: Worlds, *tries: Callable[[Worlds], list[Callable[[], None]]]) -> None:
    """Do at random what may be tried, and look."""
    for step in range(STEPS):
        worlds.random.choice([each for offered in tries for each in offered(worlds)])()
        pass_time(worlds.pair, worlds.asked % 3)
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
