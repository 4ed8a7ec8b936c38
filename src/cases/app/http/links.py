"""Where answers lead: which operations take the id of what was made (OpenAPI links).

A link says from where in an answer, and from where in the request answered, the next request gets
its ids and its ``If-Match``. There is one wherever an operation makes something that others name in
their address, so that a client – or a test – finds its way from opening a case to ending its plan.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, Protocol


class Made(NamedTuple):
    """What an operation makes: the address its kind stands below, its id in paths, and in answers.

    ``pointer`` is a JSON pointer into the answer.
    """

    below: str
    path_id: str
    pointer: str


class Linked(Protocol):
    """What of an operation a link is made of."""

    @property
    def path(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def headers(self) -> tuple[str, ...]: ...


_CASE: Final = "/cases/{caseId}"
_RECORDED: Final = "/recorded/0/content"


def _recorded(below: str, path_id: str) -> Made:
    return Made(f"{_CASE}/{below}", path_id, f"{_RECORDED}/{path_id}")


MADE: Final[Mapping[str, Made]] = {
    "openCase": Made("/cases", "caseId", "/caseId"),
    "giveConsent": _recorded("consents", "consentId"),
    "startAssessment": _recorded("assessments", "assessmentId"),
    "orderExpertAssessment": _recorded("expert-assessments", "expertAssessmentId"),
    "drawUpPlan": _recorded("plans", "planId"),
    "referToEmploymentAuthority": _recorded("referrals", "referralId"),
    "referElsewhere": _recorded("referrals-elsewhere", "referralId"),
    "startService": _recorded("services", "serviceId"),
    "recordRepresentation": _recorded("representations", "representationId"),
    "requestCorrection": _recorded("correction-requests", "requestId"),
    "beginDraft": Made(f"{_CASE}/drafts", "draftId", "/draftId"),
    "giveGuidanceConsent": Made("/guidance", "consentId", "/consentId"),
    "drawUpFamilyPlan": Made("/family-plans", "familyPlanId", "/familyPlanId"),
    "sendNotices": Made("/notices", "noticeId", "/items/0/noticeId"),
}
"""What is made, by the operation that makes it."""


def links(source: Linked, operations: Iterable[Linked]) -> dict[str, Any]:
    """The links of the answer with success: by the operation each leads to."""
    made = MADE.get(source.name)
    if made is None:
        return {}
    known = {name: f"$request.path.{name}" for name in _ids(source.path)}
    known[made.path_id] = f"$response.body#{made.pointer}"
    found: dict[str, Any] = {}
    for target in operations:
        ids = _ids(target.path)
        if target.path.startswith(f"{made.below}/") and made.path_id in ids and {*ids} <= {*known}:
            given = {f"path.{name}": known[name] for name in ids}
            if "If-Match" in target.headers:
                given["header.If-Match"] = "$response.header.ETag"
            found[target.name] = {"operationId": target.name, "parameters": given}
    return found


def _ids(path: str) -> list[str]:
    return re.findall(r"\{([A-Za-z]+)\}", path)
