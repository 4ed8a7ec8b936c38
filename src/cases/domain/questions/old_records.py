"""How it is told that something was imported: when the old system recorded it."""

from types import MappingProxyType
from typing import Final

from cases.domain.codes.terms import Language
from cases.domain.law.texts import write_day
from cases.domain.model import Value
from cases.domain.old_record import OldRecord

_TEXTS: Final = MappingProxyType(
    {
        Language.FI: "Kirjattu vanhaan järjestelmään {day}{system}.",
        Language.SV: "Antecknat i det gamla systemet {day}{system}.",
        Language.EN: "Recorded in the old system on {day}{system}.",
    }
)


class OldRecordShown(Value):
    """When the old system recorded it, as that system says: a day, or an instant with its zone.

    ``text`` says so in a sentence, with the legal day (Helsinki).
    """

    source_date: str
    source_system: str | None
    text: str


def shown(old: OldRecord, language: Language) -> OldRecordShown:
    """The old record in the words of a language."""
    system = f" ({old.source_system})" if old.source_system else ""
    return OldRecordShown(
        source_date=old.source_date,
        source_system=old.source_system,
        text=_TEXTS[language].format(day=write_day(old.day, language), system=system),
    )
