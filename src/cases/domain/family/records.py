"""May a record of a family plan be put right so? Decided again under the rules (GDPR article 16).

Whoever acts tells anew what it may see. What it may not see of the record stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from cases.domain.case.act import Act, Circumstances, Decision, Outcome
from cases.domain.case.protection.masking import NOT_TOLD
from cases.domain.case.records.entries import Entry, entry_of
from cases.domain.case.records.mending import mended
from cases.domain.case.records.putting_right import (
    found_record,
    looked_back,
    no_record,
    placed,
    unfit,
    what_builds_on_it,
    with_changes,
    with_corrections,
)
from cases.domain.case.records.replaying import (
    Replayed,
    decided,
    new_violations,
    replayed,
)
from cases.domain.facts import Recorded
from cases.domain.family.acts import (
    AnnulFamilyPlanRecord,
    CorrectFamilyPlanRecord,
    DrawUpFamilyPlan,
)
from cases.domain.family.facts import (
    CorrectedPart,
    FamilyPlanFact,
    FamilyPlanRecordAnnulled,
    FamilyPlanRecordCorrected,
    Part,
    PartCorrected,
    PartTold,
)
from cases.domain.family.members import MembersCases
from cases.domain.family.one_plan import put_right_in_one_plan
from cases.domain.family.retelling import content_of, retold
from cases.domain.family.state import FamilyPlanState, fold, parts_of
from cases.domain.family.visibility import Visible, as_far_as_visible, part_with_unseen
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation
from cases.domain.written import written

PuttingRight = CorrectFamilyPlanRecord | AnnulFamilyPlanRecord


def decide_annul_record(
    act: AnnulFamilyPlanRecord, state: FamilyPlanState, circumstances: Circumstances
) -> Outcome:
    """A record that should never have been, and what builds on it where each is named.

    What was computed from it is computed again. Without its drawing up there was never a plan.
    """
    past, counted = looked_back(circumstances)
    found = _found(act, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    record, there = found
    again = replayed(past, counted, (record,), ())
    unnamed = what_builds_on_it(act.version, act.along, again, circumstances)
    if unnamed is not None:
        return unnamed
    gone = [(record,), *(broken.facts for broken in again.broken)]
    members = _members(circumstances)
    fact = FamilyPlanRecordAnnulled(
        named=act.version,
        annulled=with_corrections(gone, counted),
        parts=tuple(_reason(case_id, act.reason, members) for case_id in _whom(gone)),
    )
    decision = Decision(facts=(fact, *_computed_anew(act, again)), rules=(there,))
    return put_right_in_one_plan(decision, past.facts, members, circumstances, "/version")


def decide_correct_record(
    act: CorrectFamilyPlanRecord, state: FamilyPlanState, circumstances: Circumstances
) -> Outcome:
    """Any member of what the act said, decided as if it had been said so.

    What would have been refused then is refused now; so is what leaves a later record unlawful.
    """
    past, counted = looked_back(circumstances)
    found = _found(act, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    record, there = found
    changed = _entry(act, record, circumstances)
    if isinstance(changed, Refusal):
        return changed
    instead = _as_told(act, record, changed, counted, circumstances)
    if isinstance(instead, Refusal):
        return instead
    corrected, rules = instead
    again = replayed(past, counted, (record,), (corrected,))
    if again.broken:
        versions = tuple(broken.version for broken in again.broken)
        line = circumstances.line(Rule.LATER_RECORDS_STAND, False, versions=versions)
        return Refusal(violations=(Violation(line=line, pointer="/changes"),))
    told = _correction(act, corrected, tuple(change.member for change in act.changes))
    decision = Decision(facts=(told, *_computed_anew(act, again)), rules=(there, *rules))
    members = _members(circumstances)
    return put_right_in_one_plan(decision, past.facts, members, circumstances, "/changes")


def _members(circumstances: Circumstances) -> MembersCases:
    members = circumstances.members
    assert isinstance(members, MembersCases), "the cases are at hand"
    return members


def _visible(circumstances: Circumstances) -> Visible:
    return _members(circumstances).visible


def _found(
    act: PuttingRight, counted: Sequence[Recorded], circumstances: Circumstances
) -> tuple[Recorded, RuleApplied] | Refusal:
    """The record, which says something of somebody the authority may know of."""
    found = found_record(act.version, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    (record,), there = found
    seen = _visible(circumstances).members
    if seen.isdisjoint(part.case_id for part in parts_of(record)):
        return no_record(act.version, circumstances)
    return record, there


def _seen(
    record: Recorded, circumstances: Circumstances
) -> tuple[Sequence[Recorded], FamilyPlanFact]:
    """A record as the authority sees it, and what it sees of those before."""
    past, _ = looked_back(circumstances)
    # Who recorded a correction decides what is seen of it: it is looked at before it is applied.
    known = mended(as_far_as_visible(past.facts, _visible(circumstances)))
    seen = [each for each in known if each.version <= record.version]
    fact = seen[-1].fact
    assert isinstance(fact, FamilyPlanFact), "a plan holds no other facts"
    return seen[:-1], fact


def _shown(record: Recorded, circumstances: Circumstances) -> dict[str, Any]:
    """What the record's act said, as far as the authority sees it."""
    past, _ = looked_back(circumstances)
    before, fact = _seen(record, circumstances)
    return content_of(past.acts[record.act], fact, fold(before))


