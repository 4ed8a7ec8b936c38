"""The pages for those who build a screen: every request is sent, every answer is as shown."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx2
import pytest
from tests.journeys import FOLDER, PAGES, Day, Exchange, Names, Step, read_page
from tests.service import Service

SECRETS = ("Ahmadi", "Karimi", "140392-9029", "270598W950C")
"""Of the people of the pages, what no log line may hold."""


def read(page: str) -> tuple[Step, ...]:
    """The steps of a page."""
    return read_page((FOLDER / page).read_text(encoding="utf-8"))


class Teller:
    """Tells the pages, one after the other, to one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._names = Names()

    def tell(self, page: str) -> None:
        """Send what the page sends. Fails at the first answer that is not as shown."""
        for step in read(page):
            match step:
                case Day():
                    self._service.clock.set(step.instant)
                case Exchange():
                    self._exchange(step, f"{page}, line {step.line}")

    def _exchange(self, step: Exchange, where: str) -> None:
        answer = self._sent(step)
        told = f"{where}: {step.method} {step.target} was answered {answer.status_code}"
        assert answer.status_code == step.status, f"{told} {answer.text}"
        kind = answer.headers.get("content-type", "")
        content = answer.json() if "json" in kind and answer.content else None
        wrong = [
            *(self._names.differ(step.content, content) if step.content is not None else ()),
            *self._names.headers_differ(step.answered, answer.headers),
        ]
        assert wrong == [], f"{told}\n{json.dumps(content, ensure_ascii=False, indent=1)}"

    def _sent(self, step: Exchange) -> httpx2.Response:
        names = self._names
        headers = []
        for name, value in step.headers:
            if name == "Authorization" and "@" in value:
                person = value.removeprefix("Bearer {").removesuffix("}")
                headers.append((name, f"Bearer {self._service.token(person)}"))
            else:
                headers.append((name, names.header(name, value)))
        send = partial(
            self._service.send,
            step.method,
            str(names.fill(step.target)).removeprefix("/v1"),
            by=None,
            purpose=None,
            headers=headers,
            body=None if step.body is None else names.fill(step.body),
        )
        if "Prefer" not in dict(headers):
            return send()
        # Somebody waits for the lists: they are brought up to date meanwhile.
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(send)
            while not answer.done():
                self._service.settle()
            return answer.result()


@pytest.fixture(scope="module")
def told(service: Service) -> dict[str, AssertionError | None]:
    """Each page that was told, and what is not as it shows. After one that lies none is told."""
    service.secrets.update(SECRETS)
    teller = Teller(service)
    pages: dict[str, AssertionError | None] = {}
    for page in PAGES:
        try:
            teller.tell(page)
        except AssertionError as lie:
            pages[page] = lie
            break
        pages[page] = None
    return pages


@pytest.mark.guarantee("AP-15")
@pytest.mark.parametrize("page", PAGES)
def test_every_request_of_a_page_is_answered_as_the_page_shows(
    told: dict[str, AssertionError | None], page: str
) -> None:
    assert page in told, f"{[*told][-1]} was not as it shows, and this page goes on from it"
    lie = told[page]
    if lie is not None:
        raise lie


@pytest.mark.guarantee("AP-15")
def test_every_page_of_the_folder_is_told() -> None:
    assert {each.name for each in FOLDER.glob("*.md")} == {*PAGES}


@pytest.mark.guarantee("AP-15")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_what_goes_well_and_what_is_refused(page: str) -> None:
    statuses = {step.status for step in read(page) if isinstance(step, Exchange)}
    assert any(status < 300 for status in statuses)
    assert any(status >= 400 for status in statuses), page
