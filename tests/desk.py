"""An officer's desk: acts put to ``decide``, and the facts of the lawful ones kept in the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID, uuid5

from cases.domain.case.act import (
    Act,
    Circumstances,
    Decision,
    Maker,
    Organisation,
    OtherCase,
    Outcome,
    refuse,
)
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
from cases.domain.case.consent.acts import GiveConsent, Informed
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.extension.acts import (
    ContinueForStudies,
    ExtendPlan,
    Extension,
    Obstacle,
)
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.past import past_of
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
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.register import decide
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.responsibility.acts import (
    AcceptReferral,
    AssignWorker,
    DeclineReferral,
    HandOver,
    ReferToEmploymentAuthority,
)
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.case.responsibility.moving import requested
from cases.domain.case.review.acts import ReviewFindings, ReviewPlan, SwitchPlan
from cases.domain.case.state import NOTHING, CaseState, fold_on
from cases.domain.case.studies.acts import EndSupportedStudies, StartSupportedStudies
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    CaseOrigin,
    Channel,
    ClosingGround,
    ConsentScope,
    EndingGround,
    ExtensionGround,
    FindingItem,
    GoalKind,
    GoalTerm,
    HandOverReason,
    InForce,
    InformedOf,
    Initiative,
    LabourMarketStatus,
    OrganisationKind,
    PlanKind,
    PlanOutcome,
    ReferralReason,
    ReopeningGround,
    ResidenceBasis,
    ResidenceGroup,
    ReviewHeldBy,
    Service,
    SourceKind,
    StudiesEndReason,
)
from cases.domain.facts import Actor, Fact, Recorded, Source
from cases.domain.law.edition import Edition, Law
from cases.domain.law.load import load_law
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal
from cases.domain.law.texts import refuse as say_refusal
from cases.domain.time import legal_day
from tests.casebook import Case, Casebook

LAW = load_law()
LAW_IN_FORCE = load_law([("681/2023@2025", date(2025, 1, 1))])
VAASA = Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY)
VAASA_TE = Organisation(id="vaasa-te", kind=OrganisationKind.EMPLOYMENT_AUTHORITY)
LAIHIA = Organisation(id="laihia", kind=OrganisationKind.MUNICIPALITY)
KASKINEN = Organisation(id="kaskinen", kind=OrganisationKind.MUNICIPALITY)
RANNIKKO_TE = Organisation(id="rannikko-te", kind=OrganisationKind.EMPLOYMENT_AUTHORITY)
POHJANMAA = Organisation(id="pohjanmaa", kind=OrganisationKind.WELFARE_AREA)
KELA = Organisation(id="kela", kind=OrganisationKind.KELA)
FUND = Organisation(id="esimerkkikassa", kind=OrganisationKind.UNEMPLOYMENT_FUND)
REGISTER: Mapping[str, OrganisationKind] = MappingProxyType(
    {
        VAASA.id: VAASA.kind,
        VAASA_TE.id: VAASA_TE.kind,
        LAIHIA.id: LAIHIA.kind,
        KASKINEN.id: KASKINEN.kind,
        RANNIKKO_TE.id: RANNIKKO_TE.kind,
        POHJANMAA.id: POHJANMAA.kind,
        KELA.id: KELA.kind,
        FUND.id: FUND.kind,
    }
)
"""The organisations of the installation's register; ``opisto`` is a provider outside it."""
AREAS: Mapping[str, str] = MappingProxyType(
    {VAASA.id: VAASA_TE.id, LAIHIA.id: VAASA_TE.id, KASKINEN.id: RANNIKKO_TE.id}
)
"""The employment area of each municipality of the register."""
MAKERS = (Maker(name="Virva Virkailija", organisation="vaasa"),)

TRAINING = Measure(
    service=Service.INTEGRATION_TRAINING, provider="opisto", serves="Language for work"
)
ORIENTATION = Measure(
    service=Service.CIVIC_ORIENTATION, provider="vaasa", serves="Knowledge of society"
)
REHABILITATION = Measure(
    service=Service.REHABILITATION, provider="pohjanmaa", serves="Strength for work"
)
STUDIES = Measure(
    service=Service.SELF_MOTIVATED_STUDIES, provider="ammattiopisto", serves="A trade"
)

