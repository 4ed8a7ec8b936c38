"""Requests that schemathesis makes of the document, brought to where they reach something.

A generated request is well formed and lost: its ids name nothing, its tag is of no case, nobody
sent it. Here it gets what no document can say – a caller with the right role, a purpose, a key, the
ids of a case on which the act is lawful, and the tag that case has now – and for most of the
requests the lawful body, with some members as they were generated. What was generated to be wrong
stays as it is, and one request in five stays lost.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import requests
import schemathesis
from schemathesis import APIOperation, Case, CheckFunction, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests.contract.noticing import KELA
from tests.contract.test_guidance_records import GUIDING
from tests.contract.workable import Pool, Ready
from tests.service import AUDITOR, EMPLOYMENT, NURSE, PURPOSES, VAASA, Heard, Service

Generated = Case[Any]
"""A request as schemathesis makes it."""

BY: Final[Mapping[str, str]] = {
    "acceptReferral": EMPLOYMENT,
    "declineReferral": EMPLOYMENT,
    "obtainExpertAssessment": NURSE,
    "sendNotices": KELA,
    "showAccessTrail": AUDITOR,
    "showGuidanceTrail": AUDITOR,
    "showNoticeTrail": AUDITOR,
}
"""Who does what an officer of Vaasa does not."""

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
]
REFUSALS: Final = ["400", "401", "403", "404", "405", "406", "413", "415", "422", "428"]
"""How a request that the document doesn't allow is answered; a 5xx is no refusal."""

NO_FAULT_OF_THE_FORM: Final = frozenset({"cursor-invalid", "view-cannot-answer"})
"""Problems (400) of well-formed requests: a cursor is what was given, a view has its limits."""
UNSAID: Final[Mapping[str, str]] = {
    "does-not-fit-together": "a rule between members",
    "not-an-identity-code": "the check character of a code",
    "not-one-entity-tag": "a tag is what was given: its form is nobody's business",
    "not-an-edition": "the editions an installation has",
    "unreadable-character": "a character that no database keeps",
    "not-a-number": "1.0, which JSON Schema takes for an integer",
}
"""Faults of a request that keeps to the document: what a schema has no words for."""


LISTS: Final = frozenset({"showWorklist", "showRepositoryGaps", "showClients", "searchClients"})
"""Answered 503 when they are behind for too long; nobody else brings them up to date here."""
DRAFTS: Final = frozenset({"beginDraft", "changeDraft"})


def configured() -> schemathesis.Config:
    """How schemathesis generates: always the same, nothing kept between runs."""
    found: schemathesis.Config = schemathesis.Config.from_dict(
        {
            "seed": 681,
            "generation": {"deterministic": True},
            "phases": {"stateful": {"inference": {"algorithms": []}}},
            "checks": {
                "negative_data_rejection": {"expected-statuses": REFUSALS},
                "missing_required_header": {"expected-statuses": ["400", "403", "428"]},
            },
        }
    )
    return found


