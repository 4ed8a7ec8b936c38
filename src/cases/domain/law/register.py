"""The register of rules: every rule a decision can be made under, by its stable id.

The id stands in the rule log for ever and finds the rule's texts. A new rule is a member of
``Rule``, an entry in ``REGISTER`` and its texts in ``texts.toml``; a test finds what is missing.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Rule(StrEnum):
    """The stable ids of the rules."""

    ASSESSMENT_WINDOW = "assessment-window"
    ASSESSMENT_GROUND = "assessment-ground"
    GOALS = "goals"
    FIRST_PLAN_WINDOW = "first-plan-window"
    GUIDANCE_TO_SERVICES = "guidance-to-services"
    REVIEW_DUE = "review-due"
    FIRST_PLAN = "first-plan"
    ALL_PLANS = "all-plans"
    ERASURE = "erasure"
    OLD_RULES = "old-rules"
    OLD_FIRST_PLAN = "old-first-plan"
    OLD_ALL_PLANS = "old-all-plans"
    NO_PLAN_NEEDS_REASONS = "no-plan-needs-reasons"
    RECORDS_WHAT_HAPPENED = "records-what-happened"
    AFTER_ENTRY_INTO_FORCE = "after-entry-into-force"
    CASE_IS_OPEN = "case-is-open"
    LEARNED_BEFORE_OPENING = "learned-before-opening"
    BORN_BY_THEN = "born-by-then"
    GUARDIAN_IS_ANOTHER = "guardian-is-another"
    RESPONSIBILITY_FOLLOWS_STATUS = "responsibility-follows-status"
    RESIDENCE_BASIS_KNOWN = "residence-basis-known"
    GROUND_OF_THE_EDITION = "ground-of-the-edition"
    ONE_ASSESSMENT_AT_A_TIME = "one-assessment-at-a-time"
    ASSESSMENT_UNDER_WAY = "assessment-under-way"
    EXPERT_ASSESSMENT_AWAITED = "expert-assessment-awaited"
    OBTAINED_BY_WHO_ANSWERS = "obtained-by-who-answers"
    FAMILY_PLAN_OF_THE_EDITION = "family-plan-of-the-edition"
    PLANNED_AFTER_ASSESSMENT = "planned-after-assessment"
    PLAN_AFTER_ASSESSMENT = "plan-after-assessment"
    LATER_PLANS_FIT = "later-plans-fit"
    LEARNED_BEFORE_ACT = "learned-before-act"
    PLAN_HAS_BEGUN = "plan-has-begun"
    ENDED_AFTER_LAST_REVIEW = "ended-after-last-review"
    OVER_AFTER_LAST_STEP = "over-after-last-step"
    ONE_PLAN_IN_FORCE = "one-plan-in-force"
    JOB_SEARCH_OBLIGATION = "job-search-obligation"
    VALID_FROM_DRAWING_UP = "valid-from-drawing-up"
    PLAN_DRAWN_UP_BY_THEN = "plan-drawn-up-by-then"
    MEASURE_OF_THE_PLAN = "measure-of-the-plan"
    PLAN_NOT_OVER = "plan-not-over"
    ENDS_WITHIN_VALIDITY = "ends-within-validity"
    OVER_AFTER_LAST_DAY = "over-after-last-day"
    REVIEWED_BY_WHO_ANSWERS = "reviewed-by-who-answers"
    CLOSED_AFTER_PLAN = "closed-after-plan"
    CLOSED_AFTER_ASSESSMENT = "closed-after-assessment"
    CLOSED_AFTER_LAST_ACT = "closed-after-last-act"
    CASE_IS_CLOSED = "case-is-closed"
    CASE_WAS_OPEN_THEN = "case-was-open-then"
    REOPENED_AFTER_LAST_ACT = "reopened-after-last-act"
    REOPENED_BEFORE_ERASURE = "reopened-before-erasure"
    DUPLICATE_STAYS_CLOSED = "duplicate-stays-closed"
    ASSESSMENT_KIND_OF_THE_EDITION = "assessment-kind-of-the-edition"
    GROUND_OF_THE_KIND = "ground-of-the-kind"
    MULTISECTORAL_ASSESSMENT_DUE = "multisectoral-assessment-due"
    ASSESSED_WITH_WELFARE_AREA = "assessed-with-welfare-area"
    ASSESSMENT_NOT_NEEDED = "assessment-not-needed"
    FOUND_WITH_WELFARE_AREA = "found-with-welfare-area"
    PLAN_KIND_OF_THE_EDITION = "plan-kind-of-the-edition"
    MULTISECTORAL_AFTER_ASSESSMENT = "multisectoral-after-assessment"
    ORDINARY_PLAN_INSTEAD = "ordinary-plan-instead"
    DRAWN_UP_WITH_WELFARE_AREA = "drawn-up-with-welfare-area"
    REVIEWED_TOGETHER = "reviewed-together"
    OWN_SERVICES_ONLY = "own-services-only"
    CHANGES_OWN_SERVICES_ONLY = "changes-own-services-only"
    OWN_LAST_DAY_AHEAD = "own-last-day-ahead"
    A_MEASURE_REMAINS = "a-measure-remains"
    SWITCH_OF_THE_EDITION = "switch-of-the-edition"
    SWITCHED_TO_OTHER_KIND = "switched-to-other-kind"
    EXTENSION = "extension"
    EXTENSION_FOR_OBSTACLE = "extension-for-obstacle"
    EXTENSION_FOR_STUDIES = "extension-for-studies"
    OBSTACLE_IN_EARLIER_CASE = "obstacle-in-earlier-case"
    EXTENSION_USED_UP = "extension-used-up"
    OBSTACLE_COUNTED_ALREADY = "obstacle-counted-already"
    EXTENSION_OF_THE_EDITION = "extension-of-the-edition"
    EXTENDS_WITHIN_ITS_CAP = "extends-within-its-cap"
    SPECIAL_MEASURES = "special-measures"
    PART_TIME_ON_HOME_CARE = "part-time-on-home-care"
    OBSTACLE_WHILE_PLANNED = "obstacle-while-planned"
    OBSTACLE_ADDS_DAYS = "obstacle-adds-days"
    YOUNG_AT_MAXIMUM = "young-at-maximum"
    GROWN_AT_MAXIMUM = "grown-at-maximum"
    STUDIES_UNFINISHED = "studies-unfinished"
    REACHES_THE_MAXIMUM = "reaches-the-maximum"
    NOT_CONTINUED_YET = "not-continued-yet"
    STUDIES_WHILE_PLANNED = "studies-while-planned"
    STUDIES_AGREED = "studies-agreed"
    STUDIES_OF_A_JOBSEEKER = "studies-of-a-jobseeker"
    PAID_BY_KELA_OR_FUND = "paid-by-kela-or-fund"
    ONE_COURSE_AT_A_TIME = "one-course-at-a-time"
    STUDIES_GO_ON = "studies-go-on"
    STUDIES_END_AFTER_THEY_BEGAN = "studies-end-after-they-began"
    REFERRED_TO_EMPLOYMENT_AUTHORITY = "referred-to-employment-authority"
    ONE_REFERRAL_AT_A_TIME = "one-referral-at-a-time"
    REFERRAL_AWAITS_ANSWER = "referral-awaits-answer"
    REGISTERED_BY_THEN = "registered-by-then"
    HAND_OVER_FOLLOWS_STATUS = "hand-over-follows-status"
    HANDED_TO_WHO_ANSWERS = "handed-to-who-answers"
    WITHIN_THE_EMPLOYMENT_AREA = "within-the-employment-area"
    HANDED_OVER_IN_ORDER = "handed-over-in-order"
    HANDED_OVER_AFTER_REVIEW = "handed-over-after-review"
    MOVE_WITH_CONSENT = "move-with-consent"
    MOVED_TO_THE_LIKE = "moved-to-the-like"
    MOVES_FROM_ITS_DECISION = "moves-from-its-decision"
    REQUEST_AWAITS_ANSWER = "request-awaits-answer"
    ENDS_FROM_ITS_DECISION = "ends-from-its-decision"
    NON_DISCLOSURE_HOLDS = "non-disclosure-holds"
    PARTIES_OF_THE_AREA = "parties-of-the-area"
    ENDED_AFTER_EXTENSION = "ended-after-extension"
    ENDED_AFTER_STUDIES_BEGAN = "ended-after-studies-began"
    LAST_DAY_RESTED_UPON = "last-day-rested-upon"
    CONSENT_OF_A_CASE = "consent-of-a-case"
    INFORMED_BEFORE_CONSENT = "informed-before-consent"
    CONSENT_HOLDS = "consent-holds"
    REFERRED_ELSEWHERE = "referred-elsewhere"
    OUTCOME_AWAITED = "outcome-awaited"
    SERVICE_ONCE_AT_A_TIME = "service-once-at-a-time"
    SERVICE_GOES_ON = "service-goes-on"
    SERVICE_ENDS_AFTER_IT_BEGAN = "service-ends-after-it-began"
    CIVIC_ORIENTATION_HOURS = "civic-orientation-hours"
    TEST_OF_A_TRAINING = "test-of-a-training"
    TEST_RECORDED_ONCE = "test-recorded-once"
    COST_HAS_ARISEN = "cost-has-arisen"
    COMPENSATION_DECIDED = "compensation-decided"
    COMPENSATION_PERIOD = "compensation-period"
    COMPENSATED_WHILE_YOUNG = "compensated-while-young"
    COMPENSATION_APPLIED_BY = "compensation-applied-by"
    DATA_OF_A_RECORD = "data-of-a-record"
    NECESSITY_STATED = "necessity-stated"
    DATA_OF_OWN_REVIEW = "data-of-own-review"
    DATA_BY_WHO_ANSWERS = "data-by-who-answers"
    SUPPORT_OF_THE_YOUNG = "support-of-the-young"
    REPRESENTED_WHILE_MINOR = "represented-while-minor"
    REPRESENTATION_GOES_ON = "representation-goes-on"
    REPRESENTATION_ENDS_AFTER_IT_BEGAN = "representation-ends-after-it-began"
    RECORD_COUNTS = "record-counts"
    CORRECTED_AS_SEEN = "corrected-as-seen"
    CORRECTION_FITS = "correction-fits"
    CORRECTED_WHERE_TOLD = "corrected-where-told"
    LATER_RECORDS_STAND = "later-records-stand"
    NOTHING_BUILDS_ON_IT = "nothing-builds-on-it"
    OPENING_STAYS = "opening-stays"
    CORRECTION_AWAITS_ANSWER = "correction-awaits-answer"
    GRANTED_BY_PUTTING_RIGHT = "granted-by-putting-right"
    REFUSAL_GIVES_REASON = "refusal-gives-reason"
    DEPARTURE_OF_THE_EDITION = "departure-of-the-edition"
    ASSESSMENT_WITHOUT_DELAY = "assessment-without-delay"
    PLAN_WITHOUT_DELAY = "plan-without-delay"
    ASSESSMENT_ON_RECORD = "assessment-on-record"
    INTERVIEW_ON_RECORD = "interview-on-record"
    PLAN_ON_RECORD = "plan-on-record"
    RIGHTS_EXPLAINED = "rights-explained"
    REVIEW_ON_RECORD = "review-on-record"
    OWN_REVIEW_ON_RECORD = "own-review-on-record"
    GUIDANCE_OF_A_MUNICIPALITY = "guidance-of-a-municipality"
    GUIDANCE_WITH_CONSENT = "guidance-with-consent"
    TOLD_OF_RECORDING = "told-of-recording"
    WITHDRAWN_AT_ONCE = "withdrawn-at-once"
    CONSENT_ANNULLED_AT_ONCE = "consent-annulled-at-once"
    CONTINUES_IN_AN_OPEN_CASE = "continues-in-an-open-case"
    JOINED_CASE_CONTINUES_HERE = "joined-case-continues-here"
    JOINED_ONCE = "joined-once"
    JOINED_AFTER_REQUEST = "joined-after-request"
    PROTECTED_IN_BOTH = "protected-in-both"
    NOT_JOINED_SINCE = "not-joined-since"
    EACH_GUARDIAN_CONSENTS = "each-guardian-consents"
    FAMILY_MEMBER = "family-member"
    FAMILY_MEMBER_ONCE = "family-member-once"
    FAMILY_OF_SEVERAL = "family-of-several"
    FAMILY_PLAN_BY_WHO_ANSWERS = "family-plan-by-who-answers"
    FAMILY_PLAN_LASTS = "family-plan-lasts"
    FAMILY_PLAN_REVIEWED_WHILE_IT_LASTS = "family-plan-reviewed-while-it-lasts"
    FAMILY_PLAN_GOES_ON = "family-plan-goes-on"
    FAMILY_PLAN_NOTED_ONCE = "family-plan-noted-once"
    EARLIER_PLANS_NOTED_ONCE = "earlier-plans-noted-once"
    NOTE_FOLLOWS_THE_FAMILY_PLAN = "note-follows-the-family-plan"
    NOTE_FOLLOWS_THE_OTHER_CASE = "note-follows-the-other-case"
    NOTE_FOLLOWS_THE_LAST_DAY = "note-follows-the-last-day"
    WITHHELD_IS_NOT_CORRECTED = "withheld-is-not-corrected"
    PROTECTION_ENDED_BY_WORKER = "protection-ended-by-worker"
    CODE_OF_THE_LIST = "code-of-the-list"
    LIVES_IN_A_MUNICIPALITY = "lives-in-a-municipality"
    NOTICE_FROM_WHO_TELLS = "notice-from-who-tells"
    NOTICE_TO_A_MUNICIPALITY = "notice-to-a-municipality"
    NOTICE_OF_ITS_BENEFIT = "notice-of-its-benefit"
    CONSENTS_OF_THE_FAMILY = "consents-of-the-family"
    FAMILY_PLAN_COUNTS = "family-plan-counts"
    ONE_FAMILY_PLAN = "one-family-plan"

    @property
    def section(self) -> str:
        """Its place in the Act as enacted."""
        return REGISTER[self].section


class RuleEntry(NamedTuple):
    """What the register says of a rule.

    ``section`` is its place in the Act as enacted; an edition that has it elsewhere, or has the
    rule no more, says in its data which place to cite. ``refuses``: an act can break it, so it has
    a text of refusal. ``either_way``: it answers a question whose answer may be no, so it has a
    text for that answer.
    """

    section: str
    refuses: bool = False
    either_way: bool = False


REGISTER: Final[Mapping[Rule, RuleEntry]] = MappingProxyType(
    {
        Rule.ASSESSMENT_WINDOW: RuleEntry("14.1", refuses=True, either_way=True),
        Rule.ASSESSMENT_GROUND: RuleEntry("14.1", refuses=True, either_way=True),
        Rule.GOALS: RuleEntry("18", refuses=True, either_way=True),
        Rule.FIRST_PLAN_WINDOW: RuleEntry("20.3", refuses=True, either_way=True),
        Rule.GUIDANCE_TO_SERVICES: RuleEntry("20.5"),
        Rule.REVIEW_DUE: RuleEntry("22.1", refuses=True),
        Rule.FIRST_PLAN: RuleEntry("23.2", refuses=True),
        Rule.ALL_PLANS: RuleEntry("23.2", refuses=True),
        Rule.ERASURE: RuleEntry("77", refuses=True),
        Rule.OLD_RULES: RuleEntry("102.2", refuses=True, either_way=True),
        Rule.OLD_FIRST_PLAN: RuleEntry("102.2", refuses=True),
        Rule.OLD_ALL_PLANS: RuleEntry("102.2", refuses=True),
        Rule.NO_PLAN_NEEDS_REASONS: RuleEntry("decree:1.1", refuses=True, either_way=True),
        Rule.RECORDS_WHAT_HAPPENED: RuleEntry("76.1", refuses=True),
        Rule.AFTER_ENTRY_INTO_FORCE: RuleEntry("102.1", refuses=True),
        Rule.CASE_IS_OPEN: RuleEntry("77", refuses=True),
        Rule.LEARNED_BEFORE_OPENING: RuleEntry("14.2", refuses=True),
        Rule.BORN_BY_THEN: RuleEntry("73.1", refuses=True),
        Rule.GUARDIAN_IS_ANOTHER: RuleEntry("73.1", refuses=True),
        Rule.RESPONSIBILITY_FOLLOWS_STATUS: RuleEntry("3.1"),
        Rule.RESIDENCE_BASIS_KNOWN: RuleEntry("14.1", refuses=True),
        Rule.GROUND_OF_THE_EDITION: RuleEntry("14.1", refuses=True),
        Rule.ONE_ASSESSMENT_AT_A_TIME: RuleEntry("14.2", refuses=True),
        Rule.ASSESSMENT_UNDER_WAY: RuleEntry("14.2", refuses=True),
        Rule.EXPERT_ASSESSMENT_AWAITED: RuleEntry("14.2", refuses=True),
        Rule.OBTAINED_BY_WHO_ANSWERS: RuleEntry("3.1", refuses=True),
        Rule.FAMILY_PLAN_OF_THE_EDITION: RuleEntry("21.1", refuses=True),
        Rule.PLANNED_AFTER_ASSESSMENT: RuleEntry("decree:1.1", refuses=True),
        Rule.PLAN_AFTER_ASSESSMENT: RuleEntry("16.1", refuses=True),
        Rule.LATER_PLANS_FIT: RuleEntry("23.2", refuses=True),
        Rule.LEARNED_BEFORE_ACT: RuleEntry("14.2", refuses=True),
        Rule.PLAN_HAS_BEGUN: RuleEntry("22.1", refuses=True),
        Rule.ENDED_AFTER_LAST_REVIEW: RuleEntry("22.1", refuses=True),
        Rule.OVER_AFTER_LAST_STEP: RuleEntry("14.2", refuses=True),
        Rule.ONE_PLAN_IN_FORCE: RuleEntry("16.1", refuses=True),
        Rule.JOB_SEARCH_OBLIGATION: RuleEntry("19", refuses=True),
        Rule.VALID_FROM_DRAWING_UP: RuleEntry("20.1", refuses=True),
        Rule.PLAN_DRAWN_UP_BY_THEN: RuleEntry("20.1", refuses=True),
        Rule.MEASURE_OF_THE_PLAN: RuleEntry("19", refuses=True),
        Rule.PLAN_NOT_OVER: RuleEntry("23.2", refuses=True),
        Rule.ENDS_WITHIN_VALIDITY: RuleEntry("23.2", refuses=True),
        Rule.OVER_AFTER_LAST_DAY: RuleEntry("23.2", refuses=True),
        Rule.REVIEWED_BY_WHO_ANSWERS: RuleEntry("3.1", refuses=True),
        Rule.CLOSED_AFTER_PLAN: RuleEntry("77", refuses=True),
        Rule.CLOSED_AFTER_ASSESSMENT: RuleEntry("77", refuses=True),
        Rule.CLOSED_AFTER_LAST_ACT: RuleEntry("77", refuses=True),
        Rule.CASE_IS_CLOSED: RuleEntry("77", refuses=True),
        Rule.CASE_WAS_OPEN_THEN: RuleEntry("77", refuses=True),
        Rule.REOPENED_AFTER_LAST_ACT: RuleEntry("77", refuses=True),
        Rule.REOPENED_BEFORE_ERASURE: RuleEntry("77", refuses=True),
        Rule.DUPLICATE_STAYS_CLOSED: RuleEntry("GDPR:5.1", refuses=True),
        Rule.ASSESSMENT_KIND_OF_THE_EDITION: RuleEntry("14.1", refuses=True),
        Rule.GROUND_OF_THE_KIND: RuleEntry("15.1", refuses=True),
        Rule.MULTISECTORAL_ASSESSMENT_DUE: RuleEntry("15.3", refuses=True, either_way=True),
        Rule.ASSESSED_WITH_WELFARE_AREA: RuleEntry("15.1", refuses=True),
        Rule.ASSESSMENT_NOT_NEEDED: RuleEntry("15.3", refuses=True),
        Rule.FOUND_WITH_WELFARE_AREA: RuleEntry("decree:1.1", refuses=True),
        Rule.PLAN_KIND_OF_THE_EDITION: RuleEntry("16.1", refuses=True),
        Rule.MULTISECTORAL_AFTER_ASSESSMENT: RuleEntry("17.1", refuses=True),
        Rule.ORDINARY_PLAN_INSTEAD: RuleEntry("17.2", refuses=True),
        Rule.DRAWN_UP_WITH_WELFARE_AREA: RuleEntry("17.1", refuses=True),
        Rule.REVIEWED_TOGETHER: RuleEntry("22.2", refuses=True),
        Rule.OWN_SERVICES_ONLY: RuleEntry("22.3", refuses=True),
        Rule.CHANGES_OWN_SERVICES_ONLY: RuleEntry("22.3", refuses=True),
        Rule.OWN_LAST_DAY_AHEAD: RuleEntry("23.2", refuses=True),
        Rule.A_MEASURE_REMAINS: RuleEntry("19", refuses=True),
        Rule.SWITCH_OF_THE_EDITION: RuleEntry("22.4", refuses=True),
        Rule.SWITCHED_TO_OTHER_KIND: RuleEntry("22.4", refuses=True),
        Rule.EXTENSION: RuleEntry("23.3", refuses=True),
        Rule.EXTENSION_FOR_OBSTACLE: RuleEntry("23.4", refuses=True, either_way=True),
        Rule.EXTENSION_FOR_STUDIES: RuleEntry("31.1", refuses=True, either_way=True),
        Rule.OBSTACLE_IN_EARLIER_CASE: RuleEntry("23.4", refuses=True, either_way=True),
        Rule.EXTENSION_USED_UP: RuleEntry("23.3", refuses=True),
        Rule.OBSTACLE_COUNTED_ALREADY: RuleEntry("23.4", refuses=True),
        Rule.EXTENSION_OF_THE_EDITION: RuleEntry("23.3", refuses=True),
        Rule.EXTENDS_WITHIN_ITS_CAP: RuleEntry("23.3", refuses=True),
        Rule.SPECIAL_MEASURES: RuleEntry("23.3", refuses=True),
        Rule.PART_TIME_ON_HOME_CARE: RuleEntry("23.3", refuses=True),
        Rule.OBSTACLE_WHILE_PLANNED: RuleEntry("23.4", refuses=True),
        Rule.OBSTACLE_ADDS_DAYS: RuleEntry("23.4", refuses=True),
        Rule.YOUNG_AT_MAXIMUM: RuleEntry("31.1", refuses=True),
        Rule.GROWN_AT_MAXIMUM: RuleEntry("31.2", refuses=True),
        Rule.STUDIES_UNFINISHED: RuleEntry("31.1", refuses=True),
        Rule.REACHES_THE_MAXIMUM: RuleEntry("31.2", refuses=True),
        Rule.NOT_CONTINUED_YET: RuleEntry("31.2", refuses=True),
        Rule.STUDIES_WHILE_PLANNED: RuleEntry("28", refuses=True),
        Rule.STUDIES_AGREED: RuleEntry("28", refuses=True),
        Rule.STUDIES_OF_A_JOBSEEKER: RuleEntry("28", refuses=True),
        Rule.PAID_BY_KELA_OR_FUND: RuleEntry("32.2", refuses=True),
        Rule.ONE_COURSE_AT_A_TIME: RuleEntry("28", refuses=True),
        Rule.STUDIES_GO_ON: RuleEntry("28", refuses=True),
        Rule.STUDIES_END_AFTER_THEY_BEGAN: RuleEntry("28", refuses=True),
        Rule.REFERRED_TO_EMPLOYMENT_AUTHORITY: RuleEntry("3.1", refuses=True),
        Rule.ONE_REFERRAL_AT_A_TIME: RuleEntry("3.1", refuses=True),
        Rule.REFERRAL_AWAITS_ANSWER: RuleEntry("3.1", refuses=True),
        Rule.REGISTERED_BY_THEN: RuleEntry("3.1", refuses=True),
        Rule.HAND_OVER_FOLLOWS_STATUS: RuleEntry("3.1", refuses=True),
        Rule.HANDED_TO_WHO_ANSWERS: RuleEntry("3.1", refuses=True),
        Rule.WITHIN_THE_EMPLOYMENT_AREA: RuleEntry("3.1", refuses=True),
        Rule.HANDED_OVER_IN_ORDER: RuleEntry("3.1", refuses=True),
        Rule.HANDED_OVER_AFTER_REVIEW: RuleEntry("3.1", refuses=True),
        Rule.MOVE_WITH_CONSENT: RuleEntry("85", refuses=True),
        Rule.MOVED_TO_THE_LIKE: RuleEntry("85", refuses=True),
        Rule.MOVES_FROM_ITS_DECISION: RuleEntry("85", refuses=True),
        Rule.REQUEST_AWAITS_ANSWER: RuleEntry("85", refuses=True),
        Rule.ENDS_FROM_ITS_DECISION: RuleEntry("23.2", refuses=True),
        Rule.NON_DISCLOSURE_HOLDS: RuleEntry("661/2009:36", refuses=True),
        Rule.PARTIES_OF_THE_AREA: RuleEntry("79", refuses=True),
        Rule.ENDED_AFTER_EXTENSION: RuleEntry("23.3", refuses=True),
        Rule.ENDED_AFTER_STUDIES_BEGAN: RuleEntry("28", refuses=True),
        Rule.LAST_DAY_RESTED_UPON: RuleEntry("23.2", refuses=True),
        Rule.CONSENT_OF_A_CASE: RuleEntry("decree:4.1", refuses=True),
        Rule.INFORMED_BEFORE_CONSENT: RuleEntry("9", refuses=True),
        Rule.CONSENT_HOLDS: RuleEntry("9", refuses=True),
        Rule.REFERRED_ELSEWHERE: RuleEntry("decree:1.1", refuses=True),
        Rule.OUTCOME_AWAITED: RuleEntry("decree:1.1", refuses=True),
        Rule.SERVICE_ONCE_AT_A_TIME: RuleEntry("19", refuses=True),
        Rule.SERVICE_GOES_ON: RuleEntry("73.1", refuses=True),
        Rule.SERVICE_ENDS_AFTER_IT_BEGAN: RuleEntry("73.1", refuses=True),
        Rule.CIVIC_ORIENTATION_HOURS: RuleEntry("576/2024:2", refuses=True),
        Rule.TEST_OF_A_TRAINING: RuleEntry("13", refuses=True),
        Rule.TEST_RECORDED_ONCE: RuleEntry("73.1", refuses=True),
        Rule.COST_HAS_ARISEN: RuleEntry("63", refuses=True),
        Rule.COMPENSATION_DECIDED: RuleEntry("64", refuses=True),
        Rule.COMPENSATION_PERIOD: RuleEntry("63", refuses=True, either_way=True),
        Rule.COMPENSATED_WHILE_YOUNG: RuleEntry("69", refuses=True),
        Rule.COMPENSATION_APPLIED_BY: RuleEntry("70"),
        Rule.DATA_OF_A_RECORD: RuleEntry("decree:1.2", refuses=True),
        Rule.NECESSITY_STATED: RuleEntry("decree:1.2", refuses=True),
        Rule.DATA_OF_OWN_REVIEW: RuleEntry("decree:3.5", refuses=True),
        Rule.DATA_BY_WHO_ANSWERS: RuleEntry("3.1", refuses=True),
        Rule.SUPPORT_OF_THE_YOUNG: RuleEntry("34.2"),
        Rule.REPRESENTED_WHILE_MINOR: RuleEntry("35", refuses=True),
        Rule.REPRESENTATION_GOES_ON: RuleEntry("35", refuses=True),
        Rule.REPRESENTATION_ENDS_AFTER_IT_BEGAN: RuleEntry("35", refuses=True),
        Rule.RECORD_COUNTS: RuleEntry("GDPR:16", refuses=True),
        Rule.CORRECTED_AS_SEEN: RuleEntry("GDPR:16", refuses=True),
        Rule.CORRECTION_FITS: RuleEntry("GDPR:16", refuses=True),
        Rule.CORRECTED_WHERE_TOLD: RuleEntry("GDPR:16", refuses=True),
        Rule.LATER_RECORDS_STAND: RuleEntry("GDPR:16", refuses=True),
        Rule.NOTHING_BUILDS_ON_IT: RuleEntry("GDPR:16", refuses=True),
        Rule.OPENING_STAYS: RuleEntry("GDPR:16", refuses=True),
        Rule.CORRECTION_AWAITS_ANSWER: RuleEntry("GDPR:12.3", refuses=True),
        Rule.GRANTED_BY_PUTTING_RIGHT: RuleEntry("GDPR:12.3", refuses=True),
        Rule.REFUSAL_GIVES_REASON: RuleEntry("GDPR:12.4", refuses=True),
        Rule.DEPARTURE_OF_THE_EDITION: RuleEntry("15.3", refuses=True),
        Rule.ASSESSMENT_WITHOUT_DELAY: RuleEntry("14.2"),
        Rule.PLAN_WITHOUT_DELAY: RuleEntry("20.1"),
        Rule.ASSESSMENT_ON_RECORD: RuleEntry("decree:1.1"),
        Rule.INTERVIEW_ON_RECORD: RuleEntry("14.2"),
        Rule.PLAN_ON_RECORD: RuleEntry("decree:2.1"),
        Rule.RIGHTS_EXPLAINED: RuleEntry("24"),
        Rule.REVIEW_ON_RECORD: RuleEntry("decree:3.4"),
        Rule.OWN_REVIEW_ON_RECORD: RuleEntry("decree:3.2"),
        Rule.GUIDANCE_OF_A_MUNICIPALITY: RuleEntry("10", refuses=True),
        Rule.GUIDANCE_WITH_CONSENT: RuleEntry("decree:4.1", refuses=True),
        Rule.TOLD_OF_RECORDING: RuleEntry("decree:4.1", refuses=True),
        Rule.WITHDRAWN_AT_ONCE: RuleEntry("decree:4.1", refuses=True),
        Rule.CONSENT_ANNULLED_AT_ONCE: RuleEntry("decree:4.1", refuses=True),
        Rule.CONTINUES_IN_AN_OPEN_CASE: RuleEntry("GDPR:5.1", refuses=True),
        Rule.JOINED_CASE_CONTINUES_HERE: RuleEntry("GDPR:5.1", refuses=True),
        Rule.JOINED_ONCE: RuleEntry("GDPR:5.1", refuses=True),
        Rule.JOINED_AFTER_REQUEST: RuleEntry("85", refuses=True),
        Rule.PROTECTED_IN_BOTH: RuleEntry("661/2009:36", refuses=True),
        Rule.NOT_JOINED_SINCE: RuleEntry("GDPR:5.1", refuses=True),
        Rule.EACH_GUARDIAN_CONSENTS: RuleEntry("21.1.2", refuses=True),
        Rule.FAMILY_MEMBER: RuleEntry("21.1", refuses=True),
        Rule.FAMILY_MEMBER_ONCE: RuleEntry("21.1", refuses=True),
        Rule.FAMILY_OF_SEVERAL: RuleEntry("21.1", refuses=True),
        Rule.FAMILY_PLAN_BY_WHO_ANSWERS: RuleEntry("21.1", refuses=True),
        Rule.FAMILY_PLAN_LASTS: RuleEntry("decree:2.1", refuses=True),
        Rule.FAMILY_PLAN_REVIEWED_WHILE_IT_LASTS: RuleEntry("decree:2.1", refuses=True),
        Rule.FAMILY_PLAN_GOES_ON: RuleEntry("21.1", refuses=True),
        Rule.FAMILY_PLAN_NOTED_ONCE: RuleEntry("21.1", refuses=True),
        Rule.EARLIER_PLANS_NOTED_ONCE: RuleEntry("23.2", refuses=True),
        Rule.NOTE_FOLLOWS_THE_FAMILY_PLAN: RuleEntry("21.1", refuses=True),
        Rule.NOTE_FOLLOWS_THE_OTHER_CASE: RuleEntry("23.2", refuses=True),
        Rule.NOTE_FOLLOWS_THE_LAST_DAY: RuleEntry("23.2", refuses=True),
        Rule.WITHHELD_IS_NOT_CORRECTED: RuleEntry("661/2009:37", refuses=True),
        Rule.PROTECTION_ENDED_BY_WORKER: RuleEntry("661/2009:37", refuses=True),
        Rule.CODE_OF_THE_LIST: RuleEntry("76.1", refuses=True),
        Rule.LIVES_IN_A_MUNICIPALITY: RuleEntry("73.1", refuses=True),
        Rule.NOTICE_FROM_WHO_TELLS: RuleEntry("84", refuses=True),
        Rule.NOTICE_TO_A_MUNICIPALITY: RuleEntry("84", refuses=True),
        Rule.NOTICE_OF_ITS_BENEFIT: RuleEntry("84", refuses=True),
        Rule.CONSENTS_OF_THE_FAMILY: RuleEntry("21.1.2", refuses=True),
        Rule.FAMILY_PLAN_COUNTS: RuleEntry("21.1", refuses=True),
        Rule.ONE_FAMILY_PLAN: RuleEntry("21.1", refuses=True),
    }
)
