"""An officer's desk works on one case through days: on time, late and backdated, by many callers.

Whatever the rules of access and of the Act let through is recorded; after every step the case
must be one that the Act knows, and at the end everything that can be asked must have its answer.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, NamedTuple

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
from tests.acts import ask_for_the_case
from tests.desk import FUND, KASKINEN, KELA, LAIHIA, LAW, POHJANMAA, VAASA, VAASA_TE, Desk
from tests.property import choosing as ch
from tests.property.acts import acts
from tests.property.checks import (
    DAY,
    check_answers,
    check_clients,
    check_home,
    check_maximum,
    check_plans,
    check_reviews,
    days_to_ask_about,
    speaks,
)
from tests.property.choosing import Chance, drawn
from tests.property.drawing import Case, days, mostly, turning_days
from tests.property.stages import LAWS, OFTEN, taken_up

from cases.app.access.policy import Permit, may, relation_of
from cases.app.access.principal import Principal, Role
from cases.app.requests import action_of
from cases.domain.case.act import Act, Decision, Organisation
from cases.domain.case.assessment.acts import ObtainExpertAssessment
from cases.domain.case.necessary_data.acts import RecordNecessaryData
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.responsibility.acts import AcceptReferral, DeclineReferral
from cases.domain.case.review.acts import ReviewPlan
from cases.domain.case.standing import Standing, standing
from cases.domain.case.state import NOTHING, CaseState, fold_on
from cases.domain.codes.values import (
    OrganisationKind,
    ReviewHeldBy,
)
from cases.domain.law.edition import Law
from cases.domain.questions.as_of import AsOf, Known, known
from cases.domain.questions.case import CaseOverview, case_overview
from cases.domain.questions.current_plan import CurrentPlan, current_plan

OFFICERS = (VAASA, VAASA_TE, KASKINEN, POHJANMAA, KELA, FUND)
ASKING = (KASKINEN, LAIHIA)
PASSING = (1, 1, 30, 30, 120, 250)
TAKING_PART = {
    Standing.RESPONSIBLE,
    Standing.HANDED_OVER,
    Standing.PARTY,
    Standing.WAS_PARTY,
}


class Answered(NamedTuple):
    """What was answered live about a day, when the case was at a version."""

    version: int
    day: date
    plan: CurrentPlan
    overview: CaseOverview


class DeskThroughDays(RuleBasedStateMachine):
    """One case, whoever asks to act on it."""

    law: ClassVar[Law] = LAW
    stages: ClassVar[Sequence[str]] = OFTEN

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(self.law)
        self.answered: list[Answered] = []

    @initialize(data=st.data())
    def take_up(self, data: Chance) -> None:
        self.desk = taken_up(drawn(data, ch.sampled_from(self.stages)), self.law)

    @rule(days=st.sampled_from(PASSING))
    def time_passes(self, days: int) -> None:
        self.desk.today += days * DAY

    @rule(data=st.data())
    def acts_on_the_day(self, data: Chance) -> None:
        self._act(data, self.desk.today)

    @rule(data=st.data())
    def acts_again_on_the_day(self, data: Chance) -> None:
        self._act(data, self.desk.today)

    @rule(data=st.data())
    def records_late(self, data: Chance) -> None:
        first = min(date(2025, 1, 1), self.desk.today)
        turns = [d + n * DAY for d in turning_days(self.desk.state) for n in (0, 1)]
        late = [d for d in turns if first <= d <= self.desk.today] or [self.desk.today]
        repealed = ch.dates(date(2023, 6, 1), date(2024, 12, 31))
        chosen = mostly(ch.sampled_from(late), seldom=[repealed])
        self._act(data, drawn(data, chosen.flatmap(lambda days: days)))

    @rule(data=st.data())
    def asks_about_a_day(self, data: Chance) -> None:
        self.asked(drawn(data, days(Case(self.desk.state, self.desk.today, self.desk.law))))

    @rule(by=st.sampled_from(ASKING))
    def another_asks_for_the_case(self, by: Organisation) -> None:
        if self.desk.state.opening is not None:
            ask_for_the_case(self.desk, by, self.desk.today)

    def _act(self, data: Chance, on: date) -> None:
        """Somebody asks, until something is recorded or three were turned away."""
        version = self.desk.state.version
        for _ in range(3 if self.desk.state.closing is None else 1):
            self._ask(data, on)
            if self.desk.state.version > version:
                self.changed()
                return

    def _ask(self, data: Chance, on: date) -> None:
        desk = self.desk
        act = drawn(data, acts(Case(desk.state, on, desk.law)))
        # That a case is opened once is for the store to say: its stream then begins anew.
        if isinstance(act, OpenCase) or (on < date(2025, 1, 1) and not act.may_predate_the_act):
            return
        by = drawn(data, mostly(whose_turn(act, desk, on), seldom=OFFICERS))
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
            check_caller(act, on, desk.today, by, stands, before)
            desk.did(act, outcome, on, today=desk.today, by=by)
            self.did(act, by)

    def did(self, act: Act, by: Organisation) -> None:
        """Told of every act that was recorded."""

    def asked(self, day: date) -> None:
        check_answers(self.desk, day)
        state = self.desk.state
        now = Known(facts=self.desk.facts, state=state, valid_on=day)
        plan, overview = current_plan(now, self.desk.law), case_overview(now, self.desk.law)
        self.answered.append(Answered(state.version, day, plan, overview))

    def changed(self) -> None:
        check_plans(self.desk)
        check_maximum(self.desk)
        check_reviews(self.desk)
        check_home(self.desk)

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
        for n, recorded in enumerate(desk.facts):
            state = fold_on((recorded,), state, desk.facts[:n].__iter__)
        assert state == desk.state
        for told in self.answered:
            then = known(desk.facts, AsOf(valid_on=told.day, version=told.version))
            assert current_plan(then, desk.law) == told.plan
            assert case_overview(then, desk.law) == told.overview


class LivesSomewhere(DeskThroughDays):
    """Looks at nothing but where the client lives."""

    def asked(self, day: date) -> None:
        """The machine of all acts asks."""

    def changed(self) -> None:
        check_home(self.desk)

    def teardown(self) -> None:
        """The machine of all acts looks at it."""


def at_stages(
    machine: type[DeskThroughDays], law: Law, stages: Sequence[str]
) -> type[DeskThroughDays]:
    """The machine under this law, each of its cases taken up at one of these stages."""
    return type(machine.__name__, (machine,), {"law": law, "stages": stages})


def whose_turn(act: Act, desk: Desk, on: date) -> Organisation:
    """Who is likely to do the act: who answers for the case, or another who takes part in it."""
    state = desk.state
    wanted = state.responsible_on(desk.today)
    match act:
        case AcceptReferral() | DeclineReferral():
            asked = (r.to for r in state.responsibility.referrals if r.referral_id == act.referral)
            wanted = next(asked, wanted)
        case ObtainExpertAssessment():
            experts = [e for a in state.assessments for e in a.expert_assessments]
            by = (e.by for e in experts if e.expert_assessment_id == act.expert_assessment)
            wanted = next(by, wanted)
        case ReviewPlan() if act.held_by is ReviewHeldBy.WELFARE_AREA:
            wanted = POHJANMAA.id
        case RecordNecessaryData():
            alone = (r for r in state.reviews if r.held_by is ReviewHeldBy.WELFARE_AREA)
            theirs = act.of in {r.review_id for r in alone}
            wanted = POHJANMAA.id if theirs else state.responsible_on(on)
        case ReviewPlan():
            wanted = state.responsible_on(on)
        case _:
            pass
    return next((each for each in OFFICERS if each.id == wanted), VAASA)


def check_caller(  # noqa: PLR0917 - two of them are days
    act: Act, on: date, today: date, by: Organisation, stands: Standing, before: CaseState
) -> None:
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
            employment = act.held_by.startswith("EMPLOYMENT_AUTHORITY")
            assert by.kind is (
                OrganisationKind.EMPLOYMENT_AUTHORITY
                if employment
                else OrganisationKind.MUNICIPALITY
            )
            assert by.id == before.responsible_on(on)
            assert stands in TAKING_PART
        case ObtainExpertAssessment():
            assert stands in TAKING_PART
        case RecordNecessaryData():
            area = by.kind is OrganisationKind.WELFARE_AREA
            assert area or by.id == before.responsible_on(on)
            assert stands in TAKING_PART
        case _:
            assert by.id == before.responsible_on(today)


# Beyond nine examples most would be small changes of those before: Hypothesis calls them mutations.
THOROUGH = settings(
    max_examples=9,
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
@pytest.mark.parametrize("law", LAWS, ids=["enacted", "in-force", "changing"])
def test_whatever_a_desk_does_through_days_the_case_is_one_that_the_act_knows(law: Law) -> None:
    for stages in (OFTEN[::2], OFTEN[1::2]):
        run_state_machine_as_test(at_stages(DeskThroughDays, law, stages), settings=THOROUGH)


@pytest.mark.guarantee("CS-61")
@pytest.mark.guarantee("ND-6")
@pytest.mark.parametrize("law", LAWS, ids=["enacted", "in-force", "changing"])
def test_whatever_is_told_and_decided_of_a_move_who_lives_elsewhere_is_to_be_handed_over(
    law: Law,
) -> None:
    moves = at_stages(LivesSomewhere, law, ("moved",))
    run_state_machine_as_test(moves, settings=settings(THOROUGH, max_examples=15))
