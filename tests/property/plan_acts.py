"""Acts on plans: mostly such as may be lawful as the case stands, and any the models allow.

Reviews and switches: ``review_acts``.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.desk import FUND, KASKINEN, KELA, MAKERS, REGISTER, VAASA, VAASA_TE
from tests.property import choosing as ch
from tests.property.choosing import Choice
from tests.property.drawing import (
    Case,
    authorities,
    days,
    lives_elsewhere,
    measures,
    mostly,
    of_the_case,
    plans,
    shifted,
    soon,
    texts,
    two,
)

from cases.domain.case.act import Act
from cases.domain.case.extension.acts import ContinueForStudies, ExtendPlan, Obstacle
from cases.domain.case.plan.acts import (
    DrawUpPlan,
    EndPlan,
    ExpirePlan,
    Goal,
    GuideToServices,
    Measure,
    PlanDeparture,
)
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.responsibility.acts import (
    AcceptReferral,
    AssignWorker,
    DeclineHandOverRequest,
    DeclineReferral,
    HandOver,
    ReferToEmploymentAuthority,
)
from cases.domain.case.studies.acts import EndSupportedStudies, StartSupportedStudies
from cases.domain.codes import values as codes

MUNICIPALITIES = tuple(
    each for each, kind in REGISTER.items() if kind is codes.OrganisationKind.MUNICIPALITY
)
LONGER = (1, 20, 90, 200, 364, 365, 400)
PARTIES = ((), ("vaasa", "pohjanmaa"), ("vaasa-te", "pohjanmaa", "vaasa"))
GROUNDS_OF_LENGTH = (
    codes.ExtensionGround.LITTLE_EDUCATION,
    codes.ExtensionGround.MULTISECTORAL_NEED,
    codes.ExtensionGround.STUDIES_UNDER_25,
    codes.ExtensionGround.HOME_CARE_PART_TIME,
)
GROUNDS_OF_AN_OBSTACLE = (
    codes.ExtensionGround.ILLNESS_OR_INJURY,
    codes.ExtensionGround.PREGNANCY_OR_PARENTAL_LEAVE,
    codes.ExtensionGround.COMPARABLE_REASON,
)


def maximum(case: Case) -> date:
    """The last day of all plans together, or what it may be."""
    most = maximum_on(case.state, case.edition, case.on)
    return most.until if most else shifted(case.on, 364)


def kind_of_plan(case: Case) -> codes.PlanKind:
    """The kind of the plan in force."""
    plan = case.plan
    return plan.kind if plan else codes.PlanKind.INTEGRATION


measure = ch.builds(
    Measure,
    service=mostly(codes.Service.SELF_MOTIVATED_STUDIES, seldom=[*codes.Service]),
    provider=authorities,
    serves=texts,
    responsible=ch.none() | authorities,
    part_time=ch.none() | ch.booleans(),
)
goals = ch.lists(
    ch.builds(
        Goal,
        term=ch.sampled_from(codes.GoalTerm),
        kind=mostly(codes.GoalKind.EMPLOYMENT, seldom=[*codes.GoalKind]),
        text=texts,
    ),
    min_size=1,
    max_size=2,
).map(tuple)


def valid(case: Case, *firsts: date) -> Choice[list[date]]:
    """The first and the last day of a plan: likely ones, up to the maximum, or any two."""
    last = maximum(case)

    def likely(drawn: tuple[date, int]) -> list[date]:
        first, longer = drawn
        return [first, max(first, min(shifted(first, longer), last))]

    begun = ch.sampled_from(firsts or (case.on,))
    some = ch.tuples(begun, ch.sampled_from([*LONGER, 4000])).map(likely)
    return ch.integers(0, 7).flatmap(lambda n: two(days(case)) if n == 0 else some)


def content(case: Case, parties: Choice[Any]) -> dict[str, Choice[Any]]:
    """What a plan says."""
    return {
        "goals": goals,
        "measures": ch.lists(measure, min_size=1, max_size=2).map(tuple),
        "follow_up": texts,
        "next_review_on": soon(case),
        "makers": ch.just(MAKERS),
        "parties": parties,
        "job_search_obligation": mostly("Looks for work", seldom=[None]),
        "no_job_search_reason": ch.none() | texts,
    }


def _draw_up(case: Case) -> Choice[Act]:
    last_days = [shifted(plan.valid_until, 1) for plan in case.state.plans]
    firsts = [case.on, *(d for d in last_days if d > case.on)]
    old = case.on < date(2025, 1, 1)

    def built(valid: list[date], signed: date, repealed: bool, **members: Any) -> Act:
        if repealed:
            members |= {"under_act": "1386/2010", "signed_on": min(signed, valid[1])}
        return DrawUpPlan(valid_from=valid[0], valid_until=valid[1], **members)

    last = case.state.assessments[-1] if case.state.assessments else None
    together = last is not None and last.kind is codes.AssessmentKind.MULTISECTORAL
    likely = codes.PlanKind.MULTISECTORAL if together else kind_of_plan(case)
    return ch.builds(
        built,
        valid=valid(case, *firsts),
        signed=ch.just(case.on) | days(case),
        repealed=mostly(old, seldom=[not old]),
        kind=mostly(likely, seldom=[*codes.PlanKind]),
        departure=mostly(None, seldom=[PlanDeparture(reason="No need")]),
        **content(case, ch.sampled_from(PARTIES)),
    )


def _guide(case: Case) -> Choice[Act]:
    guided = ch.lists(measures(case), min_size=1, max_size=2, unique=True).map(tuple)
    return ch.builds(GuideToServices, plan=plans(case), measures=guided)


def _likely_length(case: Case, most: date) -> codes.ExtensionGround:
    """The ground of a length that is the client's own, as far as the case tells."""
    age = case.state.person.age_on(most)
    if age is not None and age < 25 and any(s.go_on_after(most) for s in case.state.studies):
        return codes.ExtensionGround.STUDIES_UNDER_25
    if codes.Benefit.CHILD_HOME_CARE_ALLOWANCE in case.state.person.benefits_on(most):
        return codes.ExtensionGround.HOME_CARE_PART_TIME
    return codes.ExtensionGround.LITTLE_EDUCATION


