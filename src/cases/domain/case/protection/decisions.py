"""May non-disclosure be set or lifted? 661/2009 36 and 37 §."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.protection.acts import LiftNonDisclosure, SetNonDisclosure
from cases.domain.case.protection.facts import NonDisclosureLifted, NonDisclosureSet
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule


def decide_set_non_disclosure(
    act: SetNonDisclosure, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """It is recorded as it is told, at once: to doubt it would cost a person her safety."""
    return Decision(facts=(NonDisclosureSet(since=act.since, until=act.until),))


def decide_lift_non_disclosure(
    act: LiftNonDisclosure, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Only what holds can be lifted."""
    line = circumstances.line(
        Rule.NON_DISCLOSURE_HOLDS, state.protection.holds_on(circumstances.on), on=circumstances.on
    )
    if not line.result:
        return refuse(line, pointer="/effectiveOn", conflict=True)
    return Decision(facts=(NonDisclosureLifted(),), rules=(line,))
