"""Family plans over HTTP (21 §): each member's part, under the key of the member's case."""

import secrets
import time
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.contract.lawful import handed_over
from tests.service import AUDITOR, EMPLOYMENT, ESPOO, MAKERS, MARKER, VAASA, Case, Service, problem

from cases.app.store.connections import Pools
from cases.app.store.faults import SealBroken
from cases.app.store.keys import DataKeys
from cases.app.store.parts import Parts
from cases.domain.family.facts import FamilyPlanDrawnUp

GOAL_OF_ALL: Final = f"{MARKER}s learn the language together"
GOAL_OF_CHILD: Final = f"little {MARKER} begins school"
ORDER: Final = {"from": "2025-02-03", "until": "2030-02-02"}


class Family:
    """Two parents and their child, clients of one municipality, and the plan they come to have."""

    def __init__(self, service: Service, mother: Case | None = None) -> None:
        self.service, self.by, self.tag, self.plan_id = service, VAASA, "", ""
        self.mother = mother or service.open_case()
        self.father, self.child = service.open_case(), service.open_case()
        service.secrets |= {GOAL_OF_ALL, GOAL_OF_CHILD}
        guardians = [self.mother.case_id, self.father.case_id]
        details = {"dateOfBirth": "2014-04-15", "guardians": guardians}
        service.act(self.child, "/details", {"details": details})

    @property
    def everybody(self) -> tuple[Case, ...]:
        return self.mother, self.father, self.child

    @property
    def path(self) -> str:
        return f"/family-plans/{self.plan_id}"

    def consents(self, *guardians: Case) -> None:
        """Guardians consent to the plan."""
        for guardian in guardians or (self.mother, self.father):
            said = {"date": "2025-02-03", "language": "so", "interpreter": True}
            consent = {"scope": "FAMILY_PLAN", "guardian": guardian.case_id, "informed": said}
            self.service.act(self.child, "/consents", consent)

    def body(self, **changed: Any) -> dict[str, Any]:
        """The body of a plan for everybody."""
        return {
            "members": [each.case_id for each in self.everybody],
            "validUntil": "2026-02-03",
            "nextReviewOn": "2025-08-04",
            "goals": [
                {"text": GOAL_OF_ALL},
                {"text": GOAL_OF_CHILD, "members": [self.child.case_id]},
            ],
            "measures": [
                {
                    "service": "LITERACY_TRAINING",
                    "provider": "opisto",
                    "serves": "reading",
                    "members": [self.mother.case_id],
                }
            ],
            "guidedTo": [{"to": "naapurituki", "service": "Conversation club"}],
            "authorities": ["vaasa", "pohjanmaa"],
            "makers": MAKERS,
            **changed,
        }

    def draw_up(self, body: dict[str, Any] | None = None, **how: Any) -> httpx2.Response:
        """Draw the plan up."""
        how = {"by": self.by, **how}
        response = self.service.post("/family-plans", body or self.body(), **how)
        if response.status_code == 201:
            self.plan_id = str(response.json()["familyPlanId"])
            self.tag = response.headers["etag"]
            self.look_again()
        return response

    def look_again(self) -> None:
        """See the cases as they are once they were told of the plan."""
        for each in (self.father, self.child):
            each.etag = self.service.get(each.path).headers["etag"]

    def act(self, where: str, body: dict[str, Any], **how: Any) -> httpx2.Response:
        """An act on the plan."""
        how = {"by": self.by, "tag": self.tag, **how}
        response = self.service.post(f"{self.path}{where}", body, **how)
        if response.status_code == 201:
            self.tag = response.headers["etag"]
        return response

    def read(self, by: str | None = None, **how: Any) -> httpx2.Response:
        """Read the plan."""
        return self.service.get(self.path, by=by or self.by, **how)

    def parts(self, by: str | None = None) -> dict[str, dict[str, Any]]:
        """The parts of the plan that somebody sees, by case."""
        response = self.read(by)
        assert response.status_code == 200, response.text
        return {each["caseId"]: each for each in response.json()["members"]}


def planned(service: Service) -> Family:
    """A family with its plan."""
    family = Family(service)
    family.consents()
    drawn_up = family.draw_up()
    assert drawn_up.status_code == 201, drawn_up.text
    return family


