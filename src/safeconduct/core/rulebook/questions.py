"""The closed list of questions that a provision may answer, and the kind of value each answer has.

A question is written ``name`` or ``name(argument)``, such as ``obtainable(subpoena)``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from safeconduct.core.base.errors import BadInputError

PROCESSES = (
    "subpoena",
    "court_order_2703d",
    "search_warrant",
    "preservation_request",
    "emergency_request",
    "foreign_request",
    "national_security_letter",
    "fisa_order",
    "fisa_pen_register_order",
    "fisa_directive",
    "wiretap_order",
    "pen_register_order",
    "cybertipline_report",
    "cloud_act_order",
    "european_production_order",
    "european_preservation_order",
    "civil_subpoena",
    "defence_subpoena",
    "data_subject_request",
    "customer_paper",
)
ALONE_OR_BY_PROCESS = ("", *PROCESSES)
COUNTRIES = ("au", "br", "ca", "de", "fr", "gb", "in")
CATEGORIES = ("subscriber", "payment", "call_detail", "message_detail", "message_content")
OPTIONS = ("1", "2", "3", "4")
SILENCE_SOURCES = ("court_order", "statute", "state_law", "foreign_law")


class UnknownQuestionError(BadInputError):
    """There is no such question."""

    code = "SC-RULEBOOK-QUESTION"
    cure = "core/rulebook/questions.py lists every question."


class Kind(StrEnum):
    """What an answer is. Sets of several provisions are joined; of every other kind exactly one provision answers."""

    CATEGORIES = "categories"
    NAMES = "names"
    DAYS = "days"
    FLAG = "flag"
    WORD = "word"
    TABLE = "table"


SETS = frozenset({Kind.CATEGORIES, Kind.NAMES})


@dataclass(frozen=True)
class Question:
    """A question's kind of answer and the arguments it takes; no arguments means that it stands alone."""

    kind: Kind
    arguments: tuple[str, ...] = ()