@dataclass(slots=True)
class Tally:
    """What the requests of one operation were answered, and what was wrong with the answers."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    led: Counter[str] = field(default_factory=Counter)
    """Operations that succeeded on what an earlier answer led to."""

    @property
    def reached(self) -> int:
        """How many requests were answered with success."""
        return sum(n for status, n in self.statuses.items() if 200 <= status < 300)


class Caller:
    """Sends generated requests, each made as lawful as it lets itself be made, and looks on."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.pool = Pool(service)
        self.tally = Tally()
        self._session = requests.Session()
        self._session.trust_env = False
        self._nth = 0
        self._tokens: dict[str, str] = {}
        self._answered: dict[str, str] = {}
        """Ids that answers told, with the tag last answered for each."""

    def begin(self) -> Tally:
        """Count anew: the same requests are made the same way, whatever was sent before."""
        self._nth = 0
        self.tally = Tally()
        return self.tally

    def hear(self, case: Generated) -> Response:
        """Send a request and look at the answer; what is wrong with it is kept in the tally."""
        name = name_of(case)
        led = self._known(case)
        self._nth += 1
        self._prepare(case, name, led=led)
        response = case.call(base_url=f"{self.service.url}/v1", session=self._session)
        self.tally.statuses[response.status_code] += 1
        self._remember(case, response)
        if 200 <= response.status_code < 300:
            if led:
                self.tally.led[name] += 1
            if case.method != "GET":
                self._learn(response)
                if not led:
                    self.pool.used(name)
        try:
            check(case, response)
        except (AssertionError, BaseExceptionGroup) as failure:
            self.tally.wrong.append(f"{name}: {failure}")
        return response

    def without_proof(self, name: str, document: Mapping[str, Any]) -> Iterator[int]:
        """What a lawful request is answered without a token, with nonsense, with one forged."""
        ready = self.pool.ready(name)
        method, path = next(
            (method, path)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if operation["operationId"] == name
        )
        forged = self.service.token(BY.get(name, VAASA))[:-8] + "AAAAAAAA"
        for headers in (
            {},
            {"Authorization": "Bearer nonsense"},
            {"Authorization": f"Bearer {forged}"},
        ):
            yield self.service.send(
                method.upper(),
                path.format(**ready.path),
                by=None,
                purpose=purpose_of(name),
                key=str(uuid4()),
                tag=ready.tag,
                body=ready.body,
                params=ready.query,
                headers=headers,
            ).status_code

    def _prepare(self, case: Generated, name: str, *, led: bool) -> None:
        """Give a request what the document can't say, where it was not generated to be wrong."""
        meta = case.meta
        assert meta is not None
        phase, data = meta.phase.name.value, meta.phase.data
        wrong = {place for place in ParameterLocation if meta.is_negative_at(place)}
        broken = None
        if phase == "coverage" and meta.generation.mode.is_negative and data.parameter is not None:
            # One parameter is wrong, and not all that stand in the same place.
            broken = data.parameter
            wrong -= {data.parameter_location} - {ParameterLocation.BODY}
        if not case.operation.schema.is_security_param_negated(case):
            self._introduce(case, name)
        if phase == "fuzzing" and self._nth % 5 == 0:
            return
        if name in LISTS:
            self.service.settle()
        ready = self.pool.ready(name)
        path = dict(case.path_parameters) if led else ready.path
        tag = (
            next(
                (
                    self._answered[each]
                    for each in reversed(path.values())
                    if self._answered.get(each)
                ),
                ready.tag,
            )
            if led
            else ready.tag
        )
        if ParameterLocation.HEADER not in wrong:
            given = {
                "Purpose-Of-Use": purpose_of(name),
                "Idempotency-Key": f'"{uuid4()}"',
                # Nobody brings the lists up to date here.
                "Prefer": "wait=0",
                "If-Match": tag or '"1.00000000.00000000"',
            }
            declared = {each.name for each in case.operation.headers} - {broken}
            for header in declared & {*given}:
                case.headers[header] = given[header]
        if ParameterLocation.PATH not in wrong:
            known = {each: path[each] for each in case.path_parameters if each in path}
            known.pop(broken or "", None)
            case.path_parameters = {**case.path_parameters, **known}
        if ParameterLocation.QUERY not in wrong:
            self._ask(case, ready, broken)
        if ParameterLocation.BODY not in wrong and ready.body is not None:
            case.body = self._mixed(case, phase, ready)

    def _known(self, case: Generated) -> bool:
        """Whether the address names what an earlier answer told of."""
        ids = {*map(str, case.path_parameters.values())}
        return bool(ids) and ids <= self._answered.keys()

    def _ask(self, case: Generated, ready: Ready, broken: str | None) -> None:
        """Name what there is in the query, and now and then no cursor, which is made up."""
        query = {**case.query, **ready.query}
        if "seen" in query:
            query["seen"] = self.pool.seen
        if "edition" in query:
            query["edition"] = "681/2023@2025"
        if self._nth % 3:
            query.pop("cursor", None)
        if broken is not None:
            query.pop(broken, None)
            if broken in case.query:
                query[broken] = case.query[broken]
        case.query = query

    def _mixed(self, case: Generated, phase: str, ready: Ready) -> Any:
        """The lawful body, with more or fewer of its members as they were generated."""
        made, lawful = case.body, ready.body
        assert lawful is not None
        if not isinstance(made, dict) or self._nth % 4 == 0:
            return dict(lawful)
        if phase == "examples":
            return {**made, **ready.example}
        if self._nth % 4 == 1:
            return {**made, **lawful}
        taken = sorted(made)[self._nth % max(len(made), 1) :: 3]
        return {**lawful, **{member: made[member] for member in taken}}

    def _introduce(self, case: Generated, name: str) -> None:
        if case.operation.definition.raw.get("security") == []:
            return
        by = BY.get(name, VAASA)
        if by not in self._tokens:
            self._tokens[by] = self.service.token(by)
        case.headers["Authorization"] = f"Bearer {self._tokens[by]}"
        # One of the proofs that the document names: two are refused.
        case.headers.pop("X-Road-Client", None)

    def _learn(self, response: Response) -> None:
        """Keep the ids that an answer tells, and the tag of what was acted on."""
        told = json.loads(response.content) if response.content else {}
        tag = "".join(response.headers.get("etag", ()))
        recorded = told.get("recorded", ()) if isinstance(told, dict) else ()
        for members in (told, *(each["content"] for each in recorded), *told.get("items", ())):
            for member, value in members.items():
                if member.endswith("Id") and isinstance(value, str):
                    self._answered.setdefault(value, "")
        stream = next(
            (
                told[each]
                for each in ("draftId", "caseId", "consentId", "familyPlanId")
                if each in told
            ),
            None,
        )
        if stream is not None and tag:
            self._answered[stream] = tag

    def _remember(self, case: Generated, response: Response) -> None:
        kind = "".join(response.headers.get("content-type", ()))
        content = json.loads(response.content) if "json" in kind and response.content else None
        self.service.heard.append(
            Heard(
                method=case.method.upper(),
                path=urlsplit(response.request.url or "").path,
                status=response.status_code,
                headers={each: values[0] for each, values in response.headers.items()},
                content=content,
            )
        )


