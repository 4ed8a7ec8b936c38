"""What is published changes knowingly: the document is frozen, and the change log tells of it."""

import json

import pytest
from tests.openapi import FROZEN, as_text, differences, line_of, newest_changes

from cases.app.http.describe import API_VERSION
from cases.app.http.operations import document


@pytest.mark.guarantee("AP-13")
def test_the_document_is_the_frozen_one() -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    found = list(differences(frozen, json.loads(as_text(document()))))
    assert found == [], "python -m tests.openapi writes it anew"
    assert FROZEN.read_text(encoding="utf-8") == as_text(document())


@pytest.mark.guarantee("AP-13")
def test_the_change_log_tells_of_this_very_document_and_version() -> None:
    newest = newest_changes()
    assert newest.startswith(f"## {API_VERSION} – ")
    assert line_of(as_text(document())) in newest


def test_a_difference_is_named_by_its_place() -> None:
    old = {"paths": {"/a/b": {"get": 1, "put": 1}}}
    new = {"paths": {"/a/b": {"get": 2, "post": 1}}}
    assert list(differences(old, new)) == [
        "/paths/~1a~1b/get is another",
        "/paths/~1a~1b/put is gone",
        "/paths/~1a~1b/post is new",
    ]
