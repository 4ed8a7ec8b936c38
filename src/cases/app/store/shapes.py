"""Statements whose text follows the shape of what they are given.

In a file of ``sql/`` the lines between ``-- if NAME`` and ``-- end`` are kept when the name is
among the parts; those between ``-- each NAME`` and ``-- end`` are repeated, comma after comma, as
often as the rows say, with ``{n}`` as 1, 2, …
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1_024)
def shaped(name: str, parts: frozenset[str], rows: tuple[tuple[str, int], ...]) -> bytes:
    """The statement of ``sql/<name>.sql`` with these parts and so many rows of each kind."""
    text = (files("cases.app.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return "\n".join(_kept(iter(text.splitlines()), parts, dict(rows))).encode()


def _kept(lines: Iterator[str], parts: frozenset[str], rows: dict[str, int]) -> Iterator[str]:
    for line in lines:
        match line.split():
            case ["--", "if", part]:
                block = _block(lines)
                yield from block if part in parts else ()
            case ["--", "each", kind]:
                row = "\n".join(_block(lines))
                yield ",\n".join(row.replace("{n}", str(n + 1)) for n in range(rows[kind]))
            case ["--", *_]:
                pass
            case _:
                yield line


def _block(lines: Iterator[str]) -> list[str]:
    block: list[str] = []
    for line in lines:
        if line.split() == ["--", "end"]:
            return block
        block.append(line)
    raise ValueError("A block has no end.")
