"""Logs that only remember: for the application in process, where what the store does is no matter.

As the log does, they take an act whole, once for each key, and on the version it was decided on;
what is forgotten cannot be read any more.
"""

from uuid import UUID

from cases.app.store.entries import (
    ActRecord,
    Append,
    Appended,
    AppendResult,
    KeyReused,
    Replayed,
    VersionConflict,
)
from cases.app.store.faults import Erased
from cases.domain.facts import Recorded


class Remembering:
    """Streams of one kind: cases, guidance records or family plans."""

    def __init__(self) -> None:
        self.streams: dict[UUID, tuple[Recorded, ...]] = {}
        self.forgotten: dict[UUID, tuple[Recorded, ...]] = {}
        """Of what is forgotten, what the act that did so left, which stands unsealed."""
        self._acts: dict[tuple[UUID, str, str], ActRecord] = {}
        self._found_by: dict[bytes, tuple[UUID, ...]] = {}
        self._untold: dict[UUID, int] = {}

    def copy(self) -> "Remembering":
        """One that goes on from here on its own."""
        other = Remembering()
        for name, known in vars(self).items():
            setattr(other, name, dict(known))
        return other

    def load(self, stream_id: UUID, gt: int = 0, lte: int | None = None) -> tuple[Recorded, ...]:
        """The facts of a stream; none where there is no such stream. Raises Erased."""
        if stream_id in self.forgotten:
            raise Erased(stream_id, 1, "forgotten")
        return self.streams.get(stream_id, ())[gt:lte]

    def append(self, append: Append) -> AppendResult:
        """Remember an act, or say why not."""
        stream_id, act = append.stream_id, append.act
        earlier = self.find_act(stream_id, act.caller, act.key)
        if earlier is not None:
            return Replayed(earlier) if earlier.fingerprint == act.fingerprint else KeyReused()
        known = self.load(stream_id)
        if len(known) != append.expected_version:
            return VersionConflict(len(known))
        self.streams[stream_id] = known + append.facts
        self._acts[stream_id, act.caller, act.key] = act
        if append.members_untold:
            self._untold[stream_id] = act.last_version
        if append.guidance_index is not None:
            found = self._found_by.get(append.guidance_index, ())
            self._found_by[append.guidance_index] = (*found, stream_id)
        if append.forgets:
            self.forgotten[stream_id] = append.facts
            del self.streams[stream_id]
            for blind, found in self._found_by.items():
                self._found_by[blind] = tuple(each for each in found if each != stream_id)
        return Appended(act.first_version, act.last_version)

    def find_act(self, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
        """The record of a caller's key in a stream."""
        return self._acts.get((stream_id, caller, key))

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """Nobody here has an identity code."""
        return ()

    def find_guidance(self, blind: bytes) -> tuple[UUID, ...]:
        """The records under a blind index."""
        return self._found_by.get(blind, ())

    def is_there(self, stream_id: UUID) -> bool:
        """Whether there is such a stream, or there was one."""
        return stream_id in self.streams or stream_id in self.forgotten

    def ending(self, act: ActRecord) -> tuple[Recorded, ...]:
        """What an act recorded that took the record's key along; nothing of any other act."""
        left = self.forgotten.get(act.stream_id, ())
        return tuple(each for each in left if each.version >= act.first_version)

    def untold(self, after: UUID) -> tuple[UUID, ...]:
        """The plans whose members' cases are still to be told, after one in the order of ids."""
        return tuple(sorted(each for each in self._untold if each > after))

    def told(self, family_plan_id: UUID, version: int) -> None:
        """Nothing is left to tell of a plan up to a version."""
        if self._untold.get(family_plan_id, 0) <= version:
            self._untold.pop(family_plan_id, None)