def _entry(
    act: CorrectFamilyPlanRecord, record: Recorded, circumstances: Circumstances
) -> Entry | Refusal:
    """The record's entry as the authority sees it, with the changes in it."""
    entry = entry_of(record, _shown(record, circumstances))
    return with_changes(entry, act.changes, act.version, circumstances)


def _said(kind: type[Act], content: Mapping[str, Any], once: Act, shown: Mapping[str, Any]) -> Act:
    """The act as it is told anew, with its goals left out where none of them may be seen.

    Raises ValueError where no act could say so.
    """
    if shown.get("goals") != [] or content.get("goals") != []:
        return written(kind, content)
    # An act tells a goal at least, and so did this one: those stand in for it.
    goals = once.model_dump(mode="json", include={"goals"})
    return written(kind, {**content, **goals}).model_copy(update={"goals": ()})


def _as_told(
    act: CorrectFamilyPlanRecord,
    record: Recorded,
    entry: Entry,
    counted: Sequence[Recorded],
    circumstances: Circumstances,
) -> tuple[Recorded, Sequence[RuleApplied]] | Refusal:
    """The record as its act comes out, told so, and the rules it was decided under again."""
    past, _ = looked_back(circumstances)
    visible, kind = _visible(circumstances), past.acts[record.act]
    was = record.fact
    assert isinstance(was, FamilyPlanFact), "a plan holds no other facts"
    every = tuple(unfit(n, "to", act.version, circumstances) for n, _ in enumerate(act.changes))
    content = dict(entry.members["content"])
    if kind is DrawUpFamilyPlan:
        # Whom the authority may not know of is a member still.
        unseen = [str(p.case_id) for p in was.parts if p.told and p.case_id not in visible.members]
        content["members"] = [*content.get("members", ()), *unseen]
    about = {name: entry.members.get(name) for name in ("effectiveOn", "source")}
    before = fold(each for each in counted if each.version < record.version)
    try:
        once = retold(kind, was, before)
        said = _said(kind, {**content, **about}, once.act, _shown(record, circumstances))
    except ValueError:
        return Refusal(violations=every)
    told = _with_untold(said, was, record, act, circumstances)
    if isinstance(told, Refusal) or _says_what_was_not_told(told):
        return told if isinstance(told, Refusal) else Refusal(violations=every)
    under = past.under(told, record, told.effective_on or record.effective_on, once.new_id)
    if isinstance(under, Refusal):
        return Refusal(violations=placed(under.violations, act.changes))
    earlier = tuple(each for each in past.facts if each.version < record.version)
    outcome = past.decide(told, before, under.having(past=past.having(facts=earlier)))
    if not isinstance(outcome, Decision):
        news = new_violations(decided(past, (record,), before), outcome)
        return Refusal(violations=placed(news, act.changes) or every)
    (fact,) = outcome.facts
    assert isinstance(fact, type(was)), "an act leaves the same fact"
    corrected = record.having(
        fact=fact.model_copy(update={"parts": _with_unseen(fact.parts, was.parts, visible)}),
        effective_on=under.on,
        source=told.source,
    )
    if corrected == record:
        return Refusal(violations=every)
    return corrected, outcome.rules


