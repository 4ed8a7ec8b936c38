"""Which acts a case calls for as it stands, each as often as it should be drawn."""

from tests.desk import REGISTER
from tests.property.drawing import Case, lives_elsewhere

from cases.domain.case.plan.validity import plan_over_last
from cases.domain.codes.values import OrganisationKind, PlanKind

OF_AGE = 18
AT_ANY_TIME = (
    *["recordDetails", "recordResidenceBasis", "recordLabourMarketStatus", "recordBenefitNotice"],
    *["assignWorker", "setNonDisclosure", "liftNonDisclosure"],
)


def called_for(case: Case) -> list[str]:
    """The names of acts that may be lawful on the day, the more telling of them several times."""
    if case.state.closing is not None:
        return ["reopenCase"] * 4 + ["expirePlan", "correctRecord", "annulRecord"]
    telling = [*_on_assessments(case), *_on_plans(case), *_on_responsibility(case)]
    return [*AT_ANY_TIME, *telling * 2, *_on_what_goes_on(case)]


def _on_assessments(case: Case) -> list[str]:
    state = case.state
    found: list[str] = []
    experts = [e for a in state.assessments for e in a.expert_assessments]
    if any(e.obtained_on is None for e in experts):
        found += ["obtainExpertAssessment"] * 3
    if any(a.under_way for a in state.assessments):
        found += ["holdInitialInterview", "orderExpertAssessment"] * 2
        return [*found, *["completeAssessment"] * 3, *["discontinueAssessment"] * 2]
    age = state.person.age_on(case.on)
    if age is not None and age < OF_AGE:
        found += ["forgoAssessment"] * 4
    needs_one = not any(a.finds_need_of_plan for a in state.assessments)
    return [*found, *["startAssessment"] * (6 if needs_one else 2)]


def _on_plans(case: Case) -> list[str]:
    state, plan = case.state, case.plan
    found: list[str] = []
    over = plan_over_last(state, case.edition, case.on)
    if over is not None and not (over[0].expired_after or over[0].ending or over[0].replaced):
        found += ["expirePlan"] * 3
    if any(a.finds_need_of_plan for a in state.assessments):
        found += ["drawUpPlan"] * (2 if plan else 6)
    studying = any(s.ended_on is None for s in state.studies)
    if studying:
        found += ["endSupportedStudies"]
    if plan is None:
        under_way = any(a.under_way for a in state.assessments)
        return found if under_way else [*found, "closeCase"]
    found += ["reviewPlan"] * (10 if plan.kind is PlanKind.MULTISECTORAL else 7)
    found += ["extendPlan"] * 4 + ["guideToServices", "endPlan"]
    if case.edition.multisectoral and plan.ending is None and plan.replaced is None:
        found += ["switchPlan"] * 4
    if studying:
        return [*found, *["continueForStudies"] * 4]
    jobseeker = state.person.is_jobseeker_on(case.on)
    return [*found, *["startSupportedStudies"] * (4 if jobseeker else 0)]


def _on_what_goes_on(case: Case) -> list[str]:
    """What began and may end: consents, services, representation, referrals elsewhere."""
    state = case.state
    goes_on = {
        "withdrawConsent": any(c.withdrawn_on is None for c in state.consents),
        "completeService": bool(state.courses),
        "interruptService": bool(state.courses),
        "endRepresentation": bool(state.representations),
        "recordReferralOutcome": any(r.outcome is None for r in state.referrals_elsewhere),
    }
    begins = ["giveConsent", "startService", "referElsewhere"]
    age = state.person.age_on(case.on)
    if age is not None and age < OF_AGE:
        begins += ["recordRepresentation"] * 3
    begins += ["recordCost", "recordLanguageTest", "recordNecessaryData"]
    begins += ["correctRecord", "correctRecord", "annulRecord", "requestCorrection"]
    goes_on["answerCorrectionRequest"] = any(
        r.answered_on is None for r in state.correction_requests
    )
    return [*begins, *(name for name, there in goes_on.items() if there for _ in range(3))]


def _on_responsibility(case: Case) -> list[str]:
    state = case.state
    municipal = REGISTER.get(state.responsible_on(case.on) or "") is OrganisationKind.MUNICIPALITY
    # It answers for nobody but jobseekers, and the municipality for all others.
    moves = municipal is state.person.is_jobseeker_on(case.on)
    found = ["handOver"] * (2 if moves or state.consents else 0)
    if state.person.home is not None:
        found += ["recordDetails"] * 2
    if lives_elsewhere(state):
        found += ["handOver"] * 3 if state.consents else ["giveConsent"] * 3
    if state.responsibility.awaited_requests():
        found += ["declineHandOverRequest"] * 2
    if any(r.answered_on is None for r in state.responsibility.referrals):
        return [*found, *["acceptReferral", "declineReferral"] * 3]
    return [*found, *["referToEmploymentAuthority"] * (2 if municipal else 0)]
