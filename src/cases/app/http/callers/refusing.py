"""How a proof that came in headers of its own is refused: by the header, and a code that says why.

Unlike a bad token, which anybody may send, such a header was written by somebody's proxy or
security server. Those who set these up need to know what is wrong; nothing that was sent is told.
"""

from typing import Final

from cases.app.http.problems import Fault, Problematic, ProblemCode

PEER_NOT_TRUSTED: Final = "peer-not-trusted"
"""Whoever sent the request is not one whose word is taken for this header."""
MORE_THAN_ONE_PROOF: Final = "more-than-one-proof"
CALLER_UNKNOWN: Final = "caller-unknown"
EXPIRED: Final = "certificate-expired"
NOT_YET_VALID: Final = "certificate-not-yet-valid"
MISSING: Final = "missing"
REPEATED: Final = "repeated"
WRONG_FORM: Final = "wrong-form"


def not_believed(header: str, code: str) -> Problematic:
    """The refusal of a proof for one header, whose name is ours and not the caller's word."""
    return Problematic(ProblemCode.PROOF_REFUSED, faults=[Fault(header=header, code=code)])
