"""The page of rights, ``docs/access.md``, written from the one table that the program reads.

``python -m tests.access_page`` writes it anew; a test holds page and table equal.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from cases.app.access.policy import OFFICES, TABLE, Action, Relation, Sections
from cases.app.access.principal import FROM_OUTSIDE, Role
from cases.app.http import family_plans, guidance
from cases.app.http.acts import ROUTES
from cases.app.http.questions import QUESTIONS
from cases.app.requests import action_of

PAGE: Final = Path(__file__).parents[1] / "docs" / "access.md"

BESIDE: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.RECORD_ACT: ("handOverAtFormerAddress",),
    Action.READ_PLAN: ("showPlanPage",),
    Action.READ_PROVIDER_EXTRACT: ("showProviderExtract",),
    Action.LOOK_UP_PERSON: ("lookUpPerson",),
    Action.SEARCH_CLIENTS: ("searchClients",),
    Action.READ_CLIENTS: ("showClients",),
    Action.READ_WORKLIST: ("showWorklist", "showRepositoryGaps"),
    Action.READ_ACCESS_TRAIL: ("showAccessTrail",),
    Action.READ_DRAFTS: ("showDrafts", "showDraft", "checkDraft"),
    Action.WRITE_DRAFT: ("beginDraft", "changeDraft"),
    Action.DELETE_DRAFT: ("removeDraft",),
    Action.READ_GUIDANCE: ("showGuidanceRecord",),
    Action.LOOK_UP_GUIDANCE: ("lookUpGuidance",),
    Action.READ_GUIDANCE_TRAIL: ("showGuidanceTrail",),
    Action.READ_GUIDANCE_HISTORY: ("showGuidanceHistory",),
    Action.READ_FAMILY_PLAN: ("showFamilyPlan",),
    Action.READ_FAMILY_PLAN_HISTORY: ("showFamilyPlanHistory",),
    Action.SEND_NOTICE: ("sendNotices",),
    Action.READ_NOTICES: ("showNotices", "showNotice"),
    Action.HANDLE_NOTICE: ("handleNotice",),
    Action.READ_NOTICE_TRAIL: ("showNoticeTrail",),
}
"""The operations that are neither an act on a stream nor a question about one case."""

ROLES: Final[Mapping[Role, str]] = {
    Role.OFFICER: "works for a municipality or an employment authority, on its own cases, and "
    "takes part in others while there is something to take part in",
    Role.PROFESSIONAL: "works for a wellbeing services county, which takes part in others' cases",
    Role.AUDITOR: "reads every case and who has looked at it, and changes nothing",
    Role.OPERATOR: "keeps the system running and sees nobody's data",
    Role.REGISTER: "another authority's register, which tells what the Act has it tell, and reads "
    "nothing",
    Role.IMPORTER: "takes an authority's records over from an old system, and reads nothing",
    Role.CALENDAR: "the product itself, as days pass",
    Role.INBOX: "the product itself, as it puts notices where they belong",
}
ACTIONS: Final[Mapping[Action, str]] = {
    Action.OPEN_CASE: "open a case",
    Action.RECORD_ACT: "perform an act on a case",
    Action.CORRECT_RECORD: "put right what was recorded wrong, annul what should not be there",
    Action.TAKE_PART: "review together, give an expert assessment",
    Action.ANSWER_REFERRAL: "accept or decline a referral",
    Action.EXPIRE_PLAN: "note that a plan is over",
    Action.READ_CASE: "see the case: who it is about, where it stands, what is done",
    Action.READ_PLAN: "see the plan and what is due",
    Action.READ_HISTORY: "see everything that was recorded",
    Action.READ_EXPLANATION: "see why the plan is as it is",
    Action.READ_COSTS: "see compensable costs",
    Action.READ_PROVIDER_EXTRACT: "see what a provider of a service may be told",
    Action.LOOK_UP_PERSON: "find a case by identity code",
    Action.SEARCH_CLIENTS: "find clients by name and date of birth",
    Action.READ_CLIENTS: "see the list of clients",
    Action.READ_WORKLIST: "see the worklist and the gaps of the record",
    Action.READ_ACCESS_TRAIL: "see who has looked at a case",
    Action.READ_OPERATIONS: "see how the system fares, without anybody's data",
    Action.READ_DRAFTS: "see drafts",
    Action.WRITE_DRAFT: "write drafts",
    Action.DELETE_DRAFT: "remove drafts",
    Action.OPEN_GUIDANCE_RECORD: "record a consent to guidance being recorded",
    Action.RECORD_GUIDANCE: "record guidance, and the withdrawal of the consent",
    Action.READ_GUIDANCE: "see guidance that was recorded",
    Action.LOOK_UP_GUIDANCE: "find guidance records by identity code",
    Action.READ_GUIDANCE_TRAIL: "see who has looked at a guidance record",
    Action.CORRECT_GUIDANCE: "correct and annul what was recorded of guidance, and the consent",
    Action.READ_GUIDANCE_HISTORY: "see who recorded guidance, and what was put right",
    Action.DRAW_UP_FAMILY_PLAN: "draw up a family plan",
    Action.RECORD_FAMILY_PLAN: "review, join, leave and end a family plan",
    Action.CORRECT_FAMILY_PLAN: "correct and annul what is recorded of a family plan",
    Action.READ_FAMILY_PLAN_HISTORY: "see what was recorded of a family plan, and by whom",
    Action.READ_FAMILY_PLAN: "see what a family plan says of a member",
    Action.NOTE_FAMILY_PLAN: "note on a member's case where the family plan stands",
    Action.NOTE_EARLIER_PLANS: "note in a case what was put right in another one of the person",
    Action.RECORD_BENEFIT_NOTICE: "record what was told of a benefit",
    Action.SEND_NOTICE: "send notices to a municipality",
    Action.READ_NOTICES: "see notices that wait",
    Action.HANDLE_NOTICE: "handle a notice that waits",
    Action.READ_NOTICE_TRAIL: "see who has sent, seen or handled a notice",
}
RELATIONS: Final[Mapping[Relation, tuple[str, str]]] = {
    Relation.NONE: ("no case", "no case is in question yet: opening, looking up, lists as such"),
    Relation.RESPONSIBLE: ("own", "answers for the case; a guidance record or notice of its own"),
    Relation.REFERRED_TO: ("referred to", "has a referral of the client to answer"),
    Relation.PARTY: ("party", "takes part in a plan, an assessment or an expert assessment"),
    Relation.HANDED_OVER: ("handed over", "handed the case over, and a plan of before is not over"),
    Relation.WAS_PARTY: ("was party", "was either until a plan ended, six months ago at most"),
    Relation.OTHER: ("other", "none of these"),
}
"""By relation, the heading of its column, and how the caller's organisation stands to the case."""

