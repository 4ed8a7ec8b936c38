"""What is known of other data that are necessary."""

from datetime import date
from uuid import UUID

from cases.domain.case.necessary_data.facts import NecessaryDataRecorded
from cases.domain.facts import Recorded, Source
from cases.domain.model import State


class OtherData(State):
    """Other data of an assessment, a plan or a review, as recorded for a legal day."""

    on: date
    of: UUID
    text: str
    necessity: str
    by: str
    source: Source | None


NecessaryData = tuple[OtherData, ...]


def evolve(known: NecessaryData, recorded: Recorded, fact: NecessaryDataRecorded) -> NecessaryData:
    """The data after one more fact."""
    data = OtherData(
        on=recorded.effective_on,
        of=fact.of,
        text=fact.text,
        necessity=fact.necessity,
        by=recorded.recorded_by.organisation,
        source=recorded.source,
    )
    return (*known, data)