def extension(case: Case) -> Choice[dict[str, Any]]:
    """An extension, mostly one that asks for what its ground needs."""
    most = maximum(case)
    likely_length = _likely_length(case, most)
    longer = ch.sampled_from([1, 1, 30, 30, 100, 364, 366, 367, 731]).map(
        lambda n: shifted(most, n)
    )
    ended = ch.tuples(ch.sampled_from([-60, -5, 0]), ch.sampled_from([0, 5, 100])).map(
        lambda drawn: (shifted(case.on, drawn[0]), shifted(case.on, min(0, sum(drawn))))
    )
    any_days = ch.tuples(days(case), ch.sampled_from([0, 20, 100])).map(
        lambda drawn: (drawn[0], shifted(*drawn))
    )
    obstacle = ch.one_of(ended, ended, any_days).map(
        lambda drawn: Obstacle(since=drawn[0], until=drawn[1])
    )
    likely = ch.one_of(
        ch.fixed_dictionaries({"ground": ch.sampled_from(GROUNDS_OF_LENGTH), "until": longer}),
        ch.fixed_dictionaries({"ground": ch.just(likely_length), "until": longer}),
        ch.fixed_dictionaries(
            {"ground": ch.sampled_from(GROUNDS_OF_AN_OBSTACLE), "obstacle": obstacle}
        ),
    ).map(lambda members: {"special_measures": ("Reading",), "reason": "As told", **members})
    anything = ch.fixed_dictionaries(
        {
            "ground": ch.sampled_from(codes.ExtensionGround),
            "until": longer | days(case) | ch.none(),
            "obstacle": obstacle | ch.none(),
            "special_measures": ch.sampled_from([("Reading",), ()]),
            "reason": ch.none() | texts,
        }
    )
    return ch.integers(0, 3).flatmap(lambda n: anything if n == 0 else likely)


def _extend(case: Case) -> Choice[Act]:
    return ch.tuples(plans(case), extension(case)).map(
        lambda drawn: ExtendPlan(plan=drawn[0], **drawn[1])
    )


def ending(case: Case) -> dict[str, Choice[Any]]:
    """On which ground the plan ends, and when."""
    return {
        "ground": ch.sampled_from(codes.EndingGround),
        "ends_on": ch.sampled_from([0, 0, 14, 60]).map(lambda n: shifted(case.on, n)) | days(case),
        "reason": texts,
    }


def referral(case: Case) -> dict[str, Choice[Any]]:
    """To whom, and why."""
    return {
        "to": mostly("vaasa-te", seldom=["vaasa", "pohjanmaa", "opisto"]),
        "reason": ch.sampled_from(codes.ReferralReason),
        "note": ch.none() | texts,
    }


def _end(case: Case) -> Choice[Act]:
    return ch.builds(EndPlan, plan=plans(case), **ending(case))


