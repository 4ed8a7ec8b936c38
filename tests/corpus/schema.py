"""The shape of content as JSON schema without its words, and which of its members were seen."""

import ast
import inspect
from collections.abc import Iterator
from hashlib import sha256
from textwrap import dedent
from typing import Any, get_args

from pydantic import BaseModel

Schema = dict[str, Any]
_WORDS = {"title", "description", "examples"}
_NAMED = {"properties", "$defs"}


def schema_of(model: type[BaseModel]) -> Schema:
    """What a model reads, by the names of the log; titles and descriptions are not part of it."""
    schema: Schema = _without_words(model.model_json_schema(by_alias=True, mode="validation"))
    checks = {
        f"{each.__name__}.{name}": digest
        for each in sorted(_models(model, set()), key=lambda each: each.__name__)
        for name, digest in _checks(each)
    }
    # A schema does not show them, and they can refuse or change what was once recorded.
    return {**schema, "x-checks": checks} if checks else schema


def _models(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """The model and all that its members are made of."""
    seen.add(model)
    for field in model.model_fields.values():
        for each in _types(field.annotation):
            if isinstance(each, type) and issubclass(each, BaseModel) and each not in seen:
                _models(each, seen)
    return seen


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for each in get_args(annotation):
        yield from _types(each)


def _checks(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The validators of a model, by name, each with a digest of what it does."""
    decorators = model.__pydantic_decorators__
    for kind in (decorators.field_validators, decorators.model_validators, decorators.validators):
        for name, decorator in kind.items():
            yield name, _digest(decorator.func)
    for name, field in model.model_fields.items():
        for each in field.metadata:
            if callable(func := getattr(each, "func", None)):
                yield f"{name}:{func.__name__}", _digest(func)


def _digest(func: Any) -> str:
    """Of the code as it is read, not as it is laid out or commented."""
    tree = ast.parse(dedent(inspect.getsource(func)))
    return sha256(ast.dump(tree).encode()).hexdigest()[:16]


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
