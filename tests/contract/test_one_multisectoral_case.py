"""One multisectoral case from its assessment to its hand-over, as each authority works on it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.service import AUDITOR, EMPLOYMENT, MAKERS, NURSE, VAASA, Case, Service, problem

WAIT: Final = {"Prefer": "wait=10"}
LITERACY: Final = {
    "service": "LITERACY_TRAINING",
    "provider": "opisto",
    "responsible": "vaasa",
    "serves": "reading before language",
}
REHABILITATION: Final = {
    "service": "REHABILITATION",
    "provider": "pohjanmaa",
    "responsible": "pohjanmaa",
    "serves": "ability to work",
}
CONTENT: Final[dict[str, Any]] = {
    "goals": [
        {"term": "LONG", "kind": "EMPLOYMENT", "text": "kitchen work"},
        {"term": "PERIOD", "kind": "WORK_LIFE_READINESS", "text": "rehabilitation"},
    ],
    "followUp": "a meeting each term",
    "makers": MAKERS,
}
TO_ORDINARY: Final[dict[str, Any]] = {
    **CONTENT,
    "to": "INTEGRATION",
    "reason": "no services of the welfare area are needed any more",
    "review": {"heldBy": "MUNICIPALITY_AND_WELFARE_AREA", "initiative": "CLIENT"},
    "validFrom": "2025-10-20",
    "validUntil": "2026-03-03",
    "measures": [LITERACY],
    "nextReviewOn": "2026-02-16",
}


@dataclass
class Course:
    """The case at work. ``expected`` is what its trail has to tell: who, where, what came of it."""

    service: Service
    case: Case
    expected: list[tuple[str, str, str, str]] = field(default_factory=list)

    def on(self, year: int, month: int, day: int) -> None:
        """Ten in the morning, or eleven, of a day in Helsinki."""
        self.service.clock.set(datetime(year, month, day, 8, tzinfo=UTC))

    def note(self, by: str, response: httpx2.Response, result: str) -> None:
        """What the trail has to tell of an answer."""
        role, _, organisation = by.partition("@")
        self.expected.append((response.headers["request-id"], organisation, role.upper(), result))

    def looks(self, path: str = "", by: str = VAASA) -> Any:
        """Look at the case, which is shown; acts are decided on what was seen last."""
        response = self.service.get(f"{self.case.path}{path}", by=by)
        assert response.status_code == 200, response.text
        self.note(by, response, "SHOWN")
        self.case.etag = response.headers["etag"]
        return response.json()

    def is_hidden(self, path: str, by: str, status: int = 404) -> None:
        """Look at the case, which is not shown."""
        response = self.service.get(f"{self.case.path}{path}", by=by)
        problem(response, status, {403: "forbidden", 404: "not-found"}[status])
        self.note(by, response, "FORBIDDEN")

    def asks(self, where: str, body: object, by: str, **how: Any) -> httpx2.Response:
        """Ask for an act, and to wait for the lists."""
        how = {"tag": self.case.etag, "headers": WAIT, **how}
        return self.service.post(f"{self.case.path}{where}", body, by=by, **how)

    def does(self, where: str, body: object, by: str = VAASA, **how: Any) -> list[dict[str, Any]]:
        """An act that is recorded, and taken in by the lists before it is answered."""
        response = self.asks(where, body, by, **how)
        assert response.status_code == 201, response.text
        assert response.headers["preference-applied"] == "wait=10", (where, by)
        self.note(by, response, "RECORDED")
        self.case.etag = response.headers["etag"]
        recorded: list[dict[str, Any]] = response.json()["recorded"]
        return recorded

    def refused(
        self, where: str, body: object, by: str, **how: Any
    ) -> list[tuple[str, str | None]]:
        """An act the Act refuses: each section with the member at fault. Nothing is recorded."""
        facts = self.service.facts()
        response = self.asks(where, body, by, **how)
        told = problem(response, 422, "rule-violated")
        assert self.service.facts() == facts
        self.note(by, response, "REFUSED")
        errors, sections = told["errors"], told["legalBasis"]
        return [
            (basis["section"], error.get("pointer"))
            for basis, error in zip(sections, errors, strict=True)
        ]

    def listed(self, path: str, by: str) -> list[str]:
        """What a list of the caller's authority says of the case."""
        response = self.service.get(f"{path}?limit=200", by=by)
        assert response.status_code == 200, response.text
        page = response.json()
        assert page["behind"] == 0
        found = [each for each in page["items"] if each["caseId"] == self.case.case_id]
        if found:
            self.note(by, response, "SHOWN")
        return [each.get("due", "CLIENT") for each in found]


