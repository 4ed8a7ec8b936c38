"""What the officers of an installation know and ask for: random cases among all there are.

Which cases are asked about is drawn anew for every turn, by random ids along an index. What can
only be known by opening a case – a name, a code, a plan to review – is learned by loading it when
the requests are made: those pages of the log have been read once before.
"""

import json
import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg

from benchmarks.acts import our_log, whole_case
from benchmarks.growth import Place
from benchmarks.history import case_history, the_plan
from benchmarks.web.script import TAG, Request, request
from benchmarks.web.services import Provider, headers_of
from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role
from cases.app.bootstrap import open_bulk, open_system
from cases.app.histories.names import ORIGINS
from cases.app.histories.people import Group
from cases.app.http.cursor import Cursors, Part
from cases.app.http.query import PAGE
from cases.app.outcomes import Seen
from cases.app.store.entries import Appended
from cases.domain.case.act import Act, Decision, Maker, Organisation
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import PersonDetails, PersonName
from cases.domain.case.person.facts import DetailsOnRecord, PersonDetailsRecorded
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.review.acts import Participation, ReviewPlan
from cases.domain.case.state import CaseState, fold
from cases.domain.codes import values as codes
from cases.domain.facts import Recorded
from cases.projections.status import status

_ANY = "select case_id, authority from views.client where case_id >= u.id"
_OPEN = f"{_ANY} and closed_on is null"
_WITH_PLAN = """
    select case_id, authority from views.client_plan
     where case_id >= u.id and kind = 'INTEGRATION' and decided_until is null
       and valid_from <= %(today)s and last_day > %(today)s + 7"""
_ENTRY = """
    select case_id, authority, worker, coalesce(due_by >= %(today)s, true) as in_time,
           coalesce(due_by, planned_on, since, shown_from) as day, entry
      from views.worklist
     where case_id >= u.id and kind <> 'RECORD_TO_COMPLETE' and shown_from <= %(today)s
       and (shown_until is null or shown_until >= %(today)s)"""
_SOME = """
    select found.* from unnest(%(ids)s::uuid[]) as u(id),
           lateral ({query} order by case_id limit 1) as found"""

_HELD_BY = {
    codes.OrganisationKind.MUNICIPALITY: codes.ReviewHeldBy.MUNICIPALITY,
    codes.OrganisationKind.EMPLOYMENT_AUTHORITY: codes.ReviewHeldBy.EMPLOYMENT_AUTHORITY,
}
_OLD = (date(1926, 1, 1), date(1956, 12, 31))
"""Births of those who have no invented history: newcomers are taken from them."""
_BEFORE_THE_PLAN = 7
"""Facts of a case for which a plan is to be drawn up, and for how long it has been open."""
_SINCE = timedelta(days=48)


class Asked(NamedTuple):
    """A request, the authority whose officer sends it, and the case and tag of an act."""

    authority: str
    request: Request
    case: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Known:
    """A case as an officer has it open."""

    authority: Organisation
    facts: tuple[Recorded, ...]
    state: CaseState

    @property
    def case_id(self) -> str:
        """The id in addresses."""
        return str(self.state.case_id)

    @property
    def tag(self) -> str:
        """What it is seen as. What else a tag holds is not looked at."""
        seen = Seen.of(self.facts)
        return f'"{seen.version}.{seen.mark}.00000000"'