def refused(response: httpx2.Response) -> tuple[list[str], list[str]]:
    """The sections that refuse, and the members of the act at fault."""
    body = problem(response, 422, "rule-violated")
    pointers = [each["pointer"] for each in body.get("errors", ())]
    return [each["section"] for each in body["legalBasis"]], pointers


def texts(part: dict[str, Any]) -> list[str]:
    return [goal["text"] for goal in part["goals"]]


@pytest.fixture
def opening(service: Service) -> Iterator[Parts]:
    """What opens parts, with the keys of the service and no memory of them."""
    system = service.system
    with Pools(service.database.url, writers=1, readers=1) as pools:
        keys = DataKeys(system.keystore, secrets.token_bytes, time.monotonic)
        yield Parts(pools, keys, secrets.token_bytes)


def erase(service: Service, case: Case) -> None:
    """Destroy the key of a case, as erasing does."""
    service.rows(
        "update log.case_key set wrapped = null, destroyed_at = now() where stream_id = %s",
        [case.case_id],
    )


@pytest.mark.guarantee("FP-1")
def test_21_1_a_family_plan_needs_the_consent_of_each_guardian(service: Service) -> None:
    family = Family(service)
    assert refused(family.draw_up()) == (["21.1.2"], ["#/members/2"])
    family.consents(family.mother)
    facts = service.facts()
    again = family.draw_up()
    assert refused(again) == (["21.1.2"], ["#/members/2"])
    assert service.facts() == facts
    family.consents(family.father)
    assert family.draw_up().status_code == 201


@pytest.mark.guarantee("FP-1")
def test_everything_wrong_with_a_family_plan_is_told_at_once(service: Service) -> None:
    family = Family(service)
    stranger = service.open_case(ESPOO)
    wrong = family.body(
        members=[family.child.case_id, stranger.case_id, str(uuid4())],
        goals=[{"text": GOAL_OF_ALL, "members": [family.mother.case_id]}],
        measures=[],
        validUntil="2025-02-02",
        nextReviewOn="2027-01-01",
    )
    response = family.draw_up(wrong)
    sections, pointers = refused(response)
    assert sorted(sections) == ["21.1", "21.1", "21.1", "21.1.2", "decree:2.1", "decree:2.1"]
    assert sorted(pointers) == [
        "#/goals/0/members",
        "#/members/0",
        "#/members/1",
        "#/members/2",
        "#/nextReviewOn",
        "#/validUntil",
    ]
    late = family.draw_up(family.body(nextReviewOn="2026-02-04"))
    latest = [each.get("latest") for each in late.json()["legalBasis"]]
    assert "2026-02-03" in latest


@pytest.mark.guarantee("FP-2")
def test_each_member_has_a_part_with_what_is_said_of_it(service: Service) -> None:
    family = planned(service)
    parts = family.parts()
    assert texts(parts[family.child.case_id]) == [GOAL_OF_ALL, GOAL_OF_CHILD]
    assert texts(parts[family.mother.case_id]) == [GOAL_OF_ALL]
    assert [m["service"] for m in parts[family.mother.case_id]["measures"]] == ["LITERACY_TRAINING"]
    assert parts[family.father.case_id]["measures"] == []
    assert len(parts[family.child.case_id]["consents"]) == 2
    said = family.read().json()
    assert (said["drawnUpOn"], said["validUntil"], said["nextReviewOn"], said["lastDay"]) == (
        "2025-02-03",
        "2026-02-03",
        "2025-08-04",
        "2026-02-03",
    )
    assert said["authorities"] == ["vaasa", "pohjanmaa"]


@pytest.mark.guarantee("FP-2")
def test_a_part_goes_with_the_member_s_case_and_the_others_stay(service: Service) -> None:
    family = planned(service)
    sealed = service.rows("select sealed from log.event where stream_id = %s", [family.plan_id])
    erase(service, family.child)
    parts = family.parts()
    assert set(parts) == {family.mother.case_id, family.father.case_id}
    assert texts(parts[family.mother.case_id]) == [GOAL_OF_ALL]
    assert GOAL_OF_CHILD not in family.read(AUDITOR).text
    # What stands in the log is the same as before, and nothing opens the part any more.
    after = service.rows("select sealed from log.event where stream_id = %s", [family.plan_id])
    assert after == sealed
    assert family.act("/ending", {"ground": "GOALS_REACHED"}).status_code == 201
    erase(service, family.mother)
    erase(service, family.father)
    problem(family.read(), 404, "not-found")


