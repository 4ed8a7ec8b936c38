"""Why is the case in this state, and why is this the last possible day?

An answer in the words of a client of the authority: a sentence, each date with the rule that gave
it and what it was counted from, and the chain of facts with the rules each was decided under.
"""

import datetime as dt
from collections.abc import Iterator
from datetime import date

from cases.domain.case.costs.facts import CostRecorded
from cases.domain.case.necessary_data.facts import NecessaryDataRecorded
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.validity import plan_in_force, plan_over_last, plan_to_come
from cases.domain.case.records.facts import CorrectionRequestAnswered, CorrectionRequested
from cases.domain.case.records.mending import mended_by
from cases.domain.case.representation.facts import RepresentationEnded, RepresentationRecorded
from cases.domain.case.responsibility.facts import HandOverRequestDeclined, HandOverRequested
from cases.domain.codes.terms import Language, fact_term
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.law.rules import RuleApplied, Scalar
from cases.domain.law.texts import NoText, cite, explain
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.bearing import Acts, by_act, rules_of
from cases.domain.questions.explained_dates import (
    ExplainedDate,
    explained_agreed_review,
    explained_guidance,
    explained_last_day,
    explained_maximum,
    explained_review_due,
)
from cases.domain.questions.explained_dues import ExplainedDue, explained_dues
from cases.domain.questions.standing import where_it_stands
from cases.domain.questions.telling import days_told

_NOT_ABOUT_THE_PLAN = (
    PersonDetailsRecorded,
    RepresentationRecorded,
    RepresentationEnded,
    CostRecorded,
    NecessaryDataRecorded,
    CorrectionRequested,
    CorrectionRequestAnswered,
    HandOverRequested,
    HandOverRequestDeclined,
)
"""Facts that give no date and no reason, and that who may ask why need not see."""


class AppliedRule(Value):
    """A line of the rule log, with its sentence."""

    rule: str
    section: str
    edition: str
    result: Scalar | tuple[Scalar, ...]
    text: str


class Link(Value):
    """One fact in the chain: the days it tells, and the rules that bear on it.

    Of the rules that an act was decided under, each fact that came of it has those that bear on it.
    """

    version: int
    fact: str
    title: str
    effective_on: date
    recorded_at: dt.datetime
    by: str
    days: tuple[str, ...]
    rules: tuple[AppliedRule, ...]


class Explanation(Value):
    """The answer. Dates are absent where there is no plan they could be about.

    ``valid_until`` is that of the plan in force, else of the one to come, else of the one that
    ended last. ``dues`` are what is due on the day, each with its ground.
    """

    summary: str
    maximum_until: ExplainedDate | None
    valid_until: ExplainedDate | None
    next_review_on: ExplainedDate | None
    next_review_due: ExplainedDate | None
    guidance_due: ExplainedDate | None
    dues: tuple[ExplainedDue, ...]
    chain: tuple[Link, ...]


def explanation(asked: Known, law: Law, language: Language) -> Explanation:
    """The explanation as of the day asked about, from what was known then."""
    edition = law.governing(asked.valid_on)
    plan = plan_in_force(asked.state, edition, asked.valid_on)
    plan = plan or plan_to_come(asked.state, edition, asked.valid_on)
    over = plan_over_last(asked.state, edition, asked.valid_on)
    told_of = plan or (over[0] if over else None)
    acts = by_act(asked.facts)
    return Explanation(
        summary=where_it_stands(asked, law, language),
        maximum_until=explained_maximum(asked, law, language),
        valid_until=told_of and explained_last_day(told_of, asked, law, language),
        next_review_on=plan and explained_agreed_review(plan, asked, law, language),
        next_review_due=plan and explained_review_due(plan, asked, law, language),
        guidance_due=plan and explained_guidance(plan, asked, law, language),
        dues=explained_dues(asked, law, language),
        chain=tuple(_link(recorded, acts, language) for recorded in _about_the_plan(asked)),
    )


def _about_the_plan(asked: Known) -> Iterator[Recorded]:
    """The facts that count by the day asked about, and what puts one of them right."""
    aside = {f.version for f in asked.facts if isinstance(f.fact, _NOT_ABOUT_THE_PLAN)}
    for recorded in asked.counted:
        of_others = {*mended_by(recorded.fact)}
        about_it = not (of_others and of_others <= aside) and recorded.version not in aside
        if recorded.holds_from <= asked.valid_on and about_it:
            yield recorded


def _link(recorded: Recorded, acts: Acts, language: Language) -> Link:
    name = type(recorded.fact).__name__
    return Link(
        version=recorded.version,
        fact=name,
        title=fact_term(name, language),
        effective_on=recorded.effective_on,
        recorded_at=recorded.recorded_at,
        by=recorded.recorded_by.organisation,
        days=days_told(recorded.fact, language),
        rules=tuple(
            AppliedRule(
                rule=line.rule,
                section=line.section,
                edition=line.edition,
                result=line.result,
                text=_sentence(line, language),
            )
            for line in rules_of(recorded, acts)
        ),
    )


def _sentence(line: RuleApplied, language: Language) -> str:
    """The rule's sentence; a rule no release knows any more is still cited by its section."""
    try:
        return explain(line, language)
    except NoText:
        return cite(line.section, language)
