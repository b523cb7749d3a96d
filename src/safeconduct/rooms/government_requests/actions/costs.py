"""Write an invoice for the costs of an answer, and enter what became of it."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.actions.events import Moved, Written
from safeconduct.rooms.government_requests.models import Invoice
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError, find_matter, visible
from safeconduct.rooms.government_requests.queries.invoices import next_number
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules.costs import (
    CURRENCY,
    INVOICE,
    CostItem,
    invoice_number,
    invoice_text,
    require_reimbursed,
    series_of,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import LetterKind, Outcome, Process
from safeconduct.rooms.government_requests.steps import correspondence, rows
from safeconduct.rooms.government_requests.steps.typeset import Party


class NumberTakenError(ConflictError):
    """Another invoice took this number meanwhile."""

    code = "SC-INVOICE-NUMBER"
    cure = "Write it again: it takes the next number."


def write_invoice(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    items: tuple[CostItem, ...],
    to: Party,
    court_allowed: bool = False,
    randomness: Randomness = os.urandom,
) -> Written:
    """Write an invoice as a letter that a second person signs; ``court_allowed`` is for what is free otherwise."""
    actor.require(Permission.INVOICE)
    row = find_matter(actor=actor, matter=matter)
    total = require_reimbursed(
        items=items,
        fee=ruling(question=f"fee({row.process})", as_of=now.date()),
        exempt=ruling(question="cost_exempt", as_of=now.date()),
        governmental=row.governmental,
        outcome=Outcome(row.outcome),
        court_allowed=court_allowed,
    )
    series = series_of(silenced=row.silenced)
    number = next_number(served_entity=row.served_entity, series=series)
    said = invoice_number(served_entity=row.served_entity, series=series, number=number)
    text = invoice_text(process=Process(row.process), number=said, items=items)
    prepared = correspondence.prepare(
        row=row, kind=LetterKind.INVOICE, text=text, to=to, writer=actor.person, now=now, randomness=randomness
    )
    with transaction.atomic(durable=True):
        row = rows.kept(actor=actor, matter=row.pk)
        taken = next_number(served_entity=row.served_entity, series=series) != number
        if taken or series != series_of(silenced=row.silenced):
            raise NumberTakenError
        facts = correspondence.keep_letter(row=row, prepared=prepared, writer=actor.person, now=now)
        made = Invoice.objects.create(
            id=new_id(randomness),
            matter=row,
            letter_id=prepared.id,
            served_entity=row.served_entity,
            series=series,
            number=number,
            currency=CURRENCY,
            cents=total,
            items=[one.as_json() for one in items],
            by=actor.person,
            at=now,
        )
        facts |= {
            "invoice": made.pk,
            "number": number,
            "series": series,
            "cents": total,
            "court_allowed": court_allowed,
        }
        entry = rows.record(actor=actor, now=now, kind="write_invoice", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Written(matter=row.pk, state=row.state, entry=entry, letter=prepared.id, digest=prepared.digest)


def settle_invoice(
    *, actor: Actor, now: datetime, invoice: str, event: str, randomness: Randomness = os.urandom
) -> Moved:
    """Enter that an invoice was paid, waived or cancelled; ``event`` is one of ``pay``, ``waive``, ``cancel``."""
    actor.require(Permission.INVOICE)
    found = Invoice.objects.filter(pk=invoice, matter__in=visible(actor)).first()
    if found is None:
        raise UnknownMatterError
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=found.matter_id)
        held = Invoice.objects.select_for_update().get(pk=invoice)
        held.state, held.settled_at = INVOICE.next_state(held.state, event), now
        held.save()
        facts = {"invoice": held.pk, "state": held.state}
        entry = rows.record(actor=actor, now=now, kind="settle_invoice", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=row.pk, state=row.state, entry=entry)
