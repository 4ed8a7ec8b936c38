"""The values of the code lists. Their terms in fi, sv, en are data beside this module."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """Kinds of organisation."""

    MUNICIPALITY = "MUNICIPALITY"
    WELFARE_AREA = "WELFARE_AREA"
    EMPLOYMENT_AUTHORITY = "EMPLOYMENT_AUTHORITY"
    SERVICE_PROVIDER = "SERVICE_PROVIDER"
    THIRD_SECTOR = "THIRD_SECTOR"
    KELA = "KELA"
    UNEMPLOYMENT_FUND = "UNEMPLOYMENT_FUND"
    IMMIGRATION_SERVICE = "IMMIGRATION_SERVICE"
    DEVELOPMENT_CENTRE = "DEVELOPMENT_CENTRE"
    AUDITOR = "AUDITOR"


class CaseOrigin(StrEnum):
    """How the authority learned of the person (9, 10, 84 §)."""

    OWN_WORK = "OWN_WORK"
    REQUEST = "REQUEST"
    CONTACT_BY_AUTHORITY = "CONTACT_BY_AUTHORITY"
    KELA_NOTICE = "KELA_NOTICE"
    MIGRI_NOTICE = "MIGRI_NOTICE"
    GUIDANCE = "GUIDANCE"
    TRANSFERRED_FROM_OLD_SYSTEM = "TRANSFERRED_FROM_OLD_SYSTEM"


class Gender(StrEnum):
    """Gender as the source states it; never derived from an identity code."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class ResidenceBasis(StrEnum):
    """What gives the right to stay; its first day starts the window of 14 § 1 mom."""

    RESIDENCE_PERMIT = "RESIDENCE_PERMIT"
    RESIDENCE_CARD = "RESIDENCE_CARD"
    RIGHT_OF_RESIDENCE_REGISTERED = "RIGHT_OF_RESIDENCE_REGISTERED"
    NORDIC_REGISTRATION = "NORDIC_REGISTRATION"


class ResidenceGroup(StrEnum):
    """The groups of 2 § 3, 4 and 6 mom. and 15 § 1 mom."""

    PROTECTION = "PROTECTION"
    FAMILY_OF_PROTECTION = "FAMILY_OF_PROTECTION"
    QUOTA_REFUGEE = "QUOTA_REFUGEE"
    VICTIM_OF_TRAFFICKING = "VICTIM_OF_TRAFFICKING"
    YOUNG_WITHOUT_GUARDIAN = "YOUNG_WITHOUT_GUARDIAN"
    OTHER = "OTHER"


class LabourMarketStatus(StrEnum):
    """Labour market status (3 §, 14 § 1 mom.)."""

    UNEMPLOYED_JOBSEEKER = "UNEMPLOYED_JOBSEEKER"
    JOBSEEKER = "JOBSEEKER"
    EMPLOYED = "EMPLOYED"
    ENTREPRENEUR = "ENTREPRENEUR"
    OUTSIDE_LABOUR_FORCE_HOME_CARE = "OUTSIDE_LABOUR_FORCE_HOME_CARE"
    OUTSIDE_LABOUR_FORCE_STUDENT = "OUTSIDE_LABOUR_FORCE_STUDENT"
    OUTSIDE_LABOUR_FORCE_OTHER = "OUTSIDE_LABOUR_FORCE_OTHER"


class Benefit(StrEnum):
    """Benefits Kela gives notice of (84 § 2 and 3 mom.)."""

    CHILD_HOME_CARE_ALLOWANCE = "CHILD_HOME_CARE_ALLOWANCE"
    SOCIAL_ASSISTANCE_NOT_TEMPORARY = "SOCIAL_ASSISTANCE_NOT_TEMPORARY"


class NoticeResult(StrEnum):
    """What became of one notice of a call (84 §)."""

    RECEIVED = "RECEIVED"
    REFUSED = "REFUSED"


