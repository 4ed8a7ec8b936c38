"""Who meets whom: for every protocol the smallest casts in which its known bugs can show."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from tests.model.acknowledging import Client, keeps_its_word
from tests.model.bugs import Bug
from tests.model.explorer import Actor, Check, Explored, explore
from tests.model.reading import Follower, keeps_the_order
from tests.model.sequencing import Sequencer
from tests.model.sharing import Runner, takes_everything_in_once
from tests.model.waking import Line, Listener, Teller, nothing_stays_unseen
from tests.model.world import World
from tests.model.writing import Statement, Writer

Cast = Callable[[Bug | None, int], tuple[Actor, ...]]
"""The actors, with the bug or none, to a depth: 0 always, 1 at size."""


class Scene(NamedTuple):
    """A cast, what must hold of it, and the bugs that show in it, each with what goes wrong."""

    cast: Cast
    check: Check
    bugs: dict[Bug, str]


def _statements(*given: str) -> tuple[Statement, ...]:
    """``PP`` is an append of two facts to P."""
    return tuple(Statement(each[0], len(each)) for each in given)


def _reads(bug: Bug | None, depth: int) -> Actor:
    """A follower with the bug; ours is the ledger."""
    return Follower("follower", bug, 3 + depth) if bug else Sequencer("sequencer", 2 + depth)


def _early_pair(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    one = _statements("P") if not depth else _statements("PP")
    return (
        Writer("A", _statements("Q", "P"), bug=bug),
        Writer("B", one, bug=bug),
        Sequencer("sequencer", 2 + depth, bug=bug),
    )


def _early_pair_read(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("Q", "P")),
        Writer("B", _statements("P")),
        _reads(bug, depth),
    )


def _late_commits(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("P", "R") if depth else _statements("P"), "commits each"),
        Writer("B", _statements("Q")),
        _reads(bug, depth),
    )


def _one_stream(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("PP" if depth else "P"), bug=bug),
        Writer("B", _statements("P"), bug=bug),
        Sequencer("sequencer", 2 + depth, bug=bug),
    )


def _savepoints(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    kept, undone = Statement("P", 1, "kept"), Statement("R", 1, "undone")
    return (
        Writer("A", (kept, undone) if depth else (kept,)),
        Writer("B", (undone, *_statements("Q"))),
        Sequencer("sequencer", 2 + depth, bug=bug),
    )


def _two_sequencers(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("P", "PP")),
        Sequencer("first", 2 + depth, lives=1 + depth, bug=bug),
        Sequencer("second", 2 + depth, lives=1, bug=bug),
    )


def _two_sequencers_in_instalments(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("P", "QQ") if depth else _statements("P", "Q"), "commits each"),
        Sequencer("first", 3, limit=1, lives=1, bug=bug),
        Sequencer("second", 2 + depth, limit=1, lives=depth, bug=bug),
    )


def _instalments(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("PP" if depth else "P", "R"), "commits each"),
        Writer("B", _statements("Q")),
        Sequencer("sequencer", 2 + depth, limit=1, bug=bug),
    )


def _whole_instalments(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("PP")),
        Writer("B", _statements("QQ" if depth else "Q")),
        Sequencer("sequencer", 2 + depth, limit=1, bug=bug),
    )


def _stays_open(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("P"), ending="stays open"),
        Writer("B", _statements("Q", "R") if depth else _statements("Q"), "commits each"),
        _reads(bug, depth),
    )


def _rolls_back(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Writer("A", _statements("P"), ending="rolls back"),
        Writer("B", _statements("Q", "R") if depth else _statements("Q"), "commits each"),
        _reads(bug, depth),
    )


def _runners(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    head = 3 + depth
    return (
        Runner("first", head, looks=2 + depth, page=2, lives=1, bug=bug),
        Runner("second", head, looks=2, page=1, lives=1, bug=bug),
        Runner("third", head, looks=1 + depth, page=2, bug=bug),
    )


def _ordered_runners(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return tuple(
        Runner(name, 3, looks=2, page=1, lives=lives, ordered=True, bug=bug)
        for name, lives in (("first", 1), ("second", depth), ("third", 0))
    )


def _listening(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (Teller("sequencer", 2 + depth), Line("line", 1 + depth), Listener("runner", 3, bug))


def _retries(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    """The third actor is the client's own second attempt."""
    return (
        Client("A", facts=2, cuts=1, kills=1, bug=bug),
        Client("B", cuts=depth, bug=bug),
    )


