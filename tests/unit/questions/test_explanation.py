"""Why the plan stands as it does: each date with its section, its first day, its words."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.acts import (
    accept,
    ask_for_the_case,
    assign_worker,
    benefit,
    close,
    complete,
    consent,
    continue_for_studies,
    decline,
    draw_up,
    end,
    end_studies,
    expire,
    extend,
    guide,
    hand_over,
    interview,
    lengthen,
    move,
    obstacle,
    obtain_expert,
    open_case,
    order_expert,
    refer,
    reopen,
    residence,
    review,
    start,
    start_studies,
    status,
    switch,
)
from tests.courses import served
from tests.desk import (
    DRAWN_UP,
    GRANTED,
    KASKINEN,
    LAIHIA,
    LAST_DAY,
    LAW,
    MAXIMUM,
    OPENED,
    POHJANMAA,
    VAASA_TE,
    Desk,
)
from tests.duplicates import joined
from tests.standing import (
    assessed,
    opened,
    planned,
    planned_to_the_maximum,
    planned_together,
    under_assessment,
)

from cases.domain.case.assessment.acts import (
    Departure,
    DiscontinueAssessment,
    ForgoAssessment,
)
from cases.domain.case.consent.acts import GiveConsent, Informed, WithdrawConsent
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.acts import NoteEarlierPlans
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.protection.acts import LiftNonDisclosure, SetNonDisclosure
from cases.domain.case.records.acts import (
    AnnulRecord,
    AnswerCorrectionRequest,
    Change,
    CorrectRecord,
    RequestCorrection,
)
from cases.domain.case.register import FACTS
from cases.domain.case.responsibility.acts import DeclineHandOverRequest
from cases.domain.case.review.acts import PlanChanges
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    Benefit,
    ConsentScope,
    CorrectionOutcome,
    EndingGround,
    ExtensionGround,
    LabourMarketStatus,
    PlanKind,
    PlanOutcome,
    ResidenceGroup,
    ReviewHeldBy,
)
from cases.domain.facts import Recorded
from cases.domain.law.rules import RuleApplied
from cases.domain.law.texts import write_day
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.explained_dates import ExplainedDate
from cases.domain.questions.explanation import Explanation, explanation

FI, SV, EN = Language.FI, Language.SV, Language.EN
# Words of English sentences that are words of neither Finnish nor Swedish.
ENGLISH = re.compile(
    r"\b(the|of|and|by|with|from|was|this|has|been|drawn|within|section|subsection|months?|years?|"
    r"known|January|March|June|September|EMPLOYED|MOVED|INTEGRATION|ORDINARY|true|false)\b",
    re.IGNORECASE,
)
UNTOLD = re.compile(r"ei tiedossa|okänt|not known|[{}_]|\d{4}-\d{2}|\b[A-Z]{4,}\b")


def vaasa() -> Desk:
    """The home carer: a first plan, a review on 1.9.2025, a second plan to the maximum."""
    desk = planned()
    desk.does(guide(desk.plan, *desk.measures), date(2025, 3, 28))
    desk.does(review(desk.plan, next_on=date(2026, 2, 23)), date(2025, 9, 1))
    desk.does(review(desk.plan, next_on=date(2026, 8, 20)), date(2026, 2, 23))
    second = draw_up(date(2026, 3, 4), MAXIMUM, review_on=date(2026, 8, 20))
    desk.does(second, date(2026, 2, 23))
    return desk


def asked(desk: Desk, day: date, language: Language = EN) -> Explanation:
    return explanation(known(desk.facts, AsOf(valid_on=day)), LAW, language)


def sentences(told: Explanation) -> list[str]:
    dated = [
        told.maximum_until,
        told.valid_until,
        told.next_review_on,
        told.next_review_due,
        told.guidance_due,
        *told.dues,
    ]
    return [
        told.summary,
        *(each.text for each in dated if each),
        *(sentence for each in dated if each for sentence in each.terms),
        *(link.title for link in told.chain),
        *(told_day for link in told.chain for told_day in link.days),
        *(rule.text for link in told.chain for rule in link.rules),
    ]


# dates --------------------------------------------------------------------------------------------


@pytest.mark.guarantee("QU-7")
def test_23_2_the_maximum_is_counted_from_the_first_plan_whatever_came_after() -> None:
    for day in (DRAWN_UP, date(2026, 2, 23), date(2026, 11, 21), date(2027, 6, 1)):
        maximum = asked(vaasa(), day).maximum_until
        assert maximum is not None
        assert (maximum.date, maximum.sections, maximum.counted_from) == (
            date(2027, 3, 3),
            ("23.2",),
            date(2025, 3, 3),
        )


@pytest.mark.guarantee("QU-7")
def test_22_1_the_next_review_is_counted_from_the_drawing_up_and_then_from_the_last_review() -> (
    None
):
    desk = vaasa()

    def due(day: date) -> tuple[date, tuple[str, ...], date]:
        answer = asked(desk, day).next_review_due
        assert answer is not None
        return answer.date, answer.sections, answer.counted_from

    assert due(date(2025, 8, 31)) == (date(2025, 9, 3), ("22.1",), DRAWN_UP)
    assert due(date(2025, 9, 1)) == (date(2026, 3, 2), ("22.1",), date(2025, 9, 1))
    assert due(date(2026, 3, 4)) == (date(2026, 8, 24), ("22.1",), date(2026, 2, 23))


@pytest.mark.guarantee("QU-7")
def test_23_2_the_last_day_is_the_one_agreed_or_the_one_of_the_ending() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    before, after = (asked(desk, day).valid_until for day in (date(2025, 6, 15), date(2025, 6, 16)))
    assert before is not None
    assert after is not None
    assert (before.date, before.sections, before.counted_from) == (LAST_DAY, ("23.2",), DRAWN_UP)
    assert (after.date, len(before.terms), len(after.terms)) == (date(2025, 6, 30), 1, 2)
    assert after.terms[1] == (
        "The plan was ended on 16 June 2025, so that its last day is 30 June 2025. "
        "Ground: client found employment."
    )


@pytest.mark.guarantee("QU-7")
def test_23_only_what_moved_the_plans_own_last_day_is_told_of_it() -> None:
    desk = planned()
    educated = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 3, 3), reason="No school")
    desk.does(extend(desk.plan, educated), date(2025, 6, 2))
    second = draw_up(date(2026, 3, 4), date(2026, 12, 31), review_on=date(2026, 8, 20))
    desk.does(second, date(2026, 2, 23))
    reached = PlanChanges(valid_until=date(2028, 3, 3))
    day = date(2026, 8, 20)
    desk.does(review(desk.plan, next_on=date(2027, 2, 1), changes=reached), day)
    first = asked(desk, date(2025, 9, 1)).valid_until
    assert first is not None
    assert (first.date, len(first.terms)) == (LAST_DAY, 1)
    reviewed = asked(desk, day).valid_until
    assert reviewed is not None
    assert (reviewed.date, reviewed.terms[1:]) == (
        date(2028, 3, 3),
        ("At the review on 20 August 2026 the plan's last day was changed to 3 March 2028.",),
    )
    ill = obstacle(date(2026, 10, 1), date(2026, 10, 14))
    desk.does(extend(desk.plan, ill), date(2026, 10, 15))
    extended = asked(desk, date(2026, 10, 15)).valid_until
    assert extended is not None
    assert (extended.date, extended.terms[2:]) == (
        date(2028, 3, 17),
        (
            "The maximum was extended on 15 October 2026, and the plan's last day became "
            "17 March 2028.",
        ),
    )


@pytest.mark.guarantee("QU-7")
def test_without_a_plan_there_is_no_date_to_explain() -> None:
    told = asked(assessed(), date(2025, 3, 1))
    assert (told.maximum_until, told.valid_until, told.next_review_due) == (None, None, None)
    over = asked(planned(), date(2026, 3, 4))
    assert over.next_review_due is None
    assert over.maximum_until is not None


def _reached() -> tuple[Desk, date]:
    return planned(), date(2026, 3, 4)


def _ended() -> tuple[Desk, date]:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    return desk, date(2025, 7, 1)


def _at_the_maximum() -> tuple[Desk, date]:
    return planned_to_the_maximum(), date(2027, 3, 4)


def _studied() -> tuple[Desk, date]:
    return extended_and_continued(), date(2028, 6, 1)


@pytest.mark.guarantee("QU-7")
@pytest.mark.parametrize(
    ("case", "last_day", "why"),
    [
        (_reached, LAST_DAY, "It was in force until its agreed last day, 3 March 2026."),
        (
            _at_the_maximum,
            MAXIMUM,
            "It was in force until the last day of the maximum, 3 March 2027.",
        ),
        (
            _ended,
            date(2025, 6, 30),
            "The plan was ended on 16 June 2025, so that its last day is 30 June 2025. "
            "Ground: client found employment.",
        ),
        (
            _studied,
            date(2027, 9, 1),
            "It was in force for the support of the studies only, and the supported studies ended "
            "on 31 May 2028.",
        ),
    ],
)
def test_of_the_plan_that_ended_last_it_is_told_why_it_is_over(
    case: Callable[[], tuple[Desk, date]], last_day: date, why: str
) -> None:
    desk, day = case()
    told = asked(desk, day)
    assert told.summary.endswith(f"was the first day without a plan. {why}")
    assert told.valid_until is not None
    assert told.valid_until.date == last_day
    assert asked(desk, day - timedelta(days=1)).summary.startswith("The integration plan ")


@pytest.mark.guarantee("QU-7")
def test_decree_1_1_where_the_assessment_found_no_need_of_a_plan_its_reasons_are_told() -> None:
    desk = under_assessment()
    none_needed = complete(desk, outcome=PlanOutcome.NO_PLAN, reasons="Works and speaks Finnish")
    desk.does(none_needed, date(2025, 2, 24))
    assert "No plan is needed" not in asked(desk, date(2025, 2, 23)).summary
    found = (
        "No integration plan has been drawn up. No plan is needed: so the assessment completed on "
        "24 February 2025 found (section 1, subsection 1 of the decree). "
        "Reasons: Works and speaks Finnish"
    )
    assert asked(desk, date(2025, 2, 24)).summary == found
    again = planned()
    again.does(start(), date(2026, 3, 9))
    none_needed = complete(again, outcome=PlanOutcome.NO_PLAN, reasons="Works")
    again.does(none_needed, date(2026, 3, 16))
    before = asked(again, date(2026, 3, 15)).summary
    assert "agreed last day, 3 March 2026. The assessment started on 9 March 2026 is" in before
    assert asked(again, date(2026, 3, 16)).summary.endswith("of the decree). Reasons: Works")


@pytest.mark.guarantee("QU-7")
def test_the_text_of_a_date_is_its_terms_one_after_the_other() -> None:
    told = asked(vaasa(), date(2026, 3, 4))
    for each in (told.maximum_until, told.valid_until, told.next_review_due):
        assert isinstance(each, ExplainedDate)
        assert each.text == " ".join(each.terms)
        assert each.terms


# the words ----------------------------------------------------------------------------------------


@pytest.mark.guarantee("QU-8")
def test_23_2_the_maximum_is_explained_in_each_language() -> None:
    texts = [asked(vaasa(), date(2026, 11, 21), language).maximum_until for language in Language]
    assert [each.text if each else None for each in texts] == [
        "Suunnitelmat voivat olla voimassa yhteensä enintään 2 vuoden ajan ensimmäisen "
        "suunnitelman laatimisesta 3.3.2025, viimeistään 3.3.2027 asti (23 § 2 mom.). "
        "Enimmäisaika lasketaan ensimmäisen suunnitelman laatimisesta 3.3.2025. Se ei ala alusta "
        "tarkistamisesta, uudesta suunnitelmasta eikä muuttamisesta toiseen kuntaan.",
        "Planerna kan sammanlagt gälla i högst 2 år från det att den första planen utarbetades "
        "3.3.2025, till och med 3.3.2027 (23 § 2 mom.). Den maximala tiden räknas från det att "
        "den första planen utarbetades 3.3.2025. Den börjar inte om av en översyn, en ny plan "
        "eller en flyttning.",
        "All plans together may be valid for at most 2 years from the drawing up of the first "
        "plan on 3 March 2025, until and including 3 March 2027 (section 23, subsection 2). The "
        "maximum is counted from the drawing up of the first plan on 3 March 2025. No review, "
        "new plan or move starts it again.",
    ]


@pytest.mark.guarantee("QU-8")
@pytest.mark.parametrize(
    ("day", "fi", "sv", "en"),
    [
        (
            date(2025, 3, 3),
            "Suunnitelma ei ole vielä voimassa: se alkaa 1.4.2025.",
            "Planen är ännu inte i kraft: den börjar 1.4.2025.",
            "The plan is not in force yet: it begins on 1 April 2025.",
        ),
        (
            date(2025, 4, 1),
            "Kotoutumissuunnitelma, joka laadittiin 3.3.2025, on voimassa 1.4.2025–3.3.2026.",
            "Den integrationsplan som utarbetades 3.3.2025 är i kraft 1.4.2025–3.3.2026.",
            "The integration plan drawn up on 3 March 2025 is in force from 1 April 2025 to "
            "3 March 2026.",
        ),
        (
            date(2026, 3, 4),
            "Mikään suunnitelma ei ole voimassa: viimeisin päättyi, ja 4.3.2026 oli ensimmäinen "
            "päivä ilman suunnitelmaa. Se oli voimassa sovittuun viimeiseen päiväänsä 3.3.2026 "
            "asti.",
            "Ingen plan är i kraft: den senaste har upphört, och 4.3.2026 var den första dagen "
            "utan plan. Den var i kraft till och med sin avtalade sista dag 3.3.2026.",
            "No plan is in force: the last one is over, and 4 March 2026 was the first day "
            "without a plan. It was in force until its agreed last day, 3 March 2026.",
        ),
    ],
)
def test_the_summary_follows_the_calendar_in_each_language(
    day: date, fi: str, sv: str, en: str
) -> None:
    desk = assessed()
    desk.does(draw_up(date(2025, 4, 1), LAST_DAY, review_on=date(2025, 9, 1)), DRAWN_UP)
    assert [asked(desk, day, language).summary for language in (FI, SV, EN)] == [fi, sv, en]


def from_assessment_to_closing() -> Desk:
    """An assessment with everything in it, a plan that expires, one that is ended."""
    desk = opened()
    desk.does(start("14.1.4"), OPENED)
    desk.does(DiscontinueAssessment(assessment=desk.assessment, reason="Ill"), OPENED)
    desk.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, OPENED), OPENED)
    departure = Departure(section="15.3", reason="No need of health services")
    desk.does(start("15.1.4", departure=departure), date(2025, 2, 10))
    desk.does(interview(desk.assessment), date(2025, 2, 11))
    desk.does(order_expert(desk.assessment), date(2025, 2, 11))
    ordered = desk.state.assessments[-1].expert_assessments[0].expert_assessment_id
    desk.does(obtain_expert(ordered), date(2025, 2, 20))
    desk.does(complete(desk), date(2025, 2, 24))
    desk.does(draw_up(DRAWN_UP, date(2025, 6, 1), review_on=date(2025, 5, 5)), DRAWN_UP)
    desk.does(guide(desk.plan, *desk.measures), DRAWN_UP)
    desk.does(review(desk.plan, next_on=date(2025, 5, 30)), date(2025, 5, 5))
    desk.does(expire(desk.plan, date(2025, 6, 1)), date(2025, 6, 2))
    desk.does(draw_up(date(2025, 6, 2), LAST_DAY, review_on=date(2025, 9, 1)), date(2025, 6, 2))
    desk.does(end(desk.plan, date(2025, 6, 30), EndingGround.MOVED_ABROAD), date(2025, 6, 16))
    desk.does(close(), date(2025, 7, 1))
    return desk


def switched_and_handed_over() -> Desk:
    """A multisectoral plan switched at a review; a referral declined, one accepted; and back."""
    desk = planned_together()
    desk.does(assign_worker("officer-2"), date(2025, 3, 4))
    limited = review(
        desk.plan,
        next_on=None,
        held_by=ReviewHeldBy.WELFARE_AREA,
        limited_to=(desk.measures[1],),
    )
    desk.does(limited, date(2025, 4, 1), by=POHJANMAA)
    ordinary = switch(
        desk.plan,
        PlanKind.INTEGRATION,
        date(2025, 9, 2),
        LAST_DAY,
        review_on=date(2026, 2, 2),
    )
    desk.does(ordinary, date(2025, 9, 1))
    desk.does(refer(), date(2025, 10, 1))
    desk.does(decline(desk.referral), date(2025, 10, 8), by=VAASA_TE)
    desk.does(refer(), date(2025, 11, 3))
    desk.does(accept(desk.referral, date(2025, 11, 10)), date(2025, 11, 11), by=VAASA_TE)
    home_care = status(LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE, date(2026, 1, 1))
    desk.does(home_care, date(2026, 1, 1), by=VAASA_TE)
    desk.does(hand_over("vaasa"), date(2026, 1, 2), by=VAASA_TE)
    return desk


def extended_and_continued() -> Desk:
    """Extensions of each kind, and studies that the plan goes on for after the maximum."""
    desk = planned_to_the_maximum()
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    ill = obstacle(date(2026, 10, 1), date(2026, 10, 14))
    desk.does(extend(desk.plan, ill), date(2026, 10, 15))
    educated = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2027, 9, 1), reason="No school")
    desk.does(extend(desk.plan, educated), date(2026, 11, 2))
    desk.does(continue_for_studies(desk.plan), date(2027, 8, 2))
    desk.does(end_studies(desk.plan, date(2028, 5, 31)), date(2028, 6, 1))
    return desk


def child_without_an_assessment() -> Desk:
    """A child whose needs another plan meets."""
    desk = Desk(LAW)
    desk.does(open_case(date_of_birth=date(2012, 4, 15)), OPENED)
    desk.does(residence(GRANTED, ResidenceGroup.QUOTA_REFUGEE), OPENED)
    desk.does(ForgoAssessment(ground="15.1.1", reason="A client plan"), date(2025, 2, 10))
    return desk


def protected_client() -> Desk:
    desk = opened()
    desk.does(SetNonDisclosure(since=date(2025, 2, 4)), date(2025, 2, 4))
    desk.does(LiftNonDisclosure(), date(2025, 2, 5))
    informed = Informed(on=date(2025, 2, 4), language="fa", interpreter=True)
    scope = ConsentScope.CONTACT_TO_NEW_MUNICIPALITY
    desk.does(GiveConsent(scope=scope, informed=informed), date(2025, 2, 4))
    desk.does(WithdrawConsent(consent=desk.state.consents[0].consent_id), date(2025, 2, 5))
    return desk


def put_right() -> Desk:
    """A plan of a wrong day, a notice of another's, and a request that was refused."""
    desk = planned()
    drawn_up = desk.facts[-1].version
    change = Change(member="/content/validUntil", to="2026-03-02")
    wrong_day = CorrectRecord(version=drawn_up, changes=(change,), reason="Agreed so")
    desk.does(wrong_day, date(2025, 3, 5))
    desk.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, date(2025, 3, 1)), date(2025, 3, 5))
    desk.does(AnnulRecord(version=desk.state.version, reason="Another's"), date(2025, 3, 6))
    desk.does(RequestCorrection(asked="Not me"), date(2025, 3, 7))
    asked_for = desk.state.correction_requests[0].request_id
    no = AnswerCorrectionRequest(
        request=asked_for, outcome=CorrectionOutcome.REFUSED, reason="It was"
    )
    desk.does(no, date(2025, 3, 8))
    return desk


