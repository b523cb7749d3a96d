"""Nondisclosure as a thing of its own: what forbids the notice, how long, and how it ends.

1. What forbids us is a prohibition with a source: a court's order (18 U.S.C. 2705(b)), a statute (18 U.S.C. 2709(c)), a
   State's law or another country's law. Whether a source binds is the rulebook's answer, signed by counsel.
2. A request for silence is not a prohibition: it is kept on record and forbids nothing (18 U.S.C. 2705(b): "a court").
3. A source for which nothing signed answers, or a paper that is not in order, holds the notice for counsel, who finds
   that it binds or does not. Until then the matter is treated as silenced, and an alarm stands.
4. A prohibition ends on a day, with an event, or has no end. One without a day is reviewed on a clock, again and again:
   nothing is silent for ever (Policy 6).
5. A later paper can extend it, never shorten it; what shortens is a lifting, which counsel records.
6. Several stand beside each other. The notice is owed when the last has ended; the end is that of the longest.
7. A prohibition may be partial: some named circle may be told. Telling the customer is never among what the program
   does by itself while a prohibition stands.
8. Before a notice leaves, every prohibition over the same identifiers in any matter is looked for. Whoever may not know
   of them hears one sentence that says nothing: ask counsel.
9. After a prohibition that ran out, the agency is warned the rulebook's number of days before the notice leaves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.rooms.government_requests.rules.law import SIGNED, Ruling
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.words import SILENT_BY_STATUTE, Issuer

HOME = "US"

PROHIBITION = Lifecycle(
    name="prohibition",
    initial="entered",
    table={
        ("entered", "bind"): "in_force",
        ("entered", "hold"): "with_counsel",
        ("entered", "dismiss"): "not_binding",
        ("with_counsel", "bind"): "in_force",
        ("with_counsel", "dismiss"): "not_binding",
        ("with_counsel", "end"): "ended",
        ("with_counsel", "lift"): "lifted",
        ("with_counsel", "extend"): "with_counsel",
        ("in_force", "extend"): "in_force",
        ("in_force", "review"): "in_force",
        ("in_force", "end"): "ended",
        ("in_force", "lift"): "lifted",
    },
)
STANDING = ("in_force", "with_counsel")
"""While one stands so, the notice is forbidden or held."""

PROHIBITION_NAMES = {
    "entered": "Entered",
    "in_force": "In force",
    "with_counsel": "Held for counsel",
    "not_binding": "Binds nobody",
    "ended": "Ended",
    "lifted": "Lifted",
}


class Source(StrEnum):
    """What a prohibition rests on."""

    COURT_ORDER = "court_order"
    STATUTE = "statute"
    STATE_LAW = "state_law"
    FOREIGN_LAW = "foreign_law"
    REQUEST = "request"


class Term(StrEnum):
    """How long it lasts."""

    FIXED = "fixed"
    EVENT = "event"
    INDEFINITE = "indefinite"


class EndingEvent(StrEnum):
    """The events with which a prohibition of that term ends."""

    CHARGES_FILED = "charges_filed"
    INVESTIGATION_CLOSED = "investigation_closed"
    ORDER_UNSEALED = "order_unsealed"
    COURT_DECIDES = "court_decides"


class Circle(StrEnum):
    """Who may be told although it stands."""

    COUNSEL = "counsel"
    NEEDED_TO_COMPLY = "needed_to_comply"
    CUSTOMER_CONTACT = "customer_contact"


SOURCE_NAMES = {
    Source.COURT_ORDER: "A court's order",
    Source.STATUTE: "A federal statute",
    Source.STATE_LAW: "A State's law",
    Source.FOREIGN_LAW: "Another country's law",
    Source.REQUEST: "A request without an order",
}
EVENT_NAMES = {
    EndingEvent.CHARGES_FILED: "charges are filed",
    EndingEvent.INVESTIGATION_CLOSED: "the investigation is closed",
    EndingEvent.ORDER_UNSEALED: "the order is unsealed",
    EndingEvent.COURT_DECIDES: "the court decides",
}


class ProhibitionError(BadInputError):
    """The prohibition cannot be entered like this."""

    code = "SC-PROHIBITION"
    cure = "A fixed one has its last day; one until an event names the event; one without end has neither."


class AskCounselError(ConflictError):
    """Whether this notice may leave is counsel's to say."""

    code = "SC-NOTICE-COUNSEL"
    cure = "Ask counsel to look at the notice. Nothing more is said here."


