"""From a case to what its person is found by."""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

import sqlalchemy as sa

from cases.domain.case.person.known_as import birth_dates, name_words
from cases.domain.case.state import CaseState
from cases.projections.case_view import CaseView, Rows
from cases.projections.names.table import NAME, NAMED_CASE
from cases.projections.whose import who_answers

NameIndex = Callable[[str, str, date], bytes]
"""The keyed index (32 bytes) of an authority, a word of a name and a date of birth."""


class Names(CaseView):
    """Who is found by which name, at the authority that answers for the case.

    Former names find a person too; names that were corrected or annulled find nobody.
    """

    name: ClassVar[str] = "names"
    tables: ClassVar[tuple[sa.Table, ...]] = (NAMED_CASE, NAME)

    def __init__(self, index: NameIndex) -> None:
        self._index = index

    def rows(self, state: CaseState) -> Rows:
        """An index for each word of a name, date of birth, and authority that answers."""
        whose = who_answers(state)
        answering = {whose["authority"], whose["former_authority"]} - {None}
        blinds = sorted(
            self._index(str(authority), word, born)
            for authority in answering
            for word in name_words(state.person)
            for born in birth_dates(state.person)
        )
        return {
            NAMED_CASE.name: [whose],
            NAME.name: [{**whose, "blind": blind} for blind in blinds],
        }
