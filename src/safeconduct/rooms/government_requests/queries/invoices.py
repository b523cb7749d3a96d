"""Invoices that an actor may know of, and the next number of a served company."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import Invoice
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.rules.costs import invoice_number, money


@dataclass(frozen=True, kw_only=True)
class ShownInvoice:
    """One invoice as lists show it."""

    id: str
    number: str
    matter: str
    reference: str
    total: str
    cents: int
    state: str
    at: datetime
    settled_at: datetime | None
    sent: bool

    def as_json(self) -> dict[str, object]:
        """Return the line as JSON."""
        return {
            "number": self.number,
            "reference": self.reference,
            "cents": self.cents,
            "total": self.total,
            "state": self.state,
            "sent": self.sent,
            "at": instant_text(self.at),
            "settled_at": instant_text(self.settled_at) if self.settled_at else None,
        }


def next_number(*, served_entity: str, series: str) -> int:
    """Return the next number of a served company's series."""
    last = Invoice.objects.filter(served_entity=served_entity, series=series).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def invoices(*, actor: Actor, matter: str = "") -> tuple[ShownInvoice, ...]:
    """Return the invoices of one matter, or of every matter that ``actor`` may know of."""
    rows = Invoice.objects.filter(matter__in=visible(actor)).select_related("matter", "letter")
    if matter:
        rows = rows.filter(matter=matter)
    return tuple(
        ShownInvoice(
            id=one.pk,
            number=invoice_number(served_entity=one.served_entity, series=one.series, number=one.number),
            matter=one.matter_id,
            reference=one.matter.reference,
            total=money(one.cents),
            cents=one.cents,
            state=one.state,
            at=one.at,
            settled_at=one.settled_at,
            sent=one.letter.issued_at is not None,
        )
        for one in rows
    )
