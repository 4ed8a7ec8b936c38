"""One person's cases at several authorities: the application over a log that only remembers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import TypeVar
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role
from cases.app.access.witness import Witness
from cases.app.cases import Cases
from cases.app.clock import SimulationClock
from cases.app.outcomes import ActOutcome, Performed, Seen
from cases.app.requests import Request
from cases.app.store.entries import Append, Appended, AppendResult, IdentityTaken
from cases.domain.case.act import Act, Organisation
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import PersonDetails
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.records.acts import AnnulRecord, Change, CorrectRecord
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.values import CaseOrigin, ExtensionGround, LabourMarketStatus
from cases.domain.facts import Fact, Recorded
from tests import acts, desk, standing
from tests.desk import KASKINEN, LAW, VAASA
from tests.families import NoTrail, Register
from tests.remembering import Remembering

CODE, ANOTHER = "140392-9018", "140392-903A"
"""Two identity codes of the test series."""
PLANNED = date(2025, 3, 3)
BACK = date(2026, 4, 1)
F = TypeVar("F", bound=Fact)


class RememberingPeople(Remembering):
    """Cases, with the registry of whose they are."""

    def __init__(self) -> None:
        super().__init__()
        self.registry: dict[tuple[bytes, UUID], bool] = {}

    def append(self, append: Append) -> AppendResult:
        """Remember an act, unless another case has the person."""
        stream = append.stream_id
        for blind in append.new_identities:
            for other, is_open in self.find_identity(blind):
                if is_open and append.identities_open and other != stream:
                    return IdentityTaken(other)
        result = super().append(append)
        if isinstance(result, Appended):
            for blind, whose in [*self.registry]:
                if whose == stream and (append.close_identities or append.reopen_identities):
                    self.registry[blind, whose] = append.reopen_identities
            for blind in append.released_identities:
                del self.registry[blind, stream]
            for blind in append.new_identities:
                self.registry[blind, stream] = append.identities_open
            if append.others_untold:
                self._untold[stream] = append.act.last_version
        return result

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """The cases under blind indexes."""
        return tuple((whose, held) for (b, whose), held in self.registry.items() if b in blinds)

    def is_untold(self, case_id: UUID) -> bool:
        """Whether others are still to be told of a case."""
        return case_id in self._untold

    def forget(self, case_id: UUID) -> None:
        """As if the key of a case was destroyed."""
        self.forgotten[case_id] = self.streams.pop(case_id)


@dataclass
class Offices:
    """Everybody who acts on the person's cases. Each act is recorded an instant later."""

    log: RememberingPeople = field(default_factory=RememberingPeople)
    today: date = date(2025, 2, 3)
    done: int = 0

    def __post_init__(self) -> None:
        numbers = count()
        self._clock = SimulationClock(datetime(2025, 2, 3, 8, tzinfo=UTC))

        def new_id() -> UUID:
            return uuid5(UUID(int=9), str(next(numbers)))

        self.cases = Cases(
            log=self.log,
            witness=Witness(NoTrail(), self._clock.now, new_id),
            law=LAW,
            clock=self._clock,
            new_id=new_id,
            blind_index=str.encode,
            authorities=Register(),
            accept_test_codes=True,
            untold=self.log,
        )

    def asks(
        self,
        act: Act,
        case: UUID | None,
        on: date,
        by: Organisation = VAASA,
        role: Role = Role.OFFICER,
    ) -> ActOutcome:
        """What comes of an act of the legal day ``on``, recorded on it or later."""
        self.today, self.done = max(self.today, on), self.done + 1
        at = datetime.combine(self.today, time(8), tzinfo=UTC) + timedelta(seconds=self.done)
        self._clock.set(at)
        stored = self.log.load(case) if case else ()
        principal = Principal(subject="officer", organisation=by, roles=frozenset({role}))
        key = f"act {self.done}"
        request = Request(
            act=act.model_copy(update={"effective_on": on}),
            key=key,
            fingerprint=key.encode(),
            case_id=case,
            seen=Seen.of(stored) if stored else None,
        )
        return self.cases.perform(Caller(principal, None, "request"), request)

    def does(self, act: Act, case: UUID | None, on: date, by: Organisation = VAASA) -> UUID:
        """Do an act, which is lawful; the case it is on."""
        outcome = self.asks(act, case, on, by)
        assert isinstance(outcome, Performed), outcome
        return outcome.case_id

    def opens(self, code: str | None, on: date, by: Organisation = VAASA) -> UUID:
        """Open a case."""
        person = PersonDetails(identity_code=code, date_of_birth=date(1992, 3, 14))
        act = OpenCase(origin=CaseOrigin.OWN_WORK, learned_on=on, person=person)
        return self.does(act, None, on, by)

    def plans(self, case: UUID, on: date, until: date, by: Organisation = VAASA) -> None:
        """Assess the person, a week later draw a plan up, and record it all two weeks on."""
        self.today = max(self.today, on + timedelta(days=14))
        before = on - timedelta(days=7)
        jobseeker = acts.status(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, before)
        for act in (acts.residence(desk.GRANTED), jobseeker, acts.start("14.1.1")):
            self.does(act, case, before, by)
        assessment = self.state(case).assessments[-1].assessment_id
        at_desk = standing.under_assessment()
        complete = acts.complete(at_desk, planned_on=on)
        self.does(complete.model_copy(update={"assessment": assessment}), case, before, by)
        search = {"job_search_obligation": "Four jobs a month"}
        self.does(
            acts.draw_up(on, until, review_on=on + timedelta(days=90), **search), case, on, by
        )

    def extends(self, case: UUID, months: date, on: date, by: Organisation = VAASA) -> None:
        """Extend the newest plan by a length for little education, up to a day."""
        length = acts.lengthen(ExtensionGround.LITTLE_EDUCATION, months)
        self.does(acts.extend(self.state(case).plans[-1].plan_id, length), case, on, by)

    def closes(self, case: UUID, on: date, by: Organisation = VAASA) -> None:
        """Close a case."""
        self.does(acts.close(), case, on, by)

    def corrects(
        self, case: UUID, kind: type[Fact], changes: Mapping[str, object], by: Organisation = VAASA
    ) -> None:
        """Correct the newest fact of a type."""
        said = tuple(Change(member=member, to=to) for member, to in changes.items())
        version = self.recorded(case, kind).version
        act = CorrectRecord(version=version, changes=said, reason="It was written wrong")
        self.does(act, case, self.today, by)

    def moves_plan(self, case: UUID, to: date, by: Organisation = VAASA) -> None:
        """Correct the day on which the newest plan was drawn up, and it begins."""
        day = to.isoformat()
        members = {"/effectiveOn": day, "/content/validFrom": day}
        self.corrects(case, PlanDrawnUp, members, by)

    def annuls(self, case: UUID, kind: type[Fact], by: Organisation = VAASA) -> None:
        """Annul the newest fact of a type, on which nothing builds."""
        version = self.recorded(case, kind).version
        self.does(AnnulRecord(version=version, reason="Another's"), case, self.today, by)

    def recorded(self, case: UUID, kind: type[Fact]) -> Recorded:
        """The newest fact of a type as it was recorded."""
        return next(each for each in reversed(self.log.load(case)) if isinstance(each.fact, kind))

    def state(self, case: UUID) -> CaseState:
        """A case as it stands."""
        return fold(self.log.load(case))

    def told(self, case: UUID) -> tuple[EarlierPlans, ...]:
        """What a case was told of others, by what counts."""
        return self.state(case).told_of_earlier

    def maximum(self, case: UUID) -> date:
        """The last day of all plans together."""
        most = maximum_on(self.state(case), LAW.governing(self.today), date.max)
        assert most is not None, "there was a plan"
        return most.until


def returned(offices: Offices) -> tuple[UUID, UUID]:
    """A case with a plan, closed when that was over; and one elsewhere, opened after that."""
    first = offices.opens(CODE, date(2025, 2, 3))
    offices.plans(first, PLANNED, date(2026, 1, 30))
    offices.closes(first, date(2026, 3, 9))
    return first, offices.opens(CODE, BACK, KASKINEN)
