"""The cases that an act on a family plan is decided on."""

from collections.abc import Mapping
from dataclasses import field
from uuid import UUID

from cases.domain.case.state import CaseState
from cases.domain.family.visibility import Visible
from cases.domain.model import State


class MembersCases(State):
    """``cases`` are those the acting authority may process, ``others`` those of other members.

    ``visible`` is what whoever acts may see of the plan.
    """

    cases: Mapping[UUID, CaseState] = field(default_factory=dict)
    others: Mapping[UUID, CaseState] = field(default_factory=dict)
    visible: Visible = field(default_factory=Visible)
