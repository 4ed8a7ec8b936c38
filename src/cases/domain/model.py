"""The two bases everything in the domain is made of."""

from dataclasses import dataclass, field
from typing import Any, Self, dataclass_transform

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Value(BaseModel):
    """A frozen value. Python names are snake_case, JSON members camelCase, unknown members refused.

    ``allow_inf_nan`` is off because a figure that is not a number proves nothing in a record.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class State:
    """Base of what the program makes itself, never of what comes from outside: nothing is checked.

    A subclass is a frozen dataclass whose members are given by name. Folding a case is made of
    these, so making one and changing one has to cost little.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def made(cls, members: dict[str, Any]) -> Self:
        """One made of all its members at once: for the few places that make very many."""
        one = object.__new__(cls)
        one.__dict__.update(members)
        return one

    def having(self, **changes: Any) -> Self:
        """The same with other values for these members."""
        changed = object.__new__(type(self))
        changed.__dict__.update(self.__dict__, **changes)
        return changed
