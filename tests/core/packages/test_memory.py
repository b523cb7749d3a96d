"""Cutting an answer into parts holds one part and one batch of rows at a time, however long the answer is."""

import tracemalloc
from collections.abc import Callable

import pyarrow as pa
from tests.core.packages.test_views import many

from safeconduct.core.packages.record_files import parts_of

LIMITS = (100_000, 500)
FEW, MORE = 4500, 9000
"""Both longer than a batch, so that only what is kept differs."""


def most(work: Callable[[pa.Table], object], rows: int) -> int:
    """Return the most bytes of Python objects that ``work`` held at once beyond those of the answer."""
    table = many(rows)
    tracemalloc.start()
    try:
        work(table)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def one_after_the_other(table: pa.Table) -> None:
    found = sum(part.records for part in parts_of(table, limits=LIMITS))
    assert found == table.num_rows


def test_twice_the_rows_take_no_more_memory_while_they_are_cut() -> None:
    """With its negative control: parts that are kept grow with the answer, and the measure sees it."""
    few = most(one_after_the_other, FEW)
    assert most(one_after_the_other, MORE) < 1.25 * few
    assert most(lambda table: list(parts_of(table, limits=LIMITS)), MORE) > 1.25 * few
