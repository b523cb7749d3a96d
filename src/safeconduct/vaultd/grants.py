"""Internal grants: reading case papers, counting before anything is decided, and preserving. None returns a record.

1. A reading grant begins with a fresh assertion on the open origin; it belongs to one person and one matter.
2. Its person has a reading role on the roster and, where silence is ordered, a place on its list (``readers``).
3. It opens nothing until the ledger entry that records it is shown, made by the same person.
4. A forecast answers counts only, for the scope of a sealed case file, and is metered for each matter and day.
"""

import os
from datetime import datetime
from typing import Any

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.categories import CATEGORY_OF, Category
from safeconduct.core.conduct.grants import READ_CASE_LASTS, GrantError, ReadCase
from safeconduct.core.conduct.scope import Scope
from safeconduct.vaultd.case_files import scope_of
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.connectors.sources import Sources
from safeconduct.vaultd.entries import Entries, WrongEntryError
from safeconduct.vaultd.mandates import Mandates
from safeconduct.vaultd.objects import CASE_KINDS, PRIVILEGED_KINDS, Objects, UnknownObjectError
from safeconduct.vaultd.readers import Readers
from safeconduct.vaultd.records import Pinned, Records
from safeconduct.vaultd.store import Store

DAILY = {"read_case": 2000, "forecast": 200, "executor_keys": 1_000_000}
"""The most that one matter may use in one day."""


class BudgetError(NotPermittedError):
    """This matter has used up what one day allows."""

    code = "SC-BUDGET"
    cure = "A second person must look at why so much was read."


class Meters:
    """Counts uses for each matter and day."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        """Keep the store of the counts."""
        self._store = store
        self._clock = clock

    def use(self, matter: str, what: str, amount: int = 1) -> None:
        """Count a use; raises ``BudgetError`` beyond the day's budget."""
        day = f"{self._clock.now():%Y-%m-%d}"
        with self._store.writing():
            self._store.run(
                "INSERT INTO meter VALUES (?, ?, ?, ?) "
                "ON CONFLICT (day, matter, what) DO UPDATE SET used = used + excluded.used",
                (day, matter, what, amount),
            )
            row = self._store.one(
                "SELECT used FROM meter WHERE day = ? AND matter = ? AND what = ?", (day, matter, what)
            )
            if row is not None and row["used"] > DAILY[what]:
                raise BudgetError


