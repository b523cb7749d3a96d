"""What the worker does for this room: enter new alarms."""

from datetime import datetime

from safeconduct.rooms.people import actions


def due(*, now: datetime) -> None:
    """Enter the alarms that the faces raised."""
    actions.enter_alarms(now=now)
