"""What the desk shows: the directory, registrations that wait, agencies and officers with their standing."""

from dataclasses import dataclass
from datetime import date, datetime

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.senders.models import DirectoryNumber, Registration, Standing
from safeconduct.rooms.senders.models.standing import OFFICER, ORGANISATION
from safeconduct.rooms.senders.queries.due import OPEN
from safeconduct.rooms.senders.queries.unknown import UnknownSenderError
from safeconduct.rooms.senders.rules.words import REASONS
from safeconduct.rooms.vault import queries as vault


@dataclass(frozen=True, kw_only=True)
class NumberSeen:
    """A number of the directory with its words."""

    id: str
    state: str
    name: str
    number: str
    source: str
    country: str
    governmental: bool
    organisation: str
    found_on: date
    proposed_by: str
    proposed_name: str
    confirmed_name: str


@dataclass(frozen=True, kw_only=True)
class RegistrationSeen:
    """A registration with its words."""

    id: str
    reference: str
    state: str
    agency: str
    name: str
    post: str
    mail: str
    country: str
    recipient: str
    received_at: datetime
    waited: str
    number: str
    organisation: str
    person: str
    named_by: str
    called_by: str
    called_name: str
    called_at: datetime | None
    confirmed_name: str
    code_ends: datetime | None
    key_digest: str


@dataclass(frozen=True, kw_only=True)
class SenderSeen:
    """An agency or an officer with their standing."""

    sort: str
    subject: str
    name: str
    agency: str
    country: str
    state: str
    reason: str
    standing: str
    since: datetime | None
    asked_by: str
    number: str
    vault_told: bool


