"""Reads of people: never a name, only ids; the faces resolve names through the vault."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.people.models import (
    Account,
    Clearance,
    LoginKey,
    Membership,
    Organisation,
    Person,
    Posting,
    ProviderIdentity,
    SignIn,
)
from safeconduct.rooms.people.queries.mandates import mandates_of
from safeconduct.rooms.people.queries.raised_alarms import (
    AlarmPage,
    AlarmSeen,
    UnknownAlarmError,
    alarms,
    newest_vault_alarm,
    next_vault_alarm,
    seen_alarms,
    waiting_alarms,
)
from safeconduct.rooms.people.queries.sealed_names import name_objects, organisation_name_objects
from safeconduct.rooms.people.rules import (
    Role,
    permissions_of,
    session_stands,
)

__all__ = [
    "AlarmPage",
    "AlarmSeen",
    "NoStandingError",
    "NotBoundError",
    "OrganisationSeen",
    "PersonSeen",
    "SignInSeen",
    "Standing",
    "UnknownAlarmError",
    "UnknownSessionError",
    "account_of_identity",
    "actor_for",
    "agencies",
    "agency_stands",
    "alarms",
    "assurance_of",
    "clearances_of",
    "cleared_for",
    "entities_of",
    "everybody",
    "is_officer",
    "is_outside_counsel",
    "login_keys",
    "name_objects",
    "newest_vault_alarm",
    "next_vault_alarm",
    "officer_stands",
    "officers",
    "organisation",
    "organisation_name_objects",
    "organisation_of",
    "outside_counsel",
    "roles_of",
    "seen",
    "seen_alarms",
    "sending_organisations",
    "sign_ins",
    "standing_of",
    "waiting_alarms",
    "working_for",
]


class NoStandingError(NotPermittedError):
    """This account may not be used now."""

    code = "SC-NO-STANDING"
    cure = "Ask the security engineer: the account, the person or every role of theirs has ended."


class NotBoundError(NotPermittedError):
    """The identity provider knows this person, and no account here is bound to them."""

    code = "SC-NOT-BOUND"
    cure = "Ask the security engineer: safeconduct people bind lets an account be opened this way."


@dataclass(frozen=True, kw_only=True)
class PersonSeen:
    """A person as pages may show them: ids, and the roles of today."""

    person: str
    account: str
    name_object: str
    organisation: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrganisationSeen:
    """An organisation as pages may show it."""

    id: str
    name_object: str
    country: str
    governmental: bool


def roles_of(*, person: str, now: datetime) -> frozenset[Role]:
    """Return the roles that ``person`` holds at ``now``."""
    rows = Membership.objects.filter(person_id=person, starts__lte=now, ends__gt=now).values_list("role", flat=True)
    return frozenset(Role(role) for role in rows)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who acts through an account now, and the same person as pages show them."""

    actor: Actor
    roles: frozenset[Role]
    seen: PersonSeen


def standing_of(*, account: str, now: datetime) -> Standing:
    """Return who acts through ``account`` at ``now``; raises ``NoStandingError`` for an ended one."""
    rows = Membership.objects.filter(
        person__account=account,
        person__account__closed_at__isnull=True,
        person__suspended_at__isnull=True,
        person__organisation__suspended_at__isnull=True,
        starts__lte=now,
        ends__gt=now,
    ).values_list("person_id", "person__organisation_id", "person__name_object", "role")
    found = list(rows)
    if not found:
        raise NoStandingError
    person, organisation, name_object, _ = found[0]
    roles = frozenset(Role(role) for *_, role in found)
    actor = Actor(
        person=person,
        account=account,
        organisation=organisation,
        permissions=permissions_of(roles=roles),
        clearances=clearances_of(person=person),
        entities=entities_of(person=person),
        mandates=mandates_of(person=person, now=now) if Role.OUTSIDE_COUNSEL in roles else frozenset(),
    )
    told = tuple(sorted(roles))
    seen = PersonSeen(person=person, account=account, name_object=name_object, organisation=organisation, roles=told)
    return Standing(actor=actor, roles=roles, seen=seen)


