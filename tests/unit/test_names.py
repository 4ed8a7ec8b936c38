"""Names as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.names import words

SAME = (
    ("Karimi", "kärimi", "KARIMI", "Ka\u0301rimi", " karimi ", "k\u00adarimi"),
    ("Åsa Sjöström", "SJOSTROM ASA", "A\u030asa  Sjo\u0308stro\u0308m", "sjöström, åsa"),
    ("N'Diaye", "Ndiaye", "N\u2019DIAYE", "N\u02bcdiaye", "N´Diaye"),
    ("Anna-Maija", "anna maija", "MAIJA ANNA", "Anna\u2010Maija"),
    ("Nguyễn", "Nguyen"),
    ("Łukasz Đorđević", "lukasz dordevic", "LUKASZ DORDEVIC"),
    ("Strauß", "Strauss", "STRAUSS"),
    ("Işık", "ISIK", "isik", "İşik"),
    ("Кирилл Ёлкин", "ЕЛКИН КИРИЛЛ"),
    ("محمّد", "محمد"),
    ("Ærø Þór", "AERO THOR"),
)
OTHER = (("Karimi", "Karim"), ("Anna Maija", "Annamaija"), ("Müller", "Mueller"), ("Li", "Lee"))


@pytest.mark.guarantee("FN-1")
@pytest.mark.parametrize("spellings", SAME, ids=lambda each: each[0])
def test_a_name_is_the_same_however_it_is_written(spellings: tuple[str, ...]) -> None:
    assert len({words(each) for each in spellings}) == 1
    assert words(spellings[0])


@pytest.mark.guarantee("FN-1")
@pytest.mark.parametrize(("one", "another"), OTHER)
def test_other_words_are_other_names(one: str, another: str) -> None:
    assert not words(one) <= words(another)
    assert not words(another) <= words(one)


@pytest.mark.parametrize("name", ["", "-", "' '", " . ", "\u0301"])
def test_what_has_no_letter_is_no_name(name: str) -> None:
    assert words(name) == frozenset()


@given(st.text(max_size=60))
def test_words_are_their_own_words_and_never_hold_a_separator(name: str) -> None:
    found = words(name)
    assert words(" ".join(found)) == found
    assert all(word.isalnum() or word for word in found)
    assert "\0" not in "".join(found)
