"""Deciding a case in memory: every act by the application itself, over a log that only remembers.

Rights, rules, editions, the registry of identity codes, rule logs, idempotency records and lines of
the trail are those of any act. Only when all acts of a case are decided is it handed on.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Final
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role
from cases.app.access.record import AccessRecord
from cases.app.access.witness import Witness
from cases.app.bootstrap import System
from cases.app.case_requests import CaseRequests
from cases.app.cases import Cases
from cases.app.http.problems import ProblemCode, refused
from cases.app.importing.elsewhere import Held, OpenCases
from cases.app.importing.lines import (
    ACTS,
    MALFORMED,
    BadLine,
    ImportLine,
    Names,
    Refusal,
    read_act,
    read_line,
    records_named,
)
from cases.app.importing.reading import CaseLines
from cases.app.outcomes import (
    ActOutcome,
    Forbidden,
    Hidden,
    NotOpenable,
    Performed,
    Refused,
    Seen,
    TestCode,
    Unsupported,
)
from cases.app.people import People, names_test_code
from cases.app.reach import Reach
from cases.app.requests import Request
from cases.app.store.bulk import NewCase
from cases.app.store.entries import (
    ActRecord,
    Append,
    Appended,
    AppendResult,
    CaseStreams,
    IdentityTaken,
)
from cases.app.store.mapper import CaseMapper
from cases.domain.case.act import Act, Organisation
from cases.domain.case.opening.acts import OpenCase
from cases.domain.facts import Recorded

PURPOSE: Final = "IMPORTING_HISTORIES"


@dataclass(frozen=True, slots=True)
class Decided:
    """A case that can be recorded whole: what each of its acts leaves behind, in order."""

    case_id: UUID
    lines: CaseLines
    appends: tuple[Append, ...]
    held: tuple[Held, ...] = ()
    """Open cases of the person elsewhere, with which she stays."""
    others_untold: bool = False
    """Whether other cases of the person are to be told of it."""

    def as_new_case(self, mapper: CaseMapper) -> NewCase:
        """The case as it is written."""
        held = frozenset(each.blind for each in self.held)
        return NewCase.of(self.appends, mapper, held, others_untold=self.others_untold)


class Identifying:
    """Ids and fingerprints of what is imported: the same for the same line, whenever it is run.

    They follow from the authority, the old system, what that calls the case, and the line's place
    in the case; nobody without the installation's keyring can tell one from the other.
    """

    def __init__(self, secret: bytes, organisation: str) -> None:
        self._secret = secret
        self._organisation = organisation

    def case(self, line: ImportLine) -> UUID:
        """The id of the case that a line begins."""
        return self._id("case", line.source_system, line.case)

    def key(self, case_id: UUID, n: int) -> str:
        """The idempotency key of the n-th act of a case."""
        return str(self._id("act", str(case_id), n))

    def creates(self, case_id: UUID, n: int) -> UUID:
        """The id of what the n-th act of a case creates."""
        return self._id("creates", str(case_id), n)

    def asking(self, case_id: UUID, holder: UUID) -> str:
        """The idempotency key under which a case elsewhere is asked for."""
        return str(self._id("asks", str(case_id), str(holder)))

    def fingerprint(self, said: bytes) -> bytes:
        """What tells a line from another in its place."""
        return hmac.digest(self._secret, b"line\0" + said, sha256)

    def _id(self, *parts: object) -> UUID:
        told = json.dumps([*parts, self._organisation]).encode()
        digest = hmac.digest(self._secret, b"id\0" + told, sha256)
        return UUID(bytes=digest[:16], version=5)


class Deciding:
    """Decides the cases of one authority, one at a time. Not to be shared between threads."""

    def __init__(
        self, system: System, organisation: Organisation, account: str, request_id: str
    ) -> None:
        self.trail = Collected()
        self.identifying = Identifying(system.keystore.shared_secret("imports"), organisation.id)
        self._system = system
        principal = Principal(
            subject=account, organisation=organisation, roles=frozenset({Role.IMPORTER})
        )
        self._caller = Caller(
            principal,
            system.purposes.purpose(PURPOSE, principal.roles, system.clock.today()),
            request_id,
            Role.IMPORTER,
        )
        self.witness = Witness(self.trail, system.clock.now, system.new_id)
        log = system.case_log
        people = People(log, system.keystore.blind_index)
        reach = Reach(log, self.witness, system.law, system.clock, people)
        self.open_cases = OpenCases(
            log,
            reach,
            CaseRequests(log, self.witness, people, reach, system.clock, system.new_id),
            system.clock,
            self._caller,
            officer=principal.having(roles=frozenset({Role.OFFICER})),
        )
        self.log = CaseInHand(log, self.open_cases)
        self._cases = Cases(
            log=self.log,
            witness=self.witness,
            law=system.law,
            clock=system.clock,
            new_id=system.new_id,
            blind_index=system.keystore.blind_index,
            authorities=system.organisations,
            accept_test_codes=system.settings.allow_test_codes,
        )

    @property
    def caller(self) -> Caller:
        """Whoever runs the import, as the authority's."""
        return self._caller

    def read(self, case: CaseLines) -> tuple[tuple[ImportLine, ...], tuple[BadLine, ...]]:
        """The lines of a case, and everything that is wrong with them as lines.

        Bodies are looked at only where something else is wrong: else ``read_acts`` does.
        """
        if case.why_not is not None:
            return (), (bad_line(case, 0, Refusal(case.why_not)),)
        lines: dict[int, ImportLine] = {}
        bad: list[BadLine] = []
        for n, each in enumerate(case.lines):
            if isinstance(each.members, Refusal):
                bad.append(bad_line(case, n, each.members))
                continue
            try:
                line = read_line(each.members)
                self._check(line, first=n == 0)
                lines[n] = line
            except Refusal as refusal:
                bad.append(bad_line(case, n, refusal))
        if bad and lines:
            bad += self._read_acts(case, lines)[1]
        return tuple(lines.values()), tuple(bad)

    def read_acts(
        self, case: CaseLines, lines: Sequence[ImportLine]
    ) -> tuple[tuple[Act, ...], tuple[BadLine, ...]]:
        """The acts of a case whose lines are good as far as they were read, and what is wrong."""
        acts, bad = self._read_acts(case, dict(enumerate(lines)))
        return tuple(acts), tuple(bad)

    def _read_acts(
        self, case: CaseLines, lines: Mapping[int, ImportLine]
    ) -> tuple[list[Act], list[BadLine]]:
        """What a line creates has its id whether that comes to be or not, so all can be read."""
        case_id = self.identifying.case(next(iter(lines.values())))
        # Which names a line that can't be read gives, nobody knows.
        whole = len(lines) == len(case.lines)
        names = Names() if whole else Names().or_any()
        given: set[str] = set()
        acts: list[Act] = []
        bad: list[BadLine] = []
        for n, line in lines.items():
            try:
                if line.name in given:
                    raise Refusal(MALFORMED, ("#/as", "name-twice"))
                act = read_act(line, names)
                if names_test_code(act) and not self._system.settings.allow_test_codes:
                    raise Refusal(MALFORMED, ("#/with", "not-an-identity-code"))
                acts.append(act)
            except Refusal as refusal:
                bad.append(bad_line(case, n, refusal))
                names = names.or_any()
            if line.name is not None:
                given.add(line.name)
                names.add(line.name, self.identifying.creates(case_id, n))
        return acts, bad

    def decide(
        self,
        case: CaseLines,
        lines: Sequence[ImportLine],
        acts: Sequence[Act],
        fingerprints: Sequence[bytes],
    ) -> Decided | BadLine:
        """Decide all acts of a case, or up to the first that can't be recorded."""
        case_id = self.identifying.case(lines[0])
        self.log.begin(case_id)
        done_on = date.min
        names = Names()
        put_right = frozenset[str]().union(*map(records_named, lines))
        for n, (line, read) in enumerate(zip(lines, acts, strict=True)):
            # In the order of recording: nothing was done before what stands before it.
            done_on = max(done_on, read.effective_on or self._system.clock.today())
            try:
                # Which version a record has, nobody knew when the lines were read.
                act = read_act(line, names) if records_named(line) else read
                facts = self._perform(case_id, n, line, act, fingerprints[n], done_on)
                if line.name is not None:
                    creates = self.identifying.creates(case_id, n)
                    names.add(line.name, creates, [recorded.version for recorded in facts])
                    if line.name not in put_right:
                        _check_created(creates, facts)
            except Refusal as refusal:
                return bad_line(case, n, refusal)
        appends = tuple(self.log.appends)
        key_of = partial(self.identifying.asking, case_id)
        held = tuple(self.open_cases.held(acts[0], key_of, appends))
        return Decided(case_id, case, appends, held, self.open_cases.brings_news(appends))

    def _perform(  # noqa: PLR0913, PLR0917 - a line, with its place
        self, case_id: UUID, n: int, line: ImportLine, act: Act, fingerprint: bytes, done_on: date
    ) -> tuple[Recorded, ...]:
        outcome = self._cases.perform(
            self._caller,
            Request(
                act=act,
                key=self.identifying.key(case_id, n),
                fingerprint=fingerprint,
                case_id=case_id,
                seen=Seen.of(self.log.facts) if self.log.facts else None,
                creates=self.identifying.creates(case_id, n),
                old_record=line.old_record,
                done_on=done_on,
            ),
        )
        if isinstance(outcome, Performed):
            return outcome.facts
        raise _refusal(outcome)

    def _check(self, line: ImportLine, *, first: bool) -> None:
        if first != (line.act == OpenCase.NAME):
            code = "case-not-opened" if first else "case-opened-twice"
            raise Refusal(code)
        if line.old_record.day > self._system.clock.today():
            raise Refusal(MALFORMED, ("#/sourceDate", "in-the-future"))


