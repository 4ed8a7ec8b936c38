"""Reading a JSON body strictly, and making an act of it.

JSON as libraries read it is laxer than a record can bear: the last of two equal members wins,
``NaN`` is a number, a text of digits is a day. Here all of that is refused, and errors never say
what was sent.
"""

import json
import math
import re
from asyncio import timeout
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from cases.app.http.problems import Fault, Problematic, ProblemCode
from cases.app.http.validation import malformed
from cases.domain.written import not_written_so

DEEPEST: Final = 32
"""Levels of nesting a body may have; the acts need six."""

_UNREADABLE: Final = re.compile("[\0\ud800-\udfff]")

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class JsonBody:
    """A body: its bytes as sent, for the fingerprint, and the object they stand for."""

    raw: bytes
    members: Mapping[str, Any]


async def read_json(request: Request, max_size: int, seconds: float) -> JsonBody:
    """Read the body of a request: a JSON object of at most ``max_size`` bytes, within ``seconds``.

    Raises unsupported-media-type, too-large, request-timeout and malformed-request.
    """
    _check_content_type(request)
    try:
        async with timeout(seconds):
            raw = await _read(request, max_size)
    except TimeoutError:
        raise Problematic(ProblemCode.REQUEST_TIMEOUT) from None
    return parse_json(raw)


def parse_json(raw: bytes) -> JsonBody:
    """The object that bytes stand for. Raises malformed-request."""
    try:
        members = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise _malformed("not-utf-8") from None
    except RecursionError:
        raise _malformed("too-deep") from None
    except ValueError:
        raise _malformed("not-json") from None
    if not isinstance(members, dict):
        raise _malformed("not-an-object")
    _check_content(members)
    return JsonBody(raw=raw, members=members)


def to_model(body: JsonBody, model: type[M], ids: Mapping[str, UUID] | None = None) -> M:
    """The model a body stands for, with ``ids`` from the path under their JSON names.

    An id that stands in the path is not a member of the body. Raises malformed-request.
    """
    in_path = {name: str(value) for name, value in (ids or {}).items()}
    if not body.members.keys().isdisjoint(in_path):
        raise _malformed("unknown-member")
    merged = {**body.members, **in_path}
    try:
        made = model.model_validate_json(
            json.dumps(merged), strict=True, by_alias=True, by_name=False
        )
    except ValidationError as error:
        raise malformed(error, model) from None
    faults = [
        Fault(pointer=pointer, code=code) for pointer, code in not_written_so(made, merged, "#")
    ]
    if faults:
        raise Problematic(ProblemCode.MALFORMED_REQUEST, faults=faults)
    return made


def _check_content_type(request: Request) -> None:
    types = request.headers.getlist("content-type")
    kind, *parameters = types[0].lower().split(";") if len(types) == 1 else ("",)
    allowed = all(each.strip().replace('"', "") in ("", "charset=utf-8") for each in parameters)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind.strip() != "application/json" or not allowed or encoding != "identity":
        raise Problematic(ProblemCode.UNSUPPORTED_MEDIA_TYPE)


async def _read(request: Request, max_size: int) -> bytes:
    """The body, given up as soon as it grows too large, whatever Content-Length says or leaves."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > max_size:
        raise Problematic(ProblemCode.TOO_LARGE)
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > max_size:
            raise Problematic(ProblemCode.TOO_LARGE)
    return bytes(chunks)


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _malformed("repeated-member")
    return members


def _no_constant(_: str) -> None:
    raise _malformed("not-a-number")


def _check_content(members: dict[str, Any]) -> None:
    """Refuse depth, figures that overflow, and characters that no database keeps."""
    open_nodes: list[tuple[Any, int]] = [(members, 1)]
    while open_nodes:
        node, depth = open_nodes.pop()
        if depth > DEEPEST:
            raise _malformed("too-deep")
        match node:
            case dict():
                open_nodes += [(each, depth + 1) for pair in node.items() for each in pair]
            case list():
                open_nodes += [(each, depth + 1) for each in node]
            case str() if _UNREADABLE.search(node):
                raise _malformed("unreadable-character")
            case float() if not math.isfinite(node):
                raise _malformed("not-a-number")


def _malformed(code: str) -> Problematic:
    fault = Fault(pointer="#", code=code)
    return Problematic(ProblemCode.MALFORMED_REQUEST, faults=[fault])