@pytest.fixture
def course(another: Serve) -> Iterator[Course]:
    """A case just opened in Vaasa for a quota refugee, with a worker that follows the log."""
    service = another()
    stop = threading.Event()
    working = threading.Thread(target=service.worker.run, args=(stop,))
    working.start()
    try:
        case = service.open_case()
        made = Course(service, case)
        (line,) = service.rows("select * from trail.access where case_id = %s", [case.case_id])
        made.expected.append((line["request_id"], "vaasa", "OFFICER", "RECORDED"))
        basis = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2025-01-20"}
        made.does("/residence-basis", {**basis, "group": "QUOTA_REFUGEE"})
        home_care = {"status": "OUTSIDE_LABOUR_FORCE_HOME_CARE", "from": "2025-02-03"}
        made.does("/labour-market-status", home_care)
        yield made
    finally:
        stop.set()
        working.join()


def assessed_together(course: Course) -> None:
    """The assessment, with what the welfare area found for it."""
    case = course.case
    course.on(2025, 2, 10)
    course.is_hidden("", NURSE)
    together = {
        "kind": "MULTISECTORAL",
        "ground": "15.1.1",
        "participants": ["vaasa", "pohjanmaa"],
    }
    (started,) = course.does("/assessments", together)
    case.assessment = started["content"]["assessmentId"]
    ordered = {"clarifies": "ability to work", "plannedOn": "2025-02-14", "by": "pohjanmaa"}
    expert = course.does(f"/assessments/{case.assessment}/expert-assessments", ordered)
    case.expert = expert[0]["content"]["expertAssessmentId"]
    course.on(2025, 2, 14)
    assert course.looks(by=NURSE)["caseId"] == case.case_id
    result = {"result": "light work after rehabilitation"}
    course.does(f"/expert-assessments/{case.expert}/result", result, NURSE)
    course.on(2025, 2, 20)
    course.looks()
    health = {"kind": "AUTHORITY", "name": "pohjanmaa"}
    completion = {
        "findings": [
            {"item": "LITERACY", "text": "does not read", "source": {"kind": "PERSON"}},
            {"item": "HEALTH_AND_REHABILITATION", "text": "back injury", "source": health},
        ],
        "plan": {"outcome": "PLAN_ON_DATE", "date": "2025-03-03"},
        "makers": MAKERS,
    }
    course.does(f"/assessments/{case.assessment}/completion", completion)
    assert course.listed("/worklist", VAASA) == ["PLAN_TO_DRAW_UP"]


def planned_together(course: Course) -> None:
    """The plan both authorities agreed on."""
    case = course.case
    course.on(2025, 3, 3)
    plan = {
        **CONTENT,
        "kind": "MULTISECTORAL",
        "validFrom": "2025-03-03",
        "validUntil": "2026-03-03",
        "measures": [LITERACY, REHABILITATION],
        "nextReviewOn": "2025-09-01",
    }
    assert course.refused("/plans", plan, VAASA) == [("17.1", "#/parties")]
    (drawn_up,) = course.does("/plans", {**plan, "parties": ["vaasa", "pohjanmaa"]})
    case.plan = drawn_up["content"]["planId"]
    case.measures = tuple(each["measureId"] for each in drawn_up["content"]["measures"])
    guided = {"measures": list(case.measures)}
    course.does(f"/plans/{case.plan}/guidance-to-services", guided)


