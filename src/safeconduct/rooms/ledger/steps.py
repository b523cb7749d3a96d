"""What the ledger offers to a higher room's action inside an open transaction: no append, no act."""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.base.errors import BadInputError, ConflictError, SafeconductError, UnavailableError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text, to_utc
from safeconduct.core.tlog import entries, tree
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.entry_proofs import ENTRY_VERSION
from safeconduct.core.tlog.merkle import HASH_BYTES, leaf_hash
from safeconduct.core.tlog.notes import parse_line, split_note
from safeconduct.rooms.ledger import queries, rules
from safeconduct.rooms.ledger.models import (
    Cosignature,
    Entry,
    Erasure,
    Head,
    Leaf,
    LogState,
    Node,
    Opening,
    PublicEntry,
)
from safeconduct.rooms.ledger.rules import PRIVATE, PUBLIC

SQLITE_FULL = 2


class LedgerClosedError(UnavailableError):
    """The ledger cannot write, so nothing was done."""

    code = "SC-LEDGER-CLOSED"
    cure = "Look at the disk and the database. The act can be repeated once the ledger writes again."


class HeadError(ConflictError):
    """The signed head is not one of this log."""

    code = "SC-HEAD"


@dataclass(frozen=True)
class EntryRef:
    """An entry that was recorded: its id and its leaf number."""

    id: str
    index: int


def _check_durable() -> None:
    """Raise ``LedgerClosedError`` outside a transaction or where an acknowledged entry could be lost."""
    if not connection.in_atomic_block:
        raise LedgerClosedError("An entry is recorded inside the transaction of its act.")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            durable = cursor.fetchone()[0] >= SQLITE_FULL
        else:
            cursor.execute("SHOW synchronous_commit")
            durable = cursor.fetchone()[0] != "off"
    if not durable:
        raise LedgerClosedError("The database acknowledges a commit before it is on disk.")


def lock_log(*, log: str, now: datetime) -> LogState:
    """Return the log's one row, locked until the transaction ends; the first use opens the log."""
    found = LogState.objects.select_for_update().filter(log=log).first()
    if found is None:
        LogState.objects.get_or_create(log=log, defaults={"size": 0, "opened_at": now})
        found = LogState.objects.select_for_update().get(log=log)
    return found


def append_leaf(*, state: LogState, data: bytes) -> int:
    """Append a leaf to a locked log and return its number; its hash is computed again from what was stored."""
    log, size = state.log, state.size
    value = leaf_hash(data)
    read = queries.read_nodes(log=log, plan=lambda read: tree.append_nodes(size, value, read))
    leaf = Leaf.objects.create(log=log, index=size, data=data)
    nodes = tree.append_nodes(size, value, read)
    Node.objects.bulk_create(Node(log=log, level=level, index=index, hash=part) for level, index, part in nodes)
    state.size = size + 1
    state.save(update_fields=["size"])
    stored = bytes(Leaf.objects.values_list("data", flat=True).get(pk=leaf.pk))
    kept = bytes(Node.objects.values_list("hash", flat=True).get(log=log, level=0, index=size))
    if not hmac.compare_digest(leaf_hash(stored), kept) or stored != data:
        raise LedgerClosedError("What was read back is not what was written.")
    return size


def require_open(*, now: datetime) -> None:
    """Raise ``LedgerClosedError`` unless an entry could be written now; nothing is kept of the attempt.

    For an act whose intent was recorded earlier, just before the vault process is asked to do it.
    """
    try:
        with transaction.atomic(durable=True):
            _check_durable()
            append_leaf(state=lock_log(log=PRIVATE, now=now), data=bytes(HASH_BYTES))
            transaction.set_rollback(True)
    except DatabaseError as error:
        raise LedgerClosedError("An entry could not be written.") from error


