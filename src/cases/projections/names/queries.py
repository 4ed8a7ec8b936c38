"""Which of this authority's clients have all these words in their names?"""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from cases.domain.facts import FIRST_ID
from cases.projections.names.table import NAME
from cases.projections.whose import answers, still_answers


def named(  # noqa: PLR0913 - what is asked for, by name
    conn: sa.Connection,
    *,
    authority: str,
    on: date,
    blinds: Collection[bytes],
    after: UUID | None = None,
    limit: int = 50,
) -> tuple[UUID, ...]:
    """The authority's cases, open or closed, that have every one of the indexes, by case id.

    ``on`` is the legal day by which the authority answers for them. ``after`` is the last case id
    of the page before. ``conn`` is a transaction of ``reading``.
    """
    wanted = sorted(set(blinds))
    asked = {
        "authority": authority,
        "on": on,
        "blinds": wanted,
        "number": len(wanted),
        "after": after or FIRST_ID,
        "at_most": limit,
    }
    return tuple(conn.execute(_NAMED, asked).scalars())


_AUTHORITY: Final = sa.bindparam("authority", type_=sa.Text)
_ON: Final = sa.bindparam("on", type_=sa.Date)
_AFTER: Final = sa.bindparam("after", type_=sa.Uuid)
_BLINDS: Final = sa.bindparam("blinds", type_=ARRAY(sa.LargeBinary))

_NAMED: Final = (
    sa.select(NAME.c.case_id)
    .where(NAME.c.blind == sa.any_(_BLINDS))
    .where(sa.or_(answers(NAME, _AUTHORITY, _ON), still_answers(NAME, _AUTHORITY, _ON)))
    .where(NAME.c.case_id > _AFTER)
    .group_by(NAME.c.case_id)
    .having(sa.func.count() == sa.bindparam("number", type_=sa.Integer))
    .order_by(NAME.c.case_id)
    .limit(sa.bindparam("at_most", type_=sa.Integer))
)
