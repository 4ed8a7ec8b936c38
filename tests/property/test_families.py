"""A family's plans, whoever acts on them: consents, members of several authorities, protection.

The whole application is at work, but for the store. After every act the plans must be such as the
Act knows, and nobody may be shown what is another's.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations
from random import Random
from typing import ClassVar, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from tests.desk import KASKINEN, VAASA
from tests.families import AUDITORS, Family, consent, created, opened
from tests.property.choosing import Chance, drawn
from tests.property.family_acts import (
    DAY,
    EVERYBODY,
    MAKERS,
    WORDS,
    Asked,
    on_cases,
    on_plans,
    said_of,
)

from cases.app.access.policy import Action
from cases.app.outcomes import Performed, Refused
from cases.domain.case.act import Act, Organisation
from cases.domain.case.consent.acts import WithdrawConsent
from cases.domain.case.records.mending import mended
from cases.domain.case.responsibility.acts import HandOver
from cases.domain.case.state import fold as fold_case
from cases.domain.codes.terms import Language
from cases.domain.codes.values import ConsentScope, HandOverReason
from cases.domain.facts import Recorded
from cases.domain.family.acts import AnnulFamilyPlanRecord, DrawUpFamilyPlan, FamilyGoal
from cases.domain.family.facts import (
    FamilyMemberJoined,
    FamilyMemberLeft,
    FamilyPlanDrawnUp,
    FamilyPlanReviewed,
    Part,
)
from cases.domain.family.register import ACTS
from cases.domain.family.state import NOTHING, FamilyPlanState, Member, fold, fold_on, parts_of
from cases.domain.family.visibility import Visible
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal
from cases.domain.questions.as_of import AsOf, known_by
from cases.domain.questions.family_history import family_plan_history
from cases.domain.questions.family_plan import FamilyPlanShown, family_plan
from cases.domain.time import Interval

ASKING = (VAASA, KASKINEN, AUDITORS)
ALL_SEEN = Visible(members=frozenset(EVERYBODY))
PASSING = (1, 1, 30, 100)
STEPS = 30


class Stage(StrEnum):
    """How far things have gone with the family when it is taken up."""

    NOTHING_YET = "nobody has consented"
    CONSENTED = "each guardian has consented"
    PLANNED = "the parents have a plan with their child, who lives with them"
    MOVED = "the child lives elsewhere since: another authority answers for its case"
    LACKING = "there the father has withdrawn his consent"


def _stages() -> Iterator[tuple[Stage, Family]]:
    family = opened()
    family.today = date(2025, 5, 12)
    yield Stage.NOTHING_YET, family.copy()
    for member, guardian, by in (
        (CHILD, MOTHER, VAASA),
        (CHILD, FATHER, VAASA),
        (BABY, MOTHER, KASKINEN),
    ):
        given = consent(ConsentScope.FAMILY_PLAN, family.today, guardian)
        assert isinstance(family.acts(by, given, member), Performed)
    yield Stage.CONSENTED, family.copy()
    together = (MOTHER, CHILD)
    plan = DrawUpFamilyPlan(
        members=(MOTHER, FATHER, CHILD),
        valid_until=date(2026, 5, 12),
        next_review_on=date(2025, 9, 1),
        goals=(FamilyGoal(text=said_of(together), members=together),),
        authorities=(VAASA.id,),
        makers=MAKERS,
    )
    assert isinstance(family.acts(VAASA, plan), Performed)
    yield Stage.PLANNED, family.copy()
    moving = consent(ConsentScope.CONTACT_TO_NEW_MUNICIPALITY, family.today)
    assert isinstance(family.acts(VAASA, moving, CHILD, key="may move"), Performed)
    moved = HandOver(to=KASKINEN.id, reason=HandOverReason.MOVE, consent=created("may move"))
    assert isinstance(family.acts(VAASA, moved, CHILD), Performed)
    yield Stage.MOVED, family.copy()
    theirs = next(c for c in family.case(CHILD).consents if c.guardian == FATHER)
    withdrawn = WithdrawConsent(consent=theirs.consent_id)
    assert isinstance(family.acts(KASKINEN, withdrawn, CHILD), Performed)
    yield Stage.LACKING, family


class Lived(NamedTuple):
    """What a plan was when it was at a version."""

    plan: UUID
    version: int
    shown: FamilyPlanShown


MOTHER, FATHER, CHILD, BABY, *_ = EVERYBODY
STAGES = dict(_stages())


class FamilyThroughDays(RuleBasedStateMachine):
    """One family, and whoever acts on its plans."""

    def __init__(self) -> None:
        super().__init__()
        self.family = Family()
        self.lived: list[Lived] = []
        self.states: dict[UUID, FamilyPlanState] = {}

    @initialize(stage=st.sampled_from(list(Stage)))
    def take_up(self, stage: "Stage") -> None:
        self.family = STAGES[stage].copy()
        for plan in self.family.drawn_up():
            self._grown(plan)

    @rule(days=st.sampled_from(PASSING))
    def time_passes(self, days: int) -> None:
        self.family.today += days * DAY

    @rule(data=st.data())
    def something_happens_to_a_member(self, data: Chance) -> None:
        self._acts(drawn(data, on_cases(self.family)))

    @rule(data=st.data())
    def somebody_acts_on_a_plan(self, data: Chance) -> None:
        self._acts(drawn(data, on_plans(self.family)))

    @rule(data=st.data())
    def somebody_acts_on_a_plan_again(self, data: Chance) -> None:
        self._acts(drawn(data, on_plans(self.family)))

    def _acts(self, asked: Asked) -> None:
        before = self._everybody(asked.stream)
        unseen = frozenset(EVERYBODY) - seen_by(self.family, asked.by)
        outcome = self.family.acts(asked.by, asked.act, asked.stream, asked.on)
        if isinstance(outcome, Refused):
            self._refused(asked, outcome.refusal)
        if not isinstance(outcome, Performed):
            return
        self.did(asked.act)
        if asked.act.NAME in ACTS:
            check_unsaid(self.family, asked.by, repr(outcome.facts))
            assert not any(str(member) in repr(outcome.facts) for member in unseen)
            self._grown(outcome.case_id)
            if not isinstance(asked.act, AnnulFamilyPlanRecord):
                check_stays(before, self._everybody(asked.stream), unseen)
        self.changed(outcome.case_id)

    def _refused(self, asked: Asked, refusal: Refusal) -> None:
        """A refusal tells of nobody; what builds on a record is annulled along with it."""
        told = refusal.model_dump_json()
        named = asked.act.model_dump_json()
        unseen = check_unsaid(self.family, asked.by, told)
        assert not any(str(member) in told for member in unseen if str(member) not in named)
        builds = [v for v in refusal.violations if v.line.rule == Rule.NOTHING_BUILDS_ON_IT]
        if builds and isinstance(asked.act, AnnulFamilyPlanRecord) and not asked.act.along:
            along = builds[0].line.inputs["buildingOn"]
            self._acts(asked._replace(act=asked.act.model_copy(update={"along": along})))

    def _everybody(self, stream: UUID | None) -> tuple[Member, ...]:
        plan = stream in self.family.plans.streams
        return self.family.plan(stream).everybody if stream is not None and plan else ()

    def _grown(self, plan: UUID) -> None:
        """What the plan is now, gone on from what it was."""
        facts, before = self.family.facts(plan), self.states.get(plan, NOTHING)
        state = fold_on(facts[before.version :], before, facts[: before.version])
        assert state == fold(facts)
        self.states[plan] = state
        self.lived.append(Lived(plan, state.version, family_plan(facts, ALL_SEEN)))

    def did(self, act: Act) -> None:
        """Told of every act that was recorded."""

    def changed(self, stream: UUID) -> None:
        """Look at the plan that was acted on; where a member's case was, at all of them."""
        check_one_plan(self.family)
        plans = [*self.family.drawn_up()]
        for plan in [stream] if stream in plans else plans:
            check_consents(self.family, plan)
            check_members(self.family, plan)
            for each in ASKING:
                check_shown(self.family, plan, each)

    def teardown(self) -> None:
        for plan in self.family.drawn_up():
            facts = self.family.facts(plan)
            assert [fold(facts[:n]).version for n in range(1, len(facts) + 1)] == [
                each.version for each in facts
            ]
        for plan, version, shown in self.lived:
            asked = AsOf(valid_on=date.max, version=version)
            then = known_by(self.family.facts(plan), asked)
            assert family_plan(then, ALL_SEEN) == shown


