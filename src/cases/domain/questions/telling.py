"""The days that a fact tells beside its own legal date, each in a sentence."""

from collections.abc import Iterator
from datetime import date

from cases.domain.case.assessment.facts import AssessmentCompleted, ExpertAssessmentOrdered
from cases.domain.case.consent.facts import ConsentGiven
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.family_plan.facts import NamedInFamilyPlan
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.facts import (
    BenefitNoticeRecorded,
    LabourMarketStatusRecorded,
    ResidenceBasisRecorded,
)
from cases.domain.case.plan.facts import PlanDrawnUp, PlanEnded, PlanExpired
from cases.domain.case.protection.facts import NonDisclosureSet
from cases.domain.case.records.facts import RecordCorrected
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.responsibility.facts import CaseHandedOver, ReferralAccepted
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.case.studies.facts import SupportedStudiesEnded, SupportedStudiesStarted
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import Service
from cases.domain.facts import Fact
from cases.domain.questions.saying import say

_Told = tuple[str, date | None, date | None, str]
"""The sentence, its day or none, the last day of a time, and what it is said of."""


def days_told(fact: Fact, language: Language) -> tuple[str, ...]:
    """A sentence for each day, or time, that the fact tells; of what it leaves open, none."""
    return tuple(
        say(sentence, language, on=on, what=what)
        if until is None
        else say(sentence, language, on=on, until=until, what=what)
        for sentence, on, until, what in _of(fact, language)
        if on is not None
    )


def _of(fact: Fact, language: Language) -> Iterator[_Told]:  # noqa: PLR0912 - one for each fact
    match fact:
        case CaseOpened():
            yield _on("told-learned", fact.learned_on)
            yield from _earlier(fact.earlier_plans)
        case CaseReopened() | EarlierPlansNoted():
            yield from _earlier(fact.earlier_plans)
        case CasesJoined():
            yield "told-joined", fact.opened_on, fact.closed_on, ""
            yield from _earlier(fact.earlier_plans)
        case ResidenceBasisRecorded():
            yield "told-granted", fact.first_granted_on, None, term(fact.kind, language)
        case LabourMarketStatusRecorded():
            yield "told-since", fact.since, None, term(fact.status, language)
        case BenefitNoticeRecorded():
            yield _time(fact.since, fact.until, term(fact.benefit, language))
        case SupportedStudiesStarted():
            what = fact.studies or term(Service.SELF_MOTIVATED_STUDIES, language)
            yield "told-since", fact.since, None, what
        case SupportedStudiesEnded():
            yield _on("told-studies-ended", fact.ended_on)
        case ConsentGiven():
            yield _on("told-informed", fact.informed.on)
        case NonDisclosureSet():
            sentence = "told-withheld-since" if fact.until is None else "told-withheld-until"
            yield sentence, fact.since, fact.until, ""
        case ExpertAssessmentOrdered():
            yield _on("told-expected", fact.planned_on)
        case AssessmentCompleted():
            yield _on("told-plan-on", fact.plan.date if fact.plan else None)
            family = fact.family_plan
            yield _on("told-family-plan-on", family.date if family else None)
        case CaseHandedOver():
            yield _on("told-passes-on", fact.takes_effect_on)
        case ReferralAccepted():
            yield _on("told-registered", fact.registered_as_jobseeker_on)
        case NamedInFamilyPlan():
            yield _on("told-family-plan", fact.drawn_up_on)
            yield _on("told-family-plan-until", fact.until)
            yield _on("told-family-plan-review", fact.next_review_on)
        case RecordCorrected():
            yield _on("told-put-right", fact.effective_on)
        case _:
            yield from _of_a_plan(fact)


def _of_a_plan(fact: Fact) -> Iterator[_Told]:
    match fact:
        case PlanDrawnUp():
            yield "told-lasts", fact.valid_from, fact.valid_until, ""
            yield _on("told-signed", fact.signed_on)
            yield _on("told-next-review", fact.next_review_on)
        case PlanReviewed():
            yield _on("told-last-day", fact.changes.valid_until if fact.changes else None)
            yield _on("told-next-review", fact.next_review_on)
            family = fact.family_plan
            yield _on("told-family-plan-on", family.date if family else None)
        case PlanExtended():
            if fact.obstacle is not None:
                yield "told-obstacle", fact.obstacle.since, fact.obstacle.until, ""
            yield _on("told-extended-until", fact.until)
        case PlanSwitched() | PlanExpired():
            yield _on("told-last-day", fact.last_day)
        case PlanEnded():
            yield _on("told-last-day", fact.ends_on)


def _on(sentence: str, day: date | None) -> _Told:
    return sentence, day, None, ""


def _time(since: date, until: date | None, what: str) -> _Told:
    return "told-since" if until is None else "told-from-until", since, until, what


def _earlier(told: EarlierPlans | None) -> Iterator[_Told]:
    if told is not None:
        yield _on("told-first-plan-earlier", told.first_drawn_up_on)
        yield _on("told-signed", told.first_signed_on)
