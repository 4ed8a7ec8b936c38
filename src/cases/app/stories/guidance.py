"""A story's guidance (10 §): which of its acts are on a guidance record, and what is sent."""

from collections.abc import Mapping
from typing import Any, Final

from cases.app.stories.model import Person, StoryAct
from cases.app.stories.names import Missing, Names
from cases.domain.codes.values import ConsentScope

QUESTION: Final = "guidanceRecords"
LOOKUP: Final = "/guidance-lookups"
PURPOSE: Final = "GUIDANCE_AND_COUNSELLING"

_OF_PERSON: Final = ("identity_code", "names", "date_of_birth", "contact_language")
_CONSENTS: Final = "/guidance/consents"

Sent = tuple[str, str | None, dict[str, Any]]
"""Address, consent and body; no consent where the act gives one, or names none."""


def is_guidance(act: StoryAct, names: Names) -> bool:
    """Whether an act is on a guidance record and not on a case."""
    match act.do:
        case "giveConsent":
            return act.content.get("scope") == ConsentScope.GUIDANCE_RECORD
        case "withdrawConsent":
            return names.of_guidance(str(act.content.get("consent")))
    return act.do == "recordGuidance"


def sent(act: StoryAct, people: Mapping[str, Person], names: Names) -> Sent | tuple[str, Missing]:
    """What is sent; or the name that is missing, and why it is."""
    content = dict(act.content)
    if act.do == "giveConsent":
        del content["scope"]
        person = people[act.about or ""].model_dump(mode="json", include={*_OF_PERSON})
        told = {name: said for name, said in person.items() if said is not None}
        return _CONSENTS, None, {**content, "person": told}
    name = content.pop("consent", None)
    found = None if name is None else names.find(str(name))
    if isinstance(found, Missing):
        return str(name), found
    if act.do == "withdrawConsent":
        return f"{_CONSENTS}/{found}/withdrawal", found, content
    if "guidedTo" in content:
        content["guidedTo"] = [{"to": to} for to in content["guidedTo"]]
    return "/guidance", found, content if found is None else {**content, "consent": found}


def learn(act: StoryAct, answer: Mapping[str, Any], names: Names) -> None:
    """Learn the consent that was given."""
    if act.do == "giveConsent" and act.name:
        names.learn(act.name, str(answer["consentId"]), of_guidance=True)
