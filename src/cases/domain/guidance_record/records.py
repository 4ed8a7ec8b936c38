"""May what was recorded under a consent be put right so? Decided again (GDPR article 16)."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.records.correcting import computed_anew, correct
from cases.domain.case.records.putting_right import (
    found_record,
    looked_back,
    what_builds_on_it,
    with_corrections,
)
from cases.domain.case.records.replaying import replayed
from cases.domain.facts import Content
from cases.domain.guidance_record.acts import AnnulGuidanceRecord, CorrectGuidanceRecord
from cases.domain.guidance_record.facts import (
    GuidanceConsentAnnulled,
    GuidanceConsentGiven,
    GuidanceRecordAnnulled,
    GuidanceRecordCorrected,
)
from cases.domain.guidance_record.state import GuidanceRecordState
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal


def decide_correct_record(
    act: CorrectGuidanceRecord, state: GuidanceRecordState, circumstances: Circumstances
) -> Outcome:
    """Any member of what counts, decided as if it had been recorded so.

    What would have been refused then is refused now; so is a consent that would be given after
    guidance was recorded under it.
    """
    _, counted = looked_back(circumstances)
    found = found_record(act.version, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    facts, there = found
    done = correct(act.version, act.changes, facts, circumstances)
    if isinstance(done, Refusal):
        return done
    told = tuple(_correction(act, each) for each in done.instead)
    return Decision(facts=told, rules=(there, *done.rules))


def decide_annul_record(
    act: AnnulGuidanceRecord, state: GuidanceRecordState, circumstances: Circumstances
) -> Outcome:
    """What should never have been recorded, and what builds on it where each is named.

    A consent that was never given is annulled on the day of recording: as with a withdrawal, the
    record is gone from then on.
    """
    past, counted = looked_back(circumstances)
    found = found_record(act.version, counted, circumstances)
    if isinstance(found, Refusal):
        return found
    facts, there = found
    again = replayed(past, counted, facts, ())
    unnamed = what_builds_on_it(act.version, act.along, again, circumstances)
    if unnamed is not None:
        return unnamed
    if any(isinstance(each.fact, GuidanceConsentGiven) for each in facts):
        at_once = circumstances.line(
            Rule.CONSENT_ANNULLED_AT_ONCE, circumstances.on == circumstances.today
        )
        if not at_once.result:
            return refuse(at_once, latest=circumstances.today, pointer="/effectiveOn")
        return Decision(facts=(GuidanceConsentAnnulled(),), rules=(there, at_once))
    gone = [facts, *(broken.facts for broken in again.broken)]
    fact = GuidanceRecordAnnulled(
        named=act.version, annulled=with_corrections(gone, counted), reason=act.reason
    )
    computed = (_correction(act, each) for each in computed_anew(again))
    return Decision(facts=(fact, *computed), rules=(there,))


def _correction(
    act: CorrectGuidanceRecord | AnnulGuidanceRecord, told: Content
) -> GuidanceRecordCorrected:
    return GuidanceRecordCorrected(**told, reason=act.reason)
