"""From the words of a story to requests of the HTTP interface."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from cases.app.access.principal import FROM_OUTSIDE
from cases.app.stories import family, guidance, notices
from cases.app.stories.bearing import rests_upon
from cases.app.stories.model import Json, Person, StoryAct, StoryCheck
from cases.app.stories.names import Missing, Names
from cases.app.stories.routes import ROUTES, Route
from cases.domain.case.register import ACTS
from cases.domain.model import State

QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "currentPlan": "/cases/{case}/plan",
        "explain": "/cases/{case}/explanation",
        "caseHistory": "/cases/{case}/history",
        "worklist": "/worklist",
    }
)
"""Every question the product answers."""

_ACTS_TOLD: Final = MappingProxyType({"correct": "correctRecord", "annul": "annulRecord"})
"""Acts that a story calls by one word."""

_LEGAL_DATES: Final = frozenset({"drawnUpOn"})
"""What answers call the legal date of what a story corrects."""

_ROLES: Final = MappingProxyType({"nurse": "professional"})

REFERENCES: Final = frozenset(
    {"plan", "referral", "assessment", "review", "measure", "measures", "limitedTo"}
)
"""Members of an expectation that hold names of the story."""


class Post(State):
    """An act as a request. ``case`` is the id of the case, None for an opening."""

    path: str
    case: str | None
    body: dict[str, Any]


class NotYet(State):
    """It can't be asked: not supported yet, or for want of something before it (``root``)."""

    reason: str
    root: Missing | None = None

    @property
    def failed(self) -> bool:
        """Whether it is for a failure, and not for want of support."""
        return self.root is not None and self.root.failed


def translate(act: StoryAct, people: Mapping[str, Person], names: Names) -> Post | NotYet:
    """The request an act becomes, or why there is none."""
    elsewhere = _on_no_case(act, people, names)
    if elsewhere is not None:
        return elsewhere
    act = _by_its_name(act)
    route = ROUTES.get(act.do)
    if route is None or act.about is None:
        return NotYet(reason=f"the act {act.do} is not supported yet")
    content = _put_right(_without_names(_with_sources(act.content), route), route)
    content = _with_effect(content, route)
    obstacle = _obstacle(act, route, content)
    if obstacle is not None:
        return NotYet(reason=obstacle)
    if act.do == "openCase":
        body = {**content, "person": people[act.about].model_dump(mode="json", exclude_none=True)}
        return Post(path=route.path, case=None, body=_signed(act, body))
    case = names.find(act.about)
    if isinstance(case, Missing):
        return lacking(f"the case of {act.about}", case)
    unsettled = names.unsettled(act.about, rests_upon(act.do), None)
    return lacking(*unsettled) if unsettled else _addressed(act, route, content, case, names)


def _on_no_case(act: StoryAct, people: Mapping[str, Person], names: Names) -> Post | NotYet | None:
    """The request of an act on something else than a case, or why there is none; None of a case."""
    if family.is_family(act):
        return _family(act, names)
    if guidance.is_guidance(act, names):
        return _guided(act, people, names)
    if notices.is_notice(act):
        return Post(path=notices.PATH, case=None, body=dict(act.content))
    return None


def _by_its_name(act: StoryAct) -> StoryAct:
    """The act under the name the product has for it."""
    return act.model_copy(update={"do": _ACTS_TOLD.get(act.do, act.do)})


def _guided(act: StoryAct, people: Mapping[str, Person], names: Names) -> Post | NotYet:
    """The request of an act on a guidance record, which rests upon no case."""
    if act.about is None:
        return NotYet(reason=f"the act {act.do} is not supported yet")
    found = guidance.sent(act, people, names)
    if isinstance(found[1], Missing):
        return lacking(str(found[0]), found[1])
    path, consent, body = found[0], found[1], found[-1]
    assert isinstance(body, dict)
    return Post(path=path, case=consent, body={**body, "effectiveOn": act.date.isoformat()})


