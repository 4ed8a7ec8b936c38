"""The course of one case, as cases go: opened, assessed, planned, reviewed, ended, closed.

Everything is drawn from ``chance``; days are legal days (Helsinki). The acts are lawful by
construction, and the desk insists on it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from cases.app.histories import wording
from cases.app.histories.desk import Desk, TimeIsUp
from cases.domain.case.act import Maker
from cases.domain.case.assessment.acts import (
    CompleteAssessment,
    DiscontinueAssessment,
    Finding,
    HoldInitialInterview,
    ObtainExpertAssessment,
    OrderExpertAssessment,
    PlannedPlan,
    StartAssessment,
)
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import (
    PersonDetails,
    RecordBenefitNotice,
    RecordDetails,
    RecordLabourMarketStatus,
    RecordResidenceBasis,
)
from cases.domain.case.plan.acts import DrawUpPlan, EndPlan, Goal, GuideToServices, Measure
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.review.acts import Participation, ReviewPlan
from cases.domain.codes import values as codes
from cases.domain.facts import Source
from cases.domain.law.section_14 import section_14_ground
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.law.section_23 import section_23_2_first_plan, section_23_2_maximum
from cases.domain.time import next_working_day

SHORTEST: Final = timedelta(days=60)
"""From the first day on which a case may open to the last on which it is told: long enough for it
to have been assessed."""

_FULL: Final = 15
"""A case with so many facts has what is left recorded, and nothing besides."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Whose case it is, and when it opens. ``neighbours`` are ids of organisations of each kind."""

    opens_on: date
    person: PersonDetails
    neighbours: dict[codes.OrganisationKind, str]


class _Over(Exception):
    """The case is told to its end."""


def tell(desk: Desk, beginning: Beginning, chance: Random) -> None:
    """Record a case from its opening to its end, or to the desk's last day.

    Between six and twenty facts.
    """
    with suppress(TimeIsUp, _Over):
        _Course(desk, beginning, chance).tell()
    desk.pass_time(date.max)


