"""Correcting an act of any stream whose entries show its facts as they are, decided again."""

import json
from collections.abc import Iterable, Iterator, Sequence

from cases.domain.case.act import Circumstances, Decision, Past, Retold, refuse
from cases.domain.case.records.acts import Change
from cases.domain.case.records.entries import entry_of, whole
from cases.domain.case.records.putting_right import looked_back, placed, unfit, with_changes
from cases.domain.case.records.replaying import (
    Broken,
    OfOneAct,
    Replayed,
    new_violations,
    replayed,
    same_kinds,
    told,
    told_exactly,
)
from cases.domain.facts import Content, Fact, Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation
from cases.domain.model import State


class Corrected(State):
    """What a correction comes to.

    ``instead`` are the members of ``Correction``, by name, for each record that says something else
    by it: of the act itself, and computed in later ones. ``rules`` are those the act was decided
    under again, ``notes`` what only the calendar noted and is so no longer.
    """

    instead: tuple[Content, ...]
    rules: tuple[RuleApplied, ...]
    notes: tuple[OfOneAct, ...]


def correct(
    version: int, changes: Sequence[Change], facts: OfOneAct, circumstances: Circumstances
) -> Corrected | Refusal:
    """The act that left ``facts``, with changes in the record of a version, decided again.

    What would have been refused then is refused now; so is what leaves a later record unlawful.
    """
    past, counted = looked_back(circumstances)
    instead = _as_told(changes, version, facts, circumstances)
    if isinstance(instead, Refusal):
        return instead
    computed = _only_computed(changes, version, facts, instead, past, circumstances)
    if computed is not None:
        return computed
    again = replayed(past, counted, facts, instead)
    violations = placed(new_violations(again.was, again.now), changes)
    violations += _no_longer_standing(again, circumstances)
    if violations:
        return Refusal(violations=violations)
    decided = _decided(changes, version, facts, instead, again)
    named = [change.member for change in changes]
    of_the_act = tuple(
        _correction(old, new, named if old.version == version else ())
        for old, new in zip(facts, decided, strict=True)
        if _differ(old, new)
    )
    return Corrected(
        instead=(*of_the_act, *computed_anew(again)),
        rules=again.now.rules if isinstance(again.now, Decision) else (),
        notes=tuple(each.facts for each in again.notes),
    )


def computed_anew(again: Replayed) -> Iterator[Content]:
    """What was computed in later records from what is no longer so, as it is computed now.

    The members of ``Correction``, by name.
    """
    for old, fact in again.computed:
        yield computed_as(old, fact)


def computed_as(old: Recorded, fact: Fact) -> Content:
    """The members of ``Correction``, by name, of a record that comes out as another fact."""
    return _correction(old, old.having(fact=fact), (), computed=True)


def _as_told(
    changes: Sequence[Change], version: int, facts: OfOneAct, circumstances: Circumstances
) -> OfOneAct | Refusal:
    """The facts of the act with the changes in them, or a refusal of those that don't fit."""
    named = next(each for each in facts if each.version == version)
    entry = with_changes(entry_of(named), changes, version, circumstances)
    if isinstance(entry, Refusal):
        return entry
    try:
        corrected = entry.onto(named)
    except ValueError:
        return Refusal(
            violations=tuple(unfit(n, "to", version, circumstances) for n, _ in enumerate(changes))
        )
    if not _differ(named, corrected):
        return Refusal(violations=(unfit(0, "to", version, circumstances),))
    # The legal date and the source are the act's: all its facts have them.
    return tuple(
        corrected
        if each.version == version
        else each.having(effective_on=corrected.effective_on, source=corrected.source)
        for each in facts
    )


