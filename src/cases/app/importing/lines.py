"""A line of an import: one act in the format of the HTTP interface, and what the old system says.

Nothing that was sent comes back in what is said of a line: codes, and pointers made of known names.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID, uuid5

from pydantic import Field

from cases.app.http.acts import ROUTES
from cases.app.http.body import JsonBody, parse_json, to_model
from cases.app.http.problems import Problematic, ProblemCode
from cases.domain.case.act import Act, LegalDate
from cases.domain.model import Value
from cases.domain.old_record import OldRecord, SourceDate, SourceSystem
from cases.domain.people import contains_identity_code

ACTS: Final[Mapping[str, type[Act]]] = {route.act.NAME: route.act for route in ROUTES}
"""Every act that may be imported: those that are performed over HTTP."""

MOST_RECORDS: Final = 100
"""More than any act leaves."""
_ANY_ID: Final = UUID(int=0)
_ANY_VERSIONS: Final = (1,) * MOST_RECORDS

CaseReference = Annotated[str, Field(min_length=1, max_length=200)]
LocalName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]


class ImportLine(Value):
    """A line as it is written.

    ``case`` is what the old system calls the case. ``with`` is the body of the act as over HTTP,
    with the ids that stand in the address there as members; ``{"ref": NAME}`` stands for the id of
    what an earlier line of the case created ``as`` that name, and ``{"record": NAME}`` for the
    version of what that line recorded.
    """

    case: CaseReference
    act: str
    effective_on: LegalDate
    content: dict[str, Any] = Field(default_factory=dict, alias="with")
    source_date: SourceDate
    source_system: SourceSystem | None = None
    name: LocalName | None = Field(default=None, alias="as")

    @property
    def old_record(self) -> OldRecord:
        """What the old system says of its recording."""
        return OldRecord(source_date=self.source_date, source_system=self.source_system)


class _Reference(Value):
    """Stands for the id of something: of what a line created, or of a part of that."""

    ref: LocalName
    part: LocalName | None = None


class _RecordReference(Value):
    """Stands for the version of a record that a line left: the first of its act, or a later one."""

    record: LocalName
    nth: Annotated[int, Field(ge=1, le=MOST_RECORDS)] = 1


R = TypeVar("R", _Reference, _RecordReference)
T = TypeVar("T")


@dataclass(slots=True)
class Names:
    """What the lines of a case so far are called: what they create, and what they recorded."""

    ids: dict[str, UUID] = field(default_factory=dict)
    versions: dict[str, Sequence[int]] = field(default_factory=dict)

    def add(self, name: str, creates: UUID, versions: Sequence[int] | None = None) -> None:
        """A line of this name. What it records, while none is recorded yet, may be anything."""
        self.ids[name] = creates
        self.versions[name] = _ANY_VERSIONS if versions is None else versions

    def or_any(self) -> "Names":
        """The same where any other name may be that of a line which can't be read."""
        return Names(
            defaultdict(lambda: _ANY_ID, self.ids),
            defaultdict(lambda: _ANY_VERSIONS, self.versions),
        )


@dataclass(frozen=True, slots=True)
class BadLine:
    """Why a line was not recorded, without anything it says.

    ``errors`` are pointers and codes, ``sections`` and ``rules`` those of the Act that refuse.
    ``not_recorded`` are the first and the last line of the case that for this was not recorded.
    """

    line: int
    case: str | None
    act: str | None
    code: str
    errors: tuple[tuple[str | None, str], ...] = ()
    sections: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    not_recorded: tuple[int, int] | None = None

    def as_json(self) -> str:
        """One line of a report."""
        told: dict[str, Any] = {"line": self.line, "case": self.case, "code": self.code}
        if self.act:
            told["act"] = self.act
        if self.errors:
            told["errors"] = [
                {"code": code} if pointer is None else {"pointer": pointer, "code": code}
                for pointer, code in self.errors
            ]
        if self.sections:
            told |= {"sections": self.sections, "rules": self.rules}
        if self.not_recorded:
            told["notRecorded"] = self.not_recorded
        return json.dumps(told, ensure_ascii=False)


