"""Files imported into a real log, as one process of an import does it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role
from cases.app.bootstrap import System
from cases.app.clock import SimulationClock
from cases.app.importing.deciding import Deciding
from cases.app.importing.importing import batches
from cases.app.importing.reading import JsonLines, cases, survey
from cases.app.importing.recording import Recording, Tally
from cases.app.store.bulk import BulkLog
from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind
from tests.old_system import Line, write

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
VAASA = Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY)


@dataclass
class Importing:
    """An installation into which files are imported."""

    system: System
    bulk: BulkLog
    inside: psycopg.Connection[dict[str, Any]]
    folder: Path
    clock: SimulationClock
    organisation: Organisation = VAASA

    def of(self, organisation: Organisation) -> "Importing":
        """Imports of another authority."""
        return replace(self, organisation=organisation)

    def recording(self, *, dry_run: bool = False) -> Recording:
        """What works a batch off, in a run of its own."""
        deciding = Deciding(self.system, self.organisation, "archivist", "run-7")
        return Recording(deciding, self.bulk, self.system.trail, dry_run=dry_run)

    def __call__(self, lines: Iterable[Line | str], *, dry_run: bool = False) -> Tally:
        """Import these lines, as one process does."""
        read = JsonLines(write(self.folder / "file.jsonl", lines))
        recording = self.recording(dry_run=dry_run)
        whole = Tally()
        for batch in batches(cases(read, survey(read))):
            if batch is not None:
                told = recording.record(*batch)
                whole.add(told)
                whole.bad += told.bad
        return whole

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.inside.execute(query.encode()).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"select count(*) as n from {table}")[0]["n"])

    def streams(self) -> list[UUID]:
        """The cases in the log, in the order they were written."""
        rows = self.rows("select stream_id from log.event where version = 1 order by seq")
        return [row["stream_id"] for row in rows]

    def officer(self) -> Caller:
        principal = Principal(
            subject="officer-1", organisation=self.organisation, roles=frozenset({Role.OFFICER})
        )
        purpose = self.system.purposes.purpose("ORGANISING_SERVICES", principal.roles, NOW.date())
        return Caller(principal, purpose, "request-1")
