"""What an act says of several people, in the part of each of them; ``retelling`` tells it back."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from cases.domain.case.state import CaseState
from cases.domain.family.acts import Concerning, FamilyGoal, FamilyGuidance, FamilyMeasure
from cases.domain.family.facts import (
    GoalOnRecord,
    GuidanceOnRecord,
    MeasureOnRecord,
    Part,
    PartTold,
    Shared,
)
from cases.domain.family.state import Member

C = TypeVar("C", bound=Concerning)
S = TypeVar("S", bound=Shared)


def _concerns(items: Iterable[C], member: UUID) -> Iterable[C]:
    return (item for item in items if not item.members or member in item.members)


def goals_of(goals: Iterable[FamilyGoal], member: UUID) -> tuple[GoalOnRecord, ...]:
    """The goals in the part of a member: those of the whole family, and of the member by name."""
    return tuple(
        GoalOnRecord(with_members=goal.members, text=goal.text) for goal in _concerns(goals, member)
    )


def measures_of(measures: Iterable[FamilyMeasure], member: UUID) -> tuple[MeasureOnRecord, ...]:
    """The measures in the part of a member."""
    return tuple(
        MeasureOnRecord(
            with_members=each.members,
            service=each.service,
            provider=each.provider,
            serves=each.serves,
        )
        for each in _concerns(measures, member)
    )


def guided_to_of(guided: Iterable[FamilyGuidance], member: UUID) -> tuple[GuidanceOnRecord, ...]:
    """The services a member was guided to, in the member's part."""
    return tuple(
        GuidanceOnRecord(with_members=each.members, to=each.to, service=each.service)
        for each in _concerns(guided, member)
    )


def by_name(items: Iterable[S]) -> tuple[S, ...]:
    """What was said of some members, and not of the whole family."""
    return tuple(item for item in items if item.with_members)


def remarking(remarks: str | None) -> Callable[[Member, PartTold], PartTold]:
    """Says these remarks in the part of whoever it is asked about."""
    return lambda _, part: part.model_copy(update={"remarks": remarks})


def parts_from(
    members: Iterable[Member],
    cases: Mapping[UUID, CaseState],
    said: Callable[[Member, PartTold], PartTold],
) -> tuple[Part, ...]:
    """The parts of these members as they are said from now on.

    Of whose part can't be read any more nothing is said; of whose case the authority may know
    nothing what was said stays, as far as the act says nothing of the whole family.
    """
    return tuple(
        Part(
            case_id=member.case_id,
            case_version=cases[member.case_id].version if member.case_id in cases else 0,
            told=None if member.part is None else said(member, member.part),
        )
        for member in members
    )