OPENED = date(2025, 2, 3)
GRANTED = date(2024, 9, 16)
ASSESSED = date(2025, 2, 24)
DRAWN_UP = date(2025, 3, 3)
LAST_DAY = date(2026, 3, 3)
SECOND_DRAWN_UP = date(2026, 2, 23)
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
    areas: Mapping[str, str] = field(default_factory=lambda: AREAS)
    near: Mapping[str, frozenset[str]] = field(default_factory=dict)
    other: OtherCase | None = None
    earlier: EarlierPlans | None = None

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
            edition=self.edition(act, on),
            new_id=new_id or uuid5(UUID(int=7), str(self.done)),
            organisation=by,
            kind_of=REGISTER.get,
            area_of=self.areas.get,
            earlier_plans=self.earlier,
            past=past_of(self.facts, self.under),
            works_with=lambda organisation: self.near.get(organisation, frozenset()),
            other=self.other,
        )
        return decide(act, self.state, circumstances)

    def under(self, act: Act, left: Recorded, on: date, new_id: UUID) -> Circumstances | Refusal:
        """What an act of this case was decided under, were it dated ``on``."""
        organisation = left.recorded_by.organisation
        first = self.law.timeline[0]
        if on < first.applies_from and not act.may_predate_the_act:
            edition = self.law.edition(first.edition)
            inputs = {"on": on, "appliesFrom": first.applies_from}
            return refuse(edition.line(Rule.AFTER_ENTRY_INTO_FORCE, inputs, False))
        return Circumstances(
            on=on,
            today=legal_day(left.recorded_at),
            edition=self.edition(act, on),
            new_id=new_id,
            organisation=Organisation(id=organisation, kind=REGISTER[organisation]),
            kind_of=REGISTER.get,
            area_of=self.areas.get,
            other=self.other,
            earlier_plans=getattr(left.fact, "earlier_plans", None),
        )

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
        self.did(act, outcome, on, today=today, by=by)
        return outcome

    def did(
        self,
        act: Act,
        decision: Decision,
        on: date,
        *,
        today: date | None = None,
        by: Organisation = VAASA,
    ) -> None:
        """Keep the facts of an act that was decided on the case as it stands."""
        self.today = max(self.today, today or on)
        self.done += 1
        self.keep(act, decision, on, by)

    def edition(self, act: Act, on: date) -> Edition:
        """The edition the act is decided under; 102 § judges what predates the first."""
        return self.law.governing(on) if act.may_predate_the_act else self.law.on(on)

    def keep(self, act: Act, decision: Decision, on: date, by: Organisation = VAASA) -> None:
        """Keep the facts of a decision as the log would, at noon of the day of recording."""
        for fact in decision.facts:
            self.case.record(on, fact)
            self.case.facts[-1] = replace(
                self.case.facts[-1],
                recorded_by=Actor(subject="officer-1", organisation=by.id, role="OFFICER"),
                recorded_at=datetime.combine(self.today, time(12), tzinfo=UTC),
                act=act.NAME,
                act_id=f"act-{self.done}",
                edition=self.edition(act, on).id,
                rules=decision.rules,
                source=act.source,
            )
            self.case.book.ledger[-1] = self.case.facts[-1]
            self.state = fold_on(self.facts[-1:], self.state, lambda: self.facts[:-1])

    def copy(self) -> "Desk":
        """The same case on another desk."""
        case = Case(Casebook(list(self.case.book.ledger)), self.case.case_id, list(self.facts))
        return replace(self, case=case)

    def maximum(self, day: date | None = None) -> date:
        """The last day of all plans together, as decided by ``day`` (else by all that is known)."""
        day = day or date.max
        most = maximum_on(self.state, self.law.governing(min(day, self.today)), day)
        assert most is not None, "the case has a plan"
        return most.until

    def last_day(self, plan: UUID | None = None) -> date | None:
        """The last day of the plan, else of the one drawn up last, by all that is known."""
        found = next(p for p in self.state.plans if p.plan_id == (plan or self.plan))
        return validity(found, self.state, self.law.governing(self.today), date.max).last_day

    def in_force(self, day: date, *, plan: UUID | None = None) -> InForce | None:
        """How the plan, else the one drawn up last, is in force on ``day``."""
        found = next(p for p in self.state.plans if p.plan_id == (plan or self.plan))
        return validity(found, self.state, self.law.governing(self.today), date.max).on(day)

    @property
    def referral(self) -> UUID:
        return self.state.responsibility.referrals[-1].referral_id

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


def planned_to_the_maximum(law: Law = LAW, *, born: date = date(1992, 3, 14)) -> Desk:
    """A jobseeker's second plan runs from 4.3.2026 to the maximum, 3.3.2027; studies agreed."""
    desk = Desk(law)
    desk.does(open_case(date_of_birth=born), OPENED)
    desk.does(residence(GRANTED), OPENED)
    desk.does(status(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, OPENED), OPENED)
    desk.does(start("14.1.1"), date(2025, 2, 10))
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    job_search = {"job_search_obligation": "Four jobs a month"}
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1), **job_search), DRAWN_UP)
    second = draw_up(
        date(2026, 3, 4),
        MAXIMUM,
        review_on=date(2026, 8, 20),
        measures=(STUDIES, TRAINING),
        **job_search,
    )
    desk.does(second, SECOND_DRAWN_UP)
    return desk


