"""Headers: read strictly, built so that a strong tag is strong."""

from datetime import date

import pytest
from starlette.datastructures import Headers

from cases.app.access.policy import Mask
from cases.app.http.headers import (
    EntityTag,
    accepts,
    entity_tag,
    idempotency_key,
    if_match,
    language_of,
    preferred_wait,
    purpose_of_use,
    unchanged,
)
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.outcomes import Seen
from cases.domain.codes.terms import Language

DAY = date(2026, 11, 21)
SEEN = Seen(version=17, mark="0123abcd")


def headers(*pairs: tuple[str, str]) -> Headers:
    return Headers(raw=[(name.lower().encode(), value.encode("latin-1")) for name, value in pairs])


@pytest.mark.guarantee("HP-1")
@pytest.mark.parametrize(
    ("given", "key"),
    [
        ('"a"', "a"),
        ("a", "a"),
        ('"8e03978e-40d5-43e8-bc93-6894a57f9324"', "8e03978e-40d5-43e8-bc93-6894a57f9324"),
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
        (r'"a\"b\\c"', 'a"b\\c'),
        ('"' + "x" * 64 + '"', "x" * 64),
        ('"expire:plan/2026-01-01"', "expire:plan/2026-01-01"),
    ],
)
def test_a_key_is_read_with_and_without_quotation_marks(given: str, key: str) -> None:
    assert idempotency_key(headers(("Idempotency-Key", given))) == key


@pytest.mark.guarantee("HP-1")
@pytest.mark.parametrize(
    "given",
    ["", '""', '"' + "x" * 65 + '"', "x" * 65, '"a', 'a"', '"a b"', '"ä"', '"a";p=1', "a,b", "a;b"],
)
def test_a_key_of_another_form_is_invalid(given: str) -> None:
    with pytest.raises(Problematic) as raised:
        idempotency_key(headers(("Idempotency-Key", given)))
    assert raised.value.code is ProblemCode.IDEMPOTENCY_KEY_INVALID


@pytest.mark.guarantee("HP-1")
def test_two_keys_are_no_key() -> None:
    with pytest.raises(Problematic) as raised:
        idempotency_key(headers(("Idempotency-Key", '"a"'), ("Idempotency-Key", '"b"')))
    assert raised.value.code is ProblemCode.IDEMPOTENCY_KEY_INVALID


@pytest.mark.guarantee("HP-1")
def test_a_missing_key_is_named() -> None:
    with pytest.raises(Problematic) as raised:
        idempotency_key(headers())
    assert raised.value.code is ProblemCode.IDEMPOTENCY_KEY_MISSING


@pytest.mark.guarantee("HP-2")
def test_if_match_reads_the_tag_it_was_given() -> None:
    tag = entity_tag(SEEN, DAY, Language.SV)
    assert if_match(headers(("If-Match", str(tag)))) == tag


@pytest.mark.guarantee("HP-2")
@pytest.mark.parametrize(
    "given",
    [
        "*",
        'W/"17.0123abcd.4567cdef"',
        '"17.0123abcd.4567cdef", "18.0123abcd.4567cdef"',
        "17.0123abcd.4567cdef",
        '"17"',
        '"17.4567cdef"',
        '"17.0123abcd.4567cde"',
        '"0.0123abcd.4567cdef"',
        '"-1.0123abcd.4567cdef"',
        '"17.0123ABCD.4567cdef"',
        '"x"',
        "",
        '""',
    ],
)
def test_if_match_is_one_strong_tag_of_ours(given: str) -> None:
    with pytest.raises(Problematic) as raised:
        if_match(headers(("If-Match", given)))
    assert raised.value.code is ProblemCode.MALFORMED_REQUEST
    assert raised.value.faults[0].header == "If-Match"


@pytest.mark.guarantee("HP-2")
def test_an_absent_if_match_is_required() -> None:
    with pytest.raises(Problematic) as raised:
        if_match(headers())
    assert raised.value.code is ProblemCode.PRECONDITION_REQUIRED


