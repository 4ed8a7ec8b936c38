"""X-Road messages as a security server hands them on (X-Road: Message Protocol for REST, 1.0.4).

Who calls is the member the client's security server has authenticated. Of what else comes along
some is the calling system's own word only, and some is about people: neither is believed or kept.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from starlette.datastructures import Headers

from cases.app.http.callers.refusing import MISSING, REPEATED, WRONG_FORM, not_believed
from cases.domain.people import contains_identity_code

CLIENT: Final = "X-Road-Client"
REPRESENTED: Final = "X-Road-Represented-Party"
MESSAGE: Final = "X-Road-Id"

LONGEST: Final = 200
"""Characters an identifier may have, in the form it is sent and kept in."""

_PREFIX: Final = "x-road-"
_PARTS_OF_A_CLIENT: Final = (3, 4)
_PARTS_OF_A_PARTY: Final = (1, 2)
_PART: Final = re.compile(r"(?:[A-Za-z0-9'()+,.=?_~-]|%[0-9A-Fa-f]{2})+")
_NOT_IN_A_PART: Final = frozenset("/\\%:;")
_MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


class Identifier(NamedTuple):
    """An identifier of X-Road, part by part: instance, class, member and perhaps subsystem."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(quote(part, safe="") for part in self.parts)


class Message(NamedTuple):
    """Who calls, for whom where that is somebody else, and the message's own id."""

    client: Identifier
    represented: Identifier | None
    message_id: str


def is_used(headers: Headers) -> bool:
    """Whether a request claims to come over X-Road."""
    return any(name.startswith(_PREFIX) for name in headers)


def message_of(headers: Headers) -> Message:
    """The message. Raises proof-refused."""
    names = [name for name in headers if name.startswith(_PREFIX)]
    if len(names) != len({*names}):
        twice = [each for each in (MESSAGE, REPRESENTED) if len(headers.getlist(each)) > 1]
        raise not_believed(twice[0] if twice else CLIENT, REPEATED)
    for header in (CLIENT, MESSAGE):
        if header not in headers:
            raise not_believed(header, MISSING)
    message_id = headers[MESSAGE].strip(" ")
    if not _MESSAGE_ID.fullmatch(message_id) or contains_identity_code(message_id):
        raise not_believed(MESSAGE, WRONG_FORM)
    try:
        client = client_identifier(headers[CLIENT].strip(" "))
    except ValueError:
        raise not_believed(CLIENT, WRONG_FORM) from None
    if REPRESENTED not in headers:
        return Message(client, None, message_id)
    try:
        represented = party_identifier(headers[REPRESENTED].strip(" "))
    except ValueError:
        raise not_believed(REPRESENTED, WRONG_FORM) from None
    return Message(client, represented, message_id)


def client_identifier(text: str) -> Identifier:
    """``instance/class/member[/subsystem]``. Raises ValueError."""
    return _identifier(text, _PARTS_OF_A_CLIENT)


def party_identifier(text: str) -> Identifier:
    """``[class/]member``. Raises ValueError."""
    return _identifier(text, _PARTS_OF_A_PARTY)


def _identifier(text: str, lengths: tuple[int, ...]) -> Identifier:
    """Each part is decoded by itself, so that none can hold the sign that parts them."""
    parts = text.split("/")
    if len(parts) not in lengths or not all(map(_PART.fullmatch, parts)):
        msg = f"not {' or '.join(map(str, lengths))} parts of an X-Road identifier"
        raise ValueError(msg)
    found = Identifier(tuple(unquote_to_bytes(part).decode() for part in parts))
    if any(not part.isprintable() or not _NOT_IN_A_PART.isdisjoint(part) for part in found.parts):
        raise ValueError("a character that X-Road identifiers do not have")
    if len(str(found)) > LONGEST:
        msg = f"longer than {LONGEST} characters"
        raise ValueError(msg)
    return found
