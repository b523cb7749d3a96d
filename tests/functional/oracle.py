"""What a scope should give, asked of the generator's clear tables in plain SQL; it shares no code with the store."""

from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from safeconduct.cli.demonstration.records import clear_tables

TABLE_OF = {
    "subscriber": "subscribers",
    "payment": "payments",
    "call_detail": "calls",
    "message_detail": "messages",
    "message_content": "message_contents",
}
SPANS = frozenset({"subscriber", "payment"})


def _instant(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


class Oracle:
    """DuckDB over the clear tables of one seed, in memory."""

    def __init__(self, *, seed: int, rows: int) -> None:
        self.tables: dict[str, pa.Table] = clear_tables(seed=seed, rows=rows)
        self._store = duckdb.connect()
        self._store.execute("SET TimeZone = 'UTC'")
        for name, table in self.tables.items():
            self._store.register(name, table)

    def rows(self, *, category: str, number: str, start: str, until: str) -> list[dict[str, Any]]:
        """Return every row about ``number`` in ``[start, until)``, of whichever customer, sorted by record id."""
        table = TABLE_OF[category]
        if category in SPANS:
            where = "number = $n and started_at < $until and (ended_at is null or ended_at > $start)"
        else:
            where = '(own_number = $n or other_number = $n) and "at" >= $start and "at" < $until'
        values = {"n": number, "start": datetime.fromisoformat(start), "until": datetime.fromisoformat(until)}
        question = f"select * from {table} where {where} order by record_id"  # noqa: S608 - our own names, no input
        found = self._store.sql(question, params=values).to_arrow_table()
        return [{name: _instant(value) for name, value in row.items()} for row in found.to_pylist()]
