"""From a case to its client row and plan rows. Nothing here depends on the day it runs."""

from datetime import date
from typing import ClassVar, Final

import sqlalchemy as sa

from cases.domain.case.plan.evolution import Plan
from cases.domain.case.review.evolution import planned_review
from cases.domain.case.state import CaseState
from cases.domain.law.edition import Law
from cases.domain.questions.current_plan import maximum_on, review_due
from cases.projections.case_view import CaseView, Row, Rows
from cases.projections.clients.table import CLIENT, CLIENT_PLAN

_EVERYTHING_KNOWN: Final = date.max


class Clients(CaseView):
    """Who is whose client, with which plans."""

    name: ClassVar[str] = "clients"
    tables: ClassVar[tuple[sa.Table, ...]] = (CLIENT, CLIENT_PLAN)

    def __init__(self, law: Law) -> None:
        self._law = law

    def rows(self, state: CaseState) -> Rows:
        """One client, and a row for each plan ever drawn up."""
        if state.opening is None:
            raise ValueError("a case begins with its opening")
        client: Row = {
            "authority": state.opening.responsible,
            "opened_on": state.opening.opened_on,
            "closed_on": state.closing.closed_on if state.closing else None,
        }
        maximum = maximum_on(state, self._law, _EVERYTHING_KNOWN)
        plans = [self._plan(plan, state, maximum.value) for plan in state.plans if maximum]
        return {CLIENT.name: [client], CLIENT_PLAN.name: plans}

    def _plan(self, plan: Plan, state: CaseState, maximum: date) -> Row:
        return {
            "plan_id": plan.plan_id,
            "authority": state.responsible,
            "kind": plan.kind.value,
            "drawn_up_on": plan.drawn_up_on,
            "valid_from": plan.valid_from,
            "valid_until": plan.valid_until,
            "ending_decided_on": plan.ending.decided_on if plan.ending else None,
            "last_day": plan.last_day(_EVERYTHING_KNOWN),
            "maximum_until": maximum,
            "next_review_due": review_due(state, plan, self._law, _EVERYTHING_KNOWN).value,
            "next_review_on": planned_review(state.reviews, plan, _EVERYTHING_KNOWN),
        }
