"""What is known of non-disclosure for safety, asked by legal day."""

from datetime import date, timedelta

from cases.domain.case.protection.facts import NonDisclosureLifted, NonDisclosureSet
from cases.domain.facts import Recorded
from cases.domain.model import State


class Order(State):
    """Non-disclosure as set for some days, and the day from which it was lifted."""

    since: date
    until: date | None
    lifted_on: date | None = None

    @property
    def last(self) -> date:
        """Its last day, by its end and its lifting; ``date.max`` where it is open."""
        lifted = date.max if self.lifted_on is None else self.lifted_on - timedelta(days=1)
        return min(self.until or date.max, lifted)

    def covers(self, day: date) -> bool:
        """Whether it was set for ``day``, and not lifted by then."""
        return self.since <= day <= self.last


class Protection(State):
    """The orders, as they were recorded. Where they overlap, the longest decides.

    Lifting ends what is on record by then and has begun, never what is told after it: an order
    somebody dates too early must not be without effect.
    """

    orders: tuple[Order, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether any order covers ``day`` (Helsinki)."""
        return any(order.covers(day) for order in self.orders)

    def withholds_on(self, day: date) -> bool:
        """Whether anything is withheld on ``day``: an order holds, or is to hold from a later day.

        Nothing is shown in the days before one begins that must not be known once it has.
        """
        return any(order.covers(max(day, order.since)) for order in self.orders)

    @property
    def withholds_until(self) -> date | None:
        """The last day on which anything is withheld; ``date.max`` where that is open."""
        return max((order.last for order in self.orders if order.since <= order.last), default=None)

    def last_day_from(self, day: date) -> date | None:
        """The last day of the orders that cover ``day``; None where one is open, or none does."""
        untils = [order.until for order in self.orders if order.covers(day)]
        return max((u for u in untils if u), default=None) if None not in untils else None


ProtectionFact = NonDisclosureSet | NonDisclosureLifted


def evolve(known: Protection, recorded: Recorded, fact: ProtectionFact) -> Protection:
    """What is known after one more fact."""
    match fact:
        case NonDisclosureSet():
            return known.having(orders=(*known.orders, Order(since=fact.since, until=fact.until)))
        case NonDisclosureLifted():
            on = recorded.effective_on
            lifted = (o.having(lifted_on=on) if o.covers(on) else o for o in known.orders)
            return known.having(orders=tuple(lifted))
