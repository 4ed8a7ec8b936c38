"""Whatever state a case is in, its client is told which, why, and what is due by which day."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from tests.acts import (
    benefit,
    close,
    complete,
    draw_up,
    guide,
    open_case,
    reopen,
    residence,
    review,
    start,
    status,
)
from tests.desk import ASSESSED, DRAWN_UP, GRANTED, LAW, MAXIMUM, OPENED, Desk
from tests.standing import assessed, opened, planned, under_assessment
from tests.unit.questions.test_explanation import (
    child_without_an_assessment,
    days_to_ask_about,
    everything,
)

from cases.domain.case.assessment.acts import DiscontinueAssessment
from cases.domain.case.plan.maximum import plans_of
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    Benefit,
    LabourMarketStatus,
    PlanOutcome,
)
from cases.domain.law.texts import write_day
from cases.domain.model import Value
from cases.domain.questions.as_of import AsOf, Known, known
from cases.domain.questions.case import case_overview
from cases.domain.questions.current_plan import coming_plan, current_plan
from cases.domain.questions.dues import what_is_due
from cases.domain.questions.explanation import Explanation, explanation

FI, SV, EN = Language.FI, Language.SV, Language.EN
WINDOW = date(2027, 9, 16)
LATE = date(2027, 9, 17)


def told(desk: Desk, day: date, language: Language = EN) -> Explanation:
    return explanation(on(desk, day), LAW, language)


def on(desk: Desk, day: date) -> Known:
    return known(desk.facts, AsOf(valid_on=day))


def texts(answer: Explanation) -> str:
    dated = (
        answer.maximum_until,
        answer.valid_until,
        answer.next_review_on,
        answer.next_review_due,
        answer.guidance_due,
        *answer.dues,
    )
    return " ".join([answer.summary, *(each.text for each in dated if each)])


# without a plan -----------------------------------------------------------------------------------


def unknown_arrival() -> Desk:
    desk = Desk(LAW)
    desk.does(open_case(), OPENED)
    return desk


def discontinued() -> Desk:
    desk = under_assessment()
    stopped = DiscontinueAssessment(assessment=desk.assessment, reason="Moved house")
    desk.does(stopped, ASSESSED)
    return desk


def not_needed() -> Desk:
    desk = under_assessment()
    desk.does(complete(desk, outcome=PlanOutcome.NO_PLAN, reasons="Works"), ASSESSED)
    return desk


def closed_without_a_plan() -> Desk:
    desk = not_needed()
    desk.does(close(), date(2025, 3, 10))
    return desk


def closed_and_reopened() -> Desk:
    desk = planned()
    desk.does(close(), date(2026, 3, 10))
    desk.does(reopen(), date(2026, 9, 1))
    return desk


def in_a_later_case() -> Desk:
    """Assessed in a second case; the first plan was drawn up in the one before."""
    return back(planned())


def back(earlier: Desk) -> Desk:
    desk = Desk(LAW)
    desk.does(open_case(), OPENED)
    (first, *others) = desk.facts
    brought = first.fact.model_copy(update={"earlier_plans": plans_of(earlier.state)})
    desk.case.facts[:] = [first.having(fact=brought), *others]
    desk.state = known(desk.facts, AsOf(valid_on=OPENED)).state
    desk.does(residence(GRANTED), OPENED)
    return desk


def shows_coordination() -> Desk:
    desk = under_assessment()
    desk.does(complete(desk, planned_on=DRAWN_UP, coordination_needed=True), ASSESSED)
    return desk


NO_PLAN = "No integration plan has been drawn up. "
STATES: tuple[tuple[Callable[[], Desk], date, tuple[str, ...], tuple[str, str]], ...] = (
    (
        opened,
        OPENED,
        (
            NO_PLAN,
            "an assessment, which has not been started",
            "without delay; the authority learned of the person on 30 January 2025 (section 14, "
            "subsection 2)",
            "on 16 September 2027 at the latest",
            "(section 14, subsection 1)",
        ),
        ("viranomainen sai tiedon henkilöstä 30.1.2025 (14 § 2 mom.)", "senast 16.9.2027"),
    ),
    (
        unknown_arrival,
        OPENED,
        (NO_PLAN, "without delay", "The last day cannot be counted"),
        ("Viimeistä päivää ei voi laskea", "Den sista dagen kan inte räknas ut"),
    ),
    (
        opened,
        LATE,
        (NO_PLAN, "the last possible day was 16 September 2027 (section 14, subsection 1)"),
        ("Arviointia ei voi enää aloittaa", "kan inte längre inledas"),
    ),
    (
        under_assessment,
        date(2025, 2, 12),
        (
            NO_PLAN,
            "The assessment started on 10 February 2025 is under way.",
            "(section 16, subsection 1)",
            "16 September 2027 at the latest",
            "(section 20, subsection 3)",
        ),
        ("joka aloitettiin 10.2.2025, on kesken", "som inleddes 10.2.2025 pågår"),
    ),
    (
        discontinued,
        ASSESSED,
        (
            NO_PLAN,
            "discontinued on 24 February 2025. Reason: Moved house",
            "A new assessment can be started on 16 September 2027 at the latest (section 14,",
        ),
        ("keskeytettiin 24.2.2025", "avbröts 24.2.2025"),
    ),
    (
        child_without_an_assessment,
        date(2025, 2, 10),
        (
            NO_PLAN,
            "on 10 February 2025 it was found that another client plan meets the needs (section "
            "15, subsection 3). Reason: A client plan",
        ),
        ("muu asiakassuunnitelma vastaa tarpeisiin", "en annan klientplan motsvarar behoven"),
    ),
    (
        not_needed,
        ASSESSED,
        (NO_PLAN, "No plan is needed", "24 February 2025 found (section 1, subsection 1 of the"),
        ("asetuksen 1 § 1 mom.", "1 § 1 mom. i förordningen"),
    ),
    (
        assessed,
        ASSESSED,
        (
            NO_PLAN,
            "completed on 24 February 2025 found that a plan is needed",
            "(section 20, subsection 1)",
            "on 16 September 2027 at the latest",
            "(section 20, subsection 3)",
            "The day agreed is 3 March 2025.",
        ),
        ("Päiväksi on sovittu 3.3.2025.", "Dagen har avtalats till 3.3.2025."),
    ),
    (
        assessed,
        LATE,
        (
            NO_PLAN,
            "can no longer be drawn up: the last possible day was 16 September 2027 (section 20,",
            "The day agreed was 3 March 2025, but it has not been recorded as done.",
        ),
        ("Ensimmäistä suunnitelmaa ei voi enää laatia", "kan inte längre utarbetas"),
    ),
    (
        shows_coordination,
        ASSESSED,
        ("services must be coordinated, so a multisectoral assessment must be started",),
        ("monialainen arviointi on aloitettava", "en sektorsövergripande bedömning ska inledas"),
    ),
    (
        closed_without_a_plan,
        date(2025, 3, 10),
        (
            NO_PLAN,
            "closed on 10 March 2025. Ground: integration according to the plan completed",
            "(section 77)",
            "No plan is needed",
        ),
        ("Asiakkuus päättyi 10.3.2025", "Kundrelationen upphörde 10.3.2025"),
    ),
    (
        closed_and_reopened,
        date(2026, 3, 10),
        ("agreed last day, 3 March 2026.", "The case was closed on 10 March 2026. Ground:"),
        ("Asiakkuus päättyi 10.3.2026. Peruste:", "Kundrelationen upphörde 10.3.2026. Grund:"),
    ),
    (
        closed_and_reopened,
        date(2026, 9, 1),
        ("closed on 10 March 2026 and reopened on 1 September 2026.",),
        ("avattiin uudelleen 1.9.2026", "återupptogs 1.9.2026"),
    ),
    (
        in_a_later_case,
        DRAWN_UP,
        (
            "No integration plan has been drawn up in this case; the first plan was drawn up in an "
            "earlier case on 3 March 2025.",
            "has not been started",
        ),
        ("aiemmassa asiakkuudessa 3.3.2025", "i en tidigare kundrelation 3.3.2025"),
    ),
    (
        opened,
        date(2025, 1, 31),
        ("The case was opened only on 3 February 2025.",),
        ("Asiakkuus alkoi vasta 3.2.2025.", "Kundrelationen inleddes först 3.2.2025."),
    ),
)


@pytest.mark.guarantee("QU-15")
@pytest.mark.parametrize(("case", "day", "said", "others"), STATES)
def test_without_a_plan_the_state_is_told_why_and_what_is_due(
    case: Callable[[], Desk], day: date, said: tuple[str, ...], others: tuple[str, str]
) -> None:
    desk = case()
    summary = told(desk, day).summary
    at = [summary.find(each) for each in said]
    assert -1 not in at, summary
    assert at == sorted(at)
    fi, sv = (told(desk, day, language).summary for language in (FI, SV))
    assert (others[0] in fi, others[1] in sv) == (True, True), (fi, sv)


@pytest.mark.guarantee("QU-15")
def test_a_closed_case_is_told_of_nothing_to_do() -> None:
    desk = under_assessment()
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    desk.does(close(), date(2025, 3, 10))
    answer = told(desk, date(2025, 3, 10))
    assert answer.dues == ()
    assert "must" not in answer.summary
    assert "found that a plan is needed" in answer.summary


@pytest.mark.guarantee("QU-15")
def test_20_3_the_limit_of_the_first_plan_is_not_told_to_who_had_one_in_an_earlier_case() -> None:
    desk = back(planned())
    home_care = status(LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE, OPENED)
    desk.does(home_care, OPENED)
    desk.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, OPENED), OPENED)
    desk.does(start(), date(2025, 2, 10))
    assert "first plan must" not in told(desk, date(2025, 3, 4)).summary
    desk.does(complete(desk, planned_on=date(2025, 3, 20)), date(2025, 3, 10))
    (due,) = what_is_due(on(desk, date(2025, 3, 10)), LAW, EN).dues
    assert (due.section, due.by, due.planned_on) == ("20.1", None, date(2025, 3, 20))
    assert "first plan must" not in told(desk, date(2025, 3, 10)).summary


@pytest.mark.guarantee("QU-15")
def test_the_next_plan_is_told_while_one_is_in_force() -> None:
    desk = planned()
    desk.does(draw_up(date(2026, 3, 4), MAXIMUM, review_on=date(2026, 8, 20)), date(2026, 2, 23))
    assert [
        told(desk, date(2026, 2, 23), language).summary.split(". ")[-1] for language in Language
    ] == [
        "Seuraava suunnitelma on jo laadittu, ja se alkaa 4.3.2026.",
        "Nästa plan är redan utarbetad och börjar 4.3.2026.",
        "The next plan has been drawn up already, and begins on 4 March 2026.",
    ]


# guidance, reviews, what is late ------------------------------------------------------------------


@pytest.mark.guarantee("QU-16")
def test_20_5_guidance_is_explained_while_it_is_awaited_late_and_when_it_is_done() -> None:
    desk = planned()
    desk.does(guide(desk.plan, desk.measures[0]), date(2025, 3, 10))
    due = told(desk, date(2025, 4, 3)).guidance_due
    assert due is not None
    assert (due.date, due.sections, due.counted_from, due.overdue_since) == (
        date(2025, 4, 3),
        ("20.5",),
        DRAWN_UP,
        None,
    )
    assert due.terms[1:] == (
        "On 10 March 2025 the client was guided to these services: integration training.",
        "The client has not yet been guided to these services: multilingual civic orientation.",
    )
    late = [told(desk, date(2025, 4, 4), language).guidance_due for language in Language]
    assert [each and (each.overdue_since, each.terms[-1]) for each in late] == [
        (
            date(2025, 4, 4),
            "Määräpäivä on kulunut, eikä ohjaamista kaikkiin palveluihin ole kirjattu: se on "
            "myöhässä 4.4.2025 alkaen.",
        ),
        (
            date(2025, 4, 4),
            "Den sista dagen har passerat utan att hänvisningen till alla tjänster har införts: "
            "den är försenad sedan 4.4.2025.",
        ),
        (
            date(2025, 4, 4),
            "That day has passed, and guidance to all the services has not been recorded: it has "
            "been late since 4 April 2025.",
        ),
    ]
    desk.does(guide(desk.plan, desk.measures[1]), date(2025, 4, 10))
    done = told(desk, date(2025, 4, 11)).guidance_due
    assert done is not None
    assert (done.overdue_since, done.terms[-1]) == (
        None,
        "The client has been guided to all the services agreed when the plan was drawn up.",
    )
    assert "On 10 April 2025 the client was guided to these services" in done.text


@pytest.mark.guarantee("QU-16")
def test_22_1_a_review_that_is_late_is_said_to_be_late_in_each_language() -> None:
    desk = planned()
    on_the_day, late = (
        told(desk, day).next_review_due for day in (date(2025, 9, 3), date(2025, 10, 10))
    )
    assert on_the_day is not None
    assert late is not None
    assert (on_the_day.overdue_since, late.overdue_since) == (None, date(2025, 9, 4))
    assert "late" not in on_the_day.text.replace("at the latest", "")
    said = [told(desk, date(2025, 10, 10), language).next_review_due for language in Language]
    assert [each and each.terms[-1] for each in said] == [
        "Määräpäivä on kulunut, eikä tarkistusta ole kirjattu: tarkistus on myöhässä 4.9.2025 "
        "alkaen.",
        "Den sista dagen har passerat utan att någon översyn har införts: översynen är försenad "
        "sedan 4.9.2025.",
        "That day has passed and no review has been recorded: the review has been late since "
        "4 September 2025.",
    ]
    agreed = told(desk, date(2025, 9, 2)).next_review_on
    assert agreed is not None
    assert (agreed.date, agreed.counted_from) == (date(2025, 9, 1), DRAWN_UP)
    assert agreed.terms[-1] == "The day agreed has passed, and no review has been recorded."
    assert len((told(desk, date(2025, 9, 1)).next_review_on or agreed).terms) == 1


@pytest.mark.guarantee("QU-16")
def test_22_1_no_review_is_said_to_be_due_after_the_plans_last_day() -> None:
    desk = planned()
    desk.does(guide(desk.plan, *desk.measures), DRAWN_UP)
    desk.does(review(desk.plan, next_on=date(2026, 2, 2)), date(2025, 9, 1))
    desk.does(review(desk.plan, next_on=None), date(2026, 2, 2))
    due = told(desk, date(2026, 2, 2)).next_review_due
    assert due is not None
    assert due.terms[-1].startswith("The plan's last day, 3 March 2026, comes before that")


@pytest.mark.guarantee("QU-16")
def test_a_last_day_that_has_passed_is_said_to_have_passed() -> None:
    ahead, passed = (told(planned(), day) for day in (MAXIMUM, MAXIMUM + timedelta(days=1)))
    for answer, has in ((ahead, False), (passed, True)):
        assert answer.maximum_until is not None
        assert (answer.maximum_until.terms[-1] == "That day has already passed.") is has
    assert passed.valid_until is not None
    assert passed.valid_until.terms[-1] == "That day has already passed."


def _days(value: object) -> Iterator[date]:
    if isinstance(value, date):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _days(each)
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            if name not in {"date_of_birth"}:
                yield from _days(getattr(value, name))


@pytest.mark.guarantee("QU-16")
@pytest.mark.parametrize("language", list(Language))
def test_every_date_of_plan_dues_and_case_is_in_the_explanation(language: Language) -> None:
    for desk in everything():
        for day in days_to_ask_about(desk):
            asked = on(desk, day)
            answer = explanation(asked, LAW, language)
            words = [texts(answer)]
            for link in answer.chain:
                words += [write_day(link.effective_on, language), *link.days]
                words += [rule.text for rule in link.rules]
            shown = (
                current_plan(asked, LAW),
                coming_plan(asked, LAW),
                what_is_due(asked, LAW, language),
                case_overview(asked, LAW) if day >= OPENED else None,
            )
            for each in sorted({*_days(shown)}):
                spoken = write_day(each, language)
                assert any(spoken in sentence for sentence in words), (day, spoken)


@pytest.mark.guarantee("QU-16")
def test_each_due_is_explained_with_its_sections_and_how_late_it_is() -> None:
    for desk in everything():
        for day in days_to_ask_about(desk):
            asked = on(desk, day)
            dues = what_is_due(asked, LAW, EN).dues
            explained = explanation(asked, LAW, EN).dues
            assert [(d.due, d.by, d.since, d.planned_on, d.overdue_since) for d in dues] == [
                (e.due, e.by, e.since, e.planned_on, e.overdue_since) for e in explained
            ]
            for due, each in zip(dues, explained, strict=True):
                assert due.section in each.sections
                assert each.text == " ".join(each.terms)
                if due.overdue_since is not None:
                    assert "late since" in each.text or "no longer" in each.text
