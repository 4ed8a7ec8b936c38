"""What must hold of a corpus, each breach a sentence that says what to do about it."""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidTag
from tests.corpus.corpus import FROZEN, Corpus, envelopes_of_today
from tests.corpus.example import Example, Json, compact, key_of, mapper, meaning, opened_by_hand
from tests.corpus.schema import members, schema_of, seen

from cases.domain.people import contains_identity_code, identity_code, is_test_code

FREEZE = "python -m tests.corpus freeze"
ADD = "python -m tests.corpus add"


def breaches(corpus: Corpus) -> list[str]:
    """Everything that is wrong with a corpus; empty when every old fact is read as ever."""
    try:
        corpus.types  # noqa: B018 - made to see whether it can be
    except ValueError as error:
        return [f"The fact types do not fit together: {error}"]
    return [
        *_altered(corpus),
        *_changed_types(corpus),
        *_changed_envelope(corpus),
        *_unseen(corpus),
        *(
            breach
            for name, examples in corpus.histories().items()
            for breach in (*_misread(corpus, name, examples), *_people(name, examples))
        ),
    ]


def _altered(corpus: Corpus) -> Iterator[str]:
    """Frozen files are there as they were added, and no others."""
    frozen, present = corpus.frozen(), corpus.digests()
    for name in sorted(frozen.keys() | present.keys()):
        if name not in present:
            yield f"{name} is gone. What is frozen is never removed: restore it."
        elif name not in frozen:
            yield f"{name} has no line in {FROZEN}: {FREEZE}"
        elif frozen[name] != present[name]:
            yield f"{name} was altered. What is frozen is never edited: restore it."


def _changed_types(corpus: Corpus) -> Iterator[str]:
    """Every type ever recorded is still read, and those of today are as they were frozen."""
    schemas = corpus.schemas()
    for topic in sorted(schemas.keys() | corpus.current.keys()):
        if topic not in schemas:
            yield f"{topic} is new and not frozen yet: add examples of it, then {FREEZE}"
        elif topic in corpus.current:
            if schema_of(corpus.current[topic]) != schemas[topic]:
                yield (
                    f"The content of {topic} has changed, and facts recorded under that name have "
                    "the old one. Give the class the next VERSION, put an upcaster for the old one "
                    f"into UPCASTERS, add examples, then {FREEZE}; see docs/facts.md."
                )
        elif topic not in corpus.upcasters:
            yield (
                f"{topic} can no longer be read, and facts recorded under that name remain. A "
                "topic is never removed or renamed without an upcaster in UPCASTERS; see "
                "docs/facts.md."
            )


def _changed_envelope(corpus: Corpus) -> Iterator[str]:
    """What stands around the content is as it was frozen for each form that is written."""
    frozen = corpus.envelopes()
    for form, today in envelopes_of_today().items():
        if form not in frozen:
            yield f"The form {form} of what is sealed is not frozen yet: {FREEZE}"
        elif frozen[form] != today:
            yield (
                "The envelope of facts has changed, and everything recorded has the old one. Write "
                "a new form under the next number and go on reading this one; see docs/facts.md."
            )


def _unseen(corpus: Corpus) -> Iterator[str]:
    """Every member of every type and version is in an example, and an optional one missing."""
    there: dict[str, dict[str, set[bool]]] = defaultdict(lambda: defaultdict(set))
    schemas = corpus.schemas()
    for examples in corpus.histories().values():
        for example in examples:
            if example.topic in schemas:
                there[example.topic][""].add(True)
                for path, is_there in seen(schemas[example.topic], example.fact):
                    there[example.topic][path].add(is_there)
    for topic, schema in schemas.items():
        if topic not in there:
            yield f"{topic} has no example: {ADD}"
            continue
        for path, optional in members(schema).items():
            if True not in there[topic][path]:
                yield f"No example of {topic} has {path}: {ADD}"
            elif optional and False not in there[topic][path]:
                yield f"No example of {topic} is without {path}: {ADD}"


