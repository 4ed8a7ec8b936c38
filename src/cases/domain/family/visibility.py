"""A family plan as far as somebody may see it: the parts of some members, and nothing of others."""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from cases.domain.facts import Recorded
from cases.domain.family.facts import FamilyPlanFact, PartTold, Shared
from cases.domain.model import State

S = TypeVar("S", bound=Shared)


class Visible(State):
    """Which ``members`` may be seen, by their cases, and of whom everything is ``withheld``.

    Whoever is neither is somebody else's client: what is said of such a member together with one
    who may be seen is shown, and who that is isn't.
    """

    members: frozenset[UUID]
    withheld: frozenset[UUID] = frozenset()


def part_as_visible(part: PartTold, visible: Visible) -> PartTold:
    """A visible member's part without whatever speaks of somebody who is withheld, too."""
    return part.model_copy(
        update={
            "goals": _shown(part.goals, visible),
            "measures": _shown(part.measures, visible),
            "guided_to": _shown(part.guided_to, visible),
            "remarks": None if visible.withheld else part.remarks,
        }
    )


def as_far_as_visible(facts: Iterable[Recorded], visible: Visible) -> tuple[Recorded, ...]:
    """The facts with the parts of visible members alone."""
    return tuple(_seen(recorded, visible) for recorded in facts)


def _seen(recorded: Recorded, visible: Visible) -> Recorded:
    fact = recorded.fact
    if not isinstance(fact, FamilyPlanFact):
        return recorded
    parts = tuple(
        part
        if part.told is None
        else part.model_copy(update={"told": part_as_visible(part.told, visible)})
        for part in fact.parts
        if part.case_id in visible.members
    )
    return recorded.having(fact=fact.model_copy(update={"parts": parts}))


def _shown(items: Sequence[S], visible: Visible) -> tuple[S, ...]:
    return tuple(
        item.model_copy(
            update={"with_members": tuple(m for m in item.with_members if m in visible.members)}
        )
        for item in items
        if not visible.withheld.intersection(item.with_members or visible.withheld)
    )
