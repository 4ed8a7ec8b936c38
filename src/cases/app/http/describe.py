"""The description of the API: OpenAPI 3.1, built from the same tables the app is built from.

Written out here and not left to the framework, because bodies, headers and problems are read and
answered by our own code: a document made by guessing from signatures would promise other things.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core.core_schema import DateSchema, StringSchema

from cases.app.drafts import DraftableAct
from cases.app.http import deprecation
from cases.app.http.acts import ActRoute
from cases.app.http.deprecation import Deprecation
from cases.app.http.links import links
from cases.app.http.parameters import (
    ALWAYS_ANSWERED,
    ANSWER_HEADERS,
    HEADERS,
    IN_A_LANGUAGE,
    LEGAL_DAY,
    OF_AN_ACT,
    QUERY,
    RATE,
    REQUIRED,
    TAGGED,
    in_path,
)
from cases.app.http.problems import (
    MEDIA_TYPE,
    OF_A_BODY,
    RETRY_AFTER,
    Problem,
    ProblemCode,
    problem_texts,
)
from cases.app.http.query import FIRST_DAY, LAST_DAY
from cases.app.http.questions import Question
from cases.app.http.tags import tag_of, tags_of
from cases.domain.codes.terms import Language, acts

API_VERSION: Final = "1.2.0"
"""Version of the API; every answer names it. See docs/api-changes.md."""

ABOUT: Final = (
    "An act is a POST to a resource of its own: with the tag last read (If-Match), so that nobody "
    "overwrites what was not seen, and with a key (Idempotency-Key), so that it can be repeated. A "
    "question about a case may be asked of any legal day (validOn), as known at any instant "
    "(knownAt). Every refusal is a problem (RFC 9457) that names all errors and rules at once, "
    "each rule with its section. A text holds no U+0000 and no half of a surrogate pair, and an "
    "id is written with its hyphens, as answers write it."
)

Schemas = Mapping[Any, dict[str, Any]]

_SCHEMAS: Final = "#/components/schemas/{model}"
_ALWAYS: Final = (
    ProblemCode.MALFORMED_REQUEST,
    ProblemCode.UNKNOWN_PARAMETER,
    ProblemCode.METHOD_NOT_ALLOWED,
    ProblemCode.INTERNAL,
    ProblemCode.UNAVAILABLE,
    ProblemCode.OVERLOADED,
    ProblemCode.HEADERS_TOO_LARGE,
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
    *OF_A_BODY,
    ProblemCode.RULE_VIOLATED,
    ProblemCode.IDEMPOTENCY_KEY_REUSED,
    ProblemCode.PRECONDITION_REQUIRED,
    ProblemCode.NOT_SUPPORTED_YET,
)


_TOKEN: Final[Mapping[str, Sequence[str]]] = {"accessToken": []}
_PROOFS: Final[Mapping[str, Any]] = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "at+jwt",
        "description": "An access token (RFC 9068) of the installation's identity provider.",
    },
    "clientCertificate": {
        "type": "mutualTLS",
        "description": "A client certificate the installation knows, shown to the proxy that ends "
        "TLS, which hands it on as `Client-Cert` (RFC 9440). Without a token beside it.",
    },
    "xRoad": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Road-Client",
        "description": "A message over X-Road (message protocol for REST) of a member the "
        "installation knows, sent on by its security server. Without a token beside it.",
    },
}
"""How a caller proves who it is; one of them, never two."""

_BY_CODE: Final = {code.value: code for code in ProblemCode}


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
    of_registers: bool = False
    """Whether other authorities' systems do this, which may prove themselves without a token."""
    conditional: bool = False
    """Whether the answer has a tag, so that a reader who has it already is told 304."""
    deprecated: Deprecation | None = None
    example: str | None = None
    """Of which operation it has the example of a body, where it has none of its own."""
    media_type: str = "application/json"
    tells: tuple[str, ...] = IN_A_LANGUAGE
    """Headers of the answer, besides those that every answer has."""


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
                name=route.name,
                deprecated=route.deprecated,
                example=route.act.NAME,
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
                tells=(
                    *OF_AN_ACT,
                    *(("Preference-Applied",) if route.resource.listed else ()),
                    *(() if route.deprecated is None else deprecation.TELLS),
                ),
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
                tells=TAGGED,
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
        schema_generator=_Schemas,
    )
    by_model: Schemas = {model: schema for (model, _), schema in refs.items()}
    schemas: dict[str, dict[str, Any]] = definitions.get("$defs", {})
    for operation in description.operations:
        if operation.body is not None and operation.path_members:
            named = by_model[operation.body]["$ref"].rpartition("/")[2]
            schemas[named] = _without(schemas[named], operation.path_members)
    paths: dict[str, dict[str, Any]] = {}
    for operation in description.operations:
        described = _operation(operation, by_model)
        if leading := links(operation, description.operations):
            described["responses"][str(operation.status)]["links"] = leading
        paths.setdefault(operation.path, {})[operation.method] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cases",
            "version": API_VERSION,
            "summary": "Case management for integration services under Act 681/2023.",
            "description": ABOUT,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/v1"}],
        "security": [_TOKEN],
        "tags": tags_of(paths),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": ANSWER_HEADERS,
            "responses": _problems(paths, by_model),
            "securitySchemes": _PROOFS,
        },
    }


