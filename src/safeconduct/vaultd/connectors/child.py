"""The connector's child: it has the words of one question and one store's password, and no key of the vault.

It reads its question from standard input, asks, turns rows into records of ours and writes them to standard output. It
drops one thing: rows that only the margin of a local or written time brought in. Everything else it passes on, also
what it was never asked for, so that the vault process sees it and refuses. It can write no file.
"""

import io
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.periods import Window
from safeconduct.core.base.source_places import SourceKind
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import ScopeItem, Selector
from safeconduct.core.mappings.errors import RowFaultError
from safeconduct.core.mappings.instants import FIRST, LAST, TICK
from safeconduct.core.mappings.mapping import CUSTOMER, RECORD_ID, TableMapping
from safeconduct.core.mappings.reading import read_mapping
from safeconduct.core.mappings.rows import record_of
from safeconduct.vaultd.connectors import files, mysql, object_files, postgresql
from safeconduct.vaultd.connectors.errors import REFUSALS, SourceCeilingError, SourceRowError, SourceShapeError
from safeconduct.vaultd.connectors.frames import ASKED, DONE, HEAD, HOLDERS, REFUSED, ROWS
from safeconduct.vaultd.connectors.statements import Statements

BATCH = 2_000
Write = Callable[[bytes, bytes], None]
Store = postgresql.PostgreSQL | mysql.MySQL | files.Files


def main() -> int:
    """Answer one question; the exit status says nothing, the last frame does."""
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))
    asked = json.loads(sys.stdin.buffer.read())
    out = sys.stdout.buffer

    def write(word: bytes, data: bytes) -> None:
        out.write(HEAD.pack(word, len(data)) + data)
        out.flush()

    try:
        write(DONE, _json(answer(asked, write)))
    except SafeconductError as error:
        told = error.code if error.code in REFUSALS else SourceShapeError.code
        write(REFUSED, _json({"code": told, "detail": error.detail}))
    except Exception as error:  # noqa: BLE001 - a library's own words may quote a value, so they end here
        write(REFUSED, _json({"code": SourceShapeError.code, "detail": f"{type(error).__name__}."}))
    return 0


def answer(asked: dict[str, Any], write: Write) -> dict[str, Any]:
    """Ask the store and write what it answers; return the counts, also of each item."""
    mapping, counts = read_mapping(asked["mapping"].encode()), {"rows": 0, "margin": 0}
    if asked["op"] in ("check", "holding"):
        for record in asked["record"].split(","):
            with _store(asked["source"], mapping.tables[record]) as (store, statements):
                if asked["op"] == "holding":
                    _holding(store, statements, mapping.tables[record], asked["selectors"], write)
        return dict(counts)
    table = mapping.tables[asked["record"]]
    with _store(asked["source"], table) as (store, statements):
        by_item = []
        for place, value in enumerate(asked["items"]):
            before = counts["rows"]
            _item(store, statements, table, (place, ScopeItem.from_json(value)), asked, counts, write)
            by_item.append(counts["rows"] - before)
        return {**counts, "by_item": by_item}


@contextmanager
def _store(source: dict[str, Any], table: TableMapping) -> Iterator[tuple[Store, Statements]]:
    if source.get("bucket"):
        places = {key: source[key] for key in ("bucket", "endpoint", "password", "ca", "seconds")}
        with object_files.opened(**places, mapping=table) as bucket:
            yield bucket, Statements(table, dialect=bucket.dialect, source=bucket.source)
        return
    if source["kind"] == SourceKind.FILES:
        with files.opened(Path(source["folder"]), table) as folder:
            yield folder, Statements(table, dialect=folder.dialect, source=folder.source)
        return
    parts = {key: source[key] for key in ("url", "password", "ca", "seconds")}
    opened: Any = mysql.session if source["kind"] == SourceKind.MYSQL else postgresql.session
    with opened(**parts) as session:
        session.require_shape(table)
        yield session, Statements(table, dialect=session.dialect)


def _item(
    store: Store,
    statements: Statements,
    table: TableMapping,
    numbered: tuple[int, ScopeItem],
    asked: dict[str, Any],
    counts: dict[str, int],
    write: Write,
) -> None:
    place, item = numbered
    question = statements.question(item)
    if question is None:
        return
    foreseen = store.count(question.count)
    told = {"item": place, "statement": statements.shown(question.rows), "foreseen": foreseen}
    write(ASKED, _json(told))
    wide = _widened(item, table)
    # Without a margin the count is exact, and too many rows are refused before one is read.
    if wide is None and counts["rows"] + foreseen > asked["ceiling"]:
        raise SourceCeilingError(f"{foreseen} match, {asked['ceiling']} may leave.")
    known = set(asked["known"][place]) if asked.get("known") else set[str]()
    gathered: list[dict[str, Any]] = []
    for row in store.rows(question.rows):
        record = _record(table, row)
        if _only_margin(item, wide, table, record):
            counts["margin"] += 1
            continue
        if record[RECORD_ID] in known:
            continue
        counts["rows"] += 1
        if counts["rows"] > asked["ceiling"]:
            raise SourceCeilingError(f"More than {asked['ceiling']} match.")
        gathered.append(record)
        if len(gathered) == BATCH:
            _send(gathered, table, write, asked["op"])
    _send(gathered, table, write, asked["op"])


def _holding(
    store: Store, statements: Statements, table: TableMapping, listed: list[dict[str, str]], write: Write
) -> None:
    statement = statements.holding([Selector.from_json(one) for one in listed])
    owner, found = table.columns[CUSTOMER], []
    if statement is not None and not owner.source:
        found = [str(owner.constant)] if store.count(statement) else []
    elif statement is not None:
        only = replace(table, columns={CUSTOMER: owner})
        found = [str(_record(only, row)[CUSTOMER]) for row in store.rows(statement)]
    write(HOLDERS, _json(sorted(set(found))))


def _record(table: TableMapping, row: tuple[Any, ...]) -> dict[str, Any]:
    try:
        return record_of(table, dict(zip(table.sources, row, strict=True)))
    except RowFaultError as error:
        raise SourceRowError(f"{table.record}: {error}.") from error


def _widened(item: ScopeItem, table: TableMapping) -> ScopeItem | None:
    margins = [one.instants.margin for one in table.columns.values() if one.instants is not None]
    by = max(margins)
    if not by and "at" in table.columns:
        return None
    by += TICK
    start = item.window.start - by if item.window.start > FIRST + by else FIRST
    end = item.window.end + by if item.window.end < LAST - by else LAST
    return replace(item, window=Window(start, end))


def _only_margin(item: ScopeItem, wide: ScopeItem | None, table: TableMapping, record: dict[str, Any]) -> bool:
    category = CATEGORY_OF[table.record]
    return (
        wide is not None and wide.holds(category=category, row=record) and not item.holds(category=category, row=record)
    )


def _send(gathered: list[dict[str, Any]], table: TableMapping, write: Write, op: str) -> None:
    if gathered and op == "rows":
        stream = io.BytesIO()
        rows = pa.Table.from_pylist(gathered, schema=table.spec.schema)
        with pa.ipc.new_stream(stream, rows.schema) as writer:
            writer.write_table(rows)
        write(ROWS, stream.getvalue())
    gathered.clear()


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


if __name__ == "__main__":
    os._exit(main())