def _calendar_retries(bug: Bug | None, depth: int) -> tuple[Actor, ...]:
    return (
        Client("A", facts=2, cuts=1, kills=1, decides_anew=True, bug=bug),
        Client("B", cuts=depth, bug=bug),
    )


SCENES = {
    "early numbers": Scene(
        _early_pair,
        keeps_the_order,
        {
            Bug.CACHED_NUMBERS: "inverted",
            Bug.UPPER_BOUND_ONLY: "lost",
            Bug.LOWER_BOUND: "duplicated",
            Bug.ORDERED_BY_ID: "inverted",
            Bug.ORDERED_BY_NUMBER: "split",
            Bug.TWO_SNAPSHOTS: "lost",
        },
    ),
    "early numbers, read": Scene(
        _early_pair_read,
        keeps_the_order,
        {Bug.PAST_THE_NUMBER: "split", Bug.HORIZON_BY_ID: "inverted"},
    ),
    "one stream": Scene(_one_stream, keeps_the_order, {Bug.BLIND_INSERT: "inverted"}),
    "savepoints": Scene(_savepoints, keeps_the_order, {Bug.ROW_ID: "lost"}),
    "two sequencers": Scene(
        _two_sequencers,
        keeps_the_order,
        {Bug.MARKS_FIRST: "lost", Bug.ENTERS_FIRST: "duplicated", Bug.NO_LOCK: "duplicated"},
    ),
    "two sequencers in instalments": Scene(
        _two_sequencers_in_instalments, keeps_the_order, {Bug.NO_LOCK: "duplicated"}
    ),
    "instalments": Scene(
        _instalments,
        keeps_the_order,
        {Bug.FORGETS_THE_REST: "lost", Bug.LOOKS_ANEW: "lost"},
    ),
    "instalments of whole transactions": Scene(
        _whole_instalments, keeps_the_order, {Bug.CUTS_TRANSACTIONS: "split"}
    ),
    "late commits": Scene(
        _late_commits,
        keeps_the_order,
        {
            Bug.PAST_THE_NUMBER: "lost",
            Bug.GIVES_UP_AT_GAPS: "lost",
            Bug.HORIZON_BY_NUMBER: "lost",
            Bug.FLOOR_AFTER_DATA: "lost",
        },
    ),
    "an open transaction": Scene(
        _stays_open,
        keeps_the_order,
        {Bug.WAITS_AT_GAPS: "lost", Bug.HORIZON_BY_NUMBER: "lost", Bug.HORIZON_BY_ID: "lost"},
    ),
    "a roll-back": Scene(_rolls_back, keeps_the_order, {Bug.WAITS_AT_GAPS: "lost"}),
    "three runners": Scene(
        _runners,
        takes_everything_in_once,
        {
            Bug.NO_COMPARE_AND_SET: "duplicated",
            Bug.TAKEN_ON_TRUST: "duplicated",
            Bug.ROWS_BEFORE_TURN: "duplicated",
            Bug.TURN_BEFORE_ROWS: "lost",
            Bug.POSITION_PAST_TURNS: "lost",
        },
    ),
    "three runners, in order": Scene(
        _ordered_runners, takes_everything_in_once, {Bug.ORDER_FORGOTTEN: "inverted"}
    ),
    "a line that is cut": Scene(
        _listening,
        nothing_stays_unseen,
        {Bug.TRUSTS_NOTIFICATIONS: "lost", Bug.LISTENS_TOO_LATE: "lost"},
    ),
    "retries": Scene(
        _retries,
        keeps_its_word,
        {
            Bug.SWALLOWS_CONFLICTS: "wrongly acknowledged",
            Bug.ACKNOWLEDGES_EARLY: "wrongly acknowledged",
            Bug.FACT_BY_FACT: "wrongly refused",
            Bug.RECORD_AFTERWARDS: "wrongly refused",
            Bug.RECORD_BEFOREHAND: "wrongly acknowledged",
            Bug.NEW_KEY_ON_RETRY: "duplicated",
        },
    ),
    "retries of the calendar": Scene(
        _calendar_retries, keeps_its_word, {Bug.CHECKS_ONLY_FIRST: "duplicated"}
    ),
}


@cache
def explored(name: str, bug: Bug | None, depth: int) -> Explored:
    """What comes of a scene, with the bug or without."""
    scene = SCENES[name]
    return explore(World(), scene.cast(bug, depth), scene.check)
