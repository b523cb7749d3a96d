"""What a calendar feed holds: the running days of the matters that its person may see at this moment.

1. Each event is a moment and a matter's random reference, and nothing else: not the kind of paper, the agency, the
   state, nor what falls due. A day for an answer, the end of a copy and the end of a silence look alike.
2. Who reads is asked anew each time: rights, clearances and standing of now. A silenced matter is not there for whoever
   is not cleared, and an ended right empties the feed (T14).
"""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.models import CalendarFeed, Matter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.due import MOMENTS, moments_of
from safeconduct.rooms.government_requests.queries.further_days import further_days
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.people import queries as people

PRODUCT = "-//Safeconduct//Deadlines//EN"


class UnknownFeedError(NotPermittedError):
    """There is no such feed."""

    code = "SC-UNKNOWN-FEED"
    cure = "Open a new one on the desk."


@dataclass(frozen=True, kw_only=True)
class FeedShown:
    """A person's own feed, as the desk shows it."""

    opened_at: datetime


def own_feed(*, actor: Actor) -> FeedShown | None:
    """Return the actor's standing feed, or None."""
    found = CalendarFeed.objects.filter(person=actor.person, revoked_at__isnull=True).first()
    return FeedShown(opened_at=found.opened_at) if found else None


def reader_of(*, token: str, now: datetime) -> tuple[str, Actor]:
    """Return the id of the feed behind ``token`` and who reads it; raises ``UnknownFeedError``."""
    found = CalendarFeed.objects.filter(token_sha256=sha256_hex(token.encode()), revoked_at__isnull=True).first()
    if found is None:
        raise UnknownFeedError
    actor = people.actor_for(account=found.account, now=now)
    actor.require(Permission.READ)
    return found.pk, actor


def feed_text(*, token: str, now: datetime) -> bytes:
    """Return the feed behind ``token`` as iCalendar (RFC 5545); raises ``UnknownFeedError`` for an ended one."""
    feed, actor = reader_of(token=token, now=now)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for at, matter, reference in sorted(_days(actor)):
        event = Event()
        event.add("uid", sha256_hex(f"{feed} {matter} {at.isoformat()}".encode()))
        event.add("dtstamp", now)
        event.add("dtstart", at)
        event.add("summary", reference)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


def _days(actor: Actor) -> set[tuple[datetime, str, str]]:
    """Return moment, matter and reference of everything that runs, also of closed matters that still have a day."""
    rows = visible(actor).filter(closed_at__isnull=True).only(*MOMENTS)
    running = {(at, row.pk, row.reference) for row in rows for at in _moments(row)}
    further = [(at, matter) for matter, _, at in further_days(visible(actor))]
    named = dict(visible(actor).filter(pk__in={matter for _, matter in further}).values_list("pk", "reference"))
    return running | {(at, matter, named[matter]) for at, matter in further}


def _moments(row: Matter) -> set[datetime]:
    found = moments_of(row)
    return {at for at in (found.answer_due_at, found.preserved_until, found.silence_until) if at is not None}
