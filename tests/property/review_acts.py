"""Reviews and switches: mostly such as may be lawful as the case stands."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.desk import MAKERS, POHJANMAA, REGISTER, VAASA, VAASA_TE
from tests.property import choosing as ch
from tests.property.choosing import Choice
from tests.property.drawing import (
    Case,
    days,
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


def _participation(case: Case) -> Choice[Any]:
    taken_part = ch.builds(
        Participation, measure=measures(case), state=ch.sampled_from(codes.ParticipationState)
    )
    return ch.lists(taken_part, max_size=1).map(tuple)


def _held_by(case: Case) -> Choice[codes.ReviewHeldBy]:
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


def _changes(case: Case) -> Choice[PlanChanges]:
    own_last_day = ch.sampled_from(LONGER).map(
        lambda n: min(shifted(case.on, n), max(case.on, maximum(case)))
    )

    def built(touched: list[Any], content: Measure, ended: bool, **members: Any) -> PlanChanges:
        if ended:
            return PlanChanges(ended_measures=tuple(touched), **members)
        changed = tuple(ChangedMeasure(measure=each, content=content) for each in touched)
        return PlanChanges(changed_measures=changed, **members)

    return ch.builds(
        built,
        touched=ch.lists(measures(case), max_size=1),
        content=measure,
        ended=ch.booleans(),
        goals=ch.none() | goals,
        added_measures=ch.lists(measure, max_size=1).map(tuple),
        follow_up=ch.none() | texts,
        valid_until=ch.none() | ch.none() | own_last_day | days(case),
    )


def _family_plan(case: Case) -> Choice[PlannedPlan | None]:
    soon_or_never = ch.sampled_from(
        [codes.PlanOutcome.AS_SOON_AS_POSSIBLE, codes.PlanOutcome.NO_PLAN]
    )
    return seldom(ch.builds(PlannedPlan, outcome=soon_or_never, reasons=texts), one_in=10)


def _found(case: Case) -> dict[str, Choice[Any]]:
    return {
        "held_by": _held_by(case),
        "initiative": ch.sampled_from(codes.Initiative),
        "participation": _participation(case),
        "obstacles": ch.lists(texts, max_size=1).map(tuple),
        "new_needs": ch.lists(texts, max_size=1).map(tuple),
        "family_plan": _family_plan(case),
        "intends_to_become_jobseeker": ch.none() | ch.booleans(),
    }


def _review(case: Case) -> Choice[Act]:
    agreed = case.plan.measures_on(case.on) if case.plan else ()
    whole = ch.builds(
        ReviewPlan,
        plan=plans(case),
        **_found(case),
        next_review_on=soon(case) | soon(case) | ch.none(),
        makers=ch.just(MAKERS),
        limited_to=mostly((), seldom=[tuple(m.measure_id for m in agreed)]),
        changes=ch.none() | _changes(case),
        kind_needed=seldom(
            ch.builds(KindNeeded, kind=ch.sampled_from(codes.PlanKind), reason=texts)
        ),
        extension=seldom(extension(case).map(lambda members: Extension(**members)), one_in=4),
        ending=seldom(ch.builds(Ending, **ending(case))),
        referral=seldom(ch.builds(Referral, **referral(case))),
    )
    together = kind_of_plan(case) is codes.PlanKind.MULTISECTORAL
    own = _own_services(case, alone=True) | _own_services(case, alone=False)
    likely = [*[whole] * 3, own] if together else [*[whole] * 9, own]
    return ch.sampled_from(likely).flatmap(lambda each: each)


def _own_services(case: Case, *, alone: bool) -> Choice[Act]:
    """One authority reviews services it is responsible for: the welfare area, or who answers."""
    plan = case.plan
    own = tuple(
        m.measure_id
        for m in (plan.measures_on(case.on) if plan else ())
        if (POHJANMAA.id in (m.measure.responsible, m.measure.provider)) is alone
        and (alone or m.measure.responsible is None)
    )
    answers = HELD_BY.EMPLOYMENT_AUTHORITY if _employment(case) else HELD_BY.MUNICIPALITY
    return ch.builds(
        ReviewPlan,
        plan=of_the_case([plan.plan_id] if plan else []),
        held_by=mostly(HELD_BY.WELFARE_AREA if alone else answers, seldom=[*HELD_BY]),
        initiative=ch.sampled_from(codes.Initiative),
        next_review_on=ch.none() | soon(case),
        makers=ch.just(MAKERS),
        limited_to=mostly(own, seldom=[()]),
        changes=seldom(_changes(case)),
    )


def _switch(case: Case) -> Choice[Act]:
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
    return ch.builds(
        built,
        plan=of_the_case([plan.plan_id]) if plan else plans(case),
        to=mostly(other, seldom=[*codes.PlanKind]),
        reason=texts,
        valid=valid(case, case.on, shifted(case.on, 1), shifted(case.on, 20)),
        review=ch.builds(ReviewFindings, **_found(case)),
        extension=seldom(extension(case).map(lambda members: Extension(**members)), one_in=2),
        referral=seldom(ch.builds(Referral, **referral(case))),
        **content(case, mostly(parties, seldom=[()])),
    )


KINDS: Mapping[str, Callable[[Case], Choice[Act]]] = {
    "reviewPlan": _review,
    "switchPlan": _switch,
}
"""A review or a switch, drawn with regard to a case."""
