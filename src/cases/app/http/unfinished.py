"""A body that is not finished: whether everything in it has its place in the body of an act.

What a draft says need not be an act yet: members may be missing, texts too short, days half
written. But it must be able to become one, so it holds no member that the act does not have, and no
list or object where the act has a value. Pointers are made of names of the schema and of positions.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from cases.app.http.problems import Fault

Schema = Mapping[str, Any]


def unfinished(
    model: type[BaseModel], body: Mapping[str, Any], elsewhere: Collection[str], pointer: str
) -> tuple[Fault, ...]:
    """What has no place in a body of the model, equal faults once; nothing where all has one.

    ``elsewhere`` are members of the model that stand outside of it; ``pointer`` is to the body.
    """
    schema = _schema(model)
    members = {n: s for n, s in schema["properties"].items() if n not in elsewhere}
    root = {"type": "object", "properties": members}
    return tuple(dict.fromkeys(_faults(root, body, pointer, schema.get("$defs", {}))))


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(by_alias=True)


def _faults(node: Schema, sent: object, pointer: str, models: Schema) -> Iterator[Fault]:
    if sent is None:
        return
    if "$ref" in node:
        node = models[node["$ref"].rpartition("/")[2]]
    if "anyOf" in node:
        ways = [[*_faults(way, sent, pointer, models)] for way in node["anyOf"]]
        yield from min(
            (faults for way, faults in zip(node["anyOf"], ways, strict=True) if not _is_null(way)),
            key=len,
        )
        return
    kind = node.get("type")
    if kind == "object":
        yield from _in_object(node, sent, pointer, models)
    elif kind == "array":
        if not isinstance(sent, list):
            yield Fault(pointer=pointer, code="not-a-list")
            return
        for place, each in enumerate(sent):
            yield from _faults(node["items"], each, f"{pointer}/{place}", models)
    elif isinstance(sent, dict | list):
        yield Fault(pointer=pointer, code="wrong-form")


def _in_object(node: Schema, sent: object, pointer: str, models: Schema) -> Iterator[Fault]:
    if not isinstance(sent, dict):
        yield Fault(pointer=pointer, code="not-an-object")
        return
    known = node["properties"]
    for name, value in sent.items():
        if name in known:
            yield from _faults(known[name], value, f"{pointer}/{name}", models)
        else:
            yield Fault(pointer=pointer, code="unknown-member")


def _is_null(way: Schema) -> bool:
    return way.get("type") == "null"
