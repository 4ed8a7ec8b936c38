"""Reviews and switches: mostly such as may be lawful as the case stands."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st
from tests.desk import MAKERS, POHJANMAA, REGISTER, VAASA, VAASA_TE
from tests.property.drawing import (
    Case,
    days,
    made,
    measures,
    mostly,
    of_the_case,
    plans,
    seldom,
    shifted,
    soon,
    texts,
)
from tests.property.plan_acts import (
    LONGER,
    content,
    ending,
    extension,
    goals,
    kind_of_plan,
    maximum,
    measure,
    referral,
    valid,
)

from cases.domain.case.act import Act
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.extension.acts import Extension
from cases.domain.case.plan.acts import Ending, Measure
from cases.domain.case.responsibility.acts import Referral
from cases.domain.case.review.acts import (
    ChangedMeasure,
    KindNeeded,
    Participation,
    PlanChanges,
    ReviewFindings,
    ReviewPlan,
    SwitchPlan,
)
from cases.domain.codes import values as codes

HELD_BY = codes.ReviewHeldBy


def _participation(case: Case) -> st.SearchStrategy[Any]:
    taken_part = made(
        Participation, measure=measures(case), state=st.sampled_from(codes.ParticipationState)
    )
    return st.lists(taken_part, max_size=1).map(tuple)


def _held_by(case: Case) -> st.SearchStrategy[codes.ReviewHeldBy]:
    """Mostly by who answers for the case, with the welfare area where the plan is theirs too."""
    employment = _employment(case)
    if kind_of_plan(case) is codes.PlanKind.MULTISECTORAL:
        likely = (
            HELD_BY.EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA
            if employment
            else HELD_BY.MUNICIPALITY_AND_WELFARE_AREA
        )
    else:
        likely = HELD_BY.EMPLOYMENT_AUTHORITY if employment else HELD_BY.MUNICIPALITY
    return mostly(likely, seldom=[*HELD_BY])


def _employment(case: Case) -> bool:
    """Whether an employment authority answers for the case on the day."""
    responsible = case.state.responsible_on(case.on) or ""
    return REGISTER.get(responsible) is codes.OrganisationKind.EMPLOYMENT_AUTHORITY


def _changes(case: Case) -> st.SearchStrategy[PlanChanges]:
    own_last_day = st.sampled_from(LONGER).map(
        lambda n: min(shifted(case.on, n), max(case.on, maximum(case)))
    )

    def built(touched: list[Any], content: Measure, ended: bool, **members: Any) -> PlanChanges:
        if ended:
            return PlanChanges(ended_measures=tuple(touched), **members)
        changed = tuple(ChangedMeasure(measure=each, content=content) for each in touched)
        return PlanChanges(changed_measures=changed, **members)

    return st.builds(
        built,
        touched=st.lists(measures(case), max_size=1),
        content=measure,
        ended=st.booleans(),
        goals=st.none() | goals,
        added_measures=st.lists(measure, max_size=1).map(tuple),
        follow_up=st.none() | texts,
        valid_until=st.none() | st.none() | own_last_day | days(case),
    )


def _family_plan(case: Case) -> st.SearchStrategy[PlannedPlan | None]:
    soon_or_never = st.sampled_from(
        [codes.PlanOutcome.AS_SOON_AS_POSSIBLE, codes.PlanOutcome.NO_PLAN]
    )
    return seldom(made(PlannedPlan, outcome=soon_or_never, reasons=texts), one_in=10)


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


def _review(case: Case) -> st.SearchStrategy[Act]:
    agreed = case.plan.measures_on(case.on) if case.plan else ()
    whole = made(
        ReviewPlan,
        plan=plans(case),
        **_found(case),
        next_review_on=soon(case) | soon(case) | st.none(),
        makers=st.just(MAKERS),
        limited_to=mostly((), seldom=[tuple(m.measure_id for m in agreed)]),
        changes=st.none() | _changes(case),
        kind_needed=seldom(made(KindNeeded, kind=st.sampled_from(codes.PlanKind), reason=texts)),
        extension=seldom(extension(case).map(lambda members: Extension(**members)), one_in=4),
        ending=seldom(made(Ending, **ending(case))),
        referral=seldom(made(Referral, **referral(case))),
    )
    together = kind_of_plan(case) is codes.PlanKind.MULTISECTORAL
    own = _own_services(case, alone=True) | _own_services(case, alone=False)
    likely = [*[whole] * 3, own] if together else [*[whole] * 9, own]
    return st.sampled_from(likely).flatmap(lambda each: each)


def _own_services(case: Case, *, alone: bool) -> st.SearchStrategy[Act]:
    """One authority reviews services it is responsible for: the welfare area, or who answers."""
    plan = case.plan
    own = tuple(
        m.measure_id
        for m in (plan.measures_on(case.on) if plan else ())
        if (POHJANMAA.id in (m.measure.responsible, m.measure.provider)) is alone
        and (alone or m.measure.responsible is None)
    )
    answers = HELD_BY.EMPLOYMENT_AUTHORITY if _employment(case) else HELD_BY.MUNICIPALITY
    return made(
        ReviewPlan,
        plan=of_the_case([plan.plan_id] if plan else []),
        held_by=mostly(HELD_BY.WELFARE_AREA if alone else answers, seldom=[*HELD_BY]),
        initiative=st.sampled_from(codes.Initiative),
        next_review_on=st.none() | soon(case),
        makers=st.just(MAKERS),
        limited_to=mostly(own, seldom=[()]),
        changes=seldom(_changes(case)),
    )


def _switch(case: Case) -> st.SearchStrategy[Act]:
    plan = case.plan
    other = (
        codes.PlanKind.INTEGRATION
        if kind_of_plan(case) is codes.PlanKind.MULTISECTORAL
        else codes.PlanKind.MULTISECTORAL
    )

    def built(valid: list[date], **members: Any) -> Act:
        return SwitchPlan(valid_from=valid[0], valid_until=valid[1], **members)

    answers = VAASA_TE if _employment(case) else VAASA
    parties = (answers.id, POHJANMAA.id)
    return st.builds(
        built,
        plan=of_the_case([plan.plan_id]) if plan else plans(case),
        to=mostly(other, seldom=[*codes.PlanKind]),
        reason=texts,
        valid=valid(case, case.on, shifted(case.on, 1), shifted(case.on, 20)),
        review=made(ReviewFindings, **_found(case)),
        extension=seldom(extension(case).map(lambda members: Extension(**members)), one_in=2),
        referral=seldom(made(Referral, **referral(case))),
        **content(case, mostly(parties, seldom=[()])),
    )


KINDS: Mapping[str, Callable[[Case], st.SearchStrategy[Act]]] = {
    "reviewPlan": _review,
    "switchPlan": _switch,
}
"""A review or a switch, drawn with regard to a case."""
