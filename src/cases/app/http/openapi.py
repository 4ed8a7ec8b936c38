"""Making FastAPI's document say what the product does (OpenAPI 3.1).

FastAPI declares a 422 answer of its own and its two schemas, knows nothing of problems, and writes
``nullable`` unions where a member is merely optional. The functions here take a document and answer
a corrected one; they change nothing in place.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from cases.app.http.problems import MEDIA_TYPE, Problem, ProblemCode

OPENAPI: Final = "3.1.0"
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")

ALWAYS: Final = (ProblemCode.NOT_ACCEPTABLE, ProblemCode.INTERNAL, ProblemCode.UNAVAILABLE)
"""Problems any operation may answer with."""

_FASTAPI_SCHEMAS: Final = ("HTTPValidationError", "ValidationError")
_REF: Final = "#/components/schemas/{model}"

Document = dict[str, Any]


def finish(
    document: Mapping[str, Any],
    problems: Mapping[str, Iterable[ProblemCode]],
    *,
    server: str = "/v1",
) -> Document:
    """The document as published.

    ``problems`` names, by operation id, the problems each operation may answer with besides those
    that any may. Raises ``KeyError`` for an operation nobody has said anything about.
    """
    finished = deepcopy(dict(document))
    finished["openapi"] = OPENAPI
    finished["servers"] = [{"url": server}]
    schemas = finished.setdefault("components", {}).setdefault("schemas", {})
    for _, _, operation in operations(finished):
        answers = operation.setdefault("responses", {})
        answers.pop("422", None)
        codes = {*ALWAYS, *problems[operation["operationId"]]}
        answers.update(problem_answers(codes))
        operation["responses"] = dict(sorted(answers.items()))
        _describe_answers(operation)
    for name in _FASTAPI_SCHEMAS:
        schemas.pop(name, None)
    add_model(schemas, Problem)
    finished["components"]["schemas"] = dict(sorted(schemas.items()))
    finished["components"].setdefault("securitySchemes", {})["accessToken"] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Access token of the organisation's identity provider (RFC 9068).",
    }
    finished.setdefault("security", [{"accessToken": []}])
    return finished


def operations(document: Mapping[str, Any]) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """Every operation of a document: path, method, the operation itself."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def problem_answers(codes: Iterable[ProblemCode]) -> dict[str, Any]:
    """The answers of an operation that are problems, by status; one status may mean several."""
    by_status: dict[str, list[ProblemCode]] = {}
    for code in sorted(codes, key=list(ProblemCode).index):
        by_status.setdefault(str(code.status), []).append(code)
    return {
        status: {
            "description": "Problem: " + ", ".join(f"`{each.value}`" for each in members),
            "headers": {"Request-Id": _header("Id of the request, a UUID; also the instance.")},
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
        for status, members in by_status.items()
    }


def add_model(schemas: dict[str, Any], model: type[Problem]) -> None:
    """Put a model and what it is made of among the schemas: a reference alone does not."""
    schema = model.model_json_schema(by_alias=True, mode="serialization", ref_template=_REF)
    for name, part in schema.pop("$defs", {}).items():
        schemas.setdefault(name, part)
    schemas[model.__name__] = schema


def text_header(description: str, *, required: bool, example: str) -> dict[str, Any]:
    """A request header as a parameter of an operation (name is added by the caller)."""
    return {
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def request_headers(names: Iterable[str], *, required: bool = True) -> list[dict[str, Any]]:
    """The request headers of the protocol by name, as parameters of an operation."""
    return [
        {"name": name, **text_header(text, required=required, example=example)}
        for name in names
        for text, example in [HEADERS[name]]
    ]


HEADERS: Final[Mapping[str, tuple[str, str]]] = {
    "Idempotency-Key": (
        "Key of the act (draft-ietf-httpapi-idempotency-key-header-07): 1 to 64 visible ASCII "
        "characters in quotation marks. A repeat with the same body answers as the first time.",
        '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    ),
    "If-Match": (
        "The ETag of the case as last read: one strong tag, neither a list nor `*`.",
        '"17.4b1f0c9a"',
    ),
    "Purpose-Of-Use": (
        "Code of a purpose from the register of processing activities.",
        "ORGANISING_SERVICES",
    ),
    "Accept-Language": ("fi, sv or en; changes texts, never codes.", "fi"),
}
"""Request headers of ours: what they are for, and an example."""


def _describe_answers(operation: dict[str, Any]) -> None:
    """Every answer carries its request id and the version of the interface."""
    for answer in operation["responses"].values():
        headers = answer.setdefault("headers", {})
        headers.setdefault("Request-Id", _header("Id of the request, a UUID."))
        headers.setdefault("API-Version", _header("Version of the interface."))


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}
