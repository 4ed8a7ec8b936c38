"""What each act changes, and the rules it must meet: the same ones, in simple form."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from benchmarks.plain.bodies import BenefitNoticeBody, LabourMarketStatusBody, ReviewBody
from benchmarks.plain.tables import Case

SIX_MONTHS = timedelta(days=183)

Change = Callable[[Case, date], None]
"""Changes a case on a legal day. Raises NotAllowed."""


class NotAllowed(Exception):
    """A rule is not met. ``status`` is what HTTP says to it."""

    def __init__(self, status: int, section: str) -> None:
        super().__init__(section)
        self.status = status
        self.section = section


def review(plan_id: UUID, body: ReviewBody) -> Change:
    """A plan in force is reviewed by who answers for it; the next review is within six months."""

    def change(case: Case, on: date) -> None:
        plan = next((p for p in case.plans if p.id == plan_id and p.drawn_up_on <= on), None)
        if plan is None or not plan.valid_from <= on <= plan.valid_until:
            raise NotAllowed(409, "22.1")
        if body.held_by != "MUNICIPALITY":
            raise NotAllowed(422, "22.1")
        agreed = {measure["measure"] for measure in plan.measures}
        if any(str(each.measure) not in agreed for each in body.participation):
            raise NotAllowed(422, "22.1")
        if not on < body.next_review_on <= on + SIX_MONTHS:
            raise NotAllowed(422, "22.1")
        plan.last_reviewed_on, plan.next_review_on = on, body.next_review_on
        plan.participation = _json(body, "participation")["participation"]

    return change


def labour_market_status(body: LabourMarketStatusBody) -> Change:
    """The status holds from its day, which is not to come."""

    def change(case: Case, on: date) -> None:
        if body.since > on:
            raise NotAllowed(422, "13.1")
        case.labour_market_status, case.labour_market_status_from = body.status, body.since

    return change


def benefit_notice(body: BenefitNoticeBody) -> Change:
    """A notice is kept with the others."""

    def change(case: Case, on: date) -> None:
        case.benefits = [*case.benefits, _json(body, "benefit", "since", "until")]

    return change


def _json(body: Any, *members: str) -> dict[str, Any]:
    dumped: dict[str, Any] = body.model_dump(
        mode="json", by_alias=True, exclude_none=True, include=set(members)
    )
    return dumped
