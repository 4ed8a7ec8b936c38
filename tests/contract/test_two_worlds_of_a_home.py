"""Two worlds that differ in where a protected client lives, and with whom: nobody else is told.

Her assigned worker records and puts right what differs. A colleague, who is not shown it, guesses;
the colleague and an auditor read every view, on every day and from every knowledge.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random
from typing import Any, Final

import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import worker_of
from tests.contract.worlds import World, as_of, pass_time, same
from tests.service import AUDITOR, VAASA, Case

STEPS: Final = 15
HOMES: Final = [
    {"street": "Kauppakatu 1 A", "phone": "+358 00 1111", "home": "espoo", "with": "Aino"},
    {"street": "Torikuja 99 B", "phone": "+358 00 9999", "home": "tampere", "with": "Esko"},
]
# What corrections of those of the first records make of them: nothing that the colleague guesses.
ADDRESS, ADDRESS_THERE, GIVEN = CORRECTED = [
    (5, "/content/details/contact/address"),
    (8, "/content/contact/address"),
    (8, "/content/names/given"),
]
RIGHT: Final[list[dict[tuple[int, str], str]]] = [
    {ADDRESS: "Pihatie 2", ADDRESS_THERE: "Kujatie 20", GIVEN: "Aune"},
    {ADDRESS: "Rantatie 3", ADDRESS_THERE: "Puistotie 30", GIVEN: "Eino"},
]
TOLD: Final = range(5, 10)
BEGUN: Final = 10
"""The version of the order."""
ORDER: Final = {"from": "2025-02-03", "until": "2030-02-02"}
VIEWS: Final = ["", "/plan", "/dues", "/repository-record", "/history", "/explanation"]
VIEWS_TOO: Final = ["/services", "/costs", "/representations", "/plan/page"]


@dataclass
class Home(World):
    """What is not told in this world; two more clients, one of whom is her guardian."""

    place: int = 0
    case: Case = field(default_factory=lambda: Case("", "", ""))
    people: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """She is a minor, has a worker, and is protected once it was told where she lives."""
        service = self.service
        self.case = service.open_case()
        self.people = [service.open_case().case_id for _ in HOMES]
        self.names |= {each: f"somebody {n}" for n, each in enumerate(self.people)}
        service.act(self.case, "/worker", {"worker": worker_of(service, self.case)})
        service.act(self.case, "/details", {"details": {"dateOfBirth": "2014-04-15"}})
        for n, (where, body) in enumerate(tellings(self, self.place)):
            assert self.act(self.case.path, where, body, VAASA, f"begin-{n}").status_code == 201
        protected = self.act(self.case.path, "/non-disclosure", ORDER, VAASA, "order")
        assert protected.json()["version"] == BEGUN

    @property
    def colleague(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.service.signed(sub='somebody-else')}"}

    def guess(self, where: str, body: Any, key: str) -> Any:
        tag = self.service.get(self.case.path, headers=self.colleague).headers["etag"]
        path = f"{self.case.path}{where}"
        return self.service.post(path, body, tag=tag, key=key, headers=self.colleague)


def tellings(home: Home, place: int) -> list[tuple[str, Any]]:
    """What may be told of where she lives, and with whom, if that is ``place``."""
    told, guardian = HOMES[place], home.people[place]
    contact = {"address": told["street"], "phone": told["phone"]}
    somebody = {"names": {"given": told["with"], "family": "Huoltaja"}, "from": "2025-01-01"}
    said = {"date": "2025-02-03", "language": "so", "interpreter": True}
    return [
        ("/details", {"details": {"contact": contact, "motherTongue": "so"}}),
        ("/details", {"details": {"homeMunicipality": told["home"]}}),
        ("/details", {"details": {"guardians": [guardian]}}),
        ("/representations", {"kind": "GUARDIAN", "contact": contact, **somebody}),
        ("/consents", {"scope": "FAMILY_PLAN", "guardian": guardian, "informed": said}),
    ]


def done(random: Random, last: int) -> Callable[[Home], tuple[str, Any]]:
    """What her worker does next, of ``last`` records. Nobody annuls the order."""
    n, record = random.randrange(5), random.choice(CORRECTED)
    version = random.choice([*TOLD, *range(BEGUN + 1, last + 1)])
    asks = ("/correction-requests", {"version": version, "asked": "it is another"})
    annuls = ("/annulments", {"version": version, "reason": "written wrong"})

    def corrects(home: Home) -> tuple[str, Any]:
        change = {"member": record[1], "to": RIGHT[home.place][record]}
        why = f"not {HOMES[home.place]['street']}"
        return "/corrections", {"version": record[0], "changes": [change], "reason": why}

    return random.choice(
        [corrects, corrects, lambda h: tellings(h, h.place)[n], lambda _: asks, lambda _: annuls]
    )


def reads(who: str, path: str, home: Home) -> Any:
    signed = {"by": who} if who == AUDITOR else {"headers": home.colleague}
    answer = home.service.get(path.replace("CASE", home.case.path), **signed)
    secret = [*HOMES[home.place].values(), *RIGHT[home.place].values()]
    told = [each for each in secret if each in answer.text]
    assert told == []
    return answer


@pytest.mark.guarantee("ND-1", "ND-7", "ND-8")
@pytest.mark.parametrize("seed", range(3))
def test_where_she_lives_and_with_whom_is_told_by_nothing(another: Serve, seed: int) -> None:
    random = Random(seed)
    homes = [Home(another(), place=place) for place in range(len(HOMES))]
    for home in homes:
        home.begin()
    clock, known, recorded = homes[0].service.clock, list[datetime](), BEGUN
    for step in range(STEPS):
        key = f"step-{step}"
        if random.random() < 0.3:
            n, place = random.randrange(5), random.randrange(len(HOMES))
            answers = same(homes, lambda h: h.guess(*tellings(h, place)[n], key))  # noqa: B023
        else:
            does = done(random, random.randint(2, recorded))
            answers = [h.act(h.case.path, *does(h), VAASA, key) for h in homes]
        one, other = (answer.status_code for answer in answers)
        assert one == other
        recorded += one == 201
        for home in homes:
            home.service.settle()
        known.append(clock.now())
        for who in ("colleague", AUDITOR):
            for query in as_of(random, clock.today(), known):
                for view in VIEWS:
                    same(homes, partial(reads, who, f"CASE{view}{query}"))
            for view in VIEWS_TOO:
                same(homes, partial(reads, who, f"CASE{view}"))
        same(homes, partial(reads, "colleague", "/worklist?limit=100"))
        pass_time(homes, step % 3)
    assert recorded > BEGUN + STEPS / 3
