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
        determined: provision ids answered by a determination for this matter.
    """

    as_of: date
    edition: str
    obtainable: Ruling
    must_notify: Ruling
    preservation_days: Ruling
    reply_days: Ruling
    determined: Mapping[str, str] = field(default_factory=dict)

    def unsettled(self, ruling: Ruling) -> bool:
        """Return whether counsel has yet to answer for ``ruling``."""
        return ruling.status != SIGNED and ruling.provision not in self.determined
