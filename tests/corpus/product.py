"""The corpus of the facts of every kind of stream, and how drafts of new examples are read."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from pydantic import TypeAdapter
from tests.corpus.corpus import Corpus
from tests.corpus.example import Json

from cases.domain.case.records.mending import mended
from cases.domain.codes.terms import Language
from cases.domain.facts import Actor, Recorded, Source
from cases.domain.family.state import fold as fold_family
from cases.domain.family.visibility import Visible
from cases.domain.guidance_record.state import fold as fold_guidance
from cases.domain.law.load import load_law
from cases.domain.law.rules import RuleApplied
from cases.domain.old_record import OldRecord
from cases.domain.questions.as_of import AsOf, Known, known
from cases.domain.questions.case import case_overview
from cases.domain.questions.costs import case_costs
from cases.domain.questions.current_plan import current_plan
from cases.domain.questions.dues import Due, dues
from cases.domain.questions.family_plan import family_plan
from cases.domain.questions.guidance import guidance_record
from cases.domain.questions.representation import represented
from cases.domain.questions.services import NO_SERVICES, services
from cases.domain.streams import FACTS, UPCASTERS, StreamKind, kind_of

LAW: Final = load_law()
_STREAMS: Final = UUID("5c0d7f3e-8a55-5d0a-9a57-6d2f3b1f0c11")
_OFFICER: Final = {"subject": "officer-1", "organisation": "vaasa", "role": "OFFICER"}
_DUE: Final = TypeAdapter(Due)
_RULES: Final = TypeAdapter(tuple[RuleApplied, ...])


def views_of_case(facts: Sequence[Recorded], day: date) -> Json:
    """The case at a glance, its plan in force, and what is due, on a legal day."""
    asked = known(facts, AsOf(valid_on=day))
    return {
        "overview": case_overview(asked, LAW).model_dump(mode="json"),
        "currentPlan": current_plan(asked, LAW).model_dump(mode="json"),
        "dues": [
            _DUE.dump_python(due, mode="json", exclude={"line"})
            for due in dues(asked.state, LAW, day)
            if due.shown_from <= day <= (due.shown_until or date.max)
        ],
        **_further(asked),
    }


def _further(asked: Known) -> Json:
    """What only some histories have, said of those alone."""
    shown, costs = services(asked), case_costs(asked, LAW, Language.EN)
    standing = represented(asked, LAW)
    found = {
        "services": shown if shown != NO_SERVICES else None,
        "costs": costs if costs.costs else None,
        "representations": standing if standing.representations else None,
    }
    return {name: each.model_dump(mode="json") for name, each in found.items() if each}


def views_of_stream(facts: Sequence[Recorded], day: date) -> Json:
    """What the facts of a stream add up to, by the kind of the stream."""
    if kind_of(facts[0].fact.topic()) is StreamKind.GUIDANCE_RECORD:
        state = fold_guidance(each for each in mended(facts) if each.effective_on <= day)
        record = guidance_record(facts, day).model_dump(mode="json")
        annulled = {"annulled": True} if state.annulled else {}
        return {"guidance": record, "withdrawn": state.withdrawn, **annulled}
    if kind_of(facts[0].fact.topic()) is StreamKind.FAMILY_PLAN:
        everybody = Visible(members=frozenset(fold_family(facts).named))
        return {"familyPlan": family_plan(facts, everybody, day).model_dump(mode="json")}
    return views_of_case(facts, day)


CASES: Final = Corpus(Path(__file__).parent / "cases", FACTS, UPCASTERS, views_of_stream)


def add_draft(corpus: Corpus, path: Path) -> str:
    """Add the history a draft tells (see docs/facts.md); its name."""
    draft = json.loads(path.read_text(encoding="utf-8"))
    stream = uuid5(_STREAMS, draft["name"])
    facts: list[Recorded] = []
    for version, told in enumerate(draft["facts"], start=1):
        on = date.fromisoformat(told["effectiveOn"])
        at = datetime.fromisoformat(told.get("recordedAt", f"{datetime.combine(on, time(12))}Z"))
        source, old = told.get("source"), told.get("oldRecord")
        facts.append(
            Recorded(
                stream_id=stream,
                version=version,
                event_id=uuid5(stream, str(version)),
                recorded_at=max([at.astimezone(UTC), *(fact.recorded_at for fact in facts[-1:])]),
                recorded_by=Actor(**told.get("actor", _OFFICER)),
                effective_on=on,
                act_id=told.get("actId", f"act-{version}"),
                act=told["act"],
                purpose=told.get("purpose", "ORGANISING_SERVICES"),
                edition=told.get("edition") or LAW.on(on).id,
                fact=corpus.current[told["topic"]].model_validate(told["fact"]),
                rules=_RULES.validate_python(told.get("rules", [])),
                source=None if source is None else Source.model_validate(source),
                old_record=None if old is None else OldRecord.model_validate(old),
            )
        )
    days = [date.fromisoformat(day) for day in draft["days"]]
    corpus.add(draft["name"], draft["about"], facts, days)
    return str(draft["name"])