def everything() -> tuple[Desk, ...]:
    """Cases in which every kind of fact has been recorded."""
    return (
        from_assessment_to_closing(),
        switched_and_handed_over(),
        extended_and_continued(),
        child_without_an_assessment(),
        protected_client(),
        served(),
        put_right(),
        asked_for_and_moved(),
        joined(),
        named_in_a_family_plan(),
        told_of_another_case(),
        reopened(),
    )


def reopened() -> Desk:
    """Closed after the plan was over, and reopened half a year later."""
    desk = planned()
    desk.does(close(), date(2026, 3, 10))
    desk.does(reopen(), date(2026, 9, 1))
    return desk


def asked_for_and_moved() -> Desk:
    """Two others ask for the case: one is declined, to the other it passes with consent."""
    desk, day = planned(), date(2025, 8, 5)
    declined = ask_for_the_case(desk, LAIHIA, day)
    assert declined is not None
    desk.does(DeclineHandOverRequest(request=declined.request_id, reason="Has not moved"), day)
    ask_for_the_case(desk, KASKINEN, day)
    desk.does(consent(day), day)
    desk.does(move(desk, takes_effect_on=date(2025, 8, 11)), day)
    return desk


def named_in_a_family_plan() -> Desk:
    """A family plan names the case (21 §)."""
    desk, day = planned(), date(2025, 5, 12)
    plan = UUID("f0000000-0000-4000-8000-000000000001")
    until, review_on = date(2026, 5, 12), date(2025, 11, 10)
    named = NoteFamilyPlan(
        family_plan=plan, plan_version=1, drawn_up_on=day, until=until, next_review_on=review_on
    )
    desk.does(named, day)
    return desk


