"""Acts on plans: mostly such as may be lawful as the case stands, and any the models allow."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st
from tests.desk import LAW, MAKERS
from tests.property.drawing import (
    Case,
    authorities,
    days,
    made,
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
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.extension.acts import ContinueForStudies, ExtendPlan, Extension, Obstacle
from cases.domain.case.plan.acts import (
    DrawUpPlan,
    Ending,
    EndPlan,
    ExpirePlan,
    Goal,
    GuideToServices,
    Measure,
    PlanDeparture,
)
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.validity import maximum_on, plan_in_force
from cases.domain.case.responsibility.acts import (
    AcceptReferral,
    AssignWorker,
    DeclineReferral,
    HandOver,
    Referral,
    ReferToEmploymentAuthority,
)
from cases.domain.case.review.acts import (
    ChangedMeasure,
    KindNeeded,
    Participation,
    PlanChanges,
    ReviewFindings,
    ReviewPlan,
    SwitchPlan,
)
from cases.domain.case.studies.acts import EndSupportedStudies, StartSupportedStudies
from cases.domain.codes import values as codes

LONGER = (1, 20, 90, 200, 364, 365, 400)
PARTIES = ((), ("vaasa", "pohjanmaa"), ("vaasa-te", "pohjanmaa", "vaasa"))
GROUNDS_OF_LENGTH = (
    codes.ExtensionGround.LITTLE_EDUCATION,
    codes.ExtensionGround.MULTISECTORAL_NEED,
    codes.ExtensionGround.STUDIES_UNDER_25,
)
GROUNDS_OF_AN_OBSTACLE = (
    codes.ExtensionGround.ILLNESS_OR_INJURY,
    codes.ExtensionGround.PREGNANCY_OR_PARENTAL_LEAVE,
)
ALONE = codes.ReviewHeldBy.WELFARE_AREA


def _in_force(case: Case) -> Plan | None:
    return plan_in_force(case.state, LAW.governing(case.on), case.on)


def _maximum(case: Case) -> date:
    most = maximum_on(case.state, LAW.governing(case.on), case.on)
    return most.until if most else shifted(case.on, 364)


def _kind(case: Case) -> codes.PlanKind:
    plan = _in_force(case)
    return plan.kind if plan else codes.PlanKind.INTEGRATION


_measure = made(
    Measure,
    service=mostly(codes.Service.SELF_MOTIVATED_STUDIES, seldom=[*codes.Service]),
    provider=authorities,
    serves=texts,
    responsible=st.none() | authorities,
    part_time=st.none() | st.booleans(),
)
_goals = st.lists(
    made(
        Goal,
        term=st.sampled_from(codes.GoalTerm),
        kind=mostly(codes.GoalKind.EMPLOYMENT, seldom=[*codes.GoalKind]),
        text=texts,
    ),
    min_size=1,
    max_size=2,
).map(tuple)


def _valid(case: Case, *firsts: date) -> st.SearchStrategy[list[date]]:
    """The first and the last day of a plan: likely ones, up to the maximum, or any two."""
    last = _maximum(case)

    def likely(drawn: tuple[date, int]) -> list[date]:
        first, longer = drawn
        return [first, max(first, min(shifted(first, longer), last))]

    begun = st.sampled_from(firsts or (case.on,))
    some = st.tuples(begun, st.sampled_from([*LONGER, 4000])).map(likely)
    return st.integers(0, 7).flatmap(lambda n: two(days(case)) if n == 0 else some)


def _content(case: Case, parties: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "goals": _goals,
        "measures": st.lists(_measure, min_size=1, max_size=2).map(tuple),
        "follow_up": texts,
        "next_review_on": soon(case),
        "makers": st.just(MAKERS),
        "parties": parties,
        "job_search_obligation": mostly("Looks for work", seldom=[None]),
        "no_job_search_reason": st.none() | texts,
    }


def _draw_up(case: Case) -> st.SearchStrategy[Act]:
    last_days = [shifted(plan.valid_until, 1) for plan in case.state.plans]
    firsts = [case.on, *(d for d in last_days if d > case.on)]
    old = case.on < date(2025, 1, 1)

    def built(valid: list[date], signed: date, repealed: bool, **members: Any) -> Act:
        if repealed:
            members |= {"under_act": "1386/2010", "signed_on": signed}
        return DrawUpPlan(valid_from=valid[0], valid_until=valid[1], **members)

    last = case.state.assessments[-1] if case.state.assessments else None
    together = last is not None and last.kind is codes.AssessmentKind.MULTISECTORAL
    likely = codes.PlanKind.MULTISECTORAL if together else _kind(case)
    return st.builds(
        built,
        valid=_valid(case, *firsts),
        signed=st.just(case.on) | days(case),
        repealed=mostly(old, seldom=[not old]),
        kind=mostly(likely, seldom=[*codes.PlanKind]),
        departure=mostly(None, seldom=[PlanDeparture(reason="No need")]),
        **_content(case, st.sampled_from(PARTIES)),
    )


def _guide(case: Case) -> st.SearchStrategy[Act]:
    guided = st.lists(measures(case), min_size=1, max_size=2, unique=True).map(tuple)
    return made(GuideToServices, plan=plans(case), measures=guided)


def _participation(case: Case) -> st.SearchStrategy[Any]:
    taken_part = made(
        Participation, measure=measures(case), state=st.sampled_from(codes.ParticipationState)
    )
    return st.lists(taken_part, max_size=1).map(tuple)


def _held_by(case: Case) -> st.SearchStrategy[codes.ReviewHeldBy]:
    """Mostly by who answers for the case, with the welfare area where the plan is theirs too."""
    by = codes.ReviewHeldBy
    employment = case.state.responsible == "vaasa-te"
    if _kind(case) is codes.PlanKind.MULTISECTORAL:
        likely = (
            by.EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA
            if employment
            else by.MUNICIPALITY_AND_WELFARE_AREA
        )
    else:
        likely = by.EMPLOYMENT_AUTHORITY if employment else by.MUNICIPALITY
    return mostly(likely, likely, seldom=[*by])


def _changes(case: Case) -> st.SearchStrategy[PlanChanges]:
    own_last_day = st.sampled_from(LONGER).map(
        lambda n: min(shifted(case.on, n), max(case.on, _maximum(case)))
    )

    def built(touched: list[Any], content: Measure, ended: bool, **members: Any) -> PlanChanges:
        if ended:
            return PlanChanges(ended_measures=tuple(touched), **members)
        changed = tuple(ChangedMeasure(measure=each, content=content) for each in touched)
        return PlanChanges(changed_measures=changed, **members)

    return st.builds(
        built,
        touched=st.lists(measures(case), max_size=1),
        content=_measure,
        ended=st.booleans(),
        goals=st.none() | _goals,
        added_measures=st.lists(_measure, max_size=1).map(tuple),
        follow_up=st.none() | texts,
        valid_until=st.none() | own_last_day | days(case),
    )


def _extension(case: Case) -> st.SearchStrategy[dict[str, Any]]:
    """An extension, mostly one that asks for what its ground needs."""
    most = _maximum(case)
    longer = st.sampled_from([1, 30, 100, 365, 364, 731]).map(lambda n: shifted(most, n))
    first = st.sampled_from([-60, -5, 0]).map(lambda n: shifted(case.on, n))
    obstacle = st.tuples(first | days(case), st.sampled_from([0, 20, 100])).map(
        lambda drawn: Obstacle(since=drawn[0], until=shifted(*drawn))
    )
    likely = st.one_of(
        st.fixed_dictionaries({"ground": st.sampled_from(GROUNDS_OF_LENGTH), "until": longer}),
        st.fixed_dictionaries(
            {"ground": st.sampled_from(GROUNDS_OF_AN_OBSTACLE), "obstacle": obstacle}
        ),
    ).map(lambda members: {"special_measures": ("Reading",), **members})
    anything = st.fixed_dictionaries(
        {
            "ground": st.sampled_from(codes.ExtensionGround),
            "until": longer | days(case) | st.none(),
            "obstacle": obstacle | st.none(),
            "special_measures": st.sampled_from([("Reading",), ()]),
            "reason": st.none() | texts,
        }
    )
    return st.integers(0, 3).flatmap(lambda n: anything if n == 0 else likely)


def _extend(case: Case) -> st.SearchStrategy[Act]:
    return st.tuples(plans(case), _extension(case)).map(
        lambda drawn: ExtendPlan(plan=drawn[0], **drawn[1])
    )


def _ending(case: Case) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "ground": st.sampled_from(codes.EndingGround),
        "ends_on": st.sampled_from([0, 0, 14, 60]).map(lambda n: shifted(case.on, n)) | days(case),
        "reason": texts,
    }


def _referral(case: Case) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "to": mostly("vaasa-te", seldom=["vaasa", "pohjanmaa", "opisto"]),
        "reason": st.sampled_from(codes.ReferralReason),
        "note": st.none() | texts,
    }


def _family_plan(case: Case) -> st.SearchStrategy[PlannedPlan | None]:
    soon_or_never = st.sampled_from(
        [codes.PlanOutcome.AS_SOON_AS_POSSIBLE, codes.PlanOutcome.NO_PLAN]
    )
    return st.integers(0, 9).flatmap(
        lambda n: made(PlannedPlan, outcome=soon_or_never, reasons=texts) if n == 0 else st.none()
    )


def _found(case: Case) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "held_by": _held_by(case),
        "initiative": st.sampled_from(codes.Initiative),
        "participation": _participation(case),
        "obstacles": st.lists(texts, max_size=1).map(tuple),
        "new_needs": st.lists(texts, max_size=1).map(tuple),
        "family_plan": _family_plan(case),
        "intends_to_become_jobseeker": st.none() | st.booleans(),
    }


def _seldom(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 5).flatmap(lambda n: part if n == 0 else st.none())


def _review(case: Case) -> st.SearchStrategy[Act]:
    whole = made(
        ReviewPlan,
        plan=plans(case),
        **_found(case),
        next_review_on=soon(case) | soon(case) | st.none(),
        makers=st.just(MAKERS),
        limited_to=st.integers(0, 7).flatmap(
            lambda n: st.lists(measures(case), max_size=2).map(tuple) if n == 0 else st.just(())
        ),
        changes=st.none() | _changes(case),
        kind_needed=_seldom(made(KindNeeded, kind=st.sampled_from(codes.PlanKind), reason=texts)),
        extension=_seldom(_extension(case).map(lambda members: Extension(**members))),
        ending=_seldom(made(Ending, **_ending(case))),
        referral=_seldom(made(Referral, **_referral(case))),
    )
    return st.integers(0, 4).flatmap(lambda n: _own_services(case) if n == 0 else whole)


def _own_services(case: Case) -> st.SearchStrategy[Act]:
    """One authority alone reviews services it is responsible for (22 § 3 mom.)."""
    plan = _in_force(case)
    own = [
        m.measure_id
        for m in (plan.measures_on(case.on) if plan else ())
        if "pohjanmaa" in (m.measure.responsible, m.measure.provider)
    ]
    return made(
        ReviewPlan,
        plan=of_the_case([plan.plan_id] if plan else []),
        held_by=mostly(ALONE, seldom=[*codes.ReviewHeldBy]),
        initiative=st.just(codes.Initiative.WELFARE_AREA),
        next_review_on=st.none() | soon(case),
        makers=st.just(MAKERS),
        limited_to=st.just(tuple(own)) if own else st.lists(measures(case), max_size=1).map(tuple),
        changes=_seldom(_changes(case)),
    )


def _switch(case: Case) -> st.SearchStrategy[Act]:
    plan = _in_force(case)
    other = (
        codes.PlanKind.INTEGRATION
        if _kind(case) is codes.PlanKind.MULTISECTORAL
        else codes.PlanKind.MULTISECTORAL
    )

    def built(valid: list[date], **members: Any) -> Act:
        return SwitchPlan(valid_from=valid[0], valid_until=valid[1], **members)

    parties = st.sampled_from(PARTIES[1:])
    return st.builds(
        built,
        plan=of_the_case([plan.plan_id]) if plan else plans(case),
        to=mostly(other, seldom=[*codes.PlanKind]),
        reason=texts,
        valid=_valid(case, case.on, shifted(case.on, 1), shifted(case.on, 20)),
        review=made(ReviewFindings, **_found(case)),
        extension=_seldom(_extension(case).map(lambda members: Extension(**members))),
        referral=_seldom(made(Referral, **_referral(case))),
        **_content(case, parties),
    )


def _end(case: Case) -> st.SearchStrategy[Act]:
    return made(EndPlan, plan=plans(case), **_ending(case))


def _expire(case: Case) -> st.SearchStrategy[Act]:
    return made(ExpirePlan, plan=plans(case), last_day=days(case))


def _start_studies(case: Case) -> st.SearchStrategy[Act]:
    return made(
        StartSupportedStudies,
        plan=plans(case),
        since=st.just(case.on) | days(case),
        paid_by=mostly("kela", "kassa", seldom=["vaasa", "opisto"]),
        studies=st.none() | texts,
    )


def _end_studies(case: Case) -> st.SearchStrategy[Act]:
    return made(
        EndSupportedStudies,
        plan=plans(case),
        ended_on=st.just(case.on) | days(case),
        reason=st.sampled_from(codes.StudiesEndReason),
    )


def _referrals(case: Case) -> st.SearchStrategy[Any]:
    return of_the_case([r.referral_id for r in case.state.responsibility.referrals])


def _accept(case: Case) -> st.SearchStrategy[Act]:
    return made(
        AcceptReferral,
        referral=_referrals(case),
        registered_as_jobseeker_on=st.just(case.on) | days(case),
    )


def _hand_over(case: Case) -> st.SearchStrategy[Act]:
    reasons = codes.HandOverReason
    pairs = [("vaasa-te", reasons.JOBSEEKER), ("vaasa", reasons.NO_LONGER_JOBSEEKER)]
    strange = [(to, reason) for to in ("vaasa", "pohjanmaa", "opisto") for reason in reasons]
    return mostly(*pairs, seldom=strange).map(lambda drawn: HandOver(to=drawn[0], reason=drawn[1]))


KINDS: Mapping[str, Callable[[Case], st.SearchStrategy[Act]]] = {
    "drawUpPlan": _draw_up,
    "guideToServices": _guide,
    "reviewPlan": _review,
    "switchPlan": _switch,
    "extendPlan": _extend,
    "continueForStudies": lambda case: made(ContinueForStudies, plan=plans(case)),
    "startSupportedStudies": _start_studies,
    "endSupportedStudies": _end_studies,
    "endPlan": _end,
    "expirePlan": _expire,
    "assignWorker": lambda case: made(AssignWorker, worker=st.sampled_from(["officer-1", "o2"])),
    "referToEmploymentAuthority": lambda case: made(ReferToEmploymentAuthority, **_referral(case)),
    "acceptReferral": _accept,
    "declineReferral": lambda case: made(DeclineReferral, referral=_referrals(case), reason=texts),
    "handOver": _hand_over,
}
"""An act on plans, studies and responsibility of each kind, drawn with regard to a case."""
