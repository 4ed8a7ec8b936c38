"""Who may do what: one table, and the functions that read it.

Rows are roles and actions; a cell names the sections that give the right, for one relation between
the caller's organisation and the case. What has no cell is denied. Everything is pure: the facts
(who is responsible for the case) are gathered before, and unsealing a payload needs a ``Permit``.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pydantic import Field

from cases.app.access.principal import Principal, Role
from cases.domain.case.standing import Standing
from cases.domain.codes.values import OrganisationKind
from cases.domain.model import State


class Action(StrEnum):
    """What a caller may ask for. The values stand in the access trail.

    ``TAKE_PART`` are the acts that several authorities have a part in: reviews and expert
    assessments. Whose turn it is, the rules of the Act say.
    """

    OPEN_CASE = "OPEN_CASE"
    RECORD_ACT = "RECORD_ACT"
    CORRECT_RECORD = "CORRECT_RECORD"
    TAKE_PART = "TAKE_PART"
    ANSWER_REFERRAL = "ANSWER_REFERRAL"
    EXPIRE_PLAN = "EXPIRE_PLAN"
    READ_CASE = "READ_CASE"
    READ_PLAN = "READ_PLAN"
    READ_HISTORY = "READ_HISTORY"
    READ_EXPLANATION = "READ_EXPLANATION"
    READ_COSTS = "READ_COSTS"
    READ_PROVIDER_EXTRACT = "READ_PROVIDER_EXTRACT"
    LOOK_UP_PERSON = "LOOK_UP_PERSON"
    SEARCH_CLIENTS = "SEARCH_CLIENTS"
    READ_CLIENTS = "READ_CLIENTS"
    READ_WORKLIST = "READ_WORKLIST"
    READ_ACCESS_TRAIL = "READ_ACCESS_TRAIL"
    READ_OPERATIONS = "READ_OPERATIONS"
    READ_DRAFTS = "READ_DRAFTS"
    WRITE_DRAFT = "WRITE_DRAFT"
    DELETE_DRAFT = "DELETE_DRAFT"
    OPEN_GUIDANCE_RECORD = "OPEN_GUIDANCE_RECORD"
    RECORD_GUIDANCE = "RECORD_GUIDANCE"
    READ_GUIDANCE = "READ_GUIDANCE"
    LOOK_UP_GUIDANCE = "LOOK_UP_GUIDANCE"
    READ_GUIDANCE_TRAIL = "READ_GUIDANCE_TRAIL"
    DRAW_UP_FAMILY_PLAN = "DRAW_UP_FAMILY_PLAN"
    RECORD_FAMILY_PLAN = "RECORD_FAMILY_PLAN"
    READ_FAMILY_PLAN = "READ_FAMILY_PLAN"
    NOTE_FAMILY_PLAN = "NOTE_FAMILY_PLAN"
    NOTE_EARLIER_PLANS = "NOTE_EARLIER_PLANS"
    RECORD_BENEFIT_NOTICE = "RECORD_BENEFIT_NOTICE"
    SEND_NOTICE = "SEND_NOTICE"
    READ_NOTICES = "READ_NOTICES"
    HANDLE_NOTICE = "HANDLE_NOTICE"
    READ_NOTICE_TRAIL = "READ_NOTICE_TRAIL"
    CORRECT_FAMILY_PLAN = "CORRECT_FAMILY_PLAN"
    READ_FAMILY_PLAN_HISTORY = "READ_FAMILY_PLAN_HISTORY"
    CORRECT_GUIDANCE = "CORRECT_GUIDANCE"
    READ_GUIDANCE_HISTORY = "READ_GUIDANCE_HISTORY"


class Relation(StrEnum):
    """How the caller's organisation stands to the case; ``NONE`` where no case is in question.

    The others are those of ``Standing``; to a guidance record, and to a notice, an authority is
    ``RESPONSIBLE`` where it is its own, else ``OTHER``. Lists and lookups are asked with ``NONE``,
    and each case they would show with its own relation.
    """

    RESPONSIBLE = "RESPONSIBLE"
    REFERRED_TO = "REFERRED_TO"
    PARTY = "PARTY"
    HANDED_OVER = "HANDED_OVER"
    WAS_PARTY = "WAS_PARTY"
    OTHER = "OTHER"
    NONE = "NONE"


class Mask(StrEnum):
    """Parts of an answer that are left out although the rest is shown."""

    CONTACT_DETAILS = "CONTACT_DETAILS"
    HOME_MUNICIPALITY = "HOME_MUNICIPALITY"
    HOUSEHOLD = "HOUSEHOLD"


class Permit(State):
    """Yes: in which role, by which sections of the Act, and what is masked.

    A section stands as ``79``; provisions elsewhere name their act, such as ``GDPR:5.2``.
    """

    role: Role
    legal_basis: tuple[str, ...] = Field(min_length=1)
    masks: frozenset[Mask] = frozenset()


class Deny(State):
    """No. ``hidden``: the caller may not even learn that the case exists."""

    hidden: bool


Answer = Permit | Deny
Sections = tuple[str, ...]

WORK: Final[Sections] = ("72", "79")
"""The tasks of the Act are a ground to process; the personal right reaches as far as the task."""
RECORDING: Final[Sections] = ("72", "76", "79")
CORRECTING: Final[Sections] = ("72", "73", "76", "79", "GDPR:16")
"""Who answers for the record puts it right, on its own initiative or when the person asks."""
FINDING: Final[Sections] = ("72", "77", "79")
CONTROL: Final[Sections] = ("78", "79", "GDPR:5.2")
"""A controller can show that it follows the rules, and looks into what the log makes it wonder."""
RUNNING: Final[Sections] = ("78", "GDPR:32")
CALENDAR: Final[Sections] = ("23", "72", "76")
TOGETHER: Final[Sections] = ("15", "17", "22", "86")
"""What multisectoral assessments, plans and reviews need, and reviews after a hand-over."""
PROVIDING: Final[Sections] = ("72", "79", "94")
REFERRAL: Final[Sections] = ("3", "72", "86")
GUIDANCE: Final[Sections] = ("10", "decree:4.1", "79")
"""With consent, and within the authority that guided."""
FAMILY: Final[Sections] = ("21", "72", "79")
"""The plan of a family, by way of the cases of its members."""
NOTICES: Final[Sections] = ("72", "79", "84")
"""What another authority tells a municipality of people who may be nobody's clients."""
FORGETTING: Final[Sections] = ("78", "GDPR:5.1")
"""What is not recorded is not kept for longer than it is needed."""

