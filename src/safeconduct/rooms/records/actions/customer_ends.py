"""Where a customer's records lie, and their end: the entry first, then the vault process, then what it did."""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.core.base.periods import parse_instant
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.records import queries, rules
from safeconduct.rooms.records.models import Customer, CustomerErasure
from safeconduct.rooms.vault import steps as vault

ERASE = "records.customer.erase"
PLACE = "records.customer.place"


@dataclass(frozen=True, kw_only=True)
class CustomerPlaced:
    """A customer's records will lie in this region."""

    customer: str
    region: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CustomerErased:
    """A customer's records open for nobody any more, but where the law requires a copy to be kept."""

    customer: str
    asked: datetime
    destroyed: datetime


def place_customer(
    *, actor: Actor, now: datetime, customer: str, region: str, randomness: Randomness = os.urandom
) -> CustomerPlaced:
    """Decide a customer's region, before any of their rows came; raises what the vault process refuses with."""
    actor.require(PLACE)
    queries.customer(customer=customer)
    with transaction.atomic(durable=True):
        facts = {"region": rules.check_region(region)}
        entry = ledger.record(
            actor=actor, now=now, kind="records.place_customer", subject=customer, facts=facts, randomness=randomness
        )
    told = vault.place_customer(customer=customer, region=region, entry=entry.id)
    return CustomerPlaced(customer=customer, region=str(told["region"]), at=now)


def erase_customer(
    *, actor: Actor, now: datetime, customer: str, asked: datetime, randomness: Randomness = os.urandom
) -> CustomerErased:
    """End a customer's records, as they asked; the same again goes on where it broke off, or answers as before.

    Nothing here looks at any matter, so that nothing a customer sees differs by one. Raises ``RecordsError``.
    """
    actor.require(ERASE)
    queries.customer(customer=customer)
    row = CustomerErasure.objects.filter(pk=customer).first() or _begin(actor, now, customer, asked, randomness)
    if row.destroyed is None:
        told = vault.erase_customer(customer=customer, asked=row.asked, entry=row.entry)
        row = _end(actor, now, customer, parse_instant(str(told["destroyed"])), randomness)
    return CustomerErased(customer=customer, asked=row.asked, destroyed=row.destroyed or now)


def _begin(actor: Actor, now: datetime, customer: str, asked: datetime, randomness: Randomness) -> CustomerErasure:
    rules.check_asked(asked=asked, now=now)
    with transaction.atomic(durable=True):
        Customer.objects.select_for_update().get(pk=customer)
        if (before := CustomerErasure.objects.filter(pk=customer).first()) is not None:
            return before
        facts = {"asked": rules.told_instant(asked)}
        entry = ledger.record(
            actor=actor, now=now, kind="records.erase_customer", subject=customer, facts=facts, randomness=randomness
        )
        return CustomerErasure.objects.create(
            customer_id=customer, asked=asked, entry=entry.id, person=actor.person, began=now
        )


def _end(actor: Actor, now: datetime, customer: str, destroyed: datetime, randomness: Randomness) -> CustomerErasure:
    with transaction.atomic(durable=True):
        row = CustomerErasure.objects.select_for_update().get(pk=customer)
        if row.destroyed is None:
            row.destroyed = destroyed
            row.save(update_fields=["destroyed"])
            facts = {"destroyed": rules.told_instant(destroyed)}
            ledger.record(
                actor=actor,
                now=now,
                kind="records.customer_erased",
                subject=customer,
                facts=facts,
                randomness=randomness,
            )
        return row
