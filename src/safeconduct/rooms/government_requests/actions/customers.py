"""Mark customers as protected; name, verify and end their legal contacts."""

import os
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.models import LegalContact, ProtectionMark
from safeconduct.rooms.government_requests.queries.customers import UnknownCustomerError, require_customer
from safeconduct.rooms.government_requests.rules.customers import (
    LEGAL_CONTACT,
    PROTECTION_NAMES,
    AgreementKind,
    LegalContactError,
    ProtectionError,
    require_another,
    require_contact,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.records.actions import PROTECT
from safeconduct.rooms.vault import steps as vault

KEY_BEGINS = "age1"
REASON_MOST = 400


def mark_protected(
    *, actor: Actor, now: datetime, customer: str, kind: str, reason: str, randomness: Randomness = os.urandom
) -> str:
    """Mark a customer as protected for one reason and return the mark's id; raises ``ProtectionError``."""
    actor.require(PROTECT)
    require_customer(customer)
    if kind not in PROTECTION_NAMES or not reason.strip() or len(reason) > REASON_MOST:
        raise ProtectionError
    sealed = vault.put_name(name=reason.strip())
    with transaction.atomic(durable=True):
        if ProtectionMark.objects.filter(customer=customer, kind=kind, ended_at__isnull=True).exists():
            raise ProtectionError
        made = ProtectionMark.objects.create(
            id=new_id(randomness), customer=customer, kind=kind, reason_object=sealed, by=actor.person, since=now
        )
        facts: dict[str, JsonValue] = {"mark": made.pk, "kind": kind, "reason": sealed}
        _record(actor, now, "mark_protected", customer, facts, randomness)
    return made.pk


def unmark_protected(
    *, actor: Actor, now: datetime, customer: str, kind: str, randomness: Randomness = os.urandom
) -> None:
    """End the mark of one kind; it stays on record. Raises ``ProtectionError`` where none stands."""
    actor.require(PROTECT)
    require_customer(customer)
    with transaction.atomic(durable=True):
        found = ProtectionMark.objects.select_for_update().filter(customer=customer, kind=kind, ended_at__isnull=True)
        mark = found.first()
        if mark is None:
            raise ProtectionError
        mark.ended_at, mark.ended_by = now, actor.person
        mark.save()
        facts: dict[str, JsonValue] = {"mark": mark.pk, "kind": kind}
        _record(actor, now, "unmark_protected", customer, facts, randomness)


def name_contact(
    *,
    actor: Actor,
    now: datetime,
    customer: str,
    name: str,
    address: str,
    language: str,
    recipient: str,
    randomness: Randomness = os.urandom,
) -> str:
    """Enter a legal contact that a customer named and return its id; it counts once another person verified it."""
    actor.require(Permission.CORRESPOND)
    require_customer(customer)
    require_contact(name=name, address=address, language=language)
    if not recipient.startswith(KEY_BEGINS):
        raise LegalContactError
    objects = [vault.put_name(name=text.strip()) for text in (name, address)]
    with transaction.atomic(durable=True):
        made = LegalContact.objects.create(
            id=new_id(randomness),
            customer=customer,
            name_object=objects[0],
            address_object=objects[1],
            language=language,
            recipient=recipient,
            key_fingerprint=sha256_hex(recipient.encode()),
            by=actor.person,
            at=now,
        )
        facts: dict[str, JsonValue] = {
            "contact": made.pk,
            "name": made.name_object,
            "address": made.address_object,
            "language": language,
            "key": made.key_fingerprint,
        }
        _record(actor, now, "name_contact", customer, facts, randomness)
    return made.pk


def verify_contact(
    *, actor: Actor, now: datetime, contact: str, agreement: AgreementKind, randomness: Randomness = os.urandom
) -> None:
    """Record that the contact agrees with what the customer itself gave us; by another person than who entered it."""
    actor.require(Permission.CORRESPOND)
    with transaction.atomic(durable=True):
        row = _contact(contact)
        require_another(person=actor.person, entered_by=row.by)
        row.state = LEGAL_CONTACT.next_state(row.state, "verify")
        row.agreement, row.verified_by, row.verified_at = agreement, actor.person, now
        row.save()
        facts: dict[str, JsonValue] = {"contact": row.pk, "agreement": str(agreement), "key": row.key_fingerprint}
        _record(actor, now, "verify_contact", row.customer, facts, randomness)


def end_contact(*, actor: Actor, now: datetime, contact: str, randomness: Randomness = os.urandom) -> None:
    """End a contact; notices go to another verified one, or to the privacy contact."""
    actor.require(Permission.CORRESPOND)
    with transaction.atomic(durable=True):
        row = _contact(contact)
        row.state = LEGAL_CONTACT.next_state(row.state, "end")
        row.ended_at = now
        row.save()
        _record(actor, now, "end_contact", row.customer, {"contact": row.pk}, randomness)


def _contact(contact: str) -> LegalContact:
    row = LegalContact.objects.select_for_update().filter(pk=contact).first()
    if row is None:
        raise UnknownCustomerError
    return row


def _record(
    actor: Actor, now: datetime, kind: str, customer: str, facts: dict[str, JsonValue], randomness: Randomness
) -> None:
    ledger.record(
        actor=actor,
        now=now,
        kind=f"government_requests.{kind}",
        subject=customer,
        facts=facts,
        randomness=randomness,
    )
