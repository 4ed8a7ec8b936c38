"""The sentences of explanations that belong to no single rule, in Finnish, Swedish and English."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files

from cases.domain.codes.terms import Language
from cases.domain.law.edition import Term
from cases.domain.law.texts import write_day

_SOURCES = ("texts.toml", "standing.toml", "dues.toml", "facts.toml")


def say(sentence: str, language: Language, **members: date | str) -> str:
    """The sentence of that name with its members filled in, days as the language writes them."""
    written = {
        name: write_day(value, language) if isinstance(value, date) else value
        for name, value in members.items()
    }
    spoken = getattr(sentences()[sentence], language.value).format_map(written)
    return str(spoken[:1].upper() + spoken[1:])


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, Term]:
    """Every sentence by its name, which no two files give twice."""
    found: dict[str, Term] = {}
    for name in _SOURCES:
        source = files("cases.domain.questions").joinpath(name).read_text("utf-8")
        for sentence, texts in tomllib.loads(source).items():
            assert sentence not in found, f"{sentence} is written twice"
            found[sentence] = Term.model_validate(texts)
    return found
