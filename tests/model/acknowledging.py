"""Acts sent, answered, lost on the way and sent again: what is told and what is there."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.bugs import Bug
from tests.model.explorer import Actor, Move
from tests.model.world import Fact, Record, World

STREAM = "P"


class Attempt(NamedTuple):
    """One request on the server. It goes on when nobody waits for it any more.

    ``expected`` is the version the act was decided against; None is the calendar's way, which
    decides anew against whatever is there.
    """

    key: str
    facts: int
    expected: int | None
    bug: Bug | None
    at: str = "look up"
    against: int = 0
    transaction: int = 0
    written: int = 0
    answer: str = ""

    def steps(self, world: World) -> Iterator["Reached"]:
        match self.at:
            case "look up":
                yield self._look_up(world)
            case "decide":
                yield self._decide(world)
            case "statement":
                yield self._statement(world)
            case "insert":
                yield from self._insert(world)
            case "record":
                yield from self._record(world)
            case "commit":
                yield self._commit(world)
            case "ask":
                known = any(r.key == self.key for r in _committed_records(world))
                yield self._answered(
                    world, "asks for its record", "replayed" if known else "conflict"
                )

    def rolled_back(self, world: World) -> World:
        """The server's side dies with whatever it has not committed."""
        return world.roll_back(self.transaction) if self.transaction in world.running else world

    def _look_up(self, world: World) -> "Reached":
        """As the application does before it decides; a twin may still be on its way."""
        if any(r.key == self.key for r in _committed_records(world)):
            return self._answered(world, "looks up its key", "replayed")
        if self.expected is None:
            return Reached("looks up its key", "none", world, self._replace(at="decide"))
        return Reached(
            "looks up its key",
            "none",
            world,
            self._replace(
                at="statement",
                against=self.expected,
            ),
        )

    def _decide(self, world: World) -> "Reached":
        head = _head(world.committed)
        return Reached(
            "decides",
            f"against {head}",
            world,
            self._replace(
                at="statement",
                against=head,
            ),
        )

    def _statement(self, world: World) -> "Reached":
        """The statement of an append begins: its snapshot says where the stream is."""
        blind = self.bug in {Bug.SWALLOWS_CONFLICTS, Bug.FACT_BY_FACT}
        if _head(world.committed) != self.against and not blind:
            return Reached(
                "starts to append", "the stream has moved", world, self._replace(at="ask")
            )
        world, drawn = world.draw_id()
        first = "record" if self.bug is Bug.RECORD_BEFOREHAND else "insert"
        answer = "recorded" if self.bug is Bug.ACKNOWLEDGES_EARLY else ""
        return Reached(
            "starts to append",
            answer,
            world,
            self._replace(
                at=first,
                transaction=drawn,
                answer=answer,
            ),
        )

    def _insert(self, world: World) -> Iterator["Reached"]:
        version = self.against + self.written + 1
        holder = next((f for f in world.facts if f.version == version), None)
        if holder and holder.writer in world.running and holder.writer != self.transaction:
            return  # waits for the twin
        written = self.written + 1
        last = written == self.facts
        if holder and self.bug is Bug.SWALLOWS_CONFLICTS:
            yield Reached(
                "inserts",
                "nothing",
                world,
                self._replace(
                    at="record" if last else "insert",
                    written=written,
                ),
            )
            return
        if holder:
            yield Reached(
                "finds its place taken",
                f"{version}",
                self.rolled_back(world),
                self._replace(at="ask"),
            )
            return
        fact = Fact(STREAM, version, 0, self.transaction, self.transaction, self.key)
        world = world._replace(facts=(*world.facts, fact))
        after = self._replace(at="record" if last else "insert", written=written)
        if self.bug is Bug.FACT_BY_FACT or (last and self.bug is Bug.RECORD_AFTERWARDS):
            world, drawn = world.commit(self.transaction).draw_id()
            after = after._replace(transaction=drawn)
        if last and self.bug is Bug.RECORD_BEFOREHAND:
            after = after._replace(at="commit")
        yield Reached("inserts", str(fact), world, after)

    def _record(self, world: World) -> Iterator["Reached"]:
        holder = next((r for r in world.records if r.key == self.key), None)
        if holder and self.bug is not Bug.CHECKS_ONLY_FIRST:
            if holder.writer not in world.running:
                yield Reached(
                    "finds its key taken", "", self.rolled_back(world), self._replace(at="ask")
                )
            return  # else: waits for the twin
        record = Record(self.key, self.transaction)
        world = world._replace(records=(*world.records, record))
        after = self._replace(at="commit")
        if self.bug is Bug.RECORD_BEFOREHAND:
            world, drawn = world.commit(self.transaction).draw_id()
            after = after._replace(at="insert", transaction=drawn)
        yield Reached("records its key", self.key, world, after)

    def _commit(self, world: World) -> "Reached":
        return self._answered(world.commit(self.transaction), "commits", "recorded")

    def _answered(self, world: World, does: str, answer: str) -> "Reached":
        return Reached(does, answer, world, self._replace(at="ended", answer=answer))


