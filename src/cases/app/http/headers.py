"""Request and response headers: reading them strictly, building ours."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from starlette.datastructures import Headers

from cases.app.access.policy import Mask
from cases.app.http.problems import Fault, Problematic, ProblemCode
from cases.app.outcomes import Seen
from cases.domain.codes.terms import Language
from cases.domain.people import contains_identity_code

DEFAULT_LANGUAGE: Final = Language.FI

_QUOTED_KEY: Final = re.compile(r'"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9._~:+/=-]+")
_LONGEST_KEY: Final = 64
_LANGUAGES: Final = frozenset(each.value for each in Language)
_ENTITY_TAG: Final = re.compile(r'"([1-9][0-9]{0,17})\.([0-9a-f]{8})\.([0-9a-f]{8})"')
_TAG_IN_LIST: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e]*")')
_PURPOSE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_RANGE: Final = re.compile(
    r"\s*(?P<range>[^\s;,]+)\s*(?:;[^,]*?\bq=(?P<q>[01](?:\.[0-9]{0,3})?)[^,]*)?", re.IGNORECASE
)

LONGEST_WAIT: Final = 10
"""Seconds a request may wait for the lists to catch up."""
_WAIT: Final = re.compile(
    r'(?:^|[\s,;])wait[ \t]*=[ \t]*("?)([0-9]{1,3})\1(?=$|[\s,;])', re.IGNORECASE
)


class EntityTag(NamedTuple):
    """A strong entity tag: what was seen of the case, and what the text of the answer depends on.

    What was seen is the version and the ``mark`` of its newest fact: a version that was lost with a
    server is given again, to another fact.
    """

    version: int
    mark: str
    variant: str

    def __str__(self) -> str:
        return f'"{self.version}.{self.mark}.{self.variant}"'


def entity_tag(
    seen: Seen,
    legal_day: date,
    language: Language,
    masks: Collection[Mask] = (),
    also: Iterable[str] = (),
) -> EntityTag:
    """The tag of an answer about a case as it was ``seen``.

    A plan is over at midnight without a new version, and texts differ by language and mask, and by
    whatever ``also`` says: a strong tag must differ too (RFC 9110 8.8.1).
    """
    depends_on = "|".join((legal_day.isoformat(), language.value, *sorted(masks), *also))
    return EntityTag(seen.version, seen.mark, sha256(depends_on.encode()).hexdigest()[:8])


def idempotency_key(headers: Headers) -> str:
    """The key of an act (Idempotency-Key, draft-07): 1–64 visible ASCII characters.

    The draft has a structured-field string, ``"…"``. The same key without quotation marks is
    accepted and means the same, because most clients in use send it so. The log keeps keys as they
    are, unsealed, so one that looks like an identity code is refused.
    Raises idempotency-key-missing and idempotency-key-invalid.
    """
    given = headers.getlist("idempotency-key")
    if not given:
        raise Problematic(ProblemCode.IDEMPOTENCY_KEY_MISSING)
    text = given[0].strip(" \t")
    quoted = _QUOTED_KEY.fullmatch(text)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    badly_formed = len(key) > _LONGEST_KEY or not (quoted or _BARE_KEY.fullmatch(text))
    if len(given) > 1 or badly_formed or contains_identity_code(key):
        raise Problematic(ProblemCode.IDEMPOTENCY_KEY_INVALID)
    return key


def if_match(headers: Headers) -> EntityTag:
    """The one strong tag an act was decided on.

    Raises precondition-required where there is none, malformed-request for ``*``, a weak tag, a
    list, or a tag that is not of our making.
    """
    given = headers.getlist("if-match")
    if not given:
        raise Problematic(ProblemCode.PRECONDITION_REQUIRED)
    match = _ENTITY_TAG.fullmatch(given[0].strip(" \t"))
    if len(given) > 1 or match is None:
        fault = Fault(header="If-Match", code="not-one-entity-tag")
        raise Problematic(ProblemCode.MALFORMED_REQUEST, faults=[fault])
    return EntityTag(int(match[1]), match[2], match[3])


def in_language(language: Language) -> dict[str, str]:
    """Headers of an answer with texts in a language, which the caller has asked for."""
    return {"Content-Language": language.value, "Vary": "Accept-Language"}


def unchanged(headers: Headers, current: str) -> bool:
    """Whether If-None-Match names the current tag, so that 304 answers a read (weak comparison).

    ``*`` is not honoured: it would answer a reader who has nothing with nothing.
    """
    given = ",".join(headers.getlist("if-none-match"))
    return current in _TAG_IN_LIST.findall(given)


def preferred_wait(headers: Headers) -> int | None:
    """Seconds the caller would wait for the lists (``Prefer: wait=N``), at most ten.

    A name is the same in any case, a value with and without quotation marks (RFC 7240 2). What
    can't be read as a wait is no preference of ours, and passed over.
    """
    wished = _WAIT.search(",".join(headers.getlist("prefer")))
    return min(int(wished[2]), LONGEST_WAIT) if wished else None


def draft_of(headers: Headers) -> UUID | None:
    """The id of the draft an act came of. Raises malformed-request for anything that is no id."""
    given = headers.getlist("draft")
    if not given:
        return None
    text = given[0].strip(" \t")
    try:
        identifier = UUID(text)
    except ValueError:
        identifier = None
    if len(given) > 1 or str(identifier) != text:
        fault = Fault(header="Draft", code="not-an-id")
        raise Problematic(ProblemCode.MALFORMED_REQUEST, faults=[fault])
    return identifier


def purpose_of_use(headers: Headers) -> str:
    """The code of the purpose. Raises purpose-missing, purpose-not-allowed for a malformed one."""
    given = headers.getlist("purpose-of-use")
    if not given:
        raise Problematic(ProblemCode.PURPOSE_MISSING)
    if len(given) > 1 or not _PURPOSE.fullmatch(given[0].strip(" \t")):
        raise Problematic(ProblemCode.PURPOSE_NOT_ALLOWED)
    return given[0].strip(" \t")


def language_of(headers: Headers, default: Language = DEFAULT_LANGUAGE) -> Language:
    """The language for texts, by Accept-Language with its q-values; never an error.

    ``sv-FI`` is Swedish. Of equally wanted languages the one named first wins; ``*`` and what is
    neither Finnish, Swedish nor English mean the default.
    """
    weights: dict[Language, float] = {}
    anything = 0.0
    for name, weight in _ranges(headers.getlist("accept-language")):
        if name == "*":
            anything = weight
        elif (primary := name.partition("-")[0]) in _LANGUAGES:
            language = Language(primary)
            weights[language] = max(weight, weights.get(language, 0.0))
    for language in (default, *Language):
        weights.setdefault(language, anything)
    best = max(weights, key=lambda each: weights[each])
    return best if weights[best] > 0.0 else default


def accepts(headers: Headers, offered: Iterable[str]) -> str:
    """The media type to answer with, of those ``offered`` (best first); absent Accept takes any.

    Raises not-acceptable. Parameters of media types other than ``q`` are not looked at.
    """
    offers = tuple(offered)
    given = headers.getlist("accept")
    if not any(each.strip() for each in given):
        return offers[0]
    ranges = _ranges(given)
    weights = {offer: _weight(offer, ranges) for offer in offers}
    best = max(offers, key=lambda offer: weights[offer])
    if weights[best] == 0.0:
        raise Problematic(ProblemCode.NOT_ACCEPTABLE)
    return best


def _ranges(lines: Iterable[str]) -> list[tuple[str, float]]:
    """The ranges of a header with their weights; parts that cannot be read are passed over."""
    found = []
    for part in ",".join(lines).split(","):
        match = _RANGE.match(part)
        if match:
            weight = 1.0 if match["q"] is None else min(float(match["q"]), 1.0)
            found.append((match["range"].lower(), weight))
    return found


def _weight(offer: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers the offer (RFC 9110 12.5.1)."""
    kind = offer.partition("/")[0]
    for wanted in (offer, f"{kind}/*", "*/*"):
        weights = [weight for name, weight in ranges if name == wanted]
        if weights:
            return max(weights)
    return 0.0