class NotWarnedError(ConflictError):
    """The agency was not warned in time that silence ends."""

    code = "SC-NOT-WARNED"
    cure = "Send the agency the letter that silence ends, and wait the days that the policy gives."


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a prohibition says of itself.

    Attributes:
        source: what it rests on.
        jurisdiction: country, or country and State, such as ``US-CA``.
        term: how long it lasts.
        until: the last day of a fixed one.
        event: the event that ends one of that term.
        circle: who may be told.
        sound: whether the paper is in order on its face: signed, and by whom the source asks.
    """

    source: Source = Source.COURT_ORDER
    jurisdiction: str = HOME
    term: Term = Term.FIXED
    until: date | None = None
    event: EndingEvent | None = None
    circle: frozenset[Circle] = frozenset()
    sound: bool = True

    def check(self) -> None:
        """Raise ``ProhibitionError`` unless the term has exactly what belongs to it."""
        fixed, event = self.term is Term.FIXED, self.term is Term.EVENT
        if fixed != (self.until is not None) or event != (self.event is not None):
            raise ProhibitionError
        if self.source is Source.REQUEST and fixed:
            raise ProhibitionError("A request ends nothing, since it forbids nothing.")


def terms_of(paper: Paper) -> Terms | None:
    """Return the prohibition that came with a paper, or None where nothing asks for silence."""
    if paper.process in SILENT_BY_STATUTE:
        last = paper.silence.until if paper.silence else None
        return Terms(source=Source.STATUTE, term=Term.FIXED if last else Term.INDEFINITE, until=last)
    if paper.silence is None:
        return Terms(source=Source.REQUEST, term=Term.INDEFINITE) if paper.asks_silence else None
    last = paper.silence.until
    return Terms(
        source=Source.COURT_ORDER if paper.country == HOME else Source.FOREIGN_LAW,
        jurisdiction=paper.country,
        term=Term.FIXED if last else Term.INDEFINITE,
        until=last,
        sound=paper.silence.signed and paper.silence.issuer is Issuer.COURT,
    )


def first_event(*, source: Source, sound: bool, binds: Ruling | None) -> str:
    """Return how a prohibition that was entered goes on: rules 1 to 3. ``binds`` is None for a mere request."""
    if source is Source.REQUEST or binds is None:
        return "dismiss"
    if binds.status != SIGNED or not sound:
        return "hold"
    return "bind" if binds.value else "dismiss"


def together(ends: Iterable[datetime | None]) -> tuple[bool, datetime | None]:
    """Return whether anything stands, and the end of the longest; None where one has no end: rule 6."""
    all_ends = list(ends)
    known = [end for end in all_ends if end is not None]
    return bool(all_ends), max(known) if known and len(known) == len(all_ends) else None


def next_review(*, now: datetime, days: Ruling) -> datetime:
    """Return when one without a day is looked at again; without a number of the rulebook's, at once: rule 4."""
    return now + timedelta(days=int(days.value or 0))


def check_elsewhere(*, standing: frozenset[str], cleared: frozenset[str]) -> None:
    """Raise ``AskCounselError`` where one stands over the same identifiers and counsel has not cleared it: rule 8."""
    if standing - cleared:
        raise AskCounselError


def check_warned(*, warned: Iterable[datetime | None], days: Ruling, now: datetime) -> None:
    """Raise ``NotWarnedError`` unless each warning left that many days ago: rule 9; ``AskCounselError`` if unsigned.

    ``now`` is the instant that every clock has reached.
    """
    if days.status != SIGNED:
        raise AskCounselError
    if any(at is None or now < at + timedelta(days=int(days.value)) for at in warned):
        raise NotWarnedError


def check_extension(*, before: datetime | None, after: datetime) -> None:
    """Raise ``ProhibitionError`` unless ``after`` lies later than the day known so far: rule 5."""
    if before is None:
        raise ProhibitionError("It names no day, so there is nothing to extend.")
    if after <= before:
        raise ProhibitionError("A later paper extends; what shortens is a lifting.")