HEAD: Final = """\
# Who may do what

Written from the table the program reads (`src/cases/app/access/policy.py`) by `python -m \
tests.access_page`; a test holds both equal. A cell names what gives the right: sections of the \
Act 681/2023, of the decree, articles of the GDPR. **What has no cell is denied.** Every look, \
every act and every refusal of somebody who has signed in is on the access trail before it is \
answered.

A caller has the rights of the roles that the purpose of use it names belongs to, and a purpose \
allows some actions only (`GET /v1/purposes`). Whoever proves itself by a certificate or over \
X-Road has the role `REGISTER` and no other, and the same rights as with a token. The rules of \
the Act are asked after that: a right to act is no answer to whether the act is lawful. Of a \
protected client, authorities that are not at work on the case now stand to it as `other`.

A denial is 403 to whoever may read that very case (guidance record, notice), and else 404: that \
there is a case is nothing a stranger learns. `recordGuidance` names the \
consent in its body: that of another authority is answered like one there is none of, 422.

## How an organisation stands to a case

The closest of these that holds on the day. To a guidance record, and to a notice, an \
organisation is `own` or `other`.

"""


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join((*_relations(), *_roles(), *_actions())) + "\n"


def _relations() -> Iterator[str]:
    yield "| column | the caller's organisation |"
    yield "|---|---|"
    for heading, meaning in RELATIONS.values():
        yield f"| {heading} | {meaning} |"


def _roles() -> Iterator[str]:
    for role in Role:
        rows = {action: TABLE[role, action] for action in Action if (role, action) in TABLE}
        used = [each for each in RELATIONS if any(each in row for row in rows.values())]
        kinds = ", ".join(f"`{kind.value}`" for kind in sorted(OFFICES[role]))
        inside = "" if role in FROM_OUTSIDE else " No access token gives this role."
        yield f"\n## {role.value}\n"
        yield f"{ROLES[role][0].upper()}{ROLES[role][1:]}.{inside} Counts in: {kinds}.\n"
        yield "| may | " + " | ".join(RELATIONS[each][0] for each in used) + " |"
        yield "|---|" + "---|" * len(used)
        for action, row in rows.items():
            cells = (_cell(row.get(each, ())) for each in used)
            yield f"| {ACTIONS[action]} (`{action.value}`) | " + " | ".join(cells) + " |"


def _cell(sections: Sections) -> str:
    return ", ".join(each.replace(":", " ") for each in sections)


def _actions() -> Iterator[str]:
    """Which operations an action is."""
    yield "\n## Operations by action\n"
    yield "| action | operations |"
    yield "|---|---|"
    operations: dict[Action, list[str]] = {}
    for route in (*ROUTES, *guidance.ROUTES, *family_plans.ROUTES):
        operations.setdefault(action_of(route.act), []).append(route.act.NAME)
    for question in QUESTIONS:
        operations.setdefault(question.action, []).append(question.name)
    for action, beside in BESIDE.items():
        operations.setdefault(action, []).extend(beside)
    for action in Action:
        if action in operations:
            names = ", ".join(f"`{name}`" for name in operations[action])
            yield f"| `{action.value}` | {names} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
