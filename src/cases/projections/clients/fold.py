"""From a case to its client row and plan rows. Nothing here depends on the day it runs."""

from datetime import date
from typing import ClassVar, Final

import sqlalchemy as sa

from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.maximum import brought_by_reopening, maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.evolution import planned_review
from cases.domain.case.state import CaseState
from cases.domain.law.edition import Law
from cases.domain.questions.current_plan import review_due
from cases.projections.case_view import CaseView, Row, Rows
from cases.projections.clients.table import CLIENT, CLIENT_PLAN
from cases.projections.whose import who_answers, who_works

_EVERYTHING_KNOWN: Final = date.max


class Clients(CaseView):
    """Who is whose client, with which plans.

    Version 2 knows no plan beyond the maximum; version 3, which plans were agreed until it.
    """

    name: ClassVar[str] = "clients"
    version: ClassVar[int] = 3
    tables: ClassVar[tuple[sa.Table, ...]] = (CLIENT, CLIENT_PLAN)

    def __init__(self, law: Law) -> None:
        self._law = law

    def rows(self, state: CaseState) -> Rows:
        """One client, and a row for each plan ever drawn up."""
        if state.opening is None:
            raise ValueError("a case begins with its opening")
        client: Row = {
            **who_answers(state),
            **who_works(state),
            "opened_on": state.opening.opened_on,
            "closed_on": state.closing.closed_on if state.closing else None,
            "was_closed": _was_closed(state),
        }
        plans = [row for plan in state.plans for row in self._plan(plan, state)]
        return {CLIENT.name: [client], CLIENT_PLAN.name: plans}

    def _plan(self, plan: Plan, state: CaseState) -> list[Row]:
        """A row from each legal day on which something was decided about the plan's days."""
        due = review_due(state, plan, self._law, _EVERYTHING_KNOWN)
        same = {
            "plan_id": plan.plan_id,
            **who_answers(state),
            "kind": plan.kind.value,
            "drawn_up_on": plan.drawn_up_on,
            "valid_from": plan.valid_from,
            "next_review_due": due.value if due else None,
            "next_review_on": planned_review(state.reviews, plan, _EVERYTHING_KNOWN),
        }
        found: list[tuple[date, Row]] = []
        for day in _decided_on(plan, state):
            edition = self._law.governing(day)
            days = validity(plan, state, edition, day)
            most = maximum_on(state, edition, day)
            then: Row = {
                "last_day": days.last_day,
                "fully_until": days.fully.last if days.fully else None,
                "maximum_until": most.until if most else None,
            }
            if not found or found[-1][1] != then:
                found.append((day, then))
        until = [day for day, _ in found[1:]] + [None]
        return [
            {**same, **then, "decided_on": day, "decided_until": next_day}
            for (day, then), next_day in zip(found, until, strict=True)
        ]


def _was_closed(state: CaseState) -> str | None:
    """From each closing to before the reopening, as the text of a datemultirange."""
    spans = [
        f"[{closing.closed_on},{closing.reopened_on})"
        for closing in state.closings
        if closing.reopened_on is not None and closing.closed_on < closing.reopened_on
    ]
    return "{" + ",".join(spans) + "}" if spans else None


def _decided_on(plan: Plan, state: CaseState) -> list[date]:
    """The legal days from the drawing up on at which the days of the plan may have changed."""
    days = {plan.drawn_up_on}
    days |= {c.on for c in plan.changes if c.changes.valid_until is not None}
    days |= {e.decided_on for e in state.extensions}
    days |= {other.drawn_up_on for other in state.plans}
    days |= {each.decided_on for each in brought_by_reopening(state)}
    if plan.ending is not None:
        days.add(plan.ending.decided_on)
    if plan.replaced is not None:
        days.add(plan.replaced.on)
    if plan.continued is not None:
        days |= {plan.continued.on, *(s.ended_on for s in state.studies if s.ended_on)}
    return sorted(day for day in days if day >= plan.drawn_up_on)
