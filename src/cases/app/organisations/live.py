"""The register as a running process knows it: now and then it looks for a newer one."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cases.app.organisations.entries import OrganisationEntry, Organisations
from cases.app.store.faults import StoreUnavailable
from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind

EVERY: Final = 1.0
"""Seconds within which a process that is asked knows of an import made elsewhere."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which import a register is of. The instant tells it from another one under its number, as
    there may be after the database went back."""

    number: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A register, and the import it is of; None where it is of a file."""

    organisations: Organisations
    mark: Mark | None = None


News = Callable[[Mark | None], Known | None]
"""The newest register where it is not of this import. Raises StoreUnavailable."""


class Register:
    """The register of organisations, kept up to date. Safe to share between threads.

    ``today`` tells the legal day (Helsinki), ``news`` is asked at most every ``every`` seconds of
    ``seconds``, by one thread at a time, when somebody wants to know something. Where it can't be
    asked, what is known goes on: whoever needs the database is told by it.
    """

    def __init__(
        self,
        known: Known,
        today: Callable[[], date],
        news: News = lambda mark: None,
        *,
        seconds: Callable[[], float] = time.monotonic,
        every: float = EVERY,
    ) -> None:
        self._known = known
        self._today = today
        self._news = news
        self._seconds = seconds
        self._every = every
        self._next = seconds() + every
        self._looking = threading.Lock()

    def current(self) -> Organisations:
        """The register as it stands."""
        if self._seconds() >= self._next and self._looking.acquire(blocking=False):
            try:
                self._known = self._news(self._known.mark) or self._known
            except StoreUnavailable:
                pass
            finally:
                self._next = self._seconds() + self._every
                self._looking.release()
        return self._known.organisations

    @property
    def mark(self) -> Mark | None:
        """Which import the register is of; None where it is of a file."""
        return self._known.mark

    def find(self, organisation: str) -> Organisation | None:
        """The organisation as one that acts today; see ``Organisations.find``."""
        return self.current().find(organisation, self._today())

    def kind_of(self, organisation: str, on: date) -> OrganisationKind | None:
        """The organisation's kind on a day; None where there is no such one then."""
        return self.current().kind_of(organisation, on)

    def area_of(self, municipality: str, on: date) -> str | None:
        """The employment authority of the municipality's area on a day; None where not told."""
        return self.current().area_of(municipality, on)

    def works_with(self, organisation: str, on: date) -> frozenset[str]:
        """The authorities that serve the same people on a day; see ``Organisations.works_with``."""
        return self.current().works_with(organisation, on)

    def entry(self, organisation: str, on: date) -> OrganisationEntry | None:
        """What is known of the organisation on a day, or was last before it, or will be first."""
        organisations = self.current()
        versions = organisations.versions(organisation)
        begun = [version for version in versions if version.valid_from <= on]
        found = begun[-1:] or versions[:1]
        return found[0].entry if found else None

    def ids(self) -> tuple[str, ...]:
        """The ids of all organisations there ever were."""
        return self.current().ids()