def _misread(corpus: Corpus, name: str, examples: list[Example]) -> Iterator[str]:
    """Old bytes mean today what they meant, are written alike, and add up to the same."""
    for example in examples:
        yield from (f"{_in(name, example)} {breach}" for breach in _misread_fact(corpus, example))
    try:
        facts = corpus.read(examples)
        contents = corpus.upcast(examples)
    except Exception as error:
        yield f"{name} cannot be read: {type(error).__name__}."
        return
    for topic, content in contents.items():
        expected = corpus.expected_upcast(name, topic)
        if not expected:
            yield f"How {name} reads as {topic} is not frozen yet: {FREEZE}"
        elif expected != content:
            yield f"{name} reads as {topic} otherwise than it did: mend the upcaster."
    expected = corpus.expected_views(name)
    if not expected:
        yield f"{name} adds up to nothing: it needs a day to be asked about."
    for day, view in expected.items():
        if corpus.views(facts, date.fromisoformat(day)) != view:
            yield (
                f"{name} adds up to something else on {day}. If that is meant, look at what "
                "changes and let it be so: python -m tests.corpus accept"
            )


def _misread_fact(corpus: Corpus, example: Example) -> Iterator[str]:
    written = {
        "fact": example.fact,
        "circumstances": example.circumstances,
        "rules": example.rules,
    }
    try:
        opened = opened_by_hand(example.sealed, example.stream, example.version, example.topic)
    except (InvalidTag, ValueError):
        yield "does not open."
        return
    if [*opened] != [*written.values()]:
        yield "does not hold what is written beside it."
    try:
        yield from _impure(corpus, example)
        recorded = mapper(corpus.types).unseal(example.stored(), key_of(example.stream))
    except Exception as error:
        yield f"cannot be read: {type(error).__name__}."
        return
    read = meaning(recorded)
    wanted = {**read, **written, "header": example.header}
    if corpus.is_older(example):
        wanted["fact"] = read["fact"]  # compared with what is frozen of the whole history
    if read != wanted:
        members = [member for member in wanted if read[member] != wanted[member]]
        yield f"reads otherwise than it did: {', '.join(members)}."
    elif example.topic in corpus.current and not corpus.is_older(example):
        again = mapper(corpus.types, example.sealed[1:13]).seal(recorded, key_of(example.stream))
        if (again.state, again.metadata) != (example.sealed, compact(example.header)):
            yield "is sealed in other bytes than it was."


def _impure(corpus: Corpus, example: Example) -> Iterator[str]:
    """The way from an older topic, each step taken twice from equal content."""
    topic, content = example.topic, example.fact
    while (upcaster := corpus.upcasters.get(topic)) is not None:
        given = deepcopy(content)
        once = _result(upcaster.change, given)
        twice = _result(upcaster.change, deepcopy(content))
        if given != content:
            yield f"is altered by the upcaster of {topic}, which must leave it as it is."
        if once != twice:
            yield f"is not always read alike by the upcaster of {topic}."
        topic, content = upcaster.topic, once


def _result(change: Any, content: Json) -> Json:
    result: Json = deepcopy(change(content))
    return result


def _people(name: str, examples: list[Example]) -> Iterator[str]:
    """No example is about a person that could exist."""
    for example in examples:
        for text in strings(example.written() | {"sealed": ""}):
            if contains_identity_code(text) and not _of_the_test_series(text):
                yield f"{_in(name, example)} has an identity code that is not of the 900 series."


def _of_the_test_series(text: str) -> bool:
    try:
        return is_test_code(identity_code(text))
    except ValueError:
        return False


def _in(name: str, example: Example) -> str:
    return f"{name}, fact {example.version} ({example.topic}),"


def strings(content: Any) -> Iterator[str]:
    """Every string in a piece of JSON."""
    match content:
        case str():
            yield content
        case list():
            for each in content:
                yield from strings(each)
        case dict():
            for each in content.values():
                yield from strings(each)
