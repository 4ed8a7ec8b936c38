"""The family plan: who belongs to it, whose consent it needs, and how long it goes on (21 §)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.acts import open_case
from tests.desk import LAW, LAW_IN_FORCE, VAASA, Desk, refused
from tests.standing import opened

from cases.domain.case.act import Act, Circumstances, Decision, Maker, Outcome
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.consent.acts import GiveConsent, Informed, WithdrawConsent
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.person.acts import PersonDetails, PersonName, RecordDetails
from cases.domain.case.representation.acts import RecordRepresentation
from cases.domain.codes.values import (
    ClosingGround,
    ConsentGiver,
    ConsentScope,
    EndingGround,
    RepresentationKind,
    Service,
)
from cases.domain.facts import Actor, Recorded
from cases.domain.family.acts import (
    DrawUpFamilyPlan,
    EndFamilyPlan,
    FamilyGoal,
    FamilyGuidance,
    FamilyMeasure,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.family.consents import section_21_1_guardians_consent
from cases.domain.family.decisions import decide
from cases.domain.family.facts import FamilyPlanDrawnUp, FamilyPlanReviewed
from cases.domain.family.register import FACTS
from cases.domain.family.state import FamilyPlanState, UnknownFact, fold
from cases.domain.family.visibility import Visible, as_far_as_visible
from cases.domain.law.edition import Law
from cases.domain.questions.family_plan import family_plan
from cases.domain.streams import StreamKind, kind_of

ON = date(2025, 5, 12)
UNTIL = date(2026, 5, 12)
REVIEW = date(2025, 11, 10)
MOTHER, FATHER, CHILD, AUNT = (UUID(f"c0000000-0000-4000-8000-00000000000{n}") for n in range(1, 5))
MAKERS = (Maker(name="Olli Ohjaaja", organisation="vaasa"),)
PLAN = DrawUpFamilyPlan(
    members=(MOTHER, FATHER, CHILD),
    valid_until=UNTIL,
    next_review_on=REVIEW,
    goals=(FamilyGoal(text="all learn Finnish"), FamilyGoal(text="school", members=(CHILD,))),
    measures=(
        FamilyMeasure(
            service=Service.LITERACY_TRAINING,
            provider="opisto",
            serves="reading",
            members=(MOTHER,),
        ),
    ),
    guided_to=(FamilyGuidance(to="naapurituki"),),
    authorities=("vaasa", "pohjanmaa"),
    makers=MAKERS,
)


def consents(desk: Desk, guardian: UUID | None = None, by: ConsentGiver | None = None) -> UUID:
    """A consent to the family plan; its id."""
    desk.does(
        GiveConsent(
            scope=ConsentScope.FAMILY_PLAN,
            informed=Informed(on=ON, language="so", interpreter=True),
            guardian=guardian,
            given_by=by,
        ),
        ON,
    )
    return desk.state.consents[-1].consent_id


def born(on: date, **details: Any) -> Desk:
    desk = opened()
    desk.does(RecordDetails(details=PersonDetails(date_of_birth=on, **details)), date(2025, 3, 3))
    return desk


def child(*guardians: UUID) -> Desk:
    return born(date(2014, 4, 15), guardians=guardians or None)


def stands_for(desk: Desk, kind: RepresentationKind) -> None:
    names = PersonName(given="Aino", family="Huoltaja")
    desk.does(RecordRepresentation(kind=kind, names=names, since=date(2025, 3, 1)), ON)


class Family:
    """A family and its plan, on which Vaasa acts."""

    def __init__(self, cases: Mapping[UUID, Desk] | None = None) -> None:
        self.facts: list[Recorded] = []
        self.child = child(MOTHER, FATHER)
        self.cases = dict(cases or {MOTHER: opened(), FATHER: opened(), CHILD: self.child})

    @property
    def state(self) -> FamilyPlanState:
        return fold(self.facts)

    def decides(
        self, act: Act, on: date = ON, *, law: Law = LAW, known: set[UUID] | None = None
    ) -> Outcome:
        circumstances = Circumstances(
            on=on,
            today=max(on, ON),
            edition=law.on(on),
            new_id=UUID(int=9),
            organisation=VAASA,
        )
        cases = {m: d.state for m, d in self.cases.items() if known is None or m in known}
        outcome = decide(act, self.state, circumstances, cases)
        if not isinstance(outcome, Decision):
            return outcome
        for fact in outcome.facts:
            version = len(self.facts) + 1
            self.facts.append(
                Recorded(
                    stream_id=UUID(int=1),
                    version=version,
                    event_id=UUID(int=version),
                    recorded_at=datetime(2025, 5, 12, 9, tzinfo=UTC) + timedelta(hours=version),
                    recorded_by=Actor(subject="s", organisation="vaasa", role="OFFICER"),
                    effective_on=on,
                    act_id=str(version),
                    act=act.NAME,
                    purpose="ORGANISING_SERVICES",
                    edition=circumstances.edition.id,
                    rules=outcome.rules,
                    fact=fact,
                )
            )
        return outcome


def planned() -> Family:
    family = Family()
    for guardian in (MOTHER, FATHER):
        consents(family.child, guardian)
    assert isinstance(family.decides(PLAN), Decision)
    return family


# ------------------------------------------------------------------------------ consents


@pytest.mark.guarantee("FP-1")
@pytest.mark.parametrize("day", [date(2032, 4, 14), date(2032, 4, 15)], ids=["17", "18"])
def test_21_1_consent_is_asked_of_the_guardians_of_minors(day: date) -> None:
    asked = section_21_1_guardians_consent(LAW.on(ON), child(MOTHER, FATHER).state, day)
    assert (asked.value is None) is (day < date(2032, 4, 15))


@pytest.mark.guarantee("FP-1")
def test_21_1_each_guardian_consents_and_nobody_for_another() -> None:
    desk = child(MOTHER, FATHER)

    def missing(on: date = ON) -> bool:
        return section_21_1_guardians_consent(LAW.on(ON), desk.state, on).value is None

    consents(desk, MOTHER)
    consents(desk, MOTHER)
    consents(desk, AUNT)
    consents(desk)
    assert missing()
    given = consents(desk, FATHER)
    assert not missing()
    assert missing(ON - timedelta(days=1))
    desk.does(WithdrawConsent(consent=given), date(2025, 6, 2))
    assert not missing(date(2025, 6, 1))
    assert missing(date(2025, 6, 2))


@pytest.mark.guarantee("FP-1")
def test_21_1_a_minor_with_nobody_on_record_has_nobody_who_could_consent() -> None:
    desk = child()
    consents(desk, by=ConsentGiver.CLIENT)
    consents(desk, by=ConsentGiver.GUARDIAN)
    assert section_21_1_guardians_consent(LAW.on(ON), desk.state, ON).value is None


@pytest.mark.guarantee("FP-1")
def test_21_1_guardians_by_name_and_a_representative_consent_as_such() -> None:
    named, alone = child(), child()
    stands_for(named, RepresentationKind.GUARDIAN)
    stands_for(named, RepresentationKind.GUARDIAN)
    stands_for(alone, RepresentationKind.REPRESENTATIVE)
    for desk in (named, alone):
        assert section_21_1_guardians_consent(LAW.on(ON), desk.state, ON).value is None
    consents(named, by=ConsentGiver.GUARDIAN)
    assert section_21_1_guardians_consent(LAW.on(ON), named.state, ON).value is None
    consents(named, by=ConsentGiver.GUARDIAN)
    assert len(section_21_1_guardians_consent(LAW.on(ON), named.state, ON).value or ()) == 2
    given = consents(alone, by=ConsentGiver.REPRESENTATIVE)
    assert section_21_1_guardians_consent(LAW.on(ON), alone.state, ON).value == (given,)


@pytest.mark.guarantee("FP-1")
def test_21_1_whose_age_is_not_known_is_asked_about_where_guardians_are_on_record() -> None:
    nobody, somebody = Desk(), Desk()
    for desk, guardians in ((nobody, None), (somebody, (MOTHER,))):
        desk.does(open_case(date_of_birth=None, interpreter_needed=False, guardians=guardians), ON)
    assert section_21_1_guardians_consent(LAW.on(ON), nobody.state, ON).value == ()
    assert section_21_1_guardians_consent(LAW.on(ON), somebody.state, ON).value is None


# ------------------------------------------------------------------------------ drawing up


@pytest.mark.guarantee("FP-2")
def test_decree_2_1_date_duration_goals_measures_makers_and_next_review_are_recorded() -> None:
    family = planned()
    fact = family.facts[0].fact
    assert isinstance(fact, FamilyPlanDrawnUp)
    assert (fact.valid_until, fact.next_review_on, fact.makers) == (UNTIL, REVIEW, MAKERS)
    assert fact.authorities == ("vaasa", "pohjanmaa")
    parts = {part.case_id: part.told for part in fact.parts}
    mother, son = parts[MOTHER], parts[CHILD]
    assert mother is not None
    assert son is not None
    assert [goal.text for goal in mother.goals] == ["all learn Finnish"]
    assert [goal.text for goal in son.goals] == ["all learn Finnish", "school"]
    assert [m.service for m in mother.measures] == [Service.LITERACY_TRAINING]
    assert not son.measures
    assert son.consents == tuple(c.consent_id for c in family.child.state.consents)
    versions = {part.case_id: part.case_version for part in fact.parts}
    assert versions[CHILD] == family.child.state.version
    lines = [line.rule for line in family.facts[0].rules]
    assert lines.count("each-guardian-consents") == 3
    # Outside the parts nothing tells anything of anybody.
    frame = fact.model_dump_json(exclude={"parts"}) + str(family.facts[0].rules)
    assert "Finnish" not in frame
    assert str(CHILD) not in frame


@pytest.mark.guarantee("FP-1")
def test_21_1_everything_wrong_is_said_at_once_with_the_latest_day() -> None:
    family = Family({MOTHER: opened(), CHILD: child(MOTHER, FATHER)})
    late = PLAN.model_copy(update={"next_review_on": date(2026, 5, 13)})
    assert refused(family.decides(late)) == [
        ("family-member", "21.1", None),
        ("each-guardian-consents", "21.1.2", None),
        ("family-plan-reviewed-while-it-lasts", "decree:2.1", UNTIL),
    ]
    assert not family.facts


@pytest.mark.guarantee("FP-1")
def test_21_1_nobody_whose_case_is_closed_belongs_to_a_plan() -> None:
    family = planned()
    closed = opened()
    closed.does(CloseCase(ground=ClosingGround.INTEGRATION_COMPLETED), date(2025, 4, 1))
    family.cases[AUNT] = closed
    assert refused(family.decides(JoinFamilyPlan(member=AUNT))) == [("family-member", "21.1", None)]


@pytest.mark.guarantee("FP-1")
def test_the_act_in_force_knows_no_family_plan_and_cites_no_repealed_section() -> None:
    family = Family()
    told = refused(family.decides(PLAN, law=LAW_IN_FORCE))
    assert told[0] == ("family-plan-of-the-edition", "16", None)
    assert not any(section.startswith("21") for _, section, _ in told)


@pytest.mark.guarantee("FP-1")
@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"valid_until": ON, "next_review_on": ON}, None),
        ({"valid_until": ON - timedelta(days=1)}, "family-plan-lasts"),
        ({"next_review_on": UNTIL}, None),
        ({"next_review_on": UNTIL + timedelta(days=1)}, "family-plan-reviewed-while-it-lasts"),
        ({"next_review_on": ON - timedelta(days=1)}, "family-plan-reviewed-while-it-lasts"),
        ({"guided_to": (FamilyGuidance(to="x", members=(AUNT,)),)}, "family-member"),
    ],
)
def test_decree_2_1_the_days_fit(changed: dict[str, Any], rule: str | None) -> None:
    family = Family()
    for guardian in (MOTHER, FATHER):
        consents(family.child, guardian)
    outcome = family.decides(PLAN.model_copy(update=changed))
    if rule is None:
        assert isinstance(outcome, Decision)
    else:
        assert rule in [told for told, _, _ in refused(outcome)]


@pytest.mark.guarantee("FP-1")
@pytest.mark.parametrize(
    ("since", "until", "refuses"),
    [
        (ON - timedelta(days=30), ON - timedelta(days=1), False),
        (ON - timedelta(days=30), ON, True),
        (UNTIL, UNTIL, True),
        (UNTIL + timedelta(days=1), date(2027, 1, 1), False),
        (ON, ON - timedelta(days=1), False),
    ],
    ids=["over", "last day", "begins on the last day", "begins later", "never was"],
)
def test_21_1_nobody_belongs_to_another_plan_on_any_day_of_this_one(
    since: date, until: date, refuses: bool
) -> None:
    family = Family()
    for guardian in (MOTHER, FATHER):
        consents(family.child, guardian)
    note = NoteFamilyPlan(family_plan=UUID(int=7), plan_version=1, drawn_up_on=since, until=until)
    family.cases[MOTHER].does(note, ON)
    outcome = family.decides(PLAN)
    if refuses:
        assert refused(outcome) == [("one-family-plan", "21.1", None)]
    else:
        assert isinstance(outcome, Decision)


@pytest.mark.guarantee("FP-1")
def test_21_1_who_left_a_plan_may_come_back_to_it() -> None:
    family = planned()
    note = NoteFamilyPlan(family_plan=UUID(int=1), plan_version=1, drawn_up_on=ON, until=UNTIL)
    family.cases[FATHER].does(note, ON)
    assert isinstance(family.decides(LeaveFamilyPlan(member=FATHER)), Decision)
    assert isinstance(family.decides(JoinFamilyPlan(member=FATHER)), Decision)


# ------------------------------------------------------------------------------ afterwards


@pytest.mark.guarantee("FP-5")
def test_decree_3_3_a_review_tells_what_is_agreed_from_then_on() -> None:
    family = planned()
    review = ReviewFamilyPlan(
        next_review_on=date(2026, 4, 1),
        makers=MAKERS,
        found="goes well",
        goals=(FamilyGoal(text="work"),),
        guided_to=(FamilyGuidance(to="kela", members=(FATHER,)),),
        valid_until=date(2026, 8, 3),
    )
    assert isinstance(family.decides(review, REVIEW), Decision)
    fact = family.facts[-1].fact
    assert isinstance(fact, FamilyPlanReviewed)
    shown = family_plan(family.facts, Visible(members=frozenset(family.cases)))
    assert (shown.valid_until, shown.next_review_on) == (date(2026, 8, 3), date(2026, 4, 1))
    assert shown.reviewed_on == (REVIEW,)
    mother, father, _ = shown.members
    assert [goal.text for goal in mother.goals] == ["work"]
    assert [m.serves for m in mother.measures] == ["reading"]
    assert [g.to for g in father.guided_to] == ["naapurituki", "kela"]
    assert mother.remarks == "goes well"


@pytest.mark.guarantee("FP-5")
@pytest.mark.parametrize(
    "act",
    [
        ReviewFamilyPlan(next_review_on=UNTIL, makers=MAKERS),
        JoinFamilyPlan(member=AUNT),
        LeaveFamilyPlan(member=FATHER),
        EndFamilyPlan(ground=EndingGround.GOALS_REACHED),
    ],
    ids=lambda act: act.NAME,
)
def test_21_1_a_plan_is_acted_on_while_it_lasts_and_in_the_order_of_the_days(act: Act) -> None:
    family = planned()
    family.cases[AUNT] = born(date(1990, 1, 1))
    goes_on = "family-plan-goes-on"
    before = refused(family.decides(act, ON - timedelta(days=1)), conflict=True)
    assert before == [(goes_on, "21.1", None)]
    after = refused(family.decides(act, UNTIL + timedelta(days=1)), conflict=True)
    assert after == [(goes_on, "21.1", UNTIL)]
    assert isinstance(family.decides(act, UNTIL), Decision)
    family.decides(EndFamilyPlan(ground=EndingGround.DEATH), UNTIL)
    assert refused(family.decides(act, UNTIL), conflict=True) == [(goes_on, "21.1", None)]


@pytest.mark.guarantee("FP-5")
def test_who_left_may_come_back_and_has_belonged_twice() -> None:
    family = planned()
    assert isinstance(family.decides(LeaveFamilyPlan(member=FATHER, reason="away")), Decision)
    assert isinstance(family.decides(JoinFamilyPlan(member=FATHER, goals=("work",))), Decision)
    fathers = [m for m in family.state.everybody if m.case_id == FATHER]
    assert [(m.joined_on, m.left_on) for m in fathers] == [(ON, ON), (ON, None)]
    assert [m.part and m.part.remarks for m in fathers] == ["away", None]


@pytest.mark.guarantee("FP-5")
def test_what_is_said_of_whoever_the_authority_knows_nothing_of_stays() -> None:
    family = planned()
    review = ReviewFamilyPlan(next_review_on=REVIEW, makers=MAKERS)
    assert isinstance(family.decides(review, known={MOTHER}), Decision)
    part = family.state.member(CHILD)
    assert part is not None
    assert part.part is not None
    assert [goal.text for goal in part.part.goals] == ["all learn Finnish", "school"]


# ------------------------------------------------------------------------------ who sees


@pytest.mark.guarantee("FP-3")
def test_what_is_said_of_somebody_withheld_is_not_told_by_way_of_another() -> None:
    family = planned()
    both = FamilyGoal(text="walks", members=(MOTHER, CHILD))
    own = FamilyGoal(text="rests", members=(MOTHER,))
    parents = FamilyGoal(text="reads", members=(MOTHER, FATHER))
    review = ReviewFamilyPlan(next_review_on=REVIEW, makers=MAKERS, goals=(both, own, parents))
    assert isinstance(family.decides(review), Decision)

    def told(visible: Visible) -> list[tuple[str, tuple[UUID, ...]]]:
        [mother] = family_plan(family.facts, visible).members
        return [(goal.text, goal.with_members) for goal in mother.goals]

    elsewhere = Visible(members=frozenset({MOTHER}))
    assert told(elsewhere) == [("walks", (MOTHER,)), ("rests", (MOTHER,)), ("reads", (MOTHER,))]
    protected = Visible(members=frozenset({MOTHER}), withheld=frozenset({CHILD}))
    assert told(protected) == [("rests", (MOTHER,)), ("reads", (MOTHER,))]
    for visible in (elsewhere, protected):
        assert str(CHILD) not in repr([f.fact for f in as_far_as_visible(family.facts, visible)])


def test_a_family_plan_folds_its_own_facts_only() -> None:
    assert {kind_of(topic) for topic in FACTS} == {StreamKind.FAMILY_PLAN}
    with pytest.raises(UnknownFact):
        fold(opened().facts)
