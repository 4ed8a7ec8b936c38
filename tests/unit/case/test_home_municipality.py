"""The home municipality (73 §), and who is to have the case of somebody who has moved (85 §)."""

from datetime import date
from uuid import UUID

import pytest
from tests.acts import close, consent, details, hand_over, move, open_case, status
from tests.desk import (
    DRAWN_UP,
    KASKINEN,
    LAIHIA,
    LAW,
    LAW_IN_FORCE,
    OPENED,
    VAASA_TE,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import opened, planned

from cases.domain.case.act import Decision
from cases.domain.case.consent.acts import WithdrawConsent
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.protection.acts import LiftNonDisclosure, SetNonDisclosure
from cases.domain.case.protection.masking import masked
from cases.domain.case.records.acts import AnnulRecord, Change, CorrectRecord, RequestCorrection
from cases.domain.case.state import fold
from cases.domain.codes.terms import Language
from cases.domain.codes.values import DueKind, HandOverReason, LabourMarketStatus
from cases.domain.law.edition import Law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.case import case_overview
from cases.domain.questions.dues import Due, dues, what_is_due
from cases.domain.questions.history import history
from cases.projections.worklist.fold import Worklist

BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
MOVED = date(2025, 6, 2)
DECIDED = date(2025, 8, 5)


def moved(law: Law = LAW, to: str = "kaskinen") -> Desk:
    """A client of Vaasa's with a plan, on record as living elsewhere since 2.6.2025."""
    desk = planned(law)
    desk.does(details(home_municipality=to), MOVED)
    return desk


def to_hand_over(desk: Desk) -> list[Due]:
    return [d for d in dues(desk.state, desk.law) if d.kind is DueKind.HOME_MUNICIPALITY_CHANGED]


# what is recorded ---------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-60")
def test_73_the_home_municipality_is_one_of_the_register_and_the_log_does_not_say_which(
    law: Law,
) -> None:
    desk = planned(law)
    decision = desk.does(details(home_municipality="kaskinen"), MOVED)
    assert only(decision, PersonDetailsRecorded).employment_authority == "rannikko-te"
    assert rule_log(decision) == [("lives-in-a-municipality", "73.1", True)]
    assert "kaskinen" not in repr(decision.rules)
    for other in ("vaasa-te", "pohjanmaa", "nowhere"):
        outcome = desk.asks(details(home_municipality=other), MOVED)
        assert refused(outcome) == [("lives-in-a-municipality", "73.1", None)]
        assert pointers(outcome) == ["/details/homeMunicipality"]


@pytest.mark.guarantee("CS-60")
def test_73_an_opening_tells_it_too_and_names_all_that_is_wrong_at_once() -> None:
    desk = Desk()
    decision = desk.does(open_case(home_municipality="laihia"), OPENED)
    told = decision.facts[-1]
    assert isinstance(told, PersonDetailsRecorded)
    assert (told.details.home_municipality, told.employment_authority) == ("laihia", "vaasa-te")
    wrong = open_case(home_municipality="nowhere", date_of_birth=date(2025, 12, 1))
    outcome = Desk().asks(wrong, OPENED)
    assert [rule for rule, _, _ in refused(outcome)] == ["born-by-then", "lives-in-a-municipality"]
    assert pointers(outcome) == ["/person/dateOfBirth", "/person/homeMunicipality"]


def test_73_it_holds_from_its_day_and_stays_when_other_details_are_told() -> None:
    desk = moved()
    desk.does(details(mother_tongue="fa"), DECIDED)
    told = [
        case_overview(known(desk.facts, AsOf(valid_on=day)), LAW).person.home_municipality
        for day in (DRAWN_UP, MOVED, DECIDED)
    ]
    assert told == [None, "kaskinen", "kaskinen"]


@pytest.mark.guarantee("CS-60")
def test_73_it_is_corrected_as_it_is_told_and_who_answers_there_follows() -> None:
    desk = moved()
    version = desk.facts[-1].version

    def correct(to: str) -> CorrectRecord:
        change = Change(member="/content/details/homeMunicipality", to=to)
        return CorrectRecord(version=version, changes=(change,), reason="The wrong one")

    outcome = desk.asks(correct("nowhere"), DECIDED)
    assert refused(outcome) == [("lives-in-a-municipality", "73.1", None)]
    desk.does(correct("laihia"), DECIDED)
    home = desk.state.person.home
    assert home is not None
    assert (home.municipality, home.employment_authority) == ("laihia", "vaasa-te")
    desk.does(AnnulRecord(version=version, reason="Never told"), DECIDED)
    assert desk.state.person.home is None


# to hand over -------------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-61")
def test_85_who_lives_elsewhere_is_to_be_handed_over_from_the_day_it_is_on_record(
    law: Law,
) -> None:
    (due,) = to_hand_over(moved(law))
    assert due == Due(
        kind=DueKind.HOME_MUNICIPALITY_CHANGED,
        authority="vaasa",
        section="85",
        since=MOVED,
        shown_from=MOVED,
    )
    assert "kaskinen" not in repr(due)
    assert to_hand_over(moved(law, to="vaasa")) == []


@pytest.mark.guarantee("CS-61")
def test_85_told_again_it_counts_from_the_first_day_and_back_home_there_is_nothing_to_do() -> None:
    desk = moved()
    desk.does(details(home_municipality="kaskinen"), DECIDED)
    assert [due.since for due in to_hand_over(desk)] == [MOVED]
    desk.does(details(home_municipality="vaasa"), DECIDED)
    assert to_hand_over(desk) == []


@pytest.mark.guarantee("CS-61")
def test_85_it_is_done_once_the_case_is_handed_over_even_ahead_and_wherever_to() -> None:
    for to in (KASKINEN, LAIHIA):
        desk = moved()
        desk.does(consent(DECIDED), DECIDED)
        desk.does(move(desk, to=to.id, takes_effect_on=date(2025, 8, 11)), DECIDED)
        assert to_hand_over(desk) == []
        assert what_is_due_on(desk, DECIDED) & {DueKind.HOME_MUNICIPALITY_CHANGED} == set()
    given = desk.state.consents[-1].consent_id
    desk.does(WithdrawConsent(consent=given), DECIDED)
    assert len(to_hand_over(desk)) == 1


@pytest.mark.guarantee("CS-61")
def test_85_what_was_told_before_a_move_says_nothing_of_the_new_authority() -> None:
    desk = planned()
    desk.does(details(home_municipality="vaasa"), MOVED)
    desk.does(consent(DECIDED), DECIDED)
    desk.does(move(desk), DECIDED)
    assert to_hand_over(desk) == []
    later = date(2025, 9, 1)
    desk.does(details(home_municipality="laihia"), later, by=KASKINEN)
    assert [(due.authority, due.since) for due in to_hand_over(desk)] == [("kaskinen", later)]


@pytest.mark.guarantee("CS-61")
@pytest.mark.parametrize(
    ("home", "areas", "asked"),
    [("vaasa", True, False), ("laihia", True, False), ("kaskinen", True, True),
     ("vaasa", False, False), ("kaskinen", False, False)],
)  # fmt: skip
def test_3_an_employment_authority_answers_where_the_register_says_so(
    home: str, areas: bool, asked: bool
) -> None:
    desk = planned()
    if not areas:
        desk.areas = {}
    desk.does(status(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, MOVED), MOVED)
    handed = hand_over(to=VAASA_TE.id, reason=HandOverReason.JOBSEEKER)
    desk.does(handed, MOVED)
    desk.does(details(home_municipality=home), DECIDED, by=VAASA_TE)
    assert bool(to_hand_over(desk)) is asked


@pytest.mark.guarantee("CS-61")
def test_85_of_a_municipality_without_an_area_who_is_no_jobseeker_is_asked_for() -> None:
    desk = planned()
    desk.areas = {}
    desk.does(details(home_municipality="kaskinen"), MOVED)
    assert len(to_hand_over(desk)) == 1


def test_85_a_closed_case_is_not_handed_over() -> None:
    desk = opened()
    desk.does(details(home_municipality="kaskinen"), MOVED)
    desk.does(close(), DECIDED)
    assert to_hand_over(desk) == []


def what_is_due_on(desk: Desk, day: date) -> set[DueKind]:
    asked = known(desk.facts, AsOf(valid_on=day))
    return {each.due for each in what_is_due(asked, desk.law, Language.EN).dues}


# withheld -----------------------------------------------------------------------------------------


@pytest.mark.guarantee("ND-6")
def test_36_a_protected_clients_home_municipality_is_in_no_fact_whatever_put_it_right() -> None:
    desk = moved()
    version = desk.facts[-1].version
    desk.does(SetNonDisclosure(since=DECIDED), DECIDED)
    asked = desk.does(
        RequestCorrection(version=version, asked="I never lived in kaskinen"), DECIDED
    )
    assert isinstance(asked, Decision)
    change = Change(member="/content/details/homeMunicipality", to="laihia")
    desk.does(
        CorrectRecord(version=version, changes=(change,), reason="Not kaskinen but laihia"), DECIDED
    )
    assert desk.state.person.home is not None
    shown = masked(desk.facts, DECIDED)
    assert fold(shown).person.home is None
    told = (
        repr(shown) + history(known(shown, AsOf(valid_on=DECIDED)), Language.EN).model_dump_json()
    )
    for place in ("kaskinen", "laihia", "rannikko-te", "vaasa-te"):
        assert place not in told
    # Nor that it is another one: what is due says nothing of it.
    assert DueKind.HOME_MUNICIPALITY_CHANGED not in {d.kind for d in dues(fold(shown), LAW)}


@pytest.mark.guarantee("ND-6")
def test_36_the_worklist_keeps_until_when_it_is_withheld() -> None:
    desk = moved()

    def withheld(desk: Desk) -> dict[str, object]:
        rows = Worklist(LAW).complete_rows(UUID(int=7), desk.state)["worklist"]
        return {str(row["kind"]): row["withheld_until"] for row in rows}

    assert set(withheld(desk).values()) == {None}
    desk.does(SetNonDisclosure(since=MOVED, until=date(2026, 6, 1)), MOVED)
    desk.does(SetNonDisclosure(since=MOVED, until=date(2025, 12, 1)), MOVED)
    found = withheld(desk)
    assert found.pop("HOME_MUNICIPALITY_CHANGED") == date(2026, 6, 1)
    assert set(found.values()) == {None}
    desk.does(LiftNonDisclosure(), DECIDED)
    assert withheld(desk)["HOME_MUNICIPALITY_CHANGED"] == date(2025, 8, 4)
    desk.does(SetNonDisclosure(since=DECIDED), DECIDED)
    assert withheld(desk)["HOME_MUNICIPALITY_CHANGED"] == date.max
