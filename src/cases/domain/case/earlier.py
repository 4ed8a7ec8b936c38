"""What a person's earlier cases mean for a new one: the maximum runs on (23, 102 §)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from cases.domain.codes.values import ExtensionGround
from cases.domain.facts import Content
from cases.domain.law.maximum import Grant
from cases.domain.model import Value
from cases.domain.time import Interval, Length


class EarlierObstacle(Value):
    """The days of an obstacle, both included."""

    first: date
    last: date


class EarlierGrant(Value):
    """An extension granted in an earlier case: by a length, or by the days of an obstacle."""

    ground: ExtensionGround
    length: Length | None = None
    obstacle: EarlierObstacle | None = None

    @property
    def grant(self) -> Grant:
        """The grant, as the sum counts it."""
        told = self.obstacle
        days = Interval(first=told.first, last=told.last) if told is not None else None
        return Grant(
            ground=self.ground,
            length=self.length,
            obstacle=days,
            in_earlier_case=days is not None,
        )

    @classmethod
    def of(cls, grant: Grant) -> "EarlierGrant":
        """The grant as a later case is told of it."""
        days = grant.obstacle
        if days is None or days.last is None:
            return cls(ground=grant.ground, length=grant.length)
        return cls(ground=grant.ground, obstacle=EarlierObstacle(first=days.first, last=days.last))


class EarlierPlans(Value):
    """The person's first plan, and every extension granted since, in the order of their days.

    ``first_signed_on`` is said where the first plan is one of the repealed Act.
    """

    first_drawn_up_on: date
    first_signed_on: date | None = None
    granted: tuple[EarlierGrant, ...] = ()

    def and_of(self, other: "EarlierPlans | None") -> "EarlierPlans":
        """Both together: the older first plan, and what was granted in either, each once.

        Of two cases of one person the later one tells what it knew of the earlier: of equal grants
        there are as many as the one that tells most of them has.
        """
        if other is None:
            return self
        return self._with(other, (*self.granted, *_not_among(self.granted, other.granted)))

    def after(self, known: "EarlierPlans | None") -> "EarlierPlans":
        """What is known, and this, which is told beyond it."""
        return self if known is None else self._with(known, (*known.granted, *self.granted))

    def _with(self, other: "EarlierPlans", granted: tuple[EarlierGrant, ...]) -> "EarlierPlans":
        first = min(self, other, key=lambda each: each.first_drawn_up_on)
        return first.model_copy(update={"granted": granted})


def not_known_yet(told: EarlierPlans, known: EarlierPlans | None) -> EarlierPlans | None:
    """What is told beyond what is known: an older first plan, and further grants.

    A grant is known as often as an equal one is. None where nothing is left.
    """
    if known is None:
        return told
    further = _not_among(known.granted, told.granted)
    if not further and told.first_drawn_up_on >= known.first_drawn_up_on:
        return None
    return told.model_copy(update={"granted": further})


def _not_among(
    known: Iterable[EarlierGrant], told: Iterable[EarlierGrant]
) -> tuple[EarlierGrant, ...]:
    """What is told beyond what is known; a grant is known as often as an equal one is."""
    left = Counter(known)
    further = []
    for grant in told:
        if left[grant]:
            left[grant] -= 1
        else:
            further.append(grant)
    return tuple(further)


def earlier_plans_by_name(content: Content) -> Content:
    """Content of a fact that told only the day the first plan was drawn up."""
    changed = {name: value for name, value in content.items() if name != "earlierFirstPlanOn"}
    first = content.get("earlierFirstPlanOn")
    if first is not None:
        changed["earlierPlans"] = {"firstDrawnUpOn": first}
    return changed
