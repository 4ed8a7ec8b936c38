"""Aids for development: an identity provider, tokens, and calls without curl."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cases.app.cli.ground import development_settings, quiet_logs, until_stopped
from cases.app.cli.output import say
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from cases.app.http.idp import DevelopmentProvider
    from cases.app.settings import Settings

group = typer.Typer(
    no_args_is_help=True,
    help="""Aids for development: they refuse to run where CASES_ENVIRONMENT says production.
Where a database, keyring or register is configured, CASES_ENVIRONMENT must say development.

People are role@organisation, such as officer@vaasa or auditor@tarkastus.""",
)
PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="role@organisation, such as officer@vaasa.")
]
Issuer = Annotated[
    str | None, typer.Option(help="The development identity provider (CASES_ISSUER).")
]


@group.command("idp")
def idp(
    port: Annotated[int | None, typer.Option(help="Port (CASES_IDP_PORT).")] = None,
) -> None:
    """Run the development identity provider until told to stop.

    It has a page to pick a person from, and a token endpoint. Tokens count only where the
    installation runs in development and CASES_ISSUER names this provider.
    """
    from cases.app.http.idp import provider_app
    from cases.app.serving import Server, listen

    with until_stopped() as stopping:
        settings = development_settings(idp_port=port)
        quiet_logs()
        with (
            listen(settings.host, settings.idp_port, "--port or CASES_IDP_PORT") as listening,
            Server(provider_app(_provider(settings)), listening, threads=2) as server,
        ):
            stopping.started()
            say(f"Giving tokens on {server.url} as {settings.issuer} until Ctrl-C.")
            stopping.wait()


@group.command("token", epilog="Example: cases dev token officer@vaasa")
def token(person: PersonArgument, issuer: Issuer = None) -> None:
    """Print an access token from the development identity provider that is running."""
    settings = development_settings(issuer=issuer)
    say(_token(settings.issuer, person))


@group.command(
    "call",
    epilog="Example: cases dev call officer@vaasa GET /worklist "
    "-H 'Purpose-Of-Use: ORGANISING_SERVICES'",
)
def call(  # noqa: PLR0913, PLR0917 - one parameter for each argument
    person: PersonArgument,
    method: Annotated[str, typer.Argument(help="GET, POST or another.")],
    path: Annotated[
        str, typer.Argument(help="Below /v1, such as /worklist, or with it; with its query.")
    ],
    body: Annotated[str | None, typer.Option(help="The body, JSON.")] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", help="A header, Name: value.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where `cases serve` answers.")] = None,
    issuer: Issuer = None,
) -> None:
    """Call the running HTTP interface as a person, and print the answer: curl for the curl-less.

    Exit code 1 when the answer is a problem (4xx or 5xx).
    """
    import httpx2

    settings = development_settings(issuer=issuer)
    base = url or f"http://{settings.host}:{settings.port}"
    headers = dict(_header(each) for each in header or ())
    headers.setdefault("Authorization", f"Bearer {_token(settings.issuer, person)}")
    headers.setdefault("Accept-Language", "en")
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
    below = path if path.startswith("/v1") else f"/v1{path}"
    try:
        answer = httpx2.request(
            method.upper(),
            f"{base}{below}",
            content=body,
            headers=headers,
            timeout=30.0,
            trust_env=False,
        )
    except (httpx2.TransportError, httpx2.InvalidURL):
        raise Trouble(ExitCode.NO_ANSWER, f"Nobody answers at {base}; is it running?") from None
    say(_readable(answer.content))
    if answer.status_code >= 400:
        sys.stderr.write(f"{answer.status_code} {answer.reason_phrase}\n")
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _token(issuer: str, person: str) -> str:
    """An access token from the provider's token endpoint."""
    import httpx2

    form = {"grant_type": "client_credentials", "person": person}
    try:
        answer = httpx2.post(f"{issuer}/token", data=form, timeout=10.0, trust_env=False)
    except (httpx2.TransportError, httpx2.InvalidURL):
        raise Trouble(
            ExitCode.NO_ANSWER,
            f"No identity provider answers at {issuer}; start cases demo or cases dev idp.",
        ) from None
    if answer.status_code != 200:
        raise Trouble(ExitCode.NOT_FOUND, "There is no such person; people are role@organisation.")
    return str(answer.json()["access_token"])


def _provider(settings: "Settings") -> "DevelopmentProvider":
    """The provider without an installation: it needs the organisations and nothing else."""
    from cases.app.bootstrap import make_id, standing_organisations
    from cases.app.clock import WallClock
    from cases.app.http.idp import DevelopmentProvider

    clock, organisations = WallClock(), standing_organisations(settings).organisations
    return DevelopmentProvider(
        settings.state,
        settings.environment,
        issuer=settings.issuer,
        audience=settings.audience,
        organisations=organisations.ids(),
        find=organisations.find,
        now=clock.now,
        new_id=lambda: make_id(clock),
    )


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise Trouble(ExitCode.WRONG_USAGE, "A header is given as -H 'Name: value'.")
    return name.strip(), value.strip()


def _readable(content: bytes) -> str:
    try:
        value: Any = json.loads(content)
    except ValueError:
        return content.decode(errors="replace")
    return json.dumps(value, indent=2, ensure_ascii=False)