class CaseInHand:
    """The log, as it would be with the case that is being decided."""

    def __init__(self, log: CaseStreams, open_cases: OpenCases) -> None:
        self._log = log
        self._open_cases = open_cases
        self._case_id: UUID | None = None
        self.appends: list[Append] = []
        self.facts: tuple[Recorded, ...] = ()

    def begin(self, case_id: UUID) -> None:
        """Forget the case before, and begin with this one, which the log does not have."""
        self._case_id, self.appends, self.facts = case_id, [], ()

    def load(self, stream_id: UUID, gt: int = 0, lte: int | None = None) -> tuple[Recorded, ...]:
        """The facts in hand, or those of another case of the person's."""
        if stream_id != self._case_id:
            return self._log.load(stream_id, gt, lte)
        return self.facts[gt:lte]

    def append(self, append: Append) -> AppendResult:
        """Remember an act, unless the authority has an open case of the person's."""
        if any(self._open_cases.are_ours(blind) for blind in append.new_identities):
            return IdentityTaken(None)
        self.appends.append(append)
        self.facts += append.facts
        return Appended(append.facts[0].version, append.facts[-1].version)

    def find_act(self, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
        """Every key is new: a case that was imported before is not decided again."""
        return None

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """The person's cases in the log that may have a say in this one."""
        return self._open_cases.find_identity(*blinds)


class Collected:
    """Lines of the trail about what is refused. There is no case they could name."""

    def __init__(self) -> None:
        self.lines: list[AccessRecord] = []

    def write(self, records: Sequence[AccessRecord]) -> None:
        """Keep lines until they are taken."""
        self.lines += [
            record.model_copy(update={"case_id": None, "case_version": None}) for record in records
        ]

    def take(self) -> list[AccessRecord]:
        """The lines so far, which are the taker's now."""
        taken, self.lines = self.lines, []
        return taken


def _check_created(creates: UUID, facts: Sequence[Recorded]) -> None:
    """Raises Refusal where an act has created nothing."""
    if not any(str(creates) in recorded.fact.model_dump_json() for recorded in facts):
        raise Refusal(MALFORMED, ("#/as", "creates-nothing"))


def bad_line(case: CaseLines, n: int, refusal: Refusal) -> BadLine:
    """What is said of the n-th line of a case that for it is not recorded."""
    line = case.lines[n]
    act = None if isinstance(line.members, Refusal) else line.members.get("act")
    return BadLine(
        line=line.number,
        case=case.case,
        act=act if isinstance(act, str) and act in ACTS else None,
        code=refusal.code,
        errors=refusal.errors,
        sections=refusal.sections,
        rules=refusal.rules,
        not_recorded=(case.lines[0].number, case.lines[-1].number),
    )


def _refusal(outcome: ActOutcome) -> Refusal:
    """The outcome of an act that was not recorded, without its words."""
    match outcome:
        case Refused(refusal=found):
            violations = found.violations
            return Refusal(
                refused(found).code.value,
                *((_pointer(v.pointer), v.line.rule) for v in violations if v.pointer),
                sections=[v.line.section for v in violations],
                rules=[v.line.rule for v in violations],
            )
        case Unsupported(what=what):
            return Refusal(ProblemCode.NOT_SUPPORTED_YET.value, sections=[what.section])
        case NotOpenable():
            return Refusal(ProblemCode.CASE_NOT_OPENABLE.value)
        case TestCode():
            return Refusal(MALFORMED, ("#/with", "not-an-identity-code"))
        case Hidden() | Forbidden():
            return Refusal(ProblemCode.FORBIDDEN.value)
        case _:
            raise AssertionError(f"a case in hand is nobody else's: {type(outcome).__name__}")


def _pointer(pointer: str) -> str:
    """Where a rule points in the body, seen from the line."""
    return "#/effectiveOn" if pointer == "/effectiveOn" else f"#/with{pointer}"
