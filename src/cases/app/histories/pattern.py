"""A pattern: one decided history of an invented person, to be retold for others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID, uuid5

from cases.app.access.purposes import Purposes
from cases.app.histories.course import SHORTEST, tell
from cases.app.histories.desk import Desk, Performance
from cases.app.histories.names import ORIGINS, Origin
from cases.app.histories.people import Group
from cases.app.histories.telling import Beginning
from cases.app.organisations import Organisations
from cases.app.store.bulk import NewCase
from cases.app.store.mapper import CaseMapper
from cases.domain.case.act import Organisation
from cases.domain.case.assessment.decisions import OF_AGE
from cases.domain.case.person.acts import ContactDetails, PersonDetails, PersonName
from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.responsibility.facts import ReferredToEmploymentAuthority
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.codes.values import OrganisationKind
from cases.domain.law.edition import Law
from cases.domain.time import age_on, legal_day, next_working_day

# Words that occur nowhere else in a pattern: each person's own are put in their place.
GIVEN: Final = "given-name-of-the-pattern"
FAMILY: Final = "family-name-of-the-pattern"
ADDRESS: Final = "address-of-the-pattern"


@dataclass(frozen=True, slots=True)
class Derived:
    """An id that follows from another of the case by its name (UUID version 5)."""

    id: UUID
    parent: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A decided history, and what of it is the person's own.

    ``case`` is as the log would have it, its identity being the first code of the ``group``.
    ``issued`` are the ids the application made, ``derived`` those that follow from them;
    ``performed`` the acts, in order. ``town`` is the name of the authority.
    """

    group: Group
    origin: Origin
    town: str
    case: NewCase
    issued: tuple[UUID, ...]
    derived: tuple[Derived, ...]
    performed: tuple[Performance, ...]


class NoTime(ValueError):
    """Between the first edition of the Act and today there is no time for a history."""


class Patterns:
    """Decides patterns, each from its number alone.

    ``authorities`` are those whose cases they are. Everything is recorded before the legal day of
    ``now`` (UTC). Raises NoTime where no case can be told by then.
    """

    def __init__(  # noqa: PLR0913 - everything a decision rests on
        self,
        *,
        law: Law,
        purposes: Purposes,
        organisations: Organisations,
        authorities: tuple[Organisation, ...],
        mapper: CaseMapper,
        blind_index: Callable[[str], bytes],
        now: datetime,
        seed: int,
    ) -> None:
        self._law = law
        self._purposes = purposes
        self._authorities = authorities
        self._mapper = mapper
        self._blind_index = blind_index
        self._now = now
        self._seed = seed
        self._first = law.timeline[0].applies_from
        self._last = legal_day(now) - timedelta(days=1)
        self._opening_days = (self._last - SHORTEST - self._first).days
        if self._opening_days < 1:
            raise NoTime(f"no history can be told from {self._first} to {self._last}")
        # Who there is now, as if always: a history is not about their own.
        lately = {each.id: each.entry for each in organisations.on(self._last)}
        self._organisations = Organisations.always(lately)
        self._neighbours = {entry.kind: each for each, entry in lately.items()}

    def decide(self, number: int, group: Group) -> Pattern:
        """The pattern of a number, for the people of a group."""
        chance = Random(f"{self._seed}/{number}")  # noqa: S311 - no secret is made of it
        opens_on = self._opening_day(chance)
        authority = chance.choice(self._authorities_for(age_on(group.born_on, opens_on)))
        origin = chance.choice(ORIGINS)
        desk = Desk(
            law=self._law,
            purposes=self._purposes,
            authority=authority,
            authorities=self._organisations,
            blind_index=self._blind_index,
            last=self._last,
            chance=chance,
        )
        beginning = Beginning(
            opens_on=opens_on,
            person=_person(group, origin, chance),
            neighbours=self._neighbours_of(authority),
        )
        tell(desk, beginning, chance)
        entry = self._organisations.entry(authority.id, self._last)
        return Pattern(
            group=group,
            origin=origin,
            town=entry.names.fi if entry else authority.id,
            case=NewCase.of(desk.log.appends, self._mapper),
            issued=tuple(desk.issued),
            derived=tuple(_derived(desk)),
            performed=tuple(desk.performed),
        )

    def _authorities_for(self, age: int) -> Sequence[Organisation]:
        """Who may have the case of somebody of an age: of a child, a municipality if there is."""
        municipalities = [
            each for each in self._authorities if each.kind is OrganisationKind.MUNICIPALITY
        ]
        return municipalities if age < OF_AGE and municipalities else self._authorities

    def _neighbours_of(self, authority: Organisation) -> dict[OrganisationKind, str]:
        """One of each kind; municipality, welfare area and employment authority share the area."""
        entries = {each.id: each.entry for each in self._organisations.on(self._last)}
        town = next(
            (
                (each, entry)
                for each, entry in entries.items()
                if authority.id in {each, entry.employment_area}
            ),
            None,
        )
        area = (town[0], town[1].welfare_area, town[1].employment_area) if town else ()
        own = (self._organisations.find(each, self._last) for each in area if each)
        return self._neighbours | {each.kind: each.id for each in own if each is not None}

    def _opening_day(self, chance: Random) -> date:
        day = self._first + timedelta(days=chance.randrange(self._opening_days))
        return next_working_day(day)


