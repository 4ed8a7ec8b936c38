"""Acts over HTTP, and those of a case: one sub-resource each, all in one table.

An endpoint reads the body, names the caller, asks the application to perform the act, and tells
what was recorded. The answer is built from the recorded facts alone, so that a repeated request
gets the same answer, read back from the log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hmac import digest
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.caller import Caller
from cases.app.drafts import DraftableAct
from cases.app.http.body import JsonBody
from cases.app.http.deprecation import Deprecation
from cases.app.http.exchange import Body, Desk, case_headers
from cases.app.http.problems import Fault, Problematic, ProblemCode, denied, refused
from cases.app.outcomes import (
    ActOutcome,
    Forbidden,
    Hidden,
    InFlight,
    KeyReusedElsewhere,
    NotOpenable,
    Performed,
    Refused,
    Seen,
    Stale,
    TestCode,
    Unsupported,
    VersionMissing,
)
from cases.app.requests import Request, action_of
from cases.domain.case.act import Act
from cases.domain.case.assessment import acts as assessment
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.consent import acts as consent
from cases.domain.case.costs.acts import RecordCost
from cases.domain.case.extension import acts as extension
from cases.domain.case.joining.acts import JoinCases
from cases.domain.case.necessary_data.acts import RecordNecessaryData
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person import acts as person
from cases.domain.case.plan import acts as plan
from cases.domain.case.protection import acts as protection
from cases.domain.case.records import acts as records
from cases.domain.case.referral_elsewhere import acts as referral_elsewhere
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.representation import acts as representation
from cases.domain.case.responsibility import acts as responsibility
from cases.domain.case.review.acts import ReviewPlan, SwitchPlan
from cases.domain.case.services import acts as services
from cases.domain.case.studies import acts as studies
from cases.domain.model import Value


class RecordedFact(Value):
    """A fact as the answer to its act shows it."""

    version: int
    fact: str
    event_id: UUID
    effective_on: date
    recorded_at: datetime
    content: dict[str, Any]


class ActAnswer(Value):
    """What an act recorded, and the version the case is at with it."""

    case_id: UUID
    version: int
    recorded: tuple[RecordedFact, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of stream as it is addressed.

    ``below`` is the address its streams stand below, ``stream_id`` the id of one in a path.
    ``performer`` is what performs its acts; ``answer`` the answer to one, made by ``answered`` of
    the stream's id, its version and what was recorded. ``listed``: lists show its streams.
    """

    below: str
    stream_id: str
    performer: Callable[[Desk], Callable[[Caller, Request], ActOutcome]]
    answer: type[Value]
    answered: Callable[[UUID, int, tuple[RecordedFact, ...]], Value]
    listed: bool = False


CASES: Final = Resource(
    "/cases",
    "caseId",
    lambda desk: desk.cases.perform,
    ActAnswer,
    lambda case_id, version, recorded: ActAnswer(
        case_id=case_id, version=version, recorded=recorded
    ),
    listed=True,
)


@dataclass(frozen=True, slots=True)
class ActRoute:
    """Where an act lives. ``members`` maps a path id to the member of the act it fills.

    ``opens``: it makes a stream rather than acting on one. ``stream_member`` is the member of the
    act that names its stream, where the path doesn't; the act is refused where it names none.
    ``deprecated``: it is a former address of the act.
    """

    path: str
    act: type[Act]
    members: tuple[tuple[str, str], ...] = ()
    resource: Resource = CASES
    opens: bool = False
    stream_member: str | None = None
    deprecated: Deprecation | None = None

    @property
    def name(self) -> str:
        """What the operation is called: as the act, but for a former address of it."""
        return self.act.NAME if self.deprecated is None else f"{self.act.NAME}AtFormerAddress"


_CASE: Final = "/cases/{caseId}"
_ASSESSMENT: Final = _CASE + "/assessments/{assessmentId}"
_PLAN: Final = _CASE + "/plans/{planId}"
_REFERRAL: Final = _CASE + "/referrals/{referralId}"
_SERVICE: Final = _CASE + "/services/{serviceId}"
_BY_ASSESSMENT: Final = (("assessmentId", "assessment"),)
_BY_PLAN: Final = (("planId", "plan"),)
_BY_REFERRAL: Final = (("referralId", "referral"),)
_BY_SERVICE: Final = (("serviceId", "service"),)