def check(case: Generated, response: Response) -> None:
    """Whether an answer is one the document tells, and a right one. Raises what is wrong."""
    name = name_of(case)
    skipped: list[CheckFunction] = []
    # Each notice is answered on its own, and what is wrong with one is said there.
    if name == "sendNotices" and response.status_code == 200 and b'"REFUSED"' in response.content:
        skipped.append(negative_data_rejection)
    if case.method == "GET" and case.path == "/guidance/consents":
        # The address is also one below which a record would stand, and there is none of that id.
        skipped.append(unsupported_method)
    case.validate_response(response, checks=CHECKS, excluded_checks=skipped)
    if (
        case.meta is not None
        and case.meta.generation.mode.is_positive
        and response.status_code == 400
    ):
        problem = json.loads(response.content)
        faults = {each["code"] for each in problem.get("errors", ())}
        excused = problem["code"] in NO_FAULT_OF_THE_FORM or not faults.isdisjoint(UNSAID)
        # What a draft may hold is said by the act it is of.
        excused = excused or (name in DRAFTS and faults == {"unknown-member"})
        assert excused, f"the document allows what is refused: {problem} {case!r}"


def operations(schema: schemathesis.BaseSchema) -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """The operations of a document, by name."""
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return {each.definition.raw["operationId"]: each for each in found}


def name_of(case: Generated) -> str:
    """What the operation of a request is called."""
    name: str = case.operation.definition.raw["operationId"]
    return name


def purpose_of(name: str) -> str:
    """For what an operation is asked."""
    by = BY.get(name, VAASA)
    if "Guidance" in name and by == VAASA:
        return GUIDING
    return PURPOSES[by.partition("@")[0]]
