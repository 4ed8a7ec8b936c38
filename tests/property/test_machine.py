"""An officer's desk works on one case through days: on time, late and backdated, by many callers.

Whatever the rules of access and of the Act let through is recorded; after every step the case
must be one that the Act knows, and at the end everything that can be asked must have its answer.
"""

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.desk import (
    DRAWN_UP,
    FUND,
    KELA,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    POHJANMAA,
    VAASA,
    VAASA_TE,
    Desk,
    assessed,
    draw_up,
    planned,
    status,
)
from tests.property.acts import acts
from tests.property.checks import (
    DAY,
    check_answers,
    check_clients,
    check_maximum,
    check_plans,
    check_reviews,
    days_to_ask_about,
    speaks,
)
from tests.property.drawing import Case, days, turning_days

from cases.app.access.policy import Permit, may, relation_of
from cases.app.access.principal import Principal, Role
from cases.app.requests import action_of
from cases.domain.case.act import Act, Decision, Organisation
from cases.domain.case.assessment.acts import ObtainExpertAssessment
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.plan.acts import ExpirePlan, Measure
from cases.domain.case.responsibility.acts import AcceptReferral, DeclineReferral
from cases.domain.case.review.acts import ReviewPlan
from cases.domain.case.standing import Standing, standing
from cases.domain.case.state import NOTHING, CaseState, evolve
from cases.domain.case.studies.acts import StartSupportedStudies
from cases.domain.codes.values import (
    LabourMarketStatus,
    OrganisationKind,
    ReviewHeldBy,
    Service,
)
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.domain.questions.as_of import AsOf, Known, known
from cases.domain.questions.case import CaseOverview, case_overview
from cases.domain.questions.current_plan import CurrentPlan, current_plan

