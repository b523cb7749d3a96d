"""The complete verbs of this room: register a customer, import rows, give an open import up."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.db import IntegrityError, transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError, DamagedError, NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.records import queries, rules
from safeconduct.rooms.records.models import Customer, ImportRun
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault

REGISTER = "records.customer.register"
PROTECT = "records.customer.protect"
IMPORT = "records.import.run"
READ = "records.import.read"

_REFUSALS = (BadInputError, DamagedError, NotPermittedError)
"""Answers after which we know that the vault took nothing. Anything else leaves the end unknown."""


class NameTakenError(ConflictError):
    """A customer of this name or id is registered already."""

    code = "SC-NAME-TAKEN"


@dataclass(frozen=True, kw_only=True)
class CustomerRegistered:
    """A customer was registered."""

    customer: str
    name_object: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CustomerProtected:
    """Why a customer is protected from now on; empty for not any more."""

    customer: str
    protected: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RowsImported:
    """Rows lie sealed in the store."""

    run: str
    table: str
    rows: int
    segments: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ImportGivenUp:
    """A person settled an import whose end was not known."""

    run: str
    at: datetime


def register_customer(
    *, actor: Actor, now: datetime, name: str, customer: str | None = None, randomness: Randomness = os.urandom
) -> CustomerRegistered:
    """Seal the customer's name, keep its blind index, and record it; raises ``NameTakenError``.

    ``customer`` is the id that the company's own systems use in the records; without it a random one is made.
    """
    actor.require(REGISTER)
    chosen = customer or new_id(randomness)
    tidy = rules.check_customer(customer=chosen, name=name)
    index = vault_queries.blind_index(kind=queries.CUSTOMER_NAME, values=[rules.name_to_compare(tidy)])[0]
    if Customer.objects.filter(name_index=index).exists() or Customer.objects.filter(id=chosen).exists():
        raise NameTakenError
    name_object = vault.put_name(name=tidy)
    try:
        with transaction.atomic(durable=True):
            Customer.objects.create(id=chosen, name_object=name_object, name_index=index, since=now)
            ledger.record(
                actor=actor,
                now=now,
                kind="records.register_customer",
                subject=chosen,
                facts={"name_object": name_object},
                randomness=randomness,
            )
    except IntegrityError as error:
        raise NameTakenError from error
    return CustomerRegistered(customer=chosen, name_object=name_object, at=now)


def protect_customer(
    *, actor: Actor, now: datetime, customer: str, protected: str, randomness: Randomness = os.urandom
) -> CustomerProtected:
    """Mark a customer as protected, or with an empty ``protected`` as such no more; raises ``RecordsError``."""
    actor.require(PROTECT)
    if protected and protected not in rules.PROTECTED:
        raise rules.RecordsError(f"A customer is protected as one of: {', '.join(rules.PROTECTED)}.")
    with transaction.atomic(durable=True):
        if not Customer.objects.filter(id=customer).update(protected=protected or None):
            raise queries.UnknownRecordError("There is no such customer.")
        ledger.record(
            actor=actor,
            now=now,
            kind="records.protect_customer",
            subject=customer,
            facts={"protected": protected},
            randomness=randomness,
        )
    return CustomerProtected(customer=customer, protected=protected, at=now)


def import_rows(
    *,
    actor: Actor,
    now: datetime,
    table: str,
    rows: pa.Table,
    run: str | None = None,
    new_run: str | None = None,
    randomness: Randomness = os.urandom,
) -> RowsImported:
    """Import ``rows`` into ``table``: intent, then the vault process, then outcome.

    ``new_run`` is the id of a new intent, where its caller must find it again. ``run`` sends the rows of an earlier
    intent again, whose end is unknown; the vault answers as it did before.
    Raises what the vault refuses, after recording the refusal; anything else leaves the intent open.
    """
    actor.require(IMPORT)
    rules.check_table(table, rows.num_rows)
    intent = (
        _resume(run, table, rows.num_rows)
        if run
        else _intend(actor, now, table, rows.num_rows, new_run or new_id(randomness), randomness)
    )
    try:
        segments = _send(table, rows, intent.entry)
    except _REFUSALS as refusal:
        told = {"run": intent.id, "table": table, "code": refusal.as_json()["code"]}
        _settle(actor, now, intent.id, "refuse", told, randomness=randomness)
        raise
    facts = {"run": intent.id, "table": table, "rows": rows.num_rows, "segments": segments}
    _settle(actor, now, intent.id, "settle", facts, segments=segments, randomness=randomness)
    return RowsImported(run=intent.id, table=table, rows=rows.num_rows, segments=segments, at=now)


def give_up_import(*, actor: Actor, now: datetime, run: str, randomness: Randomness = os.urandom) -> ImportGivenUp:
    """Settle an intent whose rows will not be sent again; raises ``TransitionError`` if it has an end."""
    actor.require(IMPORT)
    facts = {"run": queries.import_run(run=run).id}
    _settle(actor, now, run, "give_up", facts, randomness=randomness)
    return ImportGivenUp(run=run, at=now)


def _intend(
    actor: Actor, now: datetime, table: str, rows: int, run: str, randomness: Randomness
) -> queries.ImportFacts:
    with transaction.atomic(durable=True):
        facts = {"table": table, "rows": rows}
        entry = ledger.record(
            actor=actor, now=now, kind="records.import", subject=run, facts=facts, randomness=randomness
        )
        ImportRun.objects.create(id=run, table=table, rows=rows, entry=entry.id, person=actor.person, began=now)
    return queries.import_run(run=run)


def _resume(run: str, table: str, rows: int) -> queries.ImportFacts:
    facts = queries.import_run(run=run)
    rules.IMPORT_RUN.next_state(facts.state, "settle")
    rules.check_resumed(table=table, rows=rows, intended_table=facts.table, intended_rows=facts.rows)
    return facts


def _send(table: str, rows: pa.Table, entry: str) -> int:
    answer = vault.import_rows(table=table, rows=rows, entry=entry)
    return int(answer.segments)


def _settle(
    actor: Actor,
    now: datetime,
    run: str,
    event: str,
    facts: Mapping[str, str | int],
    *,
    segments: int = 0,
    randomness: Randomness,
) -> None:
    with transaction.atomic(durable=True):
        row = ImportRun.objects.select_for_update().get(id=run)
        row.state = rules.IMPORT_RUN.next_state(row.state, event)
        row.segments = segments
        row.ended = now
        row.save(update_fields=["state", "segments", "ended"])
        ledger.record(
            actor=actor,
            now=now,
            kind=f"records.import_{row.state}",
            subject=run,
            facts=facts,
            randomness=randomness,
        )