_HERE = Relation.RESPONSIBLE
_SENT = Relation.REFERRED_TO
_PART = Relation.PARTY
_GAVE = Relation.HANDED_OVER
_ONCE = Relation.WAS_PARTY
_ANY = Relation.OTHER
_ASK = Relation.NONE
_ALL = (_HERE, _SENT, _PART, _GAVE, _ONCE, _ANY)

TABLE: Final[Mapping[tuple[Role, Action], Mapping[Relation, Sections]]] = MappingProxyType(
    {
        # An officer works on the cases of the officer's own authority; answers referrals to it,
        # seeing of the case who it is about, and of the plan nothing before the hand-over; and sees
        # of cases it handed over, or takes part in, what their reviews need. Of a plan that is over
        # it records what it did in time, on the version it finds by looking the person up.
        (Role.OFFICER, Action.OPEN_CASE): {_ASK: RECORDING},
        (Role.OFFICER, Action.LOOK_UP_PERSON): {
            _ASK: FINDING,
            _HERE: FINDING,
            _SENT: FINDING,
            _PART: FINDING,
            _GAVE: FINDING,
            _ONCE: FINDING,
        },
        # By name one finds the clients of one's own authority, and nobody else.
        (Role.OFFICER, Action.SEARCH_CLIENTS): {_ASK: FINDING, _HERE: FINDING},
        (Role.OFFICER, Action.READ_CLIENTS): {_ASK: WORK, _HERE: WORK},
        (Role.OFFICER, Action.READ_WORKLIST): {_ASK: WORK, _HERE: WORK, _SENT: REFERRAL},
        (Role.OFFICER, Action.RECORD_ACT): {_HERE: RECORDING},
        (Role.OFFICER, Action.CORRECT_RECORD): {_HERE: CORRECTING},
        (Role.OFFICER, Action.TAKE_PART): {
            _HERE: RECORDING,
            _PART: TOGETHER,
            _GAVE: TOGETHER,
            _ONCE: TOGETHER,
        },
        (Role.OFFICER, Action.ANSWER_REFERRAL): {_HERE: REFERRAL, _SENT: REFERRAL},
        (Role.OFFICER, Action.READ_CASE): {_HERE: WORK, _SENT: REFERRAL, _PART: TOGETHER},
        (Role.OFFICER, Action.READ_PLAN): {
            _HERE: WORK,
            _PART: TOGETHER,
            _GAVE: TOGETHER,
        },
        (Role.OFFICER, Action.READ_HISTORY): {_HERE: WORK},
        # The explanation tells everything that happened, also since.
        (Role.OFFICER, Action.READ_EXPLANATION): {_HERE: WORK, _PART: TOGETHER},
        # Drafts are working papers of the authority that answers for the case, outside the record.
        (Role.OFFICER, Action.READ_DRAFTS): {_HERE: WORK},
        (Role.OFFICER, Action.WRITE_DRAFT): {_HERE: WORK},
        (Role.OFFICER, Action.DELETE_DRAFT): {_HERE: WORK},
        (Role.OFFICER, Action.READ_COSTS): {_HERE: WORK},
        # What a provider of a service may be told is for those who arrange the service.
        (Role.OFFICER, Action.READ_PROVIDER_EXTRACT): {_HERE: PROVIDING},
        # Guidance records are their own authority's, and nobody else's.
        (Role.OFFICER, Action.OPEN_GUIDANCE_RECORD): {_ASK: GUIDANCE},
        (Role.OFFICER, Action.RECORD_GUIDANCE): {_HERE: GUIDANCE},
        (Role.OFFICER, Action.READ_GUIDANCE): {_HERE: GUIDANCE},
        (Role.OFFICER, Action.LOOK_UP_GUIDANCE): {_ASK: GUIDANCE, _HERE: GUIDANCE},
        (Role.OFFICER, Action.CORRECT_GUIDANCE): {_HERE: (*GUIDANCE, "GDPR:16")},
        (Role.OFFICER, Action.READ_GUIDANCE_HISTORY): {_HERE: GUIDANCE},
        # A family plan is asked about by way of each member's case: who answers for one acts on it,
        # and who may read the plan of one reads what is said of that member.
        (Role.OFFICER, Action.DRAW_UP_FAMILY_PLAN): {_ASK: FAMILY},
        (Role.OFFICER, Action.RECORD_FAMILY_PLAN): {_HERE: FAMILY},
        (Role.OFFICER, Action.READ_FAMILY_PLAN): {
            _HERE: FAMILY,
            _PART: FAMILY,
            _GAVE: FAMILY,
        },
        # Its history, and putting it right, are for those who answer for a member's case.
        (Role.OFFICER, Action.CORRECT_FAMILY_PLAN): {_HERE: ("21", *CORRECTING)},
        (Role.OFFICER, Action.READ_FAMILY_PLAN_HISTORY): {_HERE: FAMILY},
        # Notices from outside are for the municipality they were sent to.
        (Role.OFFICER, Action.RECORD_BENEFIT_NOTICE): {_HERE: RECORDING},
        (Role.OFFICER, Action.READ_NOTICES): {_ASK: NOTICES, _HERE: NOTICES},
        (Role.OFFICER, Action.HANDLE_NOTICE): {_HERE: NOTICES},
        # A professional of a welfare area takes part in the cases it is a party to, or was.
        (Role.PROFESSIONAL, Action.LOOK_UP_PERSON): {
            _ASK: FINDING,
            _PART: FINDING,
            _ONCE: FINDING,
        },
        (Role.PROFESSIONAL, Action.TAKE_PART): {_PART: TOGETHER, _ONCE: TOGETHER},
        (Role.PROFESSIONAL, Action.READ_CASE): {_PART: TOGETHER},
        (Role.PROFESSIONAL, Action.READ_PLAN): {_PART: TOGETHER},
        (Role.PROFESSIONAL, Action.READ_EXPLANATION): {_PART: TOGETHER},
        (Role.PROFESSIONAL, Action.READ_FAMILY_PLAN): {_PART: FAMILY},
        # An auditor reads every case and who has looked at it, and changes nothing.
        (Role.AUDITOR, Action.LOOK_UP_PERSON): dict.fromkeys((_ASK, *_ALL), CONTROL),
        (Role.AUDITOR, Action.READ_CASE): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_PLAN): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_HISTORY): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_EXPLANATION): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_COSTS): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_ACCESS_TRAIL): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_GUIDANCE_TRAIL): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_NOTICE_TRAIL): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_FAMILY_PLAN): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_FAMILY_PLAN_HISTORY): dict.fromkeys(_ALL, CONTROL),
        (Role.AUDITOR, Action.READ_OPERATIONS): {_ASK: CONTROL},
        # An operator keeps the system running and sees nobody's data.
        (Role.OPERATOR, Action.READ_OPERATIONS): {_ASK: RUNNING},
        # Another authority's register tells what the Act has it tell, and reads nothing.
        (Role.REGISTER, Action.SEND_NOTICE): {_ASK: NOTICES},
        # Whoever imports the records of an authority may what its officers may record and put
        # right, and read nothing; what is imported are new cases.
        (Role.IMPORTER, Action.OPEN_CASE): {_ASK: RECORDING},
        (Role.IMPORTER, Action.RECORD_ACT): {_HERE: RECORDING},
        (Role.IMPORTER, Action.CORRECT_RECORD): {_HERE: CORRECTING},
        (Role.IMPORTER, Action.RECORD_BENEFIT_NOTICE): {_HERE: RECORDING},
        (Role.IMPORTER, Action.TAKE_PART): {
            _HERE: RECORDING,
            _PART: TOGETHER,
            _GAVE: TOGETHER,
            _ONCE: TOGETHER,
        },
        (Role.IMPORTER, Action.ANSWER_REFERRAL): {_HERE: REFERRAL, _SENT: REFERRAL},
        # The calendar notes that a plan is over, for the authority that answers for the case.
        (Role.CALENDAR, Action.EXPIRE_PLAN): {_HERE: CALENDAR},
        # And on each member's case where the family's plan stands.
        (Role.CALENDAR, Action.NOTE_FAMILY_PLAN): {_HERE: FAMILY},
        # And what other cases of the person meant for one, where they were put right.
        (Role.CALENDAR, Action.NOTE_EARLIER_PLANS): {_HERE: CORRECTING},
        # And lets go the drafts that nobody has touched for long, and old notices.
        (Role.CALENDAR, Action.DELETE_DRAFT): {_HERE: FORGETTING},
        (Role.CALENDAR, Action.HANDLE_NOTICE): {_HERE: FORGETTING},
        # The inbox records what a notice tells in the case of who it is about, and removes it.
        (Role.INBOX, Action.RECORD_BENEFIT_NOTICE): {_HERE: NOTICES},
        (Role.INBOX, Action.HANDLE_NOTICE): {_HERE: NOTICES},
    }
)

