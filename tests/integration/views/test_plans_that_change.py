"""A case whose plan is switched, extended, continued and handed over: rows, lists, migration."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from tests.acts import draw_up
from tests.casebook import Case, Casebook
from tests.desk import DRAWN_UP, LAW, MAXIMUM, VAASA_TE, Desk
from tests.integration.views.test_rebuild import AS_THE_LOG, contents, follow
from tests.standing import planned

from cases.app.embedded import Database
from cases.app.store.migrations.versions import r0007_plans
from cases.domain.case.extension.acts import ContinueForStudies, ExtendPlan
from cases.domain.case.plan.acts import Measure
from cases.domain.case.responsibility.acts import (
    AcceptReferral,
    AssignWorker,
    ReferToEmploymentAuthority,
)
from cases.domain.case.review.acts import ReviewFindings, SwitchPlan
from cases.domain.case.studies.acts import StartSupportedStudies
from cases.domain.codes.values import (
    DueKind,
    ExtensionGround,
    InForce,
    Initiative,
    PlanKind,
    ReferralReason,
    ReviewHeldBy,
    Service,
)
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import current_plan
from cases.domain.questions.repository_record import gaps
from cases.projections.clients.fold import Clients
from cases.projections.clients.queries import clients
from cases.projections.comparing import compare
from cases.projections.reading import reading
from cases.projections.rebuild import rebuild
from cases.projections.timers.fold import Timers
from cases.projections.worklist.fold import Worklist
from cases.projections.worklist.queries import missing, worklist

REFERRED, HANDED_OVER, EXTENDED = date(2025, 4, 1), date(2025, 4, 7), date(2026, 9, 1)
CONTINUED = date(2028, 2, 1)
LATEST = date(2028, 3, 3)


def telling() -> Desk:
    """A desk whose case is told to a book of its own."""
    desk = planned()
    book = Casebook(list(desk.case.book.ledger))
    desk.case = Case(book, desk.case.case_id, list(desk.facts))
    return desk


def referred(desk: Desk) -> None:
    desk.does(AssignWorker(worker="officer-7"), DRAWN_UP)
    to = ReferToEmploymentAuthority(to="vaasa-te", reason=ReferralReason.INTENDS_TO_REGISTER)
    desk.does(to, REFERRED)


def accepted(desk: Desk) -> None:
    (referral,) = desk.state.responsibility.referrals
    act = AcceptReferral(referral=referral.referral_id, registered_as_jobseeker_on=HANDED_OVER)
    desk.does(act, HANDED_OVER, by=VAASA_TE)


def goes_on(desk: Desk) -> None:
    """Switched to the maximum, extended by a year, studying, and continued for the studies."""
    assigned = AssignWorker(worker="officer-8")
    desk.does(assigned, HANDED_OVER, by=VAASA_TE)
    day = date(2025, 9, 1)
    studies = Measure(
        service=Service.SELF_MOTIVATED_STUDIES, provider="opisto", serves="An occupation"
    )
    content = draw_up(day, MAXIMUM, review_on=date(2026, 1, 5), measures=(studies,))
    members = {
        name: value
        for name, value in content
        if name not in {"kind", "departure", "under_act", "signed_on"}
    } | {"parties": ("vaasa-te", "pohjanmaa"), "job_search_obligation": "Looks for work"}
    switch = SwitchPlan(
        plan=desk.plan,
        to=PlanKind.MULTISECTORAL,
        reason="Needs both",
        review=ReviewFindings(
            held_by=ReviewHeldBy.EMPLOYMENT_AUTHORITY, initiative=Initiative.SCHEDULED
        ),
        **members,
    )
    desk.does(switch, day, by=VAASA_TE)
    desk.does(
        StartSupportedStudies(plan=desk.plan, since=date(2026, 1, 12), paid_by="kela"),
        date(2026, 1, 12),
        by=VAASA_TE,
    )
    extension = ExtendPlan(
        plan=desk.plan,
        ground=ExtensionGround.LITTLE_EDUCATION,
        until=LATEST,
        special_measures=("Reading",),
    )
    desk.does(extension, EXTENDED, by=VAASA_TE)
    desk.does(ContinueForStudies(plan=desk.plan), CONTINUED, by=VAASA_TE)


def book_of(desk: Desk) -> Casebook:
    return desk.case.book


@pytest.mark.guarantee("PJ-8")
def test_followed_step_by_step_or_rebuilt_the_rows_of_a_plan_that_changes_are_the_same(
    projector: sa.Engine,
) -> None:
    desk = telling()
    views = (Clients(LAW), Worklist(LAW), Timers(LAW))
    for step in (lambda _: None, referred, accepted, goes_on):
        step(desk)
        for view in views:
            follow(projector, book_of(desk), view, page_size=1)
    followed = [contents(projector, view) for view in views]
    done = rebuild(projector, book_of(desk), views, chunk=5)
    assert done.differing == {view.name: () for view in views}
    assert [contents(projector, view) for view in views] == followed
    for view in views:
        assert compare(projector, book_of(desk), view) == AS_THE_LOG


@pytest.mark.guarantee("PR-8")
def test_on_every_turning_day_the_list_shows_the_plan_and_days_of_the_folded_case(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    desk = telling()
    for step in (referred, accepted, goes_on):
        step(desk)
    follow(projector, book_of(desk), Clients(LAW))
    turns = [DRAWN_UP, date(2025, 9, 1), EXTENDED, MAXIMUM, CONTINUED, LATEST, date(2029, 1, 1)]
    seen = set()
    for turn in turns:
        for day in (turn - timedelta(days=1), turn, turn + timedelta(days=1)):
            with reading(reader, ["vaasa-te"], date.max) as conn:
                (client,) = clients(conn, authority="vaasa-te", on=day)
            known = Known(facts=desk.facts, state=desk.state, valid_on=day)
            plan = current_plan(known, LAW).plan
            shown = client.plan and (
                client.plan.plan_id,
                client.plan.kind,
                client.plan.in_force,
                client.plan.valid_until,
                client.plan.maximum_until,
            )
            assert shown == (
                plan and (plan.plan, plan.kind, plan.in_force, plan.valid_until, plan.maximum_until)
            )
            seen.add(plan and (plan.valid_until, plan.in_force))
    assert seen == {
        None,
        (date(2026, 3, 3), InForce.FULLY),
        (MAXIMUM, InForce.FULLY),
        (LATEST, InForce.FULLY),
        (LATEST, InForce.FOR_STUDIES_ONLY),
    }


def test_a_referral_is_on_the_worklist_of_the_employment_authority_until_it_is_answered(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    desk = telling()
    referred(desk)
    follow(projector, book_of(desk), Worklist(LAW))
    follow(projector, book_of(desk), Clients(LAW))

    def kinds(authority: str, worker: str | None = None) -> set[DueKind]:
        with reading(reader, [authority], date.max) as conn:
            found = worklist(conn, authority=authority, on=HANDED_OVER, worker=worker)
        return {entry.kind for entry in found}

    def handled_by(authority: str, worker: str | None) -> int:
        with reading(reader, [authority], date.max) as conn:
            return len(clients(conn, authority=authority, on=HANDED_OVER, worker=worker))

    assert kinds("vaasa-te") == {DueKind.REFERRAL_UNANSWERED}
    own = {DueKind.GUIDANCE_TO_SERVICES, DueKind.REVIEW}
    assert kinds("vaasa") == kinds("vaasa", "officer-7") == own
    assert kinds("vaasa", "officer-8") == set()
    assert (handled_by("vaasa", "officer-7"), handled_by("vaasa", "officer-8")) == (1, 0)
    accepted(desk)
    follow(projector, book_of(desk), Worklist(LAW))
    follow(projector, book_of(desk), Clients(LAW))
    assert kinds("vaasa") == set()
    assert kinds("vaasa-te") == own
    # Whoever handled it in the municipality does not in the employment authority.
    assert kinds("vaasa-te", "officer-7") == set()
    assert (handled_by("vaasa", None), handled_by("vaasa-te", None)) == (0, 1)
    assert handled_by("vaasa-te", "officer-7") == 0


def test_what_the_record_lacks_is_a_list_of_its_own_from_its_day_on(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    desk = telling()
    desk.does(AssignWorker(worker="officer-7"), DRAWN_UP)
    follow(projector, book_of(desk), Worklist(LAW))
    expected = [(each.on, each.subject, each.item, each.section) for each in gaps(desk.state, LAW)]
    of_the_plan = [each for each in expected if each[1] == desk.plan]
    assert of_the_plan
    assert len(of_the_plan) < len(expected)
    before = [each for each in expected if each[0] < DRAWN_UP]
    for day, lacking in ((DRAWN_UP, expected), (DRAWN_UP - timedelta(days=1), before)):
        with reading(reader, ["vaasa"], date.max) as conn:
            found = worklist(conn, authority="vaasa", on=day, gaps=True, worker="officer-7")
            counted = missing(conn, authority="vaasa", on=day)
            usual = worklist(conn, authority="vaasa", on=day)
        days = [e.place.day for e in found]
        assert sorted(days) == days
        assert {(e.since, e.subject_id, e.item, e.section) for e in found} == {*lacking}
        assert len(found) == len(lacking)
        assert {e.kind for e in found} == {DueKind.RECORD_TO_COMPLETE}
        assert counted == Counter(item for _, _, item, _ in lacking)
        assert DueKind.RECORD_TO_COMPLETE not in {e.kind for e in usual}


_AS_BEFORE_R0007 = """
    alter table views.client_plan
        drop constraint client_plan_pkey,
        add column valid_until date,
        add column ending_decided_on date;
    delete from views.client_plan where decided_until is not null;
    update views.client_plan
       set valid_until = %(valid_until)s, ending_decided_on = %(decided)s, last_day = %(last)s;
    alter table views.client_plan
        drop column decided_on, drop column decided_until, drop column fully_until,
        add primary key (case_id, plan_id);
    alter table views.client   drop column worker;
    alter table views.worklist drop column worker, drop column item;
