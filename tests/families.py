"""A family, its members' cases and its plans: the application over logs that only remember."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.access.principal import Principal, Role
from cases.app.access.purposes import shipped_purposes
from cases.app.access.record import AccessRecord
from cases.app.access.witness import Witness
from cases.app.cases import Cases
from cases.app.clock import SimulationClock
from cases.app.family_notes import FamilyNotes
from cases.app.family_plans import FamilyPlanReadable, FamilyPlans
from cases.app.outcomes import ActOutcome, Performed, Seen
from cases.app.people import People
from cases.app.reach import Reach
from cases.app.requests import Request, case_id_of
from cases.domain.case.act import Act, Organisation
from cases.domain.case.consent.acts import GiveConsent, Informed
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import PersonDetails
from cases.domain.case.state import CaseState
from cases.domain.case.state import fold as fold_case
from cases.domain.codes.values import CaseOrigin, ConsentScope, OrganisationKind
from cases.domain.facts import Recorded
from cases.domain.family.state import FamilyPlanState, fold
from cases.domain.questions.as_of import AsOf
from tests.desk import AREAS, KASKINEN, LAW, REGISTER, VAASA
from tests.remembering import Remembering

OPENED = date(2025, 2, 3)
BORN = {
    "mother": date(1992, 3, 14),
    "father": date(1990, 8, 2),
    "child": date(2014, 4, 15),
    "baby": date(2024, 12, 1),
    "aunt": date(1999, 1, 5),
    "brother": date(2001, 6, 30),
}
ANSWERS = {"baby": KASKINEN, "aunt": KASKINEN}
"""Whose cases others than Vaasa answer for."""
GUARDIANS = {"child": ("mother", "father"), "baby": ("mother",)}
MEMBERS = {
    name: case_id_of(f"{ANSWERS.get(name, VAASA).id}/officer", f"{name} opened") for name in BORN
}
"""Everybody there is, each by the case."""
AUDITORS = Organisation(id="valvoja", kind=OrganisationKind.AUDITOR)


class Register:
    """The organisations of ``tests.desk``, on any day."""

    def kind_of(self, organisation: str, on: date, /) -> OrganisationKind | None:
        return REGISTER.get(organisation)

    def area_of(self, municipality: str, on: date, /) -> str | None:
        return AREAS.get(municipality)

    def works_with(self, organisation: str, on: date, /) -> frozenset[str]:
        return frozenset()


def _find(organisation: str) -> Organisation | None:
    kind = REGISTER.get(organisation)
    return None if kind is None else Organisation(id=organisation, kind=kind)


class NoTrail:
    def write(self, records: Sequence[AccessRecord]) -> None:
        """What is on the trail is for others to look at."""


def officer(organisation: Organisation) -> Caller:
    """Somebody at work there; at the auditors' an auditor."""
    auditing = organisation.kind is OrganisationKind.AUDITOR
    role = Role.AUDITOR if auditing else Role.OFFICER
    principal = Principal(subject="officer", organisation=organisation, roles=frozenset({role}))
    return Caller(principal, None, "request")