class NoticeOutcome(StrEnum):
    """How an authority handled a notice about a person (84 §)."""

    CASE_OPENED = "CASE_OPENED"
    KNOWN_ALREADY = "KNOWN_ALREADY"
    NOT_A_CLIENT = "NOT_A_CLIENT"
    LIVES_ELSEWHERE = "LIVES_ELSEWHERE"
    NOT_FOUND = "NOT_FOUND"
    OTHER = "OTHER"


class SourceKind(StrEnum):
    """Where an item came from (73 § 2 mom., decree 1 §)."""

    PERSON = "PERSON"
    AUTHORITY = "AUTHORITY"
    SERVICE_PROVIDER = "SERVICE_PROVIDER"
    WRITTEN_PROOF = "WRITTEN_PROOF"


class AssessmentKind(StrEnum):
    """Kinds of assessment (14, 15 §)."""

    ORDINARY = "ORDINARY"
    MULTISECTORAL = "MULTISECTORAL"


class FindingItem(StrEnum):
    """What an assessment clarifies (decree 1 §)."""

    LITERACY = "LITERACY"
    FINNISH_SWEDISH = "FINNISH_SWEDISH"
    STUDY_SKILLS = "STUDY_SKILLS"
    WORK_LIFE_SKILLS = "WORK_LIFE_SKILLS"
    EMPLOYMENT_AND_EDUCATION_NEEDS = "EMPLOYMENT_AND_EDUCATION_NEEDS"
    EDUCATION_AND_WORK = "EDUCATION_AND_WORK"
    SPECIAL_SKILLS = "SPECIAL_SKILLS"
    WISHES_AND_GOALS = "WISHES_AND_GOALS"
    CIVIC_ACTIVITY = "CIVIC_ACTIVITY"
    SOCIETY_AND_PARTICIPATION = "SOCIETY_AND_PARTICIPATION"
    LIFE_SITUATION = "LIFE_SITUATION"
    HEALTH_AND_REHABILITATION = "HEALTH_AND_REHABILITATION"
    OTHER_NEEDS = "OTHER_NEEDS"


class LanguageLevel(StrEnum):
    """Levels of language skill, with the steps assessments use."""

    A1_1 = "A1.1"
    A1_2 = "A1.2"
    A1_3 = "A1.3"
    A2_1 = "A2.1"
    A2_2 = "A2.2"
    B1_1 = "B1.1"
    B1_2 = "B1.2"
    B2_1 = "B2.1"
    B2_2 = "B2.2"
    C1_1 = "C1.1"
    C1_2 = "C1.2"
    C2_1 = "C2.1"
    C2_2 = "C2.2"


class PlanOutcome(StrEnum):
    """What an assessment says of the plan (decree 1 § 1 mom.)."""

    PLAN_ON_DATE = "PLAN_ON_DATE"
    AS_SOON_AS_POSSIBLE = "AS_SOON_AS_POSSIBLE"
    NO_PLAN = "NO_PLAN"


class InformedOf(StrEnum):
    """What the person is told in the initial interview."""

    SERVICE_GOALS = "SERVICE_GOALS"
    PLAN_PROCESS = "PLAN_PROCESS"
    RIGHTS_AND_DUTIES = "RIGHTS_AND_DUTIES"
    DATA_PROCESSING = "DATA_PROCESSING"


class Channel(StrEnum):
    """How an interview was held."""

    OFFICE = "OFFICE"
    REMOTE = "REMOTE"
    HOME = "HOME"
    OTHER = "OTHER"


class PlanKind(StrEnum):
    """Kinds of plan (16, 17 §)."""

    INTEGRATION = "INTEGRATION"
    MULTISECTORAL = "MULTISECTORAL"


class InForce(StrEnum):
    """How far a plan is in force (31 § 2 mom.)."""

    FULLY = "FULLY"
    FOR_STUDIES_ONLY = "FOR_STUDIES_ONLY"


