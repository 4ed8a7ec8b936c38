"""Plans of generated histories carried out: guidance, reviews and what they bring (20, 22–23 §)."""

from datetime import date, timedelta
from typing import Any, Final

from cases.app.histories import handing_over, lengthening, planning, wording
from cases.app.histories.telling import FULL, Telling
from cases.domain.case.act import Organisation
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.extension.acts import ExtendPlan
from cases.domain.case.person.acts import PersonDetails, RecordDetails
from cases.domain.case.plan.acts import Ending, EndPlan, GuideToServices
from cases.domain.case.review.acts import (
    KindNeeded,
    Participation,
    PlanChanges,
    ReviewFindings,
    ReviewPlan,
)
from cases.domain.codes import values as codes
from cases.domain.facts import Source
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.time import next_working_day

_TOGETHER: Final = {
    codes.OrganisationKind.MUNICIPALITY: codes.ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA,
    codes.OrganisationKind.EMPLOYMENT_AUTHORITY: (
        codes.ReviewHeldBy.EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA
    ),
}


def carry_out(telling: Telling) -> date:
    """From guidance through reviews to the last day of the plan; raises Over at an early end."""
    if telling.plan.under_act is None:
        _guide(telling)
    review = telling.plan.next_review_on
    if telling.plan.under_act is not None or not telling.is_full:
        lengthening.begin_studies(telling, _now(telling, telling.plan.valid_from))
    while telling.desk.state.version < FULL + 2:
        last = telling.last_day
        assert last is not None, "studies that outlast the maximum end the telling"
        day = next_working_day(review + timedelta(days=telling.now_and_then(25)))
        day = max(day, _now(telling, day))
        if day > last:
            return last
        _own_services(telling, day)
        due = section_22_1_review_due(telling.desk.edition(day), day).value
        review = min(telling.later(day, 90, 180), due)
        if _switch(telling, day):
            review = telling.plan.next_review_on
        else:
            _review(telling, day, review)
        day = _now(telling, day)
        if lengthening.continues(telling, day):
            over = lengthening.continue_for_studies(telling, day)
            telling.close(telling.later(over, 1, 30), codes.ClosingGround.MAXIMUM_REACHED)
        if not telling.is_full:
            _on_the_way(telling, day)
    last = telling.last_day
    assert last is not None, "studies that outlast the maximum end the telling"
    return last


def _now(telling: Telling, day: date) -> date:
    """The day, or the day of the last act where that is later: nothing is told out of order."""
    latest = telling.desk.state.latest_effective_on
    opened = telling.beginning.opens_on
    return max(day, opened, latest or day)


def _guide(telling: Telling) -> None:
    plan = telling.plan
    if telling.happens(0.95):
        late = telling.happens(0.06)
        day = telling.later(plan.drawn_up_on, *((35, 50) if late else (0, 26)))
        measures = tuple(each.measure_id for each in plan.measures)
        act = GuideToServices(plan=plan.plan_id, measures=measures)
        telling.desk.record(min(day, plan.valid_until), act)


# ---------------------------------------------------------------------------------- reviews


def _review(telling: Telling, day: date, next_review_on: date) -> None:
    """A review of the plan, and all that it carries."""
    room = not telling.is_full
    ending = _ending(telling, day) if telling.happens(0.1) else None
    carried: dict[str, Any] = {}
    alone = telling.happens(0.3)
    longer = lengthening.extension(telling, day) if ending is None else None
    if longer is not None and not alone:
        carried["extension"] = longer
    elif ending is not None and not alone:
        carried["ending"] = ending
    elif ending is None and longer is None and telling.happens(0.3):
        carried["changes"] = _changes(telling, day)
    wants = room and ending is None and telling.happens(0.12)
    referral = (
        handing_over.referral(telling, codes.ReferralReason.INTENDS_TO_REGISTER) if wants else None
    )
    makers, found = _held(telling, day)
    if telling.welfare_area(day) and telling.happens(0.03):
        other = _other_kind(telling)
        reason = telling.chance.choice(wording.SWITCHES[other])
        carried["kind_needed"] = KindNeeded(kind=other, reason=reason)
    act = ReviewPlan(
        plan=telling.plan.plan_id,
        next_review_on=next_review_on,
        makers=tuple(telling.maker(each) for each in makers),
        referral=referral,
        intends_to_become_jobseeker=True if referral else None,
        **found,
        **carried,
    )
    telling.desk.record(day, act, late=telling.now_and_then(4))
    if longer is not None and alone:
        asked = {name: getattr(longer, name) for name in type(longer).model_fields}
        telling.desk.record(day, ExtendPlan.model_validate(_named(asked, telling)))
    if ending is not None:
        _end(telling, day, ending, said=not alone)
    if referral is not None:
        handing_over.answer(telling, day)


def _named(extension: dict[str, Any], telling: Telling) -> dict[str, Any]:
    return {"plan": telling.plan.plan_id, **extension}


def _held(telling: Telling, day: date) -> tuple[tuple[Organisation, ...], dict[str, Any]]:
    """Who holds a review, and what is found in it."""
    chance = telling.chance
    authority = telling.desk.authority
    area = telling.neighbour(codes.OrganisationKind.WELFARE_AREA)
    together = telling.plan.kind is codes.PlanKind.MULTISECTORAL
    held_by = _TOGETHER[authority.kind] if together else codes.ReviewHeldBy(authority.kind.value)
    family = telling.desk.edition(day).family_plan is not None and telling.happens(0.04)
    found = {
        "held_by": held_by,
        "initiative": chance.choice(wording.INITIATIVES),
        "participation": _participation(telling, day),
        "new_needs": (chance.choice(wording.NEEDS),) if telling.happens(0.4) else (),
        "obstacles": (chance.choice(wording.OBSTACLES),) if telling.happens(0.3) else (),
        "family_plan": PlannedPlan(outcome=codes.PlanOutcome.AS_SOON_AS_POSSIBLE)
        if family
        else None,
    }
    return (authority, area) if together and area else (authority,), found