"""


@pytest.mark.guarantee("PJ-8")
@pytest.mark.parametrize(
    ("decided", "ends_on"),
    [
        (None, None),
        (date(2025, 6, 2), date(2025, 6, 30)),
        (DRAWN_UP, date(2025, 6, 30)),
        (date(2025, 3, 10), date(2025, 3, 10)),
    ],
)
def test_rows_written_before_plans_could_change_are_migrated_to_what_a_rebuild_gives(
    projector: sa.Engine, database: Database, decided: date | None, ends_on: date | None
) -> None:
    book, begins, last = Casebook(), date(2025, 4, 1), date(2026, 3, 3)
    case = book.case().opened(date(2025, 1, 13)).plan(DRAWN_UP, last, valid_from=begins)
    if decided is not None and ends_on is not None:
        case.ended(decided, ends_on)
    follow(projector, book, Clients(LAW))
    expected = contents(projector, Clients(LAW))
    old = {"valid_until": last, "decided": decided, "last": ends_on or last}
    r0007 = Path(r0007_plans.__file__).with_suffix(".sql").read_text("utf-8")
    with psycopg.connect(database.superuser_url) as conn:
        written = psycopg.ClientCursor(conn).mogrify(_AS_BEFORE_R0007, old)
        conn.execute(written.encode())
        conn.execute(r0007.encode())
    assert contents(projector, Clients(LAW)) == expected