@pytest.mark.guarantee("FP-2")
def test_no_part_opens_under_the_key_of_the_plan_or_in_another_place(
    service: Service, opening: Parts
) -> None:
    family = planned(service)
    other = planned(service)
    log = service.system.log
    [fact] = log.load(UUID(family.plan_id))
    content = fact.fact.model_dump(mode="json")  # as the plan's own key opens it
    assert GOAL_OF_ALL not in str(content)
    assert all(part["told"] is None and part["sealed"] for part in content["parts"])
    [opened] = opening.opened([fact])
    assert GOAL_OF_CHILD in str(opened.fact.model_dump(mode="json"))
    # A part that was moved, to another plan, version or member, is none.
    stored = fact.fact
    assert isinstance(stored, FamilyPlanDrawnUp)
    first, second, _ = stored.parts
    swapped = (
        first.model_copy(update={"sealed": second.sealed}),
        second.model_copy(update={"sealed": first.sealed}),
    )
    for moved in (
        fact.having(stream_id=UUID(other.plan_id)),
        fact.having(version=2),
        fact.having(fact=stored.model_copy(update={"parts": swapped})),
    ):
        with pytest.raises(SealBroken):
            opening.opened([moved])
    erase(service, family.mother)
    erase(service, family.father)
    erase(service, family.child)
    [gone] = opening.opened([fact])
    assert isinstance(gone.fact, FamilyPlanDrawnUp)
    assert {(part.told, part.sealed) for part in gone.fact.parts} == {(None, None)}


@pytest.mark.guarantee("FP-3")
def test_a_plan_shows_only_members_whose_cases_the_caller_may_see(service: Service) -> None:
    family = planned(service)
    problem(family.read(ESPOO), 404, "not-found")
    problem(family.act("/ending", {"ground": "DEATH"}, by=ESPOO), 404, "not-found")
    assert set(family.parts(AUDITOR)) == {each.case_id for each in family.everybody}
    problem(family.act("/ending", {"ground": "DEATH"}, by=AUDITOR), 403, "forbidden")
    shown = family.read()
    lines = service.trail(shown)
    assert {str(line["case_id"]) for line in lines} == {each.case_id for each in family.everybody}
    assert {(line["result"], *line["sections"]) for line in lines} == {("SHOWN", "family-plan")}
    hidden = service.trail(family.read(ESPOO))
    assert [(line["result"], str(line["case_id"])) for line in hidden] == [
        ("FORBIDDEN", family.plan_id)
    ]
    unknown = service.get(f"/family-plans/{uuid4()}")
    problem(unknown, 404, "not-found")
    assert service.trail(unknown)[0]["result"] == "NOTHING_FOUND"


@pytest.mark.guarantee("FP-3")
def test_whose_case_another_answers_for_sees_that_part_alone(service: Service) -> None:
    family = Family(service, mother=handed_over(service))
    family.consents()
    assert family.draw_up().status_code == 201
    assert set(family.parts()) == {each.case_id for each in family.everybody}
    assert set(family.parts(EMPLOYMENT)) == {family.mother.case_id}
    told = family.read(EMPLOYMENT)
    assert family.child.case_id not in told.text
    review = {"nextReviewOn": "2025-12-01", "makers": MAKERS, "found": "goes well"}
    reviewed = family.act("/reviews", review, by=EMPLOYMENT)
    assert reviewed.status_code == 201, reviewed.text
    assert family.child.case_id not in reviewed.text
    # What was said of the others stays said.
    assert texts(family.parts()[family.child.case_id]) == [GOAL_OF_ALL, GOAL_OF_CHILD]
    for others in (family.child, family.father):
        wrong = {**review, "goals": [{"text": "x", "members": [others.case_id]}]}
        answer = family.act("/reviews", wrong, by=EMPLOYMENT)
        assert refused(answer) == (["21.1"], ["#/goals/0/members"])
        gone = family.act(f"/members/{others.case_id}/leaving", {}, by=EMPLOYMENT)
        assert refused(gone) == (["21.1"], ["#/member"])


@pytest.mark.guarantee("FP-3")
def test_21_1_an_authority_that_answers_for_nobody_draws_no_plan_up(service: Service) -> None:
    mother, father = handed_over(service), handed_over(service)
    family = Family(service, mother=mother)
    family.consents()
    drawn_up = family.draw_up(
        family.body(members=[mother.case_id, father.case_id], goals=[{"text": "x"}], measures=[])
    )
    assert refused(drawn_up) == (["21.1"], ["#/members"])


