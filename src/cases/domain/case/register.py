"""The types of the Case stream: which facts the log may hold, which acts there are, who decides."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cases.domain.case.act import Act, Circumstances, Outcome, refuse, told_ahead
from cases.domain.case.assessment import acts as assessment
from cases.domain.case.assessment import decisions as on_assessment
from cases.domain.case.assessment import facts as assessment_facts
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.closing.decisions import decide_close_case
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.consent import acts as consent
from cases.domain.case.consent import decisions as on_consent
from cases.domain.case.consent import facts as consent_facts
from cases.domain.case.costs.acts import RecordCost
from cases.domain.case.costs.decisions import decide_record_cost
from cases.domain.case.costs.facts import CostRecorded
from cases.domain.case.earlier import earlier_plans_by_name
from cases.domain.case.earlier_plans.acts import NoteEarlierPlans
from cases.domain.case.earlier_plans.decisions import decide_note_earlier_plans
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.extension import acts as extension
from cases.domain.case.extension import decisions as on_extension
from cases.domain.case.extension import facts as extension_facts
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.family_plan.decisions import decide_note_family_plan
from cases.domain.case.family_plan.facts import NamedInFamilyPlan
from cases.domain.case.joining.acts import JoinCases
from cases.domain.case.joining.decisions import decide_join_cases
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.necessary_data.acts import RecordNecessaryData
from cases.domain.case.necessary_data.decisions import decide_record_necessary_data
from cases.domain.case.necessary_data.facts import NecessaryDataRecorded
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.opening.decisions import decide_open_case
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person import acts as person
from cases.domain.case.person import decisions as on_person
from cases.domain.case.person import facts as person_facts
from cases.domain.case.plan import acts as plan
from cases.domain.case.plan import decisions as on_plan
from cases.domain.case.plan import facts as plan_facts
from cases.domain.case.protection import acts as protection
from cases.domain.case.protection import decisions as on_protection
from cases.domain.case.protection import facts as protection_facts
from cases.domain.case.records import acts as records
from cases.domain.case.records import decisions as on_records
from cases.domain.case.records import facts as records_facts
from cases.domain.case.referral_elsewhere import acts as referral_elsewhere
from cases.domain.case.referral_elsewhere import decisions as on_referral_elsewhere
from cases.domain.case.referral_elsewhere import facts as referral_elsewhere_facts
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.reopening.decisions import decide_reopen_case
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.representation import acts as representation
from cases.domain.case.representation import decisions as on_representation
from cases.domain.case.representation import facts as representation_facts
from cases.domain.case.responsibility import acts as responsibility
from cases.domain.case.responsibility import decisions as on_responsibility
from cases.domain.case.responsibility import facts as responsibility_facts
from cases.domain.case.responsibility.moving import decide_decline_request
from cases.domain.case.review.acts import ReviewPlan, SwitchPlan
from cases.domain.case.review.decisions import decide_review_plan, decide_switch_plan
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.case.services import acts as services
from cases.domain.case.services import decisions as on_services
from cases.domain.case.services import facts as services_facts
from cases.domain.case.state import CaseState
from cases.domain.case.studies import acts as studies
from cases.domain.case.studies import decisions as on_studies
from cases.domain.case.studies import facts as studies_facts
from cases.domain.facts import Fact, Upcaster
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal

FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {
        fact.topic(): fact
        for fact in (
            CaseOpened,
            person_facts.PersonDetailsRecorded,
            person_facts.ResidenceBasisRecorded,
            person_facts.LabourMarketStatusRecorded,
            person_facts.BenefitNoticeRecorded,
            consent_facts.ConsentGiven,
            consent_facts.ConsentWithdrawn,
            protection_facts.NonDisclosureSet,
            protection_facts.NonDisclosureLifted,
            assessment_facts.AssessmentStarted,
            assessment_facts.InitialInterviewHeld,
            assessment_facts.ExpertAssessmentOrdered,
            assessment_facts.ExpertAssessmentObtained,
            assessment_facts.AssessmentCompleted,
            assessment_facts.AssessmentDiscontinued,
            assessment_facts.AssessmentForgone,
            plan_facts.PlanDrawnUp,
            plan_facts.ClientGuidedToServices,
            PlanReviewed,
            PlanSwitched,
            extension_facts.PlanExtended,
            extension_facts.PlanContinuedForStudies,
            studies_facts.SupportedStudiesStarted,
            studies_facts.SupportedStudiesEnded,
            plan_facts.PlanEnded,
            plan_facts.PlanExpired,
            responsibility_facts.WorkerAssigned,
            responsibility_facts.ReferredToEmploymentAuthority,
            responsibility_facts.ReferralAccepted,
            responsibility_facts.ReferralDeclined,
            responsibility_facts.CaseHandedOver,
            responsibility_facts.HandOverRequested,
            responsibility_facts.HandOverRequestDeclined,
            referral_elsewhere_facts.ReferredElsewhere,
            referral_elsewhere_facts.ReferralOutcomeRecorded,
            services_facts.ServiceStarted,
            services_facts.ServiceCompleted,
            services_facts.ServiceInterrupted,
            services_facts.LanguageTestRecorded,
            CostRecorded,
            NecessaryDataRecorded,
            representation_facts.RepresentationRecorded,
            representation_facts.RepresentationEnded,
            NamedInFamilyPlan,
            EarlierPlansNoted,
            CaseClosed,
            CaseReopened,
            CasesJoined,
            records_facts.RecordCorrected,
            records_facts.RecordAnnulled,
            records_facts.CorrectionRequested,
            records_facts.CorrectionRequestAnswered,
        )
    }
)
"""Every fact of a case, by the name the log keeps it under."""

UPCASTERS: Mapping[str, Upcaster] = MappingProxyType(
    {
        "case.opened.v1": Upcaster("case.opened.v2", earlier_plans_by_name),
        "case.opened.v2": Upcaster("case.opened.v3", dict),
        "person.details-recorded.v1": Upcaster("person.details-recorded.v2", earlier_plans_by_name),
        "person.details-recorded.v2": Upcaster("person.details-recorded.v3", dict),
        "person.details-recorded.v3": Upcaster("person.details-recorded.v4", dict),
        # Each of these versions only allows more; what was not asked then is not known now.
        "assessment.started.v1": Upcaster("assessment.started.v2", dict),
        "assessment.completed.v1": Upcaster("assessment.completed.v2", dict),
        "plan.drawn-up.v1": Upcaster("plan.drawn-up.v2", dict),
        "plan.drawn-up.v2": Upcaster("plan.drawn-up.v3", dict),
        "case.handed-over.v1": Upcaster("case.handed-over.v2", dict),
        "plan.reviewed.v1": Upcaster("plan.reviewed.v2", dict),
        "plan.reviewed.v2": Upcaster("plan.reviewed.v3", dict),
        "plan.extended.v1": Upcaster("plan.extended.v2", dict),
        "case.closed.v1": Upcaster("case.closed.v2", dict),
    }
)
"""What makes a newer version of every older one that was ever recorded, by the older topic."""

Decide = Callable[[Any, CaseState, Circumstances], Outcome]

DECISIONS: Mapping[type[Act], Decide] = MappingProxyType(
    {
        OpenCase: decide_open_case,
        person.RecordDetails: on_person.decide_record_details,
        person.RecordResidenceBasis: on_person.decide_record_residence_basis,
        person.RecordLabourMarketStatus: on_person.decide_record_labour_market_status,
        person.RecordBenefitNotice: on_person.decide_record_benefit_notice,
        consent.GiveConsent: on_consent.decide_give_consent,
        consent.WithdrawConsent: on_consent.decide_withdraw_consent,
        protection.SetNonDisclosure: on_protection.decide_set_non_disclosure,
        protection.LiftNonDisclosure: on_protection.decide_lift_non_disclosure,
        assessment.StartAssessment: on_assessment.decide_start_assessment,
        assessment.HoldInitialInterview: on_assessment.decide_hold_initial_interview,
        assessment.OrderExpertAssessment: on_assessment.decide_order_expert_assessment,
        assessment.ObtainExpertAssessment: on_assessment.decide_obtain_expert_assessment,
        assessment.CompleteAssessment: on_assessment.decide_complete_assessment,
        assessment.DiscontinueAssessment: on_assessment.decide_discontinue_assessment,
        assessment.ForgoAssessment: on_assessment.decide_forgo_assessment,
        plan.DrawUpPlan: on_plan.decide_draw_up_plan,
        plan.GuideToServices: on_plan.decide_guide_to_services,
        ReviewPlan: decide_review_plan,
        SwitchPlan: decide_switch_plan,
        extension.ExtendPlan: on_extension.decide_extend_plan,
        extension.ContinueForStudies: on_extension.decide_continue_for_studies,
        studies.StartSupportedStudies: on_studies.decide_start_supported_studies,
        studies.EndSupportedStudies: on_studies.decide_end_supported_studies,
        plan.EndPlan: on_plan.decide_end_plan,
        plan.ExpirePlan: on_plan.decide_expire_plan,
        responsibility.AssignWorker: on_responsibility.decide_assign_worker,
        responsibility.ReferToEmploymentAuthority: (
            on_responsibility.decide_refer_to_employment_authority
        ),
        responsibility.AcceptReferral: on_responsibility.decide_accept_referral,
        responsibility.DeclineReferral: on_responsibility.decide_decline_referral,
        responsibility.HandOver: on_responsibility.decide_hand_over,
        responsibility.DeclineHandOverRequest: decide_decline_request,
        referral_elsewhere.ReferElsewhere: on_referral_elsewhere.decide_refer_elsewhere,
        referral_elsewhere.RecordReferralOutcome: (
            on_referral_elsewhere.decide_record_referral_outcome
        ),
        services.StartService: on_services.decide_start_service,
        services.CompleteService: on_services.decide_complete_service,
        services.InterruptService: on_services.decide_interrupt_service,
        services.RecordLanguageTest: on_services.decide_record_language_test,
        RecordCost: decide_record_cost,
        RecordNecessaryData: decide_record_necessary_data,
        representation.RecordRepresentation: on_representation.decide_record_representation,
        representation.EndRepresentation: on_representation.decide_end_representation,
        NoteFamilyPlan: decide_note_family_plan,
        NoteEarlierPlans: decide_note_earlier_plans,
        CloseCase: decide_close_case,
        ReopenCase: decide_reopen_case,
        JoinCases: decide_join_cases,
        records.CorrectRecord: on_records.decide_correct_record,
        records.AnnulRecord: on_records.decide_annul_record,
        records.RequestCorrection: on_records.decide_request_correction,
        records.AnswerCorrectionRequest: on_records.decide_answer_correction_request,
    }
)
"""Every act on a case, and the function that decides it."""

IN_A_CLOSED_CASE = (
    ReopenCase,
    plan.ExpirePlan,
    protection.SetNonDisclosure,
    protection.LiftNonDisclosure,
    responsibility.AssignWorker,
    records.CorrectRecord,
    records.AnnulRecord,
    records.RequestCorrection,
    records.AnswerCorrectionRequest,
    NoteEarlierPlans,
    NoteFamilyPlan,
)
"""What may still be recorded: that the case goes on, that a plan is over, that the person is
protected, who handles what is still to be put right, what puts it right, and what follows from
another case or from a family's plan, which go on meanwhile."""

