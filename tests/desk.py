"""An officer's desk: acts put to ``decide``, and the facts of the lawful ones kept in the case."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import UUID, uuid5

from cases.domain.case.act import Act, Circumstances, Decision, Maker, Organisation, Outcome
from cases.domain.case.assessment.acts import (
    CompleteAssessment,
    Finding,
    HoldInitialInterview,
    ObtainExpertAssessment,
    OrderExpertAssessment,
    PlannedPlan,
    StartAssessment,
)
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import (
    PersonDetails,
    RecordBenefitNotice,
    RecordDetails,
    RecordLabourMarketStatus,
    RecordResidenceBasis,
)
from cases.domain.case.plan.acts import (
    DrawUpPlan,
    EndPlan,
    ExpirePlan,
    Goal,
    GuideToServices,
    Measure,
)
from cases.domain.case.register import decide
from cases.domain.case.review.acts import ReviewPlan
from cases.domain.case.state import NOTHING, CaseState, evolve
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    CaseOrigin,
    Channel,
    ClosingGround,
    EndingGround,
    FindingItem,
    GoalKind,
    GoalTerm,
    InformedOf,
    Initiative,
    LabourMarketStatus,
    OrganisationKind,
    PlanKind,
    PlanOutcome,
    ResidenceBasis,
    ResidenceGroup,
    ReviewHeldBy,
    Service,
    SourceKind,
)
from cases.domain.facts import Fact, Recorded, Source
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.domain.law.rules import Refusal
from cases.domain.law.texts import refuse as say_refusal
from tests.casebook import Case, Casebook

LAW = load_law()
LAW_IN_FORCE = load_law([("681/2023@2025", date(2025, 1, 1))])
VAASA = Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY)
VAASA_TE = Organisation(id="vaasa-te", kind=OrganisationKind.EMPLOYMENT_AUTHORITY)
MAKERS = (Maker(name="Virva Virkailija", organisation="vaasa"),)

OPENED = date(2025, 2, 3)
GRANTED = date(2024, 9, 16)
ASSESSED = date(2025, 2, 24)
DRAWN_UP = date(2025, 3, 3)
LAST_DAY = date(2026, 3, 3)
MAXIMUM = date(2027, 3, 3)


@dataclass
class Desk:
    """A case at work. Ids follow from the number of acts done, so that a case tells itself alike.

    ``today`` is the legal day of recording and never runs backwards; an act may be dated earlier.
    """

    law: Law = LAW
    case: Case = field(default_factory=lambda: Casebook().case(UUID(int=7)))
    state: CaseState = NOTHING
    done: int = 0
    today: date = OPENED

    @property
    def facts(self) -> tuple[Recorded, ...]:
        return tuple(self.case.facts)

    def asks(
        self,
        act: Act,
        on: date,
        *,
        today: date | None = None,
        by: Organisation = VAASA,
        new_id: UUID | None = None,
    ) -> Outcome:
        """What would come of the act dated ``on``, recorded ``today`` (else on its own day)."""
        circumstances = Circumstances(
            on=on,
            today=today or max(on, self.today),
            edition=self.law.on(on),
            new_id=new_id or uuid5(UUID(int=7), str(self.done)),
            organisation=by,
        )
        return decide(act, self.state, circumstances)

    def does(
        self,
        act: Act,
        on: date,
        *,
        today: date | None = None,
        by: Organisation = VAASA,
        new_id: UUID | None = None,
    ) -> Decision:
        """Do the act, which is lawful, and keep its facts."""
        outcome = self.asks(act, on, today=today, by=by, new_id=new_id)
        assert isinstance(outcome, Decision), outcome
        self.today = max(self.today, today or on)
        self.done += 1
        self.keep(act, outcome, on)
        return outcome

    def keep(self, act: Act, decision: Decision, on: date) -> None:
        """Keep the facts of a decision as the log would, at noon of the day of recording."""
        for fact in decision.facts:
            self.case.record(on, fact)
            self.case.facts[-1] = replace(
                self.case.facts[-1],
                recorded_at=datetime.combine(self.today, time(12), tzinfo=UTC),
                act=act.NAME,
                act_id=f"act-{self.done}",
                edition=self.law.on(on).id,
                rules=decision.rules,
                source=act.source,
            )
            self.state = evolve(self.state, self.case.facts[-1])

    def copy(self) -> "Desk":
        """The same case on another desk."""
        case = Case(Casebook(list(self.case.book.ledger)), self.case.case_id, list(self.facts))
        return replace(self, case=case)

    @property
    def assessment(self) -> UUID:
        return self.state.assessments[-1].assessment_id

    @property
    def plan(self) -> UUID:
        return self.state.plans[-1].plan_id

    @property
    def measures(self) -> tuple[UUID, ...]:
        return tuple(m.measure_id for m in self.state.plans[-1].measures)


# cases at a stage -------------------------------------------------------------------------------


def opened(law: Law = LAW) -> Desk:
    """Opened on 3.2.2025; a permit of 16.9.2024; on child home care allowance."""
    desk = Desk(law)
    desk.does(open_case(), OPENED)
    desk.does(residence(GRANTED), OPENED)
    desk.does(status(LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE, date(2024, 11, 1)), OPENED)
    desk.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, date(2024, 11, 1)), OPENED)
    return desk


def under_assessment(law: Law = LAW) -> Desk:
    """An ordinary assessment was started on 10.2.2025."""
    desk = opened(law)
    desk.does(start(), date(2025, 2, 10))
    return desk


def assessed(law: Law = LAW) -> Desk:
    """The assessment was completed on 24.2.2025: a plan on 3.3.2025."""
    desk = under_assessment(law)
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    return desk


def planned(law: Law = LAW) -> Desk:
    """A first plan was drawn up on 3.3.2025, valid until 3.3.2026, first review on 1.9.2025."""
    desk = assessed(law)
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1)), DRAWN_UP)
    return desk


# acts -------------------------------------------------------------------------------------------


def open_case(learned_on: date = date(2025, 1, 30), **details: Any) -> OpenCase:
    person = PersonDetails(**({"date_of_birth": date(1992, 3, 14)} | details))
    return OpenCase(
        origin=CaseOrigin.KELA_NOTICE, section="84.2", learned_on=learned_on, person=person
    )


def details(**known: Any) -> RecordDetails:
    return RecordDetails(details=PersonDetails(**known))


def residence(
    first_granted_on: date, group: ResidenceGroup = ResidenceGroup.OTHER
) -> RecordResidenceBasis:
    return RecordResidenceBasis(
        kind=ResidenceBasis.RESIDENCE_PERMIT,
        first_granted_on=first_granted_on,
        group=group,
        source=Source(kind=SourceKind.AUTHORITY, name="migri"),
    )


def status(labour_market_status: LabourMarketStatus, since: date) -> RecordLabourMarketStatus:
    return RecordLabourMarketStatus(status=labour_market_status, since=since)


def benefit(kind: Benefit, since: date, until: date | None = None) -> RecordBenefitNotice:
    return RecordBenefitNotice(benefit=kind, since=since, until=until)


def start(ground: str = "14.1.3", **more: Any) -> StartAssessment:
    return StartAssessment(**({"kind": AssessmentKind.ORDINARY, "ground": ground} | more))


def interview(assessment: UUID) -> HoldInitialInterview:
    return HoldInitialInterview(
        assessment=assessment,
        channel=Channel.OFFICE,
        language="fa",
        interpreter=True,
        informed=tuple(InformedOf),
    )


def order_expert(assessment: UUID) -> OrderExpertAssessment:
    return OrderExpertAssessment(assessment=assessment, clarifies="Hearing", by="hospital")


def obtain_expert(expert_assessment: UUID) -> ObtainExpertAssessment:
    return ObtainExpertAssessment(expert_assessment=expert_assessment, result="Hears well")


def complete(
    desk: Desk,
    *,
    planned_on: date | None = None,
    outcome: PlanOutcome = PlanOutcome.AS_SOON_AS_POSSIBLE,
    reasons: str | None = None,
    family_plan: PlannedPlan | None = None,
) -> CompleteAssessment:
    finding = Finding(
        item=FindingItem.LITERACY, text="Reads Persian", source=Source(kind=SourceKind.PERSON)
    )
    on_date = PlanOutcome.PLAN_ON_DATE if planned_on else outcome
    return CompleteAssessment(
        assessment=desk.assessment,
        findings=(finding,),
        plan=PlannedPlan(outcome=on_date, date=planned_on, reasons=reasons),
        family_plan=family_plan,
        makers=MAKERS,
    )


def goals(*kinds: GoalKind) -> tuple[Goal, ...]:
    return tuple(Goal(term=GoalTerm.LONG, kind=kind, text="as agreed") for kind in kinds)


def draw_up(valid_from: date, valid_until: date, *, review_on: date, **more: Any) -> DrawUpPlan:
    training = Measure(
        service=Service.INTEGRATION_TRAINING, provider="opisto", serves="Language for work"
    )
    orientation = Measure(
        service=Service.CIVIC_ORIENTATION, provider="vaasa", serves="Knowledge of society"
    )
    usual: dict[str, Any] = {
        "kind": PlanKind.INTEGRATION,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "goals": goals(GoalKind.EMPLOYMENT, GoalKind.WORK_LIFE_READINESS),
        "measures": (training, orientation),
        "follow_up": "Officer calls each month",
        "next_review_on": review_on,
        "makers": MAKERS,
    }
    return DrawUpPlan(**(usual | more))


def guide(plan: UUID, *measures: UUID) -> GuideToServices:
    return GuideToServices(plan=plan, measures=measures)


def review(plan: UUID, *, next_on: date, **more: Any) -> ReviewPlan:
    usual: dict[str, Any] = {
        "plan": plan,
        "held_by": ReviewHeldBy.MUNICIPALITY,
        "initiative": Initiative.SCHEDULED,
        "next_review_on": next_on,
        "makers": MAKERS,
    }
    return ReviewPlan(**(usual | more))


def end(plan: UUID, ends_on: date, ground: EndingGround = EndingGround.EMPLOYED) -> EndPlan:
    return EndPlan(plan=plan, ground=ground, ends_on=ends_on)


def expire(plan: UUID, last_day: date) -> ExpirePlan:
    return ExpirePlan(plan=plan, last_day=last_day)


def close(ground: ClosingGround = ClosingGround.INTEGRATION_COMPLETED) -> CloseCase:
    return CloseCase(ground=ground)


# answers ----------------------------------------------------------------------------------------


F = TypeVar("F", bound=Fact)


def only(outcome: Outcome, kind: type[F]) -> F:
    """The one fact of a decision, of the kind it must be."""
    assert isinstance(outcome, Decision), outcome
    (fact,) = outcome.facts
    assert isinstance(fact, kind)
    return fact


def rule_log(outcome: Outcome) -> list[tuple[str, str, object]]:
    """Rule, section and result of each line of a decision's rule log."""
    assert isinstance(outcome, Decision), outcome
    return [(line.rule, line.section, line.result) for line in outcome.rules]


def refused(outcome: Outcome, *, conflict: bool = False) -> list[tuple[str, str, date | None]]:
    """Rule, section and latest lawful day of each violation of a refusal, which is one.

    Whatever is refused is said in three languages, and leaves nothing it names unknown.
    """
    assert isinstance(outcome, Refusal), outcome
    assert outcome.conflict is conflict
    for violation in outcome.violations:
        for language in Language:
            sentence = say_refusal(violation, language)
            assert not any(w in sentence for w in ("ei tiedossa", "okänt", "not known", "{"))
    return [(v.line.rule, v.line.section, v.latest) for v in outcome.violations]


def pointers(outcome: Outcome) -> list[str | None]:
    """The members of the act at fault, in the order of the violations."""
    assert isinstance(outcome, Refusal), outcome
    return [violation.pointer for violation in outcome.violations]
