"""Whether a consent that a family plan rests upon is lacking: withdrawn, or never given (21 §)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cases.domain.case.consent.evolution import Consent, Consents
from cases.domain.case.family_plan.evolution import NamedPlan
from cases.domain.case.family_plan.lost import LostConsent, LostConsents, giver_of
from cases.domain.codes.values import ConsentGiver, ConsentScope

_Giver = tuple[UUID | None, ConsentGiver]


def consent_lacking_since(consents: Consents, lost: LostConsents, plan: NamedPlan) -> date | None:
    """Since which legal day a consent to the plan is lacking that it had; None: none is.

    It was withdrawn, or by what was put right never given so, and not given anew. A guardian who is
    known by a case consents for her- or himself. Of those known by name alone each consent given
    afterwards stands for one that is lacking.
    """
    of_plan = [each for each in lost if each.family_plan == plan.family_plan]
    gone = {(each.consent_id, each.giver) for each in of_plan}
    by_giver: dict[_Giver, tuple[list[Consent], list[LostConsent]]] = {}
    for given in consents:
        giver = giver_of(given)
        if given.scope is ConsentScope.FAMILY_PLAN and (given.consent_id, giver) not in gone:
            by_giver.setdefault(giver, ([], []))[0].append(given)
    for each in of_plan:
        by_giver.setdefault(each.giver, ([], []))[1].append(each)
    days = (
        day
        for (guardian, _), (told, never) in by_giver.items()
        for day in (_of_one(told, never, plan) if guardian else _of_several(told, never))
        if plan.drawn_up_on <= day <= plan.until
    )
    return min(days, default=None)


def _of_one(told: Sequence[Consent], never: Sequence[LostConsent], plan: NamedPlan) -> list[date]:
    """The day from which a guardian's own consent is lacking; none where one was not withdrawn."""
    if any(each.withdrawn_on is None for each in told):
        return []
    withdrawn = sorted(each.withdrawn_on for each in told if each.withdrawn_on is not None)
    if never and (not withdrawn or withdrawn[-1] < plan.drawn_up_on):
        return [min(each.since for each in never)]
    return withdrawn[-1:]


def _of_several(told: Sequence[Consent], never: Sequence[LostConsent]) -> list[date]:
    """The days from which consents are lacking that nothing has made up for.

    A consent that was there beside one that was never given is another's.
    """
    withdrawn = sorted(each.withdrawn_on for each in told if each.withdrawn_on is not None)
    lacking = sorted(never, key=lambda each: each.since)
    for given in sorted(told, key=lambda each: each.given_on):
        if given.withdrawn_on is not None:
            continue
        if withdrawn and given.given_on >= withdrawn[0]:
            del withdrawn[0]
            continue
        anew = next((each for each in lacking if given.consent_id not in each.beside), None)
        if anew is not None:
            lacking.remove(anew)
    return [*withdrawn, *(each.since for each in lacking)]
