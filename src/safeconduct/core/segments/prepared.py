"""Rows made ready to be checked and sealed: what is asked of a column several times is worked out once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.spellings import number_values, packed_ids
from safeconduct.core.segments.tables import LONGEST, NUMBER_PATTERN, WIDE, TableSpec, fitting, table_spec

THREADS = 2


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Rows with the table's schema.

    Attributes:
        spec: the table.
        rows: the rows as they came.
        spelled: customer and searched columns, each distinct value once.
        values: the value of each distinct telephone number's digits, 0 where it is no E.164 number.
        ids: record ids as rows of 16 bytes; None where one is not 32 hexadecimal digits.
    """

    spec: TableSpec
    rows: pa.Table
    spelled: Mapping[str, pa.DictionaryArray]
    values: Mapping[str, np.ndarray]
    ids: np.ndarray | None

    def number(self, name: str) -> np.ndarray:
        """Return the value of each row's number in one column."""
        return np.asarray(self.values[name][self.spelled[name].indices.to_numpy()])


def prepare(rows: pa.Table, spec: TableSpec) -> Prepared:
    """Return rows, that have the table's schema, made ready."""
    names = list(dict.fromkeys(("customer", spec.own, *spec.phones, *spec.emails)))

    def encoded(name: str) -> tuple[pa.DictionaryArray, np.ndarray]:
        found = rows[name].combine_chunks().dictionary_encode()
        return found, number_values(found.dictionary) if name in spec.phones else np.empty(0, np.int64)

    # Nearly all of it is work without Python's lock.
    with ThreadPoolExecutor(THREADS) as pool:
        ids = pool.submit(packed_ids, rows["record_id"])
        found = dict(zip(names, pool.map(encoded, names), strict=True))
    return Prepared(
        spec=spec,
        rows=rows,
        spelled={name: one for name, (one, _) in found.items()},
        values={name: values for name, (_, values) in found.items()},
        ids=ids.result(),
    )


def checked(rows: pa.Table, table: str) -> Prepared:
    """Return ``rows`` made ready; raises ``SegmentError`` naming the column that is wrong.

    The message names columns, never values: a value is personal data.
    """
    ready = prepare(fitting(rows, table), table_spec(table))
    _check_texts(ready.rows, ready.spec)
    _check_spellings(ready)
    if _repeats(ready):
        raise SegmentError(f"{table}: two rows have the same record_id.")
    return ready


def check_rows(rows: pa.Table, table: str) -> pa.Table:
    """Return ``rows`` with exactly the table's schema; raises ``SegmentError`` naming the column that is wrong."""
    return checked(rows, table).rows


def _check_texts(rows: pa.Table, spec: TableSpec) -> None:
    for name in (column.name for column in spec.schema if column.type == pa.string()):
        if pc.max(pc.binary_length(rows[name])).as_py() > LONGEST[name in WIDE]:
            raise SegmentError(f"{spec.name}: {name} holds a text that is too long.")
    for name in ("record_id", "customer"):
        if pc.min(pc.binary_length(rows[name])).as_py() == 0:
            raise SegmentError(f"{spec.name}: {name} holds an empty text.")


def _check_spellings(ready: Prepared) -> None:
    table = ready.spec.name
    for name in ready.spec.phones:
        other = ready.spelled[name].dictionary.filter(pa.array(ready.values[name] == 0))
        if not pc.all(pc.match_substring_regex(other, NUMBER_PATTERN), min_count=0).as_py():
            raise SegmentError(f"{table}: {name} holds a number that is not E.164, a short code or a sender name.")
    for name in ready.spec.emails:
        unique = ready.spelled[name].dictionary
        if not pc.all(pc.equal(unique, pc.utf8_lower(unique)), min_count=0).as_py():
            raise SegmentError(f"{table}: {name} holds an e-mail address that is not lower case.")


def _repeats(ready: Prepared) -> bool:
    if ready.ids is not None:
        halves = np.sort(np.ascontiguousarray(ready.ids[:, :8]).view("<u8").ravel())
        if not (halves[1:] == halves[:-1]).any():
            return False
    return bool(pc.count_distinct(ready.rows["record_id"]).as_py() != ready.rows.num_rows)
