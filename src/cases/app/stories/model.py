"""What a story is made of, and how it is read: strictly, with errors that name file and entry."""

from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)

from cases.domain.model import Value

Json = None | bool | int | float | str | list[Any] | dict[str, Any]

LIBRARY: Traversable = files("cases.app.stories.library")
"""The stories that come with the product."""


class BadStory(ValueError):
    """A story can't be read; the message is one line that names the file, the entry and why."""


def _as_json(value: object) -> Json:
    """The value as JSON has it: days and instants become text."""
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): _as_json(member) for name, member in value.items()}
        case list() | tuple():
            return [_as_json(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
    msg = f"{type(value).__name__} can't be told in a story"
    raise ValueError(msg)


Content = Annotated[dict[str, Any], BeforeValidator(_as_json)]
Expectation = Annotated[
    Literal["none", "notFound"] | dict[str, Any] | list[Any], BeforeValidator(_as_json)
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{0,39}$")]
Caller = Annotated[str, Field(pattern=r"^[a-z]+@[a-z0-9-]+$")]
"""``role@organisation``."""


class Person(Value):
    """A person of the story, as the opening of the case tells of her or him."""

    identity_code: str | None = None
    names: Content
    date_of_birth: date | None = None
    gender: str | None = None
    citizenships: tuple[str, ...] | None = None
    mother_tongue: str | None = None
    contact_language: str | None = None
    interpreter_needed: bool | None = None


class StoryAct(Value):
    """One act. ``date`` is its legal date (Helsinki), ``recorded`` the instant of recording.

    ``name`` names what it creates; ``refused`` is the rule that must refuse it.
    """

    date: date
    recorded: AwareDatetime | None = None
    by: Caller
    do: Name
    name: Name | None = Field(default=None, alias="as")
    about: str | None = None
    content: Content = Field(default_factory=dict, alias="with")
    source: str | None = None
    source_name: str | None = None
    feed: str | None = None
    refused: str | None = None
    because: str | None = None


class StoryCheck(Value):
    """One question, with the answer the law gives.

    ``date`` is the day asked about, and *today*; ``known`` the state of knowledge asked for.
    """

    date: date
    ask: Name
    about: str | None = None
    of: str | None = None
    known: AwareDatetime | None = None
    caller: Caller | None = None
    expect: Expectation


class StoryPoll(Value):
    """A recipient reads its feed from where it stopped: exactly these items, in this order."""

    date: date
    poll: Annotated[str, Field(pattern=r"^[a-z-]+@[a-z0-9-]+$")]
    expect: Expectation


_KINDS = ("a check", "a poll")


def _kind(entry: object) -> str:
    polls = isinstance(entry, StoryPoll) or (isinstance(entry, dict) and "poll" in entry)
    return _KINDS[1] if polls else _KINDS[0]


Question = Annotated[
    Annotated[StoryCheck, Tag(_KINDS[0])] | Annotated[StoryPoll, Tag(_KINDS[1])],
    Discriminator(_kind),
]


class Story(Value):
    """A whole history: who is in it, what was done, what must then be true."""

    story: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    tells: str
    edition: str
    people: dict[str, Person]
    acts: tuple[StoryAct, ...]
    checks: tuple[Question, ...] = ()


def read_story(path: Path | Traversable) -> Story:
    """A story from a YAML file. Raises BadStory."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        msg = f"{path}: the story can't be read: {str(reason).lower()}"
        raise BadStory(msg) from error
    return parse_story(text, str(path))


def parse_story(text: str, origin: str) -> Story:
    """A story from YAML text that came from ``origin``. Raises BadStory."""
    try:
        document = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - derived from SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "no YAML"
        msg = f"{origin}{place}: {problem}"
        raise BadStory(msg) from error
    if not isinstance(document, dict):
        msg = f"{origin}: a story is a mapping with story, people, acts and checks"
        raise BadStory(msg)
    try:
        story = Story.model_validate(document)
    except ValidationError as error:
        msg = f"{origin}: {_complaint(error)}"
        raise BadStory(msg) from error
    _check_people(story, origin)
    return story


def shipped_stories() -> tuple[Traversable, ...]:
    """The files of the stories that come with the product, in order."""
    found = [entry for entry in LIBRARY.iterdir() if entry.name[:1].isdigit()]
    return tuple(sorted(found, key=lambda entry: entry.name))


def shipped_story(name: str) -> Traversable:
    """The file of one shipped story, such as ``1-home-carer-in-vaasa``."""
    return LIBRARY / f"{name}.yaml"


class _StrictLoader(yaml.SafeLoader):
    """Refuses a mapping that names a member twice, of which YAML would keep the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key.value} is named twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _complaint(error: ValidationError) -> str:
    """Where and why, of the first error: entries count from 1, as readers do."""
    first = error.errors()[0]
    words: list[str] = []
    for part in first["loc"]:
        if part in _KINDS:
            continue
        if isinstance(part, int):
            words[-1] = f"{words[-1]} {part + 1}"
        else:
            words.append(str(part))
    return f"{', '.join(words)}: {first['msg'].lower()}"


def _check_people(story: Story, origin: str) -> None:
    for kind, entries in (("act", story.acts), ("check", story.checks)):
        for n, entry in enumerate(entries, start=1):
            about = getattr(entry, "about", None)
            if about is not None and about not in story.people:
                msg = f"{origin}: {kind} {n} is about {about}, who is not among the people"
                raise BadStory(msg)