ACTS: Mapping[str, type[Act]] = MappingProxyType({act.NAME: act for act in DECISIONS})
"""Every act on a case, by its name."""


def decide(act: Act, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Decide an act: the facts to record, a refusal with its sections, or what is not supported.

    ``state`` holds everything known of the case; the rules ask it about the legal date of the act.
    An act dated after the day of recording is refused: the record tells what has happened. So is
    any act on a case that has been closed, or of a day between a closing and its reopening, but
    what may be recorded in a closed case.
    """
    ahead = told_ahead(circumstances)
    if ahead is not None:
        return ahead
    if not isinstance(act, IN_A_CLOSED_CASE):
        closed = _closed_then(state, circumstances)
        if closed is not None:
            return closed
    return DECISIONS[type(act)](act, state, circumstances)


def _closed_then(state: CaseState, circumstances: Circumstances) -> Refusal | None:
    """Why nothing is recorded: the case is closed, or was on the legal date of the act."""
    if state.closing is not None:
        line = circumstances.line(Rule.CASE_IS_OPEN, False, closedOn=state.closing.closed_on)
        return refuse(line, conflict=True)
    then = state.closing_on(circumstances.on)
    # What was done on the day of the closing itself may be told late.
    if then is None or then.closed_on == circumstances.on:
        return None
    line = circumstances.line(
        Rule.CASE_WAS_OPEN_THEN,
        False,
        on=circumstances.on,
        closedOn=then.closed_on,
        reopenedOn=then.reopened_on,
    )
    return refuse(line, pointer="/effectiveOn", conflict=True)
