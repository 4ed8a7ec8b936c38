"""Lists that others keep: languages and countries, with names in Finnish, Swedish and English.

They are served for screens to choose from, and an act takes the codes they have and no others. No
fact depends on them: what was recorded stays readable whatever the standards become.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from cases.domain.codes.terms import CodeList, CodeValue

_DATA = files(__package__).joinpath("data", "standards")


@cache
def standard_lists() -> Mapping[str, CodeList]:
    """The lists by id: ``countries``, ``languages``."""
    names = sorted(item.name for item in _DATA.iterdir() if item.name.endswith(".toml"))
    lists = map(_read, names)
    return MappingProxyType({each.id: each for each in lists})


def _read(file: str) -> CodeList:
    entry = tomllib.loads(_DATA.joinpath(file).read_text(encoding="utf-8"))
    values = tuple(
        CodeValue(code=code, fi=fi, sv=sv, en=en)
        for code, (fi, sv, en) in entry.pop("values").items()
    )
    return CodeList(values=values, **entry)
