"""A body is read as it was written, or not at all."""

import asyncio
import json
from collections.abc import Iterable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message
from tests.patience import PATIENCE

from cases.app.http.body import DEEPEST, JsonBody, parse_json, read_json, to_model
from cases.app.http.problems import Problematic, ProblemCode
from cases.domain.case.plan.acts import EndPlan, GuideToServices

PLAN = UUID("01920000-0000-7000-8000-000000000001")
JSON = (("content-type", "application/json"),)
ENDING = {"ground": "EMPLOYED", "endsOn": "2026-01-31"}


def read(
    chunks: Iterable[bytes], headers: Iterable[tuple[str, str]] = JSON, max_size: int = 1000
) -> JsonBody:
    waiting = list(chunks)

    async def receive() -> Message:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    raw_headers = [(name.encode(), value.encode()) for name, value in headers]
    request = Request({"type": "http", "headers": raw_headers, "method": "POST"}, receive)
    return asyncio.run(read_json(request, max_size, PATIENCE))


def refused_with(raw: bytes) -> str:
    with pytest.raises(Problematic) as raised:
        parse_json(raw)
    assert raised.value.code is ProblemCode.MALFORMED_REQUEST
    return raised.value.faults[0].code


def faults(body: object) -> list[tuple[str | None, str]]:
    with pytest.raises(Problematic) as raised:
        to_model(parse_json(json.dumps(body).encode()), EndPlan, {"plan": PLAN})
    assert raised.value.code is ProblemCode.MALFORMED_REQUEST
    return [(each.pointer, each.code) for each in raised.value.faults]


@pytest.mark.guarantee("HP-11")
def test_a_body_is_kept_as_sent_beside_what_it_means() -> None:
    body = read([b'{"a" :', b" 1}"])
    assert body.raw == b'{"a" : 1}'
    assert body.members == {"a": 1}


@pytest.mark.guarantee("HP-11")
@pytest.mark.parametrize(
    "kind",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_json_in_utf_8_is_taken(kind: str) -> None:
    assert read([b"{}"], [("content-type", kind)]).members == {}


@pytest.mark.guarantee("HP-11")
@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("content-type", ""),),
        (("content-type", "text/plain"),),
        (("content-type", "application/problem+json"),),
        (("content-type", "application/json; charset=latin-1"),),
        (("content-type", "application/json"), ("content-type", "application/json")),
        (("content-type", "application/json"), ("content-encoding", "gzip")),
    ],
)
def test_any_other_content_type_is_unsupported(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(Problematic) as raised:
        read([b"{}"], headers)
    assert raised.value.code is ProblemCode.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.guarantee("HP-11")
@pytest.mark.parametrize("headers", [JSON, (*JSON, ("content-length", "1001"))])
def test_a_body_too_large_is_given_up_with_and_without_its_length(
    headers: tuple[tuple[str, str], ...],
) -> None:
    chunks = [b'{"a":"'] + [b"x" * 100] * 12 + [b'"}']
    with pytest.raises(Problematic) as raised:
        read(chunks, headers)
    assert raised.value.code is ProblemCode.TOO_LARGE


def test_a_body_of_just_the_largest_size_is_read() -> None:
    text = b'{"a":"' + b"x" * 992 + b'"}'
    assert len(text) == 1000
    assert read([text]).raw == text


@pytest.mark.guarantee("HP-12")
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"{} {}", "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'{"a": 01}', "not-json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not-json"),
        (b'{"a": "\xff"}', "not-utf-8"),
        ('{"a": 1}'.encode("utf-16"), "not-utf-8"),
        (b"[]", "not-an-object"),
        (b"null", "not-an-object"),
        (b'{"a": NaN}', "not-a-number"),
        (b'{"a": [-Infinity]}', "not-a-number"),
        (b'{"a": 1e999}', "not-a-number"),
        (b'{"a": 1, "a": 1}', "repeated-member"),
        (b'{"b": {"a": 1, "\\u0061": 2}}', "repeated-member"),
        (b'{"a": "\\u0000"}', "unreadable-character"),
        (b'{"a": ["\\ud800"]}', "unreadable-character"),
        (b'{"\\udfff": 1}', "unreadable-character"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too-deep"),
        (b'{"a": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}", "too-deep"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "too-deep"),
    ],
)
def test_what_json_readers_let_pass_is_refused(raw: bytes, code: str) -> None:
    assert refused_with(raw) == code


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(parse_json(raw).members, dict)
    except Problematic as raised:
        code = raised.code
    else:
        return
    assert code is ProblemCode.MALFORMED_REQUEST


@pytest.mark.guarantee("HP-13")
def test_the_id_in_the_path_becomes_a_member_of_the_act() -> None:
    act = to_model(parse_json(json.dumps(ENDING).encode()), EndPlan, {"plan": PLAN})
    assert act.plan == PLAN


@pytest.mark.guarantee("HP-13")
def test_the_id_in_the_path_is_no_member_of_the_body() -> None:
    assert faults({**ENDING, "plan": str(PLAN)}) == [("#", "unknown-member")]


@pytest.mark.guarantee("HP-13")
def test_the_names_of_the_program_are_not_the_names_of_the_contract() -> None:
    body = {"ground": "EMPLOYED", "ends_on": "2026-01-31"}
    assert set(faults(body)) == {("#/endsOn", "missing"), ("#", "unknown-member")}


@pytest.mark.guarantee("HP-13")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({**ENDING, "endsOn": "1767225600"}, ("#/endsOn", "not-a-day")),
        ({**ENDING, "endsOn": 1767225600}, ("#/endsOn", "not-a-day")),
        ({**ENDING, "endsOn": "2026-01-31T00:00:00"}, ("#/endsOn", "not-a-day")),
        ({**ENDING, "effectiveOn": "20260131"}, ("#/effectiveOn", "not-a-day")),
        ({**ENDING, "reason": 1}, ("#/reason", "not-a-text")),
        ({**ENDING, "ends_on": "2026-01-31"}, ("#", "unknown-member")),
        ({**ENDING, "source": {"kind": "PERSON", "x": 1}}, ("#/source", "unknown-member")),
        ({**ENDING, "ground": "OTHER"}, ("#", "does-not-fit-together")),
    ],
)
def test_nothing_is_read_into_what_was_written(
    body: dict[str, object], expected: tuple[str, str]
) -> None:
    assert faults(body) == [expected]


@pytest.mark.guarantee("HP-13")
@pytest.mark.parametrize("form", [f"urn:uuid:{PLAN}", f"{{{PLAN}}}", PLAN.hex])
def test_an_id_is_written_as_answers_write_it(form: str) -> None:
    def guide(*measures: str) -> GuideToServices:
        members = {"plan": str(PLAN), "measures": measures}
        return to_model(parse_json(json.dumps(members).encode()), GuideToServices)

    with pytest.raises(Problematic) as refused:
        guide(str(UUID(int=7)), form)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("#/measures/1", "not-an-id")
    ]
    assert guide(str(PLAN).upper()).measures == (PLAN,)
