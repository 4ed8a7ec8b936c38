"""The plan as a page of HTML, to print and hand to the client. No script, nothing fetched."""

from datetime import date
from functools import partial
from html import escape
from typing import Final

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action
from cases.app.http.exchange import Desk, case_headers
from cases.app.http.questions import AXES, as_of_asked, shown_or_problem
from cases.app.organisations import Register
from cases.app.outcomes import Seen
from cases.domain.codes.terms import Language
from cases.domain.questions.plan_page import Heading, PlanPage, plan_page

SECTIONS: Final = ("plan", "explanation", "person")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:1.5rem}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{font-weight:600}"
    "dd{margin:0}@media print{body{margin:0;max-width:none}h2{break-after:avoid}}"
)


def show_plan_page(desk: Desk, organisations: Register, request: HttpRequest) -> Response:
    """The plan in force as a page to hand to the client, in Finnish, Swedish or English."""
    exchange = desk.exchange(request, Action.READ_PLAN)
    with exchange.trailing_refusals():
        exchange.only_query(AXES)
        as_of = as_of_asked(exchange)
        case_id = exchange.path_id("caseId")
        caller = exchange.caller(purpose_required=True, form="text/html")
    shown = shown_or_problem(
        desk.cases.asking.show(caller, exchange.action, case_id, as_of, SECTIONS)
    )
    language = exchange.language
    organisations.current()
    name_of = partial(_name, organisations, as_of.valid_on, language)
    text = as_html(plan_page(shown.known, desk.law, language, name_of), language)
    # The names are of the register, which no version of the case tells: only the text itself does.
    headers = case_headers(
        exchange, Seen.of(shown.known.facts), day=as_of.valid_on, masks=shown.masks, also=(text,)
    )
    headers["Content-Security-Policy"] = _POLICY
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(text, 200, headers, "text/html; charset=utf-8")


def as_html(page: PlanPage, language: Language) -> str:
    """The page as a whole document; everything that was written by people is escaped."""
    facts = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in page.facts
    )
    parts = "".join(_part(part) for part in page.parts)
    title = escape(page.title)
    return (
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
        f"<p>{escape(page.summary)}</p>{f'<dl>{facts}</dl>' if facts else ''}{parts}</main>"
        f"<footer><p>{escape(page.as_of)}</p></footer></body></html>"
    )


def _part(part: Heading) -> str:
    if len(part.lines) == 1:
        body = f"<p>{escape(part.lines[0])}</p>"
    else:
        body = "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in part.lines) + "</ul>"
    return f"<section><h2>{escape(part.heading)}</h2>{body}</section>"


def _name(organisations: Register, on: date, language: Language, organisation: str) -> str:
    """The organisation's name of a day in the language; its id where the register has none."""
    entry = organisations.entry(organisation, on)
    return str(getattr(entry.names, language.value)) if entry else organisation
