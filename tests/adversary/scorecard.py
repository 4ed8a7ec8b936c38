"""What every adversary did, and what came of it: checked in the test, printed at size."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, astuple
from typing import Any

from tests.adversary.examiner import Verdict

Keeping = Callable[[tuple[str, object]], object]
ROW = "adversary"
COLUMNS = (
    "facts",
    "kills",
    "lost",
    "doubled",
    "invented",
    "inverted",
    "split",
    "false ack",
    "late",
)


def keep(
    keeping: Keeping,
    adversary: str,
    counts: tuple[int, int],
    ours: Verdict,
    flawed: Mapping[str, tuple[str, Verdict]],
) -> None:
    """Keep the row of an adversary, with how many facts and kills it had; then judge it."""
    harm = {
        name: {kind: n for kind, n in asdict(verdict).items() if n}
        for name, (_, verdict) in flawed.items()
    }
    keeping((ROW, (adversary, (*counts, *astuple(ours)), harm)))
    assert ours == Verdict(), f"{adversary}: {ours}"
    for name, (kind, _) in flawed.items():
        assert kind in harm[name], f"{adversary}: “{name}” is not caught at {kind}"
    assert flawed, f"{adversary} shows nothing without a variant that it catches"


def table(rows: Iterable[Any]) -> Iterable[str]:
    """The rows as lines of text."""
    rows = sorted(rows)
    width = max((len(name) for name, _, _ in rows), default=0)
    yield " · ".join([f"{'adversary':{width}}", *(f"{each:>9}" for each in COLUMNS), "caught"])
    for name, numbers, harm in rows:
        caught = sum(bool(kinds) for kinds in harm.values())
        line = [f"{name:{width}}", *(f"{n:>9,}" for n in numbers), f"{caught} of {len(harm)}"]
        yield " · ".join(line)
    yield ""
    yield "What the flawed variants did, of what they were caught at:"
    for name, _, harm in rows:
        for variant, kinds in harm.items():
            done = ", ".join(f"{kind.replace('_', ' ')} {n:,}" for kind, n in kinds.items())
            yield f"  {name} – {variant}: {done or 'NOTHING'}"