class GoalTerm(StrEnum):
    """Long-term goals and goals of the plan's period (18 §)."""

    LONG = "LONG"
    PERIOD = "PERIOD"


class GoalKind(StrEnum):
    """What a goal is about (18 §)."""

    EMPLOYMENT = "EMPLOYMENT"
    ENTREPRENEURSHIP = "ENTREPRENEURSHIP"
    WORK_LIFE_READINESS = "WORK_LIFE_READINESS"
    UPPER_SECONDARY_EDUCATION = "UPPER_SECONDARY_EDUCATION"
    LANGUAGE = "LANGUAGE"
    LITERACY = "LITERACY"
    HEALTH_AND_ABILITY = "HEALTH_AND_ABILITY"
    SOCIETY = "SOCIETY"
    OTHER = "OTHER"


class Service(StrEnum):
    """Measures and services a plan agrees (19 §)."""

    INTEGRATION_TRAINING = "INTEGRATION_TRAINING"
    LITERACY_TRAINING = "LITERACY_TRAINING"
    CIVIC_ORIENTATION = "CIVIC_ORIENTATION"
    BASIC_EDUCATION = "BASIC_EDUCATION"
    SELF_MOTIVATED_STUDIES = "SELF_MOTIVATED_STUDIES"
    REHABILITATION = "REHABILITATION"
    EMPLOYMENT_SERVICE = "EMPLOYMENT_SERVICE"
    HEALTH_SERVICE = "HEALTH_SERVICE"
    SOCIAL_SERVICE = "SOCIAL_SERVICE"
    ASSOCIATION_ACTIVITY = "ASSOCIATION_ACTIVITY"
    GUIDANCE = "GUIDANCE"
    OTHER = "OTHER"


class ReviewHeldBy(StrEnum):
    """Who held a review (22 §)."""

    MUNICIPALITY = "MUNICIPALITY"
    WELFARE_AREA = "WELFARE_AREA"
    MUNICIPALITY_AND_WELFARE_AREA = "MUNICIPALITY_AND_WELFARE_AREA"
    EMPLOYMENT_AUTHORITY = "EMPLOYMENT_AUTHORITY"
    EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA = "EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA"


class Initiative(StrEnum):
    """On whose initiative a review was held (22 § 1 mom.)."""

    SCHEDULED = "SCHEDULED"
    MUNICIPALITY = "MUNICIPALITY"
    WELFARE_AREA = "WELFARE_AREA"
    CLIENT = "CLIENT"


class ParticipationState(StrEnum):
    """How taking part in a measure stands (decree 3 §)."""

    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    INTERRUPTED = "INTERRUPTED"
    NOT_STARTED = "NOT_STARTED"


class ExtensionGround(StrEnum):
    """Grounds for extending the maximum (23 § 3 and 4 mom., 31 § 1 mom.)."""

    LITTLE_EDUCATION = "LITTLE_EDUCATION"
    MULTISECTORAL_NEED = "MULTISECTORAL_NEED"
    HOME_CARE_PART_TIME = "HOME_CARE_PART_TIME"
    ILLNESS_OR_INJURY = "ILLNESS_OR_INJURY"
    PREGNANCY_OR_PARENTAL_LEAVE = "PREGNANCY_OR_PARENTAL_LEAVE"
    COMPARABLE_REASON = "COMPARABLE_REASON"
    STUDIES_UNDER_25 = "STUDIES_UNDER_25"


class StudiesEndReason(StrEnum):
    """Why supported self-motivated studies ended (28–31 §)."""

    QUALIFICATION_COMPLETED = "QUALIFICATION_COMPLETED"
    STUDIES_COMPLETED = "STUDIES_COMPLETED"
    INTERRUPTED = "INTERRUPTED"
    SUPPORT_ENDED = "SUPPORT_ENDED"
    OTHER = "OTHER"