def told_of_another_case() -> Desk:
    """Another case of the client's, with an older plan, was closed (23 § 2 mom.)."""
    desk, day = planned(), date(2025, 5, 12)
    earlier = EarlierPlans(first_drawn_up_on=date(2025, 3, 3), first_signed_on=date(2025, 3, 5))
    desk.does(NoteEarlierPlans(earlier_plans=earlier), day)
    return desk


def days_to_ask_about(desk: Desk) -> list[date]:
    """The days of the facts, and one on which everything is over."""
    return sorted({each.effective_on for each in desk.facts} | {date(2030, 1, 1)})


@pytest.mark.guarantee("QU-8")
def test_no_english_is_left_in_finnish_or_swedish_and_nothing_untold_in_any() -> None:
    cases = everything()
    recorded = {type(each.fact) for desk in cases for each in desk.facts}
    assert recorded == set(FACTS.values())
    for desk in cases:
        for day in days_to_ask_about(desk):
            finnish, swedish, english = (
                sentences(asked(desk, day, language)) for language in (FI, SV, EN)
            )
            for fi, sv, en in zip(finnish, swedish, english, strict=True):
                assert len({fi, sv, en}) == 3, (fi, sv, en)
                assert not ENGLISH.search(fi), fi
                assert not ENGLISH.search(sv), sv
                for sentence in (fi, sv, en):
                    assert not UNTOLD.search(sentence), sentence


