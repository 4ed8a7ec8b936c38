"""Two worlds that differ in where a protected member of a family lives: its plan tells nobody.

Those who may not know are the employment authority, which answers for the mother, and auditors.
Vaasa, which answers for the father, and the child's new home act on the plan as they please.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final

import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import handed_over
from tests.contract.test_family_plans import Family
from tests.contract.worlds import World, as_of, pass_time, same
from tests.service import AUDITOR, EMPLOYMENT, ESPOO, MAKERS, VAASA, Case

STEPS: Final = 25
TAMPERE: Final = "officer@tampere"
THERE: Final = {
    TAMPERE: {"name": "Tiina Tamm", "organisation": "tampere", "phone": "+358 3 5656"},
    ESPOO: {"name": "Eero Esp", "organisation": "espoo", "phone": "+358 9 1111"},
}
ORDER: Final = {"from": "2025-02-03", "until": "2030-01-01"}
OF_THE_MOTHER: Final = ["", "/history", "/dues", "/explanation", "/repository-record"]
HERE: Final = [VAASA, EMPLOYMENT]
# Whom of mother, father, child and aunt each answers for.
WHOSE: Final = {VAASA: [1, 1], EMPLOYMENT: [0, 3], "there": [2, 2]}


@dataclass
class Home(World):
    """Where the child lives, and the family whose plan it is."""

    there: str = ""
    members: list[Case] = field(default_factory=list)
    plan: str = ""
    mother: str = ""

    def begin(self) -> None:
        """Everybody is a client in Vaasa, the child is protected and moves."""
        service = self.service
        family = Family(service, mother=handed_over(service))
        family.consents()
        assert family.draw_up().status_code == 201
        self.plan, self.mother = family.path, family.mother.path
        self.members = [*family.everybody, service.open_case(EMPLOYMENT)]
        service.act(family.child, "/non-disclosure", ORDER)
        said = {"date": "2025-02-03", "language": "en", "interpreter": False}
        consent = {"scope": "CONTACT_TO_NEW_MUNICIPALITY", "informed": said}
        agreed = service.act(family.child, "/consents", consent)["consentId"]
        to = {"to": self.them["organisation"], "reason": "MOVE", "consent": agreed}
        service.act(family.child, "/hand-overs", to)
        service.clock.set(datetime(2025, 2, 10, 8, tzinfo=UTC))
        family.child.etag = service.get(family.child.path, by=self.there).headers["etag"]
        service.act(family.child, "/worker", {"worker": self.there}, self.there)

    @property
    def them(self) -> dict[str, str]:
        return THERE[self.there]

    def makers(self, by: str) -> list[Any]:
        return MAKERS if by in HERE else [self.them]


def an_act(random: Random, by: str, day: str, last: int) -> tuple[str, Callable[[Home], Any]]:
    """An act on the plan, which has ``last`` records: where, and what it says in a world."""
    n, version = random.choice([*WHOSE[by], random.randrange(4)]), random.randint(1, last)
    along = sorted(set(random.choices(range(2, last + 2), k=random.randint(0, 3))))

    told: dict[str, Any] = random.choice([{}, {"found": "they read"}, {"measures": []}])
    member = random.choice(["/content/nextReviewOn", "/content/makers", *CORRECTED])

    def review(home: Home) -> Any:
        one = {"text": "one's", "members": [home.members[n].case_id]}
        goals = {"goals": [{"text": "everybody's"}, one]} if n % 2 else {}
        return {"nextReviewOn": day, "makers": home.makers(by), **told, **goals}

    def correction(home: Home) -> Any:
        to = {"/content/makers": home.makers(by)}.get(member, CORRECTED.get(member, day))
        return {"version": version, "reason": "misheard", "changes": [{"member": member, "to": to}]}

    return random.choice(
        [
            ("/reviews", review),
            ("/reviews", review),
            ("/corrections", correction),
            ("/corrections", correction),
            ("/annulments", lambda _: {"version": version, "along": along, "reason": "wrong"}),
            ("/members", lambda home: {"member": home.members[n].case_id, "goals": ["reads"]}),
            ("/leaving", lambda home: home.members[n].case_id),
        ]
    )


CORRECTED: Final[dict[str, Any]] = {
    "/content/goals": [{"text": "another"}],
    "/content/validUntil": "2026-01-20",
    "/content/authorities": ["vaasa"],
}


def acts(home: Home, by: str, where: str, body: Callable[[Home], Any], key: str) -> Any:
    said = body(home)
    if where == "/leaving":
        where, said = f"/members/{said}/leaving", {"reason": "away"}
    return home.act(home.plan, where, said, by, key)


def reads(by: str, of: str, view: str, home: Home) -> Any:
    path = {"plan": home.plan, "mother": home.mother}.get(of, "")
    answer = home.service.get(f"{path}{view}", by=by)
    told = [word for word in home.them.values() if word.lower() in answer.text.lower()]
    assert told == []
    return answer


@pytest.mark.guarantee("FP-3", "ND-5", "ND-7")
@pytest.mark.parametrize("seed", range(3))
def test_where_a_protected_member_lives_is_told_by_nothing(another: Serve, seed: int) -> None:
    random = Random(seed)
    homes = [Home(another(), there=there) for there in THERE]
    for home in homes:
        home.begin()
    clock, known = homes[0].service.clock, list[datetime]()
    done = 0
    for step in range(STEPS):
        by = random.choice(["there", "there", *HERE])
        day = (clock.today() + timedelta(days=random.randint(0, 200))).isoformat()
        where, body = an_act(random, by, day, done + 1)
        does = partial(acts, where=where, body=body, key=f"act-{step}")
        if by == EMPLOYMENT:
            answers = same(homes, partial(does, by=by))
        else:
            answers = [does(home, home.there if by == "there" else by) for home in homes]
        one, other = (answer.status_code for answer in answers)
        assert one == other
        done += one == 201
        for home in homes:
            home.service.settle()
        known.append(clock.now())
        for query in as_of(random, clock.today(), known):
            for view in ("", "/history"):
                for who in (EMPLOYMENT, AUDITOR):
                    same(homes, partial(reads, who, "plan", f"{view}{query}"))
        for view in OF_THE_MOTHER:
            same(homes, partial(reads, EMPLOYMENT, "mother", view))
        same(homes, partial(reads, EMPLOYMENT, "", "/worklist"))
        pass_time(homes, step % 3)
    assert done > STEPS / 5
