"""Histories in which the old system had put something right: corrected, annulled, been asked to."""

from typing import Any

import pytest
from tests.importing import Importing
from tests.old_system import Line, history, line, test_code

from cases.app.outcomes import Found
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.codes.terms import Language
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.history import HistoryEntry
from cases.domain.questions.history import history as history_of
from cases.domain.time import legal_day

DETAILS = {"details": {"motherTongue": "so"}}


def told(case: str = "A-1", code: int = 1) -> list[Line]:
    """A case, opened and planned, with details told wrong."""
    return [
        *history(case, test_code(code))[:7],
        line(case, "recordDetails", "2025-04-01", DETAILS, **{"as": "details"}),
    ]


def correction(named: Any, member: str, to: str, **more: Any) -> Line:
    body = {"version": named, "changes": [{"member": member, "to": to}], "reason": "misread"}
    return line("A-1", "correctRecord", "2025-05-01", body | more)


def annulment(named: Any, **more: Any) -> Line:
    body = {"version": named, "reason": "somebody else's", **more}
    return line("A-1", "annulRecord", "2025-05-02", body)


def entries(importing: Importing) -> list[HistoryEntry]:
    """The history of the one case."""
    (case,) = importing.streams()
    facts = importing.system.log.load(case)
    asked = known(facts, AsOf(valid_on=legal_day(importing.clock.now())))
    return list(history_of(asked, Language.EN).entries)


@pytest.mark.guarantee("IM-10")
def test_a_correction_that_was_asked_for_is_imported_with_the_record_it_speaks_of(
    importing: Importing,
) -> None:
    member = "/content/details/motherTongue"
    asked = {"version": {"record": "details"}, "asked": "my mother tongue is Persian"}
    wish = {"request": {"ref": "wish"}}
    tally = importing(
        [
            *told(),
            line("A-1", "requestCorrection", "2025-04-20", asked, **{"as": "wish"}),
            correction({"record": "details"}, member, "fa", **wish),
            line("A-1", "answerCorrectionRequest", "2025-05-01", {"outcome": "GRANTED", **wish}),
        ]
    )

    assert (tally.bad, tally.acts) == ([], 11)
    (case,) = importing.streams()
    facts = importing.system.log.load(case)
    record = facts[-4]
    assert isinstance(record.fact, PersonDetailsRecorded)
    correcting = next(each for each in facts if isinstance(each.fact, RecordCorrected))
    assert isinstance(correcting.fact, RecordCorrected)
    assert correcting.fact.corrected == record.version
    assert correcting.old_record is not None
    assert correcting.old_record.source_date == "2025-05-02"
    mark = entries(importing)[record.version - 1]
    assert [change.now for each in mark.corrections for change in each.changes] == ["fa"]


@pytest.mark.guarantee("IM-10")
def test_a_record_is_annulled_along_with_what_builds_on_it(importing: Importing) -> None:
    lines = told()[:7]
    lines[5] = lines[5] | {"as": "completion"}
    lines[6] = lines[6] | {"as": "p"}
    alone = importing([*lines, annulment({"record": "completion"})])
    assert [(bad.line, bad.code) for bad in alone.bad] == [(8, "state-conflict")]

    along = [{"record": "p"}]
    tally = importing([*lines, annulment({"record": "completion"}, along=along)])
    assert tally.bad == []
    (case,) = importing.streams()
    (annulling,) = (
        each.fact
        for each in importing.system.log.load(case)
        if isinstance(each.fact, RecordAnnulled)
    )
    gone = [each.fact for each in entries(importing) if each.annulment is not None]
    assert annulling.reason == "somebody else's"
    assert gone == ["AssessmentCompleted", "PlanDrawnUp"]


