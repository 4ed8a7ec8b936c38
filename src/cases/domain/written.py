"""JSON read as it was written: a day is a day, a number a number; nothing is read into it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


class NotWrittenSo(ValueError):
    """Something stands for a day that is not written as one."""


def written(model: type[M], members: Mapping[str, Any]) -> M:
    """The model that JSON members say. Raises ValueError: ValidationError, or NotWrittenSo."""
    made = model.model_validate_json(json.dumps(members), strict=True, by_alias=True, by_name=False)
    if days_not_written(made, members, ""):
        raise NotWrittenSo
    return made


def written_day(text: object) -> date:
    """The day that a text says, such as ``2025-02-28``. Raises NotWrittenSo, and ValueError."""
    if not isinstance(text, str) or (day := date.fromisoformat(text)).isoformat() != text:
        raise NotWrittenSo
    return day


def days_not_written(made: object, sent: object, pointer: str) -> list[str]:
    """Where a day was not written as a day: pydantic takes a text of digits for a timestamp."""
    match made:
        case BaseModel():
            if not isinstance(sent, Mapping):
                return []
            return [
                found
                for name, field in type(made).model_fields.items()
                if (alias := field.alias or name) in sent
                for found in days_not_written(
                    getattr(made, name), sent[alias], f"{pointer}/{alias}"
                )
            ]
        case tuple() | list():
            if not isinstance(sent, list):
                return []
            return [
                found
                for place, (each, said) in enumerate(zip(made, sent, strict=False))
                for found in days_not_written(each, said, f"{pointer}/{place}")
            ]
        case date() if not isinstance(made, datetime):
            return [] if sent == made.isoformat() else [pointer]
    return []
