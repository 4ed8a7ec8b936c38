"""What tests of read models share: cases told as facts, and a ledger of them in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from cases.domain.case.act import Maker
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.assessment.facts import AssessmentCompleted, AssessmentStarted
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.facts import ResidenceBasisRecorded
from cases.domain.case.plan.acts import Goal, Measure
from cases.domain.case.plan.facts import (
    AgreedMeasure,
    ClientGuidedToServices,
    PlanDrawnUp,
    PlanEnded,
    PlanExpired,
)
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.values import (
    AssessmentKind,
    CaseOrigin,
    ClosingGround,
    EndingGround,
    GoalKind,
    GoalTerm,
    Initiative,
    PlanKind,
    PlanOutcome,
    ResidenceBasis,
    ResidenceGroup,
    ReviewHeldBy,
    Service,
)
from cases.domain.facts import Actor, Fact, Recorded

ESPOO = "espoo"
TURKU = "turku"
OFFICER = Actor(subject="officer-1", organisation=ESPOO, role="OFFICER")
MAKER = Maker(name="Olli Virkailija", organisation=ESPOO)
MEASURES = (UUID(int=1), UUID(int=2))


@dataclass
class Case:
    """A case being told. Each method records one fact on a legal day."""

    book: "Casebook"
    case_id: UUID
    facts: list[Recorded] = field(default_factory=list)

    @property
    def state(self) -> CaseState:
        return fold(self.facts)

    def record(self, on: date, fact: Fact) -> "Case":
        recorded = Recorded(
            stream_id=self.case_id,
            version=len(self.facts) + 1,
            event_id=uuid4(),
            recorded_at=self.book.next_instant(),
            recorded_by=OFFICER,
            effective_on=on,
            act_id=str(uuid4()),
            act="test",
            purpose="case-work",
            edition="681/2023",
            fact=fact,
            position=len(self.book.ledger) + 1,
        )
        self.facts.append(recorded)
        self.book.ledger.append(recorded)
        return self

    def opened(self, on: date, *, learned_on: date | None = None, by: str = ESPOO) -> "Case":
        return self.record(
            on,
            CaseOpened(origin=CaseOrigin.OWN_WORK, learned_on=learned_on or on, responsible=by),
        )

    def granted(self, on: date) -> "Case":
        fact = ResidenceBasisRecorded(
            kind=ResidenceBasis.RESIDENCE_PERMIT, first_granted_on=on, group=ResidenceGroup.OTHER
        )
        return self.record(on, fact)

    def assessment_started(self, on: date) -> "Case":
        fact = AssessmentStarted(
            assessment_id=uuid4(), kind=AssessmentKind.ORDINARY, ground="14.1.1"
        )
        return self.record(on, fact)

    def assessment_completed(
        self,
        on: date,
        outcome: PlanOutcome = PlanOutcome.AS_SOON_AS_POSSIBLE,
        planned_on: date | None = None,
    ) -> "Case":
        fact = AssessmentCompleted(
            assessment_id=self.state.assessments[-1].assessment_id,
            findings=(),
            plan=PlannedPlan(outcome=outcome, date=planned_on, reasons="no need"),
            makers=(MAKER,),
        )
        return self.record(on, fact)

    def plan(
        self,
        on: date,
        until: date,
        *,
        valid_from: date | None = None,
        next_review_on: date | None = None,
        plan_id: UUID | None = None,
    ) -> "Case":
        fact = PlanDrawnUp(
            plan_id=plan_id or uuid4(),
            kind=PlanKind.INTEGRATION,
            valid_from=valid_from or on,
            valid_until=until,
            goals=(Goal(term=GoalTerm.LONG, kind=GoalKind.EMPLOYMENT, text="work"),),
            measures=tuple(
                AgreedMeasure(
                    measure_id=measure_id,
                    measure=Measure(
                        service=Service.INTEGRATION_TRAINING, provider=ESPOO, serves="language"
                    ),
                )
                for measure_id in MEASURES
            ),
            follow_up="by telephone",
            next_review_on=next_review_on or on + timedelta(days=90),
            makers=(MAKER,),
        )
        return self.record(on, fact)

    @property
    def plan_id(self) -> UUID:
        return self.state.plans[-1].plan_id

    def guided(self, on: date, measures: tuple[UUID, ...] = MEASURES) -> "Case":
        return self.record(on, ClientGuidedToServices(plan_id=self.plan_id, measures=measures))

    def reviewed(self, on: date, next_review_on: date) -> "Case":
        fact = PlanReviewed(
            review_id=uuid4(),
            plan_id=self.plan_id,
            held_by=ReviewHeldBy.MUNICIPALITY,
            initiative=Initiative.SCHEDULED,
            next_review_on=next_review_on,
            makers=(MAKER,),
        )
        return self.record(on, fact)

    def ended(self, on: date, ends_on: date) -> "Case":
        fact = PlanEnded(plan_id=self.plan_id, ground=EndingGround.GOALS_REACHED, ends_on=ends_on)
        return self.record(on, fact)

    def expired(self, on: date, last_day: date) -> "Case":
        return self.record(on, PlanExpired(plan_id=self.plan_id, last_day=last_day))

    def closed(self, on: date) -> "Case":
        return self.record(on, CaseClosed(ground=ClosingGround.INTEGRATION_COMPLETED))


@dataclass(frozen=True)
class BookPage:
    """A page of the ledger in memory."""

    facts: tuple[Recorded, ...]
    last: int
    not_read: tuple["Lost", ...] = ()


@dataclass(frozen=True)
class LostCause:
    """Why a case cannot be read: gone for ever, of an unknown kind, or simply not."""

    stream_id: UUID
    gone: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class Lost:
    """A case, or a fact of a page, that cannot be read."""

    cause: LostCause


@dataclass
class Casebook:
    """A ledger in memory that projections read from. ``lost`` cases cannot be read."""

    ledger: list[Recorded] = field(default_factory=list)
    lost: dict[UUID, LostCause] = field(default_factory=dict)

    def case(self, case_id: UUID | None = None) -> Case:
        return Case(self, case_id or uuid4())

    def next_instant(self) -> datetime:
        return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=len(self.ledger))

    def places(self, after: int, upto: int) -> tuple[tuple[int, UUID, int], ...]:
        listed = self.ledger[after:upto]
        return tuple((n, f.stream_id, f.version) for n, f in enumerate(listed, start=after + 1))

    def page(self, after: int, limit: int) -> BookPage:
        listed = self.ledger[after : after + limit]
        read = tuple(f for f in listed if f.stream_id not in self.lost)
        lost = {f.stream_id for f in listed} & self.lost.keys()
        return BookPage(read, after + len(listed), tuple(Lost(self.lost[c]) for c in lost))

    def load_since(self, known: Mapping[UUID, int]) -> dict[UUID, tuple[Recorded, ...] | Lost]:
        read: dict[UUID, list[Recorded]] = {}
        for fact in sorted(self.ledger, key=lambda f: f.version):
            if fact.stream_id in known and fact.version > known[fact.stream_id]:
                read.setdefault(fact.stream_id, []).append(fact)
        found: dict[UUID, tuple[Recorded, ...] | Lost] = {c: tuple(f) for c, f in read.items()}
        return {**found, **{c: Lost(self.lost[c]) for c in found.keys() & self.lost.keys()}}

    def streams(self, after: UUID, upto: UUID, limit: int) -> tuple[UUID, ...]:
        ids = {fact.stream_id for fact in self.ledger if after < fact.stream_id <= upto}
        return tuple(sorted(ids)[:limit])

    def gone(self, case_ids: Iterable[UUID] | None = None) -> set[UUID]:
        erased = {case_id for case_id, cause in self.lost.items() if cause.gone}
        return erased if case_ids is None else erased & {*case_ids}

    def versions_at(self, case_ids: Iterable[UUID], upto: int) -> dict[UUID, int]:
        wanted = {*case_ids}
        versions: dict[UUID, int] = {}
        for fact in self.ledger[:upto]:
            if fact.stream_id in wanted:
                versions[fact.stream_id] = max(fact.version, versions.get(fact.stream_id, 0))
        return versions

    def head(self) -> int:
        return len(self.ledger)
