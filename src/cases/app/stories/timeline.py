"""The order in which a story happens: acts and checks merged by instant."""

from datetime import UTC, date, datetime, time

from cases.app.stories.model import Story, StoryAct, StoryCheck, StoryPoll
from cases.domain.model import State
from cases.domain.time import HELSINKI

RECORDED_AT = time(9, 0)
ASKED_AT = time(23, 59)


class Entry(State):
    """An act, check or poll at its instant (UTC). ``label`` is its place in the file, from 1."""

    label: str
    at: datetime
    what: StoryAct | StoryCheck | StoryPoll


def timeline(story: Story) -> tuple[Entry, ...]:
    """All entries in the order they happen.

    Acts happen at ``recorded``, else at 09:00 in Helsinki of their date; checks and polls at 23:59
    of theirs. A check that asks for what was known at a later instant is asked then: nobody can be
    asked for knowledge that does not exist yet. Ties keep the order of the file, acts first.
    """
    acts = [
        Entry(label=f"act {n}", at=act.recorded or _helsinki(act.date, RECORDED_AT), what=act)
        for n, act in enumerate(story.acts, start=1)
    ]
    checks = [
        Entry(label=f"check {n}", at=_asked_at(check), what=check)
        for n, check in enumerate(story.checks, start=1)
    ]
    return tuple(sorted(acts + checks, key=lambda entry: entry.at))


def _asked_at(check: StoryCheck | StoryPoll) -> datetime:
    at = _helsinki(check.date, ASKED_AT)
    known = check.known if isinstance(check, StoryCheck) else None
    return max(at, known.astimezone(UTC)) if known else at


def _helsinki(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=HELSINKI).astimezone(UTC)
