"""The course of one case, as cases go: opened, assessed, planned, reviewed, ended, closed.

Everything is drawn from ``chance``; days are legal days (Helsinki). The acts are lawful by
construction, and the desk insists on it.
"""

from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Final

from cases.app.histories import assessing, handing_over, planning, reviewing, wording
from cases.app.histories.desk import Desk, TimeIsUp
from cases.app.histories.telling import FULL, Beginning, Over, Telling
from cases.domain.case.assessment.decisions import OF_AGE
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import RecordBenefitNotice, RecordResidenceBasis
from cases.domain.case.protection.acts import SetNonDisclosure
from cases.domain.codes import values as codes
from cases.domain.time import Period, age_on

SHORTEST: Final = timedelta(days=60)
"""From the first day on which a case may open to the last on which it is told: long enough for it
to have been assessed."""

_TRANSFERS: Final = timedelta(days=120)
"""After the Act takes effect, cases of the repealed Act are transferred for so long."""

_ORDER: Final = Period(months=60)
"""A first order of non-disclosure lasts at most so long (661/2009 36 §)."""

_Status = codes.LabourMarketStatus


def tell(desk: Desk, beginning: Beginning, chance: Random) -> None:
    """Record a case from its opening to its end, or to the desk's last day.

    Between six and some twenty facts.
    """
    telling = Telling(desk, beginning, chance)
    with suppress(TimeIsUp, Over):
        _tell(telling)
    desk.pass_time(date.max)


def _tell(telling: Telling) -> None:
    day = telling.beginning.opens_on
    old = telling.desk.edition(day).old_plans.before
    transferred = day < old + _TRANSFERS and not _is_a_child(telling) and telling.happens(0.5)
    _open(telling, day, transferred=transferred)
    if transferred:
        planning.transfer(telling, day)
    else:
        planning.draw_up(telling, assessing.assess(telling, day))
    last = reviewing.carry_out(telling)
    while _goes_on(telling, last):
        planning.draw_up(telling, telling.before(last), after=last)
        last = reviewing.carry_out(telling)
    day = telling.later(last, 1, 40)
    if telling.desk.state.protection.holds_on(day) and telling.happens(0.9):
        handing_over.lift_non_disclosure(telling, day)
    if telling.happens(0.7):
        reached = last == telling.maximum.until
        telling.close(
            day,
            codes.ClosingGround.MAXIMUM_REACHED
            if reached
            else codes.ClosingGround.INTEGRATION_COMPLETED,
        )


def _open(telling: Telling, day: date, *, transferred: bool) -> None:
    """Who the person is and on which basis here; of a transferred case, since before the Act."""
    chance, desk = telling.chance, telling.desk
    origin, section, authority = chance.choice(wording.ORIGINS)
    earlier = timedelta(days=chance.randrange(8))
    if transferred:
        origin, section, authority = wording.TRANSFERRED
        earlier = timedelta(days=chance.randrange(800, 900))
    desk.record(
        day,
        OpenCase(
            origin=origin,
            section=section,
            learned_on=day - earlier,
            person=telling.beginning.person,
            source=telling.source(authority),
        ),
    )
    handing_over.assign(telling, day)
    kind, group = chance.choice(wording.RESIDENCE)
    municipality = desk.authority.kind is codes.OrganisationKind.MUNICIPALITY
    if municipality and (_is_a_child(telling) or telling.happens(0.12)):
        kind, group = chance.choice(wording.MULTISECTORAL_GROUPS)
    granted = earlier + timedelta(days=chance.randrange(10, 150 if transferred else 700))
    desk.record(
        day,
        RecordResidenceBasis(
            kind=kind,
            first_granted_on=day - granted,
            group=group,
            source=telling.source(codes.OrganisationKind.IMMIGRATION_SERVICE),
        ),
    )
    status = _Status.UNEMPLOYED_JOBSEEKER if telling.jobseeker else chance.choice(wording.STATUSES)
    if _is_a_child(telling) and not telling.jobseeker:
        status = _Status.OUTSIDE_LABOUR_FORCE_STUDENT
    since = earlier if transferred else timedelta(days=chance.randrange(60))
    telling.become(status, day - since, day)
    benefit = None
    if status is _Status.OUTSIDE_LABOUR_FORCE_HOME_CARE:
        benefit = codes.Benefit.CHILD_HOME_CARE_ALLOWANCE
    elif municipality and telling.happens(0.08):
        benefit = codes.Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY
    if benefit is not None:
        desk.record(
            day,
            RecordBenefitNotice(
                benefit=benefit,
                since=day - timedelta(days=chance.randrange(90)),
                source=telling.source(codes.OrganisationKind.KELA),
            ),
        )
    if telling.happens(0.12):
        desk.record(day, SetNonDisclosure(since=day, until=_ORDER.ends(day)))


def _is_a_child(telling: Telling) -> bool:
    born = telling.beginning.person.date_of_birth
    return born is not None and age_on(born, telling.beginning.opens_on) < OF_AGE


def _goes_on(telling: Telling, last: date) -> bool:
    """Whether another plan follows: there is need, time within the maximum, and room."""
    state = telling.desk.state
    time_left = (telling.maximum.until - last).days > 60
    needed = bool(state.assessments) and state.assessments[-1].finds_need_of_plan
    return time_left and needed and state.version < FULL and telling.happens(0.8)