AT_WORK: Final = frozenset({_HERE, _SENT, _PART, _ASK})
"""How authorities stand to a case they work on now: a protected client's is open to no other."""

GUIDANCE_ACTIONS: Final = frozenset(
    {
        Action.OPEN_GUIDANCE_RECORD,
        Action.RECORD_GUIDANCE,
        Action.READ_GUIDANCE,
        Action.LOOK_UP_GUIDANCE,
        Action.READ_GUIDANCE_TRAIL,
        Action.CORRECT_GUIDANCE,
        Action.READ_GUIDANCE_HISTORY,
    }
)
"""What is asked for of guidance records, which nobody reaches by way of a case."""
NOTICE_ACTIONS: Final = frozenset(
    {
        Action.SEND_NOTICE,
        Action.READ_NOTICES,
        Action.HANDLE_NOTICE,
        Action.READ_NOTICE_TRAIL,
    }
)
"""What is asked for of notices, which nobody reaches by way of a case either."""
_READING: Final[tuple[Action, ...]] = (Action.READ_CASE, Action.READ_PLAN)
_READING_GUIDANCE: Final = (Action.READ_GUIDANCE,)
_READING_NOTICES: Final = (Action.READ_NOTICES,)

OFFICES: Final[Mapping[Role, frozenset[OrganisationKind]]] = MappingProxyType(
    {
        Role.OFFICER: frozenset(
            {OrganisationKind.MUNICIPALITY, OrganisationKind.EMPLOYMENT_AUTHORITY}
        ),
        Role.PROFESSIONAL: frozenset({OrganisationKind.WELFARE_AREA}),
        Role.AUDITOR: frozenset({OrganisationKind.AUDITOR}),
        Role.OPERATOR: frozenset(OrganisationKind),
        Role.REGISTER: frozenset({OrganisationKind.KELA, OrganisationKind.IMMIGRATION_SERVICE}),
        Role.IMPORTER: frozenset(
            {OrganisationKind.MUNICIPALITY, OrganisationKind.EMPLOYMENT_AUTHORITY}
        ),
        Role.CALENDAR: frozenset(
            {OrganisationKind.MUNICIPALITY, OrganisationKind.EMPLOYMENT_AUTHORITY}
        ),
        Role.INBOX: frozenset({OrganisationKind.MUNICIPALITY}),
    }
)
"""Where a role counts: an officer of a fund is nobody here yet."""


