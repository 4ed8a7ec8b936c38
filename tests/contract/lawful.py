"""A lawful body for every act over HTTP, and the cases of Vaasa's on which each is lawful."""

from collections.abc import Mapping
from typing import Any, Final

from tests.service import MAKERS, PLAN, TOGETHER, Case, Service, opening

JOBSEEKING: Final = {"noJobSearchReason": "studies"}
STUDIES: Final = {"service": "SELF_MOTIVATED_STUDIES", "provider": "opisto", "serves": "a trade"}

BODIES: Final[Mapping[str, dict[str, Any]]] = {
    "recordDetails": {"details": {"motherTongue": "fa"}},
    "recordResidenceBasis": {
        "kind": "RESIDENCE_PERMIT",
        "firstGrantedOn": "2024-09-16",
        "group": "OTHER",
    },
    "recordLabourMarketStatus": {"status": "UNEMPLOYED_JOBSEEKER", "from": "2024-11-01"},
    "recordBenefitNotice": {"benefit": "CHILD_HOME_CARE_ALLOWANCE", "from": "2024-11-01"},
    "giveConsent": {
        "scope": "CONTACT_TO_NEW_MUNICIPALITY",
        "informed": {"date": "2025-02-03", "language": "fa", "interpreter": True},
    },
    "withdrawConsent": {},
    "setNonDisclosure": {"from": "2025-02-03", "until": "2030-02-02"},
    "liftNonDisclosure": {},
    "startAssessment": {"kind": "ORDINARY", "ground": "14.1.1"},
    "holdInitialInterview": {
        "channel": "OFFICE",
        "language": "fa",
        "interpreter": True,
        "informed": ["SERVICE_GOALS"],
    },
    "orderExpertAssessment": {"clarifies": "health", "by": "pohjanmaa"},
    "obtainExpertAssessment": {"result": "able to study"},
    "completeAssessment": {
        "findings": [{"item": "LITERACY", "text": "reads", "source": {"kind": "PERSON"}}],
        "plan": {"outcome": "AS_SOON_AS_POSSIBLE"},
        "makers": MAKERS,
    },
    "discontinueAssessment": {"reason": "moved"},
    "forgoAssessment": {"ground": "15.1.1", "reason": "the plan of child welfare is enough"},
    "drawUpPlan": {**PLAN, **JOBSEEKING},
    "guideToServices": {"measures": []},
    "reviewPlan": {
        "heldBy": "MUNICIPALITY",
        "initiative": "SCHEDULED",
        "nextReviewOn": "2025-06-02",
        "makers": MAKERS,
    },
    "switchPlan": {
        **{name: value for name, value in PLAN.items() if name != "kind"},
        **JOBSEEKING,
        **TOGETHER,
        "to": "MULTISECTORAL",
        "reason": "health services are needed",
        "review": {"heldBy": "MUNICIPALITY", "initiative": "CLIENT"},
        "validFrom": "2025-02-04",
    },
    "extendPlan": {
        "ground": "ILLNESS_OR_INJURY",
        "obstacle": {"from": "2025-02-03", "until": "2025-02-03"},
    },
    "continueForStudies": {},
    "startSupportedStudies": {"from": "2025-02-03", "paidBy": "kela"},
    "endSupportedStudies": {"endedOn": "2025-02-03", "reason": "INTERRUPTED"},
    "endPlan": {"ground": "GOALS_REACHED", "endsOn": "2025-02-03"},
    "assignWorker": {"worker": "officer@vaasa"},
    "referToEmploymentAuthority": {"to": "vaasan-seutu", "reason": "INTENDS_TO_REGISTER"},
    "acceptReferral": {"registeredAsJobseekerOn": "2025-02-03"},
    "declineReferral": {"reason": "did not register"},
    "handOver": {"to": "vaasan-seutu", "reason": "JOBSEEKER"},
    "declineHandOverRequest": {"reason": "has not moved"},
    "referElsewhere": {"to": "naapurituki", "service": "Conversation club"},
    "recordReferralOutcome": {"outcome": "SERVICE_STARTED"},
    "startService": {"service": "LITERACY_TRAINING", "provider": "opisto"},
    "completeService": {"result": "reads simple texts"},
    "interruptService": {"reason": "found work"},
    "recordLanguageTest": {
        "language": "sv",
        "provider": "opisto",
        "results": {"reading": "A2", "listening": "B1", "speaking": "A2"},
    },
    "recordCost": {
        "ground": "SPECIAL_COSTS",
        "cents": 123_456,
        "from": "2025-01-01",
        "until": "2025-01-31",
        "borneBy": "pohjanmaa",
        "decision": "UUDELY/17/2025",
    },
    "recordNecessaryData": {"text": "sees badly", "necessity": "the course has to know"},
    "recordRepresentation": {
        "kind": "REPRESENTATIVE",
        "names": {"given": "Edla", "family": "Edustaja"},
        "from": "2024-11-01",
    },
    "endRepresentation": {"until": "2025-01-31"},
    "closeCase": {"ground": "INTEGRATION_COMPLETED"},
    "reopenCase": {"ground": "RETURNED", "reason": "came back to Finland"},
    "joinCases": {"reason": "the identity code came later"},
    "correctRecord": {
        "version": 2,
        "changes": [{"member": "/content/details/motherTongue", "to": "fa"}],
        "reason": "heard wrong",
    },
    "annulRecord": {"version": 3, "reason": "recorded on the wrong person"},
    "requestCorrection": {"version": 2, "asked": "my mother tongue is Persian"},
    "answerCorrectionRequest": {"outcome": "REFUSED", "reason": "it was not said so"},
}
"""By operation, for an officer of Vaasa, who answers for the case."""