LAW_THAT_CHANGES = load_law([("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2025, 9, 1))])
LAWS = (LAW, LAW_IN_FORCE, LAW_THAT_CHANGES)


def studying(law: Law) -> Desk:
    """A jobseeker whose second plan, with supported studies since, lasts to the maximum."""
    desk = assessed(law)
    desk.does(draw_up(DRAWN_UP, date(2025, 12, 31), review_on=date(2025, 9, 1)), DRAWN_UP)
    desk.does(status(LabourMarketStatus.JOBSEEKER, date(2025, 4, 7)), date(2025, 4, 7))
    studies = Measure(
        service=Service.SELF_MOTIVATED_STUDIES, provider="opisto", serves="An occupation"
    )
    second = draw_up(
        date(2026, 1, 1),
        MAXIMUM,
        review_on=date(2026, 1, 5),
        measures=(studies,),
        job_search_obligation="None while studying",
    )
    desk.does(second, date(2025, 12, 1))
    began = StartSupportedStudies(plan=desk.plan, since=date(2026, 1, 12), paid_by="kela")
    desk.does(began, date(2026, 1, 12))
    return desk


STAGES = {id(law): (planned(law), studying(law), assessed(law)) for law in LAWS}
OFFICERS = (VAASA, VAASA_TE, POHJANMAA, KELA, FUND)
TAKING_PART = {
    Standing.RESPONSIBLE,
    Standing.HANDED_OVER,
    Standing.PARTY,
    Standing.WAS_PARTY,
}
ANSWERING = {OrganisationKind.MUNICIPALITY, OrganisationKind.EMPLOYMENT_AUTHORITY}


class Answered(NamedTuple):
    """What was answered live about a day, when the case was at a version."""

    version: int
    day: date
    plan: CurrentPlan
    overview: CaseOverview


class DeskThroughDays(RuleBasedStateMachine):
    """One case, whoever asks to act on it."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.answered: list[Answered] = []

    @initialize(law=st.sampled_from(LAWS), stage=st.sampled_from([0, 0, 1, 2]))
    def take_up(self, law: Law, stage: int) -> None:
        self.desk = STAGES[id(law)][stage].copy()

    @rule(days=st.sampled_from([1, 30, 120, 250]))
    def time_passes(self, days: int) -> None:
        self.desk.today += days * DAY

    @rule(data=st.data())
    def acts_on_the_day(self, data: st.DataObject) -> None:
        self._act(data, self.desk.today)

    @rule(data=st.data())
    def acts_again_on_the_day(self, data: st.DataObject) -> None:
        self._act(data, self.desk.today)

    @rule(data=st.data())
    def records_late(self, data: st.DataObject) -> None:
        first = min(date(2025, 1, 1), self.desk.today)
        turns = [d + n * DAY for d in turning_days(self.desk.state) for n in (0, 1)]
        late = [d for d in turns if first <= d <= self.desk.today]
        self._act(data, data.draw(st.sampled_from(late or [self.desk.today])))

    @rule(data=st.data())
    def records_a_plan_of_the_repealed_act(self, data: st.DataObject) -> None:
        self._act(data, data.draw(st.dates(date(2023, 6, 1), date(2024, 12, 31))))

    @rule(data=st.data())
    def asks_about_a_day(self, data: st.DataObject) -> None:
        state, facts = self.desk.state, self.desk.facts
        day = data.draw(days(Case(state, self.desk.today)))
        check_answers(self.desk, day)
        now = Known(facts=facts, state=state, valid_on=day)
        plan, overview = current_plan(now, self.desk.law), case_overview(now, self.desk.law)
        self.answered.append(Answered(state.version, day, plan, overview))

    def _act(self, data: st.DataObject, on: date) -> None:
        """Somebody asks, until something is recorded or three were turned away."""
        version = self.desk.state.version
        for _ in range(3):
            self._ask(data, on)
            if self.desk.state.version > version:
                self.changed()
                return

    def _ask(self, data: st.DataObject, on: date) -> None:
        desk = self.desk
        act = data.draw(acts(Case(desk.state, on)))
        # That a case is opened once is for the store to say: its stream then begins anew.
        if isinstance(act, OpenCase) or (on < date(2025, 1, 1) and not act.may_predate_the_act):
            return
        answers = next(each for each in OFFICERS if each.id == desk.state.responsible)
        by = data.draw(st.sampled_from([*[answers] * 8, *OFFICERS]))
        role = Role.PROFESSIONAL if by is POHJANMAA else Role.OFFICER
        if isinstance(act, ExpirePlan):
            role = Role.CALENDAR
        principal = Principal(subject="somebody", organisation=by, roles=frozenset({role}))
        stands = standing(desk.state, desk.law, by.id, desk.today)
        if not isinstance(may(principal, action_of(type(act)), relation_of(stands)), Permit):
            return
        before = desk.state
        outcome = desk.asks(act, on, today=desk.today, by=by)
        assert desk.state == before
        speaks(outcome)
        if isinstance(outcome, Decision):
            check_caller(act, by, stands, before)
            desk.does(act, on, today=desk.today, by=by)

    def changed(self) -> None:
        check_plans(self.desk)
        check_maximum(self.desk)
        check_reviews(self.desk)

    @invariant()
    def versions_count_up(self) -> None:
        assert self.desk.state.version == len(self.desk.facts)

    def teardown(self) -> None:
        desk = self.desk
        if desk.state.version == 0:
            return
        check_clients(desk)
        for day in days_to_ask_about(desk.state)[::5]:
            check_answers(desk, day)
        state = NOTHING
        for recorded in desk.facts:
            state = evolve(state, recorded)
        assert state == desk.state
        for told in self.answered:
            then = known(desk.facts, AsOf(valid_on=told.day, version=told.version))
            assert current_plan(then, desk.law) == told.plan
            assert case_overview(then, desk.law) == told.overview


def check_caller(act: Act, by: Organisation, stands: Standing, before: CaseState) -> None:
    """Nobody acted who may not, said over again without the table."""
    match act:
        case AcceptReferral() | DeclineReferral():
            (asked,) = [r for r in before.responsibility.referrals if r.referral_id == act.referral]
            assert asked.to == by.id
        case ReviewPlan() if act.held_by is ReviewHeldBy.WELFARE_AREA:
            assert by.kind is OrganisationKind.WELFARE_AREA
            assert stands in {Standing.PARTY, Standing.WAS_PARTY}
            assert act.limited_to
        case ReviewPlan():
            assert by.kind in ANSWERING
            assert stands in TAKING_PART
        case ObtainExpertAssessment():
            assert stands in TAKING_PART
        case _:
            assert by.id == before.responsible


THOROUGH = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.guarantee("PR-1")
@pytest.mark.guarantee("PR-2")
@pytest.mark.guarantee("PR-3")
@pytest.mark.guarantee("PR-4")
@pytest.mark.guarantee("PR-7")
@pytest.mark.guarantee("PR-8")
def test_whatever_a_desk_does_through_days_the_case_is_one_that_the_act_knows() -> None:
    run_state_machine_as_test(DeskThroughDays, settings=THOROUGH)
