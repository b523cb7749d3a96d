"""What the rulebook answered for one process on one day: the only law that the other rules read.

1. A provision that nobody has signed, or that is past its review date, is never used as if it were current: its ruling
   carries ``ask_counsel`` and every check that needs it becomes a question to counsel.
2. A determination that counsel signed for this matter answers such a question, with its own citation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

SIGNED = "signed"
ASK_COUNSEL = "ask_counsel"
NO_PROVISION = ("policy.disclosure-ground", "no provision")


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """One answer of the rulebook.

    Attributes:
        value: the answer; its type belongs to the question.
        provision: id of the first provision relied on.
        citation: how that provision is cited.
        status: ``signed`` or ``ask_counsel``.
        why: one sentence, for a person.
    """

    value: Any
    provision: str
    citation: str
    status: str = SIGNED
    why: str = ""


def unanswered() -> Ruling:
    """Return the ruling where no provision in force answers: nothing may rest on it, and counsel is asked."""
    return Ruling(
        value=[],
        provision=NO_PROVISION[0],
        citation=NO_PROVISION[1],
        status=ASK_COUNSEL,
        why="No provision answers this",
    )


@dataclass(frozen=True, kw_only=True)
class Law:
    """The rulebook's answers for one process as of one day.

    Attributes:
        as_of: the day asked for.
        edition: digest of the rulebook's edition.
        obtainable: categories the process can reach (a set of names).
        must_notify: whether the customer is told of it.
        preservation_days: days a copy is kept.
        reply_days: days until our answer, where the paper names none.
        issuers: offices that may sign this process.
        competent_courts: kinds of court that have the power for it.
        statutes: citations that give the power for it.
        known_statutes: citations that exist.
        complete_spans: spans of sections of which every existing one is known.
        controller_of: categories for which the company is controller; for all others it is processor.
        protected_customers: kinds of customer for whom counsel is asked first.
        preservation_renewals: how often a preservation can be renewed.
        determined: provision ids answered by a determination for this matter.
        further: every other answer for this process, by the question's name; ``answer`` reads it.
    """

    as_of: date
    edition: str
    obtainable: Ruling
    must_notify: Ruling
    preservation_days: Ruling
    reply_days: Ruling
    issuers: Ruling = field(default_factory=unanswered)
    competent_courts: Ruling = field(default_factory=unanswered)
    statutes: Ruling = field(default_factory=unanswered)
    known_statutes: Ruling = field(default_factory=unanswered)
    complete_spans: Ruling = field(default_factory=unanswered)
    controller_of: Ruling = field(default_factory=unanswered)
    protected_customers: Ruling = field(default_factory=unanswered)
    preservation_renewals: Ruling = field(default_factory=unanswered)
    determined: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, Ruling] = field(default_factory=dict)

    def answer(self, question: str) -> Ruling:
        """Return the answer to ``question`` for this process; what no provision answers is one for counsel."""
        return self.further.get(question) or unanswered()

    def unsettled(self, ruling: Ruling) -> bool:
        """Return whether counsel has yet to answer for ``ruling``."""
        return ruling.status != SIGNED and ruling.provision not in self.determined
