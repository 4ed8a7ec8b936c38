"""The shape of content as JSON schema without its words, and which of its members were seen."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]
_WORDS = {"title", "description", "examples"}
_NAMED = {"properties", "$defs"}


def schema_of(model: type[BaseModel]) -> Schema:
    """What a model reads, by the names of the log; titles and descriptions are not part of it."""
    schema: Schema = _without_words(model.model_json_schema(by_alias=True, mode="validation"))
    return schema


def _without_words(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_words(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_words(each) for name, each in value.items()}
        if key in _NAMED
        else _without_words(value)
        for key, value in schema.items()
        if key not in _WORDS
    }


def members(schema: Schema) -> dict[str, bool]:
    """The paths of all members, each with whether it may be missing."""
    return dict(_members(schema, schema.get("$defs", {}), ""))


def _members(schema: Schema, defs: Schema, prefix: str) -> Iterator[tuple[str, bool]]:
    schema = _shape(schema, defs)
    for name, member in schema.get("properties", {}).items():
        yield f"{prefix}{name}", name not in schema.get("required", ())
        yield from _members(member, defs, f"{prefix}{name}.")


def seen(schema: Schema, content: Schema) -> Iterator[tuple[str, bool]]:
    """The paths of the members content could have, each with whether it has it."""
    yield from _seen(schema, schema.get("$defs", {}), content, "")


def _seen(schema: Schema, defs: Schema, content: Any, prefix: str) -> Iterator[tuple[str, bool]]:
    for each in content if isinstance(content, list) else [content]:
        for name, member in _shape(schema, defs).get("properties", {}).items():
            value = each.get(name)
            there = value is not None and value != []
            yield f"{prefix}{name}", there
            if there:
                yield from _seen(member, defs, value, f"{prefix}{name}.")


def _shape(schema: Schema, defs: Schema) -> Schema:
    """The schema itself, behind references, alternatives to null, and lists."""
    while True:
        if "$ref" in schema:
            schema = defs[schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            (schema,) = (each for each in schema["anyOf"] if each.get("type") != "null")
        elif schema.get("type") == "array":
            schema = schema["items"]
        else:
            return schema