def _expire(case: Case) -> Choice[Act]:
    any_day = ch.builds(ExpirePlan, plan=plans(case), last_day=days(case))
    over = [
        ExpirePlan(plan=plan.plan_id, last_day=last)
        for plan in case.state.plans
        for last in [validity(plan, case.state, case.edition, case.on).last_day]
        if last is not None and last < case.on and not (plan.ending or plan.replaced)
    ]
    return ch.sampled_from(over) | ch.sampled_from(over) | any_day if over else any_day


def _start_studies(case: Case) -> Choice[Act]:
    return ch.builds(
        StartSupportedStudies,
        plan=plans(case),
        since=mostly(case.on, seldom=[shifted(case.on, -1)]) | days(case),
        paid_by=mostly(KELA.id, FUND.id, seldom=[VAASA.id, "opisto"]),
        studies=ch.none() | texts,
    )


def _end_studies(case: Case) -> Choice[Act]:
    return ch.builds(
        EndSupportedStudies,
        plan=plans(case),
        ended_on=ch.just(case.on) | days(case),
        reason=ch.sampled_from(codes.StudiesEndReason),
    )


def _referrals(case: Case) -> Choice[Any]:
    return of_the_case([r.referral_id for r in case.state.responsibility.referrals])


def _accept(case: Case) -> Choice[Act]:
    return ch.builds(
        AcceptReferral,
        referral=_referrals(case),
        registered_as_jobseeker_on=ch.just(case.on) | days(case),
    )


def _move(case: Case) -> Choice[Act]:
    """With any consent there is, or none, on the day or some weeks ahead; mostly to the home."""
    home = case.state.person.home
    municipal = case.state.responsible_on(case.on) in MUNICIPALITIES
    there = home and (home.municipality if municipal else home.employment_authority)
    consents = [c.consent_id for c in case.state.consents]
    fitting = [
        c.consent_id
        for c in case.state.consents
        if c.scope is codes.ConsentScope.CONTACT_TO_NEW_MUNICIPALITY and c.holds_on(case.on)
    ]
    return ch.builds(
        HandOver,
        to=mostly(there or KASKINEN.id, seldom=[KASKINEN.id, VAASA.id, VAASA_TE.id]),
        reason=ch.just(codes.HandOverReason.MOVE),
        consent=of_the_case([*consents, *fitting * 3]),
        takes_effect_on=ch.none() | ch.integers(-1, 60).map(lambda n: shifted(case.on, n)),
    )


def _requests(case: Case) -> Choice[Any]:
    return of_the_case([r.request_id for r in case.state.responsibility.requests])


def _hand_over(case: Case) -> Choice[Act]:
    if not case.state.consents:
        return _along(case)
    moves = _move(case)
    return moves | moves | _along(case) if lives_elsewhere(case.state) else moves | _along(case)


def _along(case: Case) -> Choice[Act]:
    """With the client's registration as a jobseeker."""
    reasons = codes.HandOverReason
    pairs = [(VAASA.id, reasons.NO_LONGER_JOBSEEKER)]
    if case.state.person.is_jobseeker_on(case.on):
        pairs = [(VAASA_TE.id, reasons.JOBSEEKER)]
    strange = [(to, reason) for to in ("vaasa", "pohjanmaa", "opisto") for reason in reasons]
    return mostly(*pairs, seldom=strange).map(lambda drawn: HandOver(to=drawn[0], reason=drawn[1]))


KINDS: Mapping[str, Callable[[Case], Choice[Act]]] = {
    "drawUpPlan": _draw_up,
    "guideToServices": _guide,
    "extendPlan": _extend,
    "continueForStudies": lambda case: ch.builds(ContinueForStudies, plan=plans(case)),
    "startSupportedStudies": _start_studies,
    "endSupportedStudies": _end_studies,
    "endPlan": _end,
    "expirePlan": _expire,
    "assignWorker": lambda case: ch.builds(
        AssignWorker, worker=ch.sampled_from(["officer-1", "o2"])
    ),
    "referToEmploymentAuthority": lambda case: ch.builds(
        ReferToEmploymentAuthority, **referral(case)
    ),
    "acceptReferral": _accept,
    "declineReferral": lambda case: ch.builds(
        DeclineReferral, referral=_referrals(case), reason=texts
    ),
    "handOver": _hand_over,
    "declineHandOverRequest": lambda case: ch.builds(
        DeclineHandOverRequest, request=_requests(case), reason=texts
    ),
}
"""An act on plans, studies and responsibility of each kind, drawn with regard to a case."""