_OF_A_CASE: Final = {
    "correctRecord",
    "annulRecord",
    "requestCorrection",
    "answerCorrectionRequest",
    "recordResidenceBasis",
    "recordDetails",
    "closeCase",
    "reopenCase",
    "joinCases",
    "recordBenefitNotice",
    "setNonDisclosure",
    "liftNonDisclosure",
    "giveConsent",
    "withdrawConsent",
    "assignWorker",
    "referToEmploymentAuthority",
    "acceptReferral",
    "declineReferral",
    "declineHandOverRequest",
    "referElsewhere",
    "recordReferralOutcome",
    "startService",
    "completeService",
    "interruptService",
    "recordLanguageTest",
    "recordCost",
}
_OF_A_PLAN: Final = {
    "recordNecessaryData",
    "guideToServices",
    "reviewPlan",
    "switchPlan",
    "extendPlan",
    "endPlan",
}
_OF_STUDIES: Final = {"startSupportedStudies", "endSupportedStudies", "continueForStudies"}


def body(name: str, case: Case) -> dict[str, Any]:
    """The body of the act, as it is lawful on this case."""
    if name == "guideToServices":
        return {"measures": list(case.measures)}
    if name == "recordNecessaryData":
        return BODIES[name] | {"of": case.plan or case.case_id}
    if name == "joinCases":
        return BODIES[name] | {"duplicate": case.duplicate or case.case_id}
    return dict(BODIES[name])


def ready_for(service: Service, name: str) -> Case:
    """A case of Vaasa's on which the act is lawful."""
    if name in _OF_A_PLAN or name == "showProviderExtract":
        return service.planned()
    if name in _OF_STUDIES:
        return _studying(service, name)
    if name == "drawUpPlan":
        return service.assessed()
    if name == "forgoAssessment":
        return _child(service)
    if name in {"recordRepresentation", "endRepresentation"}:
        return _represented(service, name)
    case = service.open_case()
    _begun(service, name, case)
    return case if name in _OF_A_CASE else _under_assessment(service, name, case)


