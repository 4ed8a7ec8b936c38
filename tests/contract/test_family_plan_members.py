"""What members' cases know of a family plan: told by acts of their own, at once or later (21 §)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import BODIES
from tests.contract.test_family_plans import Family, erase, planned
from tests.contract.test_guidance_beside_cases import at_once
from tests.service import EMPLOYMENT, MAKERS, VAASA, Case, Service

from cases.app.cli.doctor import LOOKS
from cases.app.outcomes import Stale
from cases.app.store import kinds
from cases.app.store.faults import StoreUnavailable
from cases.projections.comparing import compare
from cases.projections.rebuild import rebuild_case
from cases.projections.status import status


def dues(service: Service, case: Case) -> list[tuple[str, str | None]]:
    """What is due of family plans in a case, with the day agreed."""
    by = EMPLOYMENT if service.get(case.path).status_code == 404 else VAASA
    told = service.get(f"{case.path}/dues", by=by).json()["dues"]
    return [(each["due"], each["plannedOn"]) for each in told if "FAMILY" in each["due"]]


def goes_on(service: Service, day: int) -> None:
    """Go on to the morning of a day of March."""
    service.clock.set(datetime(2025, 3, day, 8, tzinfo=UTC))


def untold(service: Service) -> int:
    """How many acts on plans are still to be told of."""
    return int(service.rows("select count(*) as n from log.family_plan_untold")[0]["n"])


@pytest.mark.guarantee("FP-6")
def test_21_1_the_need_of_a_family_plan_is_due_until_one_names_the_case(service: Service) -> None:
    family = Family(service)
    granted = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2024-09-16", "group": "OTHER"}
    service.act(family.father, "/residence-basis", granted)
    started = service.act(family.father, "/assessments", {"kind": "ORDINARY", "ground": "14.1.4"})
    completion = {
        "findings": [{"item": "LITERACY", "text": "reads", "source": {"kind": "PERSON"}}],
        "plan": {"outcome": "AS_SOON_AS_POSSIBLE"},
        "familyPlan": {"outcome": "PLAN_ON_DATE", "date": "2025-02-10"},
        "makers": MAKERS,
    }
    where = f"/assessments/{started['assessmentId']}/completion"
    service.act(family.father, where, completion)
    assert dues(service, family.father) == [("FAMILY_PLAN_TO_DRAW_UP", "2025-02-10")]
    family.consents()
    assert family.draw_up().status_code == 201
    assert dues(service, family.father) == [("FAMILY_PLAN_REVIEW", "2025-08-04")]
    service.settle()
    listed = service.get("/worklist?limit=200").json()["items"]
    assert [
        each["due"]
        for each in listed
        if each["caseId"] == family.father.case_id and "FAMILY" in each["due"]
    ] == ["FAMILY_PLAN_REVIEW"]
    review = {"nextReviewOn": "2025-12-01", "makers": MAKERS}
    assert family.act("/reviews", review).status_code == 201
    assert dues(service, family.mother) == [("FAMILY_PLAN_REVIEW", "2025-12-01")]
    gone = family.act(f"/members/{family.mother.case_id}/leaving", {})
    assert gone.status_code == 201
    assert dues(service, family.mother) == []
    assert family.act("/ending", {"ground": "GOALS_REACHED"}).status_code == 201
    assert dues(service, family.father) == []
    assert untold(service) == 0


@pytest.mark.guarantee("FP-6")
@pytest.mark.parametrize("lost", [True, False], ids=["connection lost", "somebody else acts"])
def test_cases_are_told_by_the_next_look_what_they_could_not_be_told_at_once(
    service: Service, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    family = Family(service)
    family.consents()
    cases, failing = service.system.cases, {family.father.case_id, family.child.case_id}
    perform = type(cases).perform

    def not_now(self: Any, caller: Any, request: Any) -> Any:
        if str(request.case_id) in failing and request.act.NAME == "noteFamilyPlan":
            if lost:
                raise StoreUnavailable
            return Stale(current=1)
        return perform(self, caller, request)

    with monkeypatch.context() as patched:
        patched.setattr(type(cases), "perform", not_now)
        assert family.draw_up().status_code == 201
    assert dues(service, family.mother) == [("FAMILY_PLAN_REVIEW", "2025-08-04")]
    assert dues(service, family.father) == []
    assert untold(service) == 1
    notes = service.system.family_notes
    versions = [service.get(each.path).json()["version"] for each in family.everybody]
    assert notes.tell_all() == 1
    assert notes.tell_all() == 0
    assert untold(service) == 0
    after = [service.get(each.path).json()["version"] for each in family.everybody]
    # Whoever was told already is not told twice.
    assert [now - then for then, now in zip(versions, after, strict=True)] == [0, 1, 1]
    for each in family.everybody:
        assert dues(service, each) == [("FAMILY_PLAN_REVIEW", "2025-08-04")]


@pytest.mark.guarantee("FP-6")
def test_what_can_not_be_told_keeps_no_other_waiting(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = Family(service)
    family.consents()
    notes = service.system.family_notes
    with monkeypatch.context() as patched:
        patched.setattr(type(notes), "tell", lambda *_: None)
        assert family.draw_up().status_code == 201
    monkeypatch.setattr(kinds, "_SOME", 2)
    of_nobody = [UUID(int=1), UUID(int=2)]
    insert = "insert into log.family_plan_untold values (%s, 1), (%s, 1) returning stream_id"
    assert service.rows(insert, of_nobody)
    notes.tell_all()
    for each in family.everybody:
        assert dues(service, each) == [("FAMILY_PLAN_REVIEW", "2025-08-04")]
    left = service.rows("delete from log.family_plan_untold returning stream_id")
    assert [each["stream_id"] for each in left] == of_nobody


@pytest.mark.guarantee("FP-6")
def test_whose_case_is_gone_or_closed_keeps_nobody_from_being_told(service: Service) -> None:
    family = planned(service)
    service.act(family.father, "/closure", {"ground": "INTEGRATION_COMPLETED"})
    erase(service, family.child)
    assert family.act("/ending", {"ground": "GOALS_REACHED"}).status_code == 201
    assert untold(service) == 0
    assert dues(service, family.mother) == []


@pytest.mark.guarantee("FP-6", "CS-55", "CS-3")
@pytest.mark.parametrize("late", [False, True], ids=["told in the closed case", "told afterwards"])
@pytest.mark.parametrize("back", ["reopening", "annulment"])
def test_a_case_that_was_closed_while_its_plan_changed_goes_on_knowing_where_it_stands(
    another: Serve, monkeypatch: pytest.MonkeyPatch, back: str, *, late: bool
) -> None:
    service = another()
    family, notes = planned(service), service.system.family_notes
    goes_on(service, 3)
    service.act(family.father, "/closure", {"ground": "CLIENT_WITHDREW"})
    closing = service.get(family.father.path).json()["version"]
    goes_on(service, 10)
    with monkeypatch.context() as patched:
        if late:
            patched.setattr(type(notes), "tell", lambda *_: None)
        assert family.act("/ending", {"ground": "GOALS_REACHED"}).status_code == 201
    assert dues(service, family.father) == []
    goes_on(service, 17)
    family.look_again()
    if back == "reopening":
        # A note is nobody's act: what was told meanwhile keeps no reopening from being told late,
        # and what is told afterwards is of a day on which the case was closed.
        body = {**BODIES["reopenCase"], "effectiveOn": "2025-03-12" if late else "2025-03-05"}
        service.act(family.father, "/reopening", body)
    else:
        body = {"version": closing, "reason": "never left"}
        service.act(family.father, "/annulments", body)
    notes.tell_all()
    assert untold(service) == 0
    assert dues(service, family.father) == []
    again = family.body(validUntil="2026-03-17", nextReviewOn="2025-09-15")
    assert family.draw_up(again).status_code == 201
    assert dues(service, family.father) == [("FAMILY_PLAN_REVIEW", "2025-09-15")]


@pytest.mark.guarantee("FP-4", "FP-6")
def test_of_two_acts_at_once_one_counts_and_every_case_knows_of_it(service: Service) -> None:
    review = {"nextReviewOn": "2025-12-01", "makers": MAKERS}
    for _ in range(4):
        family = planned(service)
        tag = family.tag
        answers = at_once(
            lambda f=family, t=tag: f.act("/reviews", review, tag=t),
            lambda f=family, t=tag: f.act("/ending", {"ground": "DEATH"}, tag=t),
        )
        assert sorted(each.status_code for each in answers) == [201, 412]
        service.system.family_notes.tell_all()
        ended = answers[1].status_code == 201
        expected = [] if ended else [("FAMILY_PLAN_REVIEW", "2025-12-01")]
        assert [dues(service, each) for each in family.everybody] == [expected] * 3
    assert untold(service) == 0


@pytest.mark.guarantee("FP-2")
def test_read_models_pass_family_plans_by_when_followed_compared_and_rebuilt(
    service: Service,
) -> None:
    family = planned(service)
    service.settle()
    system = service.system
    for view in system.views.all():
        found = compare(system.projector, system.log, view)
        assert (found.differing, found.parked) == ((), ())
        assert rebuild_case(system.projector, system.log, view, UUID(family.plan_id)) is None
    for each in status(system.projector, system.log, system.views.all()):
        assert (each.lag, each.held) == (0, False), each
    assert LOOKS["facts"](system.settings, service.database.url).endswith("all known")
