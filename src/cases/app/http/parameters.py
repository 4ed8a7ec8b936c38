"""What goes into a request besides its body, and the headers of answers, as described."""

from typing import Any, Final

SOME_ID: Final = "0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d"
"""An id in examples."""
LEGAL_DAY: Final = "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
"""The form of a legal day."""


def _text(description: str, example: str, **form: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **form}, "example": example}


HEADERS: Final[dict[str, dict[str, Any]]] = {
    "Idempotency-Key": _text(
        "Key of the act (draft-ietf-httpapi-idempotency-key-header-07): 1 to 64 visible ASCII "
        "characters in quotation marks. A repeat with the same body is answered as the first time.",
        '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
        # Without quotation marks too: most clients in use send it so.
        pattern=r'^("([!#-\[\]-~]|\\["\\]){1,64}"|[A-Za-z0-9._~:+/=-]{1,64})$',
    ),
    "If-Match": _text(
        "The ETag of the case, the draft, the guidance record or the family plan as last read: one "
        "strong tag, neither a list nor `*`.",
        '"17.9e2d0f7a.4b1f0c9a"',
    ),
    "Draft": _text(
        "The id of the draft the act came of. It goes when the act is recorded; one that is not "
        "there changes nothing.",
        SOME_ID,
        format="uuid",
    ),
    "If-None-Match": _text(
        "ETags of answers the caller has; 304 says that one of them is still the answer.",
        '"17.9e2d0f7a.4b1f0c9a"',
    ),
    "Purpose-Of-Use": _text(
        "Code of a purpose from the register of processing activities; see /purposes. An officer's "
        "act may leave it out and is then recorded for ORGANISING_SERVICES.",
        "ORGANISING_SERVICES",
        pattern="^[A-Z][A-Z0-9_]{1,63}$",
    ),
    "Prefer": _text(
        "`wait=N`: answer when the lists have taken the act in, or after N seconds (ten at most). "
        "`Preference-Applied` tells that they have. Where many wait already, the answer "
        "comes at once.",
        "wait=2",
    ),
    "Accept-Language": _text("fi, sv or en; changes texts, never codes.", "fi"),
}
_IN_PATH: Final = {
    "caseId": "The id of the case, as it was answered when it was opened or found.",
    "assessmentId": "The id of the assessment.",
    "expertAssessmentId": "The id of the expert assessment that was ordered.",
    "planId": "The id of the plan.",
    "consentId": "The id of the consent; of a guidance record it is the record's, too.",
    "referralId": "The id of the referral.",
    "requestId": "The id of the request.",
    "representationId": "The id of the representation.",
    "serviceId": "The id of the service, as its start was recorded.",
    "draftId": "The id of the draft.",
    "noticeId": "The id of the notice.",
    "familyPlanId": "The id of the family plan.",
    "memberId": "The id of the member's case.",
    "list": "The id of the code list; see /codes.",
    "editionId": "The id of the edition, a slash included; see /editions.",
    "organisation": "The id of the organisation; see /organisations.",
}
_EXAMPLES: Final = {
    "list": "finding-items",
    "editionId": "681/2023@2025",
    "organisation": "vaasa",
}
"""What stands in an address where no id does."""


def in_path(name: str) -> dict[str, Any]:
    """What stands in an address under this name."""
    is_id = name.endswith("Id") and name != "editionId"
    form = {"format": "uuid"} if is_id else {}
    return _text(_IN_PATH[name], _EXAMPLES.get(name, SOME_ID), **form)


def _key(description: str, **form: Any) -> dict[str, Any]:
    return {"description": description, "schema": form}


