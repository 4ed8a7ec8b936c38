"""At size: how much was tried."""

from typing import Any

import pytest


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The number of schedules of each scene, and the bugs that were found in it."""
    if not config.getoption("--at-size"):
        return
    said = [
        (name, value)
        for report in terminalreporter.stats.get("passed", ())
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
    ]
    scenes = sorted(value for name, value in said if name == "schedules")
    bugs = [value[0] for name, value in said if name == "bug"]
    if scenes:
        terminalreporter.section("schedules")
    for scene, explored in scenes:
        terminalreporter.write_line(f"{scene}: {explored}; bugs found: {bugs.count(scene)}")
