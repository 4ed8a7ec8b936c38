"""The description of the API: OpenAPI 3.1, built from the same tables the app is built from.

Written out here and not left to the framework, because bodies, headers and problems are read and
answered by our own code: a document made by guessing from signatures would promise other things.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cases.app.drafts import DraftableAct
from cases.app.http.acts import ActRoute
from cases.app.http.problems import MEDIA_TYPE, Problem, ProblemCode, problem_texts
from cases.app.http.questions import Question
from cases.domain.codes.terms import Language, acts

API_VERSION: Final = "1.2.0"
"""Version of the API; every answer names it. See docs/api-changes.md."""

Schemas = Mapping[Any, dict[str, Any]]

_SCHEMAS: Final = "#/components/schemas/{model}"
_ALWAYS: Final = (
    ProblemCode.MALFORMED_REQUEST,
    ProblemCode.UNKNOWN_PARAMETER,
    ProblemCode.METHOD_NOT_ALLOWED,
    ProblemCode.INTERNAL,
    ProblemCode.UNAVAILABLE,
)
_PERSONAL: Final = (
    ProblemCode.FORBIDDEN,
    ProblemCode.PURPOSE_MISSING,
    ProblemCode.PURPOSE_NOT_ALLOWED,
    ProblemCode.NOT_FOUND,
    ProblemCode.NOT_ACCEPTABLE,
    ProblemCode.ERASED,
    ProblemCode.NEWER_RELEASE,
)
_ACTS: Final = (
    ProblemCode.IDEMPOTENCY_KEY_MISSING,
    ProblemCode.IDEMPOTENCY_KEY_INVALID,
    ProblemCode.STATE_CONFLICT,
    ProblemCode.CASE_NOT_OPENABLE,
    ProblemCode.IDEMPOTENCY_KEY_IN_PROGRESS,
    ProblemCode.STALE_VERSION,
    ProblemCode.TOO_LARGE,
    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
    ProblemCode.RULE_VIOLATED,
    ProblemCode.IDEMPOTENCY_KEY_REUSED,
    ProblemCode.PRECONDITION_REQUIRED,
    ProblemCode.NOT_SUPPORTED_YET,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: where, what it is called, what goes in and out, on which legal basis."""

    method: str
    path: str
    name: str
    summary: str
    answer: type[BaseModel] | None
    status: int = 200
    body: type[BaseModel] | None = None
    path_members: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """Headers that may be left out, besides those that go with the kind of answer."""
    problems: tuple[ProblemCode, ...] = ()
    legal_basis: tuple[str, ...] = ()
    public: bool = False
    conditional: bool = False
    """Whether the answer has a tag, so that a reader who has it already is told 304."""
    media_type: str = "application/json"


@dataclass(slots=True)
class Description:
    """The operations, in the order they were added."""

    operations: list[Operation] = field(default_factory=list)

    def act(self, route: ActRoute) -> None:
        """An act: its terms and legal basis are those of the vocabulary."""
        entry = acts()[route.act.NAME]
        summary = entry.in_language(Language.EN)
        self.operations.append(
            Operation(
                method="post",
                path=route.path,
                name=route.act.NAME,
                summary=f"{summary} ({entry.fi} / {entry.sv})",
                answer=route.resource.answer,
                status=201,
                body=route.act,
                path_members=tuple(member for _, member in route.members),
                headers=("Idempotency-Key", *(() if route.opens else ("If-Match",))),
                optional=(
                    "Purpose-Of-Use",
                    *(("Prefer",) if route.resource.listed else ()),
                    *(("Draft",) if route.act.NAME in {*DraftableAct} else ()),
                ),
                problems=(*_PERSONAL, *_ACTS),
                legal_basis=entry.basis,
            )
        )

    def question(self, question: Question) -> None:
        """A question about one case, on both axes of time."""
        self.operations.append(
            Operation(
                method="get",
                path=question.path,
                name=question.name,
                summary=(question.model.__doc__ or "").split("\n")[0],
                answer=question.model,
                query=question.query,
                headers=("Purpose-Of-Use",),
                problems=(*_PERSONAL, ProblemCode.VIEW_CANNOT_ANSWER),
                legal_basis=("72", "79"),
                conditional=True,
            )
        )

    def add(self, operation: Operation) -> None:
        """Any other operation."""
        self.operations.append(operation)


PERSONAL: Final = _PERSONAL
"""Problems that every read of personal data can have."""


def describe(description: Description) -> dict[str, Any]:
    """The OpenAPI document of the operations."""
    models = {
        model
        for operation in description.operations
        for model in (operation.answer, operation.body)
        if model is not None
    } | {Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    refs, definitions = models_json_schema(
        [
            (model, "validation" if _is_body(model, description) else "serialization")
            for model in ordered
        ],
        by_alias=True,
        ref_template=_SCHEMAS,
    )
    by_model: Schemas = {model: schema for (model, _), schema in refs.items()}
    paths: dict[str, dict[str, Any]] = {}
    for operation in description.operations:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, by_model)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cases",
            "version": API_VERSION,
            "summary": "Case management for integration services under Act 681/2023.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/v1"}],
        "security": [{"accessToken": []}],
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt"}
            },
        },
    }


