"""The kinds of streams the log holds, and which facts belong to which.

A stream is of one kind, by its first fact; nothing but the topic of a fact says so. A kind more is
a member of ``StreamKind`` and its register in the tables below.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cases.domain.case import register as case
from cases.domain.facts import Fact, Upcaster
from cases.domain.family import register as family
from cases.domain.guidance_record import register as guidance_record


class StreamKind(StrEnum):
    """What a stream is about."""

    CASE = "CASE"
    GUIDANCE_RECORD = "GUIDANCE_RECORD"
    FAMILY_PLAN = "FAMILY_PLAN"


_TOPICS: Final[Mapping[StreamKind, frozenset[str]]] = MappingProxyType(
    {
        StreamKind.CASE: frozenset({*case.FACTS, *case.UPCASTERS}),
        StreamKind.GUIDANCE_RECORD: frozenset({*guidance_record.FACTS, *guidance_record.UPCASTERS}),
        StreamKind.FAMILY_PLAN: frozenset({*family.FACTS, *family.UPCASTERS}),
    }
)
_KINDS: Final = {topic: kind for kind, topics in _TOPICS.items() for topic in topics}

FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {**case.FACTS, **guidance_record.FACTS, **family.FACTS}
)
"""Every fact of every kind of stream, by the name the log keeps it under."""

UPCASTERS: Final[Mapping[str, Upcaster]] = MappingProxyType(
    {**case.UPCASTERS, **guidance_record.UPCASTERS, **family.UPCASTERS}
)
"""What makes a newer version of every older one that was ever recorded, by the older topic."""


def kind_of(topic: str) -> StreamKind | None:
    """The kind of the streams a topic belongs to; None for a topic this release does not know."""
    return _KINDS.get(topic)