class EndingGround(StrEnum):
    """Why a plan ended before its last day (decree 3 §)."""

    GOALS_REACHED = "GOALS_REACHED"
    EMPLOYED = "EMPLOYED"
    REPLACED_BY_EMPLOYMENT_PLAN = "REPLACED_BY_EMPLOYMENT_PLAN"
    REPLACED_BY_OTHER_PLAN = "REPLACED_BY_OTHER_PLAN"
    MOVED_ABROAD = "MOVED_ABROAD"
    RIGHT_OF_RESIDENCE_ENDED = "RIGHT_OF_RESIDENCE_ENDED"
    CLIENT_WITHDREW = "CLIENT_WITHDREW"
    DEATH = "DEATH"
    OTHER = "OTHER"


class ClosingGround(StrEnum):
    """Why a case was closed; the client relationship ends with it (77 §)."""

    NO_NEED_OF_SERVICES = "NO_NEED_OF_SERVICES"
    INTEGRATION_COMPLETED = "INTEGRATION_COMPLETED"
    MAXIMUM_REACHED = "MAXIMUM_REACHED"
    MOVED_ABROAD = "MOVED_ABROAD"
    RIGHT_OF_RESIDENCE_ENDED = "RIGHT_OF_RESIDENCE_ENDED"
    CLIENT_WITHDREW = "CLIENT_WITHDREW"
    DEATH = "DEATH"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


class ReopeningGround(StrEnum):
    """Why a closed case goes on."""

    SERVICES_NEEDED_AGAIN = "SERVICES_NEEDED_AGAIN"
    RETURNED = "RETURNED"
    OTHER = "OTHER"


class ConsentGiver(StrEnum):
    """Who consents: the client, or who stands for a client under age (21, 35 §)."""

    CLIENT = "CLIENT"
    GUARDIAN = "GUARDIAN"
    REPRESENTATIVE = "REPRESENTATIVE"


class ConsentScope(StrEnum):
    """What a consent covers (9, 10, 21, 85 §)."""

    GUIDANCE_RECORD = "GUIDANCE_RECORD"
    CONTACT_BY_AUTHORITY = "CONTACT_BY_AUTHORITY"
    CONTACT_TO_NEW_MUNICIPALITY = "CONTACT_TO_NEW_MUNICIPALITY"
    FAMILY_PLAN = "FAMILY_PLAN"


class ReferralReason(StrEnum):
    """Why a client is referred to the employment authority."""

    SHOULD_BECOME_JOBSEEKER = "SHOULD_BECOME_JOBSEEKER"
    INTENDS_TO_REGISTER = "INTENDS_TO_REGISTER"


class HandOverReason(StrEnum):
    """Why a case changes hands (3, 85 §)."""

    MOVE = "MOVE"
    JOBSEEKER = "JOBSEEKER"
    NO_LONGER_JOBSEEKER = "NO_LONGER_JOBSEEKER"


class DueKind(StrEnum):
    """What an authority has to do, on its worklist."""

    ASSESSMENT_TO_START = "ASSESSMENT_TO_START"
    PLAN_TO_DRAW_UP = "PLAN_TO_DRAW_UP"
    GUIDANCE_TO_SERVICES = "GUIDANCE_TO_SERVICES"
    REVIEW = "REVIEW"
    PLAN_ENDING = "PLAN_ENDING"
    SUBSTITUTE_PLAN = "SUBSTITUTE_PLAN"
    REFERRAL_UNANSWERED = "REFERRAL_UNANSWERED"
    HAND_OVER_REQUEST = "HAND_OVER_REQUEST"
    NOTICE_UNMATCHED = "NOTICE_UNMATCHED"
    FAMILY_PLAN_TO_DRAW_UP = "FAMILY_PLAN_TO_DRAW_UP"
    FAMILY_PLAN_REVIEW = "FAMILY_PLAN_REVIEW"
    FAMILY_PLAN_CONSENT_WITHDRAWN = "FAMILY_PLAN_CONSENT_WITHDRAWN"
    REGISTRATION_CHANGED = "REGISTRATION_CHANGED"
    HOME_MUNICIPALITY_CHANGED = "HOME_MUNICIPALITY_CHANGED"
    CORRECTION_REQUEST_UNANSWERED = "CORRECTION_REQUEST_UNANSWERED"
    DUPLICATE_TO_JOIN = "DUPLICATE_TO_JOIN"
    DELIVERY_FAILED = "DELIVERY_FAILED"
    RECORD_TO_COMPLETE = "RECORD_TO_COMPLETE"


