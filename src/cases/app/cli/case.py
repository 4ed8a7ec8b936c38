"""Looking at one case as an auditor: what is so, and why."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from uuid import UUID

import typer

from cases.app.cli.ground import (
    account,
    legal_day,
    opened,
    quiet_logs,
    read_settings,
    with_database,
)
from cases.app.cli.output import say, say_json, say_rows
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from cases.app.access.caller import Caller
    from cases.app.access.policy import Action
    from cases.app.bootstrap import System
    from cases.app.outcomes import Shown
    from cases.domain.codes.terms import Language
    from cases.domain.law.edition import Law

group = typer.Typer(
    no_args_is_help=True,
    help="""Look at one case as an auditor.

Every look leaves a line in the access trail, under the name of your account on this machine, in the
organisation given with --organisation (an auditor in the register of organisations), for the
purpose DATA_PROTECTION_AUDIT.""",
)

Case = Annotated[UUID, typer.Argument(metavar="ID", help="The id of the case.")]
ValidOn = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="The legal day asked about (Helsinki); today without it."
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(help="What was known then: an instant such as 2025-07-01T12:00:00Z."),
]
Version = Annotated[int | None, typer.Option(min=1, help="The case as of this version.")]
Edition = Annotated[
    str | None,
    typer.Option(help="As if this edition applied on every day, such as 681/2023@2025."),
]
Lang = Annotated[str, typer.Option(help="fi, sv or en.")]
Organisation = Annotated[str, typer.Option(help="Your organisation: an auditor.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@group.command(
    "show",
    epilog="Example: cases case show 0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d --valid-on 2025-09-15",
)
def show(  # noqa: PLR0913, PLR0917 - one parameter for each option
    case_id: Case,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    version: Version = None,
    edition: Edition = None,
    organisation: Organisation = "tarkastus",
    as_json: AsJson = False,
) -> None:
    """Show the plan in force and everything that happened.

    On any legal day, as known at any instant, at any version.
    """
    from cases.app.access.policy import Action
    from cases.domain.codes.terms import Language
    from cases.domain.questions.current_plan import current_plan
    from cases.domain.questions.history import history

    asked = _Asked(case_id, valid_on, known_at, version, edition, organisation)
    shown, law = _look(asked, Action.READ_HISTORY, ("plan", "history", "person"))
    plan = current_plan(shown.known, law).model_dump(mode="json")
    entries = history(shown.known, Language.EN).model_dump(mode="json")["entries"]
    if as_json:
        say_json({**_of(shown, edition), **plan, "entries": entries})
        return
    _say_plan(plan, shown)
    say_rows(
        ("version", "effective on", "recorded at", "what", "by"),
        [
            (e["version"], e["effectiveOn"], e["recordedAt"], _title(e), f"{e['role']} {e['by']}")
            for e in entries
        ],
    )


@group.command(
    "explain",
    epilog="Example: cases case explain 0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d --lang fi",
)
def explain(  # noqa: PLR0913, PLR0917 - one parameter for each option
    case_id: Case,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    version: Version = None,
    lang: Lang = "en",
    edition: Edition = None,
    organisation: Organisation = "tarkastus",
    as_json: AsJson = False,
) -> None:
    """Explain why the plan is in the state it is in: every date with its section and its sum."""
    from cases.app.access.policy import Action
    from cases.domain.questions.explanation import explanation

    language = _language(lang)
    asked = _Asked(case_id, valid_on, known_at, version, edition, organisation)
    shown, law = _look(asked, Action.READ_EXPLANATION, ("explanation",))
    answer = explanation(shown.known, law, language).model_dump(mode="json")
    if as_json:
        say_json({**_of(shown, edition), **answer})
        return
    say(str(answer["summary"]))
    for name in ("validUntil", "maximumUntil", "nextReviewOn", "nextReviewDue", "guidanceDue"):
        if answer[name] is not None:
            say(f"  {answer[name]['date']}  {answer[name]['text']}")
    for due in answer["dues"]:
        say(f"  {due['title']}: {due['text']}")
    for link in answer["chain"]:
        say(f"{link['version']:>4}  {link['effectiveOn']}  {link['title']}  ({link['by']})")
        for told in link["days"]:
            say(f"      {told}")
        for rule in link["rules"]:
            say(f"      {rule['section']}: {rule['text']}")


@group.command(
    "dues", epilog="Example: cases case dues 0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d --json"
)
def dues(  # noqa: PLR0913, PLR0917 - one parameter for each option
    case_id: Case,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    version: Version = None,
    lang: Lang = "en",
    edition: Edition = None,
    organisation: Organisation = "tarkastus",
    as_json: AsJson = False,
) -> None:
    """Show what has to be done in the case, by whom and until when."""
    from cases.app.access.policy import Action
    from cases.domain.questions.dues import what_is_due

    language = _language(lang)
    asked = _Asked(case_id, valid_on, known_at, version, edition, organisation)
    shown, law = _look(asked, Action.READ_PLAN, ("dues",))
    answer = what_is_due(shown.known, law, language).model_dump(mode="json")
    if as_json:
        say_json({**_of(shown, edition), **answer})
        return
    say_rows(
        ("what", "who", "by", "agreed", "since", "overdue since", "section"),
        [
            tuple(
                str(due[name] or "")
                for name in (
                    "title",
                    "authority",
                    "by",
                    "plannedOn",
                    "since",
                    "overdueSince",
                    "section",
                )
            )
            for due in answer["dues"]
        ],
    )


@group.command(
    "record",
    epilog="Example: cases case record 0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d --lang sv",
)
def record(  # noqa: PLR0913, PLR0917 - one parameter for each option
    case_id: Case,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    version: Version = None,
    lang: Lang = "en",
    edition: Edition = None,
    organisation: Organisation = "tarkastus",
    as_json: AsJson = False,
) -> None:
    """Show what the decree wants recorded of the case, what is there and what is missing."""
    from cases.app.access.policy import Action
    from cases.domain.questions.repository_record import repository_record

    language = _language(lang)
    asked = _Asked(case_id, valid_on, known_at, version, edition, organisation)
    shown, law = _look(asked, Action.READ_CASE, ("repositoryRecord",))
    answer = repository_record(shown.known, law, language).model_dump(mode="json")
    if as_json:
        say_json({**_of(shown, edition), **answer})
        return
    say_rows(
        ("of", "on", "item", "section", "recorded", "lacks"),
        [
            (
                part["title"],
                part["on"],
                item["title"],
                item["section"],
                "yes" if item["recorded"] else "MISSING",
                ", ".join(item["lacks"]),
            )
            for part in answer["parts"]
            for item in part["items"]
        ],
    )
    whom = ", ".join(answer["compulsoryFor"])
    compulsory = f"recording is compulsory from {answer['compulsoryFrom']} for {whom}"
    say(f"{answer['missing']} missing; {compulsory}.")


def _title(entry: Mapping[str, Any]) -> str:
    """What happened, and when the old system recorded it where it was imported from one."""
    old = entry["oldRecord"]
    return f"{entry['title']} – {old['text']}" if old else str(entry["title"])


def _language(text: str) -> "Language":
    from cases.domain.codes.terms import Language

    if text not in {each.value for each in Language}:
        raise Trouble(ExitCode.WRONG_USAGE, "--lang is fi, sv or en.")
    return Language(text)


def _law(system: "System", edition: str | None) -> "Law":
    """The law of the installation, or one in which this edition applies on every day."""
    from cases.domain.law.edition import NoEdition

    if edition is None:
        return system.law
    try:
        return system.law.under(edition)
    except NoEdition:
        known = ", ".join(each.id for each in system.law.editions)
        raise Trouble(ExitCode.WRONG_USAGE, f"--edition is one of {known}.") from None


def _auditor(system: "System", organisation: str) -> "Caller":
    """You, by the name of your account, as an auditor of the organisation."""
    from cases.app.access.caller import Caller
    from cases.app.access.principal import Principal, Role
    from cases.domain.codes.values import OrganisationKind

    found = system.organisations.find(organisation)
    if found is None or found.kind is not OrganisationKind.AUDITOR:
        raise Trouble(
            ExitCode.NOT_FOUND, "--organisation names no auditor in the register of organisations."
        )
    principal = Principal(subject=account(), organisation=found, roles=frozenset({Role.AUDITOR}))
    purpose = system.purposes.purpose(
        "DATA_PROTECTION_AUDIT", principal.roles, system.clock.today()
    )
    return Caller(principal, purpose, str(system.new_id()))


class _Asked(NamedTuple):
    """What every look at a case asks for, as it was written at the command line."""

    case_id: UUID
    valid_on: datetime | None
    known_at: str | None
    version: int | None
    edition: str | None
    organisation: str


def _look(asked: _Asked, action: "Action", sections: Sequence[str]) -> "tuple[Shown, Law]":
    """The case, once the look at it is on the trail, and the law to see it under.

    Raises Trouble where there is no such case, version, edition or auditor, and for a day or an
    instant that can't be asked about.
    """
    from cases.app.outcomes import CannotAnswer, Shown
    from cases.domain.questions.as_of import AsOf

    valid_on = legal_day("--valid-on", asked.valid_on)
    known_at = None if asked.known_at is None else _instant(asked.known_at)
    quiet_logs()
    with with_database(read_settings()) as settings, opened(settings) as system:
        law = _law(system, asked.edition)
        day = valid_on or system.clock.today()
        as_of = AsOf(valid_on=day, known_at=known_at, version=asked.version)
        auditor = _auditor(system, asked.organisation)
        answer = system.cases.asking.show(auditor, action, asked.case_id, as_of, sections)
    match answer:
        case Shown():
            return answer, law
        case CannotAnswer():
            raise _to_come(asked)
    raise Trouble(ExitCode.NOT_FOUND, "There is no such case, or nothing of it was known then.")


def _to_come(asked: _Asked) -> Trouble:
    """Why nothing can be told of a version or an instant that is still to come."""
    if asked.known_at is None:
        return Trouble(ExitCode.NOT_FOUND, "The case has no such version.")
    said = "--known-at is still to come: nobody knows what will be known then."
    if asked.version is not None:
        said = f"The case has no such version, or {said}"
    return Trouble(ExitCode.WRONG_USAGE, said)


def _instant(text: str) -> datetime:
    """An instant, in UTC. Raises Trouble for what is none, or has no zone."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Trouble(
        ExitCode.WRONG_USAGE, "--known-at is an instant with its zone: 2025-07-01T12:00:00Z."
    )


