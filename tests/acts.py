"""Acts as an officer would put them, each whole with nothing told."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from cases.domain.case.act import (
    Decision,
    Organisation,
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
from cases.domain.case.extension.acts import (
    ContinueForStudies,
    ExtendPlan,
    Extension,
    Obstacle,
)
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
)
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
from cases.domain.case.studies.acts import EndSupportedStudies, StartSupportedStudies
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
    InformedOf,
    Initiative,
    LabourMarketStatus,
    PlanKind,
    PlanOutcome,
    ReferralReason,
    ReopeningGround,
    ResidenceBasis,
    ResidenceGroup,
    ReviewHeldBy,
    SourceKind,
    StudiesEndReason,
)
from cases.domain.facts import Source
from tests.desk import MAKERS, ORIENTATION, REHABILITATION, TRAINING, Desk


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