# the chain ----------------------------------------------------------------------------------------


@pytest.mark.guarantee("QU-9")
def test_the_chain_tells_each_fact_with_the_rules_it_was_decided_under() -> None:
    desk = vaasa()
    chain = asked(desk, date(2026, 11, 21)).chain
    assert [link.fact for link in chain][-5:] == [
        "PlanDrawnUp",
        "ClientGuidedToServices",
        "PlanReviewed",
        "PlanReviewed",
        "PlanDrawnUp",
    ]
    first = chain[-5]
    assert (first.effective_on, first.title, first.by) == (DRAWN_UP, "plan drawn up", "vaasa")
    assert [rule.section for rule in first.rules] == ["16.1", "20.3", "18", "23.2", "23.2", "22.1"]
    assert {rule.edition for rule in first.rules} == {"681/2023"}
    assert first.rules[4].result == "2027-03-03"
    assert "until and including 3 March 2027" in first.rules[4].text


@pytest.mark.guarantee("QU-9")
def test_the_chain_leaves_out_who_the_person_is_and_what_does_not_count_yet() -> None:
    desk = vaasa()
    chain = asked(desk, DRAWN_UP).chain
    assert "PersonDetailsRecorded" not in {link.fact for link in chain}
    assert [link.version for link in chain] == [1, 3, 4, 5, 6, 7, 8]
    assert all(link.effective_on <= DRAWN_UP for link in chain)


