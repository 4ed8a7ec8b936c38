"""Each date of a plan with its ground: the rule that gave it, what it was counted from, and why."""

import datetime as dt
from collections.abc import Iterator
from datetime import date, timedelta

from cases.domain.case.plan.evolution import Ended, Plan
from cases.domain.case.plan.last_day import last_day
from cases.domain.case.plan.maximum import first_plan, maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.evolution import last_review, planned_review
from cases.domain.codes.terms import Language, term
from cases.domain.law.edition import Law
from cases.domain.law.maximum import durations_of
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.law.texts import explain
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import (
    guidance_due,
    next_review_counted_from,
    review_due,
)
from cases.domain.questions.saying import say

_DAY = timedelta(days=1)


class ExplainedDate(Value):
    """A date with its ground: the sections it rests on, the day it is counted from, and why.

    ``terms`` are the sentences the text is made of, one per step of the sum. ``overdue_since`` is
    the first late day of what had to be done by the date, and was not.
    """

    date: dt.date
    sections: tuple[str, ...]
    counted_from: dt.date
    overdue_since: dt.date | None = None
    terms: tuple[str, ...]
    text: str


def explained_maximum(asked: Known, law: Law, language: Language) -> ExplainedDate | None:
    """The latest last day of all plans together: the whole sum, term by term."""
    edition = law.governing(asked.valid_on)
    most = maximum_on(asked.state, edition, asked.valid_on)
    first = first_plan(asked.state, asked.valid_on)
    if most is None or first is None:
        return None
    base, *extensions = [line for line in most.terms if line.result is not True]
    since = first.counted_from(durations_of(edition, first))
    signed = since == first.signed_on
    counted = "maximum-counted-from-signing" if signed else "maximum-counted-from"
    terms = [explain(base, language), say(counted, language, countedFrom=since)]
    for line in extensions:
        terms.extend(_granted(line, language))
    if most.until < asked.valid_on:
        terms.append(say("day-has-passed", language))
    return _dated(most.until, most.sections, since, terms)


def _granted(line: RuleApplied, language: Language) -> Iterator[str]:
    """What a grant adds, and where that is less than it was granted for, why."""
    yield explain(line, language)
    told = line.inputs
    if "from" in told and line.result:
        first, last = (date.fromisoformat(str(told[end])) for end in ("from", "until"))
        if told["days"] != (last - first).days + 1:
            yield say("days-counted-once", language)
    if "grownOn" in told and line.result:
        yield say(
            "granted-day-stays",
            language,
            underAge=str(told["underAge"]),
            grownOn=date.fromisoformat(str(told["grownOn"])),
        )


def explained_last_day(plan: Plan, asked: Known, law: Law, language: Language) -> ExplainedDate:
    """The last day fully in force: agreed, changed at reviews, moved, ended, switched."""
    day, state = asked.valid_on, asked.state
    edition = law.governing(day)
    days = validity(plan, state, edition, day)
    last = days.fully.last if days.fully else None
    lasts = last_day(plan, state, edition, day)
    said = [say("agreed-last-day", language, validUntil=plan.valid_until)]
    said += [
        say(
            f"last-day-by-{move.by.value}",
            language,
            decidedOn=move.on,
            validUntil=move.last_day,
        )
        for move in lasts.moves
    ]
    if lasts.day < lasts.agreed:
        said.append(say("cut-at-the-maximum", language, maximumUntil=lasts.maximum_until))
    ending = plan.ending
    if ending is not None and ending.decided_on <= day:
        said.append(ended(ending, language))
    if plan.replaced is not None and plan.replaced.on <= day:
        ahead = day <= plan.replaced.last_day
        said.append(
            say("to-be-replaced", language, lastDay=plan.replaced.last_day)
            if ahead
            else say("replaced", language, switchedOn=plan.replaced.on)
        )
    sections: tuple[str, ...] = (edition.section(Rule.OVER_AFTER_LAST_DAY),)
    until = last or plan.valid_until
    if days.for_studies is not None:
        studies_until, first = days.for_studies.last, days.for_studies.first
        if studies_until is None:
            said.append(say("continued", language, continuedFrom=first))
        else:
            was = "was-continued" if studies_until < day else "continued-until"
            said.append(say(was, language, continuedFrom=first, continuedUntil=studies_until))
        sections += edition.continuation.sections
    elif until < day:
        said.append(say("day-has-passed", language))
    return _dated(until, sections, plan.drawn_up_on, said)


