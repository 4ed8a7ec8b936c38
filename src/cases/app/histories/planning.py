"""Plans of generated histories: what they agree, for how long, of which kind (16–20, 102 §)."""

from datetime import date, timedelta
from typing import Any

from cases.app.histories import wording
from cases.app.histories.telling import Telling
from cases.domain.case.plan.acts import DrawUpPlan, Goal, Measure, PlanDeparture
from cases.domain.case.review.acts import SwitchPlan
from cases.domain.codes import values as codes
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.law.section_23 import section_23_2_first_plan, section_23_2_maximum
from cases.domain.time import age_on

_DAY = timedelta(days=1)
_MULTISECTORAL = codes.PlanKind.MULTISECTORAL
_YOUNG = 24


def draw_up(telling: Telling, day: date, after: date | None = None) -> None:
    """Draw a plan up on the day: the first, or one that follows the one until ``after``."""
    desk, edition = telling.desk, telling.desk.edition(day)
    begins = day if after is None else after + _DAY
    if desk.state.first_plan_drawn_up_on(day) is None:
        longest = min(
            section_23_2_maximum(edition, day).value, section_23_2_first_plan(edition, day).value
        )
    else:
        longest = telling.maximum.until
    until = min(longest, begins + timedelta(days=_length(telling, first=after is None)))
    kind, departure = _kind(telling, day)
    said = content(telling, day, begins, kind)
    act = DrawUpPlan(kind=kind, departure=departure, valid_until=until, **said)
    desk.record(day, act)


def content(telling: Telling, day: date, begins: date, kind: codes.PlanKind) -> dict[str, Any]:
    """What a plan of a kind says, drawn up on a day, but for its last day of validity."""
    due = section_22_1_review_due(telling.desk.edition(day), day).value
    looking = telling.happens(0.6) if telling.jobseeker else None
    area = telling.neighbour(codes.OrganisationKind.WELFARE_AREA)
    parties = (telling.desk.authority, area) if kind is _MULTISECTORAL and area else ()
    makers = parties or (telling.desk.authority,)
    return {
        "valid_from": begins,
        "goals": goals(telling),
        "measures": _measures(telling, kind),
        "follow_up": telling.chance.choice(wording.FOLLOW_UP),
        "next_review_on": min(max(telling.later(day, 60, 178), begins + _DAY), due),
        "makers": tuple(telling.maker(each) for each in makers),
        "parties": tuple(each.id for each in parties),
        "job_search_obligation": wording.OBLIGATION if looking else None,
        "no_job_search_reason": wording.NO_OBLIGATION if looking is False else None,
        "missing_goal_reason": _missing_goal_reason(telling, day),
        "rights_and_duties_explained": True,
        "language_studies": wording.LANGUAGE_STUDIES if telling.happens(0.3) else None,
        "guidance": wording.GUIDANCE if telling.happens(0.2) else None,
    }


def transfer(telling: Telling, day: date) -> None:
    """Record what was agreed under the repealed Act: a plan, or one and the next, to the maximum.

    The last goes on after the day.
    """
    edition = telling.desk.edition(day)
    rules, before = edition.old_durations, edition.old_plans.before
    two = telling.happens(0.75)
    latest = before - timedelta(days=376 if two else 10)
    earliest = before - timedelta(days=690) if two else day - timedelta(days=300)
    signed = earliest + timedelta(days=telling.chance.randrange((latest - earliest).days))
    until = rules.first_plan.ends(signed)
    drawn_up, begins = signed, signed
    if two:
        _transferred(telling, signed, signed, until)
        drawn_up, begins = until - timedelta(days=9), until + _DAY
        until = rules.all_plans.period.ends(signed)
    review = max(drawn_up + timedelta(days=30), telling.later(day, 20, 120))
    _transferred(telling, drawn_up, begins, until, review)


def _transferred(
    telling: Telling, signed: date, begins: date, until: date, review: date | None = None
) -> None:
    said = content(telling, signed, begins, codes.PlanKind.INTEGRATION)
    review = min(review or until, until)
    said |= {"next_review_on": review, "measures": _measures(telling, None)}
    act = DrawUpPlan(
        kind=codes.PlanKind.INTEGRATION,
        valid_until=until,
        under_act=telling.desk.edition(telling.beginning.opens_on).old_plans.durations_of,
        signed_on=signed,
        **said,
    )
    telling.desk.record(signed, act)


