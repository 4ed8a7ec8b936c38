"""Importing into a real log: what is there afterwards, what is told, and what a second run does."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from tests.importing import NOW, VAASA, Importing
from tests.old_system import Line, history, line, test_code

from cases.app.importing.deciding import Deciding
from cases.app.importing.importing import NoSuchAuthority, authority
from cases.app.importing.lines import BadLine, Names, read_act, read_line
from cases.app.outcomes import Performed, Seen
from cases.app.requests import Request
from cases.app.store.bulk import Known, NotNew
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.acts import RecordDetails
from cases.domain.codes.terms import Language
from cases.domain.facts import Recorded
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.history import history as history_of

ACTS = 12
FACTS = 13


def told(facts: Iterable[Recorded]) -> list[dict[str, Any]]:
    """What facts say, but for ids, instants and who recorded them."""
    return [
        {
            "fact": type(each.fact).__name__,
            "content": each.fact.model_dump(mode="json"),
            "on": each.effective_on,
            "act": each.act,
            "edition": each.edition,
            "rules": list(each.rules),
            "source": each.source,
        }
        for each in facts
    ]


@pytest.mark.guarantee("IM-1")
def test_a_case_is_imported_as_its_acts_would_have_been_recorded(importing: Importing) -> None:
    lines = history("A-1", test_code(1))
    tally = importing(lines)
    assert (tally.cases, tally.acts, tally.facts, tally.bad) == (1, ACTS, FACTS, [])
    (imported,) = importing.streams()
    facts = importing.system.log.load(imported)

    # The same acts, one by one, by an officer, of somebody else; ids are what the import gave.
    twin, names, seen = uuid4(), Names(), None
    deciding = Deciding(importing.system, VAASA, "archivist", "run")
    for n, each in enumerate(history("A-1", test_code(2))):
        read = read_line(each)
        creates = deciding.identifying.creates(imported, n)
        outcome = importing.system.cases.perform(
            importing.officer(),
            Request(
                act=read_act(read, names),
                key=str(uuid4()),
                fingerprint=b"f" * 32,
                case_id=twin,
                seen=seen,
                creates=creates,
            ),
        )
        assert isinstance(outcome, Performed), outcome
        seen = Seen.of(outcome.facts)
        if read.name:
            names.add(read.name, creates)
    other = importing.system.log.load(twin)
    expected = json.dumps(told(other), default=str).replace(test_code(2), test_code(1))
    assert json.dumps(told(facts), default=str) == expected

    assert {fact.recorded_by.role for fact in facts} == {"IMPORTER"}
    assert {fact.recorded_by.subject for fact in facts} == {"archivist"}
    assert {fact.purpose for fact in facts} == {"IMPORTING_HISTORIES"}
    assert len({fact.act_id for fact in facts}) == ACTS
    trail = importing.rows("select * from trail.access where subject = 'archivist' order by seq")
    assert [(row["case_id"], row["result"]) for row in trail] == [(imported, "RECORDED")] * ACTS
    assert {row["request_id"] for row in trail} == {"run-7"}
    assert importing.system.log.find_identity(
        importing.system.keystore.blind_index(test_code(1))
    ) == ((imported, False),)


@pytest.mark.guarantee("IM-3")
def test_recorded_now_and_the_date_of_the_old_system_kept_with_every_fact(
    importing: Importing,
) -> None:
    importing(history("A-1", test_code(1)))
    facts = importing.system.log.load(importing.streams()[0])

    assert {fact.recorded_at for fact in facts} == {NOW}
    dates = [fact.old_record.source_date for fact in facts if fact.old_record]
    assert len(dates) == FACTS
    assert dates[:3] == ["2025-02-04", "2025-02-04", "2025-02-04"]
    assert dates[-1] == "2026-02-17"
    asked = known(facts, AsOf(valid_on=NOW.date()))
    entries = history_of(asked, Language.EN).entries
    assert entries[-1].old_record is not None
    assert entries[-1].old_record.text == "Recorded in the old system on 17 February 2026 " + (
        "(Old system)."
    )
    # Before the import nothing of it was known, whatever the old system says.
    assert known(facts, AsOf(valid_on=NOW.date(), known_at=datetime(2026, 8, 1, tzinfo=UTC))) == (
        known((), AsOf(valid_on=NOW.date(), known_at=datetime(2026, 8, 1, tzinfo=UTC)))
    )


BAD: dict[str, tuple[Callable[[list[Line]], list[Line | str]], int, str, list[Any]]] = {
    "a rule refuses": (
        lambda a: [*a[:6], a[6] | {"with": a[6]["with"] | {"validUntil": "2027-03-03"}}, *a[7:]],
        7,
        "rule-violated",
        ["#/with/validUntil"],
    ),
    "no JSON": (lambda a: [*a[:3], '{"case": "A-2"', *a[3:]], 4, "malformed-request", ["#"]),
    "a member twice": (
        lambda a: [*a[:3], '{"case": "A-2", "case": "A-2"}', *a[3:]],
        4,
        "malformed-request",
        ["#"],
    ),
    "no date of the old system": (
        lambda a: [{k: v for k, v in a[0].items() if k != "sourceDate"}, *a[1:]],
        1,
        "malformed-request",
        ["#/sourceDate"],
    ),
    "a date of the old system that is still to come": (
        lambda a: [a[0] | {"sourceDate": "2026-09-02"}, *a[1:]],
        1,
        "malformed-request",
        ["#/sourceDate"],
    ),
    "no legal date": (
        lambda a: [{k: v for k, v in a[0].items() if k != "effectiveOn"}, *a[1:]],
        1,
        "malformed-request",
        ["#/effectiveOn"],
    ),
    "a legal date of the future": (
        lambda a: [*a[:11], a[11] | {"effectiveOn": "2026-09-02"}],
        12,
        "rule-violated",
        ["#/effectiveOn"],
    ),
    "an unknown member": (
        lambda a: [*a[:1], a[1] | {"recordedAt": "2025-01-01T00:00:00Z"}, *a[2:]],
        2,
        "malformed-request",
        ["#"],
    ),
    "no act of that name": (
        lambda a: [*a[:1], a[1] | {"act": "forgeRecord"}, *a[2:]],
        2,
        "malformed-request",
        ["#/act"],
    ),
    "the calendar's act": (
        lambda a: [*a[:1], a[1] | {"act": "expirePlan"}, *a[2:]],
        2,
        "malformed-request",
        ["#/act"],
    ),
    "a reference to nothing": (
        lambda a: [*a[:7], a[7] | {"with": {"plan": {"ref": "q"}, "measures": []}}, *a[8:]],
        8,
        "malformed-request",
        ["#/with"],
    ),
    "a name that is taken": (
        lambda a: [*a[:6], a[6] | {"as": "a"}, *a[7:]],
        7,
        "malformed-request",
        ["#/as"],
    ),
    "a name of nothing": (
        lambda a: [*a[:1], a[1] | {"as": "r"}, *a[2:]],
        2,
        "malformed-request",
        ["#/as"],
    ),
    "no opening": (lambda a: [*a[1:]], 1, "case-not-opened", []),
    "two openings": (lambda a: [a[0], a[0], *a[1:]], 2, "case-opened-twice", []),
    "an act that is not supported, or hidden": (
        lambda a: [*a[:11], line("A-2", "acceptReferral", "2026-02-16", {
            "referral": "00000000-0000-4000-8000-000000000000",
            "registeredAsJobseekerOn": "2026-02-16"})],
        12,
        "state-conflict",
        [],
    ),
}  # fmt: skip


@pytest.mark.guarantee("IM-2")
@pytest.mark.parametrize("what", BAD)
def test_of_a_case_with_a_bad_line_nothing_is_recorded_and_the_others_are(
    importing: Importing, what: str
) -> None:
    spoil, number, code, pointers = BAD[what]
    spoilt = spoil(history("A-2", test_code(2)))
    tally = importing([*spoilt, *history("A-3", test_code(3))])

    assert (tally.cases, tally.cases_refused, tally.lines_refused) == (1, 1, len(spoilt))
    (bad,) = tally.bad
    assert (bad.line, bad.case, bad.code) == (number, "A-2", code)
    assert bad.not_recorded == (1, len(spoilt))
    assert [pointer for pointer, _ in bad.errors][: len(pointers)] == pointers
    assert (code in {"rule-violated", "state-conflict"}) == bool(bad.sections)
    for table, expected in (("log.event", FACTS), ("log.case_key", 1), ("log.identity", 1)):
        assert importing.count(table) == expected
    # What is refused leaves a line that names no case, for there is none.
    refused = importing.rows("select * from trail.access where result = 'REFUSED'")
    assert [(row["case_id"], row["role"]) for row in refused] == [(None, "IMPORTER")]
    assert importing.count("trail.access") == ACTS + 1
    for told_of in ("Esimerkki", test_code(2), "2027-03-03", "forgeRecord"):
        assert told_of not in bad.as_json()


@pytest.mark.guarantee("IM-2")
def test_all_lines_of_a_case_that_are_wrong_as_lines_are_told_at_once(importing: Importing) -> None:
    lines = history("A-1", test_code(1))
    for n in (1, 4, 9):
        lines[n] = lines[n] | {"sourceDate": "yesterday"}
    tally = importing(lines)

    assert [(bad.line, bad.errors) for bad in tally.bad] == [
        (n, (("#/sourceDate", "does-not-fit-together"),)) for n in (2, 5, 10)
    ]
    assert json.loads(tally.bad[0].as_json()) == {
        "line": 2,
        "case": "A-1",
        "act": "recordResidenceBasis",
        "code": "malformed-request",
        "errors": [{"pointer": "#/sourceDate", "code": "does-not-fit-together"}],
        "notRecorded": [1, 12],
    }


@pytest.mark.guarantee("IM-2")
def test_what_is_wrong_with_a_body_is_told_whatever_the_rules_refuse_before_it(
    importing: Importing,
) -> None:
    lines = history("A-1", test_code(1))
    lines[6] = lines[6] | {"with": lines[6]["with"] | {"validUntil": "2027-03-03"}}
    lines[8] = lines[8] | {"with": lines[8]["with"] | {"nextReview": "2026-01-12"}}
    lines[11] = lines[11] | {"with": {"ground": "WEATHER"}}
    tally = importing(lines)
    told = [
        (9, (("#/with", "unknown-member"),)),
        (12, (("#/with/ground", "not-one-of-the-values"),)),
    ]
    assert [(bad.line, bad.errors) for bad in tally.bad] == told

    # Nor is it kept back by a line that is wrong as a line, whose name nothing is known of.
    lines[6] = lines[6] | {"sourceDate": "yesterday"}
    tally = importing(lines)
    assert [(bad.line, bad.errors) for bad in tally.bad] == [
        (7, (("#/sourceDate", "does-not-fit-together"),)),
        *told,
    ]


@pytest.mark.guarantee("IM-2")
def test_an_identity_code_as_the_name_of_a_case_is_refused_and_not_repeated(
    importing: Importing,
) -> None:
    tally = importing(history(test_code(5), test_code(5)))

    assert tally.cases == 0
    assert {(bad.case, bad.code) for bad in tally.bad} == {(None, "malformed-request")}
    assert test_code(5) not in "".join(bad.as_json() for bad in tally.bad)


@pytest.mark.guarantee("IM-5")
def test_of_a_case_whose_lines_stand_apart_nothing_is_recorded(importing: Importing) -> None:
    a, b = history("A", test_code(1)), history("B", test_code(2))
    tally = importing([*a[:6], *b, *a[6:]])

    assert [(bad.line, bad.case, bad.code) for bad in tally.bad] == [
        (1, "A", "lines-apart"),
        (19, "A", "lines-apart"),
    ]
    assert (tally.cases, importing.count("log.case_key")) == (1, 1)


@pytest.mark.guarantee("IM-4")
def test_a_second_run_doubles_nothing_goes_on_and_knows_other_lines(importing: Importing) -> None:
    whole = [history(f"A-{n}", None if n == 2 else test_code(n)) for n in range(4)]
    assert importing([each for case in whole[:2] for each in case]).cases == 2
    importing.system.cases.perform(
        importing.officer(),
        Request(
            act=RecordDetails.model_validate({"details": {"motherTongue": "so"}}),
            key="k",
            fingerprint=b"f" * 32,
            case_id=importing.streams()[0],
            seen=Seen.of(importing.system.log.load(importing.streams()[0])),
        ),
    )

    # Written otherwise, it says the same.
    again = [json.dumps(dict(reversed(each.items()))) for case in whole for each in case]
    tally = importing(again)
    assert (tally.cases_there_already, tally.acts_there_already, tally.cases) == (2, 2 * ACTS, 2)
    assert importing.count("log.case_key") == 4
    replayed = importing.rows("select case_id from trail.access where result = 'REPLAYED'")
    assert [row["case_id"] for row in replayed] == importing.streams()[:2]
    tally = importing(again)
    assert (tally.cases_there_already, tally.cases, tally.bad) == (4, 0, [])
    assert importing.count("log.case_key") == 4

    other = [*whole[0][:11], whole[0][11] | {"sourceDate": "2026-02-18"}]
    longer = [*whole[1], line("A-1", "closeCase", "2026-03-01", {"ground": "OTHER"})]
    tally = importing([*other, *longer, *whole[2][:5]])
    assert [(bad.line, bad.code) for bad in tally.bad] == [
        (12, "imported-otherwise"),
        (25, "imported-otherwise"),
    ]
    assert tally.cases_there_already == 1  # a shorter file has nothing new


@pytest.mark.guarantee("IM-1")
def test_one_open_case_for_a_person_and_an_earlier_one_counts(importing: Importing) -> None:
    code, other = test_code(1), test_code(2)
    later = history("A-2", code)[0]
    later = later | {"effectiveOn": "2026-05-01", "sourceDate": "2026-05-02"}
    still_open = history("B-1", other)[:3]
    twice = history("B-2", other)[:3]
    tally = importing([*history("A-1", code), later, *still_open, *twice])

    assert [(bad.line, bad.case, bad.code) for bad in tally.bad] == [
        (17, "B-2", "case-not-openable")
    ]
    opened = importing.system.log.load(importing.streams()[1])[0].fact
    assert isinstance(opened, CaseOpened)
    assert opened.earlier_plans is not None, "the maximum runs on from the first case's plans"


@pytest.mark.guarantee("IM-1")
@pytest.mark.parametrize("taken", [Known.CASE, Known.IDENTITY])
def test_who_comes_first_between_deciding_and_writing_wins(
    importing: Importing, taken: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = history("A-1", test_code(1))[:3]
    meanwhile = lines if taken is Known.CASE else history("B-1", test_code(1))[:3]
    bystander = history("A-2", test_code(2))
    write_now = importing.bulk.write

    def write_late(new: Any) -> Any:
        monkeypatch.setattr(importing.bulk, "write", write_now)
        other = Importing(
            importing.system, importing.bulk, importing.inside, importing.folder, importing.clock
        )
        assert other(meanwhile).cases == 1
        answer = write_now(new)
        assert answer == NotNew(taken)
        return answer

    monkeypatch.setattr(importing.bulk, "write", write_late)
    tally = importing([*lines, *bystander])

    assert tally.cases == 1
    if taken is Known.CASE:
        assert (tally.cases_there_already, tally.bad) == (1, [])
    else:
        assert [(bad.line, bad.code) for bad in tally.bad] == [(1, "case-not-openable")]
    assert importing.count("log.case_key") == 2


@pytest.mark.guarantee("IM-4")
def test_what_another_run_of_the_file_recorded_meanwhile_is_there_already(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = history("A-1", test_code(1))[:3]
    look_now = importing.bulk.fingerprints

    def look_early(case_ids: Any) -> Any:
        found = look_now(case_ids)
        monkeypatch.setattr(importing.bulk, "fingerprints", look_now)
        assert importing(lines).cases == 1
        return found

    monkeypatch.setattr(importing.bulk, "fingerprints", look_early)
    tally = importing(lines)

    assert (tally.cases, tally.cases_there_already, tally.bad) == (0, 1, [])
    query = "select result from trail.access where subject = 'archivist' order by seq desc limit 1"
    assert [row["result"] for row in importing.rows(query)] == ["REPLAYED"]


@pytest.mark.guarantee("IM-1")
def test_what_another_authority_answers_for_is_not_the_importers(importing: Importing) -> None:
    lines = history("A-1", test_code(1))[:3]
    lines += [
        line("A-1", "handOver", "2025-03-03", {"to": "vaasan-seutu", "reason": "JOBSEEKER"}),
        line("A-1", "recordDetails", "2025-04-01", {"details": {"motherTongue": "so"}}),
    ]
    tally = importing(lines)

    assert [(bad.line, bad.code) for bad in tally.bad] == [(5, "forbidden")]
    assert importing.count("log.event") == 0
    for nobody in ("pohjanmaa", "tarkastus", "nowhere"):
        with pytest.raises(NoSuchAuthority):
            authority(importing.system.organisations, nobody)


@pytest.mark.guarantee("IM-1")
def test_until_the_day_a_move_names_the_case_is_the_importers(importing: Importing) -> None:
    informed = {"date": "2025-04-01", "language": "fi", "interpreter": False}
    consent = {"scope": "CONTACT_TO_NEW_MUNICIPALITY", "informed": informed}
    move = {"to": "espoo", "reason": "MOVE", "takesEffectOn": "2025-05-01"}
    worker = {"worker": "somebody"}

    def moving(case: str, code: int, worker_on: str, moved_on: str) -> list[dict[str, Any]]:
        given = line(case, "giveConsent", "2025-04-01", consent) | {"as": "consent"}
        return [
            *history(case, test_code(code))[:3],
            given,
            line(case, "handOver", moved_on, {**move, "consent": {"ref": "consent"}}),
            line(case, "assignWorker", worker_on, worker),
        ]

    tally = importing(
        [
            *moving("between", 1, "2025-04-30", "2025-04-02"),
            *moving("earlier", 2, "2025-03-31", "2025-04-02"),
            *moving("too late", 3, "2025-05-01", "2025-04-02"),
            *moving("too late already", 4, "2025-04-30", "2025-05-01"),
        ]
    )

    assert [(bad.case, bad.act, bad.code) for bad in tally.bad] == [
        ("too late", "assignWorker", "forbidden"),
        ("too late already", "assignWorker", "forbidden"),
    ]
    assert tally.cases == 2


@pytest.mark.guarantee("IM-8")
def test_a_dry_run_decides_everything_and_records_nothing(importing: Importing) -> None:
    spoilt = history("A-2", test_code(2))
    spoilt[6] = spoilt[6] | {"with": spoilt[6]["with"] | {"validUntil": "2027-03-03"}}
    tally = importing([*history("A-1", test_code(1)), *spoilt], dry_run=True)

    assert (tally.cases, tally.acts, tally.cases_refused) == (1, ACTS, 1)
    assert [importing.count(f"log.{each}") for each in ("event", "case_key", "identity")] == [0] * 3
    trail = importing.rows("select result, case_id from trail.access")
    assert [(row["result"], row["case_id"]) for row in trail] == [("REFUSED", None)]

    # What only the log knows, it asks the log.
    importing(history("B-1", test_code(3))[:3])
    tally = importing(history("B-2", test_code(3))[:3], dry_run=True)
    assert [(bad.line, bad.code) for bad in tally.bad] == [(1, "case-not-openable")]


@pytest.mark.guarantee("IM-1")
def test_test_codes_are_refused_where_they_are_refused(importing: Importing) -> None:
    strict = replace(
        importing.system, settings=importing.system.settings.model_copy(
            update={"allow_test_codes": False}
        )
    )  # fmt: skip
    other = Importing(strict, importing.bulk, importing.inside, importing.folder, importing.clock)
    tally = other(history("A-1", test_code(1)))

    assert [(bad.line, bad.errors) for bad in tally.bad] == [
        (1, (("#/with", "not-an-identity-code"),))
    ]


def test_a_bad_line_says_so_without_what_there_is_none_of() -> None:
    assert json.loads(BadLine(3, None, None, "too-large").as_json()) == {
        "line": 3,
        "case": None,
        "code": "too-large",
    }


@pytest.mark.guarantee("CO-6")
def test_a_code_that_no_list_has_is_told_of_a_line(importing: Importing) -> None:
    lines = history("A-1", test_code(1))
    person = lines[0]["with"]["person"] | {"motherTongue": "xx"}
    lines[0] = lines[0] | {"with": lines[0]["with"] | {"person": person}}
    lines[4] = lines[4] | {"with": lines[4]["with"] | {"language": "xx"}}
    tally = importing(lines)
    assert [(bad.line, bad.code, bad.errors) for bad in tally.bad] == [
        (1, "rule-violated", (("#/with/person/motherTongue", "code-of-the-list"),))
    ]