class Refusal(Exception):
    """A line that can't be recorded: the code, what is wrong where, and what of the Act says so."""

    def __init__(
        self,
        code: str,
        *errors: tuple[str | None, str],
        sections: Sequence[str] = (),
        rules: Sequence[str] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors
        self.sections = tuple(sections)
        self.rules = tuple(rules)

    @classmethod
    def of(cls, problem: Problematic, below: str = "#") -> "Refusal":
        """What a problem of the HTTP edge says, its pointers moved below this one."""
        found = [
            (None if each.pointer is None else below + each.pointer[1:], each.code)
            for each in problem.faults
        ]
        return cls(problem.code.value, *found)


MALFORMED: Final = ProblemCode.MALFORMED_REQUEST.value


def members_of(raw: bytes) -> Mapping[str, Any]:
    """The members of a line. Raises Refusal."""
    try:
        return parse_json(raw).members
    except Problematic as problem:
        raise Refusal.of(problem) from None


def read_line(members: Mapping[str, Any]) -> ImportLine:
    """The line, its act not read yet. Raises Refusal."""
    try:
        line = to_model(JsonBody(raw=b"", members=members), ImportLine)
    except Problematic as problem:
        raise Refusal.of(problem) from None
    if contains_identity_code(line.case):
        raise Refusal(MALFORMED, ("#/case", "holds-an-identity-code"))
    if line.act not in ACTS:
        raise Refusal(MALFORMED, ("#/act", "not-one-of-the-values"))
    if "effectiveOn" in line.content:
        raise Refusal(MALFORMED, ("#/with", "unknown-member"))
    return line


def read_act(line: ImportLine, names: Names) -> Act:
    """The act of a line, its names replaced by ids and versions. Raises Refusal."""
    body = {name: _replaced(value, names) for name, value in line.content.items()}
    body["effectiveOn"] = line.effective_on.isoformat()
    try:
        return to_model(JsonBody(raw=b"", members=body), ACTS[line.act])
    except Problematic as problem:
        raise Refusal.of(problem, "#/with") from None


def case_reference(members: Mapping[str, Any]) -> str | None:
    """What the old system calls the case, if the line says so in a way that may be repeated."""
    found = members.get("case")
    if not isinstance(found, str) or not 0 < len(found) <= 200 or contains_identity_code(found):
        return None
    return found


def identity_codes(members: Mapping[str, Any]) -> frozenset[str]:
    """The identity codes a line may tell, wherever they stand, corrections included."""
    told: list[Any] = []
    for node in _nodes(members.get("with")):
        told.append(node.get("identityCode"))
        if str(node.get("member")).endswith("/identityCode"):
            told.append(node.get("to"))
    return frozenset(code.strip().upper() for code in told if isinstance(code, str))


def records_named(line: ImportLine) -> frozenset[str]:
    """The names of the lines whose records this one speaks of, as it puts right what they say."""
    named = (node["record"] for node in _nodes(line.content) if "record" in node)
    return frozenset(name for name in named if isinstance(name, str))


def _nodes(within: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a value."""
    open_nodes = [within]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, dict):
            yield node
            open_nodes.extend(node.values())
        elif isinstance(node, list):
            open_nodes.extend(node)


def _replaced(node: Any, names: Names) -> Any:
    """The same with what references stand for. Raises Refusal for a name nothing has."""
    if isinstance(node, dict):
        if "ref" in node:
            return _id(node, names)
        if "record" in node:
            return _version(node, names)
        return {name: _replaced(value, names) for name, value in node.items()}
    if isinstance(node, list):
        return [_replaced(each, names) for each in node]
    return node


def _id(node: Mapping[str, Any], names: Names) -> str:
    reference = _reference(node, _Reference)
    found = _named(names.ids, reference.ref)
    return str(found if reference.part is None else uuid5(found, reference.part))


def _version(node: Mapping[str, Any], names: Names) -> int:
    reference = _reference(node, _RecordReference)
    found = _named(names.versions, reference.record)
    if reference.nth > len(found):
        raise Refusal(MALFORMED, ("#/with", "unknown-reference"))
    return found[reference.nth - 1]


def _reference(node: Mapping[str, Any], kind: type[R]) -> R:
    try:
        return to_model(JsonBody(raw=b"", members=node), kind)
    except Problematic:
        raise Refusal(MALFORMED, ("#/with", "not-a-reference")) from None


def _named(things: Mapping[str, T], name: str) -> T:
    try:
        return things[name]
    except KeyError:
        raise Refusal(MALFORMED, ("#/with", "unknown-reference")) from None


def canonical(members: Mapping[str, Any]) -> bytes:
    """What a line says, however it is written: what tells a repeat from another line."""
    return json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
