"""A folder of recorded facts that must be readable for ever, and what this release makes of them.

What is frozen is never edited and never removed; ``frozen.txt`` has a line for each file: the day
it was added, its digest, its name. See docs/facts.md.

    schemas/TOPIC.json            frozen: the shape of the content of a fact type and version
    schemas/envelope.FORM.json    frozen: what stands around the content
    histories/NAME.json           frozen: facts of one stream, readable and sealed
    upcast/NAME/TOPIC.json        frozen: how older facts of a history read as a newer type
    views/NAME.json               what a history adds up to on some days; changes when answers do
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Final
from uuid import UUID

from tests.corpus.example import Example, Json, key_of, mapper
from tests.corpus.schema import Schema, schema_of

from cases.app.store.mapper import FactTypes, Header
from cases.domain.facts import Actor, Carrier, Fact, Recorded, Source, Upcaster
from cases.domain.law.rules import RuleApplied
from cases.domain.old_record import OldRecord

Views = Callable[[Sequence[Recorded], date], Json]
FROZEN: Final = "frozen.txt"


class Corpus:
    """The folder, the fact types that read it, and what their facts add up to on a day."""

    def __init__(
        self,
        folder: Path,
        current: Mapping[str, type[Fact]],
        upcasters: Mapping[str, Upcaster],
        views: Views,
    ) -> None:
        self.folder = folder
        self.current = current
        self.upcasters = upcasters
        self.views = views

    # ------------------------------------------------------------------ what is there

    @property
    def types(self) -> FactTypes:
        """The fact types as the product puts them together. Raises ValueError."""
        return FactTypes(self.current, self.upcasters)

    def frozen(self) -> dict[str, str]:
        """The digest of each frozen file, as it was when it was added: a later line is none."""
        path = self.folder / FROZEN
        digests: dict[str, str] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            _, digest, name = line.split()
            digests.setdefault(name, digest)
        return digests

    def digests(self) -> dict[str, str]:
        """The digest of each file that is to be frozen, as it is."""
        return {
            str(path.relative_to(self.folder)): sha256(path.read_bytes()).hexdigest()
            for part in ("schemas", "histories", "upcast")
            for path in sorted((self.folder / part).rglob("*.json"))
        }

    def schemas(self) -> dict[str, Schema]:
        """The frozen shape of every type and version that was ever recorded, by topic."""
        return {
            path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((self.folder / "schemas").glob("*.json"))
            if not path.stem.startswith("envelope.")
        }

    def envelopes(self) -> dict[str, Schema]:
        """The frozen envelopes, by the number of their form."""
        return {
            path.stem.removeprefix("envelope."): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((self.folder / "schemas").glob("envelope.*.json"))
        }

    def histories(self) -> dict[str, list[Example]]:
        """The facts of each history, by its name."""
        found = {}
        for path in sorted((self.folder / "histories").glob("*.json")):
            content = json.loads(path.read_text(encoding="utf-8"))
            stream = UUID(content["stream"])
            found[path.stem] = [Example.read(stream, each) for each in content["facts"]]
        return found

    def expected_views(self, name: str) -> Json:
        """What a history adds up to, by day."""
        return self._json(f"views/{name}.json")

    def expected_upcast(self, name: str, topic: str) -> Json:
        """The content of older facts of a history as a newer type, by version of the stream."""
        return self._json(f"upcast/{name}/{topic}.json")

    def read(self, examples: Iterable[Example]) -> tuple[Recorded, ...]:
        """The facts as this release reads them. Raises SealBroken, UnknownFactType."""
        reader = mapper(self.types)
        return tuple(
            reader.unseal(example.stored(), key_of(example.stream)) for example in examples
        )

    # ------------------------------------------------------------- what may be added

    def add(self, name: str, about: str, facts: Sequence[Recorded], days: Iterable[date]) -> None:
        """A new history, dated by ``freeze``. Raises FileExistsError for a name that is taken."""
        path = self.folder / "histories" / f"{name}.json"
        examples = [Example.of(recorded, self.types) for recorded in facts]
        content = {
            "about": about,
            "stream": str(facts[0].stream_id),
            "facts": [example.written() for example in examples],
        }
        _write(path, content, "x")
        views = {day.isoformat(): self.views(facts, day) for day in days}
        _write(self.folder / "views" / f"{name}.json", views, "x")

    def freeze(self, today: date) -> list[str]:
        """Write what is missing, and a line for each file that has none; the files' names.

        Nothing that is there is touched, so that what has changed stays to be seen.
        """
        known = self.schemas()
        for topic, fact in self.current.items():
            if topic not in known:
                _write(self.folder / "schemas" / f"{topic}.json", schema_of(fact), "x")
        for form, envelope in envelopes_of_today().items():
            if form not in self.envelopes():
                _write(self.folder / "schemas" / f"envelope.{form}.json", envelope, "x")
        for name, examples in self.histories().items():
            for topic, contents in self.upcast(examples).items():
                path = self.folder / "upcast" / name / f"{topic}.json"
                if not path.exists():
                    _write(path, contents, "x")
        added = [file for file in self.digests() if file not in self.frozen()]
        with (self.folder / FROZEN).open("a", encoding="utf-8") as frozen:
            for file in added:
                frozen.write(f"{today} {self.digests()[file]} {file}\n")
        return added

    def accept(self) -> list[str]:
        """Let today's views be the expected ones, on the same days; names of what changed."""
        changed = []
        for name, examples in self.histories().items():
            facts, expected = self.read(examples), self.expected_views(name)
            views = {day: self.views(facts, date.fromisoformat(day)) for day in expected}
            if views != expected:
                _write(self.folder / "views" / f"{name}.json", views, "w")
                changed.append(name)
        return changed

    def upcast(self, examples: Sequence[Example]) -> dict[str, Json]:
        """The content of facts that are of an older type as the current one, by topic, version.

        Also the content of an older type that a fact carries.
        """
        found: dict[str, Json] = {}
        older = [example for example in examples if self.is_older(example)]
        for example, recorded in zip(older, self.read(older), strict=True):
            fact = recorded.fact
            topic, content = fact.topic(), fact.model_dump(mode="json")
            if isinstance(fact, Carrier):
                topic, content = fact.content_topic, fact.content
            found.setdefault(topic, {})[str(example.version)] = content
        return found

    def is_older(self, example: Example) -> bool:
        """Whether the fact, or what it carries, is of a type that there is a newer one of."""
        return not self.upcasters.keys().isdisjoint(
            (example.topic, example.fact.get("contentTopic"))
        )

    def _json(self, name: str) -> Json:
        path = self.folder / name
        content: Json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return content


