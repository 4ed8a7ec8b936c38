"""Who sent a request, by the one proof that came with it; a principal is the same behind each.

Whoever answers for TLS, or for X-Road, stands between us and the caller, and what they say comes in
headers that anybody could write. So who sent the request decides whether such a header is believed,
and one that is not believed is never passed over: a proxy that does not remove what strangers send,
or an address that is missing in the settings, has to show at once, and not on the day when a token
no longer comes along.
"""

from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from starlette.requests import Request as HttpRequest

from cases.app.access.principal import Principal, Role
from cases.app.http.callers import certificates, x_road
from cases.app.http.callers.known import KnownCaller, KnownCallers, SecurityServer
from cases.app.http.callers.refusing import (
    CALLER_UNKNOWN,
    MORE_THAN_ONE_PROOF,
    PEER_NOT_TRUSTED,
    not_believed,
)
from cases.app.http.tokens import TokenVerifier
from cases.app.settings import Network
from cases.domain.case.act import Organisation

AS: Final = frozenset({Role.REGISTER})
"""What a system that has no token is there for: these proofs say nothing of roles."""


class Proofs:
    """Makes a principal of a request.

    ``proxies`` may hand on client certificates, ``security_servers`` messages over X-Road; no
    address is in both. ``find`` knows the installation's organisations, ``now`` tells the instant.
    """

    def __init__(  # noqa: PLR0913 - everything a proof is judged by
        self,
        tokens: TokenVerifier,
        *,
        proxies: tuple[Network, ...],
        security_servers: tuple[Network, ...],
        callers: KnownCallers,
        find: Callable[[str], Organisation | None],
        now: Callable[[], datetime],
    ) -> None:
        self._tokens = tokens
        self._proxies = proxies
        self._security_servers = security_servers
        self._callers = callers
        self._find = find
        self._now = now

    def principal(self, request: HttpRequest) -> Principal:
        """Who sent the request. Raises unauthenticated, unavailable, proof-refused."""
        headers = request.headers
        handed_on, over_x_road = certificates.are_handed_on(headers), x_road.is_used(headers)
        if not handed_on and not over_x_road:
            return self._tokens.principal(headers)
        if handed_on and not _is_in(request, self._proxies):
            raise not_believed(certificates.CERTIFICATE, PEER_NOT_TRUSTED)
        if over_x_road and not handed_on and not _is_in(request, self._security_servers):
            raise not_believed(x_road.CLIENT, PEER_NOT_TRUSTED)
        if "authorization" in headers:
            raise not_believed("Authorization", MORE_THAN_ONE_PROOF)
        if not handed_on:
            return self._by_message(request)
        return self._by_certificate(request, over_x_road=over_x_road)

    def _by_certificate(self, request: HttpRequest, *, over_x_road: bool) -> Principal:
        certificate = certificates.certificate_of(request.headers, self._now())
        known = self._callers.by_certificate(certificate)
        if over_x_road:
            # A security server that came through the proxy has shown its own certificate there.
            if not isinstance(known, SecurityServer):
                raise not_believed(x_road.CLIENT, PEER_NOT_TRUSTED)
            return self._by_message(request)
        if not isinstance(known, KnownCaller):
            raise not_believed(certificates.CERTIFICATE, CALLER_UNKNOWN)
        shown = f"CERTIFICATE:{certificate.fingerprint(SHA256()).hex()}"
        return self._system(known, certificates.CERTIFICATE, (shown,))

    def _by_message(self, request: HttpRequest) -> Principal:
        message = x_road.message_of(request.headers)
        known = self._callers.by_message(message)
        if known is None:
            raise not_believed(x_road.CLIENT, CALLER_UNKNOWN)
        shown = [f"X_ROAD_CLIENT:{message.client}", f"X_ROAD_ID:{message.message_id}"]
        if message.represented is not None:
            shown.append(f"X_ROAD_REPRESENTED_PARTY:{message.represented}")
        return self._system(known, x_road.CLIENT, tuple(shown))

    def _system(self, known: KnownCaller, header: str, shown: tuple[str, ...]) -> Principal:
        organisation = self._find(known.organisation)
        if organisation is None:
            raise not_believed(header, CALLER_UNKNOWN)
        return Principal(subject=known.name, organisation=organisation, roles=AS, shown=shown)


def _is_in(request: HttpRequest, networks: tuple[Network, ...]) -> bool:
    """Whether the request was sent by an address of these networks, whatever it says of others."""
    if request.client is None:
        return False
    try:
        peer = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return any(peer in network for network in networks)
