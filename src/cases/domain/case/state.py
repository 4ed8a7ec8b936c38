"""The state of a case: what its facts add up to. Built by folding, asked by legal day.

The fold keeps everything that is known, each piece with its own legal days; questions name the day
they ask about. So the order of recording changes nothing but what was known when.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cases.domain.case.assessment import evolution as assessment
from cases.domain.case.assessment.evolution import Assessments
from cases.domain.case.closing import evolution as closing
from cases.domain.case.closing.evolution import Closing
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.opening import evolution as opening
from cases.domain.case.opening.evolution import Opening
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person import evolution as person
from cases.domain.case.person.evolution import Person
from cases.domain.case.plan import evolution as plan
from cases.domain.case.plan.evolution import Plans
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.review import evolution as review
from cases.domain.case.review.evolution import Reviews
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.facts import Fact, Recorded
from cases.domain.model import State


class CaseState(State):
    """A case at one version of its stream.

    ``version`` is 0 before the first fact. ``recorded_at`` is the instant (UTC) of the newest fact,
    ``latest_effective_on`` the latest legal date of any act of an authority.
    """

    case_id: UUID | None = None
    version: int = 0
    recorded_at: datetime | None = None
    latest_effective_on: date | None = None
    opening: Opening | None = None
    closing: Closing | None = None
    person: Person = Person()
    assessments: Assessments = ()
    plans: Plans = ()
    reviews: Reviews = ()
    earlier_first_plan_on: date | None = None

    def first_plan_drawn_up_on(self, day: date) -> date | None:
        """The day the person's first plan was drawn up, in this case or an earlier one.

        As known of ``day``; None while there is no plan. The maximum runs from it (23 § 2 mom.).
        """
        own = (p.drawn_up_on for p in self.plans)
        earlier = () if self.earlier_first_plan_on is None else (self.earlier_first_plan_on,)
        return min((d for d in (*own, *earlier) if d <= day), default=None)

    @property
    def responsible(self) -> str | None:
        """The id of the authority that answers for the case (3 §)."""
        return self.opening.responsible if self.opening else None


NOTHING = CaseState()


class UnknownFact(TypeError):
    """A fact of a type this release cannot fold: a programming error, never skipped."""


def fold(facts: Iterable[Recorded], state: CaseState = NOTHING) -> CaseState:
    """The state after ``facts``, which stand in the order of their versions.

    Raises UnknownFact for a fact of a type it does not know.
    """
    change: dict[str, Any] = {}
    latest = state.latest_effective_on
    recorded = None
    for recorded in facts:
        fact = recorded.fact
        if not isinstance(fact, PlanExpired) and (latest is None or recorded.effective_on > latest):
            # The calendar's notes follow from the other facts, whenever it came to them.
            latest = recorded.effective_on
        _evolve(state, change, recorded, fact)
    if recorded is None:
        return state
    return state.having(
        **change,
        case_id=recorded.stream_id,
        version=recorded.version,
        recorded_at=recorded.recorded_at,
        latest_effective_on=latest,
    )


def evolve(state: CaseState, recorded: Recorded) -> CaseState:
    """The state after one more fact. Raises UnknownFact for a type it does not know."""
    return fold((recorded,), state)


def _evolve(state: CaseState, change: dict[str, Any], recorded: Recorded, fact: Fact) -> None:
    """Bring the parts of the state that the fact is about up to it, in ``change``."""

    def part(name: str) -> Any:
        return change[name] if name in change else getattr(state, name)

    if isinstance(fact, person.PersonFact):
        change["person"] = person.evolve(part("person"), recorded, fact)
        earlier = getattr(fact, "earlier_first_plan_on", None)
        if earlier is not None:
            known = part("earlier_first_plan_on")
            change["earlier_first_plan_on"] = min(earlier, known or earlier)
    elif isinstance(fact, PlanReviewed):
        change["reviews"] = review.evolve(part("reviews"), recorded, fact)
    elif isinstance(fact, plan.PlanFact):
        change["plans"] = plan.evolve(part("plans"), recorded, fact)
    elif isinstance(fact, assessment.AssessmentFact):
        change["assessments"] = assessment.evolve(part("assessments"), recorded, fact)
    elif isinstance(fact, CaseOpened):
        change["opening"] = opening.evolve(recorded, fact)
        change["earlier_first_plan_on"] = fact.earlier_first_plan_on
    elif isinstance(fact, CaseClosed):
        change["closing"] = closing.evolve(recorded, fact)
    else:
        msg = f"no evolution for {type(fact).__name__}"
        raise UnknownFact(msg)