def ended(ending: Ended, language: Language) -> str:
    """That a plan was ended, when, from which day and why."""
    return say(
        "ended",
        language,
        decidedOn=ending.decided_on,
        endsOn=ending.ends_on,
        ground=term(ending.ground, language),
    )


def explained_review_due(
    plan: Plan, asked: Known, law: Law, language: Language
) -> ExplainedDate | None:
    """The statutory day of the next review (22 § 1 mom.), and whether it has passed."""
    day = asked.valid_on
    due = review_due(asked.state, plan, law, day)
    if due is None:
        return None
    reviewed = next_review_counted_from(asked.state, plan, law, day)
    counted_from = reviewed or plan.drawn_up_on
    by_review = counted_from != plan.drawn_up_on
    since = "review-counted-from-review" if by_review else "review-counted-from-drawing-up"
    terms = [explain(due.line, language), say(since, language, countedFrom=counted_from)]
    late = due.value + _DAY if due.value < day else None
    last = validity(plan, asked.state, law.governing(day), day).last_day
    if last is not None and last < due.value:
        terms.append(say("over-before-review", language, lastDay=last))
        late = None
    if late is not None:
        terms.append(say("review-overdue", language, overdueSince=late))
    return _dated(due.value, (due.line.section,), counted_from, terms, late)


def explained_agreed_review(
    plan: Plan, asked: Known, law: Law, language: Language
) -> ExplainedDate | None:
    """The day agreed for the next review, and whether it has passed."""
    day, reviews = asked.valid_on, asked.state.reviews
    agreed = planned_review(reviews, plan, day)
    if agreed is None:
        return None
    held = [r for r in reviews if r.plan_id == plan.plan_id and r.held_on <= day]
    setting = max(
        ((r.held_on, r.version) for r in held if r.next_review_on == agreed), default=None
    )
    agreed_on = plan.drawn_up_on if setting is None else setting[0]
    terms = [say("review-agreed", language, agreedOn=agreed_on, reviewOn=agreed)]
    last = last_review(reviews, plan, day)
    if agreed < day and (last is None or last.held_on < agreed):
        terms.append(say("agreed-review-missed", language))
    section = law.governing(agreed_on).section(Rule.REVIEW_DUE)
    return _dated(agreed, (section,), agreed_on, terms)


def explained_guidance(
    plan: Plan, asked: Known, law: Law, language: Language
) -> ExplainedDate | None:
    """The last day to guide the client to all that was agreed (20 § 5 mom.), and what was done."""
    day = asked.valid_on
    due = guidance_due(plan, law)
    if due is None:
        return None
    terms = [explain(due.line, language)]
    services = {m.measure_id: term(m.measure.service, language) for m in plan.measures_on(day)}
    unguided = {m.measure_id for m in plan.measures if m.measure_id in services}
    for each in sorted(plan.guidance, key=lambda g: g.on):
        if each.on <= day:
            unguided -= {*each.measures}
            named = dict.fromkeys(services[m] for m in each.measures if m in services)
            if named:
                told = ", ".join(named)
                terms.append(say("guided", language, guidedOn=each.on, services=told))
    late = None
    if plan.guided_to_all_by(day):
        terms.append(say("guided-to-all", language))
    elif unguided:
        left = dict.fromkeys(name for measure, name in services.items() if measure in unguided)
        terms.append(say("not-guided", language, services=", ".join(left)))
        late = due.value + _DAY if due.value < day else None
    if late is not None:
        terms.append(say("guidance-overdue", language, overdueSince=late))
    return _dated(due.value, (due.line.section,), plan.drawn_up_on, terms, late)


def _dated(
    day: date,
    sections: tuple[str, ...],
    counted_from: date,
    terms: list[str],
    overdue_since: date | None = None,
) -> ExplainedDate:
    return ExplainedDate(
        date=day,
        sections=sections,
        counted_from=counted_from,
        overdue_since=overdue_since,
        terms=tuple(terms),
        text=" ".join(terms),
    )
