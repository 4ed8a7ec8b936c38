"""Personal identity codes. All codes written out here are of the test series (900–999)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from cases.domain.model import Value
from cases.domain.people import (
    SIGNS,
    IdentityCode,
    InvalidIdentityCode,
    birth_date,
    contains_identity_code,
    identity_code,
    is_test_code,
)

CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
ADAPTER: TypeAdapter[str] = TypeAdapter(IdentityCode)


def code(day: date, sign: str, number: int) -> str:
    """A code made by the published rule, apart from the library that checks it."""
    digits = f"{day:%d%m}{day.year % 100:02}{number:03}"
    return f"{digits[:6]}{sign}{digits[6:]}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(digits) % 31]}"


@st.composite
def coded_days(draw: st.DrawFn) -> tuple[date, str, str]:
    """A day of birth, a sign of its century, and a code of the test series."""
    day = draw(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
    signs = [sign for sign, century in CENTURIES.items() if century == day.year // 100 * 100]
    sign = draw(st.sampled_from(signs))
    return day, sign, code(day, sign, draw(st.integers(900, 999)))


class Person(Value):
    """A model that holds a code."""

    identity_code: IdentityCode | None = None


@pytest.mark.guarantee("ID-1")
@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_of_the_century_is_accepted_and_says_its_century(sign: str) -> None:
    day = date(CENTURIES[sign] + 92, 3, 14)
    written = code(day, sign, 902)
    assert identity_code(written) == written
    assert birth_date(written) == day


def test_there_are_thirteen_signs() -> None:
    assert len(SIGNS) == len(set(SIGNS)) == 13
    assert set(SIGNS) == set(CENTURIES)


@pytest.mark.guarantee("ID-1")
@given(coded_days())
def test_a_code_made_by_the_rule_is_valid_however_it_is_typed(
    coded: tuple[date, str, str],
) -> None:
    day, _, written = coded
    assert identity_code(f" {written.lower()}\n") == written
    assert birth_date(written) == day


@pytest.mark.guarantee("ID-1")
@given(coded_days(), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_only_one_check_character_is_right(coded: tuple[date, str, str], character: str) -> None:
    *_, written = coded
    if character == written[-1]:
        return
    with pytest.raises(InvalidIdentityCode):
        identity_code(written[:-1] + character)


@pytest.mark.guarantee("ID-1")
def test_codes_that_differ_in_the_sign_alone_are_two_codes() -> None:
    signs = [sign for sign in SIGNS if CENTURIES[sign] == 2000]
    assert len({identity_code(code(date(2001, 2, 3), sign, 944)) for sign in signs}) == 6


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("140392-9028", "check character"),
        ("310292-9020", "day of birth"),
        ("290201-9023", "day of birth"),
        ("140392-0010", "individual number"),
        ("140392*9029", "form"),
        ("140392G9029", "form"),
        ("1403929029", "form"),
        ("140392-902", "form"),
        ("140392-90299", "form"),
        ("140392–9029", "form"),
        ("140392 - 9029", "form"),
        ("١٤٠٣٩٢-9029", "form"),
        ("", "form"),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(written: str, reason: str) -> None:
    with pytest.raises(InvalidIdentityCode, match=reason):
        identity_code(written)


def test_letters_of_other_scripts_do_not_become_ours() -> None:
    written = next(
        code(date(1992, 3, 14), "-", n)
        for n in range(900, 1000)
        if code(date(1992, 3, 14), "-", n).endswith("S")
    )
    with pytest.raises(InvalidIdentityCode):
        identity_code(written[:-1] + "ſ")


@pytest.mark.guarantee("ID-2")
@pytest.mark.parametrize(
    "wrong", ["140392-9028", "310292-9020", "140392-0010", "140392G9029", 1403929029, None, ["x"]]
)
def test_an_error_never_contains_the_value(wrong: object) -> None:
    with pytest.raises(ValidationError) as refused:
        ADAPTER.validate_python(wrong)
    told = f"{refused.value} {refused.value.errors()} {refused.value.json()} {refused.value!r}"
    assert "withheld" in told
    assert str(wrong) not in told
    if isinstance(wrong, str):
        with pytest.raises(InvalidIdentityCode) as plain:
            identity_code(wrong)
        assert wrong not in f"{plain.value!r} {plain.value.__cause__!r}"


@pytest.mark.guarantee("ID-2")
def test_a_refused_code_in_a_model_is_not_shown_either() -> None:
    with pytest.raises(ValidationError) as refused:
        Person.model_validate_json('{"identityCode": "140392-9028"}')
    assert "140392" not in f"{refused.value} {refused.value.errors()}"


def test_a_model_keeps_the_code_normalised_and_writes_it_as_text() -> None:
    person = Person.model_validate_json('{"identityCode": "190695-936t"}')
    assert person.identity_code == "190695-936T"
    assert person.model_dump_json() == '{"identityCode":"190695-936T"}'
    assert Person() == Person(identity_code=None)
    assert ADAPTER.json_schema() == {"type": "string", "minLength": 11, "maxLength": 11}


@pytest.mark.guarantee("ID-3")
def test_the_test_series_begins_at_900() -> None:
    day = date(1992, 3, 14)
    assert not is_test_code(identity_code(code(day, "-", 899)))
    assert not is_test_code(identity_code(code(day, "-", 2)))
    assert is_test_code(identity_code(code(day, "-", 900)))
    assert is_test_code(identity_code(code(day, "-", 999)))


@pytest.mark.guarantee("ID-4")
@given(coded_days())
def test_a_code_is_found_in_a_text(coded: tuple[date, str, str]) -> None:
    *_, written = coded
    for text in (
        written,
        written.lower(),
        f"asiakas {written}.",
        f'{{"identityCode":"{written}"}}',
        f"/cases?code={written}&x=1",
        f"hetu_{written}_x",
        f"hetu{written}",
    ):
        assert contains_identity_code(text), text


@pytest.mark.guarantee("ID-4")
@pytest.mark.parametrize(
    "text",
    [
        "140392-9028",
        "140392–9029",
        "140392\u22129029",
        "140392%2B9029",
        r"140392\u002b9029",
    ],
)
def test_a_mistyped_or_escaped_code_is_found_too(text: str) -> None:
    assert contains_identity_code(f"no such person: {text}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "case 3",
        "2025-03-03T09:00:00+02:00",
        "plan.drawn-up.v1",
        "018f3c2e-1403-92a9-8291-140392a90291",
        "d41d8cd98f00b204e9800998140392a9029ecf8427e",
        "0401234567",
        "990192-9029",
        "141392-9029",
    ],
)
def test_what_cannot_be_a_code_is_left_alone(text: str) -> None:
    assert not contains_identity_code(text)
