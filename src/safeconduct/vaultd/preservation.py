"""Preservation (18 U.S.C. 2703(f)): what a case file covers is sealed again under the matter's own key.

The customer's key may then die on its ordinary schedule, and what a customer sees is the same with or without one.
"""

from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.categories import TABLE_OF, Category
from safeconduct.vaultd.case_files import scope_of
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.connectors.sources import Sources, joined
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.records import Records
from safeconduct.vaultd.store import Store


class Preservation:
    """Copies covered rows, and destroys the copies when the preservation ends."""

    def __init__(
        self, *, store: Store, clock: Clock, entries: Entries, objects: Objects, records: Records, sources: Sources
    ) -> None:
        """Keep the parts it works on."""
        self._store = store
        self._clock = clock
        self._entries = entries
        self._objects = objects
        self._records = records
        self._sources = sources

    def preserve(self, *, matter: str, case_file: str, until: str, proof: JsonValue) -> dict[str, Any]:
        """Seal every covered row again under the case key; answers counts only. A retry completes the same copies.

        Raises ``SegmentDamagedError``: a copy with holes would look whole later, so the segment is restored first.
        """
        ends = instant_text(parse_instant(until))
        entry = self._entries.admit(
            proof,
            op="preserve",
            act=f"{matter}/{case_file}",
            kind="government_requests.preserve",
            subject=matter,
            facts={"case_file": case_file, "until": ends},
        )
        if (before := self._entries.answered(entry)) is not None:
            return before
        segments = [one for one in self._records.pinned(matter) if not one.matter]
        scope = scope_of(
            objects=self._objects,
            records=self._records,
            matter=matter,
            case_file=case_file,
            segments=segments,
            elsewhere=self._sources.customers_holding,
        )
        rows, written = 0, 0
        for category in sorted(scope.categories):
            found = self._records.find(scope=scope, category=Category(category), segments=segments)
            found.require_whole()
            found = joined(found, self._sources.copy(entry=entry, scope=scope, category=Category(category)))
            if found.rows.num_rows:
                table = TABLE_OF[category]
                made = self._records.write(table=table, rows=found.rows, prefix=f"p{entry.index}", matter=matter)
                rows, written = rows + found.rows.num_rows, written + len(made)
        with self._store.writing():
            self._store.run("INSERT INTO preservation VALUES (?, ?, ?, NULL)", (matter, str(entry.index), ends))
            return self._entries.finish(entry, {"rows": rows, "segments": written, "until": ends})

    def end(self, *, matter: str, proof: JsonValue) -> dict[str, Any]:
        """Destroy a matter's case key and its preserved copies; never while the clocks disagree."""
        self._clock.require_settled()
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="end_preservation",
                act=matter,
                kind="government_requests.end_preservation",
                subject=matter,
                facts={},
            )
            if (before := self._entries.answered(entry)) is not None:
                return before
            self._records.forget_preserved(matter)
            now = instant_text(self._clock.now())
            self._store.run("UPDATE preservation SET ended_at = ? WHERE matter = ? AND ended_at IS NULL", (now, matter))
            return self._entries.finish(entry, {"ended": True})