def assessed_together() -> Desk:
    """A multisectoral assessment was completed on 24.2.2025."""
    desk = opened()
    social_assistance = benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, date(2025, 1, 1))
    desk.does(social_assistance, OPENED)
    desk.does(start_together(), date(2025, 2, 10))
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    return desk


def planned_together() -> Desk:
    """A multisectoral plan was drawn up on 3.3.2025: training, rehabilitation (pohjanmaa)."""
    desk = assessed_together()
    desk.does(draw_up_together(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1)), DRAWN_UP)
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


def start_together(ground: str = "15.1.4", **more: Any) -> StartAssessment:
    usual: dict[str, Any] = {"kind": AssessmentKind.MULTISECTORAL, "participants": ("pohjanmaa",)}
    return start(ground, **(usual | more))


def interview(assessment: UUID) -> HoldInitialInterview:
    return HoldInitialInterview(
        assessment=assessment,
        channel=Channel.OFFICE,
        language="fa",
        interpreter=True,
        informed=tuple(InformedOf),
    )


def order_expert(assessment: UUID, by: str = "hospital") -> OrderExpertAssessment:
    return OrderExpertAssessment(assessment=assessment, clarifies="Hearing", by=by)


def obtain_expert(expert_assessment: UUID) -> ObtainExpertAssessment:
    return ObtainExpertAssessment(expert_assessment=expert_assessment, result="Hears well")


def complete(
    desk: Desk,
    *,
    planned_on: date | None = None,
    outcome: PlanOutcome = PlanOutcome.AS_SOON_AS_POSSIBLE,
    reasons: str | None = None,
    family_plan: PlannedPlan | None = None,
    coordination_needed: bool | None = None,
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
        coordination_needed=coordination_needed,
        makers=MAKERS,
    )


def goals(*kinds: GoalKind) -> tuple[Goal, ...]:
    return tuple(Goal(term=GoalTerm.LONG, kind=kind, text="as agreed") for kind in kinds)


def draw_up(valid_from: date, valid_until: date, *, review_on: date, **more: Any) -> DrawUpPlan:
    kind = {"kind": PlanKind.INTEGRATION}
    return DrawUpPlan(**(kind | _content(valid_from, valid_until, review_on) | more))


def draw_up_together(
    valid_from: date, valid_until: date, *, review_on: date, **more: Any
) -> DrawUpPlan:
    together: dict[str, Any] = {
        "kind": PlanKind.MULTISECTORAL,
        "measures": (TRAINING, REHABILITATION),
        "parties": ("vaasa", "pohjanmaa"),
    }
    return draw_up(valid_from, valid_until, review_on=review_on, **(together | more))


def draw_up_old(drawn_up_on: date, valid_until: date, **more: Any) -> DrawUpPlan:
    """A plan of the repealed Act, signed on the day it was drawn up."""
    old: dict[str, Any] = {"under_act": "1386/2010", "signed_on": drawn_up_on}
    return draw_up(drawn_up_on, valid_until, review_on=drawn_up_on, **(old | more))


def switch(
    plan: UUID, to: PlanKind, valid_from: date, valid_until: date, *, review_on: date, **more: Any
) -> SwitchPlan:
    """Replace the plan, at a review that the municipality holds (with the welfare area)."""
    usual: dict[str, Any] = {
        "plan": plan,
        "to": to,
        "reason": "The situation has changed",
        "review": findings(ReviewHeldBy.MUNICIPALITY),
    }
    if to is PlanKind.MULTISECTORAL:
        usual |= {"measures": (TRAINING, REHABILITATION), "parties": ("vaasa", "pohjanmaa")}
    else:
        usual |= {"review": findings(ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA)}
    return SwitchPlan(**(_content(valid_from, valid_until, review_on) | usual | more))


def findings(held_by: ReviewHeldBy, **more: Any) -> ReviewFindings:
    return ReviewFindings(**({"held_by": held_by, "initiative": Initiative.CLIENT} | more))


