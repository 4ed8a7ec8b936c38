"""Acts on a family plan told again from the facts they left, as far as the parts at hand tell.

A fact says in parts what its act said of several people at once; told again it is said once. What a
review left as it was it is not told to have said.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar
from uuid import UUID

from cases.domain.case.act import Act, Retold
from cases.domain.facts import Fact
from cases.domain.family.acts import (
    DrawUpFamilyPlan,
    EndFamilyPlan,
    FamilyGoal,
    FamilyGuidance,
    FamilyMeasure,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.family.facts import (
    FamilyPlanDrawnUp,
    FamilyPlanEnded,
    FamilyPlanFact,
    FamilyPlanReviewed,
    GoalOnRecord,
    GuidanceOnRecord,
    MeasureOnRecord,
    Part,
    PartTold,
    Shared,
)
from cases.domain.family.state import FamilyPlanState

Said = dict[str, Any]
S = TypeVar("S", bound=Shared)

_NO_ID: Final = UUID(int=0)
_NOTHING_SAID: Final = PartTold()


def retold(act: type[Act], fact: FamilyPlanFact, before: FamilyPlanState) -> Retold:
    """The act that left a fact on the plan as it was ``before``.

    Of members whose cases the authority might know nothing of, the act said nothing by name.
    Raises ValidationError where no act could have said so.
    """
    known = tuple(part for part in fact.parts if part.case_version)
    said = said_by(act, fact.model_copy(update={"parts": known}), before)
    created = fact.review_id if isinstance(fact, FamilyPlanReviewed) else _NO_ID
    return Retold(act=act.model_validate(said), new_id=created)


def said_by(act: type[Act], fact: FamilyPlanFact, before: FamilyPlanState) -> Said:
    """The members of the act, by their names, as far as the parts of the fact tell them."""
    parts = [part for part in fact.parts if part.told is not None]
    said = _TELLERS[act.NAME](fact, parts, before)
    return {name: value for name, value in said.items() if value is not None}


def content_of(act: type[Act], fact: FamilyPlanFact, before: FamilyPlanState) -> dict[str, Any]:
    """The same as JSON. The act is not checked: it may be told in part only."""
    told = act.model_construct(**said_by(act, fact, before))
    return told.model_dump(mode="json", exclude_defaults=True)


def tell(act: type[Act], facts: Sequence[Fact], before: FamilyPlanState) -> Retold:
    """``retold`` of the facts of an act, which are one. Raises LookupError for another's."""
    fact = facts[0]
    if not isinstance(fact, FamilyPlanFact):
        raise LookupError(act.NAME)
    return retold(act, fact, before)


def _drawn_up(fact: Fact, parts: Sequence[Part], before: FamilyPlanState) -> Said:
    assert isinstance(fact, FamilyPlanDrawnUp), "a drawing up leaves this"
    return {
        "members": tuple(part.case_id for part in parts),
        "valid_until": fact.valid_until,
        "next_review_on": fact.next_review_on,
        "goals": _goals(_told(parts)),
        "measures": _measures(_told(parts)) or None,
        "guided_to": _guided_to(each.guided_to for each in _told(parts)) or None,
        "authorities": fact.authorities,
        "makers": fact.makers,
    }


def _reviewed(fact: Fact, parts: Sequence[Part], before: FamilyPlanState) -> Said:
    assert isinstance(fact, FamilyPlanReviewed), "a review leaves this"
    known = {m.case_id: m.part or _NOTHING_SAID for m in before.members}
    earlier = [known.get(part.case_id, _NOTHING_SAID) for part in parts]
    now = _told(parts)
    goals, measures = _goals(now), _measures(now)
    added = (told.guided_to[len(was.guided_to) :] for was, told in zip(earlier, now, strict=True))
    return {
        "next_review_on": fact.next_review_on,
        "makers": fact.makers,
        "found": next((each.remarks for each in now), None),
        "goals": None if goals == _goals(earlier) else goals,
        "measures": None if measures == _measures(earlier) else measures,
        "guided_to": _guided_to(added) or None,
        "valid_until": None if fact.valid_until == before.valid_until else fact.valid_until,
    }


def _joined(fact: Fact, parts: Sequence[Part], before: FamilyPlanState) -> Said:
    goals = tuple(goal.text for each in _told(parts) for goal in each.goals)
    return {"member": _only(parts), "goals": goals or None}


def _left(fact: Fact, parts: Sequence[Part], before: FamilyPlanState) -> Said:
    return {"member": _only(parts), "reason": _remarks(parts)}


def _ended(fact: Fact, parts: Sequence[Part], before: FamilyPlanState) -> Said:
    assert isinstance(fact, FamilyPlanEnded), "an ending leaves this"
    return {"ground": fact.ground, "reason": _remarks(parts)}


_Tell = Callable[[Fact, Sequence[Part], FamilyPlanState], Said]
_TELLERS: Final[Mapping[str, _Tell]] = MappingProxyType(
    {
        DrawUpFamilyPlan.NAME: _drawn_up,
        ReviewFamilyPlan.NAME: _reviewed,
        JoinFamilyPlan.NAME: _joined,
        LeaveFamilyPlan.NAME: _left,
        EndFamilyPlan.NAME: _ended,
    }
)


def _told(parts: Sequence[Part]) -> list[PartTold]:
    return [part.told for part in parts if part.told is not None]


def _only(parts: Sequence[Part]) -> UUID | None:
    return parts[0].case_id if parts else None


def _remarks(parts: Sequence[Part]) -> str | None:
    return next((each.remarks for each in _told(parts)), None)


def _goals(parts: Sequence[PartTold]) -> tuple[FamilyGoal, ...]:
    goals: tuple[GoalOnRecord, ...] = merged(each.goals for each in parts)
    return tuple(FamilyGoal(members=goal.with_members, text=goal.text) for goal in goals)


def _measures(parts: Sequence[PartTold]) -> tuple[FamilyMeasure, ...]:
    measures: tuple[MeasureOnRecord, ...] = merged(each.measures for each in parts)
    return tuple(
        FamilyMeasure(
            members=each.with_members,
            service=each.service,
            provider=each.provider,
            serves=each.serves,
        )
        for each in measures
    )


def _guided_to(parts: Iterable[Sequence[GuidanceOnRecord]]) -> tuple[FamilyGuidance, ...]:
    return tuple(
        FamilyGuidance(members=each.with_members, to=each.to, service=each.service)
        for each in merged(parts)
    )


def merged(lists: Iterable[Sequence[S]]) -> tuple[S, ...]:
    """One list that each of these is a part of, in its order: what several have stands once."""
    left = [list(each) for each in lists if each]
    found: list[S] = []
    while left:
        heads = [each[0] for each in left]
        ready = (h for h in heads if all(h == each[0] or h not in each for each in left))
        chosen = next(ready, heads[0])
        found.append(chosen)
        left = [each[1:] if each[0] == chosen else each for each in left]
        left = [each for each in left if each]
    return tuple(found)
