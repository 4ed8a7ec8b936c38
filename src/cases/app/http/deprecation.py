"""An operation that goes: until when it stays, and what takes its place (docs/versioning.md)."""

from calendar import timegm
from collections.abc import Mapping
from datetime import date
from email.utils import format_datetime
from typing import Final, NamedTuple

from cases.domain.time import end_of_legal_day, start_of_legal_day

TELLS: Final = ("Deprecation", "Sunset", "Link")
"""The headers by which every good answer says it."""


class Deprecation(NamedTuple):
    """Deprecated ``since`` a day, answered until the ``sunset`` at least (days in Helsinki).

    ``successor`` is the path, below the version, of the operation to use instead.
    """

    since: date
    sunset: date
    successor: str

    def headers(self, path: Mapping[str, object]) -> dict[str, str]:
        """As headers (RFC 9745, RFC 8594), with the ids of the address in the link."""
        return {
            "Deprecation": f"@{timegm(start_of_legal_day(self.since).utctimetuple())}",
            "Sunset": format_datetime(end_of_legal_day(self.sunset), usegmt=True),
            "Link": f'</v1{self.successor.format(**path)}>; rel="successor-version"',
        }
