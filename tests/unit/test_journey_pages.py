"""Reading the pages of docs/journeys: what is understood, what is refused, what is compared."""

from datetime import date

import pytest
from tests.journeys import FOLDER, PAGES, Day, Exchange, Names, Unreadable, read_page

PAGE = """
*Monday 3 February 2025*

```http
POST /v1/cases/{caseId}/plans
If-Match: {etag}

{"measures": ["{training}"], "text": "an … inside"}
```
```http
HTTP/1.1 201 Created
ETag: {etag}

{"items": [1, …, 3], "version": 2, …}
```
"""


def test_a_page_is_read_as_its_days_and_exchanges() -> None:
    day, exchange = read_page(PAGE)
    assert isinstance(day, Day)
    assert day.instant.date() == date(2025, 2, 3)
    assert isinstance(exchange, Exchange)
    assert (exchange.method, exchange.target) == ("POST", "/v1/cases/{caseId}/plans")
    assert exchange.headers == (("If-Match", "{etag}"),)
    assert exchange.body == {"measures": ["{training}"], "text": "an … inside"}
    assert exchange.status == 201
    assert exchange.content == {"items": [1, "…", 3], "version": 2, "…": "…"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PAGE.replace("HTTP/1.1 201 Created", "GET /v1/clients"), id="two requests"),
        pytest.param(PAGE[: PAGE.index("```\n```http")] + "```\n", id="no answer"),
        pytest.param(PAGE.replace("Monday", "Tuesday"), id="another day of the week"),
        pytest.param(PAGE.replace('"version": 2', '"version" 2'), id="no JSON"),
        pytest.param(PAGE.replace("If-Match: ", "If-Match "), id="no header"),
    ],
)
def test_a_page_that_is_not_written_as_pages_are_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_page(text)


@pytest.mark.parametrize(
    ("shown", "answered", "same"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, True),
        ({"a": 1, "…": "…"}, {"b": 2}, False),
        ([1, "…", 3], [1, 2, 2, 3], True),
        ([1, "…"], [], False),
        ([1], [1, 2], False),
        ([], [1], False),
        (["…", 3], [3, 4], False),
        ("until …", "until Monday", True),
        ("until …", "since Monday", False),
        (None, None, True),
        (None, 1, False),
        ("{known}", "a", True),
        ("{known}", "b", False),
        ("/v1/{known}", "/v1/a", True),
        ("/v1/{known}", "/v1/b", False),
        ("{new}", None, False),
        ({"a": "{new}", "b": "{new}"}, {"a": 1, "b": 1}, True),
        ({"a": "{new}", "b": "{new}"}, {"a": 1, "b": 2}, False),
    ],
)
def test_an_answer_is_as_shown_or_it_is_told_that_it_is_not(
    shown: object, answered: object, same: bool
) -> None:
    assert ([*Names({"known": "a"}).differ(shown, answered)] == []) is same


def test_what_an_answer_told_is_filled_in_as_it_was() -> None:
    names = Names()
    assert not [*names.differ({"id": "{id}", "at": "/v1/{part}"}, {"id": 7, "at": "/v1/x"})]
    assert names.fill({"id": "{id}", "at": "/{part}/{id}"}) == {"id": 7, "at": "/x/7"}
    with pytest.raises(Unreadable):
        names.fill("{unheard of}")


def test_a_tag_is_learned_anew_and_a_key_is_kept() -> None:
    names = Names()
    for tag in ('"1"', '"2"'):
        assert not [*names.headers_differ((("ETag", "{etag}"),), {"etag": tag})]
        assert names.header("If-Match", "{etag}") == tag
    key = names.header("Idempotency-Key", '"{opening}"')
    assert key == names.header("Idempotency-Key", '"{opening}"')
    assert key != names.header("Idempotency-Key", '"{another}"')


def test_no_page_leaves_out_a_whole_answer() -> None:
    """``{…}`` would be true of everything."""
    pages = {page: (FOLDER / page).read_text(encoding="utf-8") for page in PAGES}
    assert [page for page, text in pages.items() if "{…}" in text] == []
