"""What putting a guidance record right looks back on."""

from datetime import date
from uuid import UUID

from cases.app.stream_kind import LookedBackOn
from cases.domain.case.act import Act, Circumstances, Past
from cases.domain.case.records.mending import mended
from cases.domain.facts import Recorded
from cases.domain.guidance_record.acts import GiveGuidanceConsent
from cases.domain.guidance_record.facts import GuidanceConsentGiven
from cases.domain.guidance_record.register import past_of
from cases.domain.law.rules import Refusal
from cases.domain.people import is_test_code
from cases.domain.time import legal_day


class LookingBackOnGuidance:
    """The past of one guidance record, for one act.

    ``told_test_code``: the consent would now tell an identity code of the test series.
    """

    def __init__(self, past: LookedBackOn) -> None:
        self._facts = tuple(past.facts)
        self._under = past.under
        self.told_test_code = False

    def past(self) -> Past:
        """The past, as decisions are told of it."""
        return past_of(self._facts, self._circumstances)

    def _circumstances(
        self, act: Act, left: Recorded, on: date, new_id: UUID
    ) -> Circumstances | Refusal:
        if isinstance(act, GiveGuidanceConsent):
            code = act.person.identity_code
            another = code is not None and code not in self._codes()
            self.told_test_code |= another and is_test_code(code or "")
        today = legal_day(left.recorded_at)
        return self._under(act, on, today, left.recorded_by.organisation, new_id, None)

    def _codes(self) -> set[str | None]:
        consents = (each.fact for each in mended(self._facts))
        return {
            each.person.identity_code for each in consents if isinstance(each, GuidanceConsentGiven)
        }
