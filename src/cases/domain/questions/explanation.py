"""Why is the plan in this state, and why is this the last possible day?

An answer in the words of a client of the authority: a sentence, each date with the rule that gave
it and what it was counted from, and the chain of facts with the rules each was decided under.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files

from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.evolution import Plan, plan_in_force, plans_drawn_up_by
from cases.domain.case.review.evolution import last_review
from cases.domain.codes.terms import Language, fact_term, term
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law, Term
from cases.domain.law.rules import RuleApplied, Scalar
from cases.domain.law.texts import NoText, cite, explain, write_day
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import current_plan, maximum_on, review_due


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
    """The answer. Dates are absent where there is no plan they could be about."""

    summary: str
    maximum_until: ExplainedDate | None
    valid_until: ExplainedDate | None
    next_review_due: ExplainedDate | None
    chain: tuple[Link, ...]


def explanation(asked: Known, law: Law, language: Language) -> Explanation:
    """The explanation as of the day asked about, from what was known then."""
    plan = plan_in_force(asked.state.plans, asked.valid_on)
    return Explanation(
        summary=_summary(asked, law, language),
        maximum_until=_maximum(asked, law, language),
        valid_until=_valid_until(plan, asked.valid_on, language) if plan else None,
        next_review_due=_next_review(plan, asked, law, language) if plan else None,
        chain=tuple(
            _link(recorded, language)
            for recorded in asked.facts
            if recorded.holds_from <= asked.valid_on
            and not isinstance(recorded.fact, PersonDetailsRecorded)
        ),
    )


def _summary(asked: Known, law: Law, language: Language) -> str:
    answer = current_plan(asked, law)
    if answer.plan is not None:
        return _say(
            "plan-in-force",
            language,
            plan=term(answer.plan.kind, language),
            drawnUpOn=answer.plan.drawn_up_on,
            validFrom=answer.plan.valid_from,
            validUntil=answer.plan.valid_until,
        )
    to_come = [
        p
        for p in plans_drawn_up_by(asked.state.plans, asked.valid_on)
        if p.valid_from > asked.valid_on and p.interval(asked.valid_on) is not None
    ]
    if to_come:
        return _say("plan-to-come", language, validFrom=to_come[0].valid_from)
    if answer.over_since is not None:
        return _say("plan-over", language, overSince=answer.over_since)
    return _say("no-plan", language)


def _maximum(asked: Known, law: Law, language: Language) -> ExplainedDate | None:
    maximum = maximum_on(asked.state, law, asked.valid_on)
    if maximum is None:
        return None
    first = asked.state.first_plan_drawn_up_on(asked.valid_on)
    assert first is not None, "a maximum has a plan it is counted from"
    terms = (
        explain(maximum.line, language),
        _say("maximum-counted-from", language, countedFrom=first),
    )
    return _dated(maximum.value, (maximum.line.section,), first, terms)


def _valid_until(plan: Plan, day: date, language: Language) -> ExplainedDate:
    agreed = _say("agreed-last-day", language, validUntil=plan.valid_until)
    ending = plan.ending
    if ending is not None and ending.decided_on <= day:
        ended = _say(
            "ended",
            language,
            decidedOn=ending.decided_on,
            endsOn=ending.ends_on,
            ground=term(ending.ground, language),
        )
        return _dated(plan.last_day(day), ("23.2",), plan.drawn_up_on, (agreed, ended))
    return _dated(plan.last_day(day), ("23.2",), plan.drawn_up_on, (agreed,))


def _next_review(plan: Plan, asked: Known, law: Law, language: Language) -> ExplainedDate:
    due = review_due(asked.state, plan, law, asked.valid_on)
    last = last_review(asked.state.reviews, plan, asked.valid_on)
    counted_from = last.held_on if last else plan.drawn_up_on
    since = "review-counted-from-review" if last else "review-counted-from-drawing-up"
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
