"""The Finnish personal identity code: checked, normalised, and never echoed.

A code is the day of birth (DDMMYY), a sign for the century, an individual number and a check
character. Since 2023 a century has several signs, and two people may differ in the sign alone: a
code is never compared, shortened or looked up without it. Gender is what its source states; nothing
here derives it.

Errors name what is wrong and never the value, so that a refused code does not end in a log.
"""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fi import hetu

SIGNS: Final = "+-YXWVUABCDEF"
"""The signs of the century: one for the 1800s, six for the 1900s, six for the 2000s."""

_CENTURY = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_FORM = re.compile(rf"[0-9]{{6}}[{re.escape(SIGNS)}][0-9]{{3}}[0-9A-Z]")
_FIRST_TEST_NUMBER = 900

# Wider than the form above, because it looks for what people type and programs escape: either
# case, any dash, an escaped plus, a wrong check character. Hexadecimal neighbours are refused, or
# one digest in a hundred would look like somebody.
_IN_TEXT = re.compile(
    r"(?<![0-9a-f])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}"
    rf"(?:[{re.escape(SIGNS)}\u2010-\u2015\u2212]|%2b|\\u002b)"
    r"[0-9]{3}[0-9a-y](?![0-9a-f])",
    re.IGNORECASE,
)


class InvalidIdentityCode(ValueError):
    """The text is not a Finnish personal identity code. The message says why, never the text."""


def identity_code(text: str) -> str:
    """Check a personal identity code and return it normalised: upper case, nothing around it.

    Codes of the test series (individual numbers 900–999) are valid here; see ``is_test_code``.
    Raises ``InvalidIdentityCode``.
    """
    code = text.strip()
    # Checked before upper-casing, which would turn a few letters of other scripts into ours.
    if not code.isascii() or not _FORM.fullmatch(code := code.upper()):
        raise InvalidIdentityCode("not in the form of a Finnish personal identity code")
    try:
        return hetu.validate(code, allow_temporary=True)
    except InvalidChecksum:
        raise InvalidIdentityCode("the check character does not match") from None
    except ValidationError:
        raise InvalidIdentityCode("there is no such day of birth or individual number") from None


def is_test_code(code: str) -> bool:
    """Whether a valid ``code`` is of the test series, which production refuses."""
    return int(code[7:10]) >= _FIRST_TEST_NUMBER


def birth_date(code: str) -> date:
    """The day of birth that a valid ``code`` states."""
    return date(_CENTURY[code[6]] + int(code[4:6]), int(code[2:4]), int(code[:2]))


def contains_identity_code(text: str) -> bool:
    """Whether ``text`` holds anything that looks like an identity code, even a mistyped one."""
    return _IN_TEXT.search(text) is not None


class _Withheld:
    """Stands for a refused value, so that the error that refuses it has nothing else to show."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return "<withheld>"


class _Checked:
    """Makes ``str`` an identity code for pydantic.

    Pydantic keeps the offending input in its errors. So the check comes in two steps: the first
    swaps a bad value for a stand-in, the second refuses the stand-in.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.chain_schema(
            [
                core_schema.no_info_plain_validator_function(_check),
                core_schema.no_info_plain_validator_function(_refuse),
                core_schema.str_schema(),
            ]
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "minLength": 11, "maxLength": 11}


def _check(value: object) -> str | _Withheld:
    if not isinstance(value, str):
        return _Withheld("not a text")
    try:
        return identity_code(value)
    except InvalidIdentityCode as invalid:
        return _Withheld(str(invalid))


def _refuse(value: str | _Withheld) -> str:
    if isinstance(value, _Withheld):
        raise PydanticCustomError("identity_code", "{reason}", {"reason": value.reason})
    return value


IdentityCode = Annotated[str, _Checked()]
"""A checked, normalised personal identity code, as a member of a model."""