def relation_of(standing: Standing) -> Relation:
    """The relation that a standing to the case is."""
    return Relation(standing.value)


def may(
    principal: Principal,
    action: Action,
    relation: Relation,
    withheld: frozenset[Mask] = frozenset(),
) -> Answer:
    """Whether the caller may do the action on a case (or on none) it stands to in this way.

    ``withheld`` is what a protected client's case withholds from the caller: it is masked, and an
    authority that is not at work on the case now stands to it as any other (661/2009 37 §). A
    denial about a case is hidden unless the caller may read that very case: only then may its
    existence be known. So it is of a guidance record, and of a notice.
    """
    if withheld and relation not in AT_WORK:
        relation = Relation.OTHER
    for role in Role:
        sections = _sections(principal, role, action, relation) if role in principal.roles else None
        if sections:
            return Permit(role=role, legal_basis=sections, masks=withheld)
    reading = _READING
    if action in GUIDANCE_ACTIONS:
        reading = _READING_GUIDANCE
    elif action in NOTICE_ACTIONS:
        reading = _READING_NOTICES
    hidden = relation is not Relation.NONE and not _may_any(principal, reading, relation)
    return Deny(hidden=hidden)


def has_the_right(principal: Principal, action: Action) -> bool:
    """Whether any role of the caller has the right to the action, for some case or none."""
    return any((role, action) in TABLE for role in principal.roles)


def _sections(
    principal: Principal, role: Role, action: Action, relation: Relation
) -> Sections | None:
    if principal.organisation.kind not in OFFICES[role]:
        return None
    return TABLE.get((role, action), {}).get(relation)


def _may_any(principal: Principal, actions: tuple[Action, ...], relation: Relation) -> bool:
    return any(
        _sections(principal, role, action, relation)
        for role in principal.roles
        for action in actions
    )
