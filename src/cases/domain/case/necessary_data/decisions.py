"""May other data be recorded? Only necessary ones (decree 1 § 2, 2 § 2 and 3 § 5 mom.)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.necessary_data.acts import RecordNecessaryData
from cases.domain.case.necessary_data.facts import NecessaryDataRecorded
from cases.domain.case.review.evolution import Review
from cases.domain.case.state import CaseState
from cases.domain.codes.values import OrganisationKind, RecordKind, ReviewHeldBy
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, sorted_out

SECTIONS: Final[Mapping[RecordKind, str]] = MappingProxyType(
    {
        RecordKind.ASSESSMENT: "decree:1.2",
        RecordKind.PLAN: "decree:2.2",
        RecordKind.REVIEW: "decree:3.5",
    }
)
"""Where the decree lets other data be recorded."""


def decide_record_necessary_data(
    act: RecordNecessaryData, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Of what was there by then, with why they are necessary, by whom the decree lets."""
    edition = circumstances.edition
    kind = _kind(act.of, state, circumstances)
    if kind is None:
        line = circumstances.line(Rule.DATA_OF_A_RECORD, False, on=circumstances.on)
        return refuse(line, pointer="/of", conflict=True)
    section = SECTIONS[kind]
    there = edition.line(
        Rule.DATA_OF_A_RECORD, {"on": circumstances.on, "kind": kind}, True, section=section
    )
    stated = edition.line(
        Rule.NECESSITY_STATED, {"kind": kind}, act.necessity is not None, section=section
    )
    if circumstances.organisation.kind is OrganisationKind.WELFARE_AREA:
        own = _own_review(act.of, state, circumstances)
        by_whom = edition.line(Rule.DATA_OF_OWN_REVIEW, {"kind": kind}, own, section="decree:3.5")
    else:
        answers = circumstances.organisation.id == state.responsible_on(circumstances.on)
        by_whom = circumstances.line(Rule.DATA_BY_WHO_ANSWERS, answers)
    rules, broken = sorted_out((there, "/of"), (stated, "/necessity"), (by_whom, "/of"))
    if broken or act.necessity is None:
        return Refusal(violations=broken)
    fact = NecessaryDataRecorded(
        data_id=circumstances.new_id,
        kind=kind,
        of=act.of,
        text=act.text,
        necessity=act.necessity,
    )
    return Decision(facts=(fact,), rules=rules)


def _kind(of: UUID, state: CaseState, circumstances: Circumstances) -> RecordKind | None:
    """What there was by the legal date under the id: an assessment, a plan, a review."""
    on = circumstances.on
    if any(a.assessment_id == of and a.started_on <= on for a in state.assessments):
        return RecordKind.ASSESSMENT
    if any(p.plan_id == of and p.drawn_up_on <= on for p in state.plans):
        return RecordKind.PLAN
    if any(r.review_id == of and r.held_on <= on for r in state.reviews):
        return RecordKind.REVIEW
    return None


def _own_review(of: UUID, state: CaseState, circumstances: Circumstances) -> bool:
    """A review that the acting welfare area held alone, of its own services (22 § 3 mom.)."""
    held = next((r for r in state.reviews if r.review_id == of), None)
    return (
        held is not None
        and held.held_by is ReviewHeldBy.WELFARE_AREA
        and _answers_for_all(held, state, circumstances.organisation.id)
    )


def _answers_for_all(held: Review, state: CaseState, area: str) -> bool:
    plan = next(p for p in state.plans if p.plan_id == held.plan_id)
    services = plan.measures_before(held.held_on, held.version)
    limited = [m.measure for m in services if m.measure_id in held.limited_to]
    return all((m.responsible or m.provider) == area for m in limited)