@pytest.mark.guarantee("QU-9")
@pytest.mark.parametrize(
    ("language", "cited"),
    [(FI, "19 b § 1 mom."), (SV, "19 b § 1 mom."), (EN, "section 19 b, subsection 1")],
)
def test_a_rule_no_release_knows_any_more_is_still_cited_by_its_section(
    language: Language, cited: str
) -> None:
    gone = RuleApplied(rule="rule-of-long-ago", section="19 b.1", edition="0/1900", result=True)
    desk = planned()
    old: Recorded = replace(desk.facts[-1], rules=(gone,))
    asked_about = known([*desk.facts[:-1], old], AsOf(valid_on=DRAWN_UP))
    (rule,) = explanation(asked_about, LAW, language).chain[-1].rules
    assert (rule.rule, rule.edition, rule.text) == ("rule-of-long-ago", "0/1900", cited)


@pytest.mark.guarantee("QU-9")
def test_a_plan_that_was_ended_before_it_began_is_not_denied() -> None:
    desk = assessed()
    ahead = draw_up(date(2025, 4, 1), date(2026, 3, 3), review_on=date(2025, 9, 1))
    desk.does(ahead, DRAWN_UP)
    desk.does(end(desk.plan, date(2025, 3, 10)), date(2025, 3, 10))
    for language in (FI, SV, EN):
        told = asked(desk, date(2025, 5, 1), language).summary
        assert write_day(DRAWN_UP, language) in told
    assert "ended before it began" in asked(desk, date(2025, 5, 1), EN).summary
