"""UTC months: a segment never crosses one, so an import is split here first."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from safeconduct.core.segments.prepared import Prepared, check_rows, prepare
from safeconduct.core.segments.tables import table_spec

NO_MONTH = ""


def _months_of(column: pa.ChunkedArray) -> np.ndarray:
    instants = column.cast(pa.int64()).to_numpy()
    return np.asarray(instants.astype("datetime64[ms]").astype("datetime64[M]"))


def month_of(rows: pa.Table, table: str) -> str | None:
    """Return the one UTC month of the rows such as ``2026-03``, ``""`` for an undated table, None if they cross one."""
    if not table_spec(table).dated:
        return NO_MONTH
    months = _months_of(rows["at"])
    return str(months[0]) if (months == months[0]).all() else None


def first_millisecond(month: str) -> int:
    """Return the millisecond since 1970 that begins a month; 0 for an undated table's."""
    return int(np.datetime64(month, "ms").astype(np.int64)) if month else 0


def split_months(rows: pa.Table, table: str) -> dict[str, pa.Table]:
    """Return checked rows by UTC month; an undated table comes back whole under ``""``."""
    checked = check_rows(rows, table)
    if not table_spec(table).dated:
        return {NO_MONTH: checked}
    months = _months_of(checked["at"])
    return {str(month): checked.filter(pa.array(months == month)) for month in np.unique(months)}


def split_prepared(ready: Prepared) -> dict[str, Prepared]:
    """Return checked rows by UTC month as ``split_months`` does; rows of one month come back as they are."""
    if not ready.spec.dated:
        return {NO_MONTH: ready}
    months = _months_of(ready.rows["at"])
    found = np.unique(months)
    if len(found) == 1:
        return {str(found[0]): ready}
    return {str(month): prepare(ready.rows.filter(pa.array(months == month)), ready.spec) for month in found}


def milliseconds_up(instant: datetime) -> int:
    """Return the first whole millisecond since 1970 that is not before ``instant`` (timezone-aware)."""
    return -(-_microseconds(instant) // 1000)


def milliseconds_down(instant: datetime) -> int:
    """Return the last whole millisecond since 1970 that is not after ``instant`` (timezone-aware)."""
    return _microseconds(instant) // 1000


def _microseconds(instant: datetime) -> int:
    span = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
