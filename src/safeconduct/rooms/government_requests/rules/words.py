"""The room's closed word lists, so that no state, process or reason is ever spelled twice.

1. What a paper is called follows 18 U.S.C. 2702, 2703, 2705(b) and 2709; a foreign letter has no force of its own here.
2. What may be asked for is one of the five categories of records that the company holds.
"""

from enum import StrEnum

from safeconduct.core.conduct.categories import Category, Process

__all__ = [
    "CATEGORY_NAMES",
    "COMPELLED",
    "NOTICE_LETTERS",
    "PAPER_NOUNS",
    "PRESERVED_ON_RECEIPT",
    "PROCESS_NAMES",
    "Category",
    "FindingKind",
    "FindingOutcome",
    "Issuer",
    "LetterKind",
    "NoticeException",
    "Outcome",
    "Process",
]


COMPELLED = frozenset(
    {Process.SUBPOENA, Process.COURT_ORDER_2703D, Process.SEARCH_WARRANT, Process.NATIONAL_SECURITY_LETTER}
)
"""Process that binds the company by itself."""

PRESERVED_ON_RECEIPT = COMPELLED | {Process.PRESERVATION_REQUEST}
"""Papers on which a copy is made at once, before anybody has judged them."""


class Issuer(StrEnum):
    """Who signed the paper, by office."""

    COURT = "court"
    GRAND_JURY = "grand_jury"
    PROSECUTOR = "prosecutor"
    AGENCY = "agency"
    POLICE = "police"
    FBI = "fbi"
    FOREIGN_AUTHORITY = "foreign_authority"


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


NOTICE_LETTERS = frozenset({LetterKind.NOTICE, LetterKind.NOTICE_AFTER_SILENCE})
"""Letters to the customer; every other letter goes to the agency."""


class Outcome(StrEnum):
    """How a matter ended, as the transparency report counts it."""

    PRODUCED = "produced"
    PRODUCED_IN_PART = "produced_in_part"
    NONE_HELD = "none_held"
    REFUSED = "refused"
    REDIRECTED = "redirected"
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
}

PAPER_NOUNS = {
    Process.SUBPOENA: "subpoena",
    Process.COURT_ORDER_2703D: "court order",
    Process.SEARCH_WARRANT: "search warrant",
    Process.PRESERVATION_REQUEST: "preservation letter",
    Process.EMERGENCY_REQUEST: "emergency request",
    Process.FOREIGN_REQUEST: "letter",
    Process.NATIONAL_SECURITY_LETTER: "national security letter",
}
"""What a paper is called inside a sentence."""

CATEGORY_NAMES = {
    Category.SUBSCRIBER: "Subscriber",
    Category.PAYMENT: "Payment",
    Category.CALL_DETAIL: "Call detail",
    Category.MESSAGE_DETAIL: "Message detail",
    Category.MESSAGE_CONTENT: "Message content",
}
