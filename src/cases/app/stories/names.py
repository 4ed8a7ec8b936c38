"""What the story's names stand for: ids learned from answers, or the reason why there is none."""

from collections.abc import Iterable
from datetime import datetime

from cases.app.stories.bearing import Matters
from cases.domain.model import State


class Missing(State):
    """Something a later entry may build on and that is not there.

    ``label`` is the entry at the root of it; ``failed`` tells a failure from something that
    is not supported yet.
    """

    label: str
    why: str
    failed: bool = False

    def reason(self, name: str) -> str:
        """The reason for an entry that names it."""
        state = "failed" if self.failed else "is not supported yet"
        return f"builds on {name}: {self.label} {state} ({self.why})"


class _Undone(State):
    about: str | None
    at: datetime
    matters: Matters
    missing: Missing


class Names:
    """Grows while a story is played. People are known by their case ids."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._missing: dict[str, Missing] = {}
        self._undone: list[_Undone] = []
        self._of_guidance: set[str] = set()

    def learn(self, name: str, identifier: str, *, of_guidance: bool = False) -> None:
        """A name stands for an id from now on; ``of_guidance`` for that of a guidance record."""
        self._ids[name] = identifier
        if of_guidance:
            self._of_guidance.add(name)
        self._missing.pop(name, None)

    def of_guidance(self, name: str) -> bool:
        """Whether a name stands for a guidance record."""
        return name in self._of_guidance

    def lack(self, names: Iterable[str], missing: Missing) -> None:
        """These names stand for nothing, unless an earlier entry made them already."""
        for name in names:
            if name not in self._ids:
                self._missing[name] = missing

    def undone(self, about: str | None, at: datetime, matters: Matters, missing: Missing) -> None:
        """An act at ``at`` (UTC) about a person (None: anybody) was not done, and would have
        changed these matters."""
        self._undone.append(_Undone(about=about, at=at, matters=matters, missing=missing))

    def find(self, name: str) -> str | Missing:
        """The id, or why there is none."""
        found = self._ids.get(name) or self._missing.get(name)
        return found or Missing(label="the story", why="nothing in it makes this name", failed=True)

    def unsettled(
        self, about: str, matters: Matters, known: datetime | None
    ) -> tuple[str, Missing] | None:
        """What of these matters, known at the instant (None: now), nothing can be said of."""
        for act in self._undone:
            touched = sorted(act.matters & matters)
            if touched and act.about in {about, None} and (known is None or act.at <= known):
                return f"the {touched[0]} of {about}", act.missing
        return None
