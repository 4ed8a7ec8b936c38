"""What lets plans of generated histories last longer: special measures, obstacles, studies.

23 § 3–4 mom., 28–31 §.
"""

from datetime import date, timedelta

from cases.app.histories import wording
from cases.app.histories.telling import Telling
from cases.domain.case.extension.acts import ContinueForStudies, Extension, Obstacle
from cases.domain.case.studies.acts import EndSupportedStudies, StartSupportedStudies
from cases.domain.codes import values as codes
from cases.domain.time import age_on

_AGE_OF_STUDIES = 25


def begin_studies(telling: Telling, day: date) -> None:
    """A jobseeker's studies that the plan agrees on, paid by Kela or a fund, begin now and then."""
    agreed = {m.measure.service for m in telling.plan.measures_on(day)}
    if (
        codes.Service.SELF_MOTIVATED_STUDIES not in agreed
        or not telling.desk.state.person.is_jobseeker_on(day)
        or _going_on(telling)
        or not telling.happens(0.9)
    ):
        return
    kind = telling.chance.choice(wording.PAYERS)
    payer = telling.neighbour(kind)
    if payer is None:
        return
    act = {"plan": telling.plan.plan_id, "from": day, "paid_by": payer.id}
    studies = telling.chance.choice(wording.STUDIES_FOR)
    telling.desk.record(day, StartSupportedStudies.model_validate(act | {"studies": studies}))


def end_studies(telling: Telling, day: date, reason: codes.StudiesEndReason) -> None:
    """Studies that go on end on the day."""
    if _going_on(telling):
        act = EndSupportedStudies(plan=telling.plan.plan_id, ended_on=day, reason=reason)
        telling.desk.record(day, act)


def extension(telling: Telling, day: date) -> Extension | None:
    """An extension of the maximum on a ground that the case has, where it is time for one."""
    granted = {extended.grant.ground for extended in telling.desk.state.extensions}
    is_last = telling.last_day == telling.maximum.until
    for_studies = codes.ExtensionGround.STUDIES_UNDER_25
    young = _age_at_maximum(telling) < _AGE_OF_STUDIES
    if is_last and young and _going_on(telling) and for_studies not in granted:
        return _of_length(telling, for_studies, 330)
    if granted or telling.is_full:
        return None
    if telling.happens(0.1):
        return _for_obstacle(telling, day)
    if is_last and telling.happens(0.25):
        return _of_length(telling, _ground(telling, day), 400)
    return None


def continues(telling: Telling, day: date) -> bool:
    """Whether the plan stays in force for the studies only: decided in its last months."""
    last = telling.last_day
    return (
        last is not None
        and last - day < timedelta(days=190)
        and last == telling.maximum.until
        and _going_on(telling)
        and _age_at_maximum(telling) >= _AGE_OF_STUDIES
        and telling.happens(0.9)
    )


def continue_for_studies(telling: Telling, day: date) -> date:
    """From the decision, taken while the plan is in force, to the end of the studies."""
    last = telling.last_day
    assert last is not None, "not continued yet"
    decided = min(telling.later(day, 0, 10), last)
    telling.desk.record(decided, ContinueForStudies(plan=telling.plan.plan_id))
    ended = telling.later(last, 30, 120)
    end_studies(telling, ended, telling.chance.choice(wording.STUDIES_ENDED))
    return ended


def _ground(telling: Telling, day: date) -> codes.ExtensionGround:
    """A ground of 23 § 3 mom. that fits the client."""
    benefits = telling.desk.state.person.benefits_on(telling.maximum.until)
    part_time = any(m.measure.part_time for m in telling.plan.measures_on(day))
    known = telling.plan.under_act is None
    if known and part_time and codes.Benefit.CHILD_HOME_CARE_ALLOWANCE in benefits:
        return codes.ExtensionGround.HOME_CARE_PART_TIME
    if telling.plan.kind is codes.PlanKind.MULTISECTORAL:
        return codes.ExtensionGround.MULTISECTORAL_NEED
    return codes.ExtensionGround.LITTLE_EDUCATION


def _for_obstacle(telling: Telling, day: date) -> Extension | None:
    """Days on which the client could not take part, over by now."""
    until = day - timedelta(days=telling.chance.randrange(3, 20))
    since = max(until - timedelta(days=telling.chance.randrange(14, 100)), telling.plan.drawn_up_on)
    if since > until:
        return None
    ground, reason = telling.chance.choice(wording.OBSTACLES_THAT_EXTEND)
    obstacle = Obstacle.model_validate({"from": since, "until": until})
    return Extension(ground=ground, obstacle=obstacle, reason=reason)


def _of_length(telling: Telling, ground: codes.ExtensionGround, most: int) -> Extension:
    """As long as is needed, and less than the Act allows."""
    special = (telling.chance.choice(wording.SPECIAL_MEASURES),)
    return Extension(
        ground=ground,
        until=telling.maximum.until + timedelta(days=telling.chance.randrange(60, most)),
        special_measures=special if ground in wording.WITH_SPECIAL_MEASURES else (),
        reason=telling.chance.choice(wording.EXTENDED),
    )


def _going_on(telling: Telling) -> bool:
    return any(studies.ended_on is None for studies in telling.desk.state.studies)


def _age_at_maximum(telling: Telling) -> int:
    born = telling.desk.state.person.born_on
    assert born is not None, "everybody's date of birth is known"
    return age_on(born, telling.maximum.until_studies)