@pytest.mark.guarantee("HP-3")
def test_a_tag_differs_by_whatever_the_answer_differs_by() -> None:
    tags = [
        entity_tag(SEEN, DAY, Language.FI),
        entity_tag(Seen(version=18, mark=SEEN.mark), DAY, Language.FI),
        entity_tag(Seen(version=17, mark="0123abce"), DAY, Language.FI),
        entity_tag(SEEN, date(2026, 11, 22), Language.FI),
        entity_tag(SEEN, DAY, Language.SV),
        entity_tag(SEEN, DAY, Language.FI, [Mask.HOUSEHOLD]),
    ]
    assert len(set(tags)) == len(tags)
    masks = [Mask.HOUSEHOLD, Mask.CONTACT_DETAILS]
    assert entity_tag(SEEN, DAY, Language.FI, masks) == entity_tag(
        SEEN, DAY, Language.FI, masks[::-1]
    )


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ('"17.m.k2"', True),
        ('W/"17.m.k2"', True),
        ('"1.a", "17.m.k2"', True),
        ('"17.m.k3"', False),
        ('"17.n.k2"', False),
        ("*", False),
    ],
)
def test_if_none_match_knows_the_current_tag(given: str, same: bool) -> None:
    assert unchanged(headers(("If-None-Match", given)), str(EntityTag(17, "m", "k2"))) is same


@pytest.mark.guarantee("HP-4")
@pytest.mark.parametrize(
    ("given", "language"),
    [
        (None, "fi"),
        ("", "fi"),
        ("sv", "sv"),
        ("sv-FI", "sv"),
        ("SV", "sv"),
        ("en;q=0.5, sv;q=0.8", "sv"),
        ("en, sv", "en"),
        ("de, fr", "fi"),
        ("de, en;q=0.1", "en"),
        ("*", "fi"),
        ("sv;q=0.5, *;q=0.9", "fi"),
        ("fi;q=0, *", "sv"),
        ("fi;q=0", "fi"),
        ("sv;q=abc, en", "sv"),
        (";;,,q=1", "fi"),
        ("svx", "fi"),
    ],
)
def test_the_language_follows_the_weights(given: str | None, language: str) -> None:
    pairs = [] if given is None else [("Accept-Language", given)]
    assert language_of(headers(*pairs)) == language


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html", "text/html"),
        ("text/html, application/json;q=0.9", "text/html"),
        ("application/*", "application/json"),
        ("application/json;q=0, */*", "text/html"),
    ],
)
def test_the_form_follows_accept(given: str | None, chosen: str) -> None:
    pairs = [] if given is None else [("Accept", given)]
    assert accepts(headers(*pairs), ["application/json", "text/html"]) == chosen


@pytest.mark.parametrize("given", ["image/png", "application/json;q=0", "text/*;q=0.0"])
def test_a_form_that_is_not_there_is_not_acceptable(given: str) -> None:
    with pytest.raises(Problematic) as raised:
        accepts(headers(("Accept", given)), ["application/json"])
    assert raised.value.code is ProblemCode.NOT_ACCEPTABLE


@pytest.mark.guarantee("HP-5")
def test_a_purpose_is_a_code() -> None:
    assert (
        purpose_of_use(headers(("Purpose-Of-Use", "ORGANISING_SERVICES"))) == "ORGANISING_SERVICES"
    )
    for given in ("curiosity", "A B", "", "X" * 65):
        with pytest.raises(Problematic) as raised:
            purpose_of_use(headers(("Purpose-Of-Use", given)))
        assert raised.value.code is ProblemCode.PURPOSE_NOT_ALLOWED
    with pytest.raises(Problematic) as missing:
        purpose_of_use(headers())
    assert missing.value.code is ProblemCode.PURPOSE_MISSING


@pytest.mark.guarantee("AP-6")
@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (["wait=3"], 3),
        (["WAIT=3"], 3),
        (["Wait = 3"], 3),
        (['wait="3"'], 3),
        (['respond-async, WAIT="3"; why=soon'], 3),
        (["respond-async", "wait=3"], 3),
        (["wait=3, wait=5"], 3),
        (["wait=0"], 0),
        (["wait=999"], 10),
        ([], None),
        (["wait"], None),
        (["wait="], None),
        (['wait="3'], None),
        (['wait=3"'], None),
        (["wait=-3"], None),
        (["wait=3.5"], None),
        (["wait=3000"], None),
        (["await=3"], None),
        (["no-wait=3"], None),
    ],
)
def test_a_wait_is_preferred_in_any_spelling(given: list[str], seconds: int | None) -> None:
    assert preferred_wait(headers(*(("Prefer", each) for each in given))) == seconds
