"""Everything that happened: who, when, why, under which rules, in the order of recording."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError
from tests.acts import review
from tests.desk import DRAWN_UP, OPENED, Desk
from tests.standing import opened, planned

from cases.domain.codes.terms import Language
from cases.domain.codes.values import SourceKind
from cases.domain.facts import Source
from cases.domain.old_record import OldRecord
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.history import HistoryEntry, history


def entries(
    desk: Desk, day: date = date(2026, 11, 20), language: Language = Language.EN
) -> tuple[HistoryEntry, ...]:
    return history(known(desk.facts, AsOf(valid_on=day)), language).entries


@pytest.mark.guarantee("QU-6")
def test_the_history_tells_every_fact_once_in_the_order_of_its_version() -> None:
    told = entries(planned())
    assert [entry.version for entry in told] == list(range(1, 9))
    assert [entry.fact for entry in told] == [
        "CaseOpened",
        "PersonDetailsRecorded",
        "ResidenceBasisRecorded",
        "LabourMarketStatusRecorded",
        "BenefitNoticeRecorded",
        "AssessmentStarted",
        "AssessmentCompleted",
        "PlanDrawnUp",
    ]


@pytest.mark.guarantee("QU-6")
def test_an_entry_says_who_recorded_what_when_by_which_act_and_under_which_rules() -> None:
    desk = planned()
    entry = entries(desk)[-1]
    recorded = desk.facts[-1]
    assert (entry.by, entry.role, entry.recorded_by) == ("vaasa", "OFFICER", "officer-1")
    assert (entry.act, entry.act_id, entry.purpose) == ("drawUpPlan", "act-7", "case-work")
    assert (entry.effective_on, entry.edition) == (DRAWN_UP, "681/2023")
    assert entry.recorded_at == datetime(2025, 3, 3, 12, tzinfo=UTC)
    assert entry.event == recorded.event_id
    assert [line.rule for line in entry.rules] == [line.rule for line in recorded.rules]
    assert len(entry.rules) == 6


@pytest.mark.guarantee("QU-6")
def test_the_content_holds_the_members_of_the_fact_as_json_and_leaves_out_what_is_absent() -> None:
    content = entries(planned())[-1].content
    assert (content["validFrom"], content["validUntil"]) == ("2025-03-03", "2026-03-03")
    assert content["goals"][0] == {"term": "LONG", "kind": "EMPLOYMENT", "text": "as agreed"}
    assert "jobSearchObligation" not in content
    status = entries(planned())[3].content
    assert status == {"status": "OUTSIDE_LABOUR_FORCE_HOME_CARE", "from": "2024-11-01"}


@pytest.mark.guarantee("QU-6")
def test_the_source_of_a_fact_is_told_where_it_was_given() -> None:
    told = entries(planned())
    assert told[2].source == Source(kind=SourceKind.AUTHORITY, name="migri")
    assert told[0].source is None


@pytest.mark.guarantee("QU-6")
def test_a_fact_counts_from_its_legal_date_and_a_status_from_its_own_first_day() -> None:
    desk = planned()
    day_before, first_day = (
        [entry.fact for entry in entries(desk, day)] for day in (date(2025, 2, 2), OPENED)
    )
    assert day_before == [
        "ResidenceBasisRecorded",
        "LabourMarketStatusRecorded",
        "BenefitNoticeRecorded",
    ]
    assert first_day == ["CaseOpened", "PersonDetailsRecorded", *day_before]


@pytest.mark.guarantee("QU-6")
def test_a_review_told_late_stands_where_it_was_recorded_with_both_its_times() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2026, 2, 23)), date(2025, 9, 1))
    desk.does(review(desk.plan, next_on=date(2025, 9, 1)), date(2025, 5, 5), today=date(2025, 9, 8))
    late = entries(desk)[-1]
    assert (late.version, late.effective_on) == (10, date(2025, 5, 5))
    assert late.recorded_at == datetime(2025, 9, 8, 12, tzinfo=UTC)
    assert [entry.version for entry in entries(desk, date(2025, 6, 1))][-1] == 10


@pytest.mark.guarantee("QU-6")
def test_a_fact_is_titled_in_the_language_asked_for() -> None:
    titles = [entries(planned(), language=language)[-1].title for language in Language]
    assert titles == ["suunnitelma laadittu", "planen har utarbetats", "plan drawn up"]


@pytest.mark.guarantee("IM-3")
def test_what_was_imported_says_when_the_old_system_recorded_it() -> None:
    desk = opened()
    said = ("2024-05-02", "Old system"), ("2024-05-01T22:30:00Z", None)
    old = [OldRecord(source_date=day, source_system=system) for day, system in said]
    imported = [replace(fact, old_record=old[n]) for n, fact in enumerate(desk.facts[:2])]
    told = {
        language: [
            entry.old_record.text if entry.old_record else None
            for entry in history(
                known((*imported, desk.facts[2]), AsOf(valid_on=OPENED)), language
            ).entries
        ]
        for language in Language
    }
    # An instant is told as the legal day in Helsinki.
    assert told == {
        Language.FI: [
            "Kirjattu vanhaan järjestelmään 2.5.2024 (Old system).",
            "Kirjattu vanhaan järjestelmään 2.5.2024.",
            None,
        ],
        Language.SV: [
            "Antecknat i det gamla systemet 2.5.2024 (Old system).",
            "Antecknat i det gamla systemet 2.5.2024.",
            None,
        ],
        Language.EN: [
            "Recorded in the old system on 2 May 2024 (Old system).",
            "Recorded in the old system on 2 May 2024.",
            None,
        ],
    }


@pytest.mark.parametrize(
    "said", ["2.5.2024", "2024-05-02T10:00:00", "2024-13-02", "20240502", "2024-05-02T25:00Z", ""]
)
def test_an_old_record_has_a_day_or_an_instant_with_its_zone(said: str) -> None:
    with pytest.raises(ValidationError):
        OldRecord(source_date=said)
