"""From pydantic's errors to ours: pointers, stable codes, and nothing of what was sent.

A pointer is built only from names that stand in the schema and from positions in lists. A member
that is not in the schema is pointed at by the object it stands in: its name is the caller's text.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cases.app.http.problems import Fault, Problematic, ProblemCode

_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing": "missing",
        "extra_forbidden": "unknown-member",
        "json_invalid": "not-json",
        "identity_code": "not-an-identity-code",
        "enum": "not-one-of-the-values",
        "literal_error": "not-one-of-the-values",
        "string_too_short": "too-short",
        "string_too_long": "too-long",
        "string_pattern_mismatch": "wrong-form",
        "too_short": "too-few",
        "too_long": "too-many",
        "greater_than": "too-small",
        "greater_than_equal": "too-small",
        "less_than": "too-large",
        "less_than_equal": "too-large",
        "finite_number": "not-a-number",
        "value_error": "does-not-fit-together",
        "assertion_error": "does-not-fit-together",
        "model_type": "not-an-object",
        "model_attributes_type": "not-an-object",
    }
)
_FAMILIES: Final[Sequence[tuple[str, str]]] = (
    ("datetime_", "not-an-instant"),
    ("timezone_", "not-an-instant"),
    ("date_", "not-a-day"),
    ("string_", "not-a-text"),
    ("int_", "not-a-number"),
    ("float_", "not-a-number"),
    ("decimal_", "not-a-number"),
    ("bool_", "not-true-or-false"),
    ("uuid_", "not-an-id"),
    ("list_", "not-a-list"),
    ("tuple_", "not-a-list"),
    ("set_", "not-a-list"),
    ("frozen_set_", "not-a-list"),
    ("dict_", "not-an-object"),
)
_LIMITS: Final = ("min_length", "max_length", "gt", "ge", "lt", "le")


def malformed(error: ValidationError, model: type[BaseModel]) -> Problematic:
    """The problem of a body that does not fit the model, all errors at once."""
    faults = body_faults(error.errors(include_url=False, include_input=False), model)
    return Problematic(ProblemCode.MALFORMED_REQUEST, faults=faults)


def body_faults(errors: Iterable[ErrorDetails], model: type[BaseModel]) -> tuple[Fault, ...]:
    """The faults of a body; equal ones once."""
    names = member_names(model)
    faults = (
        Fault(
            code=fault_code(error["type"]),
            pointer=pointer(error["loc"], names),
            limit=_limit(error.get("ctx", {})),
        )
        for error in errors
    )
    return tuple(dict.fromkeys(faults))


def fault_code(kind: str) -> str:
    """Our stable code for a pydantic error type; ``not-valid`` for one we have no name for."""
    if kind in _CODES:
        return _CODES[kind]
    return next((code for prefix, code in _FAMILIES if kind.startswith(prefix)), "not-valid")


def pointer(location: Iterable[str | int], names: frozenset[str]) -> str:
    """A JSON pointer (RFC 6901, as a URI fragment) made of known names and positions only."""
    return "#" + "".join(f"/{part}" for part in location if isinstance(part, int) or part in names)


@cache
def member_names(model: type[BaseModel]) -> frozenset[str]:
    """The JSON names of all members of a model and of what it is made of."""
    found: set[str] = set()
    open_nodes: list[Any] = [model.model_json_schema(by_alias=True)]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, dict):
            properties = node.get("properties")
            if isinstance(properties, dict):
                found.update(properties)
            open_nodes.extend(node.values())
        elif isinstance(node, list):
            open_nodes.extend(node)
    return frozenset(found)


def _limit(context: Mapping[str, object]) -> str | None:
    """The limit of ours that was exceeded: it stands in the schema, not in what was sent."""
    return next((str(context[name]) for name in _LIMITS if name in context), None)
