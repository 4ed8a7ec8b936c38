"""Consents that a family plan rested upon and that, by what was put right since, never carried it.

What was annulled is gone from what counts, and what was corrected says something else: only the
facts as they were when the plan named the case tell that it rested upon them.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cases.domain.case.consent import evolution as consent
from cases.domain.case.consent.evolution import Consent
from cases.domain.case.consent.facts import ConsentGiven, ConsentWithdrawn
from cases.domain.case.family_plan.facts import NamedInFamilyPlan
from cases.domain.case.records.mending import mended, mended_by
from cases.domain.codes.values import ConsentGiver, ConsentScope
from cases.domain.facts import Recorded
from cases.domain.model import State


class LostConsent(State):
    """A consent to a family plan that does not count as it was told when the plan rested upon it.

    ``since`` is the legal day from which the plan rested upon it, ``giver`` who gave it as it was
    told; ``beside`` are all consents of the case that were known then.
    """

    consent_id: UUID
    family_plan: UUID
    giver: tuple[UUID | None, ConsentGiver]
    since: date
    beside: frozenset[UUID]


LostConsents = tuple[LostConsent, ...]


def lost_consents(told: Sequence[Recorded]) -> LostConsents:
    """The consents lost by what is put right in ``told``, each with when a plan first rested on it.

    Facts that are put right stand in ``told`` themselves, as do those between.
    """
    given = {each.version for each in told if isinstance(each.fact, ConsentGiven)}
    put_right = [each.version for each in told if not given.isdisjoint(mended_by(each.fact))]
    if not put_right:
        return ()
    now = _consents(told)
    lost: dict[tuple[UUID, UUID], LostConsent] = {}
    for note in mended(told):
        fact, on = note.fact, note.effective_on
        if not isinstance(fact, NamedInFamilyPlan) or not fact.drawn_up_on <= on <= fact.until:
            continue
        then = _consents([each for each in told if each.version < note.version])
        for each in then.values():
            named = fact.family_plan, each.consent_id
            if _carries(each, on) and not _carries(now.get(each.consent_id), on, each):
                lost.setdefault(
                    named,
                    LostConsent(
                        consent_id=each.consent_id,
                        family_plan=fact.family_plan,
                        giver=giver_of(each),
                        since=on,
                        beside=frozenset(then),
                    ),
                )
    return tuple(lost.values())


def giver_of(given: Consent) -> tuple[UUID | None, ConsentGiver]:
    """Who gave it: a guardian by her or his case, or somebody of a kind."""
    return given.guardian, given.given_by


def _consents(facts: Sequence[Recorded]) -> dict[UUID, Consent]:
    """The consents that these facts come to, by their ids."""
    consents: tuple[Consent, ...] = ()
    for each in mended(facts):
        if isinstance(each.fact, ConsentGiven | ConsentWithdrawn):
            consents = consent.evolve(consents, each, each.fact)
    return {each.consent_id: each for each in consents}


def _carries(given: Consent | None, on: date, told: Consent | None = None) -> bool:
    """Whether a plan rests upon the consent on a day; as upon what was ``told``, if it is named.

    A withdrawal is not looked at twice: what was withdrawn is lacking from that day.
    """
    if given is None or given.scope is not ConsentScope.FAMILY_PLAN or given.given_on > on:
        return False
    return given.holds_on(on) if told is None else giver_of(given) == giver_of(told)
