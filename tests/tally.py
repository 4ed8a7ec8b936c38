"""A projection for tests of the engine that shows every fact taken in twice or not at all."""

import sqlalchemy as sa

from cases.projections.projection import Sources, Turn

TALLY = sa.Table(
    "tally",
    sa.MetaData(schema="views"),
    sa.Column("position", sa.BigInteger),
)


class Tally:
    """Writes down the position of every fact, without any key that would hide a repetition."""

    name = "tally"
    version = 1
    ordered = True
    tables = (TALLY,)

    def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
        page = sources.feed.page(turn.first - 1, turn.last - turn.first + 1)
        conn.execute(sa.insert(TALLY).values([{"position": fact.position} for fact in page.facts]))


class Unordered(Tally):
    """The same for workers who share the pages."""

    ordered = False


def taken_in(engine: sa.Engine) -> list[int]:
    """Every position written down, in order."""
    with engine.begin() as conn:
        return list(conn.execute(sa.select(TALLY.c.position).order_by("position")).scalars())
