"""The keys that access tokens are checked with: given, from a file, or from the provider."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
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
PATIENCE: Final = 5.0
"""Seconds that a token with an unknown key waits for a question another has put."""

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
    While the provider does not answer, the last good set is used for a day. One thread asks at a
    time: those who know their key go on meanwhile, those who don't wait for the answer, unless the
    provider is known to be silent.
    """

    def __init__(self, fetch: Callable[[], object], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: Mapping[str, Key] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._silent = False
        self._asking = threading.Lock()

    def find(self, kid: str) -> Key | None:
        """The key, or None where the provider has none of this id.

        Raises KeysUnavailable where it has been silent since before anybody named this id, or for
        longer than its last word counts.
        """
        if self._age() >= FRESH_FOR or kid not in self._keys:
            self._ask(kid)
        key = self._keys.get(kid)
        if self._age() >= USABLE_FOR or (key is None and self._silent):
            raise KeysUnavailable("silent")
        return key

    def _age(self) -> timedelta:
        return timedelta.max if self._fetched_at is None else self._now() - self._fetched_at

    def _ask(self, kid: str) -> None:
        known = kid in self._keys and self._age() < USABLE_FOR
        if not self._asking.acquire(timeout=0.0 if known or self._silent else PATIENCE):
            return
        try:
            now = self._now()
            pause = AGAIN if self._silent and not known else NOT_SOONER
            if self._asked_at is not None and now - self._asked_at < pause:
                return
            self._asked_at = now
            self._keys = public_keys(self._fetch())
            self._fetched_at, self._silent = now, False
        except (NoKeys, httpx2.HTTPError, OSError, ValueError):
            self._silent = True  # the last good set stays
        finally:
            self._asking.release()


def fetch_from(url: str, timeout: float = 3.0) -> Callable[[], object]:
    """A function that asks the provider for its key set. It follows no redirect."""

    def fetch() -> object:
        response = httpx2.get(url, timeout=timeout, follow_redirects=False)
        response.raise_for_status()
        return response.json()

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
