"""The room's closed word lists, so that no state, process or reason is ever spelled twice.

1. What a paper is called follows 18 U.S.C. 2702, 2703, 2705(b) and 2709; a foreign letter has no force of its own here.
   Orders to intercept (18 U.S.C. 2518, 3123; 50 U.S.C. 1805, 1842, 1881a) are recorded and handed over.
2. What may be asked for is one of the five categories of records that the company holds.
"""

from enum import StrEnum

from safeconduct.core.conduct.categories import Category, Process

__all__ = [
    "CATEGORY_NAMES",
    "COMPELLED",
    "INTERCEPTION",
    "KEPT_ONLY",
    "MISDIRECTED",
    "NATIONAL_SECURITY",
    "NOTICE_LETTERS",
    "PAPER_NOUNS",
    "PROCESS_NAMES",
    "SILENT_BY_STATUTE",
    "Category",
    "CourtKind",
    "FindingKind",
    "FindingOutcome",
    "Issuer",
    "LetterKind",
    "NoticeException",
    "Outcome",
    "Process",
    "Role",
]


COMPELLED = frozenset(
    {Process.SUBPOENA, Process.COURT_ORDER_2703D, Process.SEARCH_WARRANT, Process.NATIONAL_SECURITY_LETTER}
)
"""Process that binds the company by itself."""

NATIONAL_SECURITY = frozenset(
    {
        Process.NATIONAL_SECURITY_LETTER,
        Process.FISA_ORDER,
        Process.FISA_PEN_REGISTER_ORDER,
        Process.FISA_DIRECTIVE,
    }
)
"""Papers that live in the enclave only."""

INTERCEPTION = frozenset(
    {
        Process.WIRETAP_ORDER,
        Process.PEN_REGISTER_ORDER,
        Process.FISA_ORDER,
        Process.FISA_PEN_REGISTER_ORDER,
        Process.FISA_DIRECTIVE,
    }
)
"""Papers about what is yet to come: handed to the interception team, never refused because this desk cannot."""

SILENT_BY_STATUTE = NATIONAL_SECURITY | INTERCEPTION
"""Papers that carry silence by the law itself or by the order that they are (18 U.S.C. 2511(2)(a)(ii), 3123(d))."""

MISDIRECTED = frozenset(
    {
        Process.CIVIL_SUBPOENA,
        Process.DEFENCE_SUBPOENA,
        Process.DATA_SUBJECT_REQUEST,
        Process.CUSTOMER_PAPER,
    }
)
"""Papers that no governmental entity's power carries, or that somebody else has to answer."""

KEPT_ONLY = frozenset({Process.PRESERVATION_REQUEST, Process.EUROPEAN_PRESERVATION_ORDER, Process.CYBERTIPLINE_REPORT})
"""Papers that ask for a copy and for nothing else."""


class Issuer(StrEnum):
    """Who signed the paper, by office."""

    COURT = "court"
    GRAND_JURY = "grand_jury"
    PROSECUTOR = "prosecutor"
    AGENCY = "agency"
    POLICE = "police"
    FBI = "fbi"
    FOREIGN_AUTHORITY = "foreign_authority"


class CourtKind(StrEnum):
    """What kind of court issued the paper; which of them have the power is the rulebook's to say."""

    NOT_STATED = "not_stated"
    FEDERAL_DISTRICT = "federal_district"
    FEDERAL_APPEALS = "federal_appeals"
    STATE_GENERAL = "state_general"
    STATE_LIMITED = "state_limited"
    MUNICIPAL = "municipal"
    CIVIL = "civil"
    MILITARY = "military"
    FOREIGN = "foreign"


