"""What an act bears upon, and what an act or a check rests upon.

A story plays on beyond an act that is not supported yet. Whatever rests upon what such an act
would have changed has no answer either, and says so, instead of passing or failing by chance.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cases.app.stories.model import Json


class Matter(StrEnum):
    """A part of what is known of a person. The values stand in reasons people read."""

    STANDING = "standing"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    STUDIES = "studies"
    RESPONSIBILITY = "responsibility"
    CONSENT = "consent"
    GUIDANCE = "guidance"
    PROTECTION = "protection"
    REFERRAL = "referral"
    SERVICES = "services"
    NOTICE = "notice"
    FAMILY_PLAN = "family plan"


Matters = frozenset[Matter]
EVERYTHING: Final[Matters] = frozenset(Matter)
"""What an act nobody has heard of bears upon."""

_ASSESSED: Final = frozenset({Matter.STANDING, Matter.ASSESSMENT, Matter.RESPONSIBILITY})
_PLANNED: Final = _ASSESSED | {Matter.PLAN}
_IN_A_FAMILY: Final = frozenset({Matter.RESPONSIBILITY, Matter.STANDING, Matter.CONSENT})

BEARS_UPON: Final[Mapping[str, Matters]] = MappingProxyType(
    {
        "openCase": EVERYTHING,
        "recordDetails": frozenset({Matter.STANDING}),
        "recordResidenceBasis": frozenset({Matter.STANDING}),
        "recordLabourMarketStatus": frozenset({Matter.STANDING}),
        "recordBenefitNotice": frozenset({Matter.STANDING}),
        "startAssessment": frozenset({Matter.ASSESSMENT}),
        "holdInitialInterview": frozenset({Matter.ASSESSMENT}),
        "orderExpertAssessment": frozenset({Matter.ASSESSMENT}),
        "obtainExpertAssessment": frozenset({Matter.ASSESSMENT}),
        "completeAssessment": frozenset({Matter.ASSESSMENT}),
        "discontinueAssessment": frozenset({Matter.ASSESSMENT}),
        "drawUpPlan": frozenset({Matter.PLAN}),
        "guideToServices": frozenset({Matter.PLAN}),
        "reviewPlan": frozenset({Matter.PLAN}),
        "endPlan": frozenset({Matter.PLAN}),
        "extendPlan": frozenset({Matter.PLAN}),
        "continueForStudies": frozenset({Matter.PLAN}),
        "switchPlan": frozenset({Matter.PLAN}),
        "startSupportedStudies": frozenset({Matter.STUDIES}),
        "endSupportedStudies": frozenset({Matter.STUDIES}),
        "giveConsent": frozenset({Matter.CONSENT}),
        "withdrawConsent": frozenset({Matter.CONSENT, Matter.GUIDANCE}),
        "recordGuidance": frozenset({Matter.GUIDANCE}),
        "setNonDisclosure": frozenset({Matter.PROTECTION}),
        "handOver": frozenset({Matter.RESPONSIBILITY}),
        "acceptReferral": frozenset({Matter.RESPONSIBILITY, Matter.STANDING}),
        "declineHandOverRequest": frozenset(),
        "referToEmploymentAuthority": frozenset({Matter.REFERRAL}),
        "referElsewhere": frozenset({Matter.REFERRAL}),
        "recordReferralOutcome": frozenset({Matter.REFERRAL}),
        "startService": frozenset({Matter.SERVICES}),
        "completeService": frozenset({Matter.SERVICES}),
        "interruptService": frozenset({Matter.SERVICES}),
        "recordLanguageTest": frozenset({Matter.SERVICES}),
        "recordCost": frozenset({Matter.SERVICES}),
        "recordNecessaryData": frozenset(),
        "requestCorrection": frozenset(),
        "answerCorrectionRequest": frozenset(),
        "recordRepresentation": frozenset({Matter.STANDING}),
        "endRepresentation": frozenset({Matter.STANDING}),
        "sendNotice": frozenset({Matter.NOTICE}),
        "registerNeed": frozenset({Matter.NOTICE}),
        "drawUpFamilyPlan": frozenset({Matter.FAMILY_PLAN}),
        "reviewFamilyPlan": frozenset({Matter.FAMILY_PLAN}),
        "joinFamilyPlan": frozenset({Matter.FAMILY_PLAN}),
        "leaveFamilyPlan": frozenset({Matter.FAMILY_PLAN}),
        "endFamilyPlan": frozenset({Matter.FAMILY_PLAN}),
    }
)
"""By act. What is missing here bears upon everything."""

RESTS_UPON: Final[Mapping[str, Matters]] = MappingProxyType(
    {
        "openCase": frozenset(),
        "recordDetails": frozenset({Matter.RESPONSIBILITY}),
        "recordResidenceBasis": frozenset({Matter.RESPONSIBILITY}),
        "recordLabourMarketStatus": frozenset({Matter.RESPONSIBILITY}),
        "recordBenefitNotice": frozenset({Matter.RESPONSIBILITY}),
        "startAssessment": _ASSESSED,
        "holdInitialInterview": _ASSESSED,
        "orderExpertAssessment": _ASSESSED,
        "obtainExpertAssessment": _ASSESSED,
        "completeAssessment": _ASSESSED,
        "discontinueAssessment": _ASSESSED,
        "drawUpPlan": _PLANNED,
        "guideToServices": _PLANNED,
        "reviewPlan": _PLANNED,
        "endPlan": _PLANNED,
        "switchPlan": _PLANNED,
        "extendPlan": _PLANNED | {Matter.STUDIES},
        "continueForStudies": _PLANNED | {Matter.STUDIES},
        "startSupportedStudies": _PLANNED,
        "endSupportedStudies": _PLANNED | {Matter.STUDIES},
        "referToEmploymentAuthority": frozenset({Matter.RESPONSIBILITY}),
        "acceptReferral": frozenset({Matter.RESPONSIBILITY, Matter.REFERRAL}),
        "handOver": frozenset({Matter.RESPONSIBILITY, Matter.CONSENT, Matter.STANDING}),
        "declineHandOverRequest": frozenset({Matter.RESPONSIBILITY}),
        "declineReferral": frozenset({Matter.RESPONSIBILITY, Matter.REFERRAL}),
        "giveConsent": frozenset({Matter.RESPONSIBILITY}),
        "withdrawConsent": frozenset({Matter.RESPONSIBILITY, Matter.CONSENT}),
        "referElsewhere": frozenset({Matter.RESPONSIBILITY}),
        "recordReferralOutcome": frozenset({Matter.RESPONSIBILITY, Matter.REFERRAL}),
        "startService": _PLANNED,
        "completeService": _PLANNED | {Matter.SERVICES},
        "interruptService": _PLANNED | {Matter.SERVICES},
        "recordLanguageTest": _PLANNED | {Matter.SERVICES},
        "recordCost": frozenset({Matter.STANDING, Matter.RESPONSIBILITY}),
        "recordNecessaryData": _PLANNED,
        "correctRecord": _PLANNED | {Matter.STUDIES},
        "annulRecord": _PLANNED | {Matter.STUDIES},
        "requestCorrection": frozenset({Matter.RESPONSIBILITY}),
        "answerCorrectionRequest": frozenset({Matter.RESPONSIBILITY}),
        "recordRepresentation": frozenset({Matter.STANDING, Matter.RESPONSIBILITY}),
        "endRepresentation": frozenset({Matter.STANDING, Matter.RESPONSIBILITY}),
        "currentPlan": frozenset({Matter.PLAN, Matter.STUDIES, Matter.RESPONSIBILITY}),
        "explain": frozenset({Matter.PLAN, Matter.STUDIES, Matter.RESPONSIBILITY}),
        "worklist": _PLANNED,
        "drawUpFamilyPlan": _IN_A_FAMILY,
        "reviewFamilyPlan": _IN_A_FAMILY,
        "joinFamilyPlan": _IN_A_FAMILY,
        "leaveFamilyPlan": frozenset({Matter.RESPONSIBILITY, Matter.FAMILY_PLAN}),
        "endFamilyPlan": frozenset({Matter.RESPONSIBILITY, Matter.FAMILY_PLAN}),
        "recordGuidance": frozenset({Matter.CONSENT}),
        "guidanceRecords": frozenset({Matter.CONSENT, Matter.GUIDANCE}),
    }
)
"""By act and question. What is missing here rests upon everything."""


def bears_upon(act: str) -> Matters:
    """What an act changes."""
    return BEARS_UPON.get(act, EVERYTHING)


def rests_upon(entry: str) -> Matters:
    """What must be true for an act or a question to be fairly asked."""
    return RESTS_UPON.get(entry, EVERYTHING)


RECORDED_BY: Final[Mapping[str, str]] = MappingProxyType({"PlanReviewed": "reviewPlan"})
"""By fact that a check looks for in a history, the act that records it."""


def check_rests_upon(question: str, expected: Json) -> Matters:
    """What must be true for a check to be fairly made.

    One that only looks for facts rests upon the acts that record these: a history that lacks others
    still has them.
    """
    if isinstance(expected, dict) and expected.keys() == {"contains"}:
        wanted = [w.get("fact") for w in expected["contains"] if isinstance(w, dict)]
        acts = [RECORDED_BY.get(str(fact)) for fact in wanted]
        if len(wanted) == len(expected["contains"]) and all(acts):
            return frozenset().union(*(bears_upon(str(act)) for act in acts))
    return rests_upon(question)