@pytest.mark.guarantee("FP-3")
def test_a_protected_member_is_not_there_for_whoever_it_is_withheld_from(service: Service) -> None:
    family = planned(service)
    service.act(family.child, "/non-disclosure", ORDER)
    parts = family.parts()
    assert set(parts) == {family.mother.case_id, family.father.case_id}
    answer = family.read()
    assert GOAL_OF_ALL not in answer.text  # it is said of the child too
    assert GOAL_OF_CHILD not in answer.text
    assert family.child.case_id not in answer.text
    assert family.child.case_id not in family.read(AUDITOR).text
    worker = service.get(f"{family.father.path}/history").json()["entries"][0]["recordedBy"]
    service.act(family.child, "/worker", {"worker": worker})
    assert set(family.parts()) == {each.case_id for each in family.everybody}
    ended = family.act("/ending", {"ground": "GOALS_REACHED"})
    assert ended.status_code == 201


@pytest.mark.guarantee("FP-3")
def test_the_answer_to_an_act_tells_no_more_than_a_read(service: Service) -> None:
    family = planned(service)
    service.act(family.child, "/non-disclosure", ORDER)
    seen, body = family.tag, {"ground": "OTHER", "reason": GOAL_OF_CHILD}
    ended = family.act("/ending", body, key="ended-once")
    assert ended.status_code == 201
    assert family.child.case_id not in ended.text
    assert GOAL_OF_CHILD not in ended.text
    again = family.act("/ending", body, key="ended-once", tag=seen)
    assert again.content == ended.content


@pytest.mark.guarantee("FP-4")
def test_an_act_is_decided_once_on_the_version_seen(service: Service) -> None:
    family = Family(service)
    family.consents()
    key = str(uuid4())
    first, second = family.draw_up(key=key), family.draw_up(key=key)
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    problem(
        family.draw_up(family.body(validUntil="2026-01-01"), key=key), 422, "idempotency-key-reused"
    )
    seen = family.tag
    reviewed = family.act("/reviews", {"nextReviewOn": "2025-12-01", "makers": MAKERS})
    assert reviewed.status_code == 201
    problem(family.act("/ending", {"ground": "DEATH"}, tag=seen), 412, "stale-version")
    problem(family.act("/ending", {"ground": "DEATH"}, tag=None), 428, "precondition-required")


@pytest.mark.guarantee("FP-4")
def test_an_act_leaves_a_line_for_everybody_it_is_about(service: Service) -> None:
    family = Family(service)
    family.consents()
    response = family.draw_up()
    lines = service.trail(response)
    assert {str(line["case_id"]) for line in lines} == {
        family.plan_id,
        *(each.case_id for each in family.everybody),
    }
    assert {line["result"] for line in lines} == {"RECORDED"}


@pytest.mark.guarantee("FP-5")
def test_a_plan_is_reviewed_joined_left_and_ended(service: Service) -> None:
    family = planned(service)
    aunt = service.open_case()
    joined = family.act("/members", {"member": aunt.case_id, "goals": ["Finds work"]})
    assert joined.status_code == 201, joined.text
    twice = family.act("/members", {"member": aunt.case_id})
    assert refused(twice) == (["21.1"], ["#/member"])
    found = {
        "nextReviewOn": "2025-12-01",
        "makers": MAKERS,
        "found": f"{MARKER} reads now",
        "goals": [{"text": "All find work"}],
    }
    assert family.act("/reviews", found).status_code == 201
    parts = family.parts()
    assert texts(parts[aunt.case_id]) == ["All find work"]
    assert parts[family.mother.case_id]["remarks"] == f"{MARKER} reads now"
    assert parts[family.mother.case_id]["measures"]  # what the review did not say stays
    left = family.act(f"/members/{aunt.case_id}/leaving", {"reason": "moved out"})
    assert left.status_code == 201
    assert family.parts()[aunt.case_id]["leftOn"] == "2025-02-03"
    gone = family.act(f"/members/{aunt.case_id}/leaving", {})
    assert refused(gone) == (["21.1"], ["#/member"])
    assert family.act(f"/members/{family.child.case_id}/leaving", {}).status_code == 201
    alone = family.act(f"/members/{family.father.case_id}/leaving", {})
    assert refused(alone) == (["21.1"], ["#/member"])  # a plan of one is none
    assert family.act("/ending", {"ground": "GOALS_REACHED"}).status_code == 201
    said = family.read().json()
    assert (said["endedOn"], said["lastDay"], said["ground"]) == (
        "2025-02-03",
        "2025-02-03",
        "GOALS_REACHED",
    )
    problem(family.act("/ending", {"ground": "GOALS_REACHED"}), 409, "state-conflict")
    problem(family.act("/reviews", {**found}), 409, "state-conflict")