def _family(act: StoryAct, names: Names) -> Post | NotYet:
    """The request of an act on a family plan, which rests upon what is known of its members."""
    role, _, organisation = act.by.partition("@")
    for person in family.people_of(act):
        unsettled = names.unsettled(person, rests_upon(act.do), None)
        if unsettled:
            return lacking(*unsettled)
    found = family.sent(act, names)
    if isinstance(found[1], Missing):
        return lacking(str(found[0]), found[1])
    path, plan, body = found[0], found[1], found[-1]
    assert isinstance(body, dict)
    if act.do in {"drawUpFamilyPlan", "reviewFamilyPlan"}:
        body.setdefault("makers", [maker(role, organisation)])
    return Post(path=path, case=plan, body={**body, "effectiveOn": act.date.isoformat()})


def _obstacle(act: StoryAct, route: Route, content: Mapping[str, Any]) -> str | None:
    """What the product does not take yet: the role that acts, or members of the act."""
    role = caller_of(act.by).partition("@")[0]
    if not is_role(role):
        return f"the role {role} is not supported yet"
    unknown = _members_not_taken(act.do, route, content)
    return f"{act.do} does not take {', '.join(unknown)} yet" if unknown else None


def _addressed(
    act: StoryAct, route: Route, content: dict[str, Any], case: str, names: Names
) -> Post | NotYet:
    """The request with every name replaced by its id."""
    resolved = resolve(content, frozenset((*route.in_path, *route.names)), names)
    if isinstance(resolved, NotYet):
        return resolved
    assert isinstance(resolved, dict)
    if route.recorded is not None and route.recorded in content:
        found = names.find(_as_recorded(str(content[route.recorded])))
        if isinstance(found, Missing):
            return lacking(str(content[route.recorded]), found)
        resolved = {**resolved, "version": int(found)}
        del resolved[route.recorded]
    ids = {member: str(resolved.pop(member, "")) for member in route.in_path}
    body = {route.wrapped_in: resolved} if route.wrapped_in else resolved
    return Post(
        path=route.path.format(case=case, **ids),
        case=case,
        body=_signed(act, body),
    )


def _put_right(content: dict[str, Any], route: Route) -> dict[str, Any]:
    """What corrects one member by its name, as a list of changes by their places."""
    if route.recorded is None or "member" not in content:
        return content
    name = str(content["member"])
    place = "/effectiveOn" if name in _LEGAL_DATES else f"/content/{name}"
    change = {"member": place, "from": content["from"], "to": content["to"]}
    others = {n: v for n, v in content.items() if n not in {"member", "from", "to"}}
    return {**others, "changes": [change]}


def _as_recorded(name: str) -> str:
    """The name of the record that made what the name stands for."""
    return f"{name}, as recorded"


def caller_of(by: str) -> str:
    """The ``role@organisation`` that the product knows for the one a story tells."""
    role, at, organisation = by.partition("@")
    return f"{_ROLES.get(role, role)}{at}{organisation}"


def is_role(role: str) -> bool:
    """Whether the product knows the role of a caller from outside."""
    return role.upper() in FROM_OUTSIDE


def names_in(act: StoryAct) -> tuple[str, ...]:
    """The names an act would give: its own, and those of its parts."""
    parts = [
        str(part["as"])
        for member in act.content.values()
        if isinstance(member, list)
        for part in member
        if isinstance(part, dict) and "as" in part
    ]
    person = [act.about] if act.do == "openCase" and act.about else []
    return tuple([act.name, *parts] if act.name else parts) + tuple(person)


def learn(act: StoryAct, answer: Mapping[str, Any], names: Names) -> None:
    """Learn the ids of what an act created from the answer to it."""
    if guidance.is_guidance(act, names):
        guidance.learn(act, answer, names)
        return
    if family.is_family(act):
        family.learn(act, answer, names)
        return
    act = _by_its_name(act)
    route = ROUTES[act.do]
    if act.do == "openCase" and act.about:
        names.learn(act.about, str(answer["caseId"]))
    for recorded in answer["recorded"]:
        content = recorded["content"]
        if act.name and route.creates in content:
            names.learn(act.name, str(content[route.creates]))
            names.learn(_as_recorded(act.name), str(recorded.get("version", "")))
        if route.parts and route.part_id and route.parts in content:
            told = act.content.get(route.parts, [])
            for part, kept in zip(told, content[route.parts], strict=True):
                if "as" in part:
                    names.learn(str(part["as"]), str(kept[route.part_id]))


