"""The witness writes lines of the access trail: who, for what, about whom, with which result."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.access.record import AccessRecord, AccessResult


class TrailOfLines(Protocol):
    """Where lines go: durably, all or none, or an exception."""

    def write(self, records: Sequence[AccessRecord]) -> None:
        """Write lines outside an act."""


class Witness:
    """Makes lines and writes them. ``now`` tells the instant (UTC), ``new_id`` makes their ids."""

    def __init__(
        self, trail: TrailOfLines, now: Callable[[], datetime], new_id: Callable[[], UUID]
    ) -> None:
        self._trail = trail
        self._now = now
        self._new_id = new_id

    def line(  # noqa: PLR0913 - the members of a line
        self,
        caller: Caller,
        action: Action,
        result: AccessResult,
        *,
        case_id: UUID | None = None,
        version: int | None = None,
        sections: Sequence[str] = (),
        traits: Sequence[str] = (),
    ) -> AccessRecord:
        """A line: ids, codes and names of sections; never a value of the record."""
        return AccessRecord(
            id=self._new_id(),
            at=self._now(),
            subject=caller.principal.subject,
            organisation=caller.organisation,
            role=caller.role.value,
            purpose=caller.purpose_code,
            purpose_version=str(caller.purpose.version if caller.purpose else 0),
            action=action.value,
            case_id=case_id,
            sections=tuple(sections),
            case_version=version,
            result=result,
            request_id=caller.request_id,
            traits=(*traits, *caller.principal.shown),
        )

    def note(  # noqa: PLR0913 - the members of a line
        self,
        caller: Caller,
        action: Action,
        result: AccessResult,
        *,
        case_id: UUID | None = None,
        version: int | None = None,
        sections: Sequence[str] = (),
        traits: Sequence[str] = (),
    ) -> None:
        """Write a line, durably, before any answer leaves. Raises what the trail raises."""
        self._trail.write(
            [
                self.line(
                    caller,
                    action,
                    result,
                    case_id=case_id,
                    version=version,
                    sections=sections,
                    traits=traits,
                )
            ]
        )

    def note_people(
        self,
        caller: Caller,
        action: Action,
        section: str,
        shown: Sequence[tuple[UUID, int | None]],
        traits: Sequence[str] = (),
    ) -> None:
        """Write one line for each person a list shows, one with nobody where it shows none.

        ``shown`` are cases with the version the list had of them, or notices, which have none.
        """
        if not shown:
            self.note(caller, action, AccessResult.NOTHING_FOUND, sections=[section])
            return
        self._trail.write(
            [
                self.line(
                    caller,
                    action,
                    AccessResult.SHOWN,
                    case_id=case_id,
                    version=version,
                    sections=[section],
                    traits=traits,
                )
                for case_id, version in dict(shown).items()
            ]
        )
