"""Mandates of outside counsel: one person, one matter, until an instant, each by a proven entry.

1. Who has the role of outside counsel reads no paper without a mandate for its matter; nobody else needs one.
2. A mandate is over at its instant by this process's own clock, and at once when its end is entered.
3. A newer mandate of the same person for the same matter takes the place of the earlier ones.
4. It is no clearance: the list of an ordered silence counts beside it (``readers``).
"""

from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.store import Store


class Mandates:
    """What proven entries say of outside counsel."""

    def __init__(self, *, store: Store, clock: Clock, entries: Entries) -> None:
        """Keep the store and the gate of entries."""
        self._store = store
        self._clock = clock
        self._entries = entries

    def give(self, *, matter: str, mandate: str, person: str, until: str, proof: JsonValue) -> dict[str, Any]:
        """Take a mandate in under its entry; earlier ones of this person for this matter are over."""
        ends = instant_text(parse_instant(until))
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="give_mandate",
                act=mandate,
                kind="government_requests.give_mandate",
                subject=matter,
                facts={"mandate": mandate, "person": person, "until": ends},
            )
            if (before := self._entries.answered(entry)) is not None:
                return before
            self._end(matter, person)
            values = (mandate, matter, person, ends, instant_text(self._clock.now()))
            self._store.run("INSERT INTO mandate VALUES (?, ?, ?, ?, ?, NULL)", values)
            return self._entries.finish(entry, {"until": ends})

    def end(self, *, matter: str, mandate: str, person: str, proof: JsonValue) -> dict[str, Any]:
        """End a mandate under its entry, also one that this process never heard of."""
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="end_mandate",
                act=mandate,
                kind="government_requests.end_mandate",
                subject=matter,
                facts={"mandate": mandate, "person": person},
            )
            if (before := self._entries.answered(entry)) is not None:
                return before
            self._end(matter, person, mandate)
            return self._entries.finish(entry, {"ended": True})

    def _end(self, matter: str, person: str, mandate: str = "") -> None:
        values = (instant_text(self._clock.now()), matter, person, mandate, mandate)
        self._store.run(
            "UPDATE mandate SET ended_at = ? "
            "WHERE matter = ? AND person = ? AND ended_at IS NULL AND (? = '' OR id = ?)",
            values,
        )


def is_mandated(*, store: Store, clock: Clock, matter: str, person: str) -> bool:
    """Return whether outside counsel may open papers of ``matter`` now."""
    rows = store.all("SELECT until FROM mandate WHERE matter = ? AND person = ? AND ended_at IS NULL", (matter, person))
    return any(clock.now() < parse_instant(row["until"]) for row in rows)