def _participation(telling: Telling, day: date) -> tuple[Participation, ...]:
    state, progress = telling.chance.choice(wording.PROGRESS)
    return tuple(
        Participation(measure=agreed.measure_id, state=state, progress=progress)
        for agreed in telling.plan.measures_on(day)
    )


def _own_services(telling: Telling, before: date) -> None:
    """Between two joint reviews the welfare area now and then reviews its own services alone."""
    area = telling.neighbour(codes.OrganisationKind.WELFARE_AREA)
    latest = _now(telling, telling.plan.valid_from)
    day = next_working_day(latest + (before - latest) / 2)
    own = [
        m.measure_id
        for m in telling.plan.measures_on(day)
        if area is not None and m.measure.responsible == area.id
    ]
    multisectoral = telling.plan.kind is codes.PlanKind.MULTISECTORAL
    if not multisectoral or not own or day >= before or not telling.happens(0.3):
        return
    result = telling.chance.choice(wording.WELFARE_RESULTS)
    act = ReviewPlan(
        plan=telling.plan.plan_id,
        held_by=codes.ReviewHeldBy.WELFARE_AREA,
        limited_to=tuple(own),
        participation=tuple(
            Participation(measure=each, state=codes.ParticipationState.ONGOING, result=result)
            for each in own
        ),
        makers=(telling.maker(area),),
    )
    telling.desk.record(day, act, by=area)


def _changes(telling: Telling, day: date) -> PlanChanges:
    """What a review changes: services, goals, follow-up, or the plan's own last day."""
    chance, last = telling.chance, telling.last_day
    measures = telling.plan.measures_on(day)
    match chance.randrange(5):
        case 0:
            return PlanChanges(goals=planning.goals(telling))
        case 1 if last is not None and last - day > timedelta(days=90):
            return PlanChanges(valid_until=last - timedelta(days=chance.randrange(14, 60)))
        case 2 if len(measures) > 1:
            return PlanChanges(ended_measures=(measures[0].measure_id,))
        case 3:
            return PlanChanges(follow_up=chance.choice(wording.FOLLOW_UP))
        case _:
            added = planning.measure(telling, chance.choice(wording.MEASURES))
            return PlanChanges(added_measures=(added,))


def _other_kind(telling: Telling) -> codes.PlanKind:
    multisectoral = telling.plan.kind is codes.PlanKind.MULTISECTORAL
    return codes.PlanKind.INTEGRATION if multisectoral else codes.PlanKind.MULTISECTORAL


def _switch(telling: Telling, day: date) -> bool:
    """Whether the review switches the plan to the other kind."""
    to, last = _other_kind(telling), telling.last_day
    share = 0.2 if to is codes.PlanKind.INTEGRATION else 0.04
    if (
        telling.is_full
        or telling.welfare_area(day) is None
        or day <= telling.plan.valid_from
        or last is None
        or last - day < timedelta(days=60)
        or not telling.happens(share)
    ):
        return False
    _, found = _held(telling, day)
    planning.switch(telling, day, to, review=ReviewFindings(**found))
    return True


# ------------------------------------------------------------------------- what else happens


def _on_the_way(telling: Telling, day: date) -> None:
    """What else is learned at a review."""
    if telling.jobseeker and telling.happens(0.1):
        handing_over.hand_back(telling, day)
    elif not telling.jobseeker and telling.happens(0.05):
        handing_over.refer(telling, day)
    elif telling.happens(0.15):
        status = codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_STUDENT
        if telling.jobseeker:
            status = codes.LabourMarketStatus.JOBSEEKER
        telling.become(status, day, day)
    if telling.happens(0.12):
        lengthening.end_studies(telling, day, telling.chance.choice(wording.STUDIES_ENDED))
    if telling.happens(0.1) and telling.beginning.person.interpreter_needed:
        telling.desk.record(
            day,
            RecordDetails(
                details=PersonDetails(interpreter_needed=False),
                source=Source(kind=codes.SourceKind.PERSON),
            ),
        )


def _ending(telling: Telling, day: date) -> Ending:
    ground, _ = telling.chance.choice(wording.ENDINGS)
    last = telling.last_day
    assert last is not None, "a plan for studies only is not reviewed"
    return Ending(ground=ground, ends_on=min(day + timedelta(days=telling.now_and_then(14)), last))


def _end(telling: Telling, day: date, ending: Ending, *, said: bool) -> None:
    """End the plan, unless the review has said so, and the case with it. Raises Over."""
    if not said:
        telling.desk.record(
            day,
            EndPlan(plan=telling.plan.plan_id, ground=ending.ground, ends_on=ending.ends_on),
        )
    if ending.ground is codes.EndingGround.EMPLOYED:
        telling.become(codes.LabourMarketStatus.EMPLOYED, day, day)
    lengthening.end_studies(telling, day, codes.StudiesEndReason.INTERRUPTED)
    closing = dict(wording.ENDINGS)[ending.ground]
    telling.close(telling.later(ending.ends_on, 1, 30), closing)
