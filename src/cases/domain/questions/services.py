"""Services and their course, language tests, referrals elsewhere: the services of a case."""

from datetime import date
from typing import Final
from uuid import UUID

from cases.domain.case.referral_elsewhere.evolution import Elsewhere
from cases.domain.case.services.acts import LanguageResults
from cases.domain.case.services.evolution import Course, LanguageTest
from cases.domain.codes.values import ParticipationState, ReferralOutcome, Service
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class ElsewhereOverview(Value):
    """A referral to a service of another organisation; ``outcome`` is absent while not known."""

    referral: UUID
    to: str
    service: str
    note: str | None
    referred_on: date
    outcome_on: date | None
    outcome: ReferralOutcome | None
    outcome_note: str | None


class ServiceOverview(Value):
    """A service; ``ended_on`` is its last day, ``hours`` those planned or, at the end, had.

    ``reason`` says why it was interrupted, or why civic orientation was shorter.
    """

    id: UUID
    service: Service
    provider: str
    measure: UUID | None
    title: str | None
    started_on: date
    state: ParticipationState
    ended_on: date | None
    hours: int | None
    language: str | None
    childcare_arranged: bool | None
    result: str | None
    reason: str | None


class LanguageTestOverview(Value):
    """A language test; a part that was not tested is absent."""

    test: UUID
    held_on: date
    language: str
    provider: str
    results: LanguageResults
    training: UUID | None
    register_id: str | None


class Services(Value):
    """The services of the case on a legal day, in the order they were recorded."""

    services: tuple[ServiceOverview, ...] = ()
    language_tests: tuple[LanguageTestOverview, ...] = ()
    referred_elsewhere: tuple[ElsewhereOverview, ...] = ()


NO_SERVICES: Final = Services()


def services(asked: Known) -> Services:
    """What had happened by the day asked about, from what was known then."""
    state, day = asked.state, asked.valid_on
    return Services(
        services=tuple(_service(c, day) for c in state.courses if c.started_on <= day),
        language_tests=tuple(_test(t) for t in state.language_tests if t.held_on <= day),
        referred_elsewhere=tuple(
            _elsewhere(r, day) for r in state.referrals_elsewhere if r.referred_on <= day
        ),
    )


def _service(course: Course, day: date) -> ServiceOverview:
    state = course.state_on(day)
    over = state is not ParticipationState.ONGOING
    return ServiceOverview(
        id=course.service_id,
        service=course.service,
        provider=course.provider,
        measure=course.measure_id,
        title=course.title,
        started_on=course.started_on,
        state=state,
        ended_on=course.ended_on if over else None,
        hours=course.hours if over else course.hours_planned,
        language=course.language,
        childcare_arranged=course.childcare_arranged,
        result=course.result if over else None,
        reason=course.reason if over else None,
    )


def _test(test: LanguageTest) -> LanguageTestOverview:
    return LanguageTestOverview(
        test=test.test_id,
        held_on=test.held_on,
        language=test.language,
        provider=test.provider,
        results=test.results,
        training=test.training_id,
        register_id=test.register_id,
    )


def _elsewhere(referral: Elsewhere, day: date) -> ElsewhereOverview:
    known = referral.outcome_on is not None and referral.outcome_on <= day
    return ElsewhereOverview(
        referral=referral.referral_id,
        to=referral.to,
        service=referral.service,
        note=referral.note,
        referred_on=referral.referred_on,
        outcome_on=referral.outcome_on if known else None,
        outcome=referral.outcome if known else None,
        outcome_note=referral.outcome_note if known else None,
    )
