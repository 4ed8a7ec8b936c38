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

_KINDS: Final = ("RSA", "EC", "OKP")
_SMALLEST_RSA: Final = 2048


class Keys(Protocol):
    """Finds the public key for a key id."""

    def find(self, kid: str) -> Key | None:
        """The key, or None where there is none (now)."""
        ...


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
    time; the others go on with what there is.
    """

    def __init__(self, fetch: Callable[[], object], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: Mapping[str, Key] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking = threading.Lock()

    def find(self, kid: str) -> Key | None:
        """The key, or None where the provider has none or has been silent for too long."""
        if self._age() >= FRESH_FOR or kid not in self._keys:
            self._ask()
        return self._keys.get(kid) if self._age() < USABLE_FOR else None

    def _age(self) -> timedelta:
        return timedelta.max if self._fetched_at is None else self._now() - self._fetched_at

    def _ask(self) -> None:
        # Nobody waits who has keys to go on with; at the very start everybody needs the answer.
        with_keys = self._fetched_at is not None
        if not self._asking.acquire(blocking=not with_keys):
            return
        try:
            now = self._now()
            if self._asked_at is not None and now - self._asked_at < NOT_SOONER:
                return
            self._asked_at = now
            self._keys = public_keys(self._fetch())
            self._fetched_at = now
        except (NoKeys, httpx2.HTTPError, OSError, ValueError):
            return  # the last good set stays
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
