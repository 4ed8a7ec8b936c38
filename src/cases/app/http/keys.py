"""The keys that access tokens are checked with: given, from a file, or from the provider."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, Protocol

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

FRESH_FOR: Final = timedelta(minutes=10)
"""How long a fetched set is used without asking again."""
USABLE_FOR: Final = timedelta(hours=24)
"""How long the last good set is used while the provider does not answer."""
NOT_SOONER: Final = timedelta(seconds=30)
"""Between two questions to the provider, however many unknown keys are named meanwhile."""
AGAIN: Final = timedelta(seconds=5)
"""The same, where the last question was not answered and a token waits for it."""
PATIENCE: Final = 3.0
"""Seconds in which the provider answers, or is silent: nobody waits for it any longer."""
_MOST_UNANSWERED: Final = 8
"""Questions that may be open at once, each a thread and a connection that somebody drips into."""
_LARGEST: Final = 1_048_576
"""Bytes a key set may have."""

_KINDS: Final = ("RSA", "EC", "OKP")
_SMALLEST_RSA: Final = 2048


class Keys(Protocol):
    """Finds the public key for a key id."""

    def find(self, kid: str) -> Key | None:
        """The key, None where there is none. Raises KeysUnavailable where that can't be said."""
        ...


class KeysUnavailable(Exception):
    """The provider does not answer, so that nobody can say whether it has such a key."""


class NoKeys(Exception):
    """The key set cannot be had, or holds nothing to check a signature with."""


def public_keys(document: object) -> Mapping[str, Key]:
    """The keys of a JWK set (RFC 7517) that may check a signature, by key id.

    Secret keys, small keys, keys for encryption and kinds we don't know are passed over.
    Raises NoKeys where nothing is left.
    """
    entries = document.get("keys") if isinstance(document, Mapping) else None
    found = {
        entry["kid"]: key
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
        and isinstance(entry.get("kid"), str)
        and entry.get("use", "sig") == "sig"
        and (key := _key(entry)) is not None
    }
    if not found:
        raise NoKeys
    return found


class GivenKeys:
    """Keys given as a JWK set, in process."""

    def __init__(self, document: object) -> None:
        self._keys = public_keys(document)

    def find(self, kid: str) -> Key | None:
        """The key, or None."""
        return self._keys.get(kid)


class RemoteKeys:
    """The provider's keys: fetched when needed, kept for ten minutes.

    An unknown key id asks again, but never sooner than thirty seconds after the last question.
    While the provider does not answer, the last good set is used for a day. One question is put at
    a time, by a thread of its own. Those who know their key go on meanwhile; those who don't, and
    who put the question, wait for the answer, ``patience`` seconds at most. A provider that has not
    answered by then is silent until it does: nobody else waits for it, and half a minute later it
    is asked anew, on another connection.
    """

    def __init__(
        self,
        fetch: Callable[[], object],
        now: Callable[[], datetime],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._patience = patience
        self._keys: Mapping[str, Key] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._silent = False
        self._question: threading.Event | None = None
        self._unanswered = 0
        self._lock = threading.Lock()

    def find(self, kid: str) -> Key | None:
        """The key, or None where the provider has none of this id.

        Raises KeysUnavailable where it has been silent since before anybody named this id, or for
        longer than its last word counts.
        """
        if self._age() >= FRESH_FOR or kid not in self._keys:
            self._ask(known=kid in self._keys and self._age() < USABLE_FOR)
        with self._lock:
            key, nobody_can_say = self._keys.get(kid), self._silent or self._question is not None
        if self._age() >= USABLE_FOR or (key is None and nobody_can_say):
            raise KeysUnavailable("silent")
        return key

    def _age(self) -> timedelta:
        return timedelta.max if self._fetched_at is None else self._now() - self._fetched_at

    def _ask(self, *, known: bool) -> None:
        """Put the question, where it is time to; wait for the answer, where one has to."""
        with self._lock:
            question, silent = self._question, self._silent
            if question is None or silent:
                now = self._now()
                # Where one question is open still, it may never be answered.
                pause = AGAIN if question is None and silent and not known else NOT_SOONER
                is_early = self._asked_at is not None and now - self._asked_at < pause
                if is_early or self._unanswered >= _MOST_UNANSWERED:
                    return
                self._asked_at = now
                waits = not (known and silent)
                question = self._question = threading.Event()
                self._unanswered += 1
                threading.Thread(
                    target=self._put, args=(question, now), name="provider's keys", daemon=True
                ).start()
            else:
                waits = not known
        if waits and not question.wait(self._patience):
            with self._lock:
                self._silent = self._silent or self._question is question

    def _put(self, question: threading.Event, now: datetime) -> None:
        found: Mapping[str, Key] | None = None
        try:
            found = public_keys(self._fetch())
        except (NoKeys, httpx2.HTTPError, OSError, ValueError):
            pass  # the last good set stays
        finally:
            with self._lock:
                self._unanswered -= 1
                if found is not None and (self._fetched_at is None or now >= self._fetched_at):
                    self._keys, self._fetched_at = found, now
                if self._question is question or found is not None:
                    self._silent = found is None
                if self._question is question:
                    self._question = None
            question.set()


def fetch_from(url: str, timeout: float = PATIENCE) -> Callable[[], object]:
    """A function that asks the provider for its key set. It follows no redirect.

    Raises httpx2.HTTPError, ValueError; OSError where the set is too large, or takes longer than
    ``timeout`` seconds to come, however steadily it does.
    """

    def fetch() -> object:
        until = monotonic() + timeout
        body = bytearray()
        with httpx2.stream("GET", url, timeout=timeout, follow_redirects=False) as response:
            response.raise_for_status()
            for part in response.iter_bytes():
                body += part
                if len(body) > _LARGEST or monotonic() > until:
                    raise OSError("too large, or too slow")
        return json.loads(body)

    return fetch


def _key(entry: dict[str, Any]) -> Key | None:
    if entry.get("kty") not in _KINDS or _is_small(entry):
        return None
    try:
        return JWKRegistry.import_key(entry)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _is_small(entry: dict[str, Any]) -> bool:
    """Whether an RSA modulus (base64url of its bytes) is shorter than we trust."""
    return entry["kty"] == "RSA" and len(str(entry.get("n"))) * 6 < _SMALLEST_RSA