@cache
def examples() -> Mapping[str, Any]:
    """A body for every operation that takes one, by its name."""
    text = files("cases.app.http").joinpath("examples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


class _Schemas(GenerateJsonSchema):
    """Schemas that also say between which days a legal day is, and that blanks are no text."""

    def str_schema(self, schema: StringSchema) -> JsonSchemaValue:
        described = super().str_schema(schema)
        if described.get("minLength"):
            # What is around a text is cut off before it is measured (``Value``).
            described.setdefault("pattern", r"\S")
        return described

    def date_schema(self, schema: DateSchema) -> JsonSchemaValue:
        described = super().date_schema(schema)
        if (schema.get("ge"), schema.get("le")) == (FIRST_DAY, LAST_DAY):
            described["pattern"] = LEGAL_DAY
        return described


def _is_body(model: type[BaseModel], description: Description) -> bool:
    return any(operation.body is model for operation in description.operations)


def _operation(operation: Operation, by_model: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [tag_of(operation.path)],
        "summary": operation.summary,
        "parameters": [*_parameters(operation)],
        "responses": _responses(operation, by_model),
    }
    if operation.deprecated is not None:
        described |= {
            "deprecated": True,
            "description": f"Until {operation.deprecated.sunset}; use "
            f"`{operation.deprecated.successor}` instead.",
        }
    if operation.legal_basis:
        described["x-legal-basis"] = list(operation.legal_basis)
    if operation.public:
        described["security"] = []
    if operation.of_registers:
        described["security"] = [_TOKEN, {"clientCertificate": []}, {"xRoad": []}]
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {
                    "schema": by_model[operation.body],
                    "example": examples()[operation.example or operation.name],
                }
            },
        }
    return described


def _without(schema: Mapping[str, Any], members: Iterable[str]) -> dict[str, Any]:
    """The schema of a body whose ids stand in the path instead."""
    left_out = set(members)
    return {
        **schema,
        "properties": {k: v for k, v in schema["properties"].items() if k not in left_out},
        "required": [name for name in schema.get("required", []) if name not in left_out],
    }


def _parameters(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"\{([A-Za-z]+)\}", operation.path):
        yield {"name": name, "in": "path", "required": True, **in_path(name)}
    for name in operation.query:
        required = {"required": True} if name in REQUIRED else {}
        yield {"name": name, "in": "query", **required, **QUERY[name]}
    for name in operation.headers:
        yield {"name": name, "in": "header", "required": True, **HEADERS[name]}
    optional = () if operation.public else ("Accept-Language",)
    optional = (*operation.optional, *optional)
    if "seen" in operation.query:
        optional = ("Prefer", *optional)
    if operation.conditional:
        optional = ("If-None-Match", *optional)
    for name in optional:
        yield {"name": name, "in": "header", **HEADERS[name]}


def _responses(operation: Operation, by_model: Schemas) -> dict[str, Any]:
    headers = _told(*operation.tells, *(() if operation.public else RATE))
    good: dict[str, Any] = {
        "description": "Done" if operation.status != 200 else "Answered",
        "headers": headers,
    }
    plain = operation.media_type != "application/json"
    schema: dict[str, Any] = {"type": "string" if plain else "object"}
    if operation.answer is not None:
        schema = by_model[operation.answer]
    if operation.status != 204:
        good["content"] = {operation.media_type: {"schema": schema}}
    responses: dict[str, Any] = {str(operation.status): good}
    if operation.conditional:
        responses["304"] = {
            "description": "The caller has the answer already",
            "headers": headers,
        }
    by_status: dict[int, list[ProblemCode]] = {}
    proved: tuple[ProblemCode, ...] = ()
    if not operation.public:
        proved = (
            ProblemCode.UNAUTHENTICATED,
            ProblemCode.PROOF_REFUSED,
            ProblemCode.TOO_MANY_REQUESTS,
        )
    for code in dict.fromkeys((*_ALWAYS, *proved, *operation.problems)):
        by_status.setdefault(code.status, []).append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {"$ref": f"#/components/responses/{_name_of(codes)}"}
    return responses


def _name_of(codes: Iterable[ProblemCode]) -> str:
    """What the document calls the answer that stands for these problems."""
    return ".".join(code.value for code in codes)


def _problems(paths: Mapping[str, Any], by_model: Schemas) -> dict[str, Any]:
    """The answers with a problem that operations refer to, by name."""
    named = {
        answer["$ref"].rpartition("/")[2]
        for operations in paths.values()
        for operation in operations.values()
        for answer in operation["responses"].values()
        if "$ref" in answer
    }
    return {
        name: _problem([_BY_CODE[code] for code in name.split(".")], by_model)
        for name in sorted(named)
    }


def _problem(codes: Sequence[ProblemCode], by_model: Schemas) -> dict[str, Any]:
    """The answer of a status that stands for these problems."""
    also = {401: ("WWW-Authenticate",), 405: ("Allow",)}.get(codes[0].status, ())
    waits = ("Retry-After",) if any(code in RETRY_AFTER for code in codes) else ()
    return {
        "description": "; ".join(
            f"{code.value}: {problem_texts(code).title.in_language(Language.EN)}" for code in codes
        ),
        "headers": _told(*IN_A_LANGUAGE, *also, *waits, *RATE),
        "content": {MEDIA_TYPE: {"schema": by_model[Problem]}},
    }


def _told(*names: str) -> dict[str, Any]:
    """Headers of an answer, besides those that every answer has."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*ALWAYS_ANSWERED, *names)}
