"""Rules in the words of a client of the authority: Finnish, Swedish, English.

The sentences are data (``texts.toml``), found by the rule's id. Days are written as each language
writes them, sections as citations. Texts change nothing that is recorded: the log keeps ids.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Final

from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import ExtensionGround, GoalKind
from cases.domain.law.edition import Term
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied, Violation
from cases.domain.law.window import EXEMPT
from cases.domain.model import Value
from cases.domain.time import Period

_UNKNOWN: Final = {"fi": "ei tiedossa", "sv": "okänt", "en": "not known"}
_OPEN: Final = {"fi": "vielä avoin", "sv": "ännu öppen", "en": "still open"}
"""Of a last day: a plan in force for the support of studies has none until they end."""
_LAST_DAYS: Final = frozenset({"lastDay", "otherUntil"})
_TRUTH: Final = {
    "fi": {True: "kyllä", False: "ei"},
    "sv": {True: "ja", False: "nej"},
    "en": {True: "yes", False: "no"},
}
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SECTION: Final = re.compile(
    r"(?:(?P<act>decree|GDPR|\d+/\d+):)?(?P<section>\d+)(?: ?(?P<letter>[a-z]))?"
    r"(?:\.(?P<subsection>\d+))?(?:\.(?P<point>\d+))?"
)
_LENGTH: Final = re.compile(r"P(?=\d)(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?")
_OF_THE_DECREE: Final = {
    "fi": "asetuksen {}",
    "sv": "{} i förordningen",
    "en": "{} of the decree",
}

_ARTICLE: Final = {
    "fi": "tietosuoja-asetuksen {} artikla",
    "sv": "artikel {} i dataskyddsförordningen",
    "en": "Article {} of the General Data Protection Regulation",
}
_PARAGRAPH: Final = {
    "fi": "tietosuoja-asetuksen {} artiklan {} kohta",
    "sv": "artikel {}.{} i dataskyddsförordningen",
    "en": "Article {}({}) of the General Data Protection Regulation",
}


class NoText(LookupError):
    """A rule has no text of the kind asked for."""


class RuleTexts(Value):
    """The sentences of one rule; see ``texts.toml`` for what each is for."""

    applied: Term
    otherwise: Term | None = None
    refused: Term | None = None


@lru_cache(maxsize=1)
def rule_texts() -> Mapping[str, RuleTexts]:
    """All texts by rule id. Raises ``ValidationError`` for unknown or missing members."""
    source = files("cases.domain.law").joinpath("texts.toml").read_text("utf-8")
    return {rule: RuleTexts.model_validate(texts) for rule, texts in tomllib.loads(source).items()}


def explain(line: RuleApplied, language: Language) -> str:
    """What a rule said when it was applied. Raises ``NoText`` for a rule without texts."""
    texts = _texts(line.rule)
    answered_no = line.result is False or line.result == EXEMPT
    names_what_is_missing = isinstance(line.result, tuple) and bool(line.result)
    if texts.otherwise is not None and (answered_no or names_what_is_missing):
        return _fill(texts.otherwise, line, language)
    return _fill(texts.applied, line, language)


def refuse(violation: Violation, language: Language) -> str:
    """Why an act may not be recorded. Raises ``NoText`` for a rule without a text of refusal."""
    refused = _texts(violation.line.rule).refused
    if refused is None:
        raise NoText(f"{violation.line.rule} has no text of refusal")
    return _fill(refused, violation.line, language, latest=violation.latest)


def cite(section: str, language: Language) -> str:
    """A section string such as ``23.2`` or ``decree:1.1`` as a citation in a language.

    A string of another form is answered as it is.
    """
    match = _SECTION.fullmatch(section)
    if match is None:
        return section
    act, number, letter, subsection, point = match.groups()
    if act == "GDPR":
        return _article(number, subsection, language)
    paragraph = f"{number} {letter}" if letter else number
    if language == "en":
        parts = [f"section {paragraph}"]
        parts += [f"subsection {subsection}"] if subsection else []
        parts += [f"point {point}"] if point else []
        cited = ", ".join(parts)
    else:
        cited = f"{paragraph} §"
        cited += f" {subsection} mom." if subsection else ""
        cited += f" {point} {'kohta' if language == 'fi' else 'punkten'}" if point else ""
    if act == "decree":
        return _OF_THE_DECREE[language].format(cited)
    return f"{act} {cited}" if act else cited


def _article(number: str, paragraph: str | None, language: Language) -> str:
    """An article of the General Data Protection Regulation, or a paragraph of one."""
    if paragraph is None:
        return _ARTICLE[language].format(number)
    return _PARAGRAPH[language].format(number, paragraph)


def write_day(day: date, language: Language) -> str:
    """A day as a language writes it: 3.3.2025, or in English 3 March 2025."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"