QUESTIONS = MappingProxyType(
    {
        "obtainable": Question(Kind.CATEGORIES, PROCESSES),
        "issuers": Question(Kind.NAMES, PROCESSES),
        "competent_courts": Question(Kind.NAMES, PROCESSES),
        "statutes": Question(Kind.NAMES, PROCESSES),
        "known_statutes": Question(Kind.NAMES),
        "complete_spans": Question(Kind.NAMES),
        "controller_of": Question(Kind.CATEGORIES),
        "protected_customers": Question(Kind.NAMES),
        "must_notify": Question(Kind.FLAG, PROCESSES),
        "notice_timing": Question(Kind.WORD, PROCESSES),
        "preserves": Question(Kind.WORD, PROCESSES),
        "preservation_days": Question(Kind.DAYS, ALONE_OR_BY_PROCESS),
        "preservation_renewals": Question(Kind.DAYS, ALONE_OR_BY_PROCESS),
        "preservation_renewal_days": Question(Kind.DAYS, PROCESSES),
        "deletion_deferred_days": Question(Kind.DAYS),
        "reply_days": Question(Kind.DAYS, ALONE_OR_BY_PROCESS),
        "reply_hours": Question(Kind.DAYS, PROCESSES),
        "reply_unit": Question(Kind.WORD, ALONE_OR_BY_PROCESS),
        "reply_roll": Question(Kind.WORD, ALONE_OR_BY_PROCESS),
        "paper_roll": Question(Kind.WORD, ALONE_OR_BY_PROCESS),
        "escalation": Question(Kind.TABLE),
        "clarification_stops_clock": Question(Kind.FLAG, PROCESSES),
        "clarification_days": Question(Kind.DAYS, ALONE_OR_BY_PROCESS),
        "clarification_unit": Question(Kind.WORD, ALONE_OR_BY_PROCESS),
        "clarification_ends_duty": Question(Kind.FLAG, PROCESSES),
        "route": Question(Kind.WORD, PROCESSES),
        "grounds": Question(Kind.NAMES, PROCESSES),
        "silence_source": Question(Kind.WORD, PROCESSES),
        "may_request_silence_bind": Question(Kind.FLAG, PROCESSES),
        "whom_to_tell": Question(Kind.WORD, PROCESSES),
        "recipient": Question(Kind.WORD, PROCESSES),
        "max_days": Question(Kind.DAYS, PROCESSES),
        "fee": Question(Kind.WORD, PROCESSES),
        "foreign_law": Question(Kind.TABLE, COUNTRIES),
        "retention_days": Question(Kind.DAYS),
        "quash_days": Question(Kind.DAYS),
        "nsl_government_application_days": Question(Kind.DAYS),
        "disclosure_grounds": Question(Kind.NAMES),
        "foreign_route": Question(Kind.WORD),
        "findings": Question(Kind.NAMES),
        "narrowing": Question(Kind.WORD),
        "emergency_call_back": Question(Kind.FLAG),
        "emergency_recipient": Question(Kind.WORD),
        "emergency_disclosure": Question(Kind.FLAG),
        "emergency_process_days": Question(Kind.DAYS),
        "seeded_fakes_a_month": Question(Kind.DAYS),
        "seeded_fakes_reveal_days": Question(Kind.DAYS),
        "incident_notice_hours": Question(Kind.DAYS),
        "silence_issuer": Question(Kind.WORD),
        "silenced_papers_are_counted": Question(Kind.FLAG),
        "silence_binds": Question(Kind.FLAG, SILENCE_SOURCES),
        "silence_warning_days": Question(Kind.DAYS),
        "silence_review_days": Question(Kind.DAYS),
        "notice_wait_days": Question(Kind.DAYS),
        "nsl_review_days": Question(Kind.DAYS),
        "officer_presence": Question(Kind.FLAG),
        "location_matters": Question(Kind.FLAG),
        "costs_reimbursed": Question(Kind.FLAG),
        "cost_exempt": Question(Kind.NAMES),
        "nsl_options": Question(Kind.NAMES),
        "nsl_option": Question(Kind.TABLE, OPTIONS),
    },
)

_WRITTEN = re.compile(r"([a-z_]+)(?:\(([a-z0-9_]+)\))?")


def kind_of(question: str) -> Kind:
    """Return the kind of answer that ``question`` has; raises ``UnknownQuestionError``."""
    match = _WRITTEN.fullmatch(question)
    known = QUESTIONS.get(match[1]) if match else None
    if match is None or known is None:
        raise UnknownQuestionError(f"It reads {question!r}.")
    if (match[2] or "") not in (known.arguments or ("",)):
        raise UnknownQuestionError(f"{match[1]} takes one of: {', '.join(known.arguments) or 'nothing'}.")
    return known.kind


def all_questions() -> tuple[str, ...]:
    """Return every question as it is written."""
    return tuple(
        f"{name}({argument})" if argument else name
        for name, question in QUESTIONS.items()
        for argument in question.arguments or ("",)
    )


def fault_of(kind: Kind, value: Any) -> str:  # noqa: ANN401 - whatever the TOML holds
    """Return what is wrong with ``value`` as an answer of ``kind``; empty if nothing."""
    if kind in SETS:
        names = isinstance(value, list) and all(isinstance(name, str) for name in value)
        if not names or len(set(value)) != len(value):
            return "a list of different names"
        return "" if kind is Kind.NAMES or set(value) <= set(CATEGORIES) else "categories of records"
    if kind is Kind.DAYS:
        return "" if type(value) is int and value >= 0 else "a whole number"
    fits = {Kind.FLAG: bool, Kind.WORD: str, Kind.TABLE: dict}[kind]
    return "" if isinstance(value, fits) else {Kind.FLAG: "true or false", Kind.WORD: "one word"}.get(kind, "a table")