class Office:
    """The officers of one installation. Use as a context manager."""

    def __init__(self, place: Place, trusted: Provider) -> None:
        self._place = place
        self._trusted = trusted
        self._headers: dict[str, str] = {}
        self._births = _each_in_turn(*_OLD)
        self._stack = ExitStack()

    def __enter__(self) -> "Office":
        self._system = self._stack.enter_context(open_system(self._place.settings))
        self._rows = self._stack.enter_context(
            psycopg.connect(self._place.superuser_url, autocommit=True)
        )
        self._bulk = self._stack.enter_context(open_bulk(self._place.settings))
        self._cursors = Cursors(self._system.keystore.shared_secret("cursors"))
        self.today = self._system.clock.today()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    # ------------------------------------------------------------------------- questions

    def question(self, below: str, number: int) -> list[Asked]:
        """A question about any case, open or closed, of an officer of its authority."""
        return [
            Asked(authority, self._get(f"/cases/{case_id}{below}", authority))
            for case_id, authority in self._some(_ANY, number)
        ]

    def trails(self, number: int) -> list[Asked]:
        """The access trail of any case, for the auditor."""
        headers = headers_of(self._token("auditor", "tarkastus"), "DATA_PROTECTION_AUDIT")
        return [
            Asked("tarkastus", request("GET", f"/v1/cases/{case_id}/access-trail", headers))
            for case_id, _ in self._some(_ANY, number)
        ]

    def worklists(self, number: int) -> list[Asked]:
        """The first page of an authority's worklist."""
        return [Asked(row[1], self._get("/worklist", row[1])) for row in self._some(_ENTRY, number)]

    def own_worklists(self, number: int) -> list[Asked]:
        """The first page of what one worker has to do."""
        return [
            Asked(authority, self._get(f"/worklist?worker={worker}", authority))
            for _, authority, worker, *_ in self._some(_ENTRY, number)
            if worker
        ]

    def later_worklists(self, number: int) -> list[Asked]:
        """A page from the midst of an authority's worklist."""
        return [
            Asked(authority, self._page("/worklist", authority, place))
            for case_id, authority, _, in_time, day, entry in self._some(_ENTRY, number)
            for place in [[in_time, day.isoformat(), str(case_id), entry, False]]
        ]

    def clients(self, number: int) -> list[Asked]:
        """A page from the midst of an authority's clients, with their plans."""
        return [
            Asked(authority, self._page("/clients", authority, [str(case_id)]))
            for case_id, authority in self._some(_OPEN, number)
        ]

    def lookups(self, number: int) -> list[Asked]:
        """Somebody who has an open case, by identity code."""
        return [
            Asked(authority, self._post("/person-lookups", authority, {"identityCode": code}))
            for known in self._opened(_OPEN, number)
            for authority in [known.authority.id]
            for code in [known.state.person.details_on(self.today).identity_code]
            if code
        ]

    def searches(self, number: int) -> list[Asked]:
        """A client by the whole name and the date of birth."""
        found = []
        for known in self._opened(_ANY, number):
            details = known.state.person.details_on(self.today)
            if details.names is None or details.date_of_birth is None:
                continue
            body = {
                "name": f"{details.names.given} {details.names.family}",
                "dateOfBirth": details.date_of_birth.isoformat(),
            }
            authority = known.authority.id
            found.append(Asked(authority, self._post("/client-searches", authority, body)))
        return found

    # ------------------------------------------------------------------------------ acts

    def openings(self, number: int) -> list[Asked]:
        """A case for somebody who has none yet."""
        authorities = [row[1] for row in self._some(_OPEN, number)]
        return [
            Asked(authority, self._act("/cases", authority, act))
            for authority, act in zip(authorities, self._newcomers(), strict=False)
        ]

    def reviews(self, number: int) -> list[Asked]:
        """A review of the plan in force of any case, where it is lawful today."""
        found = {}
        for known in self._opened(_WITH_PLAN, number):
            plan = known.state.plans[-1]
            act = self._review(known, plan)
            if self._is_lawful(known, act):
                path = f"/cases/{known.case_id}/plans/{plan.plan_id}/reviews"
                authority = known.authority.id
                asked = self._act(path, authority, act, apart={"plan"}, tagged=True)
                found[known.case_id] = Asked(authority, asked, known.case_id, known.tag)
        return [*found.values()]

    def plans(self, number: int) -> list[Asked]:
        """A first plan, for cases that are made for it: opened some weeks ago, and assessed."""
        history = case_history(_BEFORE_THE_PLAN, self.today - _SINCE)
        act = the_plan(self.today)
        espoo = self._authority("espoo")
        found = []
        with our_log(self._system.url, self._place.folder / "keyring.json", 1) as ours:
            for _, opening in zip(range(number), self._newcomers(), strict=False):
                assessed = tuple(_about(opening.person, fact) for fact in history)
                blind = self._system.keystore.blind_index(opening.person.identity_code or "")
                append = replace(whole_case(assessed, uuid4()), new_identities=(blind,))
                assert isinstance(ours.log.append(append), Appended)
                known = Known(espoo, append.facts, fold(append.facts))
                path = f"/cases/{known.case_id}/plans"
                asked = self._act(path, espoo.id, act, tagged=True)
                found.append(Asked(espoo.id, asked, known.case_id, known.tag))
        return found

    def looked_at(self, act: Asked, below: str = "") -> Asked:
        """What the officer looks at before the act; its tag is the one the act is done with."""
        looked = self._get(f"/cases/{act.case}{below}", act.authority)
        return Asked(act.authority, looked, act.case)

    # -------------------------------------------------------------------------- how it is

    def behind(self) -> int:
        """How many facts the slowest read model lacks."""
        head = self._system.log.head()
        views = self._system.views.all()
        reached = status(self._system.reader, self._system.log, views)
        return max(0, *(head - each.position for each in reached))

    def _some(self, query: str, number: int) -> list[Any]:
        """Rows of random cases: each the first at or after a random id."""
        ids = [uuid4() for _ in range(number)]
        asked = {"ids": ids, "today": self.today}
        return self._rows.execute(_SOME.format(query=query).encode(), asked).fetchall()

    def _opened(self, query: str, number: int) -> Iterator[Known]:
        for case_id, authority in self._some(query, number):
            facts = self._system.log.load(case_id)
            yield Known(self._authority(authority), facts, fold(facts))

    def _newcomers(self) -> Iterator[OpenCase]:
        """Openings for people nobody knows, each once."""
        for born in self._births:
            group = Group(born, random.choice((codes.Gender.MALE, codes.Gender.FEMALE)))
            by_blind = {self._system.keystore.blind_index(code): code for code in group.codes()}
            free = [by_blind[each] for each in by_blind.keys() - self._bulk.known([*by_blind])]
            origin = random.choice(ORIGINS)
            names = PersonName(
                given=random.choice(origin.given(group.gender)),
                family=random.choice(origin.families),
            )
            for code in free[:3]:
                yield OpenCase(
                    origin=codes.CaseOrigin.OWN_WORK,
                    learned_on=self.today,
                    person=PersonDetails(
                        identity_code=code,
                        names=names,
                        date_of_birth=born,
                        gender=group.gender,
                        citizenships=(origin.citizenship,),
                        mother_tongue=origin.mother_tongue,
                        contact_language=origin.mother_tongue,
                        interpreter_needed=True,
                    ),
                )

    def _review(self, known: Known, plan: Plan) -> ReviewPlan:
        maker = Maker(name="Olli Virkailija", organisation=known.authority.id, phone="+358 1")
        return ReviewPlan(
            plan=plan.plan_id,
            held_by=_HELD_BY[known.authority.kind],
            initiative=codes.Initiative.SCHEDULED,
            participation=tuple(
                Participation(
                    measure=agreed.measure_id,
                    state=codes.ParticipationState.ONGOING,
                    progress="Has taken part on all days but two; steady progress.",
                )
                for agreed in plan.measures_on(self.today)
            ),
            new_needs=("More spoken Finnish",),
            next_review_on=self.today + timedelta(days=90),
            makers=(maker,),
        )

    def _is_lawful(self, known: Known, act: Act) -> bool:
        officer = Principal(
            subject=f"officer@{known.authority.id}",
            organisation=known.authority,
            roles=frozenset({Role.OFFICER}),
        )
        purpose = self._system.purposes.purpose("ORGANISING_SERVICES", officer.roles, self.today)
        caller = Caller(officer, purpose, str(uuid4()))
        return isinstance(self._system.cases.foresee(caller, known.state, act), Decision)

    # --------------------------------------------------------------------------- requests

    def _authority(self, authority: str) -> Organisation:
        found = self._system.organisations.find(authority)
        assert found is not None, "in the register"
        return found

    def _officer(self, authority: str) -> str:
        """The headers of an authority's officer."""
        if authority not in self._headers:
            self._headers[authority] = headers_of(self._token("officer", authority))
        return self._headers[authority]

    def _token(self, role: str, organisation: str) -> str:
        return self._trusted.mint(f"{role}@{organisation}")

    def _get(self, path: str, authority: str) -> Request:
        return request("GET", f"/v1{path}", self._officer(authority))

    def _page(self, path: str, authority: str, place: Sequence[Part]) -> Request:
        """A page of a list that goes on after a place, as its cursor would."""
        day = self.today.isoformat()
        caller = f"{authority}/officer@{authority}"
        cursor = self._cursors.write((caller, f"/v1{path}", day, str(PAGE), ""), place)
        return self._get(f"{path}?cursor={cursor}", authority)

    def _post(self, path: str, authority: str, body: object, more: str = "") -> Request:
        headers = f"{self._officer(authority)}Content-Type: application/json\r\n{more}"
        return request("POST", f"/v1{path}", headers, json.dumps(body).encode())

    def _act(
        self,
        path: str,
        authority: str,
        act: Act,
        *,
        apart: Collection[str] = (),
        tagged: bool = False,
    ) -> Request:
        """An act; members ``apart`` stand in its address."""
        body = act.model_dump(
            mode="json", exclude_none=True, exclude_defaults=True, exclude={*apart}
        )
        more = f'Idempotency-Key: "{uuid4()}"\r\n' + (f"If-Match: {TAG}\r\n" if tagged else "")
        return self._post(path, authority, body, more)


def _each_in_turn(first: date, last: date) -> Iterator[date]:
    """Days in no order, over and over; none a second time before all have come.

    Who was born on a day and is only asked for is not known yet, and would be asked for again.
    """
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    while True:
        random.shuffle(days)
        yield from days


def _about(person: PersonDetails, recorded: Recorded) -> Recorded:
    """The same fact, where it tells who the person is, about another."""
    if not isinstance(recorded.fact, PersonDetailsRecorded):
        return recorded
    details = DetailsOnRecord.model_validate(dict(person))
    return replace(recorded, fact=PersonDetailsRecorded(details=details))
