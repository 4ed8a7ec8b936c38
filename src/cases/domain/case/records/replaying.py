"""Deciding the record again with something in it put right.

The acts of a stream are taken in the order they were recorded, twice: as they count now, and as
they would. What a rule says of an act only in the second is what the change breaks. What it says in
both is no news: other rules may have held when it was recorded, or more may be known by now.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from cases.domain.case.act import Decision, Outcome, Past, Retold
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.records.mending import MENDS
from cases.domain.facts import Fact, Recorded
from cases.domain.law.rules import Refusal, Violation
from cases.domain.model import State, Value

OfOneAct = tuple[Recorded, ...]
"""The facts of one act, which stand or fall together."""


class Broken(State):
    """An act that would no longer be lawful, or has lost what it is about."""

    facts: OfOneAct
    violations: tuple[Violation, ...] = ()

    @property
    def version(self) -> int:
        """The version of its first fact, which names it."""
        return self.facts[0].version


class Replayed(State):
    """What the change comes to.

    ``was`` and ``now`` are the decisions on the act in question, where it can be told again;
    ``broken`` the later acts that would not stand, in order, ``notes`` those of them that only the
    calendar noted; ``computed`` the later facts that were computed from what changes, as they would
    be computed now.
    """

    was: Outcome | None
    now: Outcome | None
    broken: tuple[Broken, ...]
    notes: tuple[Broken, ...]
    computed: tuple[tuple[Recorded, Fact], ...]


def acts_of(facts: Sequence[Recorded]) -> Iterator[OfOneAct]:
    """The facts, act by act."""
    for _, group in groupby(facts, key=lambda f: (f.act_id, f.act, f.recorded_at, f.recorded_by)):
        yield tuple(group)


def replayed(
    past: Past, counted: Sequence[Recorded], target: OfOneAct, instead: OfOneAct
) -> Replayed:
    """The record decided again with ``instead`` in the place of ``target``; empty leaves it out.

    What is broken by leaving out, or is only a note of the calendar, is left out as well.
    """
    base, then = past.fold((), None), past.fold((), None)
    was: Outcome | None = None
    now: Outcome | None = None
    broken: list[Broken] = []
    notes: list[Broken] = []
    computed: list[tuple[Recorded, Fact]] = []
    known: set[UUID] = set()
    lost: set[UUID] = set()
    for facts in acts_of(counted):
        if isinstance(facts[0].fact, MENDS):
            continue
        left: Sequence[Recorded] = facts
        if facts[0].version == target[0].version:
            was = decided(past, facts, base, told(past, facts, base))
            now = decided(past, instead, then, told(past, instead, base))
            left = instead
        elif facts[0].version > target[0].version:
            act = told(past, facts, base)
            before, after = decided(past, facts, base, act), decided(past, facts, then, act)
            news = new_violations(before, after)
            if news or any(ids_in(each.fact) & lost for each in facts):
                note = isinstance(facts[0].fact, PlanExpired)
                (notes if note else broken).append(Broken(facts=facts, violations=news))
                left = facts if instead and not note else ()
            else:
                renewed = _computed_again(facts, before, after)
                computed += renewed
                left = tuple(_with(each, dict_of(renewed)) for each in facts)
        if not left:
            lost |= {each for f in facts for each in ids_in(f.fact)} - known
        known |= {each for f in facts for each in ids_in(f.fact)}
        base, then = past.fold(facts, base), past.fold(left, then)
    return Replayed(
        was=was, now=now, broken=tuple(broken), notes=tuple(notes), computed=tuple(computed)
    )


def told(past: Past, facts: OfOneAct, state: Any) -> Retold | None:
    """The act that left these facts, decided on ``state``; None where it can't be told again."""
    if not facts:
        return None
    try:
        return past.tell(past.acts[facts[0].act], [each.fact for each in facts], state)
    except (LookupError, ValidationError):
        return None


def decided(past: Past, facts: OfOneAct, state: Any, act: Retold | None = None) -> Outcome | None:
    """What would come of the act that left these facts; None where it can't be told again.

    ``act`` is that act where it was decided on another state than this.
    """
    act = act or told(past, facts, state)
    if act is None:
        return None
    first = facts[0]
    circumstances = past.under(act.act, first, first.effective_on, act.new_id)
    if isinstance(circumstances, Refusal):
        return circumstances
    before = tuple(each for each in past.facts if each.version < first.version)
    return past.decide(act.act, state, circumstances.having(past=past.having(facts=before)))


def new_violations(before: Outcome | None, after: Outcome | None) -> tuple[Violation, ...]:
    """What is violated after a change and was not before it."""
    if not isinstance(after, Refusal) or before is None:
        return ()
    earlier = before.violations if isinstance(before, Refusal) else ()
    known = {(each.line.rule, each.pointer) for each in earlier}
    return tuple(v for v in after.violations if (v.line.rule, v.pointer) not in known)


def same_kinds(one: Sequence[Fact], other: Sequence[Fact]) -> bool:
    """Whether both are facts of the same types in the same order."""
    return [type(each) for each in one] == [type(each) for each in other]


def told_exactly(facts: OfOneAct, before: Outcome | None) -> bool:
    """Whether deciding the act again comes to just the facts that were recorded."""
    return isinstance(before, Decision) and before.facts == tuple(each.fact for each in facts)


def ids_in(value: Any) -> set[UUID]:
    """Every id in a fact: of what it makes, and of what it is about."""
    match value:
        case UUID():
            return {value}
        case Value():
            return {each for _, inner in value for each in ids_in(inner)}
        case tuple() | list():
            return {each for inner in value for each in ids_in(inner)}
    return set()


def _computed_again(
    facts: OfOneAct, before: Outcome | None, after: Outcome | None
) -> list[tuple[Recorded, Fact]]:
    """The facts of an act that come out otherwise, where nothing else explains it."""
    if not (told_exactly(facts, before) and isinstance(after, Decision)):
        return []
    if not same_kinds([each.fact for each in facts], after.facts):
        return []
    both = zip(facts, after.facts, strict=True)
    return [(recorded, fact) for recorded, fact in both if recorded.fact != fact]


def dict_of(computed: Sequence[tuple[Recorded, Fact]]) -> dict[int, Fact]:
    """The facts by version."""
    return {recorded.version: fact for recorded, fact in computed}


def _with(recorded: Recorded, renewed: dict[int, Fact]) -> Recorded:
    fact = renewed.get(recorded.version)
    return recorded if fact is None else recorded.having(fact=fact)
