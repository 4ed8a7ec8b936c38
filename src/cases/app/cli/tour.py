"""The guided tour of the demonstration: one list of requests, as lines to paste into a terminal."""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OFFICER: Final = "officer@vaasa"
AUDITOR: Final = "auditor@tarkastus"
FOR_WORK: Final = "ORGANISING_SERVICES"
FOR_CONTROL: Final = "DATA_PROTECTION_AUDIT"


@dataclass(frozen=True)
class Stop:
    """One stop of the tour. ``says`` tells what to see; ``learns`` is a shell variable and the
    member of the answer it takes; ``path`` may hold shell variables."""

    says: str
    person: str
    purpose: str
    method: str
    path: str
    body: str | None = None
    learns: tuple[str, str] | None = None


TOUR: Final[tuple[Stop, ...]] = (
    Stop(
        says="Find Narges by her identity code (it stands in the body, never in an address).",
        person=OFFICER,
        purpose=FOR_WORK,
        method="POST",
        path="/person-lookups",
        body='{"identityCode": "140392-9029"}',
        learns=("CASE", "caseId"),
    ),
    Stop(
        says="Her plan on 15 June 2025: the first of two, to be reviewed by 3 September.",
        person=OFFICER,
        purpose=FOR_WORK,
        method="GET",
        path="/cases/$CASE/plan?validOn=2025-06-15",
    ),
    Stop(
        says="Everything that happened: who recorded what, when, under which rules of the Act.",
        person=OFFICER,
        purpose=FOR_WORK,
        method="GET",
        path="/cases/$CASE/history?validOn=2026-11-21",
    ),
    Stop(
        says="The plan on 15 September 2025, as it was known on 1 August: the review is overdue.",
        person=OFFICER,
        purpose=FOR_WORK,
        method="GET",
        path="/cases/$CASE/plan?validOn=2025-09-15&knownAt=2025-08-01T00:00:00Z",
    ),
    Stop(
        says="The same day, as it is known now: it was held in time, on 1 September.",
        person=OFFICER,
        purpose=FOR_WORK,
        method="GET",
        path="/cases/$CASE/plan?validOn=2025-09-15",
    ),
    Stop(
        says="Why her plans end on 3 March 2027 at the latest, with the sections and the sum.",
        person=OFFICER,
        purpose=FOR_WORK,
        method="GET",
        path="/cases/$CASE/explanation?validOn=2026-11-21",
    ),
    Stop(
        says="What Vaasa had to do for her on that day, and by when.",
        person=OFFICER,
        purpose=FOR_WORK,
        method="GET",
        path="/cases/$CASE/dues?validOn=2026-11-21",
    ),
    Stop(
        says="What Vaasa has to do now, for all its clients.",
        person=OFFICER,
        purpose=FOR_WORK,
        method="GET",
        path="/worklist",
    ),
    Stop(
        says="Who has looked at her case, and what for: an auditor asks.",
        person=AUDITOR,
        purpose=FOR_CONTROL,
        method="GET",
        path="/cases/$CASE/access-trail",
    ),
)


def tour_lines(api: str, issuer: str, state: Path, *, curl: bool) -> tuple[str, ...]:
    """The tour as lines for a shell, comments included: with curl, or with ``cases dev call``.

    ``state`` is the folder of the demonstration, which the command line looks into.
    """
    lines: list[str] = []
    if curl:
        for person, variable in _TOKENS.items():
            lines += [
                f"# A token for {person}, from the development identity provider.",
                f"{variable}=$({_curl_token(issuer, person)})",
                "",
            ]
    for stop in TOUR:
        if stop.path == _LOOKED_AFTER:
            lines += [*_look(state), ""]
        command = _curl(stop, api) if curl else _dev_call(stop, api, issuer)
        lines.append(f"# {stop.says}")
        if stop.learns is None:
            lines.append(
                f"{command} | {_python()} -m json.tool --no-ensure-ascii" if curl else command
            )
        else:
            variable, member = stop.learns
            lines.append(f"{variable}=$({command} | {_member(member)}); echo ${variable}")
        lines.append("")
    return tuple(lines[:-1])


_LOOKED_AFTER: Final = "/cases/$CASE/access-trail"
"""The trail comes last: it tells of every look before."""


def _look(state: Path) -> tuple[str, str]:
    """The explanation as an operator or auditor reads it, without HTTP."""
    folder = shlex.quote(_from_here(state))
    settings = f"CASES_ENVIRONMENT=development CASES_STATE={folder}"
    return (
        "# The same explanation on the command line, in Finnish.",
        f"{settings} {_program('cases')} case explain $CASE --lang fi --valid-on 2026-11-21",
    )


_TOKENS: Final = {OFFICER: "TOKEN", AUDITOR: "AUDITOR"}


def _curl_token(issuer: str, person: str) -> str:
    form = f"-d grant_type=client_credentials -d person={person}"
    return f"curl -sS {form} {issuer}/token | {_member('access_token')}"


def _curl(stop: Stop, api: str) -> str:
    parts = ["curl -sS"]
    parts.append(f'-H "Authorization: Bearer ${_TOKENS[stop.person]}"')
    parts.append(f"-H 'Purpose-Of-Use: {stop.purpose}'")
    parts.append("-H 'Accept-Language: en'")
    if stop.body is not None:
        parts.append(f"-H 'Content-Type: application/json' -d {shlex.quote(stop.body)}")
    parts.append(f'"{api}/v1{stop.path}"')
    return " ".join(parts)


def _dev_call(stop: Stop, api: str, issuer: str) -> str:
    parts = [f"{_program('cases')} dev call --url {api} --issuer {issuer}"]
    parts.append(f"-H 'Purpose-Of-Use: {stop.purpose}'")
    if stop.body is not None:
        parts.append(f"--body {shlex.quote(stop.body)}")
    parts.append(f'{stop.person} {stop.method} "{stop.path}"')
    return " ".join(parts)


def _member(name: str) -> str:
    """Takes one member out of a JSON object, with nothing but Python."""
    return f"{_python()} -c 'import json, sys; print(json.load(sys.stdin)[\"{name}\"])'"


def _python() -> str:
    return _program(Path(sys.executable).name)


def _program(name: str) -> str:
    """A program of our environment, as short as it can be written from here."""
    return shlex.quote(_from_here(Path(sys.executable).with_name(name)))


def _from_here(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