def account_of_identity(*, identity: str) -> str:
    """Return the account that a provider's identity opens now; raises ``NotBoundError``."""
    found = ProviderIdentity.objects.filter(pk=identity, ended_at__isnull=True).values_list("account_id", flat=True)
    for account in found:
        return account
    raise NotBoundError


def actor_for(*, account: str, now: datetime) -> Actor:
    """Return who acts through ``account`` at ``now``; raises ``NoStandingError`` for an ended one."""
    return standing_of(account=account, now=now).actor


def clearances_of(*, person: str) -> frozenset[str]:
    """Return the silenced matters that ``person`` may know of."""
    return frozenset(Clearance.objects.filter(person_id=person).values_list("matter", flat=True))


def is_outside_counsel(*, person: str, now: datetime, until: datetime) -> bool:
    """Return whether a person who is not suspended has that role from ``now`` and at least until ``until``."""
    found = Membership.objects.filter(
        person_id=person,
        role=str(Role.OUTSIDE_COUNSEL),
        starts__lte=now,
        ends__gte=until,
        person__suspended_at__isnull=True,
        person__organisation__suspended_at__isnull=True,
    )
    return found.exists()


def outside_counsel(*, now: datetime) -> tuple[PersonSeen, ...]:
    """Return everybody who may be given a mandate now, each person once."""
    found = {one.person: one for one in everybody(now=now, officers=False) if Role.OUTSIDE_COUNSEL in one.roles}
    return tuple(found[person] for person in sorted(found))


def entities_of(*, person: str) -> frozenset[str] | None:
    """Return the served entities that ``person`` works for; None for every one (rule 12)."""
    return frozenset(Posting.objects.filter(person_id=person).values_list("entity", flat=True)) or None


def working_for(*, entity: str, persons: frozenset[str]) -> frozenset[str]:
    """Return those of ``persons`` who work for the served ``entity``."""
    posted = set(Posting.objects.filter(person__in=persons).values_list("person_id", flat=True))
    there = set(Posting.objects.filter(person__in=persons, entity=entity).values_list("person_id", flat=True))
    return frozenset(one for one in persons if one not in posted or one in there)


def cleared_for(*, matter: str) -> frozenset[str]:
    """Return the persons who may know of ``matter``."""
    return frozenset(Clearance.objects.filter(matter=matter).values_list("person_id", flat=True))


def seen(*, account: str, now: datetime) -> PersonSeen | None:
    """Return the person behind ``account``, or None."""
    found = Account.objects.select_related("person").filter(id=account).first()
    return _seen(found, now) if found else None


def _seen(account: Account, now: datetime) -> PersonSeen:
    return PersonSeen(
        person=account.person_id,
        account=account.id,
        name_object=account.person.name_object,
        organisation=account.person.organisation_id,
        roles=tuple(sorted(roles_of(person=account.person_id, now=now))),
    )


def everybody(*, now: datetime, officers: bool) -> tuple[PersonSeen, ...]:
    """Return the open accounts of officers, or of staff: for the demonstration's sign-in page and for assignment."""
    rows = Account.objects.select_related("person").filter(
        closed_at__isnull=True, person__suspended_at__isnull=True, person__organisation__suspended_at__isnull=True
    )
    people = [_seen(row, now) for row in rows.order_by("opened_at", "id")]
    return tuple(one for one in people if one.roles and (Role.OFFICER in one.roles) is officers)


@dataclass(frozen=True, kw_only=True)
class SignInSeen:
    """One signing in of a person, as they may see it."""

    id: str
    assurance: str
    began: datetime
    last: datetime
    here: bool


def assurance_of(*, sign_in: str, account: str) -> str:
    """Return how surely this account signed in; an empty text where somebody ended it, or it is another's."""
    found = SignIn.objects.filter(pk=sign_in, account_id=account, ended_at__isnull=True)
    return found.values_list("assurance", flat=True).first() or ""


