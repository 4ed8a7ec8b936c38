"""A family plan as far as somebody may see it: the parts of some members, and nothing of others."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Final, TypeVar
from uuid import UUID

from cases.domain.facts import Recorded
from cases.domain.family.facts import FamilyPlanFact, PartCorrected, PartTold, Shared
from cases.domain.family.places import Places, without_places
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.model import State

S = TypeVar("S", bound=Shared)

_ABOUT_PEOPLE: Final = frozenset(
    {Rule.EACH_GUARDIAN_CONSENTS, Rule.FAMILY_MEMBER, Rule.ONE_FAMILY_PLAN}
)
"""Rules that are checked of each member."""


class Visible(State):
    """Which ``members`` may be seen, by their cases, and of whom everything is ``withheld``.

    Whoever is neither is somebody else's client: what is said of such a member together with one
    who may be seen is shown, and who that is isn't. ``places`` would tell where they are who are
    withheld; of what the ``reader`` recorded, by the person's own id, nothing is taken out.
    """

    members: frozenset[UUID] = frozenset()
    withheld: frozenset[UUID] = frozenset()
    places: Places = field(default_factory=dict)
    reader: str = ""


def part_as_visible(part: PartTold, visible: Visible) -> PartTold:
    """A visible member's part without whatever speaks of somebody who is withheld, too."""
    shown: dict[str, object] = {
        "goals": _shown(part.goals, visible),
        "measures": _shown(part.measures, visible),
        "guided_to": _shown(part.guided_to, visible),
        "remarks": None if visible.withheld else part.remarks,
    }
    if isinstance(part, PartCorrected) and visible.withheld:
        shown["reason"] = None
    return part.model_copy(update=shown)


def part_with_unseen(part: PartTold, was: PartTold, visible: Visible) -> PartTold:
    """A part as somebody told it anew, with what could not be seen of it as it ``was``."""
    return part.model_copy(
        update={
            "goals": _with_unseen(part.goals, was.goals, visible),
            "measures": _with_unseen(part.measures, was.measures, visible),
            "guided_to": _with_unseen(part.guided_to, was.guided_to, visible),
            "remarks": was.remarks if visible.withheld else part.remarks,
        }
    )


def as_far_as_visible(facts: Iterable[Recorded], visible: Visible) -> tuple[Recorded, ...]:
    """The facts with the parts of visible members alone, and nobody who tells where others are."""
    return naming_no_place((_seen(recorded, visible) for recorded in facts), visible)


def naming_no_place(facts: Iterable[Recorded], visible: Visible) -> tuple[Recorded, ...]:
    """The facts without the authorities that tell where a withheld member is."""
    return without_places(facts, visible.places, visible.reader)


def rules_as_visible(rules: Iterable[RuleApplied]) -> tuple[RuleApplied, ...]:
    """The rule log without whom it was about: how many lines there are would tell of how many."""
    told = (
        line.model_copy(update={"inputs": {}}) if line.rule in _ABOUT_PEOPLE else line
        for line in rules
    )
    return tuple({line.model_dump_json(): line for line in told}.values())


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
    return tuple(_naming_visible(item, visible) for item in items if _is_shown(item, visible))


def _is_shown(item: Shared, visible: Visible) -> bool:
    return not visible.withheld.intersection(item.with_members or visible.withheld)


def _naming_visible(item: S, visible: Visible) -> S:
    seen = tuple(m for m in item.with_members if m in visible.members)
    return item.model_copy(update={"with_members": seen})


def _with_unseen(items: Sequence[S], were: Sequence[S], visible: Visible) -> tuple[S, ...]:
    """What is shown of an item that was not changed stands for the whole of it."""
    whole = [item for item in were if _is_shown(item, visible)]
    kept: list[S] = []
    for item in items:
        same = next((each for each in whole if _naming_visible(each, visible) == item), None)
        if same is not None:
            whole.remove(same)
        kept.append(item if same is None else same)
    return (*kept, *(item for item in were if not _is_shown(item, visible)))