ROUTES: Final[tuple[ActRoute, ...]] = (
    ActRoute("/cases", OpenCase, opens=True),
    ActRoute(f"{_CASE}/details", person.RecordDetails),
    ActRoute(f"{_CASE}/residence-basis", person.RecordResidenceBasis),
    ActRoute(f"{_CASE}/labour-market-status", person.RecordLabourMarketStatus),
    ActRoute(f"{_CASE}/benefit-notices", person.RecordBenefitNotice),
    ActRoute(f"{_CASE}/consents", consent.GiveConsent),
    ActRoute(
        f"{_CASE}/consents/{{consentId}}/withdrawal",
        consent.WithdrawConsent,
        (("consentId", "consent"),),
    ),
    ActRoute(f"{_CASE}/non-disclosure", protection.SetNonDisclosure),
    ActRoute(f"{_CASE}/non-disclosure/lifting", protection.LiftNonDisclosure),
    ActRoute(f"{_CASE}/assessments", assessment.StartAssessment),
    ActRoute(f"{_ASSESSMENT}/interview", assessment.HoldInitialInterview, _BY_ASSESSMENT),
    ActRoute(f"{_ASSESSMENT}/expert-assessments", assessment.OrderExpertAssessment, _BY_ASSESSMENT),
    ActRoute(
        f"{_CASE}/expert-assessments/{{expertAssessmentId}}/result",
        assessment.ObtainExpertAssessment,
        (("expertAssessmentId", "expertAssessment"),),
    ),
    ActRoute(f"{_ASSESSMENT}/completion", assessment.CompleteAssessment, _BY_ASSESSMENT),
    ActRoute(f"{_ASSESSMENT}/discontinuation", assessment.DiscontinueAssessment, _BY_ASSESSMENT),
    ActRoute(f"{_CASE}/forgone-assessments", assessment.ForgoAssessment),
    ActRoute(f"{_CASE}/plans", plan.DrawUpPlan),
    ActRoute(f"{_PLAN}/guidance-to-services", plan.GuideToServices, _BY_PLAN),
    ActRoute(f"{_PLAN}/reviews", ReviewPlan, _BY_PLAN),
    ActRoute(f"{_PLAN}/switch", SwitchPlan, _BY_PLAN),
    ActRoute(f"{_PLAN}/extensions", extension.ExtendPlan, _BY_PLAN),
    ActRoute(f"{_PLAN}/continuation", extension.ContinueForStudies, _BY_PLAN),
    ActRoute(f"{_PLAN}/supported-studies", studies.StartSupportedStudies, _BY_PLAN),
    ActRoute(f"{_PLAN}/supported-studies/ending", studies.EndSupportedStudies, _BY_PLAN),
    ActRoute(f"{_PLAN}/ending", plan.EndPlan, _BY_PLAN),
    ActRoute(f"{_CASE}/worker", responsibility.AssignWorker),
    ActRoute(f"{_CASE}/referrals", responsibility.ReferToEmploymentAuthority),
    ActRoute(f"{_REFERRAL}/acceptance", responsibility.AcceptReferral, _BY_REFERRAL),
    ActRoute(f"{_REFERRAL}/declination", responsibility.DeclineReferral, _BY_REFERRAL),
    ActRoute(f"{_CASE}/hand-overs", responsibility.HandOver),
    ActRoute(
        f"{_CASE}/hand-over-requests/{{requestId}}/declination",
        responsibility.DeclineHandOverRequest,
        (("requestId", "request"),),
    ),
    ActRoute(f"{_CASE}/referrals-elsewhere", referral_elsewhere.ReferElsewhere),
    ActRoute(
        f"{_CASE}/referrals-elsewhere/{{referralId}}/outcome",
        referral_elsewhere.RecordReferralOutcome,
        _BY_REFERRAL,
    ),
    ActRoute(f"{_CASE}/services", services.StartService),
    ActRoute(f"{_SERVICE}/completion", services.CompleteService, _BY_SERVICE),
    ActRoute(f"{_SERVICE}/interruption", services.InterruptService, _BY_SERVICE),
    ActRoute(f"{_CASE}/language-tests", services.RecordLanguageTest),
    ActRoute(f"{_CASE}/costs", RecordCost),
    ActRoute(f"{_CASE}/necessary-data", RecordNecessaryData),
    ActRoute(f"{_CASE}/representations", representation.RecordRepresentation),
    ActRoute(
        f"{_CASE}/representations/{{representationId}}/ending",
        representation.EndRepresentation,
        (("representationId", "representation"),),
    ),
    ActRoute(f"{_CASE}/closure", CloseCase),
    ActRoute(f"{_CASE}/reopening", ReopenCase),
    ActRoute(f"{_CASE}/joined-cases", JoinCases),
    ActRoute(f"{_CASE}/corrections", records.CorrectRecord),
    ActRoute(f"{_CASE}/annulments", records.AnnulRecord),
    ActRoute(f"{_CASE}/correction-requests", records.RequestCorrection),
    ActRoute(
        f"{_CASE}/correction-requests/{{requestId}}/answer",
        records.AnswerCorrectionRequest,
        (("requestId", "request"),),
    ),
)
"""Every act an authority performs over HTTP. Expiry is not here: it is the calendar's."""

