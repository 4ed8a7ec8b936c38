"""The fact of other data that are necessary."""

from typing import ClassVar
from uuid import UUID

from cases.domain.codes.values import RecordKind
from cases.domain.facts import Fact


class NecessaryDataRecorded(Fact):
    """Other data were recorded of an assessment, a plan or a review, with why they are needed."""

    TOPIC: ClassVar[str] = "necessary-data.recorded"

    data_id: UUID
    kind: RecordKind
    of: UUID
    text: str
    necessity: str
