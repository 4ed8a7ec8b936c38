"""Who may do what: every cell of the table, and what no row may ever grant."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.app.access.policy import (
    GUIDANCE_ACTIONS,
    NOTICE_ACTIONS,
    Action,
    Deny,
    Permit,
    Relation,
    may,
    relation_of,
)
from cases.app.access.principal import Principal, Role, calendar_of, inbox_of
from cases.domain.case.act import Organisation
from cases.domain.case.standing import Standing
from cases.domain.codes.values import OrganisationKind

HERE, OTHER = Relation.RESPONSIBLE, Relation.OTHER
STANDINGS: Final = [relation_of(each) for each in Standing]
OFFICES: Final = (OrganisationKind.MUNICIPALITY, OrganisationKind.EMPLOYMENT_AUTHORITY)
CASE_ACTIONS: Final = frozenset(
    {
        Action.OPEN_CASE,
        Action.RECORD_ACT,
        Action.RECORD_BENEFIT_NOTICE,
        Action.CORRECT_RECORD,
        Action.TAKE_PART,
        Action.ANSWER_REFERRAL,
        Action.EXPIRE_PLAN,
        Action.READ_DRAFTS,
        Action.WRITE_DRAFT,
        Action.DELETE_DRAFT,
    }
)

# One line per action: own case, referred to, party, handed over, was party, another's, no case.
# y: yes; n: no, and says so (403); h: no, and nothing may be learned (404).
MATRIX: Final = {
    Role.OFFICER: """
        OPEN_CASE          n n n n h h y
        RECORD_ACT         y n n n h h n
        CORRECT_RECORD     y n n n h h n
        TAKE_PART          y n y y y h n
        ANSWER_REFERRAL    y y n n h h n
        EXPIRE_PLAN        n n n n h h n
        READ_CASE          y y y n h h n
        READ_PLAN          y n y y h h n
        READ_HISTORY       y n n n h h n
        READ_EXPLANATION   y n y n h h n
        READ_COSTS         y n n n h h n
        READ_PROVIDER_EXTRACT y n n n h h n
        LOOK_UP_PERSON     y y y y y h y
        SEARCH_CLIENTS     y n n n h h y
        READ_CLIENTS       y n n n h h y
        READ_WORKLIST      y y n n h h y
        READ_ACCESS_TRAIL  n n n n h h n
        READ_OPERATIONS    n n n n h h n
        READ_DRAFTS        y n n n h h n
        WRITE_DRAFT        y n n n h h n
        DELETE_DRAFT       y n n n h h n
        OPEN_GUIDANCE_RECORD n h h h h h y
        RECORD_GUIDANCE    y h h h h h n
        READ_GUIDANCE      y h h h h h n
        LOOK_UP_GUIDANCE   y h h h h h y
        READ_GUIDANCE_TRAIL n h h h h h n
        READ_NOTICE_TRAIL n h h h h h n
        DRAW_UP_FAMILY_PLAN n n n n h h y
        RECORD_FAMILY_PLAN y n n n h h n
        READ_FAMILY_PLAN   y n y y h h n
        NOTE_FAMILY_PLAN   n n n n h h n
        NOTE_EARLIER_PLANS n n n n h h n
        RECORD_BENEFIT_NOTICE y n n n h h n
        SEND_NOTICE        n h h h h h n
        READ_NOTICES       y h h h h h y
        HANDLE_NOTICE      y h h h h h n
        CORRECT_FAMILY_PLAN y n n n h h n
        READ_FAMILY_PLAN_HISTORY y n n n h h n
        CORRECT_GUIDANCE   y h h h h h n
        READ_GUIDANCE_HISTORY y h h h h h n
    """,
    Role.PROFESSIONAL: """
        OPEN_CASE          h h n h h h n
        RECORD_ACT         h h n h h h n
        CORRECT_RECORD     h h n h h h n
        TAKE_PART          h h y h y h n
        ANSWER_REFERRAL    h h n h h h n
        EXPIRE_PLAN        h h n h h h n
        READ_CASE          h h y h h h n
        READ_PLAN          h h y h h h n
        READ_HISTORY       h h n h h h n
        READ_EXPLANATION   h h y h h h n
        READ_COSTS         h h n h h h n
        READ_PROVIDER_EXTRACT h h n h h h n
        LOOK_UP_PERSON     h h y h y h y
        SEARCH_CLIENTS     h h n h h h n
        READ_CLIENTS       h h n h h h n
        READ_WORKLIST      h h n h h h n
        READ_ACCESS_TRAIL  h h n h h h n
        READ_OPERATIONS    h h n h h h n
        READ_DRAFTS        h h n h h h n
        WRITE_DRAFT        h h n h h h n
        DELETE_DRAFT       h h n h h h n
        OPEN_GUIDANCE_RECORD h h h h h h n
        RECORD_GUIDANCE    h h h h h h n
        READ_GUIDANCE      h h h h h h n
        LOOK_UP_GUIDANCE   h h h h h h n
        READ_GUIDANCE_TRAIL h h h h h h n
        READ_NOTICE_TRAIL h h h h h h n
        DRAW_UP_FAMILY_PLAN h h n h h h n
        RECORD_FAMILY_PLAN h h n h h h n
        READ_FAMILY_PLAN   h h y h h h n
        NOTE_FAMILY_PLAN   h h n h h h n
        NOTE_EARLIER_PLANS h h n h h h n
        RECORD_BENEFIT_NOTICE h h n h h h n
        SEND_NOTICE        h h h h h h n
        READ_NOTICES       h h h h h h n
        HANDLE_NOTICE      h h h h h h n
        CORRECT_FAMILY_PLAN h h n h h h n
        READ_FAMILY_PLAN_HISTORY h h n h h h n
        CORRECT_GUIDANCE   h h h h h h n
        READ_GUIDANCE_HISTORY h h h h h h n
    """,
    Role.AUDITOR: """
        OPEN_CASE          n n n n n n n
        RECORD_ACT         n n n n n n n
        CORRECT_RECORD     n n n n n n n
        TAKE_PART          n n n n n n n
        ANSWER_REFERRAL    n n n n n n n
        EXPIRE_PLAN        n n n n n n n
        READ_CASE          y y y y y y n
        READ_PLAN          y y y y y y n
        READ_HISTORY       y y y y y y n
        READ_EXPLANATION   y y y y y y n
        READ_COSTS         y y y y y y n
        READ_PROVIDER_EXTRACT n n n n n n n
        LOOK_UP_PERSON     y y y y y y y
        SEARCH_CLIENTS     n n n n n n n
        READ_CLIENTS       n n n n n n n
        READ_WORKLIST      n n n n n n n
        READ_ACCESS_TRAIL  y y y y y y n
        READ_OPERATIONS    n n n n n n y
        READ_DRAFTS        n n n n n n n
        WRITE_DRAFT        n n n n n n n
        DELETE_DRAFT       n n n n n n n
        OPEN_GUIDANCE_RECORD h h h h h h n
        RECORD_GUIDANCE    h h h h h h n
        READ_GUIDANCE      h h h h h h n
        LOOK_UP_GUIDANCE   h h h h h h n
        READ_GUIDANCE_TRAIL y y y y y y n
        READ_NOTICE_TRAIL y y y y y y n
        DRAW_UP_FAMILY_PLAN n n n n n n n
        RECORD_FAMILY_PLAN n n n n n n n
        READ_FAMILY_PLAN   y y y y y y n
        NOTE_FAMILY_PLAN   n n n n n n n
        NOTE_EARLIER_PLANS n n n n n n n
        RECORD_BENEFIT_NOTICE n n n n n n n
        SEND_NOTICE        h h h h h h n
        READ_NOTICES       h h h h h h n
        HANDLE_NOTICE      h h h h h h n
        CORRECT_FAMILY_PLAN n n n n n n n
        READ_FAMILY_PLAN_HISTORY y y y y y y n
        CORRECT_GUIDANCE   h h h h h h n
        READ_GUIDANCE_HISTORY h h h h h h n
    """,
    Role.OPERATOR: """
        OPEN_CASE          h h h h h h n
        RECORD_ACT         h h h h h h n
        CORRECT_RECORD     h h h h h h n
        TAKE_PART          h h h h h h n
        ANSWER_REFERRAL    h h h h h h n
        EXPIRE_PLAN        h h h h h h n
        READ_CASE          h h h h h h n
        READ_PLAN          h h h h h h n
        READ_HISTORY       h h h h h h n
        READ_EXPLANATION   h h h h h h n
        READ_COSTS         h h h h h h n
        READ_PROVIDER_EXTRACT h h h h h h n
        LOOK_UP_PERSON     h h h h h h n
        SEARCH_CLIENTS     h h h h h h n
        READ_CLIENTS       h h h h h h n
        READ_WORKLIST      h h h h h h n
        READ_ACCESS_TRAIL  h h h h h h n
        READ_OPERATIONS    h h h h h h y
        READ_DRAFTS        h h h h h h n
        WRITE_DRAFT        h h h h h h n
        DELETE_DRAFT       h h h h h h n
        OPEN_GUIDANCE_RECORD h h h h h h n
        RECORD_GUIDANCE    h h h h h h n
        READ_GUIDANCE      h h h h h h n
        LOOK_UP_GUIDANCE   h h h h h h n
        READ_GUIDANCE_TRAIL h h h h h h n
        READ_NOTICE_TRAIL h h h h h h n
        DRAW_UP_FAMILY_PLAN h h h h h h n
        RECORD_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN   h h h h h h n
        NOTE_FAMILY_PLAN   h h h h h h n
        NOTE_EARLIER_PLANS h h h h h h n
        RECORD_BENEFIT_NOTICE h h h h h h n
        SEND_NOTICE        h h h h h h n
        READ_NOTICES       h h h h h h n
        HANDLE_NOTICE      h h h h h h n
        CORRECT_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN_HISTORY h h h h h h n
        CORRECT_GUIDANCE   h h h h h h n
        READ_GUIDANCE_HISTORY h h h h h h n
    """,
    Role.IMPORTER: """
        OPEN_CASE          h h h h h h y
        RECORD_ACT         y h h h h h n
        CORRECT_RECORD     y h h h h h n
        TAKE_PART          y h y y y h n
        ANSWER_REFERRAL    y y h h h h n
        EXPIRE_PLAN        h h h h h h n
        READ_CASE          h h h h h h n
        READ_PLAN          h h h h h h n
        READ_HISTORY       h h h h h h n
        READ_EXPLANATION   h h h h h h n
        LOOK_UP_PERSON     h h h h h h n
        SEARCH_CLIENTS     h h h h h h n
        READ_CLIENTS       h h h h h h n
        READ_WORKLIST      h h h h h h n
        READ_ACCESS_TRAIL  h h h h h h n
        READ_OPERATIONS    h h h h h h n
        READ_DRAFTS        h h h h h h n
        WRITE_DRAFT        h h h h h h n
        DELETE_DRAFT       h h h h h h n
        READ_COSTS         h h h h h h n
        READ_PROVIDER_EXTRACT h h h h h h n
        OPEN_GUIDANCE_RECORD h h h h h h n
        RECORD_GUIDANCE    h h h h h h n
        READ_GUIDANCE      h h h h h h n
        LOOK_UP_GUIDANCE   h h h h h h n
        READ_GUIDANCE_TRAIL h h h h h h n
        READ_NOTICE_TRAIL h h h h h h n
        DRAW_UP_FAMILY_PLAN h h h h h h n
        RECORD_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN   h h h h h h n
        NOTE_FAMILY_PLAN   h h h h h h n
        NOTE_EARLIER_PLANS h h h h h h n
        RECORD_BENEFIT_NOTICE y h h h h h n
        SEND_NOTICE        h h h h h h n
        READ_NOTICES       h h h h h h n
        HANDLE_NOTICE      h h h h h h n
        CORRECT_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN_HISTORY h h h h h h n
        CORRECT_GUIDANCE   h h h h h h n
        READ_GUIDANCE_HISTORY h h h h h h n
    """,
    Role.CALENDAR: """
        OPEN_CASE          h h h h h h n
        RECORD_ACT         h h h h h h n
        CORRECT_RECORD     h h h h h h n
        TAKE_PART          h h h h h h n
        ANSWER_REFERRAL    h h h h h h n
        EXPIRE_PLAN        y h h h h h n
        READ_CASE          h h h h h h n
        READ_PLAN          h h h h h h n
        READ_HISTORY       h h h h h h n
        READ_EXPLANATION   h h h h h h n
        READ_COSTS         h h h h h h n
        READ_PROVIDER_EXTRACT h h h h h h n
        LOOK_UP_PERSON     h h h h h h n
        SEARCH_CLIENTS     h h h h h h n
        READ_CLIENTS       h h h h h h n
        READ_WORKLIST      h h h h h h n
        READ_ACCESS_TRAIL  h h h h h h n
        READ_OPERATIONS    h h h h h h n
        READ_DRAFTS        h h h h h h n
        WRITE_DRAFT        h h h h h h n
        DELETE_DRAFT       y h h h h h n
        OPEN_GUIDANCE_RECORD h h h h h h n
        RECORD_GUIDANCE    h h h h h h n
        READ_GUIDANCE      h h h h h h n
        LOOK_UP_GUIDANCE   h h h h h h n
        READ_GUIDANCE_TRAIL h h h h h h n
        READ_NOTICE_TRAIL h h h h h h n
        DRAW_UP_FAMILY_PLAN h h h h h h n
        RECORD_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN   h h h h h h n
        NOTE_FAMILY_PLAN   y h h h h h n
        NOTE_EARLIER_PLANS y h h h h h n
        RECORD_BENEFIT_NOTICE h h h h h h n
        SEND_NOTICE        h h h h h h n
        READ_NOTICES       h h h h h h n
        HANDLE_NOTICE      y h h h h h n
        CORRECT_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN_HISTORY h h h h h h n
        CORRECT_GUIDANCE   h h h h h h n
        READ_GUIDANCE_HISTORY h h h h h h n
    """,
    Role.REGISTER: """
        OPEN_CASE          h h h h h h n
        RECORD_ACT         h h h h h h n
        CORRECT_RECORD     h h h h h h n
        TAKE_PART          h h h h h h n
        ANSWER_REFERRAL    h h h h h h n
        EXPIRE_PLAN        h h h h h h n
        READ_CASE          h h h h h h n
        READ_PLAN          h h h h h h n
        READ_HISTORY       h h h h h h n
        READ_EXPLANATION   h h h h h h n
        READ_COSTS         h h h h h h n
        READ_PROVIDER_EXTRACT h h h h h h n
        LOOK_UP_PERSON     h h h h h h n
        SEARCH_CLIENTS     h h h h h h n
        READ_CLIENTS       h h h h h h n
        READ_WORKLIST      h h h h h h n
        READ_ACCESS_TRAIL  h h h h h h n
        READ_OPERATIONS    h h h h h h n
        READ_DRAFTS        h h h h h h n
        WRITE_DRAFT        h h h h h h n
        DELETE_DRAFT       h h h h h h n
        OPEN_GUIDANCE_RECORD h h h h h h n
        RECORD_GUIDANCE    h h h h h h n
        READ_GUIDANCE      h h h h h h n
        LOOK_UP_GUIDANCE   h h h h h h n
        READ_GUIDANCE_TRAIL h h h h h h n
        READ_NOTICE_TRAIL h h h h h h n
        DRAW_UP_FAMILY_PLAN h h h h h h n
        RECORD_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN   h h h h h h n
        NOTE_FAMILY_PLAN   h h h h h h n
        NOTE_EARLIER_PLANS h h h h h h n
        RECORD_BENEFIT_NOTICE h h h h h h n
        SEND_NOTICE        h h h h h h y
        READ_NOTICES       h h h h h h n
        HANDLE_NOTICE      h h h h h h n
        CORRECT_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN_HISTORY h h h h h h n
        CORRECT_GUIDANCE   h h h h h h n
        READ_GUIDANCE_HISTORY h h h h h h n
    """,
    Role.INBOX: """
        OPEN_CASE          h h h h h h n
        RECORD_ACT         h h h h h h n
        CORRECT_RECORD     h h h h h h n
        TAKE_PART          h h h h h h n
        ANSWER_REFERRAL    h h h h h h n
        EXPIRE_PLAN        h h h h h h n
        READ_CASE          h h h h h h n
        READ_PLAN          h h h h h h n
        READ_HISTORY       h h h h h h n
        READ_EXPLANATION   h h h h h h n
        READ_COSTS         h h h h h h n
        READ_PROVIDER_EXTRACT h h h h h h n
        LOOK_UP_PERSON     h h h h h h n
        SEARCH_CLIENTS     h h h h h h n
        READ_CLIENTS       h h h h h h n
        READ_WORKLIST      h h h h h h n
        READ_ACCESS_TRAIL  h h h h h h n
        READ_OPERATIONS    h h h h h h n
        READ_DRAFTS        h h h h h h n
        WRITE_DRAFT        h h h h h h n
        DELETE_DRAFT       h h h h h h n
        OPEN_GUIDANCE_RECORD h h h h h h n
        RECORD_GUIDANCE    h h h h h h n
        READ_GUIDANCE      h h h h h h n
        LOOK_UP_GUIDANCE   h h h h h h n
        READ_GUIDANCE_TRAIL h h h h h h n
        READ_NOTICE_TRAIL h h h h h h n
        DRAW_UP_FAMILY_PLAN h h h h h h n
        RECORD_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN   h h h h h h n
        NOTE_FAMILY_PLAN   h h h h h h n
        NOTE_EARLIER_PLANS h h h h h h n
        RECORD_BENEFIT_NOTICE y h h h h h n
        SEND_NOTICE        h h h h h h n
        READ_NOTICES       h h h h h h n
        HANDLE_NOTICE      y h h h h h n
        CORRECT_FAMILY_PLAN h h h h h h n
        READ_FAMILY_PLAN_HISTORY h h h h h h n
        CORRECT_GUIDANCE   h h h h h h n
        READ_GUIDANCE_HISTORY h h h h h h n
    """,
}
AT_HOME: Final = {
    Role.OFFICER: OrganisationKind.MUNICIPALITY,
    Role.PROFESSIONAL: OrganisationKind.WELFARE_AREA,
    Role.AUDITOR: OrganisationKind.AUDITOR,
    Role.OPERATOR: OrganisationKind.DEVELOPMENT_CENTRE,
    Role.IMPORTER: OrganisationKind.MUNICIPALITY,
    Role.CALENDAR: OrganisationKind.MUNICIPALITY,
    Role.REGISTER: OrganisationKind.KELA,
    Role.INBOX: OrganisationKind.MUNICIPALITY,
}
CELLS: Final = [
    (role, Action(words[0]), relation, expected)
    for role, lines in MATRIX.items()
    for words in (line.split() for line in lines.strip().splitlines())
    for relation, expected in zip(Relation, words[1:], strict=True)
]


def principal(kind: OrganisationKind, *roles: Role) -> Principal:
    return Principal(
        subject="p-1", organisation=Organisation(id="own", kind=kind), roles=frozenset(roles)
    )


def told(answer: Permit | Deny) -> str:
    if isinstance(answer, Permit):
        return "y"
    return "h" if answer.hidden else "n"


def test_the_matrix_has_every_cell() -> None:
    assert {cell[:3] for cell in CELLS} == {
        (role, action, relation) for role in Role for action in Action for relation in Relation
    }


@pytest.mark.guarantee("AC-1")
@pytest.mark.parametrize(("role", "action", "relation", "expected"), CELLS)
def test_every_cell_of_the_table(
    role: Role, action: Action, relation: Relation, expected: str
) -> None:
    assert told(may(principal(AT_HOME[role], role), action, relation)) == expected


@pytest.mark.guarantee("AC-1")
@pytest.mark.parametrize("kind", [k for k in OrganisationKind if k not in OFFICES])
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("relation", Relation)
def test_an_officer_of_another_kind_of_organisation_gets_nothing(
    kind: OrganisationKind, action: Action, relation: Relation
) -> None:
    assert isinstance(may(principal(kind, Role.OFFICER), action, relation), Deny)


everybody = st.builds(
    Principal,
    subject=st.just("p-1"),
    organisation=st.builds(
        Organisation, id=st.sampled_from(["own", "else"]), kind=st.sampled_from(OrganisationKind)
    ),
    roles=st.frozensets(st.sampled_from(Role), min_size=1),
)


@pytest.mark.guarantee("AC-2")
@given(who=everybody, action=st.sampled_from(sorted(CASE_ACTIONS)))
def test_no_rule_grants_an_act_outside_the_responsible_authority(
    who: Principal, action: Action
) -> None:
    assert isinstance(may(who, action, OTHER), Deny)


@pytest.mark.guarantee("AC-2")
@given(who=everybody, action=st.sampled_from(Action), relation=st.sampled_from(Relation))
def test_a_right_names_its_sections_and_a_role_the_caller_has(
    who: Principal, action: Action, relation: Relation
) -> None:
    answer = may(who, action, relation)
    if isinstance(answer, Permit):
        assert answer.legal_basis
        assert answer.role in who.roles


@pytest.mark.guarantee("AC-3")
@given(who=everybody, action=st.sampled_from(Action), relation=st.sampled_from(STANDINGS))
def test_a_denial_is_open_only_to_those_who_may_read_the_case_or_the_guidance_record(
    who: Principal, action: Action, relation: Relation
) -> None:
    answer = may(who, action, relation)
    if isinstance(answer, Deny):
        reading = [Action.READ_CASE, Action.READ_PLAN]
        if action in GUIDANCE_ACTIONS:
            reading = [Action.READ_GUIDANCE]
        if action in NOTICE_ACTIONS:
            reading = [Action.READ_NOTICES]
        reads = (may(who, each, relation) for each in reading)
        assert answer.hidden is all(isinstance(each, Deny) for each in reads)


@given(
    who=everybody,
    role=st.sampled_from(Role),
    action=st.sampled_from(Action),
    relation=st.sampled_from(Relation),
)
def test_another_role_never_takes_a_right_away(
    who: Principal, role: Role, action: Action, relation: Relation
) -> None:
    more = who.having(roles=who.roles | {role})
    if isinstance(may(who, action, relation), Permit):
        assert isinstance(may(more, action, relation), Permit)


def test_the_calendar_acts_for_the_responsible_authority_only() -> None:
    calendar = calendar_of(Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY))
    assert told(may(calendar, Action.EXPIRE_PLAN, HERE)) == "y"
    assert told(may(calendar, Action.EXPIRE_PLAN, OTHER)) == "h"


@pytest.mark.guarantee("NO-4")
def test_the_inbox_files_notices_for_their_receiver_and_can_do_nothing_else() -> None:
    inbox = inbox_of(Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY))
    granted = {
        (action, relation)
        for action in Action
        for relation in Relation
        if told(may(inbox, action, relation)) == "y"
    }
    assert granted == {(Action.RECORD_BENEFIT_NOTICE, HERE), (Action.HANDLE_NOTICE, HERE)}
