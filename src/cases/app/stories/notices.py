"""A story's notices (84 §): what another authority sends, and what was to become of it."""

from typing import Any, Final

from cases.app.stories.model import StoryAct
from cases.domain.codes.values import NoticeResult

ACT: Final = "sendNotice"
PATH: Final = "/notices"


def is_notice(act: StoryAct) -> bool:
    """Whether an act sends notices, which are on no case yet."""
    return act.do == ACT


def sender(act: StoryAct) -> str:
    """Who sends: the register of the organisation that a story names somebody of."""
    return f"register@{act.by.partition('@')[2]}"


def refused(answer: Any) -> str | None:
    """Which items were refused and why, by places and codes; None where all were received."""
    told = [
        f"{error['pointer']} {error['code']}"
        for item in answer["items"]
        if item["result"] != NoticeResult.RECEIVED
        for error in item["errors"]
    ]
    return ", ".join(told) or None
