"""What one matter counts as. The counting rules themselves stand in ``core.tally.counting``.

1. A matter that produced anything counts as data left; if less was allowed than asked, as narrowed. (Counting rule 6.)
2. A matter without an answer counts as pending. (Rule 5.)
3. A notice that was given counts by when it was given, before or after data left; a notice whose time is not known is
   not guessed. (Rule 8; the company's promise to tell customers.)
4. Where several companies of ours are served, each matter counts under the one that was. (Rule 12.)
5. National security process is refused, not skipped: it has no place in this instance. (50 U.S.C. 1874.)
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from safeconduct.core.tally.counting import Counted, CountingError, Outcome, Told


class Countable(Protocol):
    """One matter, as the room of government requests hands it up."""

    @property
    def process(self) -> str:
        """The kind of paper."""

    @property
    def country(self) -> str:
        """The authority's country."""

    @property
    def outcome(self) -> str:
        """How it ended."""

    @property
    def notice(self) -> str:
        """Whether the customer was told."""

    @property
    def received_at(self) -> datetime:
        """When it was received."""


OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        **{outcome.value: outcome for outcome in Outcome},
        "produced_in_part": Outcome.NARROWED,
        "preserved_only": Outcome.PRESERVED,
        "handed_over": Outcome.REDIRECTED,
        "returned": Outcome.REDIRECTED,
        "open": Outcome.PENDING,
    },
)
ROWS: Mapping[str, str] = MappingProxyType(
    {
        "cloud_act_order": "foreign_request",
        "european_production_order": "foreign_request",
        "european_preservation_order": "foreign_request",
        "wiretap_order": "interception_order",
        "pen_register_order": "interception_order",
        "cybertipline_report": "other_paper",
        "civil_subpoena": "other_paper",
        "defence_subpoena": "other_paper",
        "data_subject_request": "other_paper",
        "customer_paper": "other_paper",
    },
)
"""The row in which a kind of paper is counted, where it has none of its own name."""
TOLD: Mapping[str, Told] = MappingProxyType(
    {
        **{told.value: told for told in Told},
        "excepted": Told.EXCEPTION,
        "not_due": Told.NONE_DUE,
        "due": Told.NONE_DUE,
        "drafted": Told.NONE_DUE,
    },
)


def counted(matter: Countable, *, several: bool = False) -> Counted:
    """Return what ``matter`` counts as; raises ``CountingError`` for a word that no rule knows.

    ``several`` says that more than one company of ours is served.
    """
    word = str(matter.outcome)
    narrowed = bool(getattr(matter, "narrowed", False))
    outcome = OUTCOMES.get(word)
    if word == "produced":
        outcome = Outcome.NARROWED if narrowed else Outcome.AS_ASKED
    told = TOLD.get(str(matter.notice))
    if outcome is None:
        raise CountingError(f"The outcome {word!r} has no place in a report.")
    if told is None:
        if outcome in {Outcome.AS_ASKED, Outcome.NARROWED}:
            raise CountingError(f"The notice {str(matter.notice)!r} does not say whether it came before or after.")
        told = Told.NONE_DUE
    process = ROWS.get(str(matter.process), str(matter.process))
    entity = str(getattr(matter, "served_entity", "")) if several else ""
    return Counted(process=process, country=matter.country, outcome=outcome, told=told, entity=entity)
