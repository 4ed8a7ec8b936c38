"""What can go wrong in the store and nobody expects: exceptions. What is expected is in entries."""

from uuid import UUID


class StoreFault(Exception):
    """Base of the store's exceptions. None of them ever carries personal data."""


class StoreUnavailable(StoreFault):
    """The connection was lost or there was none. After an append the outcome is unknown.

    Never retried here as if it had failed: the caller's own retry with the same key finds the
    idempotency record, if there is one.
    """


class RecordedBackwards(StoreFault):
    """An instant earlier than the stream's last. Use the later of the clock and the last fact's."""


class Unreadable(StoreFault):
    """A stored fact that cannot be read; says which one, and whether it is ``gone`` for ever.

    ``unknown`` when this release does not know the type, while a newer one may.
    """

    gone = False
    unknown = False

    def __init__(self, stream_id: UUID, version: int, topic: str) -> None:
        super().__init__(f"{topic} {stream_id}@{version}")
        self.stream_id = stream_id
        self.version = version
        self.topic = topic


class Erased(Unreadable):
    """The key was destroyed or the payload removed: gone for ever, by law."""

    gone = True


class OfAnotherKind(Unreadable):
    """A stream that is no case, where cases are read: there never will be a case of this id."""

    gone = True


class SealBroken(Unreadable):
    """The stored bytes are not what was sealed here: altered, moved, or under another key."""


class UnknownFactType(Unreadable):
    """A type, content or form this release does not know: written by a newer one.

    Never skipped, and nothing is decided without it: it is read once the newer release runs here.
    """

    unknown = True


class KeyUnavailable(StoreFault):
    """The key store does not answer or lacks the wrapping key. Locked: not the same as erased."""


class SequencerRefuses(StoreFault):
    """The sequencer must not run on this database as it is."""


class SequenceCached(SequencerRefuses):
    """The sequence of log.event has a cache other than 1, which voids the order argument."""


class TransactionIdsRestarted(SequencerRefuses):
    """The log was restored logically: stored transaction ids mean nothing here. Re-base first."""


class LedgerWentBack(StoreFault):
    """A follower holds facts that this ledger does not, or has other ones in their places.

    Everything it took in from position ``first_idx`` on, up to its ``place`` (as text), is of a
    history that was lost. It must drop that, and may begin again before ``first_idx``; 1 means that
    nothing is known to be common.
    """

    def __init__(self, place: str, first_idx: int) -> None:
        super().__init__(f"the ledger no longer holds what stood from {first_idx} to {place}")
        self.place = place
        self.first_idx = first_idx