@pytest.mark.guarantee("IM-10")
def test_a_later_record_of_an_act_is_named_by_its_place(importing: Importing) -> None:
    first, *rest = history("A-1", test_code(1))[:3]
    lines = [first | {"as": "opening"}, *rest]
    member = "/content/details/motherTongue"
    tally = importing([*lines, correction({"record": "opening"}, member, "so")])
    assert [(bad.line, bad.code) for bad in tally.bad] == [(4, "rule-violated")]

    tally = importing([*lines, correction({"record": "opening", "nth": 2}, member, "so")])
    assert tally.bad == []
    opened, details, *_ = entries(importing)
    assert (opened.fact, len(opened.corrections)) == ("CaseOpened", 0)
    assert (details.fact, len(details.corrections)) == ("PersonDetailsRecorded", 1)


@pytest.mark.guarantee("IM-2")
@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"record": "nobody"}, "unknown-reference"),
        ({"record": "later"}, "unknown-reference"),
        ({"record": "details", "nth": 2}, "unknown-reference"),
        ({"record": "details", "nth": 0}, "not-a-reference"),
        ({"record": "details", "nth": 10**9}, "not-a-reference"),
        ({"record": 7}, "not-a-reference"),
        ({"record": "details", "part": "measure-1"}, "not-a-reference"),
    ],
)
def test_a_record_that_no_line_before_left_is_told(
    importing: Importing, named: dict[str, Any], code: str
) -> None:
    later = line("A-1", "recordDetails", "2025-05-03", DETAILS, **{"as": "later"})
    tally = importing([*told(), annulment(named), later])

    assert [(bad.line, bad.errors) for bad in tally.bad] == [(9, (("#/with", code),))]
    assert importing.count("log.event") == 0


@pytest.mark.guarantee("IM-2")
@pytest.mark.parametrize("reference", [{"ref": "details"}, {"record": "details"}])
def test_a_reference_stands_for_a_member_and_never_for_a_whole_body(
    importing: Importing, reference: dict[str, str]
) -> None:
    tally = importing([*told(), line("A-1", "closeCase", "2025-05-01", reference)])
    found = [(bad.line, bad.code, {code for _, code in bad.errors}) for bad in tally.bad]
    assert found == [(9, "malformed-request", {"unknown-member", "missing"})]


@pytest.mark.guarantee("IM-2")
def test_a_name_of_what_creates_nothing_is_told_unless_its_record_is_spoken_of(
    importing: Importing,
) -> None:
    tally = importing(told())
    assert [(bad.line, bad.errors) for bad in tally.bad] == [(8, (("#/as", "creates-nothing"),))]
    assert importing([*told(), annulment({"record": "details"})]).bad == []


@pytest.mark.guarantee("IM-1")
def test_an_identity_code_put_right_is_held_against_other_cases(importing: Importing) -> None:
    importing(history("B-1", test_code(2))[:3])
    member = "/content/details/identityCode"
    details = {"details": {"identityCode": test_code(3)}}
    lines = [
        *history("A-1", None)[:3],
        line("A-1", "recordDetails", "2025-04-01", details, **{"as": "code"}),
        correction({"record": "code"}, member, test_code(2)),
    ]
    tally = importing(lines)

    assert [(bad.line, bad.code) for bad in tally.bad] == [(5, "case-not-openable")]
    assert len(importing.streams()) == 1


@pytest.mark.guarantee("IM-1")
def test_a_case_is_found_by_the_code_that_was_put_right_and_not_by_the_wrong_one(
    importing: Importing,
) -> None:
    member = "/content/details/identityCode"
    details = {"details": {"identityCode": test_code(3)}}
    lines = [
        *history("A-1", None)[:3],
        line("A-1", "recordDetails", "2025-04-01", details, **{"as": "code"}),
        correction({"record": "code"}, member, test_code(2)),
        correction({"record": "code"}, member, test_code(3)),
        correction({"record": "code"}, member, test_code(4)),
    ]
    assert importing(lines).bad == []

    find = importing.system.cases.asking.find
    codes = [test_code(n) for n in (2, 3, 4)]
    found = [isinstance(find(importing.officer(), code), Found) for code in codes]
    assert found == [False, False, True]
