"""Is there anything to note of what the person's other cases meant for this one? 23 § 2 mom."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cases.domain.case.act import Circumstances, Decision, Outcome, Past, refuse
from cases.domain.case.earlier_plans.acts import NoteEarlierPlans
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.records.correcting import computed_as
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.case.records.mending import MENDS
from cases.domain.case.records.putting_right import looked_back, with_corrections
from cases.domain.case.records.replaying import OfOneAct, acts_of, decided, new_violations
from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.domain.law.register import Rule

REASON: Final = (
    "Asiakkaan toista asiaa on oikaistu. – Ett annat ärende som gäller kunden har rättats. – "
    "Another case of the client's was put right."
)
"""Why, in the three languages: nobody says it, and the history shows reasons as they were said."""


def decide_note_earlier_plans(
    act: NoteEarlierPlans, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """What the records tell already is not noted again; what none tells is, as it was computed.

    No act is decided again for it: what was decided stands, and what follows is decided by the
    maximum as it is now. What only the calendar noted goes along.
    """
    past, counted = looked_back(circumstances)
    by_version = {each.version: each for each in counted}
    anew: dict[int, Recorded] = {}
    for told in act.told:
        recorded = by_version.get(told.version)
        if recorded is None or not hasattr(recorded.fact, "earlier_plans"):
            continue
        fact = recorded.fact.model_copy(update={"earlier_plans": told.earlier_plans})
        if fact != recorded.fact:
            anew[told.version] = recorded.having(fact=fact)
    further = act.earlier_plans
    line = circumstances.line(Rule.EARLIER_PLANS_NOTED_ONCE, bool(anew) or further is not None)
    if not line.result:
        return refuse(line, conflict=True)
    corrections = (
        RecordCorrected(**computed_as(by_version[version], recorded.fact), reason=REASON)
        for version, recorded in anew.items()
    )
    gone = tuple(_no_longer_so(past, counted, anew))
    annulments = (
        RecordAnnulled(
            named=facts[0].version, annulled=with_corrections([facts], counted), reason=REASON
        )
        for facts in gone
    )
    news = () if further is None else (EarlierPlansNoted(earlier_plans=further),)
    return Decision(facts=(*news, *corrections, *annulments), rules=(line,))


def _no_longer_so(
    past: Past, counted: Sequence[Recorded], anew: Mapping[int, Recorded]
) -> Iterator[OfOneAct]:
    """What the calendar noted of days that are others now."""
    base, then = past.fold((), None), past.fold((), None)
    for facts in acts_of(counted):
        if isinstance(facts[0].fact, MENDS):
            continue
        left: OfOneAct = tuple(anew.get(each.version, each) for each in facts)
        if isinstance(facts[0].fact, PlanExpired):
            before, after = decided(past, facts, base), decided(past, facts, then)
            if new_violations(before, after):
                yield facts
                left = ()
        base, then = past.fold(facts, base), past.fold(left, then)
