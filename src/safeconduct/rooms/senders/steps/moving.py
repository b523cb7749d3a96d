"""Moving a row along its lifecycle: compared and swapped, so that of two at once one is refused."""

from typing import Any, TypeVar

from django.db import models

from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.rooms.senders.queries.unknown import UnknownSenderError

Row = TypeVar("Row", bound=models.Model)


def locked(rows: models.Manager[Row], key: str) -> Row:
    """Return a row for the rest of the transaction; raises ``UnknownSenderError``."""
    row = rows.select_for_update().filter(pk=key).first()
    if row is None:
        raise UnknownSenderError
    return row


def move(row: Any, lifecycle: Lifecycle, event: str, **facts: Any) -> None:  # noqa: ANN401 - a row of this room and its members
    """Move ``row`` by ``event`` with ``facts``; raises if the lifecycle has no such step or somebody was faster."""
    before = row.state
    facts = {"state": lifecycle.next_state(before, event), **facts}
    if not type(row).objects.filter(pk=row.pk, state=before).update(**facts):
        raise ConflictError("Somebody was faster.")
    for name, value in facts.items():
        setattr(row, name, value)
