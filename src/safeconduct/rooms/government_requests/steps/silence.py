"""Silence: who may know of a matter, pushed down to the people room so that every page can ask it."""

from collections.abc import Set as AbstractSet
from typing import Any

from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.people import steps as people


def clear_people(*, row: Matter, cleared: AbstractSet[str]) -> None:
    """Clear ``cleared`` for the matter, beside those who already are."""
    for person in sorted(cleared):
        people.clear(person=person, matter=row.pk)
    row.silence_cleared = sorted({*row.silence_cleared, *cleared})


def silence_of(row: Matter) -> dict[str, Any] | None:
    """Return the silence that consents and the case file about ``row`` carry for the vault process, or None."""
    if not row.silenced:
        return None
    until = instant_text(row.silence_until) if row.silence_until else None
    return {"until": until, "persons": list(row.silence_cleared)}
