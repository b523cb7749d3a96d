"""The categories of personal data, the table each lives in, and the most that each kind of process may ever open.

The ceilings are the outermost bound of 18 U.S.C. 2702, 2703 and 2709. The rulebook answers what a matter may have
today and may only say less; a body that asks for more than its ceiling has no valid form at all.
"""

from enum import StrEnum
from types import MappingProxyType


class Category(StrEnum):
    """One category of personal data, as scopes and packages name it."""

    SUBSCRIBER = "subscriber"
    PAYMENT = "payment"
    CALL_DETAIL = "call_detail"
    MESSAGE_DETAIL = "message_detail"
    MESSAGE_CONTENT = "message_content"


class Process(StrEnum):
    """A kind of legal process."""

    SUBPOENA = "subpoena"
    COURT_ORDER_2703D = "court_order_2703d"
    SEARCH_WARRANT = "search_warrant"
    PRESERVATION_REQUEST = "preservation_request"
    EMERGENCY_REQUEST = "emergency_request"
    FOREIGN_REQUEST = "foreign_request"
    NATIONAL_SECURITY_LETTER = "national_security_letter"
    FISA_ORDER = "fisa_order"
    FISA_PEN_REGISTER_ORDER = "fisa_pen_register_order"
    FISA_DIRECTIVE = "fisa_directive"
    WIRETAP_ORDER = "wiretap_order"
    PEN_REGISTER_ORDER = "pen_register_order"
    CYBERTIPLINE_REPORT = "cybertipline_report"
    CLOUD_ACT_ORDER = "cloud_act_order"
    EUROPEAN_PRODUCTION_ORDER = "european_production_order"
    EUROPEAN_PRESERVATION_ORDER = "european_preservation_order"
    CIVIL_SUBPOENA = "civil_subpoena"
    DEFENCE_SUBPOENA = "defence_subpoena"
    DATA_SUBJECT_REQUEST = "data_subject_request"
    CUSTOMER_PAPER = "customer_paper"


TABLE_OF = MappingProxyType(
    {
        Category.SUBSCRIBER: "subscribers",
        Category.PAYMENT: "payments",
        Category.CALL_DETAIL: "calls",
        Category.MESSAGE_DETAIL: "messages",
        Category.MESSAGE_CONTENT: "message_contents",
    },
)
"""The record table of each category."""

CATEGORY_OF = MappingProxyType({table: category for category, table in TABLE_OF.items()})
"""The category of each record table."""

SPANS = frozenset({Category.SUBSCRIBER, Category.PAYMENT})
"""Categories whose rows last from ``started_at`` to ``ended_at`` instead of standing at one instant."""

EVERYTHING = frozenset(Category)
_SUBPOENA = frozenset({Category.SUBSCRIBER, Category.PAYMENT, Category.CALL_DETAIL})

_OPENS = {
    Process.SUBPOENA: _SUBPOENA,
    Process.COURT_ORDER_2703D: _SUBPOENA | {Category.MESSAGE_DETAIL},
    Process.SEARCH_WARRANT: EVERYTHING,
    Process.EMERGENCY_REQUEST: EVERYTHING,
    Process.NATIONAL_SECURITY_LETTER: frozenset({Category.SUBSCRIBER, Category.CALL_DETAIL}),
}
# Every other paper opens nothing here: it preserves, asks for what is not stored, comes from abroad or from a private
# party. What counsel finds for one of them is done outside this program until a ground for it is built.
CEILING = MappingProxyType({process: _OPENS.get(process, frozenset[Category]()) for process in Process})
"""The most that each kind of process can open: 18 U.S.C. 2702(b)(8), (c)(4), 2703(a) to (d) and 2709(b)."""