FORMER: Final[tuple[ActRoute, ...]] = (
    ActRoute(
        f"{_CASE}/hand-over",
        responsibility.HandOver,
        deprecated=Deprecation(date(2026, 11, 22), date(2027, 11, 30), f"{_CASE}/hand-overs"),
    ),
)
"""Addresses that acts had before, until they go (docs/versioning.md)."""


def perform(desk: Desk, route: ActRoute, request: HttpRequest, body: Body) -> Response:
    """Perform the act of a route: 201 with what was recorded, or a problem."""
    exchange = desk.exchange(request, action_of(route.act))
    resource = route.resource
    with exchange.trailing_refusals():
        exchange.only_query(())
        path = {member: exchange.path_id(name) for name, member in route.members}
        addressed = not route.opens and route.stream_member is None
        stream_id = exchange.path_id(resource.stream_id) if addressed else None
        key = exchange.idempotency_key()
        seen = exchange.if_match() if addressed else None
        draft = exchange.draft() if route.act.NAME in {*DraftableAct} else None
        act = exchange.read(route.act, body, path)
        if route.stream_member is not None:
            stream_id = getattr(act, route.stream_member)
            seen = None if stream_id is None else exchange.if_match()
        caller = exchange.caller(purpose_required=False)
    assert isinstance(body, JsonBody)
    outcome = resource.performer(desk)(
        caller,
        Request(
            act=act,
            key=key,
            fingerprint=fingerprint(desk.secret, route.path, request.path_params, body.raw),
            case_id=stream_id,
            seen=seen,
            draft=draft,
        ),
    )
    performed = _performed(outcome, route)
    headers = case_headers(exchange, Seen.of(performed.facts), masks=performed.masks)
    headers["Location"] = f"/v1{resource.below}/{performed.case_id}"
    if performed.replayed:
        headers["Idempotency-Replayed"] = "true"
    wait = exchange.preferred_wait() if resource.listed else None
    case_id, version = performed.listed or (performed.case_id, performed.version)
    if wait is not None and desk.arrived(case_id, version, wait):
        headers["Preference-Applied"] = f"wait={wait}"
    if route.deprecated is not None:
        headers |= route.deprecated.headers(request.path_params)
    text = answer(performed, resource).model_dump_json(exclude_none=True)
    return Response(text, 201, headers, "application/json")


def fingerprint(secret: bytes, path: str, path_params: dict[str, Any], raw: bytes) -> bytes:
    """What tells a repeat from another request under the same key: the path, its ids, the bytes.

    The version the caller saw is no part of it: a repeat after a lost answer may have read a newer
    one in between, and is still the same act. Keyed, because a short body could be guessed from its
    bare digest long after the person's key is gone.
    """
    ids = "\n".join(f"{name}={path_params[name]}" for name in sorted(path_params))
    return digest(secret, f"{path}\n{ids}\n".encode() + raw, "sha256")


def answer(performed: Performed, resource: Resource = CASES) -> Value:
    """The answer to an act, from its facts."""
    recorded = tuple(
        RecordedFact(
            version=recorded.version,
            fact=type(recorded.fact).__name__,
            event_id=recorded.event_id,
            effective_on=recorded.effective_on,
            recorded_at=recorded.recorded_at,
            content=recorded.fact.model_dump(
                mode="json", exclude_none=True, exclude=set(recorded.fact.UNANSWERED)
            ),
        )
        for recorded in performed.facts
    )
    return resource.answered(performed.case_id, performed.version, recorded)


def _performed(outcome: ActOutcome, route: ActRoute) -> Performed:
    """The outcome, if it is one to tell; else the problem it is, raised."""
    match outcome:
        case Performed():
            return outcome
        case Refused(refusal=refusal):
            raise refused(refusal)
        case Unsupported(what=what):
            raise Problematic(ProblemCode.NOT_SUPPORTED_YET, unsupported=what)
        case Stale(current=current):
            raise Problematic(ProblemCode.STALE_VERSION, current=current)
        case VersionMissing():
            raise Problematic(ProblemCode.PRECONDITION_REQUIRED)
        case KeyReusedElsewhere():
            raise Problematic(ProblemCode.IDEMPOTENCY_KEY_REUSED)
        case InFlight():
            raise Problematic(ProblemCode.IDEMPOTENCY_KEY_IN_PROGRESS)
        case NotOpenable(other_case=other_case):
            raise Problematic(ProblemCode.CASE_NOT_OPENABLE, other_case=other_case)
        case TestCode():
            pointer = f"#/{'person' if route.opens else 'details'}/identityCode"
            if "changes" in route.act.model_fields:
                pointer = "#/changes"
            fault = Fault(code="not-an-identity-code", pointer=pointer)
            raise Problematic(ProblemCode.MALFORMED_REQUEST, faults=(fault,))
        case Hidden() | Forbidden():
            raise denied(outcome)