def reviewed_twice(course: Course) -> None:
    """The welfare area reviews its own service; then both authorities the plan, and extend it."""
    case = course.case
    reviews = f"/plans/{case.plan}/reviews"
    literacy, rehabilitation = case.measures
    course.on(2025, 5, 5)
    seen = course.looks("/plan", NURSE)
    assert seen["plan"]["parties"] == ["vaasa", "pohjanmaa"]
    alone = {"heldBy": "WELFARE_AREA", "makers": MAKERS}
    others = {**alone, "limitedTo": [literacy]}
    assert course.refused(reviews, others, NURSE) == [("22.3", "#/limitedTo")]
    ended = {"measure": rehabilitation, "state": "COMPLETED", "result": "able to work"}
    limited = {**alone, "limitedTo": [rehabilitation], "participation": [ended]}
    (held,) = course.does(reviews, limited, NURSE)
    assert held["content"]["heldBy"] == "WELFARE_AREA"

    course.on(2025, 8, 29)
    assert course.looks("/plan")["plan"]["nextReviewDue"] == "2025-09-03"
    joint = {
        "heldBy": "MUNICIPALITY_AND_WELFARE_AREA",
        "initiative": "SCHEDULED",
        "participation": [{"measure": literacy, "state": "ONGOING", "progress": "reads letters"}],
        "nextReviewOn": "2026-02-16",
        "makers": MAKERS,
        "extension": {
            "ground": "LITTLE_EDUCATION",
            "until": "2027-09-01",
            "specialMeasures": ["literacy at half pace"],
        },
    }
    assert course.refused(reviews, {**joint, "heldBy": "MUNICIPALITY"}, VAASA) == [
        ("22.2", "#/heldBy")
    ]
    recorded = course.does(reviews, joint)
    assert [each["fact"] for each in recorded] == ["PlanReviewed", "PlanExtended"]
    assert course.looks("/plan", NURSE)["plan"]["maximumUntil"] == "2027-09-01"


def switched(course: Course) -> None:
    """The plan becomes an ordinary one; the answer is lost, and asked for again."""
    case = course.case
    switch = f"/plans/{case.plan}/switch"
    course.on(2025, 10, 20)
    course.looks()
    key = str(uuid4())
    (reviewed, is_switched, drawn_up) = course.does(switch, TO_ORDINARY, key=key)
    assert [reviewed["fact"], is_switched["fact"], drawn_up["fact"]] == [
        "PlanReviewed",
        "PlanSwitched",
        "PlanDrawnUp",
    ]
    facts = course.service.facts()
    again = course.asks(switch, TO_ORDINARY, VAASA, key=key)
    course.note(VAASA, again, "REPLAYED")
    assert again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["recorded"] == [reviewed, is_switched, drawn_up]
    assert course.service.facts() == facts
    case.plan = drawn_up["content"]["planId"]
    plan = course.looks("/plan")["plan"]
    assert (plan["kind"], plan["replaces"], plan["maximumUntil"]) == (
        "INTEGRATION",
        is_switched["content"]["planId"],
        "2027-09-01",
    )
    # It is no party to the ordinary plan.
    course.is_hidden("/plan", NURSE)


