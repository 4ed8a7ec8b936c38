"""What is asked for: an act by its key, the case it opens, and the right it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid5

from cases.app.access.policy import Action
from cases.app.outcomes import Seen
from cases.domain.case.act import Act
from cases.domain.case.assessment.acts import ObtainExpertAssessment
from cases.domain.case.earlier_plans.acts import NoteEarlierPlans
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.necessary_data.acts import RecordNecessaryData
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import RecordBenefitNotice
from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.records.acts import AnnulRecord, AnswerCorrectionRequest, CorrectRecord
from cases.domain.case.responsibility.acts import AcceptReferral, DeclineReferral
from cases.domain.case.review.acts import ReviewPlan
from cases.domain.family.acts import (
    AnnulFamilyPlanRecord,
    CorrectFamilyPlanRecord,
    DrawUpFamilyPlan,
    EndFamilyPlan,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.guidance_record.acts import (
    AnnulGuidanceRecord,
    CorrectGuidanceRecord,
    GiveGuidanceConsent,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.old_record import OldRecord

OPENINGS = UUID("6f1f6f0a-3f5b-5d0e-9d55-1d5b8a2f7c11")
"""Namespace of case ids: an opening's id follows from its caller and key, so that a repeated
opening meets its own record under the same key."""
CONSENTS = UUID("b9d5a0d4-58a5-5f1e-8c0f-6a3c1f0e9b27")
"""Namespace of the ids of guidance records, and of the consents they stand under."""
FAMILY_PLANS = UUID("3d0c5be2-7f14-5a86-9b3e-52c8a1d97f64")
"""Namespace of the ids of family plans."""


@dataclass(frozen=True, slots=True)
class Request:
    """An act as it was asked for.

    ``case_id`` is the stream it is on – the case, the consent of a guidance record, the family plan
    – None for an act that begins one.
    ``key`` is the idempotency key, ``fingerprint`` the digest of everything that was sent with it;
    ``seen`` what the caller saw of the case (None: not said). ``draft`` is the draft the act came
    of, which goes when the act is recorded. ``creates`` is the id of what the act creates, where it
    follows from something (None: a new one). Of an act that is imported ``old_record`` says when an
    old system recorded it, and ``done_on`` is the first legal day on which it can have been done,
    after all that stands before it: on that day the caller's rights are judged (None: today).
    """

    act: Act
    key: str
    fingerprint: bytes
    case_id: UUID | None = None
    seen: Seen | None = None
    draft: UUID | None = None
    creates: UUID | None = None
    old_record: OldRecord | None = None
    done_on: date | None = None


def case_id_of(caller: str, key: str) -> UUID:
    """The id of the case that a caller opens under an idempotency key."""
    return uuid5(OPENINGS, f"{caller}\n{key}")


def consent_id_of(caller: str, key: str) -> UUID:
    """The id of the guidance record that a caller opens under an idempotency key."""
    return uuid5(CONSENTS, f"{caller}\n{key}")


def family_plan_id_of(caller: str, key: str) -> UUID:
    """The id of the family plan that a caller draws up under an idempotency key."""
    return uuid5(FAMILY_PLANS, f"{caller}\n{key}")


_ACTIONS: Final[Mapping[type[Act], Action]] = MappingProxyType(
    {
        OpenCase: Action.OPEN_CASE,
        ReviewPlan: Action.TAKE_PART,
        ObtainExpertAssessment: Action.TAKE_PART,
        RecordNecessaryData: Action.TAKE_PART,
        AcceptReferral: Action.ANSWER_REFERRAL,
        DeclineReferral: Action.ANSWER_REFERRAL,
        ExpirePlan: Action.EXPIRE_PLAN,
        NoteFamilyPlan: Action.NOTE_FAMILY_PLAN,
        NoteEarlierPlans: Action.NOTE_EARLIER_PLANS,
        RecordBenefitNotice: Action.RECORD_BENEFIT_NOTICE,
        CorrectRecord: Action.CORRECT_RECORD,
        AnnulRecord: Action.CORRECT_RECORD,
        AnswerCorrectionRequest: Action.CORRECT_RECORD,
        GiveGuidanceConsent: Action.OPEN_GUIDANCE_RECORD,
        RecordGuidance: Action.RECORD_GUIDANCE,
        WithdrawGuidanceConsent: Action.RECORD_GUIDANCE,
        CorrectGuidanceRecord: Action.CORRECT_GUIDANCE,
        AnnulGuidanceRecord: Action.CORRECT_GUIDANCE,
        DrawUpFamilyPlan: Action.DRAW_UP_FAMILY_PLAN,
        ReviewFamilyPlan: Action.RECORD_FAMILY_PLAN,
        JoinFamilyPlan: Action.RECORD_FAMILY_PLAN,
        LeaveFamilyPlan: Action.RECORD_FAMILY_PLAN,
        EndFamilyPlan: Action.RECORD_FAMILY_PLAN,
        CorrectFamilyPlanRecord: Action.CORRECT_FAMILY_PLAN,
        AnnulFamilyPlanRecord: Action.CORRECT_FAMILY_PLAN,
    }
)


def action_of(act: type[Act]) -> Action:
    """What a caller who asks for an act of this type has to be allowed."""
    return _ACTIONS.get(act, Action.RECORD_ACT)
