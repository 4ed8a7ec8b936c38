"""Something to work on for every operation: where it is lawful, asked as it would be asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.contract.lawful import BODIES, body, ready_for
from tests.contract.noticing import item, received, send, somebody
from tests.contract.test_family_plans import Family, planned
from tests.contract.test_guidance_records import Guided, consent
from tests.service import Case, Service, opening

from cases.app.http.describe import examples

NAMING: Final[tuple[str, ...]] = ("measures", "of", "duplicate")
"""Members of a body that name what there is in the case."""


@dataclass(slots=True)
class Ready:
    """Where an operation is lawful: the ids of its address, what it is asked with, the tag."""

    path: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    example: dict[str, Any] = field(default_factory=dict)
    """Members of the example that name what there is here, where it can only name anything."""


def of_case(case: Case) -> dict[str, str]:
    """The ids of a case, as addresses call them."""
    ids = {
        "caseId": case.case_id,
        "planId": case.plan,
        "assessmentId": case.assessment,
        "expertAssessmentId": case.expert,
        "referralId": case.referral,
        "requestId": case.request,
        "consentId": case.consent,
        "serviceId": case.service,
        "representationId": case.representation,
    }
    return {name: value for name, value in ids.items() if value}


class Pool:
    """Something to work on for every operation; what was used up is made anew when asked for."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._ready: dict[str, Ready] = {}
        self._planned: Case | None = None

    def ready(self, name: str) -> Ready:
        """Where the operation is lawful."""
        if name not in self._ready:
            self._ready[name] = self._make(name)
        return self._ready[name]

    def used(self, name: str) -> None:
        """What was ready for the operation is so no longer."""
        self._ready.pop(name, None)

    def _make(self, name: str) -> Ready:
        act = name.removesuffix("AtFormerAddress")
        if act in BODIES:
            case = ready_for(self.service, act)
            lawful = body(act, case)
            named = {each: lawful[each] for each in NAMING if each in lawful}
            return Ready(of_case(case), lawful, tag=case.etag, example=named)
        make = getattr(self, f"_for_{_snake(name)}", None)
        if make is not None:
            made: Ready = make()
            return made
        return Ready(self._of_planned())

    def _of_planned(self) -> dict[str, str]:
        """The ids of a case with a plan, for questions."""
        if self._planned is None:
            self._planned = self.service.planned()
            self.service.settle()
        return of_case(self._planned)

    def _for_open_case(self) -> Ready:
        person = opening(self._somebody())
        return Ready(body=person, example={"person": person["person"]})

    @property
    def seen(self) -> str:
        """What a list can be asked to have seen."""
        return f"{self._of_planned()['caseId']}@1"

    def _for_show_provider_extract(self) -> Ready:
        return Ready(self._of_planned(), query={"provider": "vaasa"})

    def _for_show_code_list(self) -> Ready:
        return Ready({"list": "finding-items"})

    def _for_show_edition(self) -> Ready:
        return Ready({"editionId": "681/2023@2025"})

    def _for_show_organisation(self) -> Ready:
        return Ready({"organisation": "vaasa"})

    def _for_look_up_person(self) -> Ready:
        self._of_planned()
        assert self._planned is not None
        named = {"identityCode": self._planned.code}
        return Ready(body=named, example=named)

    def _for_search_clients(self) -> Ready:
        return Ready(body={"name": "Virtanen", "dateOfBirth": "1990-05-17"})

    # ------------------------------------------------------------ guidance

    def _for_give_guidance_consent(self) -> Ready:
        given = consent(self._somebody())
        return Ready(body=given, example={"person": given["person"]})

    def _for_record_guidance(self) -> Ready:
        guided = Guided(self.service)
        said = {**examples()["recordGuidance"], "consent": guided.consent}
        return Ready(body=said, tag=guided.tag, example={"consent": guided.consent})

    def _for_withdraw_guidance_consent(self) -> Ready:
        guided = Guided(self.service)
        return Ready({"consentId": guided.consent}, {}, tag=guided.tag)

    def _for_show_guidance_record(self) -> Ready:
        return Ready({"consentId": Guided(self.service).consent})

    _for_show_guidance_trail = _for_show_guidance_record
    _for_show_guidance_history = _for_show_guidance_record

    def _for_correct_guidance_record(self) -> Ready:
        guided = Guided(self.service)
        change = {"member": "/content/informed/language", "from": "en", "to": "uk"}
        named = {"changes": [change]}
        said = {**examples()["correctGuidanceRecord"], **named}
        return Ready({"consentId": guided.consent}, said, tag=guided.tag, example=named)

    def _for_annul_guidance_record(self) -> Ready:
        guided = Guided(self.service)
        assert guided.guide().status_code == 201
        said = examples()["annulGuidanceRecord"]
        return Ready({"consentId": guided.consent}, said, tag=guided.tag)

    def _for_look_up_guidance(self) -> Ready:
        named = {"identityCode": Guided(self.service).code}
        return Ready(body=named, example=named)

    # -------------------------------------------------------- family plans

    def _for_draw_up_family_plan(self) -> Ready:
        family = Family(self.service)
        family.consents()
        lawful = family.body()
        named = {each: lawful[each] for each in ("members", "goals", "measures")}
        return Ready(body=lawful, example=named)

    def _of_family(self, said: dict[str, Any], named: Callable[[Family], dict[str, Any]]) -> Ready:
        family = planned(self.service)
        ids = {"familyPlanId": family.plan_id, "memberId": family.mother.case_id}
        names = named(family)
        return Ready(ids, said | names, tag=family.tag, example=names)

    def _for_review_family_plan(self) -> Ready:
        return self._of_family(examples()["reviewFamilyPlan"], lambda _: {})

    def _for_join_family_plan(self) -> Ready:
        family = planned(self.service)
        left = family.act(f"/members/{family.mother.case_id}/leaving", {"reason": "moved"})
        assert left.status_code == 201, left.text
        named = {"member": family.mother.case_id}
        ids = {"familyPlanId": family.plan_id}
        return Ready(ids, examples()["joinFamilyPlan"] | named, tag=family.tag, example=named)

    def _for_leave_family_plan(self) -> Ready:
        return self._of_family(examples()["leaveFamilyPlan"], lambda _: {})

    def _for_end_family_plan(self) -> Ready:
        return self._of_family(examples()["endFamilyPlan"], lambda _: {})

    def _for_correct_family_plan_record(self) -> Ready:
        return self._of_family(examples()["correctFamilyPlanRecord"], lambda _: {})

    def _for_annul_family_plan_record(self) -> Ready:
        family = planned(self.service)
        reviewed = family.act("/reviews", examples()["reviewFamilyPlan"])
        assert reviewed.status_code == 201, reviewed.text
        named = {"version": reviewed.json()["version"]}
        ids = {"familyPlanId": family.plan_id}
        said = examples()["annulFamilyPlanRecord"] | named
        return Ready(ids, said, tag=family.tag, example=named)

    def _for_show_family_plan(self) -> Ready:
        return self._of_family({}, lambda _: {})

    _for_show_family_plan_history = _for_show_family_plan

    # --------------------------------------------------- drafts and notices

    def _for_begin_draft(self) -> Ready:
        return Ready({"caseId": self.service.assessed().case_id}, examples()["beginDraft"])

    def _of_draft(self) -> Ready:
        case = self.service.assessed()
        begun = self.service.post(f"{case.path}/drafts", examples()["beginDraft"])
        assert begun.status_code == 201, begun.text
        ids = {"caseId": case.case_id, "draftId": begun.json()["draftId"]}
        return Ready(ids, examples()["changeDraft"], tag=begun.headers["etag"])

    _for_change_draft = _for_show_draft = _for_remove_draft = _for_check_draft = _of_draft

    def _for_send_notices(self) -> Ready:
        items = [item(self._somebody()), item(self._somebody())]
        lawful = {"section": "84.3", "to": "vaasa", "items": items}
        return Ready(body=lawful, example={"items": items})

    def _for_handle_notice(self) -> Ready:
        (notice,) = received(send(self.service, item(somebody(self.service))))
        return Ready({"noticeId": notice}, examples()["handleNotice"])

    _for_show_notice = _for_show_notice_trail = _for_handle_notice

    def _somebody(self) -> str:
        return somebody(self.service)


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