def switch(telling: Telling, day: date, to: codes.PlanKind, **carried: Any) -> None:
    """Switch the plan to the other kind at the review that ``carried`` tells of."""
    until = telling.last_day
    assert until is not None, "a plan for studies only is not switched"
    said = content(telling, day, day, to)
    reason = telling.chance.choice(wording.SWITCHES[to])
    plan = telling.plan.plan_id
    act = SwitchPlan(plan=plan, to=to, reason=reason, valid_until=until, **said, **carried)
    telling.desk.record(day, act)


def goals(telling: Telling) -> tuple[Goal, ...]:
    """The goals that the Act expects of the client, and others."""
    kinds = [codes.GoalKind.EMPLOYMENT, codes.GoalKind.LANGUAGE]
    if not telling.jobseeker:
        kinds.append(codes.GoalKind.WORK_LIFE_READINESS)
    if telling.happens(0.3):
        others = (codes.GoalKind.SOCIETY, codes.GoalKind.LITERACY)
        kinds.append(telling.chance.choice(others))
    return tuple(
        Goal(
            term=codes.GoalTerm.LONG if n == 0 else codes.GoalTerm.PERIOD,
            kind=kind,
            text=telling.chance.choice(wording.GOALS[kind]),
        )
        for n, kind in enumerate(kinds)
    )


def measure(telling: Telling, agreed: tuple[codes.Service, str, int | None]) -> Measure:
    """One measure of a provider."""
    service, serves, hours = agreed
    return Measure(
        service=service,
        provider=telling.provider(),
        serves=serves,
        hours=hours,
        part_time=telling.happens(0.3) or None,
    )


def _measures(telling: Telling, kind: codes.PlanKind | None) -> tuple[Measure, ...]:
    """Measures of a plan; of no kind, of one of the repealed Act.

    Jobseekers study when they are young, and who studied at the change of the Acts still does.
    """
    agreed = telling.chance.sample(wording.MEASURES, telling.chance.randrange(1, 4))
    born = telling.desk.state.person.born_on
    young = born is not None and age_on(born, telling.beginning.opens_on) < _YOUNG
    studies = kind is None or young
    if studies and telling.jobseeker and telling.happens(0.8):
        agreed = [each for each in agreed if each != wording.STUDIES] + [wording.STUDIES]
    measures = [measure(telling, each) for each in agreed]
    area = telling.neighbour(codes.OrganisationKind.WELFARE_AREA)
    if kind is _MULTISECTORAL and area is not None:
        service, serves = telling.chance.choice(wording.WELFARE_MEASURES)
        measures.append(
            Measure(service=service, provider=area.id, responsible=area.id, serves=serves)
        )
    return tuple(measures)


def _missing_goal_reason(telling: Telling, day: date) -> str | None:
    """Of the young, upper secondary education is expected as a goal, too."""
    age = telling.desk.state.person.age_on(day)
    young = age is not None and age < telling.desk.edition(day).goals.young_under_age
    return wording.MISSING_GOAL if young else None


def _kind(telling: Telling, day: date) -> tuple[codes.PlanKind, PlanDeparture | None]:
    """The kind that is due, or now and then an ordinary plan with the reason for it."""
    assessment, plans = telling.desk.state.assessments[-1], telling.desk.state.plans
    due = assessment.kind is codes.AssessmentKind.MULTISECTORAL
    if plans and assessment.completed_on and assessment.completed_on < plans[-1].drawn_up_on:
        due = plans[-1].kind is _MULTISECTORAL
    if not due or telling.welfare_area(day) is None:
        return codes.PlanKind.INTEGRATION, None
    if telling.happens(0.1):
        reason = telling.chance.choice(wording.ORDINARY_INSTEAD)
        return codes.PlanKind.INTEGRATION, PlanDeparture(reason=reason)
    return _MULTISECTORAL, None


def _length(telling: Telling, *, first: bool) -> int:
    """Days for which a plan is agreed: mostly a year; a later one often to the maximum."""
    if not first and telling.happens(0.5):
        return 800
    months = telling.chance.choice((6, 9, 12, 12, 12, 12))
    return 30 * months + telling.chance.randrange(6)
