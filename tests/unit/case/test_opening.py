"""Opening a case, and what holds for every act: its date, its law, and an open case."""

from datetime import date

import pytest
from tests.acts import close, complete, details, draw_up, expire, guide, open_case, review, start
from tests.desk import LAST_DAY, LAW, OPENED, VAASA_TE, Desk, refused, rule_log
from tests.standing import opened, planned, under_assessment

from cases.domain import streams
from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.register import ACTS, DECISIONS
from cases.domain.codes import terms
from cases.domain.codes.values import CaseOrigin, Gender, OrganisationKind, PlanOutcome
from cases.domain.family import register as family
from cases.domain.guidance_record import register as guidance_record
from cases.domain.law.edition import NoEdition
from cases.domain.law.load import load_law
from cases.domain.law.rules import Refusal


@pytest.mark.guarantee("CS-1")
def test_14_2_a_case_is_opened_by_who_answers_for_it_and_the_person_is_on_record() -> None:
    desk = Desk()
    decision = desk.does(
        open_case(learned_on=date(2025, 1, 30), gender=Gender.FEMALE, mother_tongue="fa"), OPENED
    )
    assert [type(fact) for fact in decision.facts] == [CaseOpened, PersonDetailsRecorded]
    assert decision.facts[0] == CaseOpened(
        origin=CaseOrigin.KELA_NOTICE,
        section="84.2",
        learned_on=date(2025, 1, 30),
        responsible="vaasa",
        responsible_kind=OrganisationKind.MUNICIPALITY,
    )
    assert rule_log(decision) == [("learned-before-opening", "14.2", True)]
    assert desk.state.opening is not None
    assert desk.state.opening.opened_on == OPENED
    assert desk.state.responsible_on(date.max) == "vaasa"
    known = desk.state.person.details_on(OPENED)
    assert (known.gender, known.mother_tongue, known.names) == (Gender.FEMALE, "fa", None)


@pytest.mark.guarantee("CS-2")
@pytest.mark.parametrize("learned_on", [date(2025, 1, 30), OPENED])
def test_14_2_opening_on_the_day_of_learning_or_after_it(learned_on: date) -> None:
    assert isinstance(Desk().asks(open_case(learned_on), OPENED), Decision)


@pytest.mark.guarantee("CS-2")
def test_14_2_opening_before_the_authority_learned_of_the_person_is_refused() -> None:
    outcome = Desk().asks(open_case(date(2025, 2, 4)), OPENED)
    assert refused(outcome) == [("learned-before-opening", "14.2", OPENED)]


def test_3_the_authority_that_opens_the_case_answers_for_it() -> None:
    desk = Desk()
    desk.does(open_case(), OPENED, by=VAASA_TE)
    assert desk.state.responsible_on(date.max) == "vaasa-te"


# what holds for every act -------------------------------------------------------------------------


@pytest.mark.guarantee("CS-22")
def test_76_1_an_act_of_today_is_recorded_and_one_of_tomorrow_is_not() -> None:
    desk = opened()
    today, tomorrow = date(2025, 2, 10), date(2025, 2, 11)
    assert isinstance(desk.asks(start(), today, today=today), Decision)
    outcome = desk.asks(start(), tomorrow, today=today)
    assert refused(outcome) == [("records-what-happened", "76.1", today)]


@pytest.mark.guarantee("CS-22")
def test_102_1_no_edition_decides_an_act_of_a_day_before_the_first() -> None:
    assert LAW.on(date(2025, 1, 1)).id == "681/2023"
    with pytest.raises(NoEdition):
        LAW.on(date(2024, 12, 31))
    first = Desk().asks(open_case(date(2024, 12, 30)), date(2025, 1, 1))
    assert isinstance(first, Decision)
    assert {line.edition for line in first.rules} == {"681/2023"}


@pytest.mark.guarantee("CS-22")
def test_an_act_is_decided_under_the_edition_of_its_legal_date_whenever_it_is_recorded() -> None:
    desk = under_assessment(
        load_law([("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2025, 3, 1))])
    )
    family = PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE)
    act = complete(desk, family_plan=family)
    under_the_old = desk.asks(act, date(2025, 2, 28), today=date(2025, 3, 10))
    assert isinstance(under_the_old, Decision)
    assert {line.edition for line in under_the_old.rules} == {"681/2023"}
    under_the_new = desk.asks(act, date(2025, 3, 1), today=date(2025, 3, 10))
    assert refused(under_the_new) == [("family-plan-of-the-edition", "16", None)]
    assert isinstance(under_the_new, Refusal)
    assert under_the_new.violations[0].line.edition == "681/2023@2025"


@pytest.mark.guarantee("CS-22")
def test_an_act_dated_in_the_future_is_refused_before_the_state_of_the_case_is_asked() -> None:
    desk = opened()
    desk.does(close(), date(2025, 2, 17))
    outcome = desk.asks(start(), date(2025, 2, 19), today=date(2025, 2, 18))
    assert refused(outcome) == [("records-what-happened", "76.1", date(2025, 2, 18))]


@pytest.mark.guarantee("CS-3")
def test_77_nothing_is_recorded_in_a_closed_case() -> None:
    desk = planned()
    plan, measures = desk.plan, desk.measures
    closed_on = date(2026, 3, 4)
    desk.does(close(), closed_on)
    for act in (
        open_case(),
        details(gender=Gender.FEMALE),
        start(),
        draw_up(closed_on, date(2026, 9, 1), review_on=date(2026, 6, 1)),
        guide(plan, measures[0]),
        review(plan, next_on=date(2026, 6, 1)),
        close(),
    ):
        for on in (date(2025, 5, 5), closed_on, date(2026, 3, 9)):
            outcome = desk.asks(act, on)
            assert refused(outcome, conflict=True) == [("case-is-open", "77", None)]


@pytest.mark.guarantee("CS-3")
def test_77_the_calendar_may_still_note_in_a_closed_case_that_its_plan_is_over() -> None:
    desk = planned()
    desk.does(close(), date(2026, 3, 4))
    decision = desk.does(expire(desk.plan, LAST_DAY), date(2026, 3, 4))
    assert decision.facts == (PlanExpired(plan_id=desk.plan, last_day=LAST_DAY),)
    assert [recorded.fact.TOPIC for recorded in desk.facts[-2:]] == ["case.closed", "plan.expired"]


@pytest.mark.guarantee("CS-4")
def test_every_act_is_decided_and_has_its_term_and_every_term_its_act() -> None:
    assert {*ACTS, *guidance_record.ACTS, *family.ACTS} == set(terms.acts())
    assert set(ACTS.values()) == set(DECISIONS)
    assert all(name == act.NAME for name, act in ACTS.items())


@pytest.mark.guarantee("CS-4")
def test_every_fact_has_its_topic_and_its_term_and_every_term_its_fact() -> None:
    facts = streams.FACTS
    assert {fact.__name__ for fact in facts.values()} == set(terms.facts())
    assert all(topic == fact.topic() for topic, fact in facts.items())
    assert len(facts) == len(set(facts.values())) == len(terms.facts())