def handed_over(course: Course) -> None:
    """The client is referred, registers as a jobseeker, and has another authority."""
    case = course.case
    course.on(2025, 11, 3)
    course.is_hidden("", EMPLOYMENT)
    assert course.listed("/worklist", EMPLOYMENT) == []
    referral = {"to": "vaasan-seutu", "reason": "INTENDS_TO_REGISTER"}
    (referred,) = course.does("/referrals", referral)
    case.referral = referred["content"]["referralId"]
    assert course.listed("/worklist", EMPLOYMENT) == ["REFERRAL_UNANSWERED"]
    assert course.listed("/clients", EMPLOYMENT) == []

    course.on(2025, 11, 10)
    course.looks(by=EMPLOYMENT)
    registered = {"registeredAsJobseekerOn": "2025-11-10"}
    recorded = course.does(f"/referrals/{case.referral}/acceptance", registered, EMPLOYMENT)
    assert [each["fact"] for each in recorded] == [
        "ReferralAccepted",
        "CaseHandedOver",
        "LabourMarketStatusRecorded",
    ]
    assert course.listed("/clients", EMPLOYMENT) == ["CLIENT"]
    assert course.listed("/clients", VAASA) == course.listed("/worklist", VAASA) == []
    assert "REVIEW" in course.listed("/worklist", EMPLOYMENT)

    course.on(2025, 11, 11)
    course.is_hidden("", VAASA, 403)
    course.looks("/plan")
    reviews = f"/plans/{case.plan}/reviews"
    review = {
        "heldBy": "MUNICIPALITY",
        "initiative": "CLIENT",
        "nextReviewOn": "2026-03-02",
        "makers": MAKERS,
    }
    assert course.refused(reviews, review, VAASA) == [("3.1", "#/heldBy")]
    # What was held while Vaasa answered for the case can still be recorded, though told late.
    course.does(reviews, {**review, "effectiveOn": "2025-11-05"})
    course.looks(by=EMPLOYMENT)
    course.does(reviews, {**review, "heldBy": "EMPLOYMENT_AUTHORITY"}, EMPLOYMENT)


@pytest.mark.guarantee("TR-13")
@pytest.mark.guarantee("AP-6")
def test_a_case_of_several_authorities_from_its_assessment_to_its_hand_over(
    course: Course,
) -> None:
    for part in (assessed_together, planned_together, reviewed_twice, switched, handed_over):
        part(course)
    service, case = course.service, course.case
    trail = service.get(f"{case.path}/access-trail?limit=200", by=AUDITOR)
    course.note(AUDITOR, trail, "SHOWN")
    page = trail.json()
    assert page["next"] is None
    told = {}
    for line in page["items"]:
        # A list leaves a line for each entry shown; here it is one look.
        told[line["requestId"]] = (line["organisation"], line["role"], line["result"])
    assert list(told.items()) == [(each[0], each[1:]) for each in course.expected]


@pytest.mark.guarantee("AP-4")
def test_a_switch_decided_on_what_is_no_longer_so_records_nothing(course: Course) -> None:
    assessed_together(course)
    planned_together(course)
    switch = f"/plans/{course.case.plan}/switch"
    course.on(2025, 10, 20)
    seen = course.case.etag
    course.does("/worker", {"worker": "officer-7"})
    facts = course.service.facts()
    stale = course.asks(switch, TO_ORDINARY, VAASA, tag=seen)
    told = problem(stale, 412, "stale-version")
    assert told["current"] == {"version": course.case.version}
    assert course.service.facts() == facts
    assert {line["result"] for line in course.service.trail(stale)} == {"REFUSED"}
    assert len(course.does(switch, TO_ORDINARY)) == 3


@pytest.mark.guarantee("AP-2")
def test_a_refused_switch_names_everything_that_is_wrong_with_its_parts(course: Course) -> None:
    assessed_together(course)
    planned_together(course)
    course.on(2025, 10, 20)
    wrong = {
        **TO_ORDINARY,
        "to": "MULTISECTORAL",
        "review": {"heldBy": "MUNICIPALITY", "initiative": "CLIENT"},
        "validUntil": "2028-03-03",
        "nextReviewOn": "2026-06-01",
        "extension": {
            "ground": "LITTLE_EDUCATION",
            "until": "2030-03-03",
            "specialMeasures": ["literacy"],
        },
        "referral": {"to": "pohjanmaa", "reason": "INTENDS_TO_REGISTER"},
    }
    found = course.refused(f"/plans/{course.case.plan}/switch", wrong, VAASA)
    assert found == [
        ("22.2", "#/review/heldBy"),
        ("22.4", "#/to"),
        ("23.3", "#/extension/until"),
        ("17.1", "#/parties"),
        ("23.2", "#/validUntil"),
        ("22.1", "#/nextReviewOn"),
        ("3.1", "#/referral/to"),
    ]
