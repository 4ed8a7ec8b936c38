"""May supported studies begin or end? 28–31 §."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.plan.drawn_up import drawn_up_by_then
from cases.domain.case.plan.validity import validity
from cases.domain.case.state import CaseState
from cases.domain.case.studies.acts import EndSupportedStudies, StartSupportedStudies
from cases.domain.case.studies.facts import SupportedStudiesEnded, SupportedStudiesStarted
from cases.domain.codes.values import InForce, OrganisationKind, Service
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, sorted_out

PAYERS = frozenset({OrganisationKind.KELA, OrganisationKind.UNEMPLOYMENT_FUND})


def decide_start_supported_studies(
    act: StartSupportedStudies, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A jobseeker's studies that the plan in force agrees on, paid by Kela or a fund (28 §)."""
    plan = drawn_up_by_then(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    days = validity(plan, state, circumstances.edition, circumstances.today)
    agreed = {m.measure.service for m in plan.measures_on(act.since)}
    open_since = next((s.since for s in state.studies if s.ended_on is None), None)
    ended = (s.since for s in state.studies if s.ended_on is not None and act.since <= s.ended_on)
    others_since = open_since or next(ended, None)
    rules, broken = sorted_out(
        (
            circumstances.line(
                Rule.STUDIES_WHILE_PLANNED,
                days.on(act.since) is InForce.FULLY,
                since=act.since,
                validFrom=plan.valid_from,
                lastDay=days.fully.last if days.fully else None,
            ),
            "/from",
        ),
        (
            circumstances.line(Rule.STUDIES_AGREED, Service.SELF_MOTIVATED_STUDIES in agreed),
            "/plan",
        ),
        (
            circumstances.line(
                Rule.STUDIES_OF_A_JOBSEEKER,
                state.person.is_jobseeker_on(act.since),
                since=act.since,
            ),
            "/from",
        ),
        (
            circumstances.line(
                Rule.PAID_BY_KELA_OR_FUND, circumstances.kind_of(act.paid_by) in PAYERS
            ),
            "/paidBy",
        ),
        (
            circumstances.line(Rule.ONE_COURSE_AT_A_TIME, others_since is None, since=others_since),
            "/plan" if open_since else "/from",
        ),
    )
    if broken:
        return Refusal(violations=broken, conflict=open_since is not None)
    fact = SupportedStudiesStarted(
        plan_id=act.plan, since=act.since, paid_by=act.paid_by, studies=act.studies
    )
    return Decision(facts=(fact,), rules=rules)


def decide_end_supported_studies(
    act: EndSupportedStudies, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Only studies that go on can end, not before they began."""
    plan = drawn_up_by_then(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    going_on = next((s for s in state.studies if s.ended_on is None), None)
    if going_on is None:
        return refuse(circumstances.line(Rule.STUDIES_GO_ON, False), conflict=True)
    line = circumstances.line(
        Rule.STUDIES_END_AFTER_THEY_BEGAN,
        going_on.since <= act.ended_on,
        since=going_on.since,
        endedOn=act.ended_on,
    )
    if not line.result:
        return refuse(line, pointer="/endedOn")
    fact = SupportedStudiesEnded(plan_id=act.plan, ended_on=act.ended_on, reason=act.reason)
    return Decision(facts=(fact,), rules=(line,))