def _with_untold(
    told: Act,
    was: FamilyPlanFact,
    record: Recorded,
    act: CorrectFamilyPlanRecord,
    circumstances: Circumstances,
) -> Act | Refusal:
    """The act with whom the record names, and the authority was not told, as it was.

    A list of which something is withheld is not told anew: what comes back of it would tell who
    guessed names whether one of them was right.
    """
    _, shown = _seen(record, circumstances)
    lists = (name for name in ("makers", "authorities") if hasattr(was, name))
    withheld = [name for name in lists if getattr(shown, name) != getattr(was, name)]
    anew = [name for name in withheld if getattr(told, name) != getattr(shown, name)]
    if anew:
        line = circumstances.line(Rule.WITHHELD_IS_NOT_CORRECTED, False)
        pointers = (
            f"/changes/{n}/member"
            for n, change in enumerate(act.changes)
            if any(name in change.member.split("/") for name in anew)
        )
        return Refusal(violations=tuple(Violation(line=line, pointer=each) for each in pointers))
    return told.model_copy(update={name: getattr(was, name) for name in withheld})


def _says_what_was_not_told(told: Act) -> bool:
    """Whether what stands for an authority that was not told is left, as something else."""
    authorities = [*getattr(told, "authorities", ())]
    authorities += [each.organisation for each in getattr(told, "makers", ())]
    return NOT_TOLD in authorities


def _with_unseen(parts: Sequence[Part], were: Sequence[Part], visible: Visible) -> tuple[Part, ...]:
    """The parts as they were told anew; of whom the authority may not know, as they were."""
    before = {part.case_id: part for part in were}
    anew = {
        part.case_id: _whole(part, before.get(part.case_id), visible)
        for part in parts
        if part.case_id in visible.members
    }
    kept = {p.case_id: p for p in were if p.case_id not in visible.members}
    order = dict.fromkeys((*before, *anew))
    return tuple((anew | kept)[case_id] for case_id in order if case_id in anew | kept)


def _whole(part: Part, was: Part | None, visible: Visible) -> Part:
    if part.told is None or was is None or was.told is None:
        return part
    told = part_with_unseen(part.told, was.told, visible)
    return part.model_copy(update={"told": told, "case_version": was.case_version})


def _computed_anew(act: PuttingRight, again: Replayed) -> Iterator[FamilyPlanRecordCorrected]:
    """What later records took over from what is no longer so, as it comes out now."""
    for old, fact in again.computed:
        yield _correction(act, old.having(fact=fact), (), computed=True)


def _correction(
    act: PuttingRight, new: Recorded, told: tuple[str, ...], *, computed: bool = False
) -> FamilyPlanRecordCorrected:
    fact = new.fact
    content = fact.model_dump(mode="json", exclude_none=True, exclude={"parts"})
    return FamilyPlanRecordCorrected(
        corrected=new.version,
        content_topic=fact.topic(),
        content={**content, "parts": []},
        effective_on=new.effective_on,
        source=new.source,
        members=told,
        computed=computed or None,
        parts=tuple(_corrected(part, act.reason) for part in parts_of(new)),
    )


def _corrected(part: Part, reason: str) -> CorrectedPart:
    told = part.told and PartCorrected(
        **{name: getattr(part.told, name) for name in PartTold.model_fields}, reason=reason
    )
    return CorrectedPart(case_id=part.case_id, case_version=part.case_version, told=told)


def _whom(gone: Sequence[Sequence[Recorded]]) -> dict[UUID, None]:
    """Everybody whom the annulled records speak of."""
    return dict.fromkeys(p.case_id for facts in gone for each in facts for p in parts_of(each))


def _reason(case_id: UUID, reason: str, members: MembersCases) -> Part:
    """Why, in the part of a member; where the case is gone, nothing."""
    if case_id in members.cases:
        version = members.cases[case_id].version
    elif case_id in members.others:
        version = 0
    else:
        return Part(case_id=case_id, case_version=0)
    return Part(case_id=case_id, case_version=version, told=PartTold(remarks=reason))