def resolve(value: Json, members: frozenset[str], names: Names) -> Json | NotYet:
    """The value with the names under these members replaced by ids; or the first without one."""
    match value:
        case dict():
            out: dict[str, Any] = {}
            for member, inner in value.items():
                named = member in members and (
                    isinstance(inner, str)
                    or (isinstance(inner, list) and all(isinstance(item, str) for item in inner))
                )
                found = _replaced(inner, names) if named else resolve(inner, members, names)
                if isinstance(found, NotYet):
                    return found
                out[member] = found
            return out
        case list():
            items = [resolve(item, members, names) for item in value]
            return next((item for item in items if isinstance(item, NotYet)), items)
    return value


def expectation(check: StoryCheck, names: Names) -> Json | NotYet:
    """What is expected, with ids in the place of names; ``person`` becomes ``caseId``."""
    expected: Json = check.expect
    if check.ask == "worklist" and isinstance(expected, list):
        expected = [
            {("caseId" if member == "person" else member): inner for member, inner in item.items()}
            for item in expected
        ]
    return resolve(expected, REFERENCES | {"caseId"}, names)


def _replaced(value: Json, names: Names) -> Json | NotYet:
    if isinstance(value, list):
        items = [_replaced(item, names) for item in value]
        return next((item for item in items if isinstance(item, NotYet)), items)
    found = names.find(str(value))
    return lacking(str(value), found) if isinstance(found, Missing) else found


def lacking(name: str, missing: Missing) -> NotYet:
    """It builds on a name, or a matter, that is not there."""
    return NotYet(reason=missing.reason(name), root=missing)


def _signed(act: StoryAct, body: dict[str, Any]) -> dict[str, Any]:
    """The body with what every act says: its legal date, its source, and who made it."""
    role, _, organisation = act.by.partition("@")
    signed = {**body, "effectiveOn": act.date.isoformat()}
    if act.source is not None:
        signed["source"] = _source(act.source, act.source_name)
    if "makers" in ACTS[act.do].model_fields:
        signed.setdefault("makers", [maker(role, organisation)])
    return signed


def maker(role: str, organisation: str) -> dict[str, str]:
    """Invented contact details of the person who acts."""
    return {
        "name": f"The {role} of {organisation}",
        "organisation": organisation,
        "title": "Integration coordinator",
        "phone": "+358 00 000 0000",
        "email": f"{role}@{organisation}.example",
    }


def _source(kind: str, name: str | None) -> dict[str, str]:
    return {"kind": kind} if name is None else {"kind": kind, "name": name}


def _with_sources(content: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which ``source`` and ``sourceName`` of an item are one member."""

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(item) for item in value]
        if not isinstance(value, dict):
            return value
        inner = {member: told(item) for member, item in value.items()}
        if isinstance(inner.get("source"), str):
            inner["source"] = _source(inner["source"], inner.pop("sourceName", None))
        return inner

    return {member: told(value) for member, value in content.items()}


def _with_effect(content: dict[str, Any], route: Route) -> dict[str, Any]:
    """The content with the day it takes effect under its own name: the act has one of its own."""
    if route.effect is None or "effectiveOn" not in content:
        return content
    rest = {member: inner for member, inner in content.items() if member != "effectiveOn"}
    return {**rest, route.effect: content["effectiveOn"]}


def _without_names(content: dict[str, Any], route: Route) -> dict[str, Any]:
    """The content without the names the story gives to its parts."""
    parts = content.get(route.parts or "")
    if not isinstance(parts, list):
        return content
    bare = [
        {member: inner for member, inner in part.items() if member != "as"}
        if isinstance(part, dict)
        else part
        for part in parts
    ]
    return {**content, str(route.parts): bare}


def _members_not_taken(do: str, route: Route, content: Mapping[str, Any]) -> tuple[str, ...]:
    """The members of an act that its model doesn't have, such as ``measures.provider``."""
    told = {route.wrapped_in: dict(content)} if route.wrapped_in else dict(content)
    told.pop(route.recorded or "", None)
    try:
        ACTS[do].model_validate(told)
    except ValidationError as error:
        return tuple(dict.fromkeys(_extra_members(error)))
    return ()


def _extra_members(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_input=False, include_url=False):
        if each["type"] == "extra_forbidden":
            yield ".".join(str(part) for part in each["loc"] if not isinstance(part, int))