def _of(shown: "Shown", edition: str | None) -> dict[str, Any]:
    """Of which case and version, on which day, known when, as if which edition applied."""
    return {
        "caseId": str(shown.case_id),
        "version": shown.version,
        "validOn": shown.as_of.valid_on.isoformat(),
        "knownAt": _utc(shown.as_of.known_at) if shown.as_of.known_at else None,
        "recordedAt": _utc(shown.recorded_at),
        "edition": edition,
    }


def _utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _say_plan(answer: dict[str, Any], shown: "Shown") -> None:
    plan, day = answer["plan"], shown.as_of.valid_on
    say(f"Case {shown.case_id}, version {shown.version}, on {day}")
    if plan is None:
        over = answer["overSince"]
        say("No plan is in force." + (f" The last one is over since {over}." if over else ""))
        return
    say(plan_line(plan))


def plan_line(plan: Mapping[str, Any]) -> str:
    """The plan in force in one line."""
    line = f"{plan['kind']} plan of {plan['responsible']}, {plan['validFrom']} – "
    line += f"{plan['validUntil']}, at most until {plan['maximumUntil']}; "
    if plan["inForce"] == "FOR_STUDIES_ONLY":
        until = plan["forStudiesUntil"]
        line += f"for the support of studies only from {plan['forStudiesFrom']}"
        line += f" until {until}; " if until else "; "
    if plan["nextReviewDue"] is None:
        return line + f"next review agreed for {plan['nextReviewOn']}."
    return line + f"next review by {plan['nextReviewDue']}."
