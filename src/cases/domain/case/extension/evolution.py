"""What is known of extensions of the maximum."""

from datetime import date
from uuid import UUID

from cases.domain.case.extension.facts import PlanExtended
from cases.domain.facts import Recorded
from cases.domain.law.maximum import Grant
from cases.domain.model import State


class Extended(State):
    """An extension decided on a legal day; ``until`` is the last day it states for the plan.

    ``reaches_maximum`` tells whether that was the maximum, as known then; None where nobody asked.
    ``act_id`` is that of the act, which may be a review.
    """

    plan_id: UUID
    version: int
    decided_on: date
    grant: Grant
    until: date | None
    reaches_maximum: bool | None
    act_id: str


Extensions = tuple[Extended, ...]


def evolve(extensions: Extensions, recorded: Recorded, fact: PlanExtended) -> Extensions:
    """The extensions after one more."""
    obstacle = fact.obstacle.days if fact.obstacle else None
    extended = Extended(
        plan_id=fact.plan_id,
        version=recorded.version,
        decided_on=recorded.effective_on,
        grant=Grant(ground=fact.ground, length=fact.length, obstacle=obstacle),
        until=fact.until,
        reaches_maximum=fact.reaches_maximum,
        act_id=recorded.act_id,
    )
    return (*extensions, extended)


def extended_after(extensions: Extensions, plan_id: UUID, day: date) -> date | None:
    """The last day after ``day`` on which an extension of the plan was decided, or its obstacle
    still lasted: the plan was in force then."""
    days = [
        max(e.decided_on, e.grant.obstacle.last or e.decided_on)
        if e.grant.obstacle
        else e.decided_on
        for e in extensions
        if e.plan_id == plan_id
    ]
    return max((d for d in days if d > day), default=None)