def sign_ins(*, actor: Actor, now: datetime, here: str) -> tuple[SignInSeen, ...]:
    """Return the actor's own sessions that could still be used, newest first; ``here`` is the one that asks."""
    rows = SignIn.objects.filter(account__person_id=actor.person, ended_at__isnull=True).order_by("-began", "-id")
    open_rows = [
        row for row in rows if session_stands(began=row.began, last=row.last, now=now, assurance=row.assurance)
    ]
    same = ("id", "assurance", "began", "last")
    return tuple(SignInSeen(**{name: getattr(row, name) for name in same}, here=row.pk == here) for row in open_rows)


def agencies() -> tuple[OrganisationSeen, ...]:
    """Return every governmental organisation, by id."""
    rows = Organisation.objects.filter(governmental=True).order_by("id")
    return tuple(
        OrganisationSeen(id=row.id, name_object=row.name_object, country=row.country, governmental=True) for row in rows
    )


def sending_organisations() -> tuple[OrganisationSeen, ...]:
    """Return every organisation that has power or officers here: agencies, courts, and counsel of parties; by id."""
    theirs = Q(governmental=True) | Q(person__membership__role=str(Role.OFFICER))
    same = ("id", "name_object", "country", "governmental")
    rows = Organisation.objects.filter(theirs).distinct().order_by("id")
    return tuple(OrganisationSeen(**{name: getattr(row, name) for name in same}) for row in rows)


def officers() -> tuple[PersonSeen, ...]:
    """Return everybody who is, or was, an officer, suspended or not."""
    rows = Person.objects.filter(membership__role=str(Role.OFFICER)).distinct().order_by("id")
    roles = (str(Role.OFFICER),)
    return tuple(
        PersonSeen(
            person=row.id, account="", name_object=row.name_object, organisation=row.organisation_id, roles=roles
        )
        for row in rows
    )


def is_officer(*, person: str) -> bool:
    """Return whether a person is, or was, an officer of an agency or court, and never one of us."""
    held = set(Membership.objects.filter(person_id=person).values_list("role", flat=True))
    return held == {str(Role.OFFICER)}


def organisation(*, organisation: str) -> OrganisationSeen:
    """Return an organisation; raises ``NoStandingError`` for one that is not here."""
    row = Organisation.objects.filter(pk=organisation).first()
    if row is None:
        raise NoStandingError
    same = ("id", "name_object", "country", "governmental")
    return OrganisationSeen(**{name: getattr(row, name) for name in same})


def officer_stands(*, person: str, organisation: str) -> bool:
    """Return whether a person is an enrolled officer of the organisation, and neither of them is suspended."""
    found = Person.objects.filter(
        pk=person,
        organisation_id=organisation,
        suspended_at__isnull=True,
        organisation__suspended_at__isnull=True,
        membership__role=str(Role.OFFICER),
    )
    return found.exists()


def agency_stands(*, organisation: str) -> bool:
    """Return whether an organisation is a governmental one of our directory and not suspended."""
    return Organisation.objects.filter(pk=organisation, governmental=True, suspended_at__isnull=True).exists()


def organisation_of(*, person: str) -> str:
    """Return the organisation that a person acts for, or an empty text."""
    return Person.objects.filter(pk=person).values_list("organisation_id", flat=True).first() or ""


def login_keys(*, account: str | None, rp_id: str) -> dict[str, tuple[str, str, int]]:
    """Return credential id → (account, public key, sign count) of the passkeys for one face."""
    rows = LoginKey.objects.filter(rp_id=rp_id, removed_at__isnull=True, account__closed_at__isnull=True)
    if account is not None:
        rows = rows.filter(account_id=account)
    return {row.credential_id: (row.account_id, row.public_key, row.sign_count) for row in rows}


class UnknownSessionError(NotPermittedError):
    """There is no such session of yours."""

    code = "SC-UNKNOWN-SESSION"
