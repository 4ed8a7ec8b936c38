"""May the record be put right so? Decided again under the rules (GDPR articles 12 and 16)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from pydantic import ValidationError

from cases.domain.case.act import Circumstances, Decision, Outcome, Past, refuse
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.records.acts import (
    AnnulRecord,
    AnswerCorrectionRequest,
    Change,
    CorrectRecord,
    RequestCorrection,
)
from cases.domain.case.records.entries import NoSuchMember, entry_of, read, whole, written
from cases.domain.case.records.facts import (
    CorrectionRequestAnswered,
    CorrectionRequested,
    RecordAnnulled,
    RecordCorrected,
)
from cases.domain.case.records.mending import MENDS, mended, mended_by
from cases.domain.case.records.replaying import (
    Broken,
    OfOneAct,
    Replayed,
    acts_of,
    new_violations,
    replayed,
    same_kinds,
    told_exactly,
)
from cases.domain.case.records.retelling import Retold, retold
from cases.domain.case.state import CaseState
from cases.domain.codes.values import CorrectionOutcome
from cases.domain.facts import Content, Fact, Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation


def decide_correct_record(
    act: CorrectRecord, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Any member of a record that counts, decided as if it had been recorded so.

    What would have been refused then is refused now; so is what leaves a later record unlawful.
    What was computed from the member is computed again.
    """
    past, counted = _past(circumstances)
    found = _found(act.version, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    facts, there = found
    open_request = _request_open(act.request, state, circumstances)
    if open_request is not None:
        return open_request
    instead = _as_told(act.changes, act.version, facts, circumstances)
    if isinstance(instead, Refusal):
        return instead
    computed = _only_computed(act, facts, instead, past, circumstances)
    if computed is not None:
        return computed
    again = replayed(past, counted, facts, instead)
    violations = _placed(new_violations(again.was, again.now), act.changes)
    violations += _no_longer_standing(again, circumstances)
    if violations:
        return Refusal(violations=violations)
    instead = _decided(act, facts, instead, again)
    corrected = [
        _correction(act, old, new, [change.member for change in act.changes])
        for old, new in zip(facts, instead, strict=True)
        if _differ(old, new)
    ]
    corrected += _computed_anew(act, again)
    notes = tuple(each.facts for each in again.notes)
    rules = (there, *(again.now.rules if isinstance(again.now, Decision) else ()))
    return Decision(facts=(*corrected, *_notes_annulled(act, notes, counted)), rules=rules)


def decide_annul_record(
    act: AnnulRecord, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A record that should never have been, with all its act recorded, and what builds on it.

    What builds on it goes along only where the act names every record of it; what was computed
    from it is computed again. The opening is the
    case itself and stays; a case opened by mistake is closed.
    """
    past, counted = _past(circumstances)
    found = _found(act.version, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    facts, there = found
    open_request = _request_open(act.request, state, circumstances)
    if open_request is not None:
        return open_request
    if any(isinstance(each.fact, CaseOpened) for each in facts):
        return refuse(circumstances.line(Rule.OPENING_STAYS, False), pointer="/version")
    again = replayed(past, counted, facts, ())
    building = {each.version for broken in again.broken for each in broken.facts}
    strange = [n for n, version in enumerate(act.along) if version not in building]
    missing = tuple(
        broken.version
        for broken in again.broken
        if not {each.version for each in broken.facts} & {*act.along}
    )
    if missing or strange:
        line = circumstances.line(
            Rule.NOTHING_BUILDS_ON_IT,
            False,
            version=act.version,
            buildingOn=tuple(broken.version for broken in again.broken),
        )
        pointer = f"/along/{strange[0]}" if strange else "/along"
        return refuse(line, pointer=pointer, conflict=True)
    gone = [facts, *(each.facts for each in (*again.broken, *again.notes))]
    fact = RecordAnnulled(
        named=act.version,
        annulled=_with_corrections(gone, counted),
        reason=act.reason,
        request_id=act.request,
    )
    return Decision(facts=(fact, *_computed_anew(act, again)), rules=(there,))


def decide_request_correction(
    act: RequestCorrection, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """What the person asks for is recorded as it was asked, of a record that counts or none."""
    rules: tuple[RuleApplied, ...] = ()
    if act.version is not None:
        _, counted = _past(circumstances)
        found = _found(act.version, counted, circumstances)
        if isinstance(found, Refusal):
            return found
        rules = (found[1],)
    fact = CorrectionRequested(request_id=circumstances.new_id, record=act.version, asked=act.asked)
    return Decision(facts=(fact,), rules=rules)


def decide_answer_correction_request(
    act: AnswerCorrectionRequest, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Once; granted where something was put right because of it, refused with the reason."""
    unanswered = _request_open(act.request, state, circumstances)
    if unanswered is not None:
        return unanswered
    asked = next(r for r in state.correction_requests if r.request_id == act.request)
    if act.outcome is CorrectionOutcome.GRANTED:
        line = circumstances.line(Rule.GRANTED_BY_PUTTING_RIGHT, asked.put_right)
        pointer = "/outcome"
    else:
        line = circumstances.line(Rule.REFUSAL_GIVES_REASON, act.reason is not None)
        pointer = "/reason"
    if not line.result:
        return refuse(line, pointer=pointer)
    fact = CorrectionRequestAnswered(request_id=act.request, outcome=act.outcome, reason=act.reason)
    return Decision(facts=(fact,), rules=(line,))


def _past(circumstances: Circumstances) -> tuple[Past, tuple[Recorded, ...]]:
    past = circumstances.past
    assert past is not None, "the record is at hand"
    return past, mended(past.facts)


def _found(
    version: int, counted: Sequence[Recorded], circumstances: Circumstances
) -> tuple[OfOneAct, RuleApplied] | Refusal:
    """The act that left the record; or a refusal where no such record counts, or it is a mend."""
    for facts in acts_of(counted):
        if any(each.version == version and not isinstance(each.fact, MENDS) for each in facts):
            return facts, circumstances.line(Rule.RECORD_COUNTS, True, version=version)
    line = circumstances.line(Rule.RECORD_COUNTS, False, version=version)
    return refuse(line, pointer="/version", conflict=True)


def _request_open(
    request: UUID | None, state: CaseState, circumstances: Circumstances
) -> Refusal | None:
    """A refusal where the request named is none, made later, or answered already."""
    if request is None:
        return None
    asked = next((r for r in state.correction_requests if r.request_id == request), None)
    awaits = asked is not None and asked.answered_on is None and asked.asked_on <= circumstances.on
    line = circumstances.line(Rule.CORRECTION_AWAITS_ANSWER, awaits, on=circumstances.on)
    return None if awaits else refuse(line, pointer="/request", conflict=True)


def _as_told(
    changes: Sequence[Change], version: int, facts: OfOneAct, circumstances: Circumstances
) -> OfOneAct | Refusal:
    """The facts of the act with the changes in them, or a refusal of those that don't fit."""
    named = next(each for each in facts if each.version == version)
    entry = entry_of(named)
    violations = []
    for n, change in enumerate(changes):
        try:
            was = read(entry, change.member)
            if change.says_what_was and change.was != was:
                line = circumstances.line(Rule.CORRECTED_AS_SEEN, False, version=version)
                violations.append(Violation(line=line, pointer=f"/changes/{n}/from"))
            entry = written(entry, change.member, change.to)
        except NoSuchMember:
            violations.append(_unfit(n, "member", version, circumstances))
    if violations:
        return Refusal(violations=tuple(violations))
    try:
        corrected = entry.onto(named)
    except ValidationError:
        return Refusal(
            violations=tuple(_unfit(n, "to", version, circumstances) for n, _ in enumerate(changes))
        )
    if not _differ(named, corrected):
        return Refusal(violations=(_unfit(0, "to", version, circumstances),))
    # The legal date and the source are the act's: all its facts have them.
    return tuple(
        corrected
        if each.version == version
        else each.having(effective_on=corrected.effective_on, source=corrected.source)
        for each in facts
    )


def _unfit(n: int, part: str, version: int, circumstances: Circumstances) -> Violation:
    line = circumstances.line(Rule.CORRECTION_FITS, False, version=version)
    return Violation(line=line, pointer=f"/changes/{n}/{part}")


def _only_computed(
    act: CorrectRecord,
    facts: OfOneAct,
    instead: OfOneAct,
    past: Past,
    circumstances: Circumstances,
) -> Refusal | None:
    """A refusal of changes that no act could have told: the member follows from others.

    And of content that no act could have told at all. Where the act can't be told again even as it
    was recorded, the shape of the fact has to do.
    """
    if _retold(facts, past) is None:
        return None
    whole = _retold(instead, past)
    if whole is None:
        unfit = (_unfit(n, "to", act.version, circumstances) for n, _ in enumerate(act.changes))
        return Refusal(violations=tuple(unfit))
    for n, change in enumerate(act.changes):
        if not change.member.startswith("/content/"):
            continue
        others = tuple(each for each in act.changes if each is not change)
        without = _as_told(others, act.version, facts, circumstances) if others else facts
        if isinstance(without, Refusal):
            continue
        told = _retold(without, past)
        if told is not None and told.act == whole.act:
            line = circumstances.line(Rule.CORRECTED_WHERE_TOLD, False, version=act.version)
            return refuse(line, pointer=f"/changes/{n}/member")
    return None


def _retold(facts: OfOneAct, past: Past) -> Retold | None:
    try:
        return retold(past.acts[facts[0].act], [each.fact for each in facts])
    except (ValidationError, LookupError):
        return None


def _placed(violations: Sequence[Violation], changes: Sequence[Change]) -> tuple[Violation, ...]:
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


def _decided(act: CorrectRecord, facts: OfOneAct, instead: OfOneAct, again: Replayed) -> OfOneAct:
    """The facts as decided again: what was told as it was told, what is computed as it comes out.

    Only where the act as it was recorded comes to just what was recorded: else nobody can tell
    what is computed.
    """
    now = again.now
    if not (told_exactly(facts, again.was) and isinstance(now, Decision)):
        return instead
    if not same_kinds([each.fact for each in instead], now.facts):
        return instead
    told = {change.member.split("/")[2] for change in act.changes if change.member[1] == "c"}
    return tuple(
        each.having(fact=_computed(each.fact, fact, told if each.version == act.version else ()))
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


def _computed_anew(act: CorrectRecord | AnnulRecord, again: Replayed) -> Iterator[RecordCorrected]:
    """What was computed in later records from what is no longer so, as it is computed now."""
    for old, fact in again.computed:
        yield _correction(act, old, old.having(fact=fact), (), computed=True)


def _correction(
    act: CorrectRecord | AnnulRecord,
    old: Recorded,
    new: Recorded,
    told: Sequence[str],
    *,
    computed: bool = False,
) -> RecordCorrected:
    named = told if old.version == act.version else ()
    return RecordCorrected(
        corrected=old.version,
        content_topic=new.fact.topic(),
        content=_content(new.fact),
        effective_on=new.effective_on,
        source=new.source,
        members=tuple(dict.fromkeys((*named, *_changed(old, new, named)))),
        computed=computed or None,
        reason=act.reason,
        request_id=act.request,
    )


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


def _notes_annulled(
    act: CorrectRecord, notes: Sequence[OfOneAct], counted: Sequence[Recorded]
) -> Iterator[RecordAnnulled]:
    """What the calendar noted of days that are others now."""
    if notes:
        yield RecordAnnulled(
            named=notes[0][0].version,
            annulled=_with_corrections(notes, counted),
            reason=act.reason,
            request_id=act.request,
        )


def _with_corrections(gone: Sequence[OfOneAct], counted: Sequence[Recorded]) -> tuple[int, ...]:
    """The versions of these facts, and of the corrections of them, in order."""
    versions = {each.version for facts in gone for each in facts}
    corrections = {
        each.version
        for each in counted
        if isinstance(each.fact, RecordCorrected) and {*mended_by(each.fact)} & versions
    }
    return tuple(sorted(versions | corrections))


def _content(fact: Fact) -> Content:
    return whole(type(fact), fact.model_dump(mode="json", exclude_none=True))


def _differ(old: Recorded, new: Recorded) -> bool:
    def said(each: Recorded) -> tuple[object, ...]:
        return each.fact, each.effective_on, each.source

    return said(old) != said(new)