def write_period(period: Period, language: Language) -> str:
    """A period as it stands after *inom*, *within*, and in Finnish in the genitive (*kuluessa*)."""
    years, months = divmod(period.months, 12)
    words = {
        "fi": (("vuoden", "vuoden"), ("kuukauden", "kuukauden"), "ja"),
        "sv": (("år", "år"), ("månad", "månader"), "och"),
        "en": (("year", "years"), ("month", "months"), "and"),
    }[language]
    counted = [
        f"{count} {forms[0] if count == 1 else forms[1]}"
        for count, forms in zip((years, months), words[:2], strict=True)
        if count
    ]
    return f" {words[2]} ".join(counted)


def write_length(text: str, language: Language) -> str:
    """A length (``P13M5D``) as it stands after *by*, *med*, and in Finnish in the nominative.

    A text that is no length is answered as it is.
    """
    match = _LENGTH.fullmatch(text)
    if match is None:
        return text
    years, months = divmod(int(match["months"] or 0), 12)
    units, conjunction = {
        "fi": ((("vuosi", "vuotta"), ("kuukausi", "kuukautta"), ("päivä", "päivää")), "ja"),
        "sv": ((("år", "år"), ("månad", "månader"), ("dag", "dagar")), "och"),
        "en": ((("year", "years"), ("month", "months"), ("day", "days")), "and"),
    }[language]
    counted = [
        f"{count} {one if count == 1 else many}"
        for count, (one, many) in zip((years, months, int(match["days"] or 0)), units, strict=True)
        if count
    ]
    if len(counted) < 2:
        return "".join(counted)
    return f"{', '.join(counted[:-1])} {conjunction} {counted[-1]}"


def _texts(rule: str) -> RuleTexts:
    try:
        return rule_texts()[Rule(rule).value]
    except (KeyError, ValueError) as error:
        raise NoText(f"{rule} has no texts") from error


def _fill(term: Term, line: RuleApplied, language: Language, latest: date | None = None) -> str:
    sentence = {"fi": term.fi, "sv": term.sv, "en": term.en}[language]
    members: dict[str, object] = {**line.inputs, "result": line.result, "latest": latest}
    written = {
        name: _OPEN[language]
        if value is None and name in _LAST_DAYS
        else write_length(str(value), language)
        if name == "length"
        else _write(value, language)
        for name, value in members.items()
    }
    written |= _codes(line, language)
    # A line of long ago may lack an input that today's sentence names: explaining it still works.
    filled = defaultdict(lambda: _UNKNOWN[language], written)
    filled["section"] = cite(line.section, language)
    return sentence.format_map(filled)


def _codes(line: RuleApplied, language: Language) -> dict[str, str]:
    """The members of a line that are codes, in words."""
    ground, missing = line.inputs.get("ground"), line.result
    words = {}
    if ground in set(ExtensionGround):
        words["ground"] = term(ExtensionGround(str(ground)), language)
    if line.rule == Rule.GOALS and isinstance(missing, tuple):
        kinds = [[term(GoalKind(k), language) for k in str(each).split("/")] for each in missing]
        words["result"] = "; ".join(" / ".join(each) for each in kinds)
    return words


def _write(value: object, language: Language) -> str:
    match value:
        case None:
            written = _UNKNOWN[language]
        case bool():
            written = _TRUTH[language][value]
        case date():
            written = write_day(value, language)
        case tuple():
            written = ", ".join(_write(item, language) for item in value)
        case str() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            written = write_day(date.fromisoformat(value), language)
        case str() if re.fullmatch(r"P(?=\d)(\d+Y)?(\d+M)?", value):
            written = write_period(Period.parse(value), language)
        case _:
            written = str(value)
    return written
