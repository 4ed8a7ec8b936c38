"""``/problems/{code}``: what each problem means, in three languages, for people and programs.

Public and the same for everybody; it shows the catalogue and nothing of anybody's request.
"""

from html import escape
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from cases.app.http.errors import respond
from cases.app.http.headers import accepts
from cases.app.http.problems import Problematic, ProblemCode, fault_texts, problem_texts
from cases.domain.codes.terms import Language

_FORMS: Final = ("application/json", "text/html")
_BY_NAME: Final = {code.value: code for code in ProblemCode}
_HEADERS: Final = {"Cache-Control": "public, max-age=3600", "Vary": "Accept"}


def describe(code: ProblemCode) -> dict[str, Any]:
    """One problem as data: its code, status, and texts by language."""
    texts = problem_texts(code)
    return {
        "type": f"/problems/{code.value}",
        "code": code.value,
        "status": code.status,
        "title": {each.value: texts.title.in_language(each) for each in Language},
        "detail": {each.value: texts.detail.in_language(each) for each in Language},
    }


async def problem_catalogue(request: Request) -> Response:
    """All problems, and the codes of single errors within them."""
    if _form(request) == "text/html":
        links = "".join(
            f'<li><a href="/problems/{each.value}">{each.status} {each.value}</a></li>'
            for each in ProblemCode
        )
        return _html("Problems", f"<h1>Problems</h1><ul>{links}</ul>")
    errors = {
        code: {each.value: terms.in_language(each) for each in Language}
        for code, terms in fault_texts().items()
    }
    document = {"problems": [describe(each) for each in ProblemCode], "errors": errors}
    return JSONResponse(document, headers=_HEADERS)


async def problem_page(request: Request) -> Response:
    """One problem; not found where there is none of that name."""
    code = _BY_NAME.get(request.path_params["code"])
    if code is None:
        return respond(request, Problematic(ProblemCode.NOT_FOUND))
    if _form(request) == "text/html":
        texts = problem_texts(code)
        parts = "".join(
            f'<section lang="{each.value}"><h2>{escape(texts.title.in_language(each))}</h2>'
            f"<p>{escape(texts.detail.in_language(each))}</p></section>"
            for each in Language
        )
        return _html(code.value, f"<h1>{code.status} {code.value}</h1>{parts}")
    return JSONResponse(describe(code), headers=_HEADERS)


def _form(request: Request) -> str:
    return accepts(request.headers, _FORMS)


def _html(title: str, body: str) -> Response:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>{body}</body></html>"
    )
    return HTMLResponse(page, headers=_HEADERS)