def record(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    subject: str,
    facts: Mapping[str, Any],
    randomness: Randomness = os.urandom,
) -> EntryRef:
    """Record an act in the transaction that performs it; raises ``LedgerClosedError`` if it cannot be written.

    ``facts`` hold ids, digests, counts, dates and states only (``FactError`` otherwise). Nothing catches the closed
    ledger below the edge: the whole act rolls back.
    """
    rules.check_kind(kind)
    rules.check_subject(subject)
    rules.check_facts(facts)
    opening = {
        "v": ENTRY_VERSION,
        "kind": kind,
        "actor": {"person": actor.person, "account": actor.account, "organisation": actor.organisation},
        "at": instant_text(now),
        "subject": subject,
        "facts": dict(facts),
    }
    salt = randomness(entries.SALT_BYTES)
    body = canonical_json(opening)
    try:
        _check_durable()
        state = lock_log(log=PRIVATE, now=now)
        index = append_leaf(state=state, data=entries.commit(opening, salt))
        entry = Entry.objects.create(id=new_id(randomness), index=index)
        Opening.objects.create(entry=entry, kind=kind, subject=subject, at=to_utc(now), body=body.decode(), salt=salt)
        _read_back(entry, opening)
    except DatabaseError as error:
        raise LedgerClosedError("The entry could not be written.") from error
    return EntryRef(entry.id, index)


def _read_back(entry: Entry, opening: dict[str, Any]) -> None:
    """Hold what is stored against the leaf: the second, independent computation of the commitment."""
    stored = Opening.objects.get(pk=entry.pk)
    leaf = bytes(Leaf.objects.values_list("data", flat=True).get(log=PRIVATE, index=entry.index))
    try:
        said = parse_canonical(stored.body.encode())
        entries.check(leaf=leaf, opening=said, salt=bytes(stored.salt))
    except SafeconductError as error:
        raise LedgerClosedError("What was read back is not what was written.") from error
    if canonical_json(said) != canonical_json(opening):
        raise LedgerClosedError("What was read back is not what was written.")


def commit_public(*, now: datetime, commitment: bytes, randomness: Randomness = os.urandom) -> str:
    """Queue a 32-byte commitment for the public log and return its id; ``close_slots`` places it."""
    if len(commitment) != HASH_BYTES:
        raise BadInputError("A commitment has 32 bytes.")
    try:
        _check_durable()
        lock_log(log=PUBLIC, now=now)
        name = rules.public_entry_id(nonce=randomness(rules.NONCE_BYTES), commitment=commitment, at=to_utc(now))
        return PublicEntry.objects.create(id=name, commitment=commitment, at=to_utc(now)).id
    except DatabaseError as error:
        raise LedgerClosedError("The public entry could not be queued.") from error


def store_head(*, log: str, note: str) -> None:
    """Keep the head that the vault process signed; raises ``HeadError`` unless it is this log's root at that size."""
    text, _ = split_note(note)
    checkpoint = Checkpoint.parse(text)
    if queries.root_at(log=log, size=checkpoint.size) != checkpoint.root:
        raise HeadError(f"Its root is not that of the {log} log at size {checkpoint.size}.")
    known = Head.objects.filter(log=log).order_by("-size").first()
    if known and Checkpoint.parse(split_note(known.note)[0]).origin != checkpoint.origin:
        raise HeadError("It names another log than the heads before it.")
    values = {"root": checkpoint.root, "note": note}
    Head.objects.get_or_create(log=log, size=checkpoint.size, defaults=values)


def add_cosignature(*, log: str, size: int, line: str) -> None:
    """Keep a witness's checked line over the signed head of ``size``; the first line of a witness stays."""
    name, _, _ = parse_line(line)
    found = Head.objects.filter(log=log, size=size).first()
    if found is None:
        raise HeadError(f"The {log} log has no signed head of size {size}.")
    Cosignature.objects.get_or_create(head=found, name=name, defaults={"line": line})


def erase_opening(*, actor: Actor, now: datetime, entry: str, sealed_object: str = "") -> EntryRef:
    """Delete what ``entry`` says together with its salt, and record that; the tree and every old proof stay valid.

    ``sealed_object`` is the id of a sealed copy, if one is kept. Raises ``NoSuchEntryError`` for an erased entry.
    """
    opening = Opening.objects.filter(entry_id=entry).first()
    if opening is None:
        raise queries.NoSuchEntryError("It was never made, or it was erased.")
    facts = {"entry": entry, "sealed_object": sealed_object}
    order = record(actor=actor, now=now, kind="ledger.erase", subject=opening.subject, facts=facts)
    try:
        Erasure.objects.create(entry_id=entry, ordered_by_id=order.id, sealed_object=sealed_object)
        opening.delete()
    except DatabaseError as error:
        raise LedgerClosedError("The entry could not be erased.") from error
    return order
