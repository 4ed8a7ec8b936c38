"""What the adversaries share, and the table that is printed at size."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.adversary.arena import Arena
from tests.adversary.processes import Attackers
from tests.adversary.scorecard import ROW, table
from tests.adversary.size import ALWAYS, AT_SIZE

from cases.app.embedded import Cluster


@pytest.fixture
def arena(
    cluster: Cluster,
    migrated_template: str,
    tmp_path: Path,
    at_size: bool,
    request: pytest.FixtureRequest,
) -> Iterator[Arena]:
    """An arena of the shared cluster; nothing that was started outlives the test."""
    with Attackers(tmp_path) as attackers:
        prepared = Arena(
            cluster=cluster,
            template=migrated_template,
            attackers=attackers,
            size=AT_SIZE if at_size else ALWAYS,
            folder=tmp_path,
            keep=request.node.user_properties.append,
        )
        yield prepared
    prepared.close()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """At size: the table."""
    if not config.getoption("--at-size"):
        return
    said = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == ROW and getattr(report, "when", "") == "call"
    ]
    if said:
        terminalreporter.section("adversaries")
        for line in table(said):
            terminalreporter.write_line(line)