class CaseGrants:
    """Reading grants and what they allow."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        entries: Entries,
        objects: Objects,
        records: Records,
        readers: Readers,
        sources: Sources,
        randomness: Randomness = os.urandom,
    ) -> None:
        """Keep the parts that a grant opens."""
        self._store = store
        self._clock = clock
        self._entries = entries
        self._objects = objects
        self._records = records
        self._readers = readers
        self._sources = sources
        self._meters = Meters(store=store, clock=clock)
        self.mandates = Mandates(store=store, clock=clock, entries=entries)
        self._randomness = randomness

    def give(self, *, matter: str, person: str) -> ReadCase:
        """Return a pending grant after a ceremony that held; raises for a person whose roles read nothing.

        It does not look at the matter: what a refusal here could tell, an uncleared person must not learn.
        """
        self._readers.require_role(person)
        self._clock.require_agreement()
        now = self._clock.now()
        grant = ReadCase(
            id=new_id(self._randomness), matter=matter, person=person, starts=now, expires=now + READ_CASE_LASTS
        )
        values = (grant.id, matter, person, instant_text(now), instant_text(grant.expires))
        with self._store.writing():
            self._store.run("INSERT INTO case_grant VALUES (?, ?, ?, ?, ?, 0, 0)", values)
        return grant

    def _grant(self, grant: str) -> tuple[ReadCase, bool]:
        row = self._store.one("SELECT * FROM case_grant WHERE id = ?", (grant,))
        if row is None:
            raise GrantError("There is none with this id.")
        found = ReadCase(
            id=row["id"],
            matter=row["matter"],
            person=row["person"],
            starts=parse_instant(row["at"]),
            expires=parse_instant(row["until"]),
        )
        return found, bool(row["opened"])

    def open(self, *, matter: str, grant: str, proof: JsonValue) -> dict[str, Any]:
        """Open a pending grant with the ledger entry that its person made; answers when it ends."""
        found, _ = self._grant(grant)
        found.check(matter=matter, now=self._clock.now())
        self._readers.require(matter=matter, person=found.person)
        with self._store.writing():
            entry = self._entries.admit(
                proof,
                op="open_case",
                act=grant,
                kind="government_requests.open_case",
                subject=matter,
                facts={"grant": grant},
            )
            if entry.opening["actor"].get("person") != found.person:
                raise WrongEntryError("Another person made it.")
            self._store.run("UPDATE case_grant SET opened = 1 WHERE id = ?", (grant,))
        return {"until": instant_text(found.expires)}

    def require(self, *, matter: str, grant: str) -> ReadCase:
        """Return a live, opened grant of a person who may read the matter now; raises ``GrantError``."""
        found, opened = self._grant(grant)
        found.check(matter=matter, now=self._clock.now())
        if not opened:
            raise GrantError("The ledger entry that records it was not shown.")
        self._readers.require(matter=matter, person=found.person)
        return found

    def live_for(self, *, matter: str, person: str) -> bool:
        """Return whether this person holds a live, opened grant for the matter and may still read it."""
        now = instant_text(self._clock.now())
        rows = self._store.all(
            "SELECT id FROM case_grant WHERE matter = ? AND person = ? AND opened = 1 ORDER BY at DESC LIMIT 5",
            (matter, person),
        )
        held = any(self._still(row["id"], now) for row in rows)
        return held and self._readers.may_read(matter=matter, person=person)

    def _still(self, grant: str, now: str) -> bool:
        found, _ = self._grant(grant)
        return found.starts <= parse_instant(now) < found.expires

    def read(self, *, matter: str, grant: str, objects: list[str]) -> dict[str, bytes]:
        """Return case papers of the matter; an upload, another matter's paper, or counsel's advice is unknown here."""
        self.require(matter=matter, grant=grant)
        reader = self._grant(grant)[0].person
        self._meters.use(matter, "read_case", len(objects))
        found = {}
        for object_id in objects:
            sealed = self._objects.find(object_id)
            if sealed.matter != matter or not self._opens(sealed.kind, reader):
                raise UnknownObjectError
            found[object_id] = self._objects.open(object_id)
        return found

    def _opens(self, kind: str, reader: str) -> bool:
        return kind in CASE_KINDS or (kind in PRIVILEGED_KINDS and self._readers.is_counsel(reader))

    def forecast(self, *, matter: str, case_file: str, grant: str, proof: JsonValue) -> dict[str, Any]:
        """Return counts for each customer and category of the sealed case file's scope."""
        self.require(matter=matter, grant=grant)
        entry = self._entries.admit(
            proof,
            op="forecast",
            act=f"{matter}/{case_file}/{grant}",
            kind="government_requests.forecast",
            subject=matter,
            facts={"case_file": case_file, "grant": grant},
        )
        if (before := self._entries.answered(entry)) is not None:
            return before
        self._meters.use(matter, "forecast")
        segments = self._records.pinned(matter)
        scope = scope_of(
            objects=self._objects,
            records=self._records,
            matter=matter,
            case_file=case_file,
            segments=segments,
            elsewhere=self._sources.customers_holding,
        )
        counts = self._counts(scope, segments)
        listed = [{"customer": who, "category": what, "rows": rows} for (who, what), rows in sorted(counts.items())]
        with self._store.writing():
            return self._entries.finish(entry, {"counts": listed, "total": sum(counts.values())})

    def _counts(self, scope: Scope, segments: list[Pinned]) -> dict[tuple[str, str], int]:
        """Count each record once, as a collection gives it: what is preserved, or lies elsewhere too, is told by id."""
        twofold = {CATEGORY_OF[one.table] for one in segments if one.matter} | self._sources.categories()
        own: dict[tuple[int, Category], int] = {}
        known: dict[tuple[int, Category], list[str]] = {}
        for place, item in enumerate(scope.items):
            for category in sorted(item.categories):
                if category in twofold:
                    found = self._records.find(scope=Scope((item,)), category=category, segments=segments)
                    found.require_whole()
                    known[place, category] = found.rows["record_id"].to_pylist()
                    own[place, category] = found.rows.num_rows
                else:
                    own[place, category] = self._records.count(item=item, category=category, segments=segments)
        elsewhere = self._sources.count(scope=scope, known=known)
        counts: dict[tuple[str, str], int] = {}
        for (place, category), rows in own.items():
            one = (scope.items[place].customer, str(category))
            counts[one] = counts.get(one, 0) + rows + elsewhere.get((place, category), 0)
        return counts

    def ends(self, grant: str) -> datetime:
        """Return when a grant ends."""
        return self._grant(grant)[0].expires
