"""Customers as the desk shows them: protection, named contacts, and to whom a notice goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import LegalContact, ProtectionMark
from safeconduct.rooms.government_requests.queries.parties import customer_names, names
from safeconduct.rooms.government_requests.rules.customers import (
    AGREEMENT_NAMES,
    CONTACT_NAMES,
    LANGUAGES,
    PROTECTION_NAMES,
    AgreementKind,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.records import queries as records
from safeconduct.rooms.vault import queries as vault

COLUMNS = ("customer", "name", "protected", "contact", "language", "verified_at")


class UnknownCustomerError(NotPermittedError):
    """There is no such customer, contact or mark."""

    code = "SC-UNKNOWN-CUSTOMER"
    cure = "Look at the list of customers."


@dataclass(frozen=True, kw_only=True)
class CustomerLine:
    """One customer in the list."""

    customer: str
    name: str
    protected: tuple[str, ...]
    contact: str
    language: str
    verified_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return the line as JSON."""
        return {
            "customer": self.customer,
            "name": self.name,
            "protected": list(self.protected),
            "contact": self.contact,
            "language": self.language,
            "verified_at": instant_text(self.verified_at) if self.verified_at else None,
        }


@dataclass(frozen=True, kw_only=True)
class ContactLine:
    """One named contact, as it stands or stood."""

    id: str
    name: str
    address: str
    language: str
    key_fingerprint: str
    state: str
    state_name: str
    by: str
    at: datetime
    agreement: str
    verified_by: str
    verified_at: datetime | None
    ended_at: datetime | None
    own: bool


@dataclass(frozen=True, kw_only=True)
class MarkLine:
    """One mark of protection, as it stands or stood."""

    kind: str
    kind_name: str
    reason: str
    by: str
    since: datetime
    ended_by: str
    ended_at: datetime | None


def require_customer(customer: str) -> None:
    """Raise ``UnknownCustomerError`` for an id that is no customer's."""
    if not records.name_objects(customers=[customer]):
        raise UnknownCustomerError


def protected_kinds(*, customers: Iterable[str]) -> frozenset[str]:
    """Return every reason for which any of ``customers`` is protected."""
    wanted = sorted(set(customers))
    marks = ProtectionMark.objects.filter(customer__in=wanted, ended_at__isnull=True)
    return records.protected(customers=wanted) | frozenset(marks.values_list("kind", flat=True))


def contact_of(customer: str) -> LegalContact | None:
    """Return the verified contact of a customer, the latest where there are several."""
    return LegalContact.objects.filter(customer=customer, state="verified").order_by("verified_at", "id").last()


def contact_name(contact: LegalContact) -> str:
    """Return the contact's name; asks the vault process."""
    return vault.directory_names(objects=[contact.name_object]).get(contact.name_object, "Legal contact")


def customer_lines(*, actor: Actor) -> tuple[CustomerLine, ...]:
    """Return every customer with what protects it and to whom its notices go, by name."""
    actor.require(Permission.READ)
    ids = [one.id for one in records.customers()]
    clear = customer_names(ids)
    contacts = {one.customer: one for one in LegalContact.objects.filter(state="verified").order_by("verified_at")}
    said = vault.directory_names(objects=sorted({one.name_object for one in contacts.values()}))
    found = []
    for one in ids:
        contact = contacts.get(one)
        line = CustomerLine(
            customer=one,
            name=clear[one],
            protected=tuple(PROTECTION_NAMES[kind] for kind in sorted(protected_kinds(customers=[one]))),
            contact=said.get(contact.name_object, "") if contact else "",
            language=LANGUAGES.get(contact.language, "") if contact else "",
            verified_at=contact.verified_at if contact else None,
        )
        found.append(line)
    return tuple(sorted(found, key=lambda line: (line.name.casefold(), line.customer)))


def marks_of(*, customer: str) -> tuple[MarkLine, ...]:
    """Return every mark of a customer, standing and ended, oldest first."""
    rows = list(ProtectionMark.objects.filter(customer=customer))
    who = names(persons={one.by for one in rows} | {one.ended_by for one in rows} - {""})
    said = vault.directory_names(objects=sorted({one.reason_object for one in rows}))
    return tuple(
        MarkLine(
            kind=one.kind,
            kind_name=PROTECTION_NAMES[one.kind],
            reason=said.get(one.reason_object, ""),
            by=who.get(one.by, one.by),
            since=one.since,
            ended_by=who.get(one.ended_by, one.ended_by),
            ended_at=one.ended_at,
        )
        for one in rows
    )


def contacts_of(*, actor: Actor, customer: str) -> tuple[ContactLine, ...]:
    """Return every contact of a customer, standing and ended, oldest first."""
    rows = list(LegalContact.objects.filter(customer=customer))
    clear = vault.directory_names(
        objects=sorted({ref for one in rows for ref in (one.name_object, one.address_object)})
    )
    who = names(persons={one.by for one in rows} | {one.verified_by for one in rows} - {""})
    return tuple(
        ContactLine(
            id=one.pk,
            name=clear.get(one.name_object, ""),
            address=clear.get(one.address_object, ""),
            language=LANGUAGES.get(one.language, one.language),
            key_fingerprint=one.key_fingerprint,
            state=one.state,
            state_name=CONTACT_NAMES[one.state],
            by=who.get(one.by, one.by),
            at=one.at,
            agreement=AGREEMENT_NAMES[AgreementKind(one.agreement)] if one.agreement else "",
            verified_by=who.get(one.verified_by, one.verified_by),
            verified_at=one.verified_at,
            ended_at=one.ended_at,
            own=one.by == actor.person,
        )
        for one in rows
    )


def require_contact_of(*, customer: str, contact: str) -> None:
    """Raise ``UnknownCustomerError`` unless the contact is this customer's."""
    if not LegalContact.objects.filter(pk=contact, customer=customer).exists():
        raise UnknownCustomerError
