"""What the read model of names keeps of a case: keyed indexes, and nothing that was put right."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from tests.casebook import ESPOO, TURKU, Case, Casebook

from cases.app.name_index import name_index
from cases.domain.case.person.acts import PersonName
from cases.domain.case.person.facts import DetailsOnRecord, PersonDetailsRecorded
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.case.responsibility.facts import CaseHandedOver
from cases.domain.codes.values import HandOverReason
from cases.projections.names.fold import Names

OPENED, BORN = date(2025, 1, 13), date(1990, 3, 15)
INDEX = name_index(b"k" * 32)


def client(**details: Any) -> Case:
    return recorded(Casebook().case().opened(OPENED), **details)


def recorded(case: Case, given: str = "", family: str = "", **details: Any) -> Case:
    names = PersonName(given=given, family=family) if given else None
    fact = PersonDetailsRecorded(details=DetailsOnRecord(names=names, **details))
    return case.record(OPENED, fact)


def blinds(case: Case) -> set[object]:
    return {row["blind"] for row in Names(INDEX).rows(case.state)["name"]}


def expected(*names: str, authority: str = ESPOO, born: tuple[date, ...] = (BORN,)) -> set[bytes]:
    return {INDEX(authority, word, day) for word, day in product(names, born)}


@pytest.mark.guarantee("FN-1")
def test_former_names_and_the_day_the_identity_code_states_are_kept() -> None:
    case = client(given="Narges", family="Kärimi", date_of_birth=BORN)
    recorded(case, "Narges", "Lund")
    assert blinds(case) == expected("narges", "karimi", "lund")
    recorded(case, identity_code="160390-9028")
    both = (BORN, BORN + timedelta(days=1))
    assert blinds(case) == expected("narges", "karimi", "lund", born=both)


@pytest.mark.guarantee("FN-3")
def test_what_was_corrected_or_annulled_is_kept_no_more() -> None:
    case = client(given="Narges", family="Karimi", date_of_birth=BORN)
    wrong = recorded(case, "Somebody", "Else").facts[-1].version
    assert blinds(case) == expected("narges", "karimi", "somebody", "else")
    case.record(OPENED, RecordAnnulled(named=wrong, annulled=(wrong,), reason="another person's"))
    assert blinds(case) == expected("narges", "karimi")
    name = {"names": {"given": "Narges", "family": "Karimov"}, "dateOfBirth": BORN.isoformat()}
    corrected = RecordCorrected(
        corrected=2,
        content_topic=PersonDetailsRecorded.topic(),
        content={"details": name},
        effective_on=OPENED,
        members=("/content/details/names/family",),
        reason="heard wrong",
    )
    case.record(OPENED, corrected)
    assert blinds(case) == expected("narges", "karimov")


@pytest.mark.guarantee("FN-4")
def test_an_index_is_of_one_key_authority_word_and_day() -> None:
    case = client(given="Narges", family="Karimi", date_of_birth=BORN)
    for other in (
        expected("narges", "karimi", authority=TURKU),
        expected("narges", "karimi", born=(BORN + timedelta(days=1),)),
        {name_index(b"l" * 32)(ESPOO, "narges", BORN)},
    ):
        assert blinds(case) & other == set()


@pytest.mark.guarantee("FN-2")
def test_each_authority_around_a_hand_over_ahead_has_indexes_of_its_own() -> None:
    case = client(given="Narges", family="Karimi", date_of_birth=BORN)
    move = CaseHandedOver(
        former=ESPOO,
        to=TURKU,
        reason=HandOverReason.MOVE,
        takes_effect_on=OPENED + timedelta(days=7),
    )
    case.record(OPENED, move)
    turku = expected("narges", "karimi", authority=TURKU)
    assert blinds(case) == expected("narges", "karimi") | turku
    (cover,) = Names(INDEX).rows(case.state)["named_case"]
    assert (cover["authority"], cover["former_authority"]) == (TURKU, ESPOO)


def test_who_has_no_name_or_no_date_of_birth_is_found_by_nothing() -> None:
    assert blinds(client(given="Narges", family="Karimi")) == set()
    assert blinds(client(date_of_birth=BORN)) == set()
