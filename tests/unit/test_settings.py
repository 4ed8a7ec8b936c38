"""What the environment says is read as the pages write it."""

from datetime import date

import pytest

from cases.app.settings import Environment, Settings
from cases.domain.law.load import DEFAULT_TIMELINE


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("681/2023=2025-01-01", (("681/2023", date(2025, 1, 1)),)),
        ("681/2023@2025=2025-01-01", (("681/2023@2025", date(2025, 1, 1)),)),
        (
            "681/2023=2025-01-01 681/2023@2025=2026-01-01",
            (("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2026, 1, 1))),
        ),
    ],
)
def test_the_timeline_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, said: str, meant: object
) -> None:
    monkeypatch.setenv("CASES_TIMELINE", said)
    assert Settings(environment=Environment.TEST).timeline == meant


def test_without_a_word_the_default_timeline_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASES_TIMELINE", raising=False)
    assert Settings(environment=Environment.TEST).timeline == DEFAULT_TIMELINE
