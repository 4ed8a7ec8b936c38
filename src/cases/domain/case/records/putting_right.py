"""What putting a record right begins with, whatever the stream: which record is meant, and what
follows from changing it."""

from collections.abc import Sequence

from cases.domain.case.act import Circumstances, Past, refuse
from cases.domain.case.records.acts import Change
from cases.domain.case.records.entries import Entry, NoSuchMember, read, rewritten
from cases.domain.case.records.facts import Correction
from cases.domain.case.records.mending import MENDS, mended, mended_by
from cases.domain.case.records.replaying import OfOneAct, Replayed, acts_of
from cases.domain.facts import Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation


def looked_back(circumstances: Circumstances) -> tuple[Past, tuple[Recorded, ...]]:
    """The past, and the facts in it that count."""
    past = circumstances.past
    assert past is not None, "the record is at hand"
    return past, mended(past.facts)


def found_record(
    version: int, counted: Sequence[Recorded], circumstances: Circumstances
) -> tuple[OfOneAct, RuleApplied] | Refusal:
    """The act that left the record; or a refusal where no such record counts, or it is a mend."""
    for facts in acts_of(counted):
        if any(each.version == version and not isinstance(each.fact, MENDS) for each in facts):
            return facts, circumstances.line(Rule.RECORD_COUNTS, True, version=version)
    return no_record(version, circumstances)


def no_record(version: int, circumstances: Circumstances) -> Refusal:
    """That there is no such record to put right."""
    line = circumstances.line(Rule.RECORD_COUNTS, False, version=version)
    return refuse(line, pointer="/version", conflict=True)


def what_builds_on_it(
    version: int, along: Sequence[int], again: Replayed, circumstances: Circumstances
) -> Refusal | None:
    """A refusal unless ``along`` names just the records that build on an annulled one."""
    building = {each.version for broken in again.broken for each in broken.facts}
    strange = [n for n, each in enumerate(along) if each not in building]
    missing = tuple(
        broken.version
        for broken in again.broken
        if not {each.version for each in broken.facts} & {*along}
    )
    if not missing and not strange:
        return None
    line = circumstances.line(
        Rule.NOTHING_BUILDS_ON_IT,
        False,
        version=version,
        buildingOn=tuple(broken.version for broken in again.broken),
    )
    pointer = f"/along/{strange[0]}" if strange else "/along"
    return refuse(line, pointer=pointer, conflict=True)


def with_changes(
    entry: Entry, changes: Sequence[Change], version: int, circumstances: Circumstances
) -> Entry | Refusal:
    """The entry of a record with the changes in it, or a refusal of those that don't fit."""
    violations = []
    for n, change in enumerate(changes):
        try:
            was = read(entry, change.member)
            if change.says_what_was and change.was != was:
                line = circumstances.line(Rule.CORRECTED_AS_SEEN, False, version=version)
                violations.append(Violation(line=line, pointer=f"/changes/{n}/from"))
            entry = rewritten(entry, change.member, change.to)
        except NoSuchMember:
            violations.append(unfit(n, "member", version, circumstances))
    return Refusal(violations=tuple(violations)) if violations else entry


def unfit(n: int, part: str, version: int, circumstances: Circumstances) -> Violation:
    """That a change doesn't fit the record, at fault a part of it."""
    line = circumstances.line(Rule.CORRECTION_FITS, False, version=version)
    return Violation(line=line, pointer=f"/changes/{n}/{part}")


def placed(violations: Sequence[Violation], changes: Sequence[Change]) -> tuple[Violation, ...]:
    """Each violation with the change at fault, where it is about one of them."""
    return tuple(
        violation.model_copy(update={"pointer": _pointer(violation.pointer, changes)})
        for violation in violations
    )


def _pointer(pointer: str | None, changes: Sequence[Change]) -> str | None:
    if pointer is None:
        return None
    for n, change in enumerate(changes):
        if pointer == change.member or f"/content{pointer}".startswith(change.member):
            return f"/changes/{n}/to"
    return None


def with_corrections(gone: Sequence[OfOneAct], counted: Sequence[Recorded]) -> tuple[int, ...]:
    """The versions of these facts, and of the corrections of them, in order."""
    versions = {each.version for facts in gone for each in facts}
    corrections = {
        each.version
        for each in counted
        if isinstance(each.fact, Correction) and {*mended_by(each.fact)} & versions
    }
    return tuple(sorted(versions | corrections))
