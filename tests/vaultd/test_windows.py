"""A question opens the segments whose span meets its window, and no other."""

from typing import Any

import pyarrow as pa
import pytest
from tests.core.segments.conftest import CUSTOMERS, make_rows
from tests.vaultd.story import Story
from tests.vaultd.test_upkeep import NUMBERS, expected

from safeconduct.core.conduct.categories import Category
from safeconduct.core.conduct.scope import Scope
from safeconduct.vaultd.records import Records


def days_of(rows: pa.Table) -> pa.Table:
    """Return the rows sorted by time, so that slices of them are segments of a few days."""
    return rows.sort_by("at")


@pytest.mark.parametrize(
    "window", [("2026-03-01", "2026-03-03"), ("2026-03-10", "2026-03-12"), ("2026-04-02", "2026-04-03")]
)
def test_only_segments_of_the_window_are_opened(
    ready: Story, monkeypatch: pytest.MonkeyPatch, window: tuple[str, str]
) -> None:
    records, rows = ready.vault.opened.records, days_of(make_rows("calls", 3000))
    for place in range(6):
        records.write(table="calls", rows=rows.slice(place * 500, 500), prefix=f"x{place}")
    opened: list[str] = []
    reader = Records.reader

    def counted(self: Records, one: Any) -> object:
        opened.append(one.id)
        return reader(self, one)

    monkeypatch.setattr(Records, "reader", counted)
    start, until = (f"{day}T00:00:00Z" for day in window)
    item = {
        "customer": CUSTOMERS[0],
        "customer_name": "Somebody",
        "selectors": [{"kind": "phone", "value": number} for number in NUMBERS],
        "categories": ["call_detail"],
        "window": {"from": start, "until": until},
    }
    found = records.find(scope=Scope.from_json([item]), category=Category("call_detail"), segments=records.pinned("m"))
    inside = rows.filter(
        pa.compute.and_(
            pa.compute.greater_equal(rows["at"], pa.scalar(start[:-1]).cast(pa.timestamp("ms")).cast(rows["at"].type)),
            pa.compute.less(rows["at"], pa.scalar(until[:-1]).cast(pa.timestamp("ms")).cast(rows["at"].type)),
        )
    )
    assert found.rows["record_id"].to_pylist() == expected(inside, CUSTOMERS[0])
    assert len(opened) <= 2
    assert bool(opened) == (inside.num_rows > 0)
