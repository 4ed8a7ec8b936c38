"""What must hold of a case at every moment, whatever was done to it and in whatever order."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.desk import AREAS, REGISTER, Desk
from tests.property.drawing import turning_days

from cases.domain.case.act import Decision
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.maximum import first_plan, maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.protection.masking import masked
from cases.domain.case.records.mending import mended
from cases.domain.case.register import FACTS
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.terms import Language
from cases.domain.codes.values import DueKind, InForce, OrganisationKind
from cases.domain.law.edition import Edition
from cases.domain.law.maximum import FirstPlan, Grant, extension_for, maximum
from cases.domain.law.rules import NotSupported, Refusal, RuleApplied
from cases.domain.law.texts import explain, refuse
from cases.domain.questions.as_of import Known
from cases.domain.questions.case import case_overview
from cases.domain.questions.current_plan import current_plan
from cases.domain.questions.dues import dues
from cases.domain.questions.explanation import explanation
from cases.domain.questions.history import history
from cases.domain.time import union_days
from cases.projections.clients.fold import Clients
from cases.projections.clients.table import CLIENT, CLIENT_PLAN

MUNICIPALITY = OrganisationKind.MUNICIPALITY
PLACES = {"vaasa", "vaasa-te", "laihia", "kaskinen", "rannikko-te"}
"""Where a case of these desks may be."""
DAY = timedelta(days=1)
DAYS = re.compile(r"\[([0-9-]+),([0-9-]+)\)")
UNKNOWN = ("ei tiedossa", "okänt", "not known", "{")


def speaks(outcome: Decision | Refusal | NotSupported) -> None:
    """An outcome says what it rests on, reads back from the log, and leaves nothing unknown."""
    match outcome:
        case Decision():
            assert all(FACTS[fact.topic()] is type(fact) for fact in outcome.facts)
            for fact in outcome.facts:
                assert type(fact).model_validate_json(fact.model_dump_json()) == fact
            for line in outcome.rules:
                assert RuleApplied.model_validate_json(line.model_dump_json()) == line
                assert all(explain(line, language) for language in Language)
        case Refusal():
            for violation in outcome.violations:
                for language in Language:
                    sentence = refuse(violation, language)
                    assert not any(word in sentence for word in UNKNOWN), sentence
        case NotSupported():
            assert outcome.section == "85"


def days_to_ask_about(state: CaseState) -> list[date]:
    """Every day on which an answer about plans may change, and its neighbours."""
    turns = {day + step for day in turning_days(state) for step in (-DAY, timedelta(0), DAY)}
    return sorted(turns | {date(2025, 1, 1), date(2032, 1, 1)})


def check_plans(desk: Desk) -> None:
    """At most one plan in force on any day, and nothing in force beyond the maximum."""
    state = desk.state
    for day in days_to_ask_about(state):
        edition = desk.law.governing(day)
        in_force = [
            plan
            for plan in state.plans
            if plan.drawn_up_on <= day and validity(plan, state, edition, day).on(day)
        ]
        assert len(in_force) <= 1
        answer = current_plan(Known(facts=desk.facts, state=state, valid_on=day), desk.law)
        assert (answer.plan.plan if answer.plan else None) == (
            in_force[0].plan_id if in_force else None
        )
        if answer.plan is not None:
            assert answer.plan.valid_from <= day
            if answer.plan.in_force is InForce.FULLY:
                assert day <= answer.plan.valid_until
            assert answer.plan.valid_until <= answer.plan.maximum_until
            # One of two plans in force would be hidden by the first: nobody may learn otherwise.
            assert answer.over_since is None
    edition = desk.law.governing(date.max)
    most = maximum_on(state, edition, date.max)
    for plan in state.plans:
        assert most is not None
        known = validity(plan, state, edition, date.max)
        days = known.fully
        assert days is None or (days.last is not None and days.last <= most.until)
        if known.for_studies is not None:
            assert plan.continued is not None
            assert known.for_studies.first == most.until + DAY
        assert plan.drawn_up_on <= plan.valid_from


def _cap(edition: Edition, first: FirstPlan, grants: list[Grant], start: date) -> date:
    """The latest day that lengths granted on these grounds may lead to."""
    known = [extension_for(edition, first, grant.ground) for grant in grants]
    caps = [each[1].at_most.ends(start) for each in known if each and each[1].at_most]
    return max(caps, default=start)


def check_maximum(desk: Desk) -> None:
    """The maximum is its base and what was granted: no length beyond its cap, no day twice."""
    state = desk.state
    for day in days_to_ask_about(state):
        edition = desk.law.governing(day)
        first, most = first_plan(state, day), maximum_on(state, edition, day)
        if first is None or most is None:
            continue
        granted = [e.grant for e in state.extensions if e.decided_on <= day]
        base = maximum(edition, first).until

        young = "STUDIES_UNDER_25"
        lengths = [g for g in granted if g.length is not None]
        lengthened = _cap(edition, first, [g for g in lengths if g.ground != young], base)
        assert base <= most.lengthened_to <= lengthened
        obstacles = union_days([g.obstacle for g in granted if g.obstacle is not None])
        assert most.until_studies == most.lengthened_to + obstacles * DAY
        for_studies = _cap(
            edition, first, [g for g in lengths if g.ground == young], most.until_studies
        )
        assert most.until_studies <= most.until <= for_studies


def check_reviews(desk: Desk) -> None:
    """A plan was in force on the day of each of its reviews, as is known now."""
    for held in desk.state.reviews:
        (plan,) = [p for p in desk.state.plans if p.plan_id == held.plan_id]
        edition = desk.law.governing(held.held_on)
        known = validity(plan, desk.state, edition, desk.today)
        # At a switch the successor may take the plan's place on the very day.
        switched = plan.replaced is not None and plan.replaced.on == held.held_on
        assert switched or known.on(held.held_on) is not None, (held, known)


def check_home(desk: Desk) -> None:
    """Who lives elsewhere is to be handed over until that was decided; where that is, is withheld.

    It is as it was told for the latest day, last of several for that day, by what counts.
    """
    told = [
        (recorded.effective_on, recorded.version, fact.details.home_municipality, fact)
        for recorded in mended(desk.facts)
        if isinstance(fact := recorded.fact, PersonDetailsRecorded)
        and fact.details.home_municipality is not None
    ]
    for _, _, there, fact in told:
        assert (REGISTER[there], fact.employment_authority) == (MUNICIPALITY, AREAS[there])
    last = max(told, default=None, key=lambda each: each[:2])
    day, home = (last[0], last[2]) if last else (date.min, None)
    decided = {h.decided_on for h in desk.state.responsibility.hand_overs if h.ends_rights}
    elsewhere = desk.state.responsible_on(date.max) not in {home, AREAS.get(home or "")}
    expected = home is not None and elsewhere and desk.state.closing is None
    due = [d for d in dues(desk.state, desk.law) if d.kind is DueKind.HOME_MUNICIPALITY_CHANGED]
    assert len(due) == (expected and all(each < day for each in decided))
    assert fold(masked(desk.facts, desk.today)).person.home is None


def check_clients(desk: Desk) -> None:
    """On every day the rows of the client list tell the plan and the days that the case has."""
    rows = Clients(desk.law).rows(desk.state)
    (client,) = rows[CLIENT.name]
    assert client["authority"] == desk.state.responsible_on(date.max)
    check_closed(desk.state, client)
    plans: list[dict[str, Any]] = [dict(row) for row in rows[CLIENT_PLAN.name]]
    for day in days_to_ask_about(desk.state):
        listed = [
            (row["plan_id"], row["fully_until"], row["maximum_until"])
            for row in plans
            if row["decided_on"] <= day
            and (row["decided_until"] is None or day < row["decided_until"])
            and row["valid_from"] <= day
            and row["fully_until"] is not None
            and (row["last_day"] is None or day <= row["last_day"])
        ]
        answer = current_plan(Known(facts=(), state=desk.state, valid_on=day), desk.law).plan
        expected = answer and (answer.plan, answer.valid_until, answer.maximum_until)
        assert listed == ([expected] if expected else []), day


def check_closed(state: CaseState, client: Mapping[str, Any]) -> None:
    """The row of the client list says of every day whether the case is closed, as the case does."""
    days = DAYS.findall(client["was_closed"] or "")
    spans = [tuple(date.fromisoformat(each) for each in span) for span in days]
    for day in days_to_ask_about(state):
        listed = client["closed_on"] is not None and client["closed_on"] <= day
        listed = listed or any(first <= day < last for first, last in spans)
        assert listed == (state.closing_on(day) is not None), day


def check_answers(desk: Desk, day: date) -> None:
    """Every question has an answer on the day, in three languages, with nothing unknown in it."""
    asked = Known(facts=desk.facts, state=desk.state, valid_on=day)
    current_plan(asked, desk.law)
    assert case_overview(asked, desk.law).responsible in PLACES
    for language in Language:
        told = explanation(asked, desk.law, language)
        dated = (told.maximum_until, told.valid_until, told.next_review_due)
        sentences = [told.summary, *(each.text for each in dated if each)]
        sentences += [rule.text for link in told.chain for rule in link.rules]
        for sentence in sentences:
            assert not any(word in sentence for word in UNKNOWN), sentence
        assert all(entry.title for entry in history(asked, language).entries)
    for due in dues(desk.state, desk.law):
        assert due.shown_until is None or due.shown_from <= due.shown_until
