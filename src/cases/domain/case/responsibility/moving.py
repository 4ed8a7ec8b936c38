"""The client moves: may the case be handed over, and what becomes of who asks for it? 85 §."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.responsibility.acts import DeclineHandOverRequest, HandOver
from cases.domain.case.responsibility.facts import (
    CaseHandedOver,
    HandOverRequestDeclined,
    HandOverRequested,
)
from cases.domain.case.state import CaseState
from cases.domain.codes.values import ConsentScope, OrganisationKind, ReviewHeldBy
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, sorted_out


def decide_move(act: HandOver, state: CaseState, circumstances: Circumstances) -> Outcome:
    """With the client's consent the case passes to where the client moves, and no clock restarts.

    To an authority of the same kind: a move changes the place, and not whether the client is
    registered as a jobseeker. It may be recorded before the day it takes effect.
    """
    former = state.responsible_on(circumstances.today)
    assert former is not None, "the case was opened"
    on, takes_effect = circumstances.on, act.takes_effect_on or circumstances.on
    kind = circumstances.kind_of(former) or OrganisationKind.MUNICIPALITY
    # Where to, the rule log does not say: it is read by more than who may know where she lives.
    rules, violations = sorted_out(
        (
            circumstances.line(
                Rule.MOVE_WITH_CONSENT,
                _consented(act.consent, state, on, takes_effect),
                on=on,
                takesEffectOn=takes_effect,
            ),
            "/consent",
        ),
        (
            circumstances.line(
                Rule.MOVED_TO_THE_LIKE,
                circumstances.kind_of(act.to) is kind and act.to != former,
                kind=kind,
            ),
            "/to",
        ),
        (
            circumstances.line(
                Rule.MOVES_FROM_ITS_DECISION, on <= takes_effect, on=on, takesEffectOn=takes_effect
            ),
            "/takesEffectOn",
        ),
    )
    if violations:
        return Refusal(violations=violations)
    after = after_the_last(state, circumstances)
    if after is not None:
        return refuse(after, pointer="/effectiveOn", conflict=True)
    fact = CaseHandedOver(
        former=former,
        to=act.to,
        reason=act.reason,
        takes_effect_on=takes_effect,
        consent=act.consent,
        remaining_parties=tuple(sorted(_remaining(act.to, state, circumstances))),
    )
    return Decision(facts=(fact,), rules=rules)


def decide_decline_request(
    act: DeclineHandOverRequest, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """The case stays with who answers for it, and the reason is recorded."""
    awaited = any(
        r.request_id == act.request and r.requested_on <= circumstances.on
        for r in state.responsibility.awaited_requests()
    )
    line = circumstances.line(Rule.REQUEST_AWAITS_ANSWER, awaited, on=circumstances.on)
    if not awaited:
        return refuse(line, pointer="/request", conflict=True)
    fact = HandOverRequestDeclined(request_id=act.request, reason=act.reason)
    return Decision(facts=(fact,), rules=(line,))


def requested(by: str, request_id: UUID, state: CaseState, today: date) -> HandOverRequested | None:
    """What another authority's opening of a case for the client comes to; None where it has asked.

    There is one request of an authority at a time.
    """
    if state.closing is not None or by == state.responsible_on(today):
        return None
    if any(r.by == by for r in state.responsibility.awaited_requests()):
        return None
    return HandOverRequested(request_id=request_id, by=by)


def after_the_last(state: CaseState, circumstances: Circumstances) -> RuleApplied | None:
    """What is wrong with a hand-over before one on record, or before a review held since.

    It would say that another answered then. What the welfare area held alone says nothing of it.
    """
    last = max((h.on for h in state.responsibility.hand_overs), default=None)
    if last is not None and last > circumstances.on:
        return circumstances.line(Rule.HANDED_OVER_IN_ORDER, False, lastOn=last)
    held = (r.held_on for r in state.reviews if r.held_by is not ReviewHeldBy.WELFARE_AREA)
    reviewed = max(held, default=None)
    if reviewed is not None and reviewed > circumstances.on:
        return circumstances.line(Rule.HANDED_OVER_AFTER_REVIEW, False, reviewedOn=reviewed)
    return None


def _consented(consent: UUID | None, state: CaseState, on: date, takes_effect: date) -> bool:
    """Whether the consent that is named is to this, and holds until the case passes."""
    return any(
        c.consent_id == consent
        and c.scope is ConsentScope.CONTACT_TO_NEW_MUNICIPALITY
        and c.holds_on(on)
        and c.holds_on(takes_effect)
        for c in state.consents
    )


def _remaining(to: str, state: CaseState, circumstances: Circumstances) -> Iterator[str]:
    """The welfare areas with a part in the case that serve the people of the new authority too."""
    named = {
        *(party for plan in state.plans for party in plan.parties),
        *(party for each in state.assessments for party in each.participants),
        *(e.by for each in state.assessments for e in each.expert_assessments),
    }
    for each in named & circumstances.works_with(to):
        if circumstances.kind_of(each) is OrganisationKind.WELFARE_AREA:
            yield each
