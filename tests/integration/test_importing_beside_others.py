"""Importing somebody who has an open case of another authority's: nothing told, nothing lost."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.importing import NOW, Importing
from tests.old_system import Line, history, line, test_code

from cases.app.importing.lines import BadLine
from cases.app.importing.recording import Tally
from cases.app.outcomes import Performed, Seen
from cases.app.requests import Request
from cases.app.store.bulk import Known, NotNew
from cases.app.store.faults import StoreUnavailable
from cases.app.worker import Worker
from cases.domain.case.act import Act, Organisation
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.records.acts import Change, CorrectRecord
from cases.domain.case.responsibility.acts import DeclineHandOverRequest
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.case.state import fold
from cases.domain.codes.values import ClosingGround, OrganisationKind
from cases.domain.facts import Recorded

ESPOO = Organisation(id="espoo", kind=OrganisationKind.MUNICIPALITY)
SEUTU = Organisation(id="vaasan-seutu", kind=OrganisationKind.EMPLOYMENT_AUTHORITY)
CODE = test_code(1)
OPEN_ACTS = 11
"""Acts of a history that is not closed."""


def unfinished(case: str) -> list[Line]:
    """A history that ends with its plan, the case open."""
    return history(case, CODE)[:OPEN_ACTS]


def elsewhere(importing: Importing, lines: list[Line] | None = None) -> UUID:
    """The case that Espoo has open of the same person; opened alone unless lines are told."""
    assert importing.of(ESPOO)(lines or history("E-1", CODE)[:3]).bad == []
    return importing.streams()[-1]


def requests(importing: Importing, case: UUID) -> list[Recorded]:
    """What asks for a case."""
    facts = importing.system.log.load(case)
    return [each for each in facts if isinstance(each.fact, HandOverRequested)]


def told(tally: Tally) -> tuple[int, int, int, int, list[BadLine]]:
    """What a report says of imported cases."""
    return tally.cases, tally.acts, tally.facts, tally.cases_refused, tally.bad


def refused(tally: Tally) -> list[tuple[str | None, str]]:
    return [(bad.case, bad.code) for bad in tally.bad]


def holders(importing: Importing) -> dict[UUID, bool]:
    """The person's cases in the registry, each with whether it has the person."""
    blind = importing.system.keystore.blind_index(CODE)
    return dict(importing.system.log.find_identity(blind))


@pytest.mark.guarantee("IM-9")
def test_the_case_is_recorded_whole_and_the_other_one_asked_for(importing: Importing) -> None:
    nobody_else = told(importing([*history("A-0", test_code(2))[:OPEN_ACTS]], dry_run=True))
    case = elsewhere(importing)
    tables = [f"log.{each}" for each in ("event", "case_key", "identity")]
    before = [importing.count(each) for each in tables]

    # A dry run says what a run says, and leaves nothing.
    assert told(importing(unfinished("A-1"), dry_run=True)) == nobody_else
    assert [importing.count(each) for each in tables] == before
    assert requests(importing, case) == []

    assert told(importing(unfinished("A-1"))) == nobody_else
    ours = importing.streams()[-1]
    assert holders(importing) == {case: True, ours: False}
    (asked,) = requests(importing, case)
    assert (asked.act, asked.effective_on) == ("openCase", NOW.date())
    assert (asked.recorded_by.organisation, asked.old_record) == ("vaasa", None)
    assert fold(importing.system.log.load(case)).responsibility.awaited_requests()
    # Of the other case nothing is in this one.
    assert str(case) not in repr(importing.system.log.load(ours))
    trail = importing.rows(
        "select case_id, action, result, traits from trail.access"
        f" where request_id = 'run-7' and subject = 'archivist' and case_id = '{case}'"
        " order by seq desc limit 1"
    )
    assert [(row["action"], row["result"], row["traits"]) for row in trail] == [
        ("OPEN_CASE", "RECORDED", ["HAND_OVER_REQUEST"])
    ]

    again = importing(unfinished("A-1"))
    assert (again.cases_there_already, again.cases, again.bad) == (1, 0, [])
    assert requests(importing, case) == [asked]


