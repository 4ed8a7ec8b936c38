"""The two base models everything in the domain is made of."""

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


class State(BaseModel):
    """A frozen piece of folded state: built only by ``evolve``, never from outside input."""

    model_config = ConfigDict(frozen=True, extra="forbid")