class _Probe(Fact):
    """Sealed only to look at what stands around it."""

    TOPIC: ClassVar[str] = "corpus.probe"


def envelopes_of_today() -> dict[str, Schema]:
    """What stands around the content in each form that is written, by its number."""
    return dict([_envelope(None), _envelope(OldRecord(source_date="2024-05-02"))])


def _envelope(old_record: OldRecord | None) -> tuple[str, Schema]:
    """The form of a fact with these circumstances, and what stands around the content in it."""
    nowhere = UUID(int=0)
    probe = Recorded(
        stream_id=nowhere,
        version=1,
        event_id=nowhere,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        recorded_by=Actor(subject="s", organisation="o", role="r"),
        effective_on=date(2026, 1, 1),
        act_id="k",
        act="a",
        purpose="p",
        edition="e",
        fact=_Probe(),
        old_record=old_record,
    )
    example = Example.of(probe, FactTypes({_Probe.topic(): _Probe}))
    return str(example.sealed[0]), {
        "header": schema_of(Header),
        "circumstances": list(example.circumstances),
        "source": schema_of(Source),
        **({} if old_record is None else {"oldRecord": schema_of(OldRecord)}),
        "rule": schema_of(RuleApplied),
    }


def _write(path: Path, content: object, mode: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode, encoding="utf-8") as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