@pytest.mark.guarantee("IM-9")
def test_a_run_that_ended_in_between_asks_no_second_time(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = elsewhere(importing)

    def dies(_: object) -> Any:
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(importing.bulk, "write", dies)
        with pytest.raises(StoreUnavailable):
            importing(unfinished("A-1"))
    (asked,) = requests(importing, case)
    assert isinstance(asked.fact, HandOverRequested)
    declined = importing.system.cases.perform(
        importing.of(ESPOO).officer(),
        Request(
            act=DeclineHandOverRequest(request=asked.fact.request_id, reason="lives here"),
            key="k",
            fingerprint=b"f" * 32,
            case_id=case,
            seen=Seen.of(importing.system.log.load(case)),
        ),
    )
    assert isinstance(declined, Performed), declined

    # Also where the file was mended meanwhile.
    mended = unfinished("A-1")
    mended[0] = mended[0] | {"sourceDate": "2025-02-05"}
    tally = importing(mended)
    assert (tally.cases, tally.bad) == (1, [])
    assert requests(importing, case) == [asked]


@pytest.mark.guarantee("IM-9")
def test_one_that_is_opened_between_deciding_and_writing_is_asked_for_too(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_now = importing.bulk.write

    def write_late(new: Any) -> Any:
        monkeypatch.setattr(importing.bulk, "write", write_now)
        elsewhere(importing)
        answer = write_now(new)
        assert answer == NotNew(Known.IDENTITY)
        return answer

    monkeypatch.setattr(importing.bulk, "write", write_late)
    tally = importing([*unfinished("A-1"), *history("A-2", test_code(2))])
    assert (tally.cases, tally.bad) == (2, [])
    case, *_ = importing.streams()
    assert len(requests(importing, case)) == 1
    assert sorted(holders(importing).values()) == [False, True]


@pytest.mark.guarantee("IM-9")
def test_a_case_that_ends_closed_is_in_nobodys_way(importing: Importing) -> None:
    case = elsewhere(importing)
    tally = importing(history("A-1", CODE))
    assert (tally.cases, tally.bad) == (1, [])
    assert requests(importing, case) == []
    assert holders(importing) == {case: True, importing.streams()[-1]: False}


@pytest.mark.guarantee("IM-9")
def test_beside_an_open_case_of_its_own_the_authority_imports_none(importing: Importing) -> None:
    elsewhere(importing)
    importing(unfinished("A-1"))
    # Neither has the person in the registry, nor is the second a history that is over.
    for lines in (unfinished("A-2"), history("A-3", CODE)):
        for dry_run in (True, False):
            tally = importing(lines, dry_run=dry_run)
            assert refused(tally) == [(lines[0]["case"], "case-not-openable")]
    assert len(importing.streams()) == 2


@pytest.mark.guarantee("IM-9")
def test_what_is_planned_in_the_case_elsewhere_has_no_say(importing: Importing) -> None:
    later = history("E-1", CODE)[:7]
    elsewhere(importing, later)
    importing(unfinished("A-1"))
    opened = importing.system.log.load(importing.streams()[-1])[0].fact
    assert isinstance(opened, CaseOpened)
    assert opened.earlier_plans is None
    # Once it is closed it counts, as ever.
    importing.of(ESPOO)(history("E-2", test_code(3)))
    importing([history("A-4", test_code(3))[0] | {"effectiveOn": "2026-05-01"}])
    opened = importing.system.log.load(importing.streams()[-1])[0].fact
    assert isinstance(opened, CaseOpened)
    assert opened.earlier_plans is not None


@pytest.mark.guarantee("IM-9")
def test_what_the_authority_may_know_of_and_what_it_handed_over_itself_is_not_asked_for(
    importing: Importing,
) -> None:
    body = {"to": SEUTU.id, "reason": "INTENDS_TO_REGISTER"}
    referred = line("A-1", "referToEmploymentAuthority", "2025-03-03", body)
    assert importing([*history("A-1", CODE)[:3], referred]).bad == []
    (case,) = importing.streams()
    assert importing.of(SEUTU)(history("S-1", CODE)[:3]).bad == []
    assert requests(importing, case) == []
    assert sorted(holders(importing).values()) == [False, True]
    # Nor does it ask whose own case is somebody else's by the end of its lines.
    importing.of(ESPOO)(history("E-1", test_code(2))[:3])
    espoos = importing.streams()[-1]
    over = line("A-3", "handOver", "2025-03-03", {"to": SEUTU.id, "reason": "JOBSEEKER"})
    assert importing([*history("A-3", test_code(2))[:3], over]).bad == []
    assert requests(importing, espoos) == []


def noted(importing: Importing, case: UUID) -> list[EarlierPlans | None]:
    """What is noted in a case of others of the person, once a worker has looked."""
    Worker(importing.system)._tell_others()
    facts = (each.fact for each in importing.system.log.load(case))
    return [each.earlier_plans for each in facts if isinstance(each, EarlierPlansNoted)]


@pytest.mark.guarantee("IM-9", "RC-12")
def test_23_2_a_history_that_is_over_is_noted_in_the_open_case_elsewhere(
    importing: Importing,
) -> None:
    case = elsewhere(importing)
    importing.clock.set(NOW + timedelta(minutes=1))
    importing(history("A-0", test_code(2)))
    assert importing.count("log.case_untold") == 0
    importing(history("A-1", CODE), dry_run=True)
    assert noted(importing, case) == []
    importing(history("A-1", CODE))
    plan = fold(importing.system.log.load(importing.streams()[-1])).plans[0]
    assert noted(importing, case) == [EarlierPlans(first_drawn_up_on=plan.drawn_up_on)]
    assert importing.count("log.case_untold") == 0


@pytest.mark.guarantee("IM-9", "RC-12")
def test_23_2_the_plans_elsewhere_are_noted_when_that_case_is_closed_and_not_before(
    importing: Importing,
) -> None:
    case = elsewhere(importing, unfinished("E-1"))
    importing.clock.set(importing.clock.now() + timedelta(minutes=1))
    importing(unfinished("A-1"))
    ours = importing.streams()[-1]
    officer = importing.of(ESPOO).officer()
    plan = fold(importing.system.log.load(case)).plans[0]
    earlier = plan.drawn_up_on - timedelta(days=1)

    def does(act: Act, key: str) -> None:
        importing.clock.set(importing.clock.now() + timedelta(minutes=1))
        seen = Seen.of(importing.system.log.load(case))
        request = Request(act=act, key=key, fingerprint=key.encode(), case_id=case, seen=seen)
        outcome = importing.system.cases.perform(officer, request)
        assert isinstance(outcome, Performed), outcome

    # What is put right in the open case changes nothing of what may be told of it.
    version = next(
        each.version
        for each in importing.system.log.load(case)
        if isinstance(each.fact, PlanDrawnUp)
    )
    days = ("/effectiveOn", "/content/validFrom")
    last = earlier.replace(year=earlier.year + 1)
    moved = (
        *(Change(member=each, to=earlier.isoformat()) for each in days),
        Change(member="/content/validUntil", to=last.isoformat()),
    )
    does(CorrectRecord(version=version, changes=moved, reason="written wrong"), "corrects")
    assert noted(importing, ours) == []
    assert fold(importing.system.log.load(ours)).told_of_earlier == ()

    does(CloseCase(ground=ClosingGround.CLIENT_WITHDREW), "closes")
    [told] = fold(importing.system.log.load(ours)).told_of_earlier
    assert told.first_drawn_up_on == earlier


@pytest.mark.guarantee("AC-12", "IM-9")
def test_a_third_authority_asks_for_the_open_case_that_is_left(importing: Importing) -> None:
    case = elsewhere(importing)
    importing(unfinished("A-1"))
    ours = importing.streams()[-1]
    request = Request(
        act=CloseCase(ground=ClosingGround.CLIENT_WITHDREW),
        key="closes",
        fingerprint=b"closes",
        case_id=case,
        seen=Seen.of(importing.system.log.load(case)),
    )
    closed = importing.system.cases.perform(importing.of(ESPOO).officer(), request)
    assert isinstance(closed, Performed), closed
    assert set(holders(importing).values()) == {False}
    assert importing.of(SEUTU)(history("S-1", CODE)[:3]).bad == []
    (asked,) = requests(importing, ours)
    assert asked.recorded_by.organisation == SEUTU.id
    assert set(holders(importing).values()) == {False}
