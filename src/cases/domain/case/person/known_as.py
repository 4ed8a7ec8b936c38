"""What a person has been known as: what she is found by."""

from collections.abc import Set
from datetime import date

from cases.domain.case.person.evolution import Person
from cases.domain.names import words
from cases.domain.people import birth_date


def name_words(person: Person) -> frozenset[str]:
    """The words of every name on record, former ones and those to come too."""
    names = (entry.details.names for entry in person.details)
    told = (words(f"{name.given} {name.family}") for name in names if name is not None)
    return frozenset().union(*told)


def birth_dates(person: Person) -> frozenset[date]:
    """Every date of birth on record, and those the identity codes on record state."""
    details = [entry.details for entry in person.details]
    told = {each.date_of_birth for each in details if each.date_of_birth is not None}
    codes = {each.identity_code for each in details if each.identity_code is not None}
    return frozenset(told | {birth_date(code) for code in codes})


def is_known_as(person: Person, name: Set[str], born: date) -> bool:
    """Whether each of these words of a name is on record, and the date of birth."""
    return name <= name_words(person) and born in birth_dates(person)
