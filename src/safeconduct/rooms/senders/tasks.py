"""What the worker does for this room: tell the vault process of suspensions, end registrations nobody took up."""

from datetime import datetime

from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.queries import due as falling_due
from safeconduct.rooms.senders.steps.allowances import forget_old_counts


def due(*, now: datetime) -> None:
    """Do what has fallen due; what is refused waits for the next round."""
    for standing in falling_due.untold():
        try:
            actions.tell_vault(standing=standing, now=now)
        except SafeconductError:
            # The vault process raised its own alarm; the desk shows that it has not been told.
            continue
    worker = system_actor(permissions=frozenset({str(Permission.SENDER_READ)}))
    for registration in falling_due.lapsed(now=now):
        actions.lapse_registration(actor=worker, now=now, registration=registration)
    forget_old_counts(now=now)
