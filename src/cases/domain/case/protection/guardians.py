"""Whom a minor may live with: protected guardians protect the minor's case (661/2009 37 §)."""

from uuid import UUID

from cases.domain.case.consent.facts import ConsentGiven
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.state import CaseState
from cases.domain.facts import Fact


def guardians_of(state: CaseState) -> frozenset[UUID]:
    """The cases of everybody who is on record as the person's guardian, of whatever day.

    What was told while somebody was a guardian stays in the history, and may tell where she lives.
    """
    told = {
        guardian for entry in state.person.details for guardian in entry.details.guardians or ()
    }
    gave = {each.guardian for each in state.consents if each.guardian is not None}
    return frozenset(told | gave)


def names_guardian(fact: Fact) -> bool:
    """Whether a fact puts a guardian on record."""
    match fact:
        case PersonDetailsRecorded():
            return bool(fact.details.guardians)
        case ConsentGiven():
            return fact.guardian is not None
    return False
