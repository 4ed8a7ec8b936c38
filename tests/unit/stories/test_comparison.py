"""Members named must be so, others are free; what is contained is looked for anywhere."""

from typing import Any

import pytest

from cases.app.stories.comparison import differences, look, missing_entries, occurs

HISTORY: dict[str, Any] = {
    "entries": [
        {"fact": "PlanDrawnUp", "by": "espoo", "content": {"kind": "INTEGRATION"}},
        {"fact": "PlanReviewed", "by": "lansi-uusimaa", "content": {"limitedTo": ["m2"]}},
    ]
}


def test_members_that_are_not_named_are_free() -> None:
    assert differences({"plan": "p1"}, {"plan": "p1", "kind": "INTEGRATION"}) == ()


def test_every_member_that_differs_is_told_with_its_place() -> None:
    expected = {"maximumUntil": {"date": "2027-03-03", "sections": ["23.2"]}, "kind": "A"}
    found = {"maximumUntil": {"date": "2027-03-04", "sections": ["23.2"]}, "kind": "B"}

    wrong = differences(expected, found)

    assert [(each.member, each.expected, each.found) for each in wrong] == [
        ("maximumUntil.date", "2027-03-03", "2027-03-04"),
        ("kind", "A", "B"),
    ]


@pytest.mark.parametrize("found", [{}, {"plan": None}, None])
def test_a_member_that_is_missing_differs(found: Any) -> None:
    assert len(differences({"plan": "p1"}, found)) == 1


def test_a_list_is_the_whole_list_in_its_order() -> None:
    assert differences(["a", "b"], ["a", "b"]) == ()
    assert differences(["a", "b"], ["b", "a"]) != ()
    assert differences(["a"], ["a", "b"]) != ()
    assert differences([], ["a"]) != ()


def test_yes_is_not_one() -> None:
    assert differences(True, 1) != ()
    assert differences(1, True) != ()


def test_a_worklist_contains_the_entries_named_in_any_order() -> None:
    found = [{"due": "REVIEW", "by": "2025-09-03"}, {"due": "GUIDANCE", "by": "2025-04-03"}]

    assert missing_entries([{"due": "GUIDANCE"}, {"due": "REVIEW"}], found) == ()
    [wrong] = missing_entries([{"due": "REVIEW", "by": "2025-09-04"}], found)
    assert wrong.found == {"due": "REVIEW", "by": "2025-09-03"}
    assert missing_entries([{"due": "REVIEW"}], []) != ()


def test_an_object_occurs_where_its_members_belong_to_one_thing() -> None:
    assert occurs({"fact": "PlanReviewed", "by": "lansi-uusimaa", "limitedTo": ["m2"]}, HISTORY)
    assert not occurs({"fact": "PlanReviewed", "by": "espoo"}, HISTORY)
    assert not occurs({"fact": "PlanDrawnUp", "limitedTo": ["m2"]}, HISTORY)


def test_text_occurs_within_any_text() -> None:
    assert occurs("uusimaa", HISTORY)
    assert not occurs("Finding a Finnish course", HISTORY)


def test_what_must_not_occur_is_looked_for_everywhere() -> None:
    assert look({"contains": ["espoo"], "containsNot": ["vaasa"]}, HISTORY) == ()
    [surplus] = look({"containsNot": ["lansi-uusimaa"]}, HISTORY)
    assert surplus.member == "containsNot"
    [lacking] = look({"contains": ["vaasa"]}, HISTORY)
    assert lacking.member == "contains"
