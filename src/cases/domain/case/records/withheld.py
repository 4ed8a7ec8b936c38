"""What of a protected client's record is not put right by whom it is withheld from (661/2009 37 §).

To be told whether a guess is right would be to be told. And who ends the protection, by lifting or
by putting it right, would be shown everything.
"""

from collections.abc import Sequence
from typing import Any, Final

from cases.domain.case.act import Act, Circumstances
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.protection.acts import LiftNonDisclosure
from cases.domain.case.protection.evolution import ProtectionFact
from cases.domain.case.protection.guardians import names_guardian
from cases.domain.case.protection.masking import UNSAID, masked
from cases.domain.case.records.acts import AnnulRecord, CorrectRecord
from cases.domain.case.records.entries import NoSuchMember, entry_of, read
from cases.domain.case.records.mending import mended
from cases.domain.facts import Fact, Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation

_WHOSE: Final = frozenset({"identityCode", "continuesIn", "ground", "duplicate"})
"""The members that say it."""

MAY_END_PROTECTION: Final = (LiftNonDisclosure, AnnulRecord, CorrectRecord)
"""The acts that are refused, for what they may end, to who is not shown what is withheld."""


def ends_protection(
    act: Act, facts: Sequence[Recorded], circumstances: Circumstances
) -> Refusal | None:
    """The refusal of an act that lifts, annuls or corrects protection; None of any other.

    Who is on record as a guardian may be what protects, and so may whose case it is: an order
    covers every case of the person.
    """
    ends = {each.version for each in facts if isinstance(each.fact, ProtectionFact)}
    whose = {each.version for each in mended(facts) if _says_whose(each.fact)}
    # Of these the members that protect are withheld, and not corrected for that.
    guards = {each.version for each in mended(facts) if names_guardian(each.fact)}
    pointers: tuple[str | None, ...] = ()
    match act:
        case LiftNonDisclosure():
            pointers = (None,)
        case AnnulRecord() if not (ends | guards | whose).isdisjoint((act.version, *act.along)):
            pointers = ("/version",)
        case CorrectRecord() if act.version in ends:
            pointers = tuple(f"/changes/{n}/member" for n, _ in enumerate(act.changes))
        case CorrectRecord() if act.version in whose:
            pointers = tuple(
                f"/changes/{n}/member"
                for n, change in enumerate(act.changes)
                if not _WHOSE.isdisjoint(change.member.split("/"))
            )
    line = circumstances.line(Rule.PROTECTION_ENDED_BY_WORKER, False)
    violations = tuple(Violation(line=line, pointer=pointer) for pointer in pointers)
    return Refusal(violations=violations) if violations else None


def _says_whose(fact: Fact) -> bool:
    """Whether a fact says whose case it is: by identity code, or as another one's duplicate."""
    match fact:
        case PersonDetailsRecorded():
            return fact.details.identity_code is not None
        case CaseClosed():
            return fact.continues_in is not None
    return isinstance(fact, CasesJoined)


def corrects_what_is_withheld(
    act: CorrectRecord, facts: Sequence[Recorded], circumstances: Circumstances
) -> Refusal | None:
    """The refusal of a correction of members that are withheld; None where it touches none."""
    plain = {each.version: each for each in mended(facts)}.get(act.version)
    shown = {each.version: each for each in mended(masked(facts, circumstances.today))}
    if plain is None or act.version not in shown:
        return None
    line = circumstances.line(Rule.WITHHELD_IS_NOT_CORRECTED, False)
    violations = tuple(
        Violation(line=line, pointer=f"/changes/{n}/member")
        for n, change in enumerate(act.changes)
        if _would_be_withheld(change.member)
        or _at(plain, change.member) != _at(shown[act.version], change.member)
    )
    return Refusal(violations=violations) if violations else None


def _would_be_withheld(pointer: str) -> bool:
    """Whether it is withheld where anything stands there: that nothing does is told to nobody."""
    way = pointer.split("/")[2:]
    return way == ["details"] or not UNSAID.isdisjoint(way)


def _at(recorded: Recorded, pointer: str) -> Any:
    """What stands there; None where nothing can."""
    try:
        return read(entry_of(recorded), pointer)
    except (NoSuchMember, LookupError, ValueError):
        return None
