"""The known ways to get the protocols wrong. Each is one line of the model, behind its switch."""

from enum import Enum


class Bug(Enum):
    """A switch; its value says what is done wrong."""

    # How facts are written.
    BLIND_INSERT = "version n+1 is inserted by guess, while n is not committed"
    CACHED_NUMBERS = "a session draws several numbers at a time and keeps them"

    # How a follower reads, where there is no ledger.
    PAST_THE_NUMBER = "reads what has a larger number than the last it saw"
    WAITS_AT_GAPS = "waits for missing numbers for ever"
    GIVES_UP_AT_GAPS = "waits for missing numbers, and goes on after a while"
    HORIZON_BY_NUMBER = "reads below the oldest running transaction, and remembers a number"
    HORIZON_BY_ID = "reads below the oldest running transaction, in the order of ids"
    FLOOR_AFTER_DATA = "reads the facts, then asks who is still writing"

    # How the sequencer finds, orders and enters facts.
    UPPER_BOUND_ONLY = "takes everything below the last snapshot's upper bound for placed"
    LOWER_BOUND = "takes only what is below the oldest transaction of the last snapshot for placed"
    ROW_ID = "compares the id of the row, which in a savepoint is not the transaction's"
    ORDERED_BY_ID = "orders transactions by their id"
    ORDERED_BY_NUMBER = "orders facts by number alone"
    CUTS_TRANSACTIONS = "ends an instalment in the middle of a transaction"
    FORGETS_THE_REST = "moves its snapshot on after an instalment"
    LOOKS_ANEW = "enters the next instalment from a newer snapshot"
    MARKS_FIRST = "moves its snapshot in one transaction and enters the facts in the next"
    ENTERS_FIRST = "enters the facts in one transaction and moves its snapshot in the next"
    TWO_SNAPSHOTS = "stores a later snapshot than the one it read the facts in"
    NO_LOCK = "two sequencers work at a time"

    # How runners share the pages of the ledger.
    NO_COMPARE_AND_SET = "hands out the next page without asking whether another has"
    TAKEN_ON_TRUST = "takes a turn whose owner it takes for dead, or does not ask for"
    ROWS_BEFORE_TURN = "commits its rows, then finishes the turn"
    TURN_BEFORE_ROWS = "finishes the turn, then commits its rows"
    POSITION_PAST_TURNS = "tells what was handed out as what is taken in"
    ORDER_FORGOTTEN = "hands out a page while an earlier one is unfinished, where order matters"

    # How a runner hears of news.
    TRUSTS_NOTIFICATIONS = "looks only when it was notified"
    LISTENS_TOO_LATE = "looks, then begins to listen, and then looks only when it was notified"

    # How an act is acknowledged and repeated.
    SWALLOWS_CONFLICTS = "an insert that finds its place taken does nothing and reports success"
    ACKNOWLEDGES_EARLY = "reports success before it commits"
    FACT_BY_FACT = "commits the facts of an act one by one"
    RECORD_AFTERWARDS = "commits the facts, then the record of the act"
    RECORD_BEFOREHAND = "commits the record of the act, then the facts"
    CHECKS_ONLY_FIRST = "looks for the record before it writes, and lets the table hold two"
    NEW_KEY_ON_RETRY = "takes a lost answer for a failure and acts anew under a new key"
