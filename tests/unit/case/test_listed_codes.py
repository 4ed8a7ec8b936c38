"""Codes of languages and countries: every member that is one is asked whether its list has it."""

from collections.abc import Iterator
from typing import Any

import pytest

from cases.domain.case.act import Act
from cases.domain.case.listed_codes import LISTED, unlisted
from cases.domain.case.person.acts import PersonDetails, RecordDetails
from cases.domain.case.records.acts import Change, CorrectRecord
from cases.domain.case.register import ACTS
from cases.domain.family.register import ACTS as OF_FAMILIES
from cases.domain.guidance_record.register import ACTS as OF_GUIDANCE

EVERY_ACT = [*ACTS.values(), *OF_FAMILIES.values(), *OF_GUIDANCE.values()]


def described(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The members of a schema that say they are a code of a list, with its id."""
    match node:
        case dict():
            said = node.get("description")
            if name and isinstance(said, str) and said.startswith("A code of the list `"):
                yield name, said.split("`")[1]
            for member, inner in node.items():
                of_members = member in {"properties", "$defs"}
                for key, each in inner.items() if of_members else ((name, inner),):
                    yield from described(each, key)
        case list():
            for each in node:
                yield from described(each, name)


@pytest.mark.guarantee("CO-6")
def test_each_member_that_is_said_to_be_a_code_of_a_list_is_asked_for_it() -> None:
    said = {pair for act in EVERY_ACT for pair in described(act.model_json_schema())}
    assert said == set(LISTED.items())


@pytest.mark.guarantee("CO-6")
def test_what_a_correction_says_was_there_is_not_asked() -> None:
    def correct(member: str, to: Any) -> list[tuple[str, str]]:
        change = Change.model_validate({"member": member, "from": "xx", "to": to})
        return list(unlisted(CorrectRecord(version=2, changes=(change,), reason="heard wrong")))

    where = "/content/details"
    assert correct(f"{where}/motherTongue", "fa") == []
    assert correct(f"{where}/motherTongue", "xx") == [("/changes/0/to", "languages")]
    assert correct(f"{where}/citizenships/0", "QQ") == [("/changes/0/to", "countries")]
    assert correct(where, {"citizenships": ["AF", "QQ"]}) == [
        ("/changes/0/to/citizenships/1", "countries")
    ]
    assert correct(f"{where}/contact/address", "xx") == []


@pytest.mark.guarantee("CO-6")
def test_a_language_the_list_lacks_and_no_citizenship_are_told_as_that() -> None:
    act: Act = RecordDetails(details=PersonDetails(mother_tongue="mis", citizenships=("XK", "XX")))
    assert list(unlisted(act)) == []