QUERY: Final[dict[str, dict[str, Any]]] = {
    "validOn": _key(
        "A legal day of the years 1900 to 2199; today without it.",
        type="string",
        format="date",
        pattern=LEGAL_DAY,
    ),
    "knownAt": _key(
        "What was known at this instant, RFC 3339; what is known now without it.",
        type="string",
        format="date-time",
    ),
    "version": _key(
        "The case, or the family plan, as of this version.",
        type="integer",
        minimum=1,
        maximum=10**18 - 1,
    ),
    "edition": _key("The case as if this edition of the Act applied on every day.", type="string"),
    "limit": _key("Entries of a page at most.", type="integer", minimum=1, maximum=200),
    "cursor": _key(
        "`next` of the page before, as it was answered to the same caller for the same question.",
        type="string",
        maxLength=1024,
    ),
    "seen": _key(
        "<caseId>@<version>: the page waits until the list has taken this version in.",
        type="string",
        pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@[1-9][0-9]{0,17}$",
    ),
    "worker": _key(
        "Only the cases of this worker, by the id the person signs in with.",
        type="string",
        maxLength=200,
    ),
    "provider": _key(
        "A provider of a service of the client's, by its organisation's id.",
        type="string",
        minLength=1,
        maxLength=100,
    ),
}
REQUIRED: Final = frozenset({"provider"})
"""The query keys without which there is no answer."""

RATE: Final = ("RateLimit-Policy", "RateLimit")
AT_TIMES: Final = frozenset({"Idempotency-Replayed", "Preference-Applied", "Retry-After", *RATE})
"""Headers of answers that some answers of the kind have and others have not."""


def _answered(name: str, description: str, example: str) -> tuple[str, dict[str, Any]]:
    always = {} if name in AT_TIMES else {"required": True}
    return name, {**always, **_text(description, example)}


ANSWER_HEADERS: Final[dict[str, dict[str, Any]]] = dict(
    (
        _answered(
            "Request-Id",
            "The id of the request, in the log and in the access trail.",
            "0195c1a2-7d3e-7b52-9f1c-2f0f5a1c8e11",
        ),
        _answered("API-Version", "The version of the API that answered.", "1.2.0"),
        _answered(
            "Cache-Control",
            "Answers about people are kept by nobody; law, codes, organisations for some minutes.",
            "private, no-store",
        ),
        _answered("Content-Language", "The language of the texts: fi, sv or en.", "fi"),
        _answered("Vary", "What the answer depends on besides the address.", "Accept-Language"),
        _answered(
            "ETag",
            "The version answered, and what else the answer depends on: day, language, mask, "
            "release; of a family plan not what its members' cases say. It is the If-Match of the "
            "next act.",
            '"17.9e2d0f7a.4b1f0c9a"',
        ),
        _answered(
            "Location",
            "Where what was acted on is read.",
            "/v1/cases/0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d",
        ),
        _answered("Idempotency-Replayed", "The act was recorded before under this key.", "true"),
        _answered("Preference-Applied", "The lists have taken the act in.", "wait=2"),
        _answered(
            "WWW-Authenticate", "How a caller proves who it is (RFC 6750).", 'Bearer realm="cases"'
        ),
        _answered("Retry-After", "Seconds until it is worth another try.", "2"),
        _answered(
            "RateLimit-Policy",
            "How many requests a caller may send (q) in how many seconds (w), where limited "
            "(draft-ietf-httpapi-ratelimit-headers-10).",
            '"caller";q=1200;w=60',
        ),
        _answered(
            "RateLimit",
            "How many of them are left (r), and in how many seconds that is the whole again (t).",
            '"caller";r=1187;t=1',
        ),
        _answered(
            "Deprecation", "Since when the operation is deprecated (RFC 9745).", "@1795298400"
        ),
        _answered(
            "Sunset", "Until when it is answered (RFC 8594).", "Tue, 30 Nov 2027 21:59:59 GMT"
        ),
        _answered(
            "Link",
            "What to use instead (RFC 8288).",
            '</v1/cases/0c5f5c0e-5c4b-5b7e-8a43-0f7f2f4b6f5d/hand-overs>; rel="successor-version"',
        ),
        _answered("Allow", "The methods that the address knows.", "GET, HEAD"),
    )
)
"""The headers that the product itself gives its answers."""

ALWAYS_ANSWERED: Final = ("Request-Id", "API-Version", "Cache-Control")
IN_A_LANGUAGE: Final = ("Content-Language", "Vary")
TAGGED: Final = ("ETag", *IN_A_LANGUAGE)
OF_AN_ACT: Final = (*TAGGED, "Location", "Idempotency-Replayed")
"""What every answer has; every one with texts; of a version of something; of an act recorded."""
