"""The plan as a page to hand to the client: what was agreed, until when, and why (19 and 24 §).

Words only, in the client's language where it is one of the three; no identity code, no contact
details. What an officer wrote stands as it was written.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files

from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import GoalTerm, InForce, Service
from cases.domain.law.edition import Law, Term
from cases.domain.law.texts import write_day
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import (
    MeasureInPlan,
    PlanView,
    coming_plan,
    current_plan,
)
from cases.domain.questions.explanation import Explanation, explanation

NameOf = Callable[[str], str]
"""What an organisation is called in the language of the page, by its id."""


class Heading(Value):
    """A part of the page: its heading, and paragraphs or items below it."""

    heading: str
    lines: tuple[str, ...]


class PlanPage(Value):
    """The page. ``facts`` are a label and a value each, such as who answers for the plan."""

    title: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Heading, ...]
    as_of: str


def plan_page(asked: Known, law: Law, language: Language, name_of: NameOf) -> PlanPage:
    """The page as of the day asked about, from what was known then.

    It is of the plan in force, else of the one to come; short where there is neither.
    """
    told = explanation(asked, law, language)
    plan = current_plan(asked, law).plan or coming_plan(asked, law)
    as_of = _say("as-of", language, day=asked.valid_on)
    if plan is None:
        title = _say("title", language)
        return PlanPage(title=title, summary=told.summary, facts=(), parts=(), as_of=as_of)
    dates = [each.text for each in (told.valid_until, told.maximum_until) if each is not None]
    review: tuple[str, ...] = ()
    if plan.next_review_on is not None:
        agreed = "review-agreed" if asked.valid_on <= plan.next_review_on else "review-was-agreed"
        review = (_say(agreed, language, day=plan.next_review_on),)
    if told.next_review_due is not None:
        review += (told.next_review_due.text,)
    parts = (
        Heading(heading=_say("goals", language), lines=tuple(_goals(plan, language))),
        Heading(
            heading=_say("measures", language),
            lines=tuple(_measures(plan, told, language, name_of)),
        ),
        *_more_agreed(plan, language),
        *_supported_studies(asked, language, name_of),
        Heading(heading=_say("follow-up", language), lines=(plan.follow_up,)),
        Heading(heading=_say("review", language), lines=review),
        Heading(heading=_say("how-long", language), lines=tuple(dates)),
        Heading(heading=_say("your-rights", language), lines=(_say("rights", language),)),
    )
    kind = term(plan.kind, language)
    return PlanPage(
        title=kind[:1].upper() + kind[1:],
        summary=told.summary,
        facts=tuple(_facts(asked, plan, language, name_of)),
        parts=parts,
        as_of=as_of,
    )


def _facts(
    asked: Known, plan: PlanView, language: Language, name_of: NameOf
) -> Iterator[tuple[str, str]]:
    names = asked.state.person.details_on(asked.valid_on).names
    if names is not None:
        yield _say("client", language), f"{names.given} {names.family}"
    yield _say("responsible", language), name_of(plan.responsible)
    others = [name_of(each) for each in plan.parties if each != plan.responsible]
    if others:
        yield _say("parties", language), ", ".join(others)
    yield _say("drawn-up", language), write_day(plan.drawn_up_on, language)
    days = f"{write_day(plan.valid_from, language)} – {write_day(plan.valid_until, language)}"
    if plan.in_force is InForce.FULLY:
        yield _say("in-force", language), days
        return
    yield _say("was-in-force", language), days
    until = write_day(plan.for_studies_until, language) if plan.for_studies_until else ""
    first = write_day(plan.for_studies_from or plan.valid_until, language)
    yield _say("in-force-for-studies", language), f"{first} – {until}".rstrip()


def _goals(plan: PlanView, language: Language) -> Iterator[str]:
    for goal in sorted(plan.goals, key=lambda g: g.term is not GoalTerm.LONG):
        yield f"{_capital(term(goal.term, language))}, {term(goal.kind, language)}: {goal.text}"
    if plan.missing_goal_reason is not None:
        yield _say("missing-goal", language, reason=plan.missing_goal_reason)


def _measures(
    plan: PlanView, told: Explanation, language: Language, name_of: NameOf
) -> Iterator[str]:
    """What was agreed, and by when the client is guided to it."""
    for measure in plan.measures:
        yield _measure(measure, language, name_of)
    if told.guidance_due is not None:
        yield told.guidance_due.text


def _measure(measure: MeasureInPlan, language: Language, name_of: NameOf) -> str:
    service = _capital(term(measure.service, language))
    return f"{service}, {name_of(measure.provider)}: {measure.serves}"


def _more_agreed(plan: PlanView, language: Language) -> Iterator[Heading]:
    """What 19 § wants agreed besides services, as far as it was."""
    job_search = [plan.job_search_obligation] if plan.job_search_obligation else []
    if plan.no_job_search_reason is not None:
        job_search.append(_say("no-job-search", language, reason=plan.no_job_search_reason))
    if job_search:
        yield Heading(heading=_say("job-search", language), lines=tuple(job_search))
    for heading, agreed in (
        ("language-studies", plan.language_studies),
        ("association-activity", plan.association_activity),
        ("guidance", plan.guidance),
    ):
        if agreed is not None:
            yield Heading(heading=_say(heading, language), lines=(agreed,))


def _supported_studies(asked: Known, language: Language, name_of: NameOf) -> Iterator[Heading]:
    """The studies that are supported on the day (28 §), and who pays."""
    day = asked.valid_on
    lines = []
    for each in asked.state.studies:
        ended_on = each.ended_on if each.ended_on is not None and each.ended_on <= day else None
        if each.since <= day and (ended_on is None or ended_on == day):
            what = each.studies or term(Service.SELF_MOTIVATED_STUDIES, language)
            until = write_day(ended_on, language) if ended_on else ""
            days = f"{write_day(each.since, language)} – {until}".rstrip()
            payer = _say("paid-by", language, payer=name_of(each.paid_by))
            lines.append(f"{_capital(what)}, {days}: {payer}")
    if lines:
        yield Heading(heading=_say("supported-studies", language), lines=tuple(lines))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _say(sentence: str, language: Language, **members: date | str) -> str:
    written = {
        name: write_day(value, language) if isinstance(value, date) else value
        for name, value in members.items()
    }
    return str(getattr(_sentences()[sentence], language.value).format_map(written))


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Term]:
    source = files("cases.domain.questions").joinpath("plan_page.toml").read_text("utf-8")
    return {name: Term.model_validate(texts) for name, texts in tomllib.loads(source).items()}
