"""The act about other data that are necessary."""

from typing import ClassVar
from uuid import UUID

from cases.domain.case.act import Act, Text


class RecordNecessaryData(Act):
    """Record other data of an assessment, a plan or a review, by its id in ``of``.

    ``necessity`` says why they are necessary. That they must be is a rule of the decree, so the
    decision asks for it, not the shape.
    """

    NAME: ClassVar[str] = "recordNecessaryData"

    of: UUID
    text: Text
    necessity: Text | None = None
