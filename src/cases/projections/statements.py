"""Statements kept in files of their own."""

from functools import cache
from importlib.resources import files

import sqlalchemy as sa


@cache
def statement(name: str) -> sa.TextClause:
    """The statement of ``sql/<name>.sql`` without the comment lines that explain it."""
    text = (files("cases.projections") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    return sa.text("\n".join(lines).replace("::", "\\:\\:"))
