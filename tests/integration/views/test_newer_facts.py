"""Facts of a newer release hold a follower where it is, until a release comes that reads them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from tests.casebook import Case, Casebook
from tests.integration.views.test_on_the_log import record
from tests.newer import NEW, follow, newer_release, record_newer

from cases.app.bootstrap import System, open_system
from cases.app.embedded import Database
from cases.app.settings import Environment, Settings
from cases.projections.comparing import compare
from cases.projections.rebuild import rebuild


@pytest.fixture
def system(database: Database, tmp_path: Path) -> Iterator[System]:
    settings = Settings(
        environment=Environment.TEST, database_url=SecretStr(database.url), state=tmp_path
    )
    with open_system(settings) as opened:
        yield opened


def a_case(system: System) -> Case:
    return record(system, Casebook().case().opened(date(2025, 1, 13)))


def rows(system: System, case_id: UUID) -> list[int | None]:
    """The version each read model has of a case."""
    with system.projector.begin() as connection:
        return [view.versions(connection, [case_id]).get(case_id) for view in system.views.all()]


@pytest.mark.guarantee("EV-4")
def test_a_follower_is_held_at_a_newer_fact_and_goes_on_when_it_can_be_read(
    system: System,
) -> None:
    told, quiet = a_case(system), a_case(system)
    assert [each.position for each in follow(system)] == [2] * 4
    with newer_release(system) as log:
        record_newer(log, told.case_id)
        later = a_case(system)
        for each in follow(system, times=5):
            assert (each.position, each.head, each.held_error) == (2, 4, "UnknownFactType")
            assert each.held_case == told.case_id
        # What is shown is what was known before; nothing was skipped to come to the later case.
        assert rows(system, told.case_id) == [1] * 4
        assert rows(system, quiet.case_id) == [1] * 4
        assert rows(system, later.case_id) == [None] * 4
        for each in follow(system, log):
            assert (each.position, each.held, each.held_error) == (4, False, None)
        assert rows(system, told.case_id) == [2] * 4
        assert rows(system, later.case_id) == [1] * 4
        for view in system.views.all():
            assert compare(system.projector, log, view).differing == ()


@pytest.mark.guarantee("EV-4")
def test_a_case_that_has_a_newer_fact_already_holds_whoever_comes_to_it_again(
    system: System,
) -> None:
    """A release was taken back: the read models are past a fact that cannot be read any more."""
    told = a_case(system)
    with newer_release(system) as log:
        record_newer(log, told.case_id)
        follow(system, log)
        record_newer(log, told.case_id)
        for each in follow(system):
            assert (each.position, each.held_error) == (2, "UnknownFactType")
        assert rows(system, told.case_id) == [2] * 4
        page = system.log.page(0)
        assert [unread.cause.topic for unread in page.not_read] == [NEW, NEW]


@pytest.mark.guarantee("EV-4")
def test_a_read_model_is_not_made_anew_without_the_newer_facts(system: System) -> None:
    told = a_case(system)
    follow(system)
    with newer_release(system) as log:
        record_newer(log, told.case_id)
    follow(system)
    view = system.views.clients
    with pytest.raises(Exception, match="UnknownFactType"):
        rebuild(system.projector, system.log, [view])
    assert rows(system, told.case_id) == [1] * 4