def words_for_wait(*, since: datetime, now: datetime) -> str:
    """Return how long something has waited, in the greatest unit that says it."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    for size, unit in ((1440, "day"), (60, "hour")):
        if minutes >= size:
            number = minutes // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _clear(objects: set[str]) -> dict[str, str]:
    return vault.directory_names(objects=sorted(objects - {""}))


def _names(persons: set[str]) -> dict[str, str]:
    objects = people.name_objects(persons=frozenset(persons - {""}))
    clear = _clear(set(objects.values()))
    return {person: clear.get(place, "") for person, place in objects.items()}


def directory(*, actor: Actor, states: tuple[str, ...] = ("current", "proposed")) -> tuple[NumberSeen, ...]:
    """Return the directory, what waits for a second person first, then by name."""
    actor.require(Permission.SENDER_READ)
    rows = list(DirectoryNumber.objects.filter(state__in=states))
    clear = _clear({one for row in rows for one in (row.name_object, row.number_object, row.source_object)})
    names = _names({one for row in rows for one in (row.proposed_by, row.confirmed_by)})
    seen = [
        NumberSeen(
            id=row.pk,
            state=row.state,
            name=clear.get(row.name_object, row.pk[:8]),
            number=clear.get(row.number_object, ""),
            source=clear.get(row.source_object, ""),
            country=row.country,
            governmental=row.governmental,
            organisation=row.organisation,
            found_on=row.found_on,
            proposed_by=row.proposed_by,
            proposed_name=names.get(row.proposed_by, ""),
            confirmed_name=names.get(row.confirmed_by, ""),
        )
        for row in rows
    ]
    return tuple(sorted(seen, key=lambda one: (one.state != "proposed", one.name, one.id)))


def registrations(*, actor: Actor, now: datetime, everything: bool = False) -> tuple[RegistrationSeen, ...]:
    """Return the registrations that wait, the oldest first; or all of them, the newest first."""
    actor.require(Permission.SENDER_READ)
    rows = Registration.objects.all() if everything else Registration.objects.filter(state__in=OPEN)
    return _registrations(list(rows.order_by("-received_at" if everything else "received_at", "id")), now)


def waiting_registrations(*, actor: Actor) -> int:
    """Return how many registrations wait for somebody of ours; none for whoever may not see them."""
    if Permission.SENDER_READ not in actor.permissions:
        return 0
    return Registration.objects.filter(state__in=("received", "called")).count()


def registration(*, actor: Actor, now: datetime, registration: str) -> RegistrationSeen:
    """Return one registration; raises ``UnknownSenderError``."""
    actor.require(Permission.SENDER_READ)
    found = _registrations(list(Registration.objects.filter(pk=registration)), now)
    if not found:
        raise UnknownSenderError
    return found[0]


def colleagues(*, actor: Actor, now: datetime) -> tuple[RegistrationSeen, ...]:
    """Return the colleagues whom an officer named, newest first."""
    actor.require(Permission.COLLEAGUE_NAME)
    return _registrations(list(Registration.objects.filter(named_by=actor.person).order_by("-received_at", "id")), now)


def _registrations(rows: list[Registration], now: datetime) -> tuple[RegistrationSeen, ...]:
    wanted = {one for row in rows for one in (row.agency_object, row.person_object, row.post_object, row.mail_object)}
    clear = _clear(wanted)
    names = _names({one for row in rows for one in (row.called_by, row.confirmed_by)})
    same = ("reference", "state", "country", "recipient", "received_at", "number", "organisation", "person")
    more = ("named_by", "called_by", "called_at", "code_ends", "key_digest")
    return tuple(
        RegistrationSeen(
            **{name: getattr(row, name) for name in (*same, *more)},
            id=row.pk,
            agency=clear.get(row.agency_object, ""),
            name=clear.get(row.person_object, ""),
            post=clear.get(row.post_object, ""),
            mail=clear.get(row.mail_object, ""),
            waited=words_for_wait(since=row.received_at, now=now),
            called_name=names.get(row.called_by, ""),
            confirmed_name=names.get(row.confirmed_by, ""),
        )
        for row in rows
    )


def senders(*, actor: Actor) -> tuple[SenderSeen, ...]:
    """Return every agency, each followed by its officers, with their standing."""
    actor.require(Permission.SENDER_READ)
    agencies, officers = people.sending_organisations(), people.officers()
    clear = _clear({one.name_object for one in agencies} | {one.name_object for one in officers})
    stood = {(row.sort, row.subject): row for row in Standing.objects.all()}
    seen = []
    for agency in sorted(agencies, key=lambda one: (clear.get(one.name_object, ""), one.id)):
        name = clear.get(agency.name_object, agency.id[:8])
        row = stood.get((ORGANISATION, agency.id))
        seen.append(_sender(ORGANISATION, agency.id, name, name, agency.country, row))
        theirs = [one for one in officers if one.organisation == agency.id]
        for officer in sorted(theirs, key=lambda one: (clear.get(one.name_object, ""), one.person)):
            own = clear.get(officer.name_object, officer.person[:8])
            row = stood.get((OFFICER, officer.person))
            seen.append(_sender(OFFICER, officer.person, own, name, agency.country, row))
    return tuple(seen)


def sender(*, actor: Actor, sort: str, subject: str) -> SenderSeen:
    """Return one agency or officer; raises ``UnknownSenderError`` before any name is opened."""
    actor.require(Permission.SENDER_READ)
    known = {
        ORGANISATION: {one.id for one in people.sending_organisations()},
        OFFICER: {one.person for one in people.officers()},
    }
    if subject not in known.get(sort, set()):
        raise UnknownSenderError
    for one in senders(actor=actor):
        if (one.sort, one.subject) == (sort, subject):
            return one
    raise UnknownSenderError


def numbers_for(*, actor: Actor, sort: str, subject: str) -> tuple[NumberSeen, ...]:
    """Return the numbers at which an officer's or an organisation's agency may be called."""
    organisation = subject if sort == ORGANISATION else people.organisation_of(person=subject)
    return tuple(one for one in directory(actor=actor, states=("current",)) if one.organisation == organisation)


def _sender(sort: str, subject: str, name: str, agency: str, country: str, row: Standing | None) -> SenderSeen:
    return SenderSeen(
        sort=sort,
        subject=subject,
        name=name,
        agency=agency,
        country=country,
        state=row.state if row else "good",
        reason=REASONS.get(row.reason, "") if row and row.state != "good" else "",
        standing=row.pk if row else "",
        since=row.suspended_at if row and row.state != "good" else None,
        asked_by=row.asked_by if row else "",
        number=row.number if row else "",
        vault_told=row is None or not row.entry or row.vault_told_at is not None,
    )