def protected_from(family: Family, member: UUID, by: Organisation) -> bool:
    """Whether everything of a member is withheld from an officer there, said over again."""
    case = family.case(member)
    guardians = [each for told in case.person.details for each in told.details.guardians or ()]
    guardians += [each.guardian for each in case.consents if each.guardian is not None]
    orders = [o for each in {member, *guardians} for o in family.case(each).protection.orders]
    if not any(o.covers(max(o.since, family.today)) for o in orders):
        return False
    here = family.answers(member) == by
    return not (here and case.responsibility.worker_on(family.today, by.id) == "officer")


def seen_by(family: Family, by: Organisation) -> frozenset[UUID]:
    """Whom an officer there may see, or an auditor, said over again without the table."""
    theirs = (m for m in EVERYBODY if by == AUDITORS or family.answers(m) == by)
    return frozenset(member for member in theirs if not protected_from(family, member, by))


def check_unsaid(family: Family, by: Organisation, told: str) -> frozenset[UUID]:
    """No word of anybody who is protected is in what is told; whom the officer may not see."""
    for member, word in WORDS.items():
        assert word not in told or not protected_from(family, member, by), (word, told)
    return frozenset(EVERYBODY) - seen_by(family, by)


def check_shown(family: Family, plan: UUID, to: Organisation) -> None:
    """The plan and its history are of those members whom somebody there may see, and no others."""
    named = {*family.plan(plan).named}
    seen = seen_by(family, to) & named
    asked = AsOf(valid_on=date.max)
    whole = family.shown(to, Action.READ_FAMILY_PLAN, plan, asked)
    history = family.shown(to, Action.READ_FAMILY_PLAN_HISTORY, plan, asked)
    counted = {member.case_id for member in family.plan(plan).everybody}
    whose = counted or named
    assert (whole is not None) == (history is not None) == bool(seen & whose)
    if whole is None or history is None:
        return
    shown = family_plan(whole.facts, whole.visible)
    assert {member.case_id for member in shown.members} == seen & counted
    told = family_plan_history(
        history.facts,
        history.visible,
        date.max,
        Language.EN,
        annulled_shown=history.annulled_shown,
    )
    text = shown.model_dump_json() + told.model_dump_json()
    unseen = check_unsaid(family, to, text)
    assert not any(str(member) in text for member in unseen), (unseen, text)


