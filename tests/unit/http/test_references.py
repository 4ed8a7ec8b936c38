"""What the document refers to is in it: programs that make clients of it stop at the first gap."""

from collections.abc import Iterator
from typing import Any

import pytest

from cases.app.http.operations import document


def references(part: Any) -> Iterator[str]:
    """Every place of the document that a part of it refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def leads_somewhere(reference: str, whole: Any) -> bool:
    """Whether there is something at the place."""
    place = whole
    for step in reference.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(place, dict) or name not in place:
            return False
        place = place[name]
    return True


@pytest.mark.guarantee("AP-7")
def test_every_reference_of_the_document_leads_somewhere() -> None:
    whole = document()
    found = set(references(whole))
    assert found
    assert [each for each in sorted(found) if not leads_somewhere(each, whole)] == []
