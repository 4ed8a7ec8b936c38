"""84 §: who gives notice of whom, under which edition."""

import pytest

from cases.domain.codes.values import Benefit, OrganisationKind
from cases.domain.law.edition import Edition
from cases.domain.law.load import load_law
from cases.domain.law.section_84 import (
    section_84_benefit,
    section_84_receiver,
    section_84_sender,
)

KELA, MIGRI = OrganisationKind.KELA, OrganisationKind.IMMIGRATION_SERVICE
HOME_CARE = Benefit.CHILD_HOME_CARE_ALLOWANCE
ASSISTANCE = Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY
EDITIONS = load_law().editions


@pytest.mark.guarantee("NO-2")
@pytest.mark.parametrize("edition", EDITIONS, ids=lambda each: each.id)
@pytest.mark.parametrize(
    ("section", "sender", "benefit"),
    [
        ("84.1", MIGRI, None),
        ("84.2", KELA, HOME_CARE),
        ("84.3", KELA, ASSISTANCE),
        ("84.4", MIGRI, None),
    ],
)
def test_each_section_has_its_sender_and_its_benefit(
    edition: Edition, section: str, sender: OrganisationKind, benefit: Benefit | None
) -> None:
    for kind in OrganisationKind:
        line = section_84_sender(edition, section, kind)
        assert (line.result, line.section) == (kind is sender, section)
    for told in (None, *Benefit):
        line = section_84_benefit(edition, section, told, tells_days=False)
        assert (line.result, line.section) == (told is benefit, section)
    with_days = section_84_benefit(edition, section, benefit, tells_days=True)
    assert with_days.result is (benefit is not None)


@pytest.mark.guarantee("NO-2")
def test_a_section_by_which_nothing_is_told_has_no_sender() -> None:
    for kind in OrganisationKind:
        line = section_84_sender(EDITIONS[0], "88.1", kind)
        assert (line.result, line.section) == (False, "84")
    assert section_84_benefit(EDITIONS[0], "88.1", HOME_CARE, tells_days=True).result is False


@pytest.mark.guarantee("NO-2")
def test_only_a_municipality_receives() -> None:
    for kind in (*OrganisationKind, None):
        line = section_84_receiver(EDITIONS[0], kind)
        assert line.result is (kind is OrganisationKind.MUNICIPALITY)
