"""May the record be put right so? Decided again under the rules (GDPR articles 12 and 16)."""

from collections.abc import Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Final
from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.family_plan.facts import NamedInFamilyPlan
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.records.acts import (
    AnnulRecord,
    AnswerCorrectionRequest,
    CorrectRecord,
    RequestCorrection,
)
from cases.domain.case.records.correcting import computed_anew, correct
from cases.domain.case.records.facts import (
    CorrectionRequestAnswered,
    CorrectionRequested,
    RecordAnnulled,
    RecordCorrected,
)
from cases.domain.case.records.putting_right import (
    found_record,
    looked_back,
    placed,
    what_builds_on_it,
    with_corrections,
)
from cases.domain.case.records.replaying import OfOneAct, replayed
from cases.domain.case.responsibility.facts import HandOverRequestDeclined, HandOverRequested
from cases.domain.case.state import CaseState
from cases.domain.codes.values import CorrectionOutcome
from cases.domain.facts import Content, Fact, Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation

_NOTES: Final[Mapping[type[Fact], Rule]] = MappingProxyType(
    {
        NamedInFamilyPlan: Rule.NOTE_FOLLOWS_THE_FAMILY_PLAN,
        EarlierPlansNoted: Rule.NOTE_FOLLOWS_THE_OTHER_CASE,
        PlanExpired: Rule.NOTE_FOLLOWS_THE_LAST_DAY,
    }
)
"""What nobody takes back, because it follows from what stands elsewhere."""

_TAKEN_OVER: Final = (HandOverRequested, HandOverRequestDeclined, CasesJoined)
"""What of a duplicate goes on in the case that has taken it over, besides its plans."""

_BESIDE_THE_CLOSING: Final = ("/content/reason", "/source")
"""Members of a closing as a duplicate that say nothing of where or when the case went on."""


def decide_correct_record(
    act: CorrectRecord, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Any member of a record that counts, decided as if it had been recorded so.

    What would have been refused then is refused now; so is what leaves a later record unlawful.
    What was computed from the member is computed again.
    """
    _, counted = looked_back(circumstances)
    found = found_record(act.version, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    facts, there = found
    refused = _request_open(act.request, state, circumstances)
    refused = refused or _noted_by_the_product(facts, circumstances)
    if any(not each.member.startswith(_BESIDE_THE_CLOSING) for each in act.changes):
        refused = refused or _joined_since({act.version}, counted, state, circumstances)
    if refused is not None:
        return refused
    done = correct(act.version, act.changes, facts, circumstances)
    if isinstance(done, Refusal):
        return done
    if any(_guards_herself(each, state) for each in done.instead):
        # An opening is decided before there is a case that it could name.
        line = circumstances.line(Rule.GUARDIAN_IS_ANOTHER, False)
        violation = Violation(line=line, pointer="/details/guardians")
        return Refusal(violations=placed((violation,), act.changes))
    told = (_correction(act, each) for each in done.instead)
    return Decision(
        facts=(*told, *_notes_annulled(act, done.notes, counted)), rules=(there, *done.rules)
    )


def decide_annul_record(
    act: AnnulRecord, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A record that should never have been, with all its act recorded, and what builds on it.

    What builds on it goes along only where the act names every record of it; what was computed
    from it is computed again. The opening is the
    case itself and stays; a case opened by mistake is closed.
    """
    past, counted = looked_back(circumstances)
    found = found_record(act.version, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    facts, there = found
    refused = _request_open(act.request, state, circumstances)
    refused = refused or _noted_by_the_product(facts, circumstances)
    refused = refused or _joined_since(
        {*act.along, *(each.version for each in facts)}, counted, state, circumstances
    )
    if refused is not None:
        return refused
    if any(isinstance(each.fact, CaseOpened) for each in facts):
        return refuse(circumstances.line(Rule.OPENING_STAYS, False), pointer="/version")
    again = replayed(past, counted, facts, ())
    unnamed = what_builds_on_it(act.version, act.along, again, circumstances)
    if unnamed is not None:
        return unnamed
    gone = [facts, *(each.facts for each in (*again.broken, *again.notes))]
    fact = RecordAnnulled(
        named=act.version,
        annulled=with_corrections(gone, counted),
        reason=act.reason,
        request_id=act.request,
    )
    computed = (_correction(act, each) for each in computed_anew(again))
    return Decision(facts=(fact, *computed), rules=(there,))


def decide_request_correction(
    act: RequestCorrection, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """What the person asks for is recorded as it was asked, of a record that counts or none."""
    rules: tuple[RuleApplied, ...] = ()
    if act.version is not None:
        _, counted = looked_back(circumstances)
        found = found_record(act.version, counted, circumstances)
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


def _noted_by_the_product(
    facts: Sequence[Recorded], circumstances: Circumstances
) -> Refusal | None:
    """Why a note is left alone: it follows a plan's days, the family's plan or another case."""
    rules = (_NOTES.get(type(each.fact)) for each in facts)
    rule = next((each for each in rules if each is not None), None)
    if rule is None:
        return None
    return refuse(circumstances.line(rule, False), pointer="/version", conflict=True)


def _joined_since(
    versions: Set[int], counted: Sequence[Recorded], state: CaseState, circumstances: Circumstances
) -> Refusal | None:
    """Why what another case has taken over is left alone: that this one is closed as its duplicate,
    who asked for it, and which duplicates it has taken over itself.
    """
    other, closing = circumstances.other, state.closing
    if other is None or closing is None:
        return None
    taken = any(
        isinstance(each.fact, _TAKEN_OVER) or each.version == closing.version
        for each in counted
        if each.version in versions
    )
    if not taken:
        return None
    joined = any(each.case_id == state.case_id for each in other.state.joined)
    line = circumstances.line(Rule.NOT_JOINED_SINCE, not joined)
    return refuse(line, pointer="/version", conflict=True) if joined else None


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


def _guards_herself(told: Content, state: CaseState) -> bool:
    """Whether details as corrected name the person's own case as that of a guardian."""
    if told["content_topic"] != PersonDetailsRecorded.topic():
        return False
    details = PersonDetailsRecorded.model_validate(told["content"]).details
    return state.case_id in (details.guardians or ())


def _correction(act: CorrectRecord | AnnulRecord, told: Content) -> RecordCorrected:
    return RecordCorrected(**told, reason=act.reason, request_id=act.request)


def _notes_annulled(
    act: CorrectRecord, notes: Sequence[OfOneAct], counted: Sequence[Recorded]
) -> Iterator[RecordAnnulled]:
    """What the calendar noted of days that are others now."""
    if notes:
        yield RecordAnnulled(
            named=notes[0][0].version,
            annulled=with_corrections(notes, counted),
            reason=act.reason,
            request_id=act.request,
        )
