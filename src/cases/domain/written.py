"""JSON read as it was written: a day is a day, an id an id; nothing is read into it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


class NotWrittenSo(ValueError):
    """Something stands for a day, or an id, that is not written as one."""


def written(model: type[M], members: Mapping[str, Any]) -> M:
    """The model that JSON members say. Raises ValueError: ValidationError, or NotWrittenSo."""
    made = model.model_validate_json(json.dumps(members), strict=True, by_alias=True, by_name=False)
    if any(not_written_so(made, members, "")):
        raise NotWrittenSo
    return made


def written_day(text: object) -> date:
    """The day that a text says, such as ``2025-02-28``. Raises NotWrittenSo, and ValueError."""
    if not isinstance(text, str) or (day := date.fromisoformat(text)).isoformat() != text:
        raise NotWrittenSo
    return day


def not_written_so(made: object, sent: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Where a day or an id was not written as one, and by which code that is told.

    Pydantic takes a text of digits for a timestamp, and thirty-two digits for a UUID.
    """
    match made:
        case BaseModel() if isinstance(sent, Mapping):
            for name, field in type(made).model_fields.items():
                if (alias := field.alias or name) in sent:
                    below = f"{pointer}/{alias}"
                    yield from not_written_so(getattr(made, name), sent[alias], below)
        case tuple() | list() if isinstance(sent, list):
            for place, (each, said) in enumerate(zip(made, sent, strict=False)):
                yield from not_written_so(each, said, f"{pointer}/{place}")
        case date() if not isinstance(made, datetime) and sent != made.isoformat():
            yield pointer, "not-a-day"
        case UUID() if not isinstance(sent, str) or sent.lower() != str(made):
            yield pointer, "not-an-id"