def check_stays(before: Sequence[Member], after: Sequence[Member], unseen: frozenset[UUID]) -> None:
    """What is said by name of whom the officer may not see stays, whatever is said of others."""
    for member in before:
        # Who left may join again on that very day.
        now = [
            {*each.part.goals}
            for each in after
            if (each.case_id, each.joined_on) == (member.case_id, member.joined_on) and each.part
        ]
        if member.case_id in unseen and member.part is not None and now:
            named = {goal for goal in member.part.goals if goal.with_members}
            assert any(named <= goals for goals in now), (member, now)


def check_members(family: Family, plan: UUID) -> None:
    """Who came belongs to it until they left, by what counts, and nobody else does."""
    came: list[tuple[UUID, date, date | None]] = []
    for recorded in mended(family.facts(plan)):
        on = recorded.effective_on
        for part in parts_of(recorded):
            match recorded.fact:
                case FamilyPlanDrawnUp() | FamilyMemberJoined():
                    came.append((part.case_id, on, None))
                case FamilyMemberLeft():
                    there = next(n for n, c in enumerate(came) if c[::2] == (part.case_id, None))
                    came[there] = (part.case_id, came[there][1], on)
                case _:
                    pass
    shown = family_plan(family.facts(plan), ALL_SEEN).members
    assert [(each.case_id, each.joined_on, each.left_on) for each in shown] == came


