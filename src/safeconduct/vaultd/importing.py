"""Imports: rows come in as an Arrow stream and are sealed at once; nothing of them is written in clear."""

from typing import Any

import pyarrow as pa

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import BadInputError
from safeconduct.vaultd.customers import Customers
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.records import Records
from safeconduct.vaultd.store import Store
from safeconduct.vaultd.upkeep import Upkeep


class Importing:
    """Takes rows in."""

    def __init__(
        self, *, store: Store, entries: Entries, records: Records, upkeep: Upkeep, customers: Customers
    ) -> None:
        """Keep the record store."""
        self._upkeep = upkeep
        self._customers = customers
        self._store = store
        self._entries = entries
        self._records = records

    def take(self, *, table: str, stream: bytes, proof: JsonValue) -> dict[str, Any]:
        """Seal the rows of an Arrow IPC stream; a retry with the same entry completes the same segments."""
        try:
            rows = pa.ipc.open_stream(pa.py_buffer(stream)).read_all()
        except (pa.ArrowInvalid, OSError, ValueError) as error:
            raise BadInputError("The body is not an Arrow IPC stream.") from error
        entry = self._entries.admit(
            proof,
            op="import",
            act=table,
            kind="records.import",
            subject=None,
            facts={"table": table, "rows": rows.num_rows},
        )
        if (before := self._entries.answered(entry)) is not None:
            return before
        self._customers.require_none_erased(rows)
        made = self._records.write(table=table, rows=rows, prefix=f"i{entry.index}")
        with self._store.writing():
            answer = self._entries.finish(entry, {"table": table, "rows": rows.num_rows, "segments": len(made)})
        self._upkeep.tend(table)
        return answer
