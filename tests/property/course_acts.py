"""Acts about services, costs, other data, representation, consents: what no plan depends on."""

from collections.abc import Callable, Mapping
from datetime import date

from hypothesis import strategies as st
from tests.property.drawing import Case, days, made, measures, of_the_case, texts, two

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


def _consent(case: Case) -> st.SearchStrategy[Act]:
    informed = made(Informed, on=days(case), language=st.just("fa"), interpreter=st.booleans())
    return made(
        GiveConsent,
        scope=st.sampled_from(codes.ConsentScope),
        informed=informed,
        given_by=st.sampled_from(codes.ConsentGiver),
    )


def _start(case: Case) -> st.SearchStrategy[Act]:
    agreed = made(StartService, measure=measures(case))
    another = made(
        StartService,
        service=st.sampled_from(codes.Service),
        provider=st.just("opisto"),
        hours=st.sampled_from([None, 30, 70]),
    )
    return agreed | another


def _cost(case: Case) -> st.SearchStrategy[Act]:
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

    grounds = st.sampled_from(codes.CompensationGround)
    return st.builds(built, grounds, two(days(case)), st.booleans())


def _representation(case: Case) -> st.SearchStrategy[Act]:
    return made(
        RecordRepresentation,
        kind=st.sampled_from(codes.RepresentationKind),
        names=made(PersonName, given=texts, family=texts),
        since=days(case),
    )


def _recorded_of(case: Case) -> st.SearchStrategy[Act]:
    state = case.state
    ids = [a.assessment_id for a in state.assessments] + [p.plan_id for p in state.plans]
    return made(
        RecordNecessaryData,
        of=of_the_case([*ids, *(r.review_id for r in state.reviews)]),
        text=texts,
        necessity=st.none() | texts,
    )


KINDS: Mapping[str, Callable[[Case], st.SearchStrategy[Act]]] = {
    "giveConsent": _consent,
    "withdrawConsent": lambda case: made(
        WithdrawConsent, consent=of_the_case([c.consent_id for c in case.state.consents])
    ),
    "referElsewhere": lambda _: made(
        ReferElsewhere, to=st.sampled_from(["naapurituki", "vaasa"]), service=texts
    ),
    "recordReferralOutcome": lambda case: made(
        RecordReferralOutcome,
        referral=of_the_case([r.referral_id for r in case.state.referrals_elsewhere]),
        outcome=st.sampled_from(codes.ReferralOutcome),
    ),
    "startService": _start,
    "completeService": lambda case: made(
        CompleteService,
        service=of_the_case([c.service_id for c in case.state.courses]),
        hours=st.sampled_from([None, 69, 70]),
    ),
    "interruptService": lambda case: made(
        InterruptService,
        service=of_the_case([c.service_id for c in case.state.courses]),
        reason=texts,
    ),
    "recordLanguageTest": lambda case: made(
        RecordLanguageTest,
        language=st.sampled_from(["fi", "sv"]),
        provider=st.just("opisto"),
        results=made(LanguageResults, reading=st.sampled_from(codes.CefrLevel)),
        training=st.none() | of_the_case([c.service_id for c in case.state.courses]),
    ),
    "recordCost": _cost,
    "recordNecessaryData": _recorded_of,
    "recordRepresentation": _representation,
    "endRepresentation": lambda case: made(
        EndRepresentation,
        representation=of_the_case([r.representation_id for r in case.state.representations]),
        until=days(case),
    ),
}
"""An act of each kind, its ids and days drawn with regard to a case."""
