"""Acts about services, costs, other data, representation, consents: what no plan depends on."""

from collections.abc import Callable, Mapping
from datetime import date

from tests.property import choosing as ch
from tests.property.choosing import Choice
from tests.property.drawing import (
    Case,
    days,
    measures,
    mostly,
    of_the_case,
    shifted,
    texts,
    two,
)

from cases.domain.case.act import Act
from cases.domain.case.consent.acts import GiveConsent, Informed, WithdrawConsent
from cases.domain.case.costs.acts import RecordCost
from cases.domain.case.necessary_data.acts import RecordNecessaryData
from cases.domain.case.person.acts import PersonName
from cases.domain.case.referral_elsewhere.acts import RecordReferralOutcome, ReferElsewhere
from cases.domain.case.representation.acts import EndRepresentation, RecordRepresentation
from cases.domain.case.services.acts import (
    CompleteService,
    InterruptService,
    LanguageResults,
    RecordLanguageTest,
    StartService,
)
from cases.domain.codes import values as codes


def _consent(case: Case) -> Choice[Act]:
    informed = ch.builds(Informed, on=days(case), language=ch.just("fa"), interpreter=ch.booleans())
    return ch.builds(
        GiveConsent,
        scope=ch.sampled_from(codes.ConsentScope),
        informed=informed,
        given_by=ch.sampled_from(codes.ConsentGiver),
    )


def _start(case: Case) -> Choice[Act]:
    agreed = ch.builds(StartService, measure=measures(case))
    another = ch.builds(
        StartService,
        service=ch.sampled_from(codes.Service),
        provider=ch.just("opisto"),
        hours=ch.sampled_from([None, 30, 70]),
    )
    return agreed | another


def _cost(case: Case) -> Choice[Act]:
    def built(ground: codes.CompensationGround, arose: list[date], decided: bool) -> Act:
        decision = "EK/1" if decided else None
        return RecordCost(
            ground=ground,
            cents=1250,
            since=arose[0],
            until=arose[1],
            borne_by="vaasa",
            decision=decision,
        )

    grounds = ch.sampled_from(codes.CompensationGround)
    return ch.builds(built, grounds, two(days(case)), ch.booleans())


def _representation(case: Case) -> Choice[Act]:
    return ch.builds(
        RecordRepresentation,
        kind=ch.sampled_from(codes.RepresentationKind),
        names=ch.builds(PersonName, given=texts, family=texts),
        since=mostly(case.on, shifted(case.on, -30), seldom=[shifted(case.on, 1)]) | days(case),
    )


def _recorded_of(case: Case) -> Choice[Act]:
    state = case.state
    ids = [a.assessment_id for a in state.assessments] + [p.plan_id for p in state.plans]
    return ch.builds(
        RecordNecessaryData,
        of=of_the_case([*ids, *(r.review_id for r in state.reviews)]),
        text=texts,
        necessity=ch.none() | texts,
    )


KINDS: Mapping[str, Callable[[Case], Choice[Act]]] = {
    "giveConsent": _consent,
    "withdrawConsent": lambda case: ch.builds(
        WithdrawConsent, consent=of_the_case([c.consent_id for c in case.state.consents])
    ),
    "referElsewhere": lambda _: ch.builds(
        ReferElsewhere, to=ch.sampled_from(["naapurituki", "vaasa"]), service=texts
    ),
    "recordReferralOutcome": lambda case: ch.builds(
        RecordReferralOutcome,
        referral=of_the_case([r.referral_id for r in case.state.referrals_elsewhere]),
        outcome=ch.sampled_from(codes.ReferralOutcome),
    ),
    "startService": _start,
    "completeService": lambda case: ch.builds(
        CompleteService,
        service=of_the_case([c.service_id for c in case.state.courses]),
        hours=ch.sampled_from([None, 69, 70]),
    ),
    "interruptService": lambda case: ch.builds(
        InterruptService,
        service=of_the_case([c.service_id for c in case.state.courses]),
        reason=texts,
    ),
    "recordLanguageTest": lambda case: ch.builds(
        RecordLanguageTest,
        language=ch.sampled_from(["fi", "sv"]),
        provider=ch.just("opisto"),
        results=ch.builds(LanguageResults, reading=ch.sampled_from(codes.CefrLevel)),
        training=ch.none() | of_the_case([c.service_id for c in case.state.courses]),
    ),
    "recordCost": _cost,
    "recordNecessaryData": _recorded_of,
    "recordRepresentation": _representation,
    "endRepresentation": lambda case: ch.builds(
        EndRepresentation,
        representation=of_the_case([r.representation_id for r in case.state.representations]),
        until=mostly(case.on, seldom=[shifted(case.on, 1)]) | days(case),
    ),
}
"""An act of each kind, its ids and days drawn with regard to a case."""