def _is_body(model: type[BaseModel], description: Description) -> bool:
    return any(operation.body is model for operation in description.operations)


def _operation(operation: Operation, by_model: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_parameters(operation)],
        "responses": _responses(operation, by_model),
    }
    if operation.legal_basis:
        described["x-legal-basis"] = list(operation.legal_basis)
    if operation.public:
        described["security"] = []
    if operation.body is not None:
        schema: dict[str, Any] = by_model[operation.body]
        if operation.path_members:
            schema = _without(operation.body, operation.path_members)
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return described


def _without(model: type[BaseModel], members: Iterable[str]) -> dict[str, Any]:
    """The schema of a body whose ids stand in the path instead."""
    whole = model.model_json_schema(by_alias=True, ref_template=_SCHEMAS)
    whole.pop("$defs", None)
    left_out = set(members)
    whole["properties"] = {k: v for k, v in whole["properties"].items() if k not in left_out}
    whole["required"] = [name for name in whole.get("required", []) if name not in left_out]
    return whole


def _parameters(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"\{([A-Za-z]+)\}", operation.path):
        is_id = name.endswith("Id") and name != "editionId"
        schema = {"type": "string", **({"format": "uuid"} if is_id else {})}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name in operation.query:
        required = {"required": True} if name in _REQUIRED else {}
        yield {"name": name, "in": "query", **required, "schema": _QUERY[name]}
    for name in operation.headers:
        yield {"name": name, "in": "header", "required": True, **_HEADERS[name]}
    optional = () if operation.public else ("Accept-Language",)
    optional = (*operation.optional, *optional)
    if "seen" in operation.query:
        optional = ("Prefer", *optional)
    if operation.conditional:
        optional = ("If-None-Match", *optional)
    for name in optional:
        yield {"name": name, "in": "header", **_HEADERS[name]}


def _text(description: str, example: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}, "example": example}


_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "Idempotency-Key": _text(
        "Key of the act (draft-ietf-httpapi-idempotency-key-header-07): 1 to 64 visible ASCII "
        "characters in quotation marks. A repeat with the same body is answered as the first time.",
        '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    ),
    "If-Match": _text(
        "The ETag of the case, the draft, the guidance record or the family plan as last read: one "
        "strong tag, neither a list nor `*`.",
        '"17.9e2d0f7a.4b1f0c9a"',
    ),
    "Draft": _text(
        "The id of the draft the act came of. It goes when the act is recorded; one that is not "
        "there changes nothing.",
        "0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d",
    ),
    "If-None-Match": _text(
        "ETags of answers the caller has; 304 says that one of them is still the answer.",
        '"17.9e2d0f7a.4b1f0c9a"',
    ),
    "Purpose-Of-Use": _text(
        "Code of a purpose from the register of processing activities; see /purposes. An officer's "
        "act may leave it out and is then recorded for ORGANISING_SERVICES.",
        "ORGANISING_SERVICES",
    ),
    "Prefer": _text(
        "`wait=N`: answer when the lists have taken the act in, or after N seconds (ten at most). "
        "`Preference-Applied` tells that they have. Where many wait already, the answer "
        "comes at once.",
        "wait=2",
    ),
    "Accept-Language": _text("fi, sv or en; changes texts, never codes.", "fi"),
}
_QUERY: Final[dict[str, dict[str, Any]]] = {
    "validOn": {"type": "string", "format": "date"},
    "knownAt": {"type": "string", "format": "date-time"},
    "version": {"type": "integer", "minimum": 1},
    "edition": {
        "type": "string",
        "description": "The case as if this edition of the Act applied on every day",
    },
    "limit": {"type": "integer", "minimum": 1, "maximum": 200},
    "cursor": {"type": "string", "maxLength": 1024},
    "seen": {"type": "string", "description": "<caseId>@<version>"},
    "worker": {
        "type": "string",
        "maxLength": 200,
        "description": "Only the cases of this worker, by the id the person signs in with",
    },
    "provider": {
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "description": "A provider of a service of the client's, by its organisation's id",
    },
}
_REQUIRED: Final = frozenset({"provider"})
"""The query keys without which there is no answer."""


def _responses(operation: Operation, by_model: Schemas) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Done" if operation.status != 200 else "Answered"}
    plain = operation.media_type != "application/json"
    schema: dict[str, Any] = {"type": "string" if plain else "object"}
    if operation.answer is not None:
        schema = by_model[operation.answer]
    if operation.status != 204:
        good["content"] = {operation.media_type: {"schema": schema}}
    responses: dict[str, Any] = {str(operation.status): good}
    if operation.conditional:
        responses["304"] = {"description": "The caller has the answer already"}
    by_status: dict[int, list[ProblemCode]] = {}
    proved = () if operation.public else (ProblemCode.UNAUTHENTICATED,)
    for code in dict.fromkeys((*_ALWAYS, *proved, *operation.problems)):
        by_status.setdefault(code.status, []).append(code)
    for status, codes in sorted(by_status.items()):
        titles = "; ".join(
            f"{code.value}: {problem_texts(code).title.in_language(Language.EN)}" for code in codes
        )
        responses[str(status)] = {
            "description": titles,
            "content": {MEDIA_TYPE: {"schema": by_model[Problem]}},
        }
    return responses
