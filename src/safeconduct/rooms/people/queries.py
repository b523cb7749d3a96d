"""What other rooms and the faces may ask about people. Names are ids of sealed objects; nothing is opened here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.people.models import Account, Clearance, Membership, Organisation, Person, SignIn
from safeconduct.rooms.people.rules import MembershipFact, Role, face_of, permissions_of, roles_at, session_holds


class NotAdmittedError(NotPermittedError):
    """This account cannot be used."""

    code = "SC-NOT-ADMITTED"
    cure = "Sign in with the passkey that was enrolled for you here, or ask a colleague who enrols people."


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """A person with an account, as a list shows them."""

    person: str
    account: str
    organisation: str
    name_object: str
    organisation_name_object: str
    roles: tuple[str, ...]
    face: str | None


@dataclass(frozen=True, kw_only=True)
class OrganisationFacts:
    """An organisation."""

    id: str
    name_object: str
    country: str
    governmental: bool


def _memberships(person: str, organisation: str) -> list[MembershipFact]:
    rows = Membership.objects.filter(person_id=person, organisation_id=organisation)
    return [
        MembershipFact(role=Role(row.role), valid_from=row.valid_from, valid_until=row.valid_until) for row in rows
    ]


def _active(account: str) -> Account:
    row = Account.objects.select_related("person", "organisation").filter(pk=account).first()
    if row is None or row.state != "active" or row.person.state != "active":
        raise NotAdmittedError
    return row


def actor_for(*, account: str, now: datetime) -> Actor:
    """Return who acts through ``account`` at ``now``, from the memberships that hold then.

    Raises ``NotAdmittedError`` for an unknown or suspended account, and for a person without a role.
    """
    row = _active(account)
    roles = roles_at(memberships=_memberships(row.person_id, row.organisation_id), now=now)
    if not roles:
        raise NotAdmittedError
    return Actor(
        person=row.person_id,
        account=row.pk,
        organisation=row.organisation_id,
        permissions=permissions_of(roles=roles),
        clearances=clearances(person=row.person_id),
    )


def clearances(*, person: str) -> frozenset[str]:
    """Return the silenced matters that a person may know of."""
    return frozenset(Clearance.objects.filter(person_id=person).values_list("matter", flat=True))


def person_facts(*, account: str, now: datetime) -> PersonFacts:
    """Return the person behind an account; raises ``NotAdmittedError``."""
    return _facts(_active(account), now)


def _facts(row: Account, now: datetime) -> PersonFacts:
    roles = roles_at(memberships=_memberships(row.person_id, row.organisation_id), now=now)
    return PersonFacts(
        person=row.person_id,
        account=row.pk,
        organisation=row.organisation_id,
        name_object=row.person.name_object,
        organisation_name_object=row.organisation.name_object,
        roles=tuple(sorted(roles)),
        face=face_of(roles=roles),
    )


def people_at(*, face: str, now: datetime) -> list[PersonFacts]:
    """Return the accounts that may sign in at ``face``, by account: the demonstration's list."""
    rows = Account.objects.select_related("person", "organisation").filter(state="active", person__state="active")
    found = [_facts(row, now) for row in rows.order_by("enrolled_at", "pk")]
    return [one for one in found if one.face == face]


def name_objects(*, persons: Iterable[str] = (), organisations: Iterable[str] = ()) -> dict[str, str]:
    """Return the id of the sealed name for each person and organisation that is known."""
    found = dict(Person.objects.filter(pk__in=set(persons)).values_list("pk", "name_object"))
    return found | dict(Organisation.objects.filter(pk__in=set(organisations)).values_list("pk", "name_object"))


def organisation(*, organisation: str) -> OrganisationFacts | None:
    """Return an organisation, or None."""
    row = Organisation.objects.filter(pk=organisation).first()
    if row is None:
        return None
    return OrganisationFacts(
        id=row.pk, name_object=row.name_object, country=row.country, governmental=row.governmental
    )


def organisations(*, governmental: bool | None = None) -> list[OrganisationFacts]:
    """Return the organisations, oldest first."""
    rows = Organisation.objects.order_by("enrolled_at", "pk")
    if governmental is not None:
        rows = rows.filter(governmental=governmental)
    return [
        OrganisationFacts(id=row.pk, name_object=row.name_object, country=row.country, governmental=row.governmental)
        for row in rows
    ]


def person_may_know(*, person: str, matter: str) -> bool:
    """Return whether a person is cleared for a silenced matter."""
    return Clearance.objects.filter(person_id=person, matter=matter).exists()


def actor_of_session(*, sign_in: str, face: str, now: datetime) -> Actor:
    """Return who acts in a session at ``now``; raises ``NotAdmittedError`` once it has ended in any way."""
    row = SignIn.objects.filter(pk=sign_in, face=face, ended_at__isnull=True).first()
    if row is None or not session_holds(began=row.began_at, last_seen=row.last_seen_at, now=now):
        raise NotAdmittedError
    return actor_for(account=row.account_id, now=now)