def check_one_plan(family: Family) -> None:
    """Nobody belongs to two plans on one day."""
    for one, other in combinations(family.drawn_up(), 2):
        for member in EVERYBODY:
            days = [list(_days(family.plan(plan), member)) for plan in (one, other)]
            crossing = [(a, b) for a in days[0] for b in days[1] if a.overlaps(b)]
            assert not crossing, (member, crossing)


def _days(state: FamilyPlanState, member: UUID) -> Iterator[Interval]:
    for each in state.everybody:
        last = min(state.last_day or date.max, each.left_on - DAY if each.left_on else date.max)
        if each.case_id == member and each.joined_on <= last:
            yield Interval(first=each.joined_on, last=last)


def check_consents(family: Family, plan: UUID) -> None:
    """Nobody is a member, or stays one at a review, without the consents that held that day."""
    resting = FamilyPlanDrawnUp | FamilyMemberJoined | FamilyPlanReviewed
    for recorded in mended(family.facts(plan)):
        if not isinstance(recorded.fact, resting):
            continue
        for part in parts_of(recorded):
            assert _consented(family, recorded, part), (recorded, part)


def _consented(family: Family, recorded: Recorded, part: Part) -> bool:
    facts, day = family.cases.load(part.case_id), recorded.effective_on
    until = part.case_version or sum(f.recorded_at <= recorded.recorded_at for f in facts)
    case = fold_case(facts[:until])
    born = case.person.born_on
    assert born is not None, "everybody's age is known here"
    if (day.year - 18, day.month, day.day) >= (born.year, born.month, born.day):
        return True
    given = {
        each.guardian
        for each in case.consents
        if each.scope is ConsentScope.FAMILY_PLAN
        and each.given_on <= day
        and (each.withdrawn_on is None or day < each.withdrawn_on)
    }
    return given.issuperset(case.person.details_on(day).guardians or ("nobody",))


THOROUGH = settings(
    max_examples=20,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.guarantee("FP-1")
@pytest.mark.guarantee("FP-3")
@pytest.mark.guarantee("FP-5")
@pytest.mark.guarantee("FP-7")
@pytest.mark.guarantee("FP-8")
@pytest.mark.guarantee("FP-9")
def test_whatever_is_done_to_a_family_s_plans_they_are_such_as_the_act_knows() -> None:
    run_state_machine_as_test(FamilyThroughDays, settings=THOROUGH)


class Census(FamilyThroughDays):
    """Counts what is recorded, and asks nothing about it."""

    found: ClassVar[Counter[str]] = Counter()

    def did(self, act: Act) -> None:
        self.found[act.NAME] += 1

    def changed(self, stream: UUID) -> None:
        """The other machine looks at it."""


def _works(chance: Random) -> None:
    census = Census()
    census.take_up(stage=chance.choice(list(Stage)))
    for _ in range(STEPS):
        match chance.randrange(4):
            case 0:
                census.time_passes(days=chance.choice(PASSING))
            case 1:
                census.something_happens_to_a_member(data=chance)
            case _:
                census.somebody_acts_on_a_plan(data=chance)


def test_few_families_come_by_every_act_on_a_plan_and_on_what_it_rests_upon() -> None:
    Census.found.clear()
    for n in range(12):
        _works(Random(n))
    consents = {"giveConsent", "withdrawConsent", "setNonDisclosure", "liftNonDisclosure"}
    assert not (set(ACTS) | consents | {"handOver", "assignWorker"}) - set(Census.found)
