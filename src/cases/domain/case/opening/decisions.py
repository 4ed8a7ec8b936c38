"""May a case be opened?"""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.decisions import (
    about_the_person,
    details_recorded,
    employment_authority_at_home,
)
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.state import CaseState
from cases.domain.codes.values import OrganisationKind
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation


def decide_open_case(act: OpenCase, state: CaseState, circumstances: Circumstances) -> Outcome:
    """A case is opened on or after the day the authority learned of the person (14 § 2 mom.).

    That the person has no other open case is a constraint across cases: the store answers for it.
    """
    learned = circumstances.line(
        Rule.LEARNED_BEFORE_OPENING,
        act.learned_on <= circumstances.on,
        learnedOn=act.learned_on,
        openedOn=circumstances.on,
    )
    if not learned.result:
        return refuse(learned, latest=circumstances.on, pointer="/learnedOn")
    rules, violations = about_the_person(act.person, circumstances, "/person")
    if violations:
        return Refusal(violations=violations)
    facts = opening_facts(
        act,
        circumstances.organisation.id,
        circumstances.organisation.kind,
        circumstances.earlier_plans,
        employment_authority_at_home(act.person, circumstances),
    )
    return Decision(facts=facts, rules=(learned, *rules))


def opening_facts(
    act: OpenCase,
    responsible: str,
    responsible_kind: OrganisationKind | None = None,
    earlier_plans: EarlierPlans | None = None,
    employment_authority: str | None = None,
) -> tuple[CaseOpened, PersonDetailsRecorded]:
    """What an opening records: that there is a case, and who the person is."""
    opened = CaseOpened(
        origin=act.origin,
        section=act.section,
        learned_on=act.learned_on,
        responsible=responsible,
        responsible_kind=responsible_kind,
        earlier_plans=earlier_plans,
    )
    return opened, details_recorded(act.person, employment_authority=employment_authority)


def not_learned_of_yet(state: CaseState, circumstances: Circumstances) -> Violation | None:
    """What is wrong with an act dated before the authority learned of the person (14 § 2 mom.)."""
    opening = state.opening
    if opening is None or opening.learned_on <= circumstances.on:
        return None
    line = circumstances.line(Rule.LEARNED_BEFORE_ACT, False, learnedOn=opening.learned_on)
    return Violation(line=line, pointer="/effectiveOn")
