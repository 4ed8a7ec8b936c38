"""Who may be named to take part: being named opens the case to an authority (79 §)."""

from cases.domain.case.act import Circumstances
from cases.domain.case.state import CaseState
from cases.domain.codes.values import OrganisationKind
from cases.domain.law.register import Rule
from cases.domain.law.rules import Checked, sorted_out

_AUTHORITIES = frozenset(
    {
        OrganisationKind.MUNICIPALITY,
        OrganisationKind.WELFARE_AREA,
        OrganisationKind.EMPLOYMENT_AUTHORITY,
    }
)


def of_the_area(
    named: tuple[str, ...], state: CaseState, circumstances: Circumstances, pointer: str
) -> Checked:
    """Of authorities, only those that serve the people of who answers for the case, or handed it
    over since the client last moved. A name written by mistake must not open a case elsewhere.

    Others than authorities may be named: it opens nothing to them. Where the register does not tell
    who belongs together, everybody may be.
    """
    answers = state.responsible_on(circumstances.on) or circumstances.organisation.id
    near = circumstances.works_with(answers)
    former = {h.former for h in state.responsibility.shared_by(circumstances.on)}
    strange = [
        each
        for each in named
        if circumstances.kind_of(each) in _AUTHORITIES and each not in near | former | {answers}
    ]
    if not near or not strange:
        return (), ()
    return sorted_out((circumstances.line(Rule.PARTIES_OF_THE_AREA, False), pointer))
