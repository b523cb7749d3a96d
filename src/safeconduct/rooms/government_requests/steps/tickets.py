"""Tells the ticket system that something changed in a matter that everybody here may know of."""

import http.client
import ssl
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.ticket_place import TicketPlace
from safeconduct.rooms.government_requests.models import Matter, TicketCall
from safeconduct.rooms.government_requests.rules.tickets import call_body, call_headers, next_try

MOST_IN_A_ROUND = 25
SECONDS = 10
TAKEN = range(200, 300)
FEWEST_BYTES = 32


class TicketSecretError(UnavailableError):
    """The secret that signs calls to the ticket system cannot be read, or is short."""

    code = "SC-TICKET-SECRET"
    cure = "Write at least 32 random bytes into the file that [tickets] secret_file names."


def begin_calls(*, now: datetime, randomness: Randomness) -> int:
    """Write down the calls that changes owe, of matters that are not silenced; return how many."""
    told = Q(ticket_call__done_at__isnull=False, revision__gt=F("ticket_call__revision"))
    owed = Matter.objects.filter(silenced=False).filter(told | (Q(ticket_call__isnull=True) & ~Q(state="closed")))
    found = list(owed.values_list("pk", "revision")[:MOST_IN_A_ROUND])
    with transaction.atomic(durable=True):
        for matter, revision in found:
            facts = {
                "number": new_id(randomness), "revision": revision, "attempts": 0, "next_at": now, "done_at": None
            }  # fmt: skip
            TicketCall.objects.update_or_create(matter_id=matter, defaults=facts)
    return len(found)


def make_calls(*, place: TicketPlace, now: datetime) -> tuple[int, int]:
    """Make the calls that are due and return how many were taken and how many failed; raises ``TicketSecretError``.

    A matter that was silenced meanwhile is not told of: its call waits until the silence has ended.
    """
    secret = _secret(place)
    taken = failed = 0
    for call in _due(now):
        if _call(place, secret, call, now):
            call.done_at = now
            taken += 1
        else:
            call.attempts += 1
            call.next_at = next_try(attempts=call.attempts, now=now)
            failed += 1
        call.save()
    return taken, failed


def _due(now: datetime) -> Iterator[TicketCall]:
    open_calls = TicketCall.objects.filter(done_at__isnull=True, next_at__lte=now, matter__silenced=False)
    yield from open_calls.select_related("matter").order_by("next_at")[:MOST_IN_A_ROUND]


def _secret(place: TicketPlace) -> bytes:
    try:
        secret = place.secret_file.read_bytes().strip()
    except OSError as error:
        raise TicketSecretError from error
    if len(secret) < FEWEST_BYTES:
        raise TicketSecretError
    return secret


def _call(place: TicketPlace, secret: bytes, call: TicketCall, now: datetime) -> bool:
    """Return whether the ticket system took the call; a redirection is followed nowhere."""
    body = call_body(reference=call.matter.reference)
    headers = call_headers(number=call.number, body=body, secret=secret, at=now)
    context = ssl.create_default_context(cafile=str(place.ca) if place.ca else None)
    connection = http.client.HTTPSConnection(place.host, place.port, timeout=SECONDS, context=context)
    try:
        connection.request("POST", place.path, body, headers)
        return connection.getresponse().status in TAKEN
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