def _content(valid_from: date, valid_until: date, review_on: date) -> dict[str, Any]:
    return {
        "valid_from": valid_from,
        "valid_until": valid_until,
        "goals": goals(GoalKind.EMPLOYMENT, GoalKind.WORK_LIFE_READINESS),
        "measures": (TRAINING, ORIENTATION),
        "follow_up": "Officer calls each month",
        "next_review_on": review_on,
        "makers": MAKERS,
    }


def guide(plan: UUID, *measures: UUID) -> GuideToServices:
    return GuideToServices(plan=plan, measures=measures)


def review(plan: UUID, *, next_on: date | None, **more: Any) -> ReviewPlan:
    usual: dict[str, Any] = {
        "plan": plan,
        "held_by": ReviewHeldBy.MUNICIPALITY,
        "initiative": Initiative.SCHEDULED,
        "next_review_on": next_on,
        "makers": MAKERS,
    }
    return ReviewPlan(**(usual | more))


def lengthen(ground: ExtensionGround, until: date | None, **more: Any) -> Extension:
    """An extension of a length, with special measures where its ground needs them."""
    if ground in {ExtensionGround.LITTLE_EDUCATION, ExtensionGround.MULTISECTORAL_NEED}:
        more = {"special_measures": ("Literacy at half pace",)} | more
    return Extension(**({"ground": ground, "until": until} | more))


def obstacle(first: date, last: date, **more: Any) -> Extension:
    """An extension for the days of an illness."""
    days = Obstacle.model_validate({"from": first, "until": last})
    return Extension(**({"ground": ExtensionGround.ILLNESS_OR_INJURY, "obstacle": days} | more))


def extend(plan: UUID, extension: Extension) -> ExtendPlan:
    members = {name: getattr(extension, name) for name in Extension.model_fields}
    return ExtendPlan(plan=plan, **members)


def continue_for_studies(plan: UUID) -> ContinueForStudies:
    return ContinueForStudies(plan=plan)


def start_studies(plan: UUID, since: date, paid_by: str = "kela") -> StartSupportedStudies:
    return StartSupportedStudies(plan=plan, since=since, paid_by=paid_by, studies="Nursing")


def end_studies(
    plan: UUID, ended_on: date, reason: StudiesEndReason = StudiesEndReason.QUALIFICATION_COMPLETED
) -> EndSupportedStudies:
    return EndSupportedStudies(plan=plan, ended_on=ended_on, reason=reason)


def refer(to: str = "vaasa-te") -> ReferToEmploymentAuthority:
    return ReferToEmploymentAuthority(to=to, reason=ReferralReason.INTENDS_TO_REGISTER)


def accept(referral: UUID, registered_on: date) -> AcceptReferral:
    return AcceptReferral(referral=referral, registered_as_jobseeker_on=registered_on)


def decline(referral: UUID) -> DeclineReferral:
    return DeclineReferral(referral=referral, reason="Not registered")


def hand_over(to: str, reason: HandOverReason = HandOverReason.NO_LONGER_JOBSEEKER) -> HandOver:
    return HandOver(to=to, reason=reason)


def consent(
    on: date, scope: ConsentScope = ConsentScope.CONTACT_TO_NEW_MUNICIPALITY
) -> GiveConsent:
    return GiveConsent(
        scope=scope,
        informed=Informed.model_validate({"date": on, "language": "fa", "interpreter": True}),
    )


def move(desk: Desk, to: str = "kaskinen", takes_effect_on: date | None = None) -> HandOver:
    """A hand-over on a move, under the consent given last."""
    return HandOver(
        to=to,
        reason=HandOverReason.MOVE,
        consent=desk.state.consents[-1].consent_id if desk.state.consents else None,
        takes_effect_on=takes_effect_on,
    )


def ask_for_the_case(desk: Desk, by: Organisation, on: date) -> HandOverRequested | None:
    """Another authority opens a case for the client, which becomes a request for this one."""
    fact = requested(by.id, uuid5(UUID(int=7), f"request {desk.done}"), desk.state, on)
    if fact is not None:
        desk.today = max(desk.today, on)
        desk.done += 1
        desk.keep(open_case(), Decision(facts=(fact,)), on, by)
    return fact


def assign_worker(worker: str) -> AssignWorker:
    return AssignWorker(worker=worker)


def end(plan: UUID, ends_on: date, ground: EndingGround = EndingGround.EMPLOYED) -> EndPlan:
    return EndPlan(plan=plan, ground=ground, ends_on=ends_on)


def expire(plan: UUID, last_day: date) -> ExpirePlan:
    return ExpirePlan(plan=plan, last_day=last_day)


def reopen(ground: ReopeningGround = ReopeningGround.SERVICES_NEEDED_AGAIN) -> ReopenCase:
    return ReopenCase(ground=ground)


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