@pytest.mark.guarantee("FP-5")
def test_21_1_a_plan_is_not_reviewed_once_a_guardian_has_withdrawn_the_consent(
    service: Service,
) -> None:
    family = planned(service)
    consent = family.parts()[family.child.case_id]["consents"][0]
    service.act(family.child, f"/consents/{consent}/withdrawal", {})
    review = {"nextReviewOn": "2025-12-01", "makers": MAKERS}
    assert refused(family.act("/reviews", review)) == (["21.1.2"], [])
    assert family.act(f"/members/{family.child.case_id}/leaving", {}).status_code == 201
    assert family.act("/reviews", review).status_code == 201


@pytest.mark.guarantee("FP-1", "FP-5")
def test_21_1_a_withdrawn_consent_counts_also_for_whom_the_reviewer_may_not_see(
    service: Service,
) -> None:
    family = planned(service)
    consent = family.parts()[family.child.case_id]["consents"][0]
    service.act(family.child, f"/consents/{consent}/withdrawal", {})
    service.act(family.child, "/non-disclosure", ORDER)
    seen = family.parts()
    assert family.child.case_id not in seen
    review = {"nextReviewOn": "2025-12-01", "makers": MAKERS}
    answer = family.act("/reviews", review, headers={"Accept-Language": "en"})
    assert refused(answer) == (["21.1.2"], [])
    (basis,) = answer.json()["legalBasis"]
    assert (basis["rule"], basis["inputs"]) == ("consents-of-the-family", {"on": "2025-02-03"})
    assert all(each.case_id not in answer.text for each in family.everybody)
    # Whose consents were looked at has a line of the trail.
    lines = {str(line["case_id"]): line for line in service.trail(answer)}
    assert lines[family.child.case_id]["sections"] == ["consents"]
    family.consents()
    worker = service.get(f"{family.father.path}/history").json()["entries"][0]["recordedBy"]
    assert family.act("/reviews", review).status_code == 201
    family.look_again()
    # The part rests upon the consents of today, and what was said of the child is as it was.
    service.act(family.child, "/worker", {"worker": worker})
    part = family.parts()[family.child.case_id]
    assert consent not in part["consents"]
    assert texts(part) == [GOAL_OF_ALL, GOAL_OF_CHILD]


@pytest.mark.guarantee("FP-3", "FP-5")
def test_a_review_replaces_nothing_said_by_name_of_whom_the_reviewer_may_not_see(
    service: Service,
) -> None:
    family = Family(service, mother=handed_over(service))
    family.consents()
    assert family.draw_up().status_code == 201
    review = {"nextReviewOn": "2025-12-01", "makers": MAKERS, "goals": [{"text": "work"}]}
    assert family.act("/reviews", review, by=EMPLOYMENT).status_code == 201
    parts = family.parts()
    assert texts(parts[family.mother.case_id]) == ["work"]
    assert texts(parts[family.child.case_id]) == ["work", GOAL_OF_CHILD]


@pytest.mark.guarantee("FP-1")
def test_21_1_nobody_belongs_to_two_family_plans_at_once(service: Service) -> None:
    family = planned(service)
    second = family.draw_up()
    assert refused(second) == (["21.1"] * 3, ["#/members/0", "#/members/1", "#/members/2"])
    assert {b["rule"] for b in second.json()["legalBasis"]} == {"one-family-plan"}
    other = Family(service)
    other.consents()
    assert other.draw_up().status_code == 201
    joined = other.act("/members", {"member": family.father.case_id})
    assert refused(joined) == (["21.1"], ["#/member"])
    left = {"effectiveOn": "2025-02-03"}
    assert family.act(f"/members/{family.father.case_id}/leaving", left).status_code == 201
    assert other.act("/members", {"member": family.father.case_id}).status_code == 201
