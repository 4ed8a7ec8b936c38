"""Why is the plan in this state, and why is this the last possible day?

An answer in the words of a client of the authority: a sentence, each date with the rule that gave
it and what it was counted from, and the chain of facts with the rules each was decided under.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.costs.facts import CostRecorded
from cases.domain.case.necessary_data.facts import NecessaryDataRecorded
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.evolution import Ended, Plan, plans_drawn_up_by
from cases.domain.case.plan.last_day import last_day
from cases.domain.case.plan.maximum import first_plan, maximum_on
from cases.domain.case.plan.validity import plan_in_force, plan_over_last, plan_to_come, validity
from cases.domain.case.records.facts import CorrectionRequestAnswered, CorrectionRequested
from cases.domain.case.records.mending import mended_by
from cases.domain.case.representation.facts import RepresentationEnded, RepresentationRecorded
from cases.domain.case.responsibility.facts import HandOverRequestDeclined, HandOverRequested
from cases.domain.codes.terms import Language, fact_term, term
from cases.domain.codes.values import InForce, PlanOutcome
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law, Term
from cases.domain.law.maximum import durations_of
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied, Scalar
from cases.domain.law.texts import NoText, cite, explain, write_day
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import (
    current_plan,
    next_review_counted_from,
    review_due,
)

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


class ExplainedDate(Value):
    """A date with its ground: the sections it rests on, the day it is counted from, and why.

    ``terms`` are the sentences the text is made of, one per step of the sum.
    """

    date: dt.date
    sections: tuple[str, ...]
    counted_from: dt.date
    terms: tuple[str, ...]
    text: str


class AppliedRule(Value):
    """A line of the rule log, with its sentence."""

    rule: str
    section: str
    edition: str
    result: Scalar | tuple[Scalar, ...]
    text: str


class Link(Value):
    """One fact in the chain, with the rules it was decided under."""

    version: int
    fact: str
    title: str
    effective_on: date
    recorded_at: dt.datetime
    by: str
    rules: tuple[AppliedRule, ...]


class Explanation(Value):
    """The answer. Dates are absent where there is no plan they could be about.

    ``valid_until`` is that of the plan in force, else of the one to come, else of the one that
    ended last.
    """

    summary: str
    maximum_until: ExplainedDate | None
    valid_until: ExplainedDate | None
    next_review_due: ExplainedDate | None
    chain: tuple[Link, ...]


def explanation(asked: Known, law: Law, language: Language) -> Explanation:
    """The explanation as of the day asked about, from what was known then."""
    edition = law.governing(asked.valid_on)
    plan = plan_in_force(asked.state, edition, asked.valid_on)
    plan = plan or plan_to_come(asked.state, edition, asked.valid_on)
    over = plan_over_last(asked.state, edition, asked.valid_on)
    told_of = plan or (over[0] if over else None)
    return Explanation(
        summary=_summary(asked, law, language),
        maximum_until=_maximum(asked, law, language),
        valid_until=_valid_until(told_of, asked, law, language) if told_of else None,
        next_review_due=_next_review(plan, asked, law, language) if plan else None,
        chain=tuple(_link(recorded, language) for recorded in _about_the_plan(asked)),
    )


def _about_the_plan(asked: Known) -> Iterator[Recorded]:
    """The facts that count by the day asked about, and what puts one of them right."""
    aside = {f.version for f in asked.facts if isinstance(f.fact, _NOT_ABOUT_THE_PLAN)}
    for recorded in asked.counted:
        of_others = {*mended_by(recorded.fact)}
        about_it = not (of_others and of_others <= aside) and recorded.version not in aside
        if recorded.holds_from <= asked.valid_on and about_it:
            yield recorded


def _summary(asked: Known, law: Law, language: Language) -> str:
    answer = current_plan(asked, law)
    if answer.plan is not None and answer.plan.in_force is InForce.FOR_STUDIES_ONLY:
        return _say(
            "plan-for-studies-only",
            language,
            plan=term(answer.plan.kind, language),
            drawnUpOn=answer.plan.drawn_up_on,
            validUntil=answer.plan.valid_until,
        )
    if answer.plan is not None:
        return _say(
            "plan-in-force",
            language,
            plan=term(answer.plan.kind, language),
            drawnUpOn=answer.plan.drawn_up_on,
            validFrom=answer.plan.valid_from,
            validUntil=answer.plan.valid_until,
        )
    edition = law.governing(asked.valid_on)
    to_come = plan_to_come(asked.state, edition, asked.valid_on)
    if to_come is not None:
        return _say("plan-to-come", language, validFrom=to_come.valid_from)
    over = plan_over_last(asked.state, edition, asked.valid_on)
    said = []
    if over is not None:
        plan, last = over
        said.append(_say("plan-over", language, overSince=last + timedelta(days=1)))
        said.append(_why_over(plan, last, asked, law, language))
    elif given_up := plans_drawn_up_by(asked.state.plans, asked.valid_on):
        said.append(_say("plan-never-began", language, drawnUpOn=given_up[-1].drawn_up_on))
    if not_needed := _not_needed(asked, language):
        said.append(not_needed)
    return " ".join(said) or _say("no-plan", language)


def _why_over(plan: Plan, last: date, asked: Known, law: Law, language: Language) -> str:
    """Why the plan is over: ended, switched, the studies over, or the last possible day reached."""
    day, state = asked.valid_on, asked.state
    ending = plan.ending
    if ending is not None and ending.decided_on <= day and ending.ends_on == last:
        return _ended(ending, language)
    if plan.replaced is not None and plan.replaced.on <= day and plan.replaced.last_day == last:
        return _say("replaced", language, switchedOn=plan.replaced.on)
    edition = law.governing(day)
    if validity(plan, state, edition, day).for_studies is not None:
        return _say("studies-ended", language, endedOn=last)
    most = maximum_on(state, edition, day)
    reached = most is not None and most.until == last
    return _say("reached-maximum" if reached else "reached-last-day", language, lastDay=last)


def _not_needed(asked: Known, language: Language) -> str | None:
    """That no plan is needed, where the last assessment found so and no plan came after it."""
    last = last_completed_by(asked.state.assessments, asked.valid_on)
    if last is None or last.plan is None or last.plan.outcome is not PlanOutcome.NO_PLAN:
        return None
    since = last.completed_on or asked.valid_on
    if any(since < p.drawn_up_on for p in plans_drawn_up_by(asked.state.plans, asked.valid_on)):
        return None
    return _say("not-needed", language, completedOn=since, reasons=last.plan.reasons or "–")


def _ended(ending: Ended, language: Language) -> str:
    return _say(
        "ended",
        language,
        decidedOn=ending.decided_on,
        endsOn=ending.ends_on,
        ground=term(ending.ground, language),
    )


def _maximum(asked: Known, law: Law, language: Language) -> ExplainedDate | None:
    """The whole sum, term by term."""
    edition = law.governing(asked.valid_on)
    most = maximum_on(asked.state, edition, asked.valid_on)
    first = first_plan(asked.state, asked.valid_on)
    if most is None or first is None:
        return None
    base, *extensions = [explain(line, language) for line in most.terms if line.result is not True]
    since = first.counted_from(durations_of(edition, first))
    signed = since == first.signed_on
    counted = "maximum-counted-from-signing" if signed else "maximum-counted-from"
    terms = (base, _say(counted, language, countedFrom=since), *extensions)
    return _dated(most.until, most.sections, since, terms)


def _valid_until(plan: Plan, asked: Known, law: Law, language: Language) -> ExplainedDate:
    """The last day fully in force: agreed, changed at reviews, moved, ended, switched."""
    day, state = asked.valid_on, asked.state
    edition = law.governing(day)
    days = validity(plan, state, edition, day)
    last = days.fully.last if days.fully else None
    lasts = last_day(plan, state, edition, day)
    said = [_say("agreed-last-day", language, validUntil=plan.valid_until)]
    said += [
        _say(
            f"last-day-by-{move.by.value}",
            language,
            decidedOn=move.on,
            validUntil=move.last_day,
        )
        for move in lasts.moves
    ]
    if lasts.day < lasts.agreed:
        said.append(_say("cut-at-the-maximum", language, maximumUntil=lasts.maximum_until))
    ending = plan.ending
    if ending is not None and ending.decided_on <= day:
        said.append(_ended(ending, language))
    if plan.replaced is not None and plan.replaced.on <= day:
        ahead = day <= plan.replaced.last_day
        said.append(
            _say("to-be-replaced", language, lastDay=plan.replaced.last_day)
            if ahead
            else _say("replaced", language, switchedOn=plan.replaced.on)
        )
    sections: tuple[str, ...] = (edition.section(Rule.OVER_AFTER_LAST_DAY),)
    if days.for_studies is not None:
        until = days.for_studies.last
        if until is not None and until < day:
            first = days.for_studies.first
            said.append(_say("was-continued", language, continuedFrom=first, continuedUntil=until))
        else:
            said.append(_say("continued", language, continuedFrom=days.for_studies.first))
        sections += edition.continuation.sections
    return _dated(last or plan.valid_until, sections, plan.drawn_up_on, tuple(said))


def _next_review(plan: Plan, asked: Known, law: Law, language: Language) -> ExplainedDate | None:
    due = review_due(asked.state, plan, law, asked.valid_on)
    if due is None:
        return None
    reviewed = next_review_counted_from(asked.state, plan, law, asked.valid_on)
    counted_from = reviewed or plan.drawn_up_on
    by_review = counted_from != plan.drawn_up_on
    since = "review-counted-from-review" if by_review else "review-counted-from-drawing-up"
    terms = (explain(due.line, language), _say(since, language, countedFrom=counted_from))
    return _dated(due.value, (due.line.section,), counted_from, terms)


def _dated(
    day: date, sections: tuple[str, ...], counted_from: date, terms: tuple[str, ...]
) -> ExplainedDate:
    return ExplainedDate(
        date=day, sections=sections, counted_from=counted_from, terms=terms, text=" ".join(terms)
    )


def _link(recorded: Recorded, language: Language) -> Link:
    name = type(recorded.fact).__name__
    return Link(
        version=recorded.version,
        fact=name,
        title=fact_term(name, language),
        effective_on=recorded.effective_on,
        recorded_at=recorded.recorded_at,
        by=recorded.recorded_by.organisation,
        rules=tuple(
            AppliedRule(
                rule=line.rule,
                section=line.section,
                edition=line.edition,
                result=line.result,
                text=_sentence(line, language),
            )
            for line in recorded.rules
        ),
    )


def _sentence(line: RuleApplied, language: Language) -> str:
    """The rule's sentence; a rule no release knows any more is still cited by its section."""
    try:
        return explain(line, language)
    except NoText:
        return cite(line.section, language)


def _say(sentence: str, language: Language, **members: date | str) -> str:
    written = {
        name: write_day(value, language) if isinstance(value, date) else value
        for name, value in members.items()
    }
    spoken = getattr(_sentences()[sentence], language.value).format_map(written)
    return str(spoken[:1].upper() + spoken[1:])


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Term]:
    source = files("cases.domain.questions").joinpath("texts.toml").read_text("utf-8")
    return {name: Term.model_validate(texts) for name, texts in tomllib.loads(source).items()}
