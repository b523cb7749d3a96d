"""What the worker does for this room: copy the vault process's alarms."""

from datetime import datetime

from safeconduct.rooms.vault import actions


def due(*, now: datetime) -> None:
    """Copy and enter what the vault process refused since the last round."""
    actions.fetch_alarms(now=now)