class Role(StrEnum):
    """What the company is to a class of data."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


class FindingKind(StrEnum):
    """The five questions, always in this order."""

    VALID = "valid"
    LIMITED = "limited"
    SPECIFIC = "specific"
    PARTICULARIZED = "particularized"
    ENFORCEABLE = "enforceable"


class FindingOutcome(StrEnum):
    """What a person found."""

    MET = "met"
    MET_IF_NARROWED = "met_if_narrowed"
    NOT_MET = "not_met"


class NoticeException(StrEnum):
    """Named reasons for which a customer is not told by us."""

    NOTHING_DISCLOSED = "nothing_disclosed"
    CUSTOMER_INFORMED_BY_AUTHORITY = "customer_informed_by_authority"
    CUSTOMER_UNREACHABLE = "customer_unreachable"
    DANGER_TO_LIFE = "danger_to_life"


class LetterKind(StrEnum):
    """What we write, each from its own template."""

    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    REFUSAL = "refusal"
    REDIRECTION = "redirection"
    NARROWING = "narrowing"
    COVER = "cover"
    NONE_HELD = "none_held"
    NOTICE = "notice"
    NOTICE_AFTER_SILENCE = "notice_after_silence"
    SILENCE_ENDING = "silence_ending"
    JUDICIAL_REVIEW = "judicial_review"
    PROCESS_DEMAND = "process_demand"
    RECALL = "recall"
    INCIDENT_NOTICE = "incident_notice"
    REDIRECTION_TO_CUSTOMER = "redirection_to_customer"
    PAPER_RETURNED = "paper_returned"
    INVOICE = "invoice"


NOTICE_LETTERS = frozenset({LetterKind.NOTICE, LetterKind.NOTICE_AFTER_SILENCE})
"""Letters to the customer; every other letter goes to the agency."""


class Outcome(StrEnum):
    """How a matter ended, as the transparency report counts it."""

    PRODUCED = "produced"
    PRODUCED_IN_PART = "produced_in_part"
    NONE_HELD = "none_held"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    PRESERVED_ONLY = "preserved_only"
    WITHDRAWN = "withdrawn"
    OPEN = "open"


PROCESS_NAMES = {
    Process.SUBPOENA: "Subpoena",
    Process.COURT_ORDER_2703D: "Court order, 2703(d)",
    Process.SEARCH_WARRANT: "Search warrant",
    Process.PRESERVATION_REQUEST: "Preservation letter",
    Process.EMERGENCY_REQUEST: "Emergency",
    Process.FOREIGN_REQUEST: "Foreign letter",
    Process.NATIONAL_SECURITY_LETTER: "National security letter",
    Process.FISA_ORDER: "FISA order",
    Process.FISA_PEN_REGISTER_ORDER: "FISA pen register order",
    Process.FISA_DIRECTIVE: "FISA 702 directive",
    Process.WIRETAP_ORDER: "Wiretap order",
    Process.PEN_REGISTER_ORDER: "Pen register order",
    Process.CYBERTIPLINE_REPORT: "CyberTipline report",
    Process.CLOUD_ACT_ORDER: "CLOUD Act order",
    Process.EUROPEAN_PRODUCTION_ORDER: "European Production Order",
    Process.EUROPEAN_PRESERVATION_ORDER: "European Preservation Order",
    Process.CIVIL_SUBPOENA: "Civil subpoena",
    Process.DEFENCE_SUBPOENA: "Defence subpoena",
    Process.DATA_SUBJECT_REQUEST: "Data-subject request",
    Process.CUSTOMER_PAPER: "Paper for a customer",
}

PAPER_NOUNS = {
    Process.SUBPOENA: "subpoena",
    Process.COURT_ORDER_2703D: "court order",
    Process.SEARCH_WARRANT: "search warrant",
    Process.PRESERVATION_REQUEST: "preservation letter",
    Process.EMERGENCY_REQUEST: "emergency request",
    Process.FOREIGN_REQUEST: "letter",
    Process.NATIONAL_SECURITY_LETTER: "national security letter",
    Process.FISA_ORDER: "order",
    Process.FISA_PEN_REGISTER_ORDER: "order",
    Process.FISA_DIRECTIVE: "directive",
    Process.WIRETAP_ORDER: "wiretap order",
    Process.PEN_REGISTER_ORDER: "pen register order",
    Process.CYBERTIPLINE_REPORT: "report",
    Process.CLOUD_ACT_ORDER: "order",
    Process.EUROPEAN_PRODUCTION_ORDER: "European Production Order",
    Process.EUROPEAN_PRESERVATION_ORDER: "European Preservation Order",
    Process.CIVIL_SUBPOENA: "civil subpoena",
    Process.DEFENCE_SUBPOENA: "defence subpoena",
    Process.DATA_SUBJECT_REQUEST: "request",
    Process.CUSTOMER_PAPER: "paper",
}
"""What a paper is called inside a sentence."""

CATEGORY_NAMES = {
    Category.SUBSCRIBER: "Subscriber",
    Category.PAYMENT: "Payment",
    Category.CALL_DETAIL: "Call detail",
    Category.MESSAGE_DETAIL: "Message detail",
    Category.MESSAGE_CONTENT: "Message content",
}
