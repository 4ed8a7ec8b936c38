"""Correction and annulment of records, and the person's request for it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.acts import (
    benefit,
    close,
    consent,
    draw_up,
    end,
    expire,
    extend,
    guide,
    lengthen,
    move,
    residence,
    review,
)
from tests.casebook import Casebook
from tests.desk import (
    DRAWN_UP,
    GRANTED,
    LAST_DAY,
    LAW,
    OPENED,
    TRAINING,
    Desk,
    only,
    pointers,
    refused,
)
from tests.standing import assessed_together, opened, planned, planned_to_the_maximum
from tests.unit.questions.test_explanation import everything

from cases.domain.case.act import Decision, Outcome
from cases.domain.case.past import past_of
from cases.domain.case.person.acts import ContactDetails, PersonDetails, RecordDetails
from cases.domain.case.plan.facts import PlanDrawnUp, PlanExpired
from cases.domain.case.protection.masking import masked
from cases.domain.case.records.acts import (
    AnnulRecord,
    AnswerCorrectionRequest,
    CorrectRecord,
    RequestCorrection,
)
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.case.records.mending import MENDS, FoldAnew, mended
from cases.domain.case.records.replaying import acts_of, decided
from cases.domain.case.register import ACTS
from cases.domain.case.responsibility.facts import CaseHandedOver, HandOverRequested
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.case.state import NOTHING, evolve, fold, fold_on
from cases.domain.codes.terms import Language
from cases.domain.codes.values import Benefit, CorrectionOutcome, ExtensionGround
from cases.domain.law.rules import Refusal
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.current_plan import current_plan
from cases.domain.questions.dues import what_is_due
from cases.domain.questions.explanation import explanation
from cases.domain.questions.history import history
from cases.domain.time import Length

LATER = date(2025, 3, 20)


def correction(version: int, *changes: tuple[str, Any], **more: Any) -> CorrectRecord:
    told = [{"member": member, "to": to} for member, to in changes]
    return CorrectRecord.model_validate(
        {"version": version, "changes": told, "reason": "Written wrong", **more}
    )


def annulment(version: int, *along: int) -> AnnulRecord:
    return AnnulRecord(version=version, along=along, reason="Recorded on the wrong person")


def version_of(desk: Desk, kind: type) -> int:
    """The version of the newest fact of a type."""
    return max(each.version for each in desk.facts if isinstance(each.fact, kind))


def asks(desk: Desk, act: Any, on: date = LATER) -> Outcome:
    return desk.asks(act, on)


# correction --------------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-1")
def test_a_member_is_corrected_by_its_name_and_counts_from_now_on() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    act = correction(
        drawn_up, ("/content/validUntil", "2026-02-28"), ("/content/goals/0/text", "x")
    )
    fact = only(desk.does(act, LATER), RecordCorrected)
    assert (fact.corrected, fact.members) == (
        drawn_up,
        ("/content/validUntil", "/content/goals/0/text"),
    )
    (plan,) = desk.state.plans
    assert (plan.valid_until, plan.goals[0].text) == (date(2026, 2, 28), "x")
    assert desk.state == fold(desk.facts)
    recorded = next(each.fact for each in desk.facts if each.version == drawn_up)
    assert isinstance(recorded, PlanDrawnUp)
    assert recorded.valid_until == LAST_DAY


@pytest.mark.guarantee("RC-1")
def test_a_record_that_leaves_open_what_is_always_asked_is_corrected_like_any() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 9, 1)), date(2025, 8, 1))
    desk.does(review(desk.plan, next_on=None), date(2025, 8, 4))
    held = version_of(desk, PlanReviewed)
    desk.does(correction(held, ("/effectiveOn", "2025-08-02")), LATER)
    assert [(each.held_on, each.next_review_on) for each in desk.state.reviews] == [
        (date(2025, 8, 2), None)
    ]


@pytest.mark.guarantee("RC-1")
def test_a_correction_settles_again_whether_the_plan_is_agreed_until_the_maximum() -> None:
    desk = planned_to_the_maximum()
    second = version_of(desk, PlanDrawnUp)
    desk.does(correction(second, ("/content/validUntil", "2027-02-01")), LATER)
    assert [p.reaches_maximum for p in desk.state.plans] == [False, False]
    desk.does(correction(second, ("/content/validUntil", "2027-03-03")), LATER)
    assert [p.reaches_maximum for p in desk.state.plans] == [False, True]


@pytest.mark.guarantee("RC-1")
def test_a_legal_day_may_have_been_wrong() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(
        correction(drawn_up, ("/effectiveOn", "2025-03-02"), ("/content/validUntil", "2026-03-02")),
        LATER,
    )
    assert desk.state.plans[0].drawn_up_on == date(2025, 3, 2)
    assert desk.maximum() == date(2027, 3, 2)


@pytest.mark.guarantee("RC-1")
def test_what_would_have_been_refused_is_refused_with_the_same_rule_and_day() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    earlier = asks(desk, correction(drawn_up, ("/effectiveOn", "2025-03-01")))
    assert refused(earlier) == [("first-plan", "23.2", date(2026, 3, 1))]
    longer = asks(desk, correction(drawn_up, ("/content/validUntil", "2026-03-04")))
    assert refused(longer) == [("first-plan", "23.2", LAST_DAY)]
    assert pointers(longer) == ["/changes/0/to"]


@pytest.mark.guarantee("RC-1")
def test_no_later_record_is_left_unlawful() -> None:
    desk = planned()
    completed = version_of(desk, PlanDrawnUp) - 1
    no_plan = {"outcome": "NO_PLAN", "reasons": "None needed"}
    outcome = asks(desk, correction(completed, ("/content/plan", no_plan)))
    rules = [(rule, section) for rule, section, _ in refused(outcome)]
    assert rules == [("later-records-stand", "GDPR:16"), ("plan-after-assessment", "16.1")]
    assert isinstance(outcome, Refusal)
    assert outcome.violations[0].line.inputs == {"versions": (completed + 1,)}
    assert desk.does(correction(completed, ("/content/makers/0/phone", "123")), LATER)


@pytest.mark.guarantee("RC-1")
@pytest.mark.parametrize(
    ("change", "rule", "pointer"),
    [
        ({"member": "/content/nothing", "to": 1}, "correction-fits", "/changes/0/to"),
        ({"member": "/content/goals/9/text", "to": "x"}, "correction-fits", "/changes/0/member"),
        ({"member": "/content/followUp/x", "to": "x"}, "correction-fits", "/changes/0/member"),
        ({"member": "/content/validUntil", "to": "soon"}, "correction-fits", "/changes/0/to"),
        ({"member": "/content/validUntil", "to": None}, "correction-fits", "/changes/0/to"),
        ({"member": "/effectiveOn", "to": None}, "correction-fits", "/changes/0/to"),
        ({"member": "/content/goals", "to": []}, "correction-fits", "/changes/0/to"),
        ({"member": "/content/validUntil", "to": "2026-03-03"}, "correction-fits", "/changes/0/to"),
        (
            {"member": "/content/validUntil", "from": "2026-03-04", "to": "2026-03-02"},
            "corrected-as-seen",
            "/changes/0/from",
        ),
        (
            {"member": "/content/planId", "to": str(UUID(int=9))},
            "corrected-where-told",
            "/changes/0/member",
        ),
    ],
)
def test_what_no_act_could_have_said_is_refused(
    change: dict[str, Any], rule: str, pointer: str
) -> None:
    desk = planned()
    act = CorrectRecord.model_validate(
        {"version": version_of(desk, PlanDrawnUp), "changes": [change], "reason": "x"}
    )
    outcome = asks(desk, act)
    assert [each[:2] for each in refused(outcome)] == [(rule, "GDPR:16")]
    assert pointers(outcome) == [pointer]


@pytest.mark.guarantee("RC-1")
def test_the_last_correction_of_a_record_counts() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(correction(drawn_up, ("/content/followUp", "by letter")), LATER)
    seen = {"member": "/content/followUp", "from": "by letter", "to": "by telephone"}
    again = CorrectRecord.model_validate({"version": drawn_up, "changes": [seen], "reason": "x"})
    desk.does(again, LATER)
    assert desk.state.plans[0].follow_up == "by telephone"


@pytest.mark.guarantee("RC-1")
def test_only_a_record_that_counts_and_is_no_correction_is_put_right() -> None:
    desk = opened()
    benefits = desk.state.version
    desk.does(annulment(benefits), LATER)
    for version in (benefits, desk.state.version, desk.state.version + 1):
        for act in (correction(version, ("/effectiveOn", "2025-02-01")), annulment(version)):
            assert refused(asks(desk, act), conflict=True) == [("record-counts", "GDPR:16", None)]


@pytest.mark.guarantee("RC-1")
def test_the_source_may_have_been_wrong() -> None:
    desk = opened()
    desk.does(correction(3, ("/source/name", "kela")), LATER)
    source = next(each.source for each in mended(desk.facts) if each.version == 3)
    assert source is not None
    assert source.name == "kela"


# annulment ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-2")
def test_what_should_never_have_been_is_in_no_current_view() -> None:
    desk = planned()
    fact = only(desk.does(annulment(version_of(desk, PlanDrawnUp)), LATER), RecordAnnulled)
    assert fact.annulled == (version_of(desk, PlanDrawnUp),)
    assert desk.state.plans == ()
    assert desk.state == fold(desk.facts)
    now = known(desk.facts, AsOf(valid_on=LATER))
    assert current_plan(now, desk.law).plan is None
    assert "PlanDrawnUp" not in {each.fact for each in explanation(now, LAW, Language.EN).chain}
    (due,) = what_is_due(now, LAW, Language.EN).dues
    assert due.due == "PLAN_TO_DRAW_UP"


@pytest.mark.guarantee("RC-2")
def test_what_builds_on_it_goes_along_only_by_name() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(guide(desk.plan, *desk.measures), date(2025, 3, 10))
    guided = desk.state.version
    desk.does(residence(GRANTED - timedelta(days=1)), date(2025, 3, 10))
    unrelated = desk.state.version
    for along in ((), (drawn_up,), (drawn_up, guided, unrelated)):
        outcome = asks(desk, annulment(drawn_up - 1, *along))
        assert refused(outcome, conflict=True) == [("nothing-builds-on-it", "GDPR:16", None)]
        assert isinstance(outcome, Refusal)
        inputs = outcome.violations[0].line.inputs
        assert inputs["buildingOn"] == (drawn_up, guided)
    desk.does(annulment(drawn_up - 1, drawn_up, guided), LATER)
    assert desk.state.plans == ()
    assert desk.state.assessments[0].completed_on is None
    assert desk.state.person.first_granted_on(LATER) == GRANTED - timedelta(days=1)


@pytest.mark.guarantee("RC-2")
def test_an_act_that_recorded_several_facts_is_annulled_as_one() -> None:
    desk = planned()
    ending = {"ground": "EMPLOYED", "ends_on": date(2025, 10, 1)}
    desk.does(review(desk.plan, next_on=None, ending=ending), date(2025, 9, 1))
    reviewed, ended = desk.state.version - 1, desk.state.version
    fact = only(desk.does(annulment(ended), date(2025, 9, 2)), RecordAnnulled)
    assert (fact.named, fact.annulled) == (ended, (reviewed, ended))
    assert desk.state.reviews == ()
    assert desk.last_day() == LAST_DAY


@pytest.mark.guarantee("RC-2")
def test_what_names_an_id_that_nothing_else_gives_builds_on_it() -> None:
    """Also where nobody can tell the act again, so that no rule is asked."""
    case = Casebook().case().opened(OPENED).plan(DRAWN_UP, LAST_DAY).guided(LATER)
    desk = Desk(case=case, state=case.state)
    outcome = asks(desk, annulment(2))
    assert isinstance(outcome, Refusal)
    assert outcome.violations[0].line.inputs["buildingOn"] == (3,)


@pytest.mark.guarantee("RC-2")
def test_the_opening_is_never_annulled() -> None:
    desk = opened()
    assert refused(asks(desk, annulment(1))) == [("opening-stays", "GDPR:16", None)]


@pytest.mark.guarantee("RC-2")
def test_corrections_of_what_is_annulled_go_with_it() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(correction(drawn_up, ("/content/followUp", "by letter")), LATER)
    corrected = desk.state.version
    fact = only(desk.does(annulment(drawn_up), LATER), RecordAnnulled)
    assert fact.annulled == (drawn_up, corrected)
    assert desk.state.plans == ()


@pytest.mark.guarantee("RC-2")
def test_a_closing_recorded_by_mistake_is_annulled_in_the_closed_case() -> None:
    desk = opened()
    desk.does(close(), date(2025, 3, 3))
    desk.does(annulment(desk.state.version), date(2025, 3, 4))
    assert desk.state.closing is None
    desk.does(residence(GRANTED), date(2025, 3, 4))


# what follows ------------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-5")
def test_what_was_computed_from_it_is_computed_again() -> None:
    desk = planned_to_the_maximum()
    until = date(2027, 9, 1)
    desk.does(
        extend(desk.plan, lengthen(ExtensionGround.LITTLE_EDUCATION, until)), date(2026, 11, 2)
    )
    extended = desk.state.version
    first = next(each.version for each in desk.facts if isinstance(each.fact, PlanDrawnUp))
    act = correction(first, ("/effectiveOn", "2025-03-02"), ("/content/validUntil", "2026-03-02"))
    outcome = desk.asks(act, date(2026, 11, 3))
    # The plans up to the maximum would last a day too long.
    assert "all-plans" in {rule for rule, *_ in refused(outcome)}
    act = correction(extended, ("/content/until", "2027-08-01"))
    desk.does(act, date(2026, 11, 3))
    assert desk.maximum() == date(2027, 8, 1)
    (fact,) = (each.fact for each in desk.facts if isinstance(each.fact, RecordCorrected))
    assert isinstance(fact, RecordCorrected)
    assert fact.members == ("/content/until", "/content/length")
    derived = asks(desk, correction(extended, ("/content/length/months", 1)), date(2026, 11, 3))
    assert refused(derived) == [("corrected-where-told", "GDPR:16", None)]


@pytest.mark.guarantee("RC-5")
def test_what_was_computed_in_a_later_record_is_computed_again_and_told() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    until = date(2027, 9, 1)
    desk.does(
        extend(desk.plan, lengthen(ExtensionGround.LITTLE_EDUCATION, until)), date(2025, 10, 1)
    )
    extended = desk.state.version
    granted = desk.state.extensions[0].grant.length
    act = correction(
        drawn_up, ("/effectiveOn", "2025-03-02"), ("/content/validUntil", "2026-03-02")
    )
    desk.does(act, date(2025, 10, 2))
    assert desk.state.extensions[0].grant.length != granted
    assert desk.maximum() == until
    told = history(known(desk.facts, AsOf(valid_on=date(2025, 10, 3))), Language.EN).entries
    (mark,) = told[extended - 1].corrections
    assert (mark.computed, mark.text) == (
        True,
        f"Computed again on 2 October 2025 because of record {extended + 2}.",
    )


@pytest.mark.guarantee("RC-5")
def test_what_was_computed_from_what_is_annulled_is_computed_again() -> None:
    desk = planned()
    need = lengthen(ExtensionGround.MULTISECTORAL_NEED, date(2027, 6, 3))
    desk.does(extend(desk.plan, need), date(2025, 9, 1))
    first, until = desk.state.version, date(2027, 9, 3)
    educated = lengthen(ExtensionGround.LITTLE_EDUCATION, until)
    desk.does(extend(desk.plan, educated), date(2025, 10, 1))
    assert desk.state.extensions[1].grant.length == Length(months=3, days=0)
    desk.does(annulment(first), date(2025, 10, 2))
    (left,) = desk.state.extensions
    assert left.grant.length == Length(months=6, days=0)
    assert desk.maximum() == until


@pytest.mark.guarantee("RC-5")
def test_what_the_calendar_noted_goes_along() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(expire(desk.plan, LAST_DAY), date(2026, 3, 4))
    noted = desk.state.version
    desk.does(correction(drawn_up, ("/content/validUntil", "2026-03-02")), date(2026, 3, 5))
    assert desk.state.plans[0].expired_after is None
    annulled = [each.fact for each in desk.facts if isinstance(each.fact, RecordAnnulled)]
    assert [each.annulled for each in annulled if isinstance(each, RecordAnnulled)] == [(noted,)]
    desk.does(expire(desk.plan, date(2026, 3, 2)), date(2026, 3, 6))
    desk.does(annulment(drawn_up), date(2026, 3, 7))
    assert not [each for each in mended(desk.facts) if isinstance(each.fact, PlanExpired)]


@pytest.mark.guarantee("RC-5")
def test_an_added_measure_takes_the_id_it_is_given_and_no_other_changes_its_own() -> None:
    desk = planned()
    before = desk.measures
    added = {
        "measureId": str(UUID(int=77)),
        "measure": TRAINING.model_dump(mode="json", exclude_none=True),
    }
    facts = {each.version: each for each in desk.facts}
    drawn_up = version_of(desk, PlanDrawnUp)
    measures = facts[drawn_up].fact.model_dump(mode="json", exclude_none=True)["measures"]
    changed = [measures[1], added]
    desk.does(correction(drawn_up, ("/content/measures", changed)), LATER)
    assert desk.measures == (before[1], UUID(int=77))


# both axes ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-3")
def test_known_before_it_is_as_it_was_and_after_as_it_was_put_right() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(correction(drawn_up, ("/content/validUntil", "2026-02-28")), LATER)
    desk.does(annulment(drawn_up), date(2025, 4, 1))
    days = (DRAWN_UP, LATER, date(2025, 12, 1))
    for known_on, until in (
        (date(2025, 3, 19), LAST_DAY),
        (LATER, date(2026, 2, 28)),
        (date(2025, 4, 1), None),
    ):
        instant = datetime.combine(known_on, time(23), tzinfo=UTC)
        for day in days:
            plan = current_plan(known(desk.facts, AsOf(valid_on=day, known_at=instant)), LAW).plan
            assert (plan.valid_until if plan else None) == until


@pytest.mark.guarantee("RC-3")
def test_a_state_is_never_gone_on_from_across_what_puts_it_right() -> None:
    desk = planned()
    desk.does(annulment(version_of(desk, PlanDrawnUp)), LATER)
    before, last = desk.facts[:-1], desk.facts[-1]
    with pytest.raises(FoldAnew):
        evolve(fold(before), last)
    assert fold_on((last,), fold(before), lambda: before) == fold(desk.facts)
    assert mended(mended(desk.facts)) == mended(desk.facts)


# history -----------------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-4")
def test_the_history_shows_the_corrected_beside_the_correction() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(correction(drawn_up, ("/content/validUntil", "2026-02-28")), LATER)
    desk.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, LATER), LATER)
    noticed = desk.state.version
    desk.does(annulment(noticed), date(2025, 4, 1))
    sentences = []
    for language in Language:
        told = history(known(desk.facts, AsOf(valid_on=date(2025, 4, 2))), language)
        entries = {each.version: each for each in told.entries}
        (mark,) = entries[drawn_up].corrections
        assert entries[drawn_up].content["validUntil"] == "2026-03-03"
        (change,) = mark.changes
        assert (change.member, change.was, change.now) == (
            "/content/validUntil",
            "2026-03-03",
            "2026-02-28",
        )
        assert (mark.by, mark.recorded_by, mark.reason) == ("vaasa", "officer-1", "Written wrong")
        gone = entries[noticed]
        assert gone.annulment is not None
        assert gone.annulment.reason == "Recorded on the wrong person"
        assert (gone.content, gone.rules) == ({}, ())
        sentences += [mark.text, gone.annulment.text]
    assert sentences == [
        "Oikaistu 20.3.2025 kirjauksella 9.",
        "Mitätöity 1.4.2025 kirjauksella 11.",
        "Rättad 20.3.2025 genom anteckningen 9.",
        "Annullerad 1.4.2025 genom anteckningen 11.",
        "Corrected on 20 March 2025 by record 9.",
        "Annulled on 1 April 2025 by record 11.",
    ]
    auditor = known(desk.facts, AsOf(valid_on=date(2025, 4, 2)), annulled_shown=True)
    entries = {each.version: each for each in history(auditor, Language.EN).entries}
    assert entries[noticed].content["benefit"] == "CHILD_HOME_CARE_ALLOWANCE"


# masking -----------------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-7")
def test_contact_details_stay_masked_when_they_are_put_right() -> None:
    desk = opened()
    home = ContactDetails(address="Kauppakatu 1")
    desk.does(RecordDetails(details=PersonDetails(contact=home)), LATER)
    told = desk.state.version
    desk.does(RequestCorrection(version=told, asked="I live at Kauppakatu 2"), LATER)
    desk.does(RequestCorrection(asked="I live at Kauppakatu 2"), LATER)
    asked_for = desk.state.correction_requests[0].request_id
    moved = correction(
        told, ("/content/details/contact/address", "Kauppakatu 2"), reason="Kauppakatu 2 is right"
    )
    desk.does(moved, LATER)
    no = AnswerCorrectionRequest(
        request=asked_for, outcome=CorrectionOutcome.REFUSED, reason="Kauppakatu 2 is right"
    )
    desk.does(no, LATER)
    desk.does(AnnulRecord(version=told, reason="Kauppakatu is another's"), LATER)
    for facts in (desk.facts, desk.facts[:-1]):
        shown = history(
            known(masked(facts, LATER), AsOf(valid_on=LATER), annulled_shown=True), Language.EN
        )
        assert "Kauppakatu" in str(history(known(facts, AsOf(valid_on=LATER)), Language.EN))
        assert "Kauppakatu" not in shown.model_dump_json()
        assert fold(masked(facts, LATER)).person.details_on(LATER).contact is None


@pytest.mark.guarantee("ND-5")
def test_where_a_case_is_to_go_stays_masked_when_the_hand_over_is_put_right() -> None:
    desk, day, passes = planned(), date(2025, 8, 5), date(2025, 8, 11)
    desk.does(consent(day), day)
    desk.does(move(desk, takes_effect_on=passes), day)
    handed_over = version_of(desk, CaseHandedOver)
    later = correction(handed_over, ("/content/takesEffectOn", "2025-08-12"), reason="To kaskinen")
    desk.does(later, day)
    shown = masked(desk.facts, date(2025, 8, 11))
    told = history(known(shown, AsOf(valid_on=day)), Language.EN).model_dump_json()
    assert "kaskinen" not in told
    assert fold(shown).responsible_on(passes) == "vaasa"
    corrected = masked(desk.facts, date(2025, 8, 12))
    assert fold(corrected).responsible_on(date(2025, 8, 12)) == "kaskinen"


# requests ----------------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-9")
def test_a_request_is_answered_once_granted_by_putting_right_or_refused_with_its_reason() -> None:
    desk = planned()
    drawn_up = version_of(desk, PlanDrawnUp)
    desk.does(RequestCorrection(version=drawn_up, asked="We agreed on February"), LATER)
    (asked,) = desk.state.correction_requests
    grant = AnswerCorrectionRequest(request=asked.request_id, outcome=CorrectionOutcome.GRANTED)
    refusal = grant.model_copy(update={"outcome": CorrectionOutcome.REFUSED})
    assert refused(asks(desk, grant)) == [("granted-by-putting-right", "GDPR:12.3", None)]
    assert refused(asks(desk, refusal)) == [("refusal-gives-reason", "GDPR:12.4", None)]
    put_right = correction(
        drawn_up, ("/content/validUntil", "2026-02-28"), request=asked.request_id
    )
    desk.does(put_right, LATER)
    desk.does(grant, LATER)
    assert desk.state.correction_requests[0].outcome is CorrectionOutcome.GRANTED
    for act in (grant, put_right, correction(drawn_up, ("/content/followUp", "x"))):
        again = act.model_copy(update={"request": asked.request_id})
        expected = [("correction-awaits-answer", "GDPR:12.3", None)]
        assert refused(asks(desk, again), conflict=True) == expected


@pytest.mark.guarantee("RC-9", "CS-3")
def test_a_closed_case_is_still_put_right() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 4, 1)), date(2025, 4, 1))
    desk.does(close(), date(2025, 4, 2))
    later = date(2025, 5, 5)
    desk.does(RequestCorrection(asked="Not so"), later)
    (asked,) = desk.state.correction_requests
    drawn_up = version_of(desk, PlanDrawnUp)
    put_right = correction(drawn_up, ("/content/followUp", "x"), request=asked.request_id)
    desk.does(put_right, later)
    yes = AnswerCorrectionRequest(request=asked.request_id, outcome=CorrectionOutcome.GRANTED)
    desk.does(yes, later)
    assert refused(desk.asks(residence(GRANTED), later), conflict=True)[0][0] == "case-is-open"


# acts told again ---------------------------------------------------------------------------------


@pytest.mark.guarantee("RC-8")
def test_every_act_is_told_again_from_its_facts_and_decided_to_the_same() -> None:
    told = set()
    instead = assessed_together()
    ordinary = draw_up(
        DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1), departure={"reason": "No other services"}
    )
    instead.does(ordinary, DRAWN_UP)
    named = opened()
    named.does(RecordDetails(details=PersonDetails(mother_tongue="fa")), LATER)
    for desk in (*everything(), instead, named):
        if any(isinstance(each.fact, MENDS) for each in desk.facts):
            continue
        state = NOTHING
        past = past_of(desk.facts, desk.under)
        for facts in acts_of(desk.facts):
            if isinstance(facts[0].fact, HandOverRequested):
                # What an opening elsewhere became: nobody's act on this case.
                state = fold(facts, state)
                continue
            outcome = decided(past, facts, state)
            assert isinstance(outcome, Decision), facts[0].act
            assert outcome.facts == tuple(each.fact for each in facts), facts[0].act
            told.add(facts[0].act)
            state = fold(facts, state)
    about_the_record = {each.NAME for each in (CorrectRecord, AnnulRecord, RequestCorrection)} | {
        AnswerCorrectionRequest.NAME,
    }
    assert told == ACTS.keys() - about_the_record
