"""Who may stand for the client, and until when? Only for a minor (35 §)."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.representation.acts import EndRepresentation, RecordRepresentation
from cases.domain.case.representation.facts import RepresentationEnded, RepresentationRecorded
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule
from cases.domain.law.section_34 import section_35_minor


def decide_record_representation(
    act: RecordRepresentation, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A guardian or a representative stands for somebody who is a minor on the first day."""
    minor = section_35_minor(circumstances.edition, act.since, state.person.born_on)
    if not minor.value:
        return refuse(minor.line, pointer="/from")
    fact = RepresentationRecorded(
        representation_id=circumstances.new_id,
        kind=act.kind,
        names=act.names,
        contact=act.contact,
        since=act.since,
        until=act.until,
    )
    return Decision(facts=(fact,), rules=(minor.line,))


def decide_end_representation(
    act: EndRepresentation, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """One that is on record without its end, or whose end is put earlier, not before it began."""
    found = next(
        (r for r in state.representations if r.representation_id == act.representation), None
    )
    open_then = found is not None and (found.until is None or act.until < found.until)
    goes_on = circumstances.line(Rule.REPRESENTATION_GOES_ON, open_then, until=act.until)
    if found is None or not open_then:
        return refuse(goes_on, pointer="/representation", conflict=True)
    after = circumstances.line(
        Rule.REPRESENTATION_ENDS_AFTER_IT_BEGAN,
        found.since <= act.until,
        since=found.since,
        until=act.until,
    )
    if not after.result:
        return refuse(after, pointer="/until")
    fact = RepresentationEnded(representation_id=act.representation, until=act.until)
    return Decision(facts=(fact,), rules=(goes_on, after))
