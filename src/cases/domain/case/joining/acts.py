"""The act that joins a duplicate to the case that stays."""

from typing import ClassVar
from uuid import UUID

from cases.domain.case.act import Act, Text


class JoinCases(Act):
    """Join to the case a duplicate: another case of the same person's, closed as one of this."""

    NAME: ClassVar[str] = "joinCases"

    duplicate: UUID
    reason: Text
