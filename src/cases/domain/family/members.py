"""The cases that an act on a family plan is decided on."""

from collections.abc import Mapping
from dataclasses import field
from uuid import UUID

from cases.domain.case.state import CaseState
from cases.domain.model import State


class MembersCases(State):
    """``cases`` are those the acting authority may process, ``others`` those of other members.

    ``withheld`` are members of whom everything is withheld from whoever acts.
    """

    cases: Mapping[UUID, CaseState] = field(default_factory=dict)
    others: Mapping[UUID, CaseState] = field(default_factory=dict)
    withheld: frozenset[UUID] = frozenset()
