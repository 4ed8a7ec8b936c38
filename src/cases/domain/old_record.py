"""When and where something stood on record before it was imported from an old system."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from cases.domain.model import Value
from cases.domain.time import legal_day

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def _day_or_instant(text: str) -> str:
    """What was written, if it is a day or an instant with its zone."""
    if not _DAY.fullmatch(text) and not _INSTANT.fullmatch(text):
        raise ValueError("neither a day nor an instant with its zone")
    datetime.fromisoformat(text)
    return text


SourceDate = Annotated[str, Field(max_length=40), AfterValidator(_day_or_instant)]
"""When an old system recorded something: a day, or an instant with its zone."""

SourceSystem = Annotated[str, Field(min_length=1, max_length=100)]


class OldRecord(Value):
    """What an old system says of its own recording: kept as it was written, believed for nothing.

    ``source_date`` is a day (``2024-05-02``) or an instant with its zone. No rule asks for it, and
    it is never taken for the instant at which the log learned of a fact.
    """

    source_date: SourceDate
    source_system: SourceSystem | None = None

    @property
    def day(self) -> date:
        """The legal day (Helsinki) on which the old system recorded it."""
        if _DAY.fullmatch(self.source_date):
            return date.fromisoformat(self.source_date)
        return legal_day(datetime.fromisoformat(self.source_date).astimezone(UTC))
