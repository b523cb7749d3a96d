"""Fetch what stands in the places where mail comes in. One mail's failure leaves it there and stops no other."""

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import UnavailableError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.mail import take_in_mail
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps.mail_places import Waiting, dropped, unseen


def fetch_mail(*, actor: Actor, now: datetime, randomness: Randomness = os.urandom) -> tuple[str, ...]:
    """Take in what waits in the drop folder and the mailbox, and return the mails that are new.

    A mail is marked as taken only after it is sealed and entered. Raises ``MailPlaceError`` for a place that cannot be
    read, once the other one was, and what the vault process and the ledger refuse with.
    """
    actor.require(Permission.RECEIVE)
    failed: UnavailableError | None = None
    fresh: list[str] = []
    for source, waiting in _places():
        try:
            # Closed whatever happens, so that a refusal leaves no connection open.
            with closing(waiting):
                for data, taken in waiting:
                    found = take_in_mail(actor=actor, now=now, data=data, source=source, randomness=randomness)
                    taken()
                    fresh += [found.mail] if found.fresh else []
        except UnavailableError as error:
            failed = error
    if failed is not None:
        raise failed
    return tuple(fresh)


def _places() -> Iterator[tuple[str, Generator[Waiting]]]:
    place = configuration().mail
    if place is not None and place.drop is not None:
        yield "drop", dropped(place.drop)
    if place is not None and place.mailbox is not None:
        yield "imap", unseen(place.mailbox)
