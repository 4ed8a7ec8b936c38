"""Where each act of a story goes over HTTP, and where names stand in it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cases.domain.model import State


class Route(State):
    """Where an act goes, and where names stand in it.

    ``path`` holds ``{case}`` and the members that stand in the path instead of the body. ``names``
    are the members of the body that hold names, ``parts`` the member whose items get names of
    their own. ``recorded`` is the member that names what was recorded, for its version; a story
    tells the one member it corrects by its name. ``creates`` is the member of the recorded fact
    that holds the id of what was created, ``part_id`` the one that holds the id of an item.
    ``effect`` is the member for the day a story tells as the one the act takes effect on, where
    that is not the day of the act.
    """

    path: str
    in_path: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    creates: str | None = None
    parts: str | None = None
    part_id: str | None = None
    wrapped_in: str | None = None
    recorded: str | None = None
    effect: str | None = None


_ASSESSMENT = "/cases/{case}/assessments/{assessment}"
_PLAN = "/cases/{case}/plans/{plan}"

ROUTES: Final[Mapping[str, Route]] = MappingProxyType(
    {
        "openCase": Route(path="/cases"),
        "recordDetails": Route(
            path="/cases/{case}/details", names=("guardians",), wrapped_in="details"
        ),
        "recordResidenceBasis": Route(path="/cases/{case}/residence-basis"),
        "recordLabourMarketStatus": Route(path="/cases/{case}/labour-market-status"),
        "recordBenefitNotice": Route(path="/cases/{case}/benefit-notices"),
        "giveConsent": Route(
            path="/cases/{case}/consents", names=("guardian",), creates="consentId"
        ),
        "withdrawConsent": Route(
            path="/cases/{case}/consents/{consent}/withdrawal", in_path=("consent",)
        ),
        "setNonDisclosure": Route(path="/cases/{case}/non-disclosure"),
        "startAssessment": Route(path="/cases/{case}/assessments", creates="assessmentId"),
        "holdInitialInterview": Route(path=f"{_ASSESSMENT}/interview", in_path=("assessment",)),
        "orderExpertAssessment": Route(
            path=f"{_ASSESSMENT}/expert-assessments",
            in_path=("assessment",),
            creates="expertAssessmentId",
        ),
        "obtainExpertAssessment": Route(
            path="/cases/{case}/expert-assessments/{expertAssessment}/result",
            in_path=("expertAssessment",),
        ),
        "completeAssessment": Route(path=f"{_ASSESSMENT}/completion", in_path=("assessment",)),
        "discontinueAssessment": Route(
            path=f"{_ASSESSMENT}/discontinuation", in_path=("assessment",)
        ),
        "drawUpPlan": Route(
            path="/cases/{case}/plans", creates="planId", parts="measures", part_id="measureId"
        ),
        "guideToServices": Route(
            path=f"{_PLAN}/guidance-to-services", in_path=("plan",), names=("measures",)
        ),
        "reviewPlan": Route(
            path=f"{_PLAN}/reviews",
            in_path=("plan",),
            names=("measure", "limitedTo"),
            creates="reviewId",
        ),
        "switchPlan": Route(
            path=f"{_PLAN}/switch",
            in_path=("plan",),
            names=("measure",),
            creates="planId",
            parts="measures",
            part_id="measureId",
        ),
        "extendPlan": Route(path=f"{_PLAN}/extensions", in_path=("plan",)),
        "continueForStudies": Route(path=f"{_PLAN}/continuation", in_path=("plan",)),
        "startSupportedStudies": Route(path=f"{_PLAN}/supported-studies", in_path=("plan",)),
        "endSupportedStudies": Route(path=f"{_PLAN}/supported-studies/ending", in_path=("plan",)),
        "endPlan": Route(path=f"{_PLAN}/ending", in_path=("plan",)),
        "referToEmploymentAuthority": Route(path="/cases/{case}/referrals", creates="referralId"),
        "acceptReferral": Route(
            path="/cases/{case}/referrals/{referral}/acceptance", in_path=("referral",)
        ),
        "declineReferral": Route(
            path="/cases/{case}/referrals/{referral}/declination", in_path=("referral",)
        ),
        "handOver": Route(
            path="/cases/{case}/hand-over", names=("consent",), effect="takesEffectOn"
        ),
        "declineHandOverRequest": Route(
            path="/cases/{case}/hand-over-requests/{request}/declination", in_path=("request",)
        ),
        "referElsewhere": Route(path="/cases/{case}/referrals-elsewhere", creates="referralId"),
        "recordReferralOutcome": Route(
            path="/cases/{case}/referrals-elsewhere/{referral}/outcome", in_path=("referral",)
        ),
        "startService": Route(
            path="/cases/{case}/services", names=("measure",), creates="serviceId"
        ),
        "completeService": Route(
            path="/cases/{case}/services/{service}/completion", in_path=("service",)
        ),
        "interruptService": Route(
            path="/cases/{case}/services/{service}/interruption", in_path=("service",)
        ),
        "recordLanguageTest": Route(
            path="/cases/{case}/language-tests", names=("training",), creates="testId"
        ),
        "recordCost": Route(path="/cases/{case}/costs", creates="costId"),
        "recordNecessaryData": Route(path="/cases/{case}/necessary-data", names=("of",)),
        "recordRepresentation": Route(
            path="/cases/{case}/representations", creates="representationId"
        ),
        "endRepresentation": Route(
            path="/cases/{case}/representations/{representation}/ending",
            in_path=("representation",),
        ),
        "closeCase": Route(path="/cases/{case}/closure"),
        "reopenCase": Route(path="/cases/{case}/reopening"),
        "correctRecord": Route(path="/cases/{case}/corrections", recorded="what"),
        "annulRecord": Route(path="/cases/{case}/annulments", recorded="what"),
        "requestCorrection": Route(
            path="/cases/{case}/correction-requests", recorded="what", creates="requestId"
        ),
        "answerCorrectionRequest": Route(
            path="/cases/{case}/correction-requests/{request}/answer", in_path=("request",)
        ),
    }
)
"""Every act the product takes. An act that is missing here is not supported yet."""
