"""A story's family plan (21 §): which of its acts are on one, and what is sent."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from cases.app.stories.model import StoryAct
from cases.app.stories.names import Missing, Names

_PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "drawUpFamilyPlan": "/family-plans",
        "reviewFamilyPlan": "/family-plans/{plan}/reviews",
        "joinFamilyPlan": "/family-plans/{plan}/members",
        "leaveFamilyPlan": "/family-plans/{plan}/members/{member}/leaving",
        "endFamilyPlan": "/family-plans/{plan}/ending",
    }
)

Sent = tuple[str, str | None, dict[str, Any]]
"""Address, family plan and body; no plan where the act draws one up."""


def is_family(act: StoryAct) -> bool:
    """Whether an act is on a family plan and not on a case."""
    return act.do in _PATHS


def people_of(act: StoryAct) -> tuple[str, ...]:
    """The people an act is about, as far as it names them."""
    member = act.content.get("member")
    return tuple(act.content.get("members", ())) + ((str(member),) if member else ())


def sent(act: StoryAct, names: Names) -> Sent | tuple[str, Missing]:
    """What is sent; or the name that is missing, and why it is."""
    content = dict(act.content)
    # The legal date of the act, which a story may tell once more.
    content.pop("drawnUpOn", None)
    for name in [*people_of(act), *([str(content["plan"])] if "plan" in content else [])]:
        found = names.find(name)
        if isinstance(found, Missing):
            return name, found
    ids = {n: str(names.find(str(content.pop(n)))) for n in ("plan", "member") if n in content}
    if "members" in content:
        content["members"] = [str(names.find(name)) for name in content["members"]]
    if "goals" in content and act.do != "joinFamilyPlan":
        goals = content["goals"]
        content["goals"] = [{"text": goal} if isinstance(goal, str) else goal for goal in goals]
    path = _PATHS[act.do]
    if "member" in ids and "{member}" not in path:
        content["member"] = ids["member"]
    return path.format(**ids), ids.get("plan"), content


def learn(act: StoryAct, answer: Mapping[str, Any], names: Names) -> None:
    """Learn the plan that was drawn up."""
    if act.name:
        names.learn(act.name, str(answer["familyPlanId"]))
