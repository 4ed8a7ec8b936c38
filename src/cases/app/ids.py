"""Ids that sort by time (UUID version 7, RFC 9562), from a clock and a source of randomness."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID


def uuid7(instant: datetime, entropy: Callable[[int], bytes]) -> UUID:
    """An id of the millisecond of ``instant`` (aware) with 74 random bits."""
    milliseconds = int(instant.timestamp() * 1000)
    random = int.from_bytes(entropy(10)) & ((1 << 74) - 1)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