def worker_of(service: Service, case: Case) -> str:
    """The id the usual officer of Vaasa signs in with."""
    entries = service.get(f"{case.path}/history").json()["entries"]
    return str(entries[0]["recordedBy"])


def _begun(service: Service, name: str, case: Case) -> None:
    """What the act goes on with, where it goes on with something."""
    match name:
        case "withdrawConsent":
            case.consent = service.act(case, "/consents", BODIES["giveConsent"])["consentId"]
        case "annulRecord":
            service.act(case, "/benefit-notices", BODIES["recordBenefitNotice"])
        case "answerCorrectionRequest":
            asked = service.act(case, "/correction-requests", BODIES["requestCorrection"])
            case.request = asked["requestId"]
        case "liftNonDisclosure":
            service.act(case, "/non-disclosure", BODIES["setNonDisclosure"])
            service.act(case, "/worker", {"worker": worker_of(service, case)})
        case "acceptReferral" | "declineReferral":
            service.refer(case)
        case "reopenCase":
            service.act(case, "/closure", BODIES["closeCase"])
        case "joinCases":
            duplicate = service.open_case()
            closure = {"ground": "DUPLICATE", "continuesIn": case.case_id}
            service.act(duplicate, "/closure", closure)
            case.duplicate = duplicate.case_id
        case "declineHandOverRequest":
            answer = service.post("/cases", opening(case.code), by="officer@tampere")
            assert answer.status_code == 201, answer.text
            shown = service.get(case.path)
            case.etag = shown.headers["etag"]
            case.request = shown.json()["handOverRequests"][0]["request"]
        case "completeService" | "interruptService":
            case.service = service.act(case, "/services", BODIES["startService"])["serviceId"]
        case "recordReferralOutcome":
            referred = service.act(case, "/referrals-elsewhere", BODIES["referElsewhere"])
            case.referral = referred["referralId"]


def _under_assessment(service: Service, name: str, case: Case) -> Case:
    """The case with what an assessment needs, and the assessment where the act is one in it."""
    service.act(case, "/residence-basis", BODIES["recordResidenceBasis"])
    service.act(case, "/labour-market-status", BODIES["recordLabourMarketStatus"])
    if name in {"startAssessment", "recordLabourMarketStatus", "handOver"}:
        return case
    case.assessment = service.act(case, "/assessments", BODIES["startAssessment"])["assessmentId"]
    if name == "obtainExpertAssessment":
        service.order_expert(case)
    return case


def _child(service: Service) -> Case:
    """A child of a quota refugee family."""
    case = service.open_case()
    service.act(case, "/details", {"details": {"dateOfBirth": "2012-04-15"}})
    basis = {**BODIES["recordResidenceBasis"], "group": "QUOTA_REFUGEE"}
    service.act(case, "/residence-basis", basis)
    return case


def _represented(service: Service, name: str) -> Case:
    """A child, with a representative where one is to end."""
    case = _child(service)
    if name == "endRepresentation":
        begun = service.act(case, "/representations", BODIES["recordRepresentation"])
        case.representation = begun["representationId"]
    return case


def _studying(service: Service, name: str) -> Case:
    """A jobseeker of over 25 whose plan agrees on self-motivated studies, begun or not."""
    case = service.assessed()
    service.act(case, "/details", {"details": {"dateOfBirth": "1990-01-01"}})
    drawn_up = service.act(case, "/plans", {**BODIES["drawUpPlan"], "measures": [STUDIES]})
    case.plan = drawn_up["planId"]
    if name == "startSupportedStudies":
        return case
    begun = BODIES["startSupportedStudies"]
    service.act(case, f"/plans/{case.plan}/supported-studies", begun)
    if name == "continueForStudies":
        to_the_maximum = {
            **BODIES["drawUpPlan"],
            "validFrom": "2026-02-04",
            "validUntil": "2027-02-03",
        }
        case.plan = service.act(case, "/plans", to_the_maximum)["planId"]
    return case


