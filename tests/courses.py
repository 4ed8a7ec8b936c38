"""Acts about services, referrals elsewhere, tests and costs, and a case in which all were done."""

from datetime import date
from typing import Any
from uuid import UUID

from cases.domain.case.costs.acts import RecordCost
from cases.domain.case.necessary_data.acts import RecordNecessaryData
from cases.domain.case.referral_elsewhere.acts import RecordReferralOutcome, ReferElsewhere
from cases.domain.case.representation.acts import EndRepresentation, RecordRepresentation
from cases.domain.case.services.acts import (
    CompleteService,
    InterruptService,
    LanguageResults,
    RecordLanguageTest,
    StartService,
)
from cases.domain.codes.values import (
    CefrLevel,
    CompensationGround,
    ReferralOutcome,
    RepresentationKind,
    Service,
)
from tests.desk import Desk
from tests.standing import planned


def refer_elsewhere(to: str = "naapurituki") -> ReferElsewhere:
    return ReferElsewhere(to=to, service="Conversation club")


def outcome_of(
    referral: UUID, outcome: ReferralOutcome = ReferralOutcome.SERVICE_STARTED
) -> RecordReferralOutcome:
    return RecordReferralOutcome(referral=referral, outcome=outcome)


def start_service(measure: UUID, **more: Any) -> StartService:
    return StartService(measure=measure, **more)


def start_other(service: Service = Service.LITERACY_TRAINING, **more: Any) -> StartService:
    return StartService(service=service, provider="opisto", **more)


def complete_service(service: UUID, **more: Any) -> CompleteService:
    return CompleteService(service=service, **more)


def interrupt_service(service: UUID) -> InterruptService:
    return InterruptService(service=service, reason="Found work")


def language_test(**more: Any) -> RecordLanguageTest:
    results = LanguageResults(reading=CefrLevel.B1, speaking=CefrLevel.A2)
    usual: dict[str, Any] = {"language": "fi", "provider": "opisto", "results": results}
    return RecordLanguageTest(**(usual | more))


def cost(since: date, until: date, **more: Any) -> RecordCost:
    usual = {"ground": CompensationGround.SPECIAL_COSTS, "decision": "D-1", "borne_by": "pohjanmaa"}
    return RecordCost.model_validate(
        {"cents": 12_345, "from": since, "until": until} | usual | more
    )


def necessary(of: UUID, necessity: str | None = "The course has to know") -> RecordNecessaryData:
    return RecordNecessaryData(of=of, text="Sees badly", necessity=necessity)


def represent(since: date, until: date | None = None, **more: Any) -> RecordRepresentation:
    names = {"given": "Edla", "family": "Edustaja"}
    usual = {"kind": RepresentationKind.REPRESENTATIVE, "names": names}
    return RecordRepresentation.model_validate(usual | {"from": since, "until": until} | more)


def end_representation(representation: UUID, until: date) -> EndRepresentation:
    return EndRepresentation(representation=representation, until=until)


def served() -> Desk:
    """Every act of this module on one case."""
    desk = planned()
    desk.does(refer_elsewhere(), date(2025, 3, 4))
    desk.does(outcome_of(desk.state.referrals_elsewhere[-1].referral_id), date(2025, 3, 10))
    training, orientation = desk.measures
    desk.does(start_service(training), date(2025, 4, 1))
    service = desk.state.courses[-1].service_id
    desk.does(language_test(training=service, register_id="T-1"), date(2025, 5, 30))
    desk.does(interrupt_service(service), date(2025, 6, 2))
    desk.does(start_service(orientation, hours=70), date(2025, 6, 3))
    desk.does(complete_service(desk.state.courses[-1].service_id), date(2025, 8, 29))
    desk.does(cost(date(2025, 7, 1), date(2025, 7, 31)), date(2025, 9, 1))
    desk.does(necessary(desk.plan), date(2025, 9, 1))
    desk.does(represent(date(2009, 1, 1)), date(2025, 9, 1))
    representation = desk.state.representations[-1].representation_id
    desk.does(end_representation(representation, date(2010, 3, 13)), date(2025, 9, 1))
    return desk
