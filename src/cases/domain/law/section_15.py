"""15 §: when a multisectoral assessment is due."""

from cases.domain.codes.values import AssessmentKind
from cases.domain.law.edition import Edition
from cases.domain.law.section_14 import GroundFacts, section_14_ground


def multisectoral_due(edition: Edition, known: GroundFacts) -> str | None:
    """The first ground of 15 § on which a multisectoral assessment is due by what is known.

    None where there is none. A ground left to judgement makes nothing due by itself.
    """
    return next(
        (
            ground.id
            for ground in edition.grounds
            if ground.kind is AssessmentKind.MULTISECTORAL
            and not ground.by_judgement
            and section_14_ground(edition, ground.id, known).value
        ),
        None,
    )
