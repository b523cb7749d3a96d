"""Clear rows, sealed segments of them in several months, and grants over any scope, made as the vault process does."""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from tests.core.segments.conftest import CUSTOMERS, Keys, instants, make_rows

from safeconduct.core.conduct.categories import CATEGORY_OF, TABLE_OF, Category
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.executors.grant import ExecutorGrant, seal_grant
from safeconduct.core.sealing.recipients import fingerprint, new_identity
from safeconduct.core.segments.granted import GrantedSegment, granted_segment, name_pages
from safeconduct.core.segments.months import split_months
from safeconduct.core.segments.reader import SegmentReader
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.segments.writer import write_segment
from safeconduct.core.tlog.notes import Signer

QUARTER = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
DAY = timedelta(days=1)


def rows_in_months(table: str, count: int, seed: int) -> pa.Table:
    """Return random rows over a quarter."""
    rows = make_rows(table, count, seed)
    if "at" not in rows.column_names:
        return rows.cast(TABLES[table].schema)
    at = instants(np.random.default_rng(seed + 1), count, QUARTER)
    return rows.set_column(rows.column_names.index("at"), "at", at).cast(TABLES[table].schema)


@dataclass
class World:
    """A sealed store, what is in it in clear, an issuer, an executor."""

    folder: Path
    keys: Keys = field(default_factory=Keys)
    clear: dict[str, pa.Table] = field(default_factory=dict)
    segments: list[tuple[str, str]] = field(default_factory=list)
    issuer: Signer = field(default_factory=lambda: Signer("log.example/issuer", b"\x07" * 32))
    executor: tuple[str, str] = field(default_factory=new_identity)
    grants: int = 0

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def fill(self, rows: int, seed: int) -> None:
        """Write each table as several segments a month; some rows stand in two of them."""
        for place, table in enumerate(sorted(TABLES)):
            self.clear[table] = made = rows_in_months(table, rows, seed + place)
            third = rows // 3
            for number, (start, length) in enumerate(((0, third + third // 4), (third, third), (2 * third, rows))):
                for month, part in split_months(made.slice(start, length), table).items():
                    segment = "-".join(one for one in (f"s{number}", month) if one)
                    write_segment(self.store / "segments", part, table=table, segment=segment, keys=self.keys)
                    self.segments.append((table, segment))

    def reader(self, table: str, segment: str) -> SegmentReader:
        return SegmentReader(self.store / "segments", table=table, segment=segment, keys=self.keys)

    def named(self, scope: Scope) -> list[GrantedSegment]:
        found = []
        for table, segment in self.segments:
            items = [item for item in scope.items if CATEGORY_OF[table] in item.categories]
            reader = self.reader(table, segment)
            asked = {customer: [i for i in items if i.customer == customer] for customer in {i.customer for i in items}}
            held = [
                name_pages(reader, self.keys, customer, [(item.window.start, item.window.end) for item in of])
                for customer, of in sorted(asked.items())
            ]
            there = [pages for pages in held if pages is not None]
            if there:
                found.append(granted_segment(reader, f"segments/{table}/{segment}", there))
        return found

    def grant(self, scope: Scope, **changes: Any) -> ExecutorGrant:
        now = datetime.now(UTC)
        members: dict[str, Any] = {
            "id": "9" * 32,
            "matter": "a" * 32,
            "starts": now - timedelta(minutes=5),
            "expires": now + timedelta(hours=1),
            "safe_conduct": "c" * 64,
            "journey": "b" * 32,
            "executor": "spark-1",
            "holder": fingerprint(self.executor[1]),
            "scope": scope,
            "segments": tuple(self.named(scope)) if "segments" not in changes else (),
        }
        return ExecutorGrant(**(members | changes))

    def options(self, grant: ExecutorGrant, **changes: str) -> dict[str, str]:
        """Seal a grant and return a job's options."""
        self.grants += 1
        sealed, secret = self.folder / f"grant-{self.grants}.age", self.folder / "identity"
        sealed.write_bytes(seal_grant(grant, recipient=self.executor[1], issuer=self.issuer))
        secret.write_text(self.executor[0] + "\n")
        told = {"grant": str(sealed), "identity": str(secret), "issuer": self.issuer.verifier.vkey}
        return told | {"store": str(self.store)} | changes

    def single_machine(self, scope: Scope, table: str) -> pa.Table:
        """Return what the engine finds without grants: directory, index and customer keys at hand."""
        items = [item for item in scope.items if CATEGORY_OF[table] in item.categories]
        parts = [TABLES[table].schema.empty_table()]
        for of, segment in self.segments:
            for item in items if of == table else ():
                selectors = [one.as_json() for one in item.selectors]
                window = (item.window.start, item.window.end)
                found = self.reader(table, segment).find(customer=item.customer, selectors=selectors, window=window)
                parts.append(found)
        return once(pa.concat_tables(parts))

    def oracle(self, scope: Scope, table: str) -> pa.Table:
        """Return what DuckDB finds in the clear rows, in the words of the specification."""
        spec, places = TABLES[table], {"phone": TABLES[table].phones, "email": TABLES[table].emails}
        clear = self.clear[table]
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.register("clear", clear)
            ids: set[str] = set()
            for item in scope.items:
                if CATEGORY_OF[table] not in item.categories:
                    continue
                parts: list[str] = ["false"]
                values: list[object] = [item.customer]
                for one in item.selectors:
                    for column in {**places, "account": ("customer",)}[str(one.kind)]:
                        parts.append(f"{column} = ?")
                        values.append(one.value)
                late = "(ended_at IS NULL OR ended_at > ?) AND started_at < ?"
                when = '"at" >= ? AND "at" < ?' if spec.dated else late
                sql = f"SELECT record_id FROM clear WHERE customer = ? AND ({' OR '.join(parts)}) AND {when}"  # noqa: S608 - a test's own words
                ids |= {
                    row[0] for row in connection.execute(sql, [*values, item.window.start, item.window.end]).fetchall()
                }
        mask = pa.array([one in ids for one in clear["record_id"].to_pylist()])
        return once(clear.filter(mask))


def once(rows: pa.Table) -> pa.Table:
    """Return rows by record id, each once, with instants as Spark has them."""
    listed = {row["record_id"]: row for row in rows.to_pylist()}
    return pa.Table.from_pylist([listed[name] for name in sorted(listed)], schema=rows.schema)


def scope_of(*items: dict[str, Any]) -> Scope:
    return Scope.from_json(json.loads(json.dumps(list(items))))


def item(customer: str, **changes: Any) -> dict[str, Any]:
    whole = {
        "customer": customer,
        "customer_name": "",
        "selectors": [{"kind": "account", "value": customer}],
        "categories": sorted(TABLE_OF),
        "window": {"from": "2025-12-01T00:00:00Z", "until": "2026-06-01T00:00:00Z"},
    }
    return whole | changes


def random_scope(draw: random.Random) -> Scope:
    """Return a scope of one to four items: whole accounts and single numbers, long windows and short ones."""
    items = []
    for _ in range(draw.randint(1, 4)):
        customer = draw.choice(CUSTOMERS[:5])
        phones = [f"+1202555{number:04d}" for number in draw.sample(range(100, 160), draw.randint(1, 6))]
        selectors = [{"kind": "phone", "value": one} for one in phones]
        selectors += [{"kind": "email", "value": f"person{draw.randrange(40)}@mail.example"}]
        if draw.random() < 0.4:
            selectors = [{"kind": "account", "value": customer}]
        start = QUARTER[0] + DAY * draw.randrange(60)
        window = {
            "from": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{start + DAY * draw.randint(3, 90):%Y-%m-%dT%H:%M:%SZ}",
        }
        categories = sorted({str(one) for one in draw.sample(list(Category), 4)})
        items.append(item(customer, selectors=selectors, window=window, categories=categories))
    return scope_of(*items)