@dataclass
class Family:
    """Whoever acts on the family's plans and cases, from the day the cases were opened."""

    cases: Remembering = field(default_factory=Remembering)
    plans: Remembering = field(default_factory=Remembering)
    today: date = OPENED
    done: int = 0

    def __post_init__(self) -> None:
        numbers = count(10_000 * (self.done + 1))
        self._clock = SimulationClock(datetime(2025, 2, 3, 8, tzinfo=UTC))

        def new_id() -> UUID:
            return uuid5(UUID(int=9), str(next(numbers)))

        witness = Witness(NoTrail(), self._clock.now, new_id)
        self._cases = Cases(
            log=self.cases,
            witness=witness,
            law=LAW,
            clock=self._clock,
            new_id=new_id,
            blind_index=str.encode,
            authorities=Register(),
            accept_test_codes=True,
        )
        notes = FamilyNotes(
            plans=self.plans,
            untold=self.plans,
            case_log=self.cases,
            cases=self._cases,
            find=_find,
            purposes=shipped_purposes(),
            clock=self._clock,
            new_id=new_id,
        )
        self._plans = FamilyPlans(
            log=self.plans,
            cases=self.cases,
            reach=Reach(self.cases, witness, LAW, self._clock, People(self.cases, str.encode)),
            witness=witness,
            law=LAW,
            clock=self._clock,
            new_id=new_id,
            authorities=Register(),
            notes=notes,
        )

    def copy(self) -> "Family":
        """The same family, which goes on on its own."""
        return Family(self.cases.copy(), self.plans.copy(), self.today, self.done)

    def acts(
        self,
        by: Organisation,
        act: Act,
        stream: UUID | None = None,
        on: date | None = None,
        key: str | None = None,
    ) -> ActOutcome:
        """What comes of an act, of the legal day ``on``, on what the officer sees of the stream."""
        self.done += 1
        at = datetime.combine(self.today, time(8), tzinfo=UTC)
        self._clock.set(at.replace(minute=self.done // 60 % 60, second=self.done % 60))
        key = key or f"act {self.done}"
        on_case = stream in self.cases.streams or isinstance(act, OpenCase)
        log, app = (self.cases, self._cases) if on_case else (self.plans, self._plans)
        stored = log.load(stream) if stream else ()
        request = Request(
            act=act.model_copy(update={"effective_on": on or self.today}),
            key=key,
            fingerprint=key.encode(),
            case_id=stream,
            seen=Seen.of(stored) if stored else None,
            creates=created(key),
        )
        performing: Cases | FamilyPlans = app
        return performing.perform(officer(by), request)

    def case(self, member: UUID) -> CaseState:
        """A member's case as it stands."""
        return fold_case(self.cases.load(member))

    def answers(self, member: UUID) -> Organisation:
        """The authority that answers for a member's case."""
        found = _find(self.case(member).responsible_on(self.today) or "")
        assert found is not None, "every case is somebody's"
        return found

    def plan(self, plan: UUID) -> FamilyPlanState:
        """A plan as it stands."""
        return fold(self.plans.load(plan))

    def facts(self, plan: UUID) -> tuple[Recorded, ...]:
        """All that was recorded of a plan."""
        return self.plans.load(plan)

    def drawn_up(self) -> Iterator[UUID]:
        """The plans there are, the oldest first."""
        yield from self.plans.streams

    def shown(
        self, to: Organisation, action: Action, plan: UUID, asked: AsOf
    ) -> FamilyPlanReadable | None:
        """What of a plan is read by somebody at an organisation; None where nothing is."""
        found = self._plans.show(officer(to), action, plan, asked)
        return found if isinstance(found, FamilyPlanReadable) else None


def opened() -> Family:
    """The cases of all were opened on 3.2.2025; nobody has consented to anything."""
    family = Family()
    for name, member in MEMBERS.items():
        known = tuple(MEMBERS[each] for each in GUARDIANS.get(name, ()))
        act = OpenCase(
            origin=CaseOrigin.KELA_NOTICE,
            learned_on=OPENED,
            section="84.2",
            person=PersonDetails(date_of_birth=BORN[name], guardians=known or None),
        )
        outcome = family.acts(ANSWERS.get(name, VAASA), act, key=f"{name} opened")
        assert isinstance(outcome, Performed), outcome
        assert outcome.case_id == member
    return family


def consent(scope: ConsentScope, on: date, guardian: UUID | None = None) -> GiveConsent:
    """A consent, of the client or of a guardian."""
    informed = Informed(on=on, language="so", interpreter=True)
    return GiveConsent(scope=scope, informed=informed, guardian=guardian)


def created(key: str) -> UUID:
    """The id of what an act under this key creates."""
    return uuid5(UUID(int=8), key)
