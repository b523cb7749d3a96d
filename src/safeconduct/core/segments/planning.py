"""The order of rows in a segment, and where they are cut into pages of one customer."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.segments.codec import OPEN_END
from safeconduct.core.segments.pages import PAGE_ROWS
from safeconduct.core.segments.prepared import Prepared


@dataclass(frozen=True, kw_only=True)
class Plan:
    """In which order rows stand, and where they are cut: page ``p`` has rows ``cuts[p]`` until ``cuts[p + 1]``.

    ``pages`` says how many each customer has.
    """

    order: np.ndarray
    customers: list[str]
    pages: np.ndarray
    cuts: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """Return how many rows each page has."""
        return np.diff(self.cuts)

    def page_of_row(self, first: int) -> np.ndarray:
        """Return the page of each row as they came, pages numbered from ``first`` on."""
        page = np.empty(len(self.order), np.uint64)
        page[self.order] = np.repeat(np.arange(first, first + len(self.counts), dtype=np.uint64), self.counts)
        return page


def planned(ready: Prepared) -> Plan:
    """Return the plan of rows: by customer, own number, then instant."""
    customer, customers = _ranks(ready.spelled["customer"])
    own, numbers = _ranks(ready.spelled[ready.spec.own])
    counts = np.bincount(customer.astype(np.int64), minlength=len(customers))
    starts = np.concatenate(([0], np.cumsum(counts)))
    pages = -(-counts // PAGE_ROWS)
    number = np.arange(int(pages.sum())) - np.repeat(np.cumsum(pages) - pages, pages)
    cuts = np.append(np.repeat(starts[:-1], pages) + PAGE_ROWS * number, starts[-1])
    instant = ready.rows[ready.spec.instant].cast(pa.int64()).to_numpy()
    order = _order(customer * np.uint64(len(numbers)) + own, instant)
    return Plan(order=order, customers=customers, pages=pages, cuts=cuts)


def _ranks(encoded: pa.DictionaryArray) -> tuple[np.ndarray, list[str]]:
    """Return each row's rank among the distinct values, and the values in order."""
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    return rank[encoded.indices.to_numpy()], encoded.dictionary.take(pa.array(order)).to_pylist()


def _order(pair: np.ndarray, instant: np.ndarray) -> np.ndarray:
    """Return the order by pair, then instant, first come first: in one sort where both and the place fit 64 bits."""
    since = (instant - instant.min()).astype(np.uint64)
    bits = [int(values.max()).bit_length() for values in (pair, since)]
    if sum(bits) > 64:  # noqa: PLR2004 - the bits of a word
        return np.asarray(np.lexsort((instant, pair)))
    return np.asarray(np.argsort((pair << np.uint64(bits[1])) | since, kind="stable"))


def spans(ready: Prepared, plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows, first and last millisecond of each page."""
    starts = ready.rows[ready.spec.instant].cast(pa.int64()).to_numpy()[plan.order]
    ends = starts
    if not ready.spec.dated:
        ends = pc.fill_null(ready.rows["ended_at"].cast(pa.int64()), int(OPEN_END)).to_numpy()[plan.order]
    firsts = plan.cuts[:-1]
    return plan.counts, np.minimum.reduceat(starts, firsts), np.maximum.reduceat(ends, firsts)
