"""Who is meant by an id: names from the vault's directory, keys as last used, and who may know of silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import ConflictError
from safeconduct.rooms.government_requests.models import Addressee
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.records import queries as records
from safeconduct.rooms.vault import queries as vault

Choices = tuple[tuple[str, str], ...]
SILENCE_ROLES = frozenset({"analyst", "counsel", "approver", "second_reader"})


class NoKeyError(ConflictError):
    """We know no key of this addressee."""

    code = "SC-NO-KEY"
    cure = "Type the addressee's public key once, as their enrolment shows it; afterwards it is known."


@dataclass(frozen=True)
class Page:
    """One page being made.

    Attributes:
        frame: the name objects that its frame shows.
        told: the names that this very request has had opened, by object.
    """

    frame: frozenset[str]
    told: dict[str, str]


def names(
    *, persons: Iterable[str] = (), organisations: Iterable[str] = (), page: Page | None = None
) -> dict[str, str]:
    """Return the names behind ids, as the vault's directory holds them; one that is not known is left out.

    What the frame of a ``page`` will show is asked for in the same call, and what the call told is left there for it.
    """
    objects = dict(people.name_objects(persons=frozenset(one for one in persons if one)))
    objects |= people.organisation_name_objects(organisations=frozenset(one for one in organisations if one))
    wanted = set(objects.values())
    clear = vault.directory_names(objects=sorted(wanted | page.frame if page and wanted else wanted))
    if page:
        page.told.update(clear)
    return {name: clear[place] for name, place in objects.items() if place in clear}


def organisation_name(organisation: str) -> str:
    """Return an organisation's name, or a plain word for one that has none on record."""
    return names(organisations=[organisation]).get(organisation, "the authority")


def customer_names(customers: Iterable[str]) -> dict[str, str]:
    """Return the names of customers by id; one without a name on record stands under its id."""
    wanted = sorted(set(customers))
    objects = records.name_objects(customers=wanted)
    clear = vault.directory_names(objects=sorted(set(objects.values())))
    return {customer: clear.get(objects.get(customer, ""), customer) for customer in wanted}


def agencies(*, now: datetime) -> Choices:
    """Return the agencies that we know, by name."""
    del now
    found = people.agencies()
    clear = vault.directory_names(objects=sorted({one.name_object for one in found}))
    return tuple(sorted(((one.id, clear.get(one.name_object, one.id)) for one in found), key=lambda one: one[1]))


def colleagues(*, actor: Actor, now: datetime) -> Choices:
    """Return the other persons who may record a call-back with ``actor``; two accounts of one person are one."""
    staff = people.everybody(now=now, officers=False)
    able = {one.person for one in staff if {"analyst", "counsel"} & set(one.roles)} - {actor.person}
    clear = names(persons=able)
    return tuple(sorted(((one, clear.get(one, one)) for one in able), key=lambda one: one[1]))


def cleared_by_duty(*, now: datetime) -> frozenset[str]:
    """Return the persons whose duty makes them know of a silenced matter: those who review, approve and read again."""
    staff = people.everybody(now=now, officers=False)
    return frozenset(one.person for one in staff if SILENCE_ROLES & set(one.roles))


def _party(
    *, person: str, organisation: str, person_name: str, organisation_name: str, recipient: str
) -> dict[str, str]:
    key = Addressee.objects.filter(person=person).first()
    if key is None and not recipient:
        raise NoKeyError
    known = recipient or (key.recipient if key else "")
    return {
        "organisation": organisation,
        "organisation_name": organisation_name,
        "person": person,
        "person_name": person_name,
        "recipient": known,
        # The same text that the vault process computes and checks: SHA-256 of the recipient's line.
        "key_fingerprint": sha256_hex(known.encode()),
    }


def officer(*, person: str, organisation: str, recipient: str = "") -> dict[str, str]:
    """Return the members of a ``Party`` for an agency's officer; raises ``NoKeyError`` without a key, typed or used."""
    found = names(persons=[person], organisations=[organisation])
    return _party(
        person=person,
        organisation=organisation,
        person_name=found.get(person, "the officer"),
        organisation_name=found.get(organisation, "the authority"),
        recipient=recipient,
    )


def customer(*, customer: str, recipient: str = "") -> dict[str, str]:
    """Return the members of a ``Party`` for a customer's privacy contact, the fallback; raises ``NoKeyError``."""
    return _party(
        person=customer,
        organisation=customer,
        person_name="Privacy contact",
        organisation_name=customer_names([customer]).get(customer, customer),
        recipient=recipient,
    )