class Reached(NamedTuple):
    """A step of an attempt."""

    does: str
    note: str
    world: World
    attempt: Attempt


class Client(NamedTuple):
    """Sends one act until it knows what became of it.

    It may lose the line ``cuts`` times, before or after the server is done; of those, ``kills``
    times the server's side dies with it. One that ``decides_anew`` is the calendar: a conflict is
    no answer to it, it looks again another time (here ``patience`` times) under the same key.
    """

    name: str
    facts: int = 1
    cuts: int = 0
    kills: int = 0
    decides_anew: bool = False
    patience: int = 1
    bug: Bug | None = None
    key: str = ""
    expected: int | None = None
    waits_for: int = -1
    attempts: tuple[Attempt, ...] = ()
    answer: str = ""

    @property
    def ended(self) -> bool:
        """It knows, and nothing it sent is still at work."""
        return bool(self.answer) and all(each.at == "ended" for each in self.attempts)

    @property
    def keys(self) -> set[str]:
        """Every key it used; one, where nothing is wrong."""
        return {each.key for each in self.attempts}

    def moves(self, world: World) -> Iterator[Move]:
        if not self.key:
            yield self._decide(world)
            return
        for n, attempt in enumerate(self.attempts):
            for step in attempt.steps(world):
                before, behind = self.attempts[:n], self.attempts[n + 1 :]
                attempts = (*before, step.attempt, *behind)
                yield Move(
                    f"{n + 1}: {step.does}",
                    step.note,
                    step.world,
                    self._replace(
                        attempts=attempts,
                    ),
                )
        if self.answer:
            return
        if self.waits_for < 0:
            yield self._send(world)
            return
        waited_for = self.attempts[self.waits_for]
        if waited_for.answer == "conflict" and self.decides_anew and self.patience:
            yield Move(
                "looks again",
                "",
                world,
                self._replace(
                    waits_for=-1,
                    patience=self.patience - 1,
                ),
            )
        elif waited_for.answer:
            yield Move("hears", waited_for.answer, world, self._replace(answer=waited_for.answer))
        if self.cuts:
            lost = self._replace(waits_for=-1, cuts=self.cuts - 1)
            yield Move("loses the line", "", world, lost)
            if self.kills and waited_for.at != "ended":
                attempts = (
                    *self.attempts[: self.waits_for],
                    waited_for._replace(at="ended", answer=""),
                    *self.attempts[self.waits_for + 1 :],
                )
                yield Move(
                    "loses the line and its server",
                    "",
                    waited_for.rolled_back(world),
                    lost._replace(
                        kills=self.kills - 1,
                        attempts=attempts,
                    ),
                )

    def _decide(self, world: World) -> Move:
        head = _head(world.committed)
        expected = None if self.decides_anew else head
        return Move(
            "decides",
            f"at version {head}",
            world,
            self._replace(
                key=self.name,
                expected=expected,
            ),
        )

    def _send(self, world: World) -> Move:
        n = len(self.attempts)
        key, expected = self.key, self.expected
        if n and self.bug is Bug.NEW_KEY_ON_RETRY:
            key, expected = f"{key}'{n}", _head(world.committed)
        attempt = Attempt(key, self.facts, expected, self.bug)
        return Move(
            "sends",
            f"key {key}",
            world,
            self._replace(
                attempts=(*self.attempts, attempt),
                waits_for=n,
            ),
        )


def keeps_its_word(world: World, actors: tuple[Actor, ...], over: bool) -> str:
    """What is wrong between what clients were told and what is there."""
    committed, recorded = world.committed, [r.key for r in _committed_records(world)]
    for client in actors:
        assert isinstance(client, Client)
        acts = [key for key in client.keys if any(f.act == key for f in committed)]
        facts = [f for f in committed if f.act in client.keys]
        if len(facts) > client.facts:
            return f"duplicated: {client.name}'s act has left {_list(facts)}"
        if client.answer in {"recorded", "replayed"} and len(facts) < client.facts:
            return f"wrongly acknowledged: {client.name} was told {client.answer}"
        if client.answer == "conflict" and facts and over and not client.decides_anew:
            return f"wrongly refused: {client.name}'s act is there as {_list(facts)}"
        if over and facts and len(facts) < client.facts:
            return f"half: of {client.name}'s act there is {_list(facts)}"
        if over and sorted(acts) != sorted(k for k in recorded if k in client.keys):
            return f"half: {client.name}'s act and its record are not both there"
    return ""


def _committed_records(world: World) -> list[Record]:
    return [record for record in world.records if record.writer not in world.running]


def _head(facts: tuple[Fact, ...]) -> int:
    return max((fact.version for fact in facts), default=0)


def _list(facts: list[Fact]) -> str:
    return " ".join(map(str, facts))
