"""Writers killed, answers lost, acts in collision, versions guessed."""

import time
from collections import Counter
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.adversary import flawed
from tests.adversary.arena import Arena
from tests.adversary.attackers import INSERT, contend, intent, write_until_killed
from tests.adversary.examiner import (
    Verdict,
    acted_twice,
    facts_of,
    halves,
    judge,
    ledger_of,
    unsealed,
    wrongly_acknowledged,
)
from tests.adversary.processes import Line
from tests.adversary.severed import SeverableLine
from tests.adversary.size import UNTIL_IT_SHOWS
from tests.logbook import act, opened

from cases.app.embedded import Database
from cases.app.store.entries import Appended, AppendResult, Replayed, VersionConflict
from cases.app.store.faults import StoreUnavailable
from cases.app.store.sequencer import Sequencer


def _written_by_the_dying(
    arena: Arena, database: Database, flaw: str, kills: int, enough: Callable[[], bool]
) -> tuple[Verdict, list[Line]]:
    """A half act counts as split: it is a transaction that does not hold together."""
    folder = arena.folder / database.name
    folder.mkdir()
    places = [(database.url, place, flaw, str(folder)) for place in range(2)]
    told = arena.attackers.live_dangerously(write_until_killed, places, kills, enough)
    return Verdict(
        split=halves(database.superuser_url),
        duplicated=acted_twice(database.superuser_url),
        wrongly_acknowledged=wrongly_acknowledged(told, database.superuser_url),
    ), told


@pytest.mark.guarantee("AD-3")
def test_writers_killed_at_any_moment(arena: Arena) -> None:
    """Two clients, killed again and again; each new life repeats the act the last one died in."""
    ours, told = _written_by_the_dying(arena, arena.ours, "", arena.size.kills, lambda: False)
    assert {line["result"] for line in told} <= {"Appended", "Replayed"}
    assert unsealed(arena.ours.superuser_url) == 0

    def shows() -> bool:
        """More halves than the one that still lives can be about to mend."""
        return halves(arena.theirs.superuser_url) > 1

    two_steps, _ = _written_by_the_dying(arena, arena.theirs, "two steps", UNTIL_IT_SHOWS, shows)
    arena.score(
        "writers killed",
        ours,
        {"records its act afterwards": ("split", two_steps)},
        facts=facts_of(arena.ours.superuser_url),
        kills=arena.size.kills,
    )


@pytest.mark.guarantee("AD-4")
def test_lines_cut_before_and_after_the_commit(arena: Arena) -> None:
    """Every act loses its line once: its request, or its answer; then it is sent again."""
    stream, rounds = uuid4(), 3 * arena.size.rounds
    with SeverableLine(arena.ours.url) as line, opened(line.url, size=1) as store:
        store.log.append(intent(stream, 0, "open"))
        for version in range(1, rounds + 1):
            wanted = intent(stream, version, f"act-{version}")
            committed = version % 2 == 0
            line.cut_after_commit() if committed else line.cut_before()
            with pytest.raises(StoreUnavailable):
                store.log.append(wanted)
            again = store.log.append(wanted)
            assert again == (
                Replayed(wanted.act) if committed else Appended(version + 1, version + 1)
            )
        acts = [fact.act_id for fact in store.log.load(stream)]
    assert acts == ["open", *(f"act-{version}" for version in range(1, rounds + 1))]
    ours = Verdict(
        duplicated=acted_twice(arena.ours.superuser_url), split=halves(arena.ours.superuser_url)
    )
    with SeverableLine(arena.theirs.url) as line, opened(line.url, size=1) as store:
        store.log.append(intent(stream, 0, "open"))

        def send(key: str) -> AppendResult:
            wanted = intent(stream, store.log.version_of(stream), key)
            if "/" not in key:
                line.cut_after_commit()
            return store.log.append(wanted)

        for n in range(arena.size.rounds):
            flawed.retry_as_something_new(send, f"act-{n}", lambda: None)
    anew = Verdict(duplicated=acted_twice(arena.theirs.superuser_url))
    arena.score(
        "answers and requests lost",
        ours,
        {"acts anew under a new key": ("duplicated", anew)},
        facts=facts_of(arena.ours.superuser_url),
    )


def _contended(
    arena: Arena, database: Database, flaw: str, rounds: int
) -> tuple[Verdict, list[Line]]:
    """Rounds of twenty acts at one version. Promises beyond what is recorded are false."""
    streams: list[UUID] = [uuid4() for _ in range(rounds)]
    with opened(database.url, size=1) as store:
        for stream in streams:
            store.log.append(intent(stream, 0, "open"))
    begin = time.time() + 0.5
    contenders = [
        arena.attackers.start(contend, database.url, flaw, streams, begin) for _ in range(4)
    ]
    told = [line for contender in contenders for line in contender.ended()]
    assert len(told) == 20 * rounds
    promised = Counter(
        line["stream"] for line in told if line["result"] in {repr(Appended(2, 2)), "True"}
    )
    with psycopg.connect(database.superuser_url) as superuser:
        rows = superuser.execute(
            "select stream_id::text, count(*) from log.event where version > 1 group by 1"
        ).fetchall()
    recorded: dict[str, int] = dict(rows)
    return Verdict(
        wrongly_acknowledged=sum(
            max(0, promised[str(stream)] - recorded.get(str(stream), 0)) for stream in streams
        ),
        lost=sum(recorded.get(str(stream), 0) == 0 for stream in streams),
        duplicated=sum(max(0, recorded.get(str(stream), 0) - 1) for stream in streams),
    ), told


@pytest.mark.guarantee("AD-5")
def test_twenty_acts_at_one_version(arena: Arena) -> None:
    """Four processes of five threads, round after round: one is recorded, the others told so."""
    ours, told = _contended(arena, arena.ours, "", arena.size.rounds)
    answers = Counter(line["result"] for line in told)
    assert answers == {
        repr(Appended(2, 2)): arena.size.rounds,
        repr(VersionConflict(2)): 19 * arena.size.rounds,
    }
    assert halves(arena.ours.superuser_url) == 0
    swallowing, _ = _contended(arena, arena.theirs, "swallows", min(arena.size.rounds, 10))
    arena.score(
        "twenty acts at one version",
        ours,
        {"swallows conflicts": ("wrongly_acknowledged", swallowing)},
        facts=facts_of(arena.ours.superuser_url),
    )


@pytest.mark.guarantee("SQ-3", "LG-3")
def test_a_version_that_is_guessed(arena: Arena) -> None:
    """Version 3 is asked for while version 2 is on its way."""
    for each, blind in ((arena.ours, False), (arena.theirs, True)):
        with (
            psycopg.connect(each.superuser_url) as slow,
            psycopg.connect(each.superuser_url, autocommit=True) as other,
            opened(each.url, size=1) as store,
            Sequencer(each.url) as sequencer,
        ):
            for _ in range(arena.size.scenes):
                stream = uuid4()
                store.log.append(act(stream, 0, "first"))
                slow.execute(INSERT, (stream, 2))
                if blind:
                    flawed.append_by_guess(other, act(stream, 2, "third"))
                else:
                    assert store.log.append(act(stream, 2, "third")) == VersionConflict(1)
                sequencer.tick()
                slow.commit()
                sequencer.tick()
    arena.score(
        "version guessed",
        judge(ledger_of(arena.ours.superuser_url)[0], arena.ours.superuser_url),
        {
            "inserts what it guesses": (
                "inverted",
                judge(ledger_of(arena.theirs.superuser_url)[0], arena.theirs.superuser_url),
            )
        },
        facts=facts_of(arena.ours.superuser_url),
    )
