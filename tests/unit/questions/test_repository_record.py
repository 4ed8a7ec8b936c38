"""What the record of a review lacks (decree 3 §)."""

from datetime import date

import pytest
from tests.desk import LAW, VAASA_TE, accept, decline, planned, refer, review

from cases.domain.codes.values import RecordItem
from cases.domain.questions.repository_record import gaps

BEFORE, HELD, SINCE = date(2025, 5, 2), date(2025, 5, 12), date(2025, 5, 16)


@pytest.mark.parametrize(
    ("referred", "answered", "accepted", "lacking"),
    [
        (None, None, False, True),
        (BEFORE, None, False, False),
        (BEFORE, SINCE, True, False),
        (BEFORE, SINCE, False, False),
        (BEFORE, BEFORE, False, True),
        (HELD, None, False, False),
        (SINCE, None, False, False),
    ],
)
def test_decree_3_4_an_intention_to_register_goes_with_a_referral_made_before_or_since(
    referred: date | None, answered: date | None, accepted: bool, lacking: bool
) -> None:
    desk = planned()
    if referred is not None:
        desk.does(refer(), referred)
    if answered is not None:
        reply = accept(desk.referral, BEFORE) if accepted else decline(desk.referral)

        desk.today = answered
        if answered > HELD:
            intends = review(desk.plan, next_on=date(2025, 11, 3), intends_to_become_jobseeker=True)
            desk.does(intends, HELD, today=answered)
        desk.does(reply, answered, by=VAASA_TE)
    if not desk.state.reviews:
        intends = review(desk.plan, next_on=date(2025, 11, 3), intends_to_become_jobseeker=True)
        desk.does(intends, HELD, today=SINCE)
    assert (RecordItem.REFERRAL in {gap.item for gap in gaps(desk.state, LAW)}) is lacking