def _person(group: Group, origin: Origin, chance: Random) -> PersonDetails:
    speaks = chance.random() < 0.15
    return PersonDetails(
        identity_code=group.codes()[0],
        names=PersonName(given=GIVEN, family=FAMILY),
        date_of_birth=group.born_on,
        gender=group.gender,
        citizenships=(origin.citizenship,),
        mother_tongue=origin.mother_tongue,
        contact_language="fi" if speaks else origin.mother_tongue,
        interpreter_needed=not speaks,
        contact=ContactDetails(address=ADDRESS),
    )


def _derived(desk: Desk) -> Iterator[Derived]:
    """What follows from plans and reviews, and the keys under which plans are noted to be over.

    A parent comes before what follows from it.
    """
    found: list[Derived] = []
    within_acts: dict[str, UUID] = {}
    for recorded in desk.log.facts:
        fact = recorded.fact
        if isinstance(fact, PlanSwitched):
            # The review held at the switch follows from the successor.
            review_id = within_acts[recorded.act_id]
            found.append(Derived(review_id, fact.successor_id, "review"))
            within_acts[recorded.act_id] = fact.successor_id
        elif isinstance(fact, PlanReviewed):
            within_acts[recorded.act_id] = fact.review_id
            found += _added_measures(fact)
        elif isinstance(fact, PlanDrawnUp):
            found += [
                Derived(agreed.measure_id, fact.plan_id, f"measure-{n}")
                for n, agreed in enumerate(fact.measures, start=1)
            ]
        elif isinstance(fact, ReferredToEmploymentAuthority) and recorded.act_id in within_acts:
            found.append(Derived(fact.referral_id, within_acts[recorded.act_id], "referral"))
    for performance in desk.performed:
        act = performance.request.act
        if isinstance(act, ExpirePlan):
            key = UUID(performance.request.key)
            found.append(Derived(key, act.plan, f"expired after {act.last_day}"))
    for each in found:
        if uuid5(each.parent, each.name) != each.id:
            raise ValueError(f"an id follows otherwise than by the name {each.name}")
    yield from found


def _added_measures(review: PlanReviewed) -> Iterator[Derived]:
    """The measures that a review added to the plan; those it changed have their ids already."""
    ids = {agreed.measure_id for agreed in review.changes.measures} if review.changes else set()
    for n in range(1, len(ids) + 1):
        name = f"measure-{n}"
        if uuid5(review.review_id, name) in ids:
            yield Derived(uuid5(review.review_id, name), review.review_id, name)
