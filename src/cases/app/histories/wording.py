"""What officers write in generated histories, and how often they choose what."""

from typing import Final

from cases.domain.codes import values as codes

ORIGINS: Final = (
    (codes.CaseOrigin.OWN_WORK, None, None),
    (codes.CaseOrigin.REQUEST, "9", None),
    (codes.CaseOrigin.REQUEST, "9", None),
    (codes.CaseOrigin.KELA_NOTICE, "84.2", codes.OrganisationKind.KELA),
    (codes.CaseOrigin.MIGRI_NOTICE, "84.1", codes.OrganisationKind.IMMIGRATION_SERVICE),
)
RESIDENCE: Final = (
    *[(codes.ResidenceBasis.RESIDENCE_PERMIT, codes.ResidenceGroup.OTHER)] * 5,
    *[(codes.ResidenceBasis.RESIDENCE_PERMIT, codes.ResidenceGroup.PROTECTION)] * 3,
    (codes.ResidenceBasis.RESIDENCE_PERMIT, codes.ResidenceGroup.FAMILY_OF_PROTECTION),
    (codes.ResidenceBasis.RESIDENCE_CARD, codes.ResidenceGroup.OTHER),
    (codes.ResidenceBasis.RIGHT_OF_RESIDENCE_REGISTERED, codes.ResidenceGroup.OTHER),
)
MULTISECTORAL_GROUPS: Final = (
    *[(codes.ResidenceBasis.RESIDENCE_PERMIT, codes.ResidenceGroup.QUOTA_REFUGEE)] * 5,
    *[(codes.ResidenceBasis.RESIDENCE_PERMIT, codes.ResidenceGroup.YOUNG_WITHOUT_GUARDIAN)] * 2,
    (codes.ResidenceBasis.RESIDENCE_PERMIT, codes.ResidenceGroup.VICTIM_OF_TRAFFICKING),
)
"""Groups of 15 § 1 mom., whom a municipality assesses together with the welfare area."""
TRANSFERRED: Final = (codes.CaseOrigin.TRANSFERRED_FROM_OLD_SYSTEM, None, None)
STATUSES: Final = (
    *[codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE] * 4,
    *[codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_OTHER] * 3,
    codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_STUDENT,
    codes.LabourMarketStatus.EMPLOYED,
)
OFFICERS: Final = (
    "Olli Virkailija",
    "Minna Ohjaaja",
    "Sari Palvelu",
    "Kim Handläggare",
    "Petra Rådgivare",
    "Juha Neuvoja",
)
TITLE: Final = "Kotoutumisasiantuntija"
WELFARE_TITLE: Final = "Sosiaaliohjaaja"
FINDINGS: Final = {
    codes.FindingItem.LITERACY: (
        "Reads and writes the mother tongue; the Latin alphabet is new.",
        "Reads and writes fluently in two languages.",
        "Three years of school; reads slowly.",
    ),
    codes.FindingItem.FINNISH_SWEDISH: (
        "A beginner; understands simple questions.",
        "Gets along in everyday matters.",
        "No studies of Finnish or Swedish so far.",
    ),
    codes.FindingItem.EDUCATION_AND_WORK: (
        "Upper secondary school, four years in a shop.",
        "A degree in accounting, six years of office work.",
        "Nine years of school, two years in a bakery.",
        "Vocational training as an electrician; worked on building sites.",
    ),
    codes.FindingItem.WISHES_AND_GOALS: (
        "Wants to work in the trade of her training.",
        "Wants to become a practical nurse.",
        "Wants to find work soon and learn the language beside it.",
        "Wants to study; interested in programming.",
    ),
    codes.FindingItem.LIFE_SITUATION: (
        "Lives with the family; the youngest child begins day care in spring.",
        "Lives alone; relatives in the same town.",
        "Two children at school, spouse at work.",
    ),
    codes.FindingItem.SOCIETY_AND_PARTICIPATION: (
        "Goes to the open evenings of the library.",
        "Knows few people here yet.",
    ),
}
LEVELS: Final = (
    codes.LanguageLevel.A1_1,
    codes.LanguageLevel.A1_1,
    codes.LanguageLevel.A1_2,
    codes.LanguageLevel.A1_3,
    codes.LanguageLevel.A2_1,
    codes.LanguageLevel.A2_2,
)
EXPERT_ASSESSMENTS: Final = (
    ("Level of Finnish by a test", "Speaking A2.1, writing A1.3; training from A2 recommended."),
    ("Whether the degree can be recognised", "Comparable to a Finnish bachelor's degree."),
    ("Learning difficulties", "No sign of a difficulty that needs support."),
)
WELFARE_FINDINGS: Final = {
    codes.FindingItem.HEALTH_AND_REHABILITATION: (
        "Needs physiotherapy for the back; light work is possible after it.",
        "Sleeps badly; an appointment with a psychiatric nurse is agreed.",
        "In good health.",
    ),
    codes.FindingItem.OTHER_NEEDS: (
        "Needs help with housing and with letters from authorities.",
        "Wants to know how the family can follow.",
    ),
}
WELFARE_ASSESSMENTS: Final = (
    ("Work and functional ability", "Able to do light work; rehabilitation recommended."),
    ("Need of psychosocial support", "Support once a week for half a year recommended."),
)
DEPARTURES: Final = (
    "No need of services of the welfare area.",
    "The client has a client plan of social services; only integration services are assessed.",
)
FORGONE: Final = (
    "The client plan of child welfare covers what an assessment would clarify.",
    "Basic education with preparatory teaching, and the school's own plan, meet the needs.",
)
NO_FAMILY_PLAN: Final = "The services of the family need no plan of their own."
NO_PLAN: Final = (
    "Is at work and speaks the language; guidance is enough.",
    "Begins vocational studies next month.",
)
DISCONTINUED: Final = (
    "Moved to another municipality before the assessment was completed.",
    "Does not wish to go on; was told how to return.",
)
ADVICE: Final = "How to look for work, and what the labour market of the area offers."
GOALS: Final = {
    codes.GoalKind.EMPLOYMENT: (
        "Work as a practical nurse",
        "Work in food services",
        "Work in the trade of the earlier training",
    ),
    codes.GoalKind.LANGUAGE: ("Finnish at level B1.1", "Swedish at level A2.2", "Finnish A2.1"),
    codes.GoalKind.WORK_LIFE_READINESS: ("Knows how working life goes here", "A work trial"),
    codes.GoalKind.SOCIETY: ("Knows the services of the town", "Takes part in an association"),
    codes.GoalKind.LITERACY: ("Reads and writes with the Latin alphabet",),
}
STUDIES: Final = (
    codes.Service.SELF_MOTIVATED_STUDIES,
    "The vocational studies the goal needs",
    None,
)
MEASURES: Final = (
    (codes.Service.INTEGRATION_TRAINING, "The language that work and studies ask for", 800),
    (codes.Service.CIVIC_ORIENTATION, "Knowledge of society and of rights and duties", 70),
    (codes.Service.LITERACY_TRAINING, "Reading and writing, before training begins", 300),
    (codes.Service.EMPLOYMENT_SERVICE, "Getting to know working life by a work trial", None),
    (codes.Service.GUIDANCE, "Finding the way to studies and work", None),
    (codes.Service.ASSOCIATION_ACTIVITY, "People to speak the language with", None),
    STUDIES,
)
WELFARE_MEASURES: Final = (
    (codes.Service.REHABILITATION, "Ability to work"),
    (codes.Service.HEALTH_SERVICE, "Strength for studies"),
    (codes.Service.SOCIAL_SERVICE, "Housing and everyday life in order"),
)
WELFARE_RESULTS: Final = ("Goes on as agreed", "Able to work part-time", "Feels stronger")
ORDINARY_INSTEAD: Final = (
    "The services of the welfare area have ended.",
    "The client does not wish the welfare area to take part.",
)
SWITCHES: Final = {
    codes.PlanKind.INTEGRATION: ("No social or health services are needed any more.",),
    codes.PlanKind.MULTISECTORAL: (
        "Rehabilitation has to be coordinated with the training.",
        "Needs support of social services beside the studies.",
    ),
}
LANGUAGE_STUDIES: Final = "Evening course once a week beside the training."
GUIDANCE: Final = "Guidance on housing and on services of the town."
PAYERS: Final = (
    *[codes.OrganisationKind.KELA] * 4,
    codes.OrganisationKind.UNEMPLOYMENT_FUND,
)
STUDIES_FOR: Final = ("A vocational qualification", "Open university studies", "Upper secondary")
STUDIES_ENDED: Final = (
    *[codes.StudiesEndReason.QUALIFICATION_COMPLETED] * 2,
    codes.StudiesEndReason.STUDIES_COMPLETED,
    codes.StudiesEndReason.INTERRUPTED,
)
OBSTACLES_THAT_EXTEND: Final = (
    *[(codes.ExtensionGround.ILLNESS_OR_INJURY, "Sick leave after an operation")] * 2,
    (codes.ExtensionGround.PREGNANCY_OR_PARENTAL_LEAVE, "Parental leave"),
    (codes.ExtensionGround.COMPARABLE_REASON, "Cared for a sick child at home"),
)
SPECIAL_MEASURES: Final = (
    "Literacy training in a small group",
    "Training at a slower pace, with support in the mother tongue",
)
WITH_SPECIAL_MEASURES: Final = (
    codes.ExtensionGround.LITTLE_EDUCATION,
    codes.ExtensionGround.MULTISECTORAL_NEED,
)
EXTENDED: Final = (
    "The goals are within reach, and more time is needed.",
    "Needs more time, as agreed together.",
)
DECLINED: Final = (
    "Has not registered as a jobseeker.",
    "Told us that she stays at home with the child for now.",
)
NO_LONGER_JOBSEEKER: Final = (
    codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_OTHER,
    codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_STUDENT,
    codes.LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE,
)
INITIATIVES: Final = (*[codes.Initiative.SCHEDULED] * 5, codes.Initiative.CLIENT)
FOLLOW_UP: Final = (
    "By telephone every month, in person at each review.",
    "A message every second month; review in person.",
    "The teacher and the officer meet once a term.",
)
OBLIGATION: Final = "Applies for four jobs a month."
NO_OBLIGATION: Final = "Full-time integration training."
MISSING_GOAL: Final = "Agreed on together; looked at again in the first review."
PROGRESS: Final = (
    *[(codes.ParticipationState.ONGOING, "Takes part nearly every day; steady progress.")] * 4,
    (codes.ParticipationState.ONGOING, "Was ill for some weeks and has caught up."),
    (codes.ParticipationState.COMPLETED, "Has completed it as agreed."),
    (codes.ParticipationState.INTERRUPTED, "Interrupted in autumn; goes on in January."),
)
NEEDS: Final = ("More spoken language", "Help with an application", "Evening courses")
OBSTACLES: Final = ("No day care yet", "A long way to the course", "Health")
ENDINGS: Final = (
    *[(codes.EndingGround.EMPLOYED, codes.ClosingGround.INTEGRATION_COMPLETED)] * 3,
    (codes.EndingGround.GOALS_REACHED, codes.ClosingGround.INTEGRATION_COMPLETED),
    (codes.EndingGround.MOVED_ABROAD, codes.ClosingGround.MOVED_ABROAD),
    (codes.EndingGround.CLIENT_WITHDREW, codes.ClosingGround.CLIENT_WITHDREW),
)
