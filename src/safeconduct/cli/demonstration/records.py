"""A million calls, messages, texts, subscribers and payments of fifty customers, from a seed, in a few seconds.

Clear records exist only in memory: the story hands them to the vault process, tests compare answers with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa

from safeconduct.cli.demonstration import standing
from safeconduct.cli.demonstration.blocks import Block, Whole, message_bodies, weighted
from safeconduct.cli.demonstration.company import customers
from safeconduct.cli.demonstration.names import fiction_number
from safeconduct.cli.demonstration.targets import TARGETS, Target

MONTHS = 6
YEAR = 2026
PEERS_FROM, PEERS_UNTIL = 4_000, 19_900
_CALL_SHARE, _MESSAGE_SHARE, _TEXT_TENTHS = 20, 42, 9
_OUTBOUND_PERCENT = 78
_MEAN_DURATION_S, _LONGEST_S = 140, 7200
_CALL_STATUS = pa.array(["completed", "no_answer", "busy", "failed"])
_MESSAGE_STATUS = pa.array(["delivered", "sent", "undelivered", "failed"])
_KINDS = pa.array(["sms", "mms", "rcs"])
_DIRECTIONS = pa.array(["outbound", "inbound"])
_AT = pa.timestamp("ms", tz="UTC")


@lru_cache(maxsize=1)
def _all_numbers() -> pa.Array:
    return pa.array([fiction_number(index) for index in range(PEERS_UNTIL)])


def _durations() -> Whole:
    """Return 1,024 call lengths in seconds, the quantiles of an exponential law around the mean."""
    quantiles = (np.arange(1024) + 0.5) / 1024
    lengths: Whole = np.minimum(-np.log1p(-quantiles) * _MEAN_DURATION_S, _LONGEST_S).round().astype(np.int64)
    return lengths


def _month_ms(month: int) -> tuple[int, int]:
    start = datetime(YEAR, month, 1, tzinfo=UTC)
    end = datetime(YEAR, month + 1, 1, tzinfo=UTC)
    return int(start.timestamp()) * 1000, int(end.timestamp()) * 1000


@dataclass(frozen=True)
class Events:
    """Who, when and with whom, of one month and one table, sorted by time."""

    customer: Whole
    own: Whole
    other: Whole
    at: Whole

    @cached_property
    def order(self) -> Whole:
        """Return the positions in order of time."""
        return np.argsort(self.at, kind="stable")

    def columns(self, block: Block, customer_ids: pa.Array) -> dict[str, pa.Array]:
        """Return the columns that calls, messages and texts share."""
        numbers = _all_numbers()
        return {
            "record_id": block.record_ids(len(self.at)),
            "customer": customer_ids.take(pa.array(self.customer[self.order])),
            "at": pa.array(self.at[self.order]).cast(_AT),
            "own_number": numbers.take(pa.array(self.own[self.order])),
            "other_number": numbers.take(pa.array(self.other[self.order])),
        }


def _background(block: Block, count: int, month: int) -> Events:
    counts, bases = standing.number_counts(), standing.number_bases()
    customer = weighted(block.raw(count), counts * counts + 4_000)
    own = bases[customer] + (block.raw(count) % counts[customer].astype(np.uint64)).astype(np.int64)
    audience = (counts[customer] * 5).astype(np.uint64)
    near = (customer * 311 + (block.raw(count) % audience).astype(np.int64)) % (PEERS_UNTIL - PEERS_FROM)
    far = block.below(PEERS_UNTIL - PEERS_FROM, count)
    other = PEERS_FROM + np.where(block.below(5, count) == 0, far, near)
    start, end = _month_ms(month)
    return Events(customer, own, other, start + block.below(end - start, count))


def _planted(targets: list[tuple[Target, datetime, int]]) -> Events:
    bases = standing.number_bases()
    return Events(
        np.array([target.customer for target, _, _ in targets], dtype=np.int64),
        np.array([bases[target.customer] + target.place for target, _, _ in targets], dtype=np.int64),
        np.array([PEERS_FROM + 97 * target.customer + index % 5 for target, _, index in targets], dtype=np.int64),
        np.array([int(at.timestamp() * 1000) for _, at, _ in targets], dtype=np.int64),
    )


def _plan(month: int, kind: str) -> list[tuple[Target, datetime, int]]:
    plan = []
    for target in TARGETS.values():
        count, shift = (target.calls, 0) if kind == "calls" else (target.messages, 1800)
        plan += [(target, at, index) for index, at in enumerate(target.instants(count, shift=shift))]
    return [entry for entry in plan if entry[1].month == month]


def _together(first: Events, second: Events) -> Events:
    return Events(
        np.concatenate((first.customer, second.customer)),
        np.concatenate((first.own, second.own)),
        np.concatenate((first.other, second.other)),
        np.concatenate((first.at, second.at)),
    )


def _calls(seed: int, count: int, month: int) -> pa.Table:
    block = Block(seed=seed, number=month << 8 | 1)
    plan = _plan(month, "calls")
    events = _together(_background(block, count - len(plan), month), _planted(plan))
    columns = events.columns(block, _customer_ids(seed))
    status = weighted(block.raw(count), np.array([82, 11, 5, 2]))
    duration = np.where(status == 0, _durations()[block.below(1024, count)], 0)
    columns["direction"] = _DIRECTIONS.take(pa.array((block.below(100, count) >= _OUTBOUND_PERCENT).astype(np.int64)))
    columns["duration_s"] = pa.array(duration.astype(np.int32))
    columns["status"] = _CALL_STATUS.take(pa.array(status))
    return pa.table(columns)


def _customer_ids(seed: int) -> pa.Array:
    return pa.array([customer.id for customer in customers(seed)])


def _messages(seed: int, count: int, month: int) -> tuple[pa.Table, pa.Table]:
    block = Block(seed=seed, number=month << 8 | 2)
    plan = _plan(month, "messages")
    events = _together(_background(block, count - len(plan), month), _planted(plan))
    columns = events.columns(block, _customer_ids(seed))
    planted = np.arange(count)[events.order] >= count - len(plan)
    place_in_plan = np.arange(count)[events.order] - (count - len(plan))
    texts = count * _TEXT_TENTHS // 10
    lot = block.raw(count) >> np.uint64(1)
    lot[planted] = 0
    with_text = np.sort(np.argpartition(lot, texts)[:texts])
    kind = np.where(block.below(10, count) == 0, 2, 0)
    kind[np.setdiff1d(np.arange(count), with_text, assume_unique=True)] = 1
    columns["direction"] = _DIRECTIONS.take(pa.array((block.below(100, count) >= _OUTBOUND_PERCENT).astype(np.int64)))
    columns["kind"] = _KINDS.take(pa.array(kind))
    columns["status"] = _MESSAGE_STATUS.take(pa.array(weighted(block.raw(count), np.array([90, 6, 3, 1]))))
    table = pa.table(columns)
    text_block = Block(seed=seed, number=month << 8 | 3)
    bodies = message_bodies(text_block, texts).to_numpy(zero_copy_only=False)
    for position in np.flatnonzero(planted[with_text]).tolist():
        target, _, index = plan[int(place_in_plan[with_text[position]])]
        bodies[position] = f"{target.lines[index % len(target.lines)]} Ref {bodies[position][-8:]}"
    contents = table.select(["customer", "at", "own_number", "other_number"]).take(pa.array(with_text))
    contents = contents.add_column(0, "record_id", text_block.record_ids(texts))
    return table, contents.append_column("body", pa.array(bodies, pa.string()))


def generate(*, seed: int, rows: int) -> Iterator[tuple[str, pa.Table]]:
    """Yield (table name, rows) with exactly ``rows`` rows in all; no part of a table crosses a UTC month.

    Every table is sorted by its time. ``rows`` below 20,000 is refused, since the planted rows would not fit.
    """
    if rows < 20_000:  # noqa: PLR2004 - the planted rows and the subscribers need about half of it
        raise ValueError("The demonstration needs at least 20,000 rows.")
    fixed = list(standing.tables(seed))
    yield from fixed
    left = rows - sum(table.num_rows for _, table in fixed)
    messages = left * _MESSAGE_SHARE // 100 // MONTHS
    texts = messages * _TEXT_TENTHS // 10
    for month in range(1, MONTHS + 1):
        calls = left // MONTHS - messages - texts
        if month == MONTHS:
            calls += left - left // MONTHS * MONTHS
        yield "calls", _calls(seed, calls, month)
        table, contents = _messages(seed, messages, month)
        yield "messages", table
        yield "message_contents", contents


def clear_tables(*, seed: int, rows: int) -> dict[str, pa.Table]:
    """Return every table whole, in memory: what tests compare a package with."""
    parts: dict[str, list[pa.Table]] = {}
    for name, table in generate(seed=seed, rows=rows):
        parts.setdefault(name, []).append(table)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}
