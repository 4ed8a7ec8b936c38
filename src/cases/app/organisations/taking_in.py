"""Taking a file of organisations into the register of a database, whole or not at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cases.app.organisations.entries import Organisations
from cases.app.organisations.files import read_lines
from cases.app.organisations.importing import Fate, Plan, plan_import, register_of
from cases.app.store.register import Importing, importing
from cases.domain.codes.values import OrganisationKind


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of a file: what it changes, and its import's number; None where only tried."""

    plan: Plan
    number: int | None


def take_in(  # noqa: PLR0913 - what an import is asked for
    url: str,
    path: Path,
    *,
    by: str,
    until_now: Path | None,
    valid_from: date | None = None,
    complete: Collection[OrganisationKind] = (),
    dry_run: bool = False,
) -> TakenIn:
    """Import the organisations of a file, as ``by``, into the database at ``url``.

    ``until_now`` is the file whose register counted while nothing was imported: the first import
    takes it along, so that nobody is forgotten. Raises BadRegister, BadLines with all bad lines.
    """
    content, lines = read_lines(path)
    with importing(url) as ongoing:
        before, first = ongoing.before, None
        if before is None and until_now is not None:
            first = _Along.read(until_now)
        register = before.organisations if before else Organisations(first.changes if first else ())
        plan = plan_import(str(path), lines, register, valid_from=valid_from, complete=complete)
        if dry_run:
            return TakenIn(plan, None)
        if first is not None:
            first.record(ongoing, by)
        counts = {fate.value: number for fate, number in plan.counts().items()}
        number = ongoing.record(
            plan.changes,
            counts,
            by=by,
            source=path.name,
            content=content,
            valid_from=valid_from,
        )
        return TakenIn(plan, number)


class _Along:
    """The register of a file that counted until now."""

    def __init__(self, path: Path, content: bytes, register: Organisations) -> None:
        self._path = path
        self._content = content
        self.changes = tuple(register.changes())
        self._known = len(register.ids())

    @classmethod
    def read(cls, path: Path) -> "_Along":
        content, lines = read_lines(path)
        return cls(path, content, register_of(str(path), lines))

    def record(self, ongoing: Importing, by: str) -> None:
        counts = {fate.value: 0 for fate in Fate} | {Fate.ADDED.value: self._known}
        ongoing.record(self.changes, counts, by=by, source=self._path.name, content=self._content)