class _Course:
    """A case being told."""

    def __init__(self, desk: Desk, beginning: Beginning, chance: Random) -> None:
        self._desk = desk
        self._beginning = beginning
        self._chance = chance
        self._jobseeker = desk.authority.kind is codes.OrganisationKind.EMPLOYMENT_AUTHORITY
        self._status = (
            codes.LabourMarketStatus.UNEMPLOYED_JOBSEEKER
            if self._jobseeker
            else chance.choice(wording.STATUSES)
        )
        self._maker = Maker(
            name=chance.choice(wording.OFFICERS),
            organisation=desk.authority.id,
            title=wording.TITLE,
        )

    def tell(self) -> None:
        day = self._open(self._beginning.opens_on)
        day = self._assess(day)
        last: date | None = None
        while True:
            plan = self._plan(day, after=last)
            last = self._carry_out(plan)
            day = self._before(last)
            if not self._goes_on(day, last):
                break
        day = self._later(last, 1, 40)
        if self._happens(0.7):
            self._close(day, codes.ClosingGround.INTEGRATION_COMPLETED)

    # -------------------------------------------------------------- opening and assessment

    def _open(self, day: date) -> date:
        chance = self._chance
        origin, section, authority = chance.choice(wording.ORIGINS)
        self._desk.record(
            day,
            OpenCase(
                origin=origin,
                section=section,
                learned_on=day - timedelta(days=chance.randrange(8)),
                person=self._beginning.person,
                source=self._source(authority),
            ),
        )
        kind, group = chance.choice(wording.RESIDENCE)
        self._desk.record(
            day,
            RecordResidenceBasis(
                kind=kind,
                first_granted_on=day - timedelta(days=chance.randrange(10, 700)),
                group=group,
                source=self._source(codes.OrganisationKind.IMMIGRATION_SERVICE),
            ),
        )
        self._become(self._status, day - timedelta(days=chance.randrange(60)), day)
        if self._status is codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE:
            self._desk.record(
                day,
                RecordBenefitNotice(
                    benefit=codes.Benefit.CHILD_HOME_CARE_ALLOWANCE,
                    since=day - timedelta(days=chance.randrange(90)),
                    source=self._source(codes.OrganisationKind.KELA),
                ),
            )
        return day

    def _assess(self, day: date) -> date:
        """To the day on which a plan is called for; raises _Over where none is."""
        chance, desk = self._chance, self._desk
        day = self._later(day, 0, 21)
        desk.record(
            day, StartAssessment(kind=codes.AssessmentKind.ORDINARY, ground=self._ground(day))
        )
        assessment = desk.state.assessments[-1].assessment_id
        day = self._later(day, 0, 14)
        person = self._beginning.person
        desk.record(
            day,
            HoldInitialInterview(
                assessment=assessment,
                channel=chance.choice([codes.Channel.OFFICE] * 4 + [codes.Channel.REMOTE]),
                language=person.contact_language or "fi",
                interpreter=bool(person.interpreter_needed),
                informed=tuple(codes.InformedOf),
            ),
            late=self._now_and_then(3),
        )
        if self._happens(0.06):
            day = self._later(day, 7, 30)
            desk.record(
                day,
                DiscontinueAssessment(
                    assessment=assessment, reason=chance.choice(wording.DISCONTINUED)
                ),
            )
            self._close(self._later(day, 1, 20), codes.ClosingGround.CLIENT_WITHDREW)
        if self._happens(0.15):
            day = self._expert_assessment(day)
        day = self._later(day, 7, 45)
        planned_on = self._later(day, 0, 28)
        outcome = self._outcome(planned_on)
        desk.record(day, self._completed(day, outcome), late=self._now_and_then(2))
        if outcome.outcome is codes.PlanOutcome.NO_PLAN:
            self._close(self._later(day, 5, 60), codes.ClosingGround.NO_NEED_OF_SERVICES)
        return planned_on

    def _expert_assessment(self, day: date) -> date:
        clarifies, result = self._chance.choice(wording.EXPERT_ASSESSMENTS)
        self._desk.record(
            day,
            OrderExpertAssessment(
                assessment=self._desk.state.assessments[-1].assessment_id,
                clarifies=clarifies,
                planned_on=day + timedelta(days=21),
                by=self._provider(),
            ),
        )
        ordered = self._desk.state.assessments[-1].expert_assessments[-1]
        day = self._later(day, 14, 45)
        self._desk.record(
            day,
            ObtainExpertAssessment(
                expert_assessment=ordered.expert_assessment_id,
                result=result,
                source=self._source(codes.OrganisationKind.SERVICE_PROVIDER),
            ),
        )
        return day

    def _completed(self, day: date, outcome: PlannedPlan) -> CompleteAssessment:
        chance = self._chance
        findings = tuple(
            Finding(
                item=item,
                text=chance.choice(texts),
                level=chance.choice(wording.LEVELS)
                if item is codes.FindingItem.FINNISH_SWEDISH
                else None,
                source=Source(kind=codes.SourceKind.PERSON),
            )
            for item, texts in wording.FINDINGS.items()
        )
        family = self._desk.edition(day).family_plan
        return CompleteAssessment(
            assessment=self._desk.state.assessments[-1].assessment_id,
            findings=findings[: chance.randrange(3, len(findings) + 1)],
            plan=outcome,
            family_plan=PlannedPlan(
                outcome=codes.PlanOutcome.NO_PLAN, reasons=wording.NO_FAMILY_PLAN
            )
            if family is not None
            else None,
            jobseeker_advice=wording.ADVICE if self._jobseeker else None,
            makers=(self._maker,),
        )

    def _outcome(self, planned_on: date) -> PlannedPlan:
        if self._happens(0.08):
            return PlannedPlan(
                outcome=codes.PlanOutcome.NO_PLAN, reasons=self._chance.choice(wording.NO_PLAN)
            )
        if self._happens(0.5):
            return PlannedPlan(outcome=codes.PlanOutcome.PLAN_ON_DATE, date=planned_on)
        return PlannedPlan(outcome=codes.PlanOutcome.AS_SOON_AS_POSSIBLE)

    def _ground(self, day: date) -> str:
        """A ground that holds on the day; one left to judgement where no other does."""
        edition, known = self._desk.edition(day), self._desk.state.person.grounds_on(day)
        ordinary = [g for g in edition.grounds if g.kind is codes.AssessmentKind.ORDINARY]
        holding = [g for g in ordinary if section_14_ground(edition, g.id, known).value]
        return min(holding, key=lambda g: g.by_judgement).id

    # ---------------------------------------------------------------------------- the plan

    def _plan(self, day: date, after: date | None) -> Plan:
        """Draw a plan up on the day: the first, or one that follows the one until ``after``."""
        chance, desk = self._chance, self._desk
        edition = desk.edition(day)
        first = desk.state.first_plan_drawn_up_on(day)
        begins = day if after is None else after + timedelta(days=1)
        longest = section_23_2_maximum(edition, first or day).value
        if first is None:
            longest = min(longest, section_23_2_first_plan(edition, day).value)
        months = chance.choice((6, 9, 12, 12, 12, 12))
        until = min(longest, begins + timedelta(days=30 * months + chance.randrange(6)))
        due = section_22_1_review_due(edition, day).value
        review = min(max(self._later(day, 60, 178), begins + timedelta(days=1)), due)
        looking = None if not self._jobseeker else self._happens(0.6)
        desk.record(
            day,
            DrawUpPlan(
                kind=codes.PlanKind.INTEGRATION,
                valid_from=begins,
                valid_until=until,
                goals=self._goals(),
                measures=self._measures(),
                follow_up=chance.choice(wording.FOLLOW_UP),
                next_review_on=review,
                makers=(self._maker,),
                job_search_obligation=wording.OBLIGATION if looking else None,
                no_job_search_reason=wording.NO_OBLIGATION if looking is False else None,
                missing_goal_reason=self._missing_goal_reason(day),
                rights_and_duties_explained=True,
            ),
        )
        return desk.state.plans[-1]

    def _goals(self) -> tuple[Goal, ...]:
        kinds = [codes.GoalKind.EMPLOYMENT, codes.GoalKind.LANGUAGE]
        if not self._jobseeker:
            kinds.append(codes.GoalKind.WORK_LIFE_READINESS)
        if self._happens(0.3):
            kinds.append(self._chance.choice((codes.GoalKind.SOCIETY, codes.GoalKind.LITERACY)))
        return tuple(
            Goal(
                term=codes.GoalTerm.LONG if n == 0 else codes.GoalTerm.PERIOD,
                kind=kind,
                text=self._chance.choice(wording.GOALS[kind]),
            )
            for n, kind in enumerate(kinds)
        )

    def _missing_goal_reason(self, day: date) -> str | None:
        """Of the young, upper secondary education is expected as a goal, too."""
        age = self._desk.state.person.age_on(day)
        young = age is not None and age < self._desk.edition(day).goals.young_under_age
        return wording.MISSING_GOAL if young else None

    def _measures(self) -> tuple[Measure, ...]:
        agreed = self._chance.sample(wording.MEASURES, self._chance.randrange(1, 4))
        return tuple(
            Measure(
                service=service,
                provider=self._provider(),
                serves=serves,
                hours=hours,
                part_time=self._happens(0.3) or None,
            )
            for service, serves, hours in agreed
        )

    def _carry_out(self, plan: Plan) -> date:
        """From guidance through reviews to the plan's last day; raises _Over at an early end."""
        desk = self._desk
        measures = tuple(each.measure_id for each in plan.measures)
        day = plan.drawn_up_on
        if self._happens(0.95):
            guided = self._later(day, 35, 50) if self._happens(0.06) else self._later(day, 0, 26)
            desk.record(
                min(guided, plan.valid_until),
                GuideToServices(plan=plan.plan_id, measures=measures),
            )
        review = plan.next_review_on
        while desk.state.version < _FULL + 2:
            day = next_working_day(review + timedelta(days=self._now_and_then(25)))
            if day > plan.valid_until:
                break
            edition = desk.edition(day)
            review = min(self._later(day, 90, 180), section_22_1_review_due(edition, day).value)
            self._review(plan, day, review)
            if desk.state.version < _FULL:
                self._on_the_way(day)
            if self._happens(0.1):
                self._end(plan, day)
        return plan.valid_until

    def _review(self, plan: Plan, day: date, next_review_on: date) -> None:
        chance = self._chance
        state, progress = chance.choice(wording.PROGRESS)
        self._desk.record(
            day,
            ReviewPlan(
                plan=plan.plan_id,
                held_by=codes.ReviewHeldBy(self._desk.authority.kind.value),
                initiative=chance.choice(
                    [codes.Initiative.SCHEDULED] * 5 + [codes.Initiative.CLIENT]
                ),
                participation=tuple(
                    Participation(measure=agreed.measure_id, state=state, progress=progress)
                    for agreed in plan.measures
                ),
                new_needs=(chance.choice(wording.NEEDS),) if self._happens(0.4) else (),
                obstacles=(chance.choice(wording.OBSTACLES),) if self._happens(0.3) else (),
                next_review_on=next_review_on,
                makers=(self._maker,),
            ),
            late=self._now_and_then(4),
        )

    def _on_the_way(self, day: date) -> None:
        """What else is learned at a review."""
        if self._happens(0.15):
            status = codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_STUDENT
            if self._jobseeker:
                status = codes.LabourMarketStatus.JOBSEEKER
            self._become(status, day, day)
        if self._happens(0.1) and self._beginning.person.interpreter_needed:
            self._desk.record(
                day,
                RecordDetails(
                    details=PersonDetails(interpreter_needed=False),
                    source=Source(kind=codes.SourceKind.PERSON),
                ),
            )

    def _goes_on(self, day: date, last: date) -> bool:
        """Whether another plan follows: there is need, time within the maximum, and room."""
        first = self._desk.state.first_plan_drawn_up_on(day)
        assert first is not None
        longest = section_23_2_maximum(self._desk.edition(day), first).value
        time_left = (longest - last).days > 60
        return time_left and self._desk.state.version <= _FULL and self._happens(0.8)

    def _end(self, plan: Plan, day: date) -> None:
        ground, closing = self._chance.choice(wording.ENDINGS)
        ends_on = min(day + timedelta(days=self._now_and_then(14)), plan.valid_until)
        if ground is codes.EndingGround.EMPLOYED:
            self._become(codes.LabourMarketStatus.EMPLOYED, day, day)
        self._desk.record(day, EndPlan(plan=plan.plan_id, ground=ground, ends_on=ends_on))
        self._close(self._later(ends_on, 1, 30), closing)

    def _close(self, day: date, ground: codes.ClosingGround) -> None:
        self._desk.record(day, CloseCase(ground=ground))
        raise _Over

    # ------------------------------------------------------------------------ small things

    def _become(self, status: codes.LabourMarketStatus, since: date, day: date) -> None:
        source = Source(kind=codes.SourceKind.PERSON)
        self._desk.record(day, RecordLabourMarketStatus(status=status, since=since, source=source))

    def _source(self, kind: codes.OrganisationKind | None) -> Source:
        name = self._beginning.neighbours.get(kind) if kind else None
        if name is None:
            return Source(kind=codes.SourceKind.PERSON)
        provider = kind is codes.OrganisationKind.SERVICE_PROVIDER
        return Source(
            kind=codes.SourceKind.SERVICE_PROVIDER if provider else codes.SourceKind.AUTHORITY,
            name=name,
        )

    def _provider(self) -> str:
        found = self._beginning.neighbours.get(codes.OrganisationKind.SERVICE_PROVIDER)
        return found or self._desk.authority.id

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _now_and_then(self, days: int) -> int:
        """Mostly nothing, one time in eight up to so many days."""
        return self._chance.randrange(1, days + 1) if self._happens(0.125) else 0

    def _later(self, day: date, least: int, most: int) -> date:
        """A working day between so many days later, as far as there is one."""
        return next_working_day(day + timedelta(days=self._chance.randrange(least, most + 1)))

    def _before(self, last: date) -> date:
        """A working day shortly before the last day of a plan, after all that was recorded."""
        recorded = self._desk.state.latest_effective_on
        assert recorded is not None
        day = next_working_day(last - timedelta(days=self._chance.randrange(6, 30)))
        return min(max(day, recorded), last)