def _only_computed(  # noqa: PLR0913, PLR0917 - what was told, and what is told instead
    changes: Sequence[Change],
    version: int,
    facts: OfOneAct,
    instead: OfOneAct,
    past: Past,
    circumstances: Circumstances,
) -> Refusal | None:
    """A refusal of changes that no act could have told: the member follows from others.

    And of content that no act could have told at all. Where the act can't be told again even as it
    was recorded, the shape of the fact has to do.
    """
    if _retold(past, facts) is None:
        return None
    meant = _retold(past, instead)
    if meant is None:
        each = (unfit(n, "to", version, circumstances) for n, _ in enumerate(changes))
        return Refusal(violations=tuple(each))
    for n, change in enumerate(changes):
        if not change.member.startswith("/content/"):
            continue
        others = tuple(each for each in changes if each is not change)
        without = _as_told(others, version, facts, circumstances) if others else facts
        if isinstance(without, Refusal):
            continue
        left = _retold(past, without)
        if left is not None and left.act == meant.act:
            line = circumstances.line(Rule.CORRECTED_WHERE_TOLD, False, version=version)
            return refuse(line, pointer=f"/changes/{n}/member")
    return None


def _retold(past: Past, facts: OfOneAct) -> Retold | None:
    return told(past, facts, past.fold((), None))


def _no_longer_standing(again: Replayed, circumstances: Circumstances) -> tuple[Violation, ...]:
    """That later records would not stand, which, and by which rules."""
    if not again.broken:
        return ()
    versions = tuple(broken.version for broken in again.broken)
    line = circumstances.line(Rule.LATER_RECORDS_STAND, False, versions=versions)
    return (Violation(line=line, pointer="/changes"), *_why(again.broken))


def _why(broken: Sequence[Broken]) -> Iterator[Violation]:
    for each in broken:
        for violation in each.violations:
            yield violation.model_copy(update={"pointer": None})


def _decided(
    changes: Sequence[Change],
    version: int,
    facts: OfOneAct,
    instead: OfOneAct,
    again: Replayed,
) -> OfOneAct:
    """The facts as decided again: what was told as it was told, what is computed as it comes out.

    Only where the act as it was recorded comes to just what was recorded: else nobody can tell
    what is computed.
    """
    now = again.now
    if not (told_exactly(facts, again.was) and isinstance(now, Decision)):
        return instead
    if not same_kinds([each.fact for each in instead], now.facts):
        return instead
    named = {change.member.split("/")[2] for change in changes if change.member[1] == "c"}
    return tuple(
        each.having(fact=_computed(each.fact, fact, named if each.version == version else ()))
        for each, fact in zip(instead, now.facts, strict=True)
    )


def _computed(as_told: Fact, as_decided: Fact, told: Iterable[str]) -> Fact:
    content = _content(as_decided)
    said = _content(as_told)
    for member in told:
        content.pop(member, None)
        if member in said:
            content[member] = said[member]
    return type(as_told).model_validate_json(json.dumps(content))


def _correction(
    old: Recorded, new: Recorded, told: Sequence[str], *, computed: bool = False
) -> Content:
    return {
        "corrected": old.version,
        "content_topic": new.fact.topic(),
        "content": _content(new.fact),
        "effective_on": new.effective_on,
        "source": new.source,
        "members": tuple(dict.fromkeys((*told, *_changed(old, new, told)))),
        "computed": computed or None,
    }


def _changed(old: Recorded, new: Recorded, named: Sequence[str]) -> Iterator[str]:
    """The members that differ, by pointer, but for those that were named, whole or in part."""
    if old.effective_on != new.effective_on:
        yield "/effectiveOn"
    if old.source != new.source and not any(each.startswith("/source") for each in named):
        yield "/source"
    was, now = _content(old.fact), _content(new.fact)
    for member in {**was, **now}:
        pointer = f"/content/{member}"
        told = any(each == pointer or each.startswith(f"{pointer}/") for each in named)
        if was.get(member) != now.get(member) and not told:
            yield pointer


def _content(fact: Fact) -> Content:
    return whole(type(fact), fact.model_dump(mode="json", exclude_none=True))


def _differ(old: Recorded, new: Recorded) -> bool:
    def said(each: Recorded) -> tuple[object, ...]:
        return each.fact, each.effective_on, each.source

    return said(old) != said(new)