def shared(service: Service) -> Case:
    """A case of Vaasa's with a multisectoral plan and an awaited expert.

    Parties are the welfare area and the employment authority of the area.
    """
    case = service.open_case()
    basis = {**BODIES["recordResidenceBasis"], "group": "QUOTA_REFUGEE"}
    service.act(case, "/residence-basis", basis)
    service.act(case, "/labour-market-status", BODIES["recordLabourMarketStatus"])
    parties = ["vaasa", "pohjanmaa", "vaasan-seutu"]
    together = {"kind": "MULTISECTORAL", "ground": "15.1.1", "participants": parties}
    case.assessment = service.act(case, "/assessments", together)["assessmentId"]
    service.order_expert(case)
    completion = f"/assessments/{case.assessment}/completion"
    service.act(case, completion, BODIES["completeAssessment"])
    plan = {**BODIES["drawUpPlan"], **TOGETHER, "kind": "MULTISECTORAL", "parties": parties}
    drawn_up = service.act(case, "/plans", plan)
    case.plan = drawn_up["planId"]
    case.measures = tuple(each["measureId"] for each in drawn_up["measures"])
    return case


def referred(service: Service) -> Case:
    """The same, and the client is referred to the employment authority, which has yet to answer."""
    case = shared(service)
    service.refer(case)
    return case


def ended_together(service: Service) -> Case:
    """A case of Vaasa's whose multisectoral plan was over before the first day of the service."""
    case = service.open_case()
    dated, parties = {"effectiveOn": BEFORE}, ["vaasa", "pohjanmaa", "vaasan-seutu"]
    basis = {**BODIES["recordResidenceBasis"], "group": "QUOTA_REFUGEE"}
    service.act(case, "/residence-basis", basis | dated)
    service.act(case, "/labour-market-status", BODIES["recordLabourMarketStatus"] | dated)
    together = {"kind": "MULTISECTORAL", "ground": "15.1.1", "participants": parties}
    case.assessment = service.act(case, "/assessments", together | dated)["assessmentId"]
    completion = f"/assessments/{case.assessment}/completion"
    service.act(case, completion, BODIES["completeAssessment"] | dated)
    plan = {**BODIES["drawUpPlan"], **TOGETHER, "kind": "MULTISECTORAL", "parties": parties}
    drawn_up = service.act(
        case, "/plans", plan | dated | {"validFrom": BEFORE, "validUntil": "2026-01-31"}
    )
    case.plan = drawn_up["planId"]
    case.measures = tuple(each["measureId"] for each in drawn_up["measures"])
    service.act(case, f"/plans/{case.plan}/ending", BODIES["endPlan"] | dated | {"endsOn": BEFORE})
    return case


BEFORE: Final = "2025-01-31"
"""A day on which Vaasa still answered for the case that it has handed over."""


def handed_over(service: Service) -> Case:
    """A case that Vaasa handed over on the first day of the service, planned some days before."""
    case = service.open_case()
    dated = {"effectiveOn": BEFORE}
    service.act(case, "/residence-basis", {**BODIES["recordResidenceBasis"], **dated})
    service.act(case, "/labour-market-status", BODIES["recordLabourMarketStatus"] | dated)
    started = service.act(case, "/assessments", {**BODIES["startAssessment"], **dated})
    case.assessment = started["assessmentId"]
    service.order_expert(case, **dated)
    completion = f"/assessments/{case.assessment}/completion"
    service.act(case, completion, {**BODIES["completeAssessment"], **dated})
    days = {"validFrom": BEFORE, "validUntil": "2026-01-31"}
    drawn_up = service.act(case, "/plans", {**BODIES["drawUpPlan"], **days, **dated})
    case.plan = drawn_up["planId"]
    case.measures = tuple(each["measureId"] for each in drawn_up["measures"])
    service.act(case, "/hand-over", BODIES["handOver"])
    return case