class RecordKind(StrEnum):
    """What the decree wants recorded (decree 1–3 §)."""

    ASSESSMENT = "ASSESSMENT"
    PLAN = "PLAN"
    REVIEW = "REVIEW"


class RecordItem(StrEnum):
    """The items of the repository record that concern a case (decree 1–3 §, 14 and 24 §)."""

    DRAWING_UP_DATE = "DRAWING_UP_DATE"
    CONTENT = "CONTENT"
    SOURCES = "SOURCES"
    EXPERT_ASSESSMENTS = "EXPERT_ASSESSMENTS"
    INITIAL_INTERVIEW = "INITIAL_INTERVIEW"
    PLAN_TIME = "PLAN_TIME"
    MAKERS = "MAKERS"
    DURATION = "DURATION"
    GOALS = "GOALS"
    MEASURES = "MEASURES"
    FOLLOW_UP = "FOLLOW_UP"
    REVIEW_TIME = "REVIEW_TIME"
    PARTIES = "PARTIES"
    RIGHTS_AND_DUTIES = "RIGHTS_AND_DUTIES"
    REVIEW_DATE = "REVIEW_DATE"
    PARTICIPATION = "PARTICIPATION"
    NEXT_REVIEW = "NEXT_REVIEW"
    REFERRAL = "REFERRAL"
    OBSTACLES = "OBSTACLES"
    NEW_NEEDS = "NEW_NEEDS"
    CHANGES = "CHANGES"
    EXTENSION = "EXTENSION"
    ENDING = "ENDING"
    KIND_NEEDED = "KIND_NEEDED"
    FAMILY_PLAN = "FAMILY_PLAN"


class FeedItemType(StrEnum):
    """Types of item in the feeds of 88 §."""

    PLAN_DRAWN_UP = "plan.drawn-up"
    PLAN_ENDED = "plan.ended"
    ITEM_CORRECTED = "item.corrected"
    ITEM_ANNULLED = "item.annulled"


class CorrectionOutcome(StrEnum):
    """How a request for correction was answered (GDPR articles 12 and 16)."""

    GRANTED = "GRANTED"
    REFUSED = "REFUSED"


class ReferralOutcome(StrEnum):
    """What came of a referral to another organisation (14 §, decree 1 §)."""

    SERVICE_STARTED = "SERVICE_STARTED"
    NOT_ADMITTED = "NOT_ADMITTED"
    CLIENT_DID_NOT_START = "CLIENT_DID_NOT_START"
    OTHER = "OTHER"


class CefrLevel(StrEnum):
    """Levels of the European framework, as language tests find them."""

    BELOW_A1 = "BELOW_A1"
    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class CompensationGround(StrEnum):
    """Grounds on which costs are compensated as they arose (63–66, 68, 69 §)."""

    SOCIAL_ASSISTANCE = "SOCIAL_ASSISTANCE"
    PREPARING_RECEPTION = "PREPARING_RECEPTION"
    SPECIAL_COSTS = "SPECIAL_COSTS"
    RETURN_MIGRATION = "RETURN_MIGRATION"
    VICTIM_OF_TRAFFICKING = "VICTIM_OF_TRAFFICKING"
    UNACCOMPANIED_MINOR = "UNACCOMPANIED_MINOR"


class RepresentationKind(StrEnum):
    """Who stands for a minor (35 §)."""

    GUARDIAN = "GUARDIAN"
    REPRESENTATIVE = "REPRESENTATIVE"
