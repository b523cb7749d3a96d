"""Runs merge, segments come together, the erased are forgotten: answers stay, whatever stops the work."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.core.segments.conftest import make_rows
from tests.vaultd.refusals import code_of
from tests.vaultd.story import CUSTOMER, NUMBER, Story, call_rows

from safeconduct.core.conduct.categories import Category
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.segments import merging
from safeconduct.core.segments.errors import CustomerKeyDestroyedError
from safeconduct.vaultd import upkeep as module
from safeconduct.vaultd.records import Found

NUMBERS = ("+12025550100", "+12025550137")
WINDOW = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
IMPORTS = 5


def fill(story: Story, count: int = IMPORTS) -> pa.Table:
    """Write random calls of one month in several imports; return them."""
    every = [make_rows("calls", 300, seed=place + 1) for place in range(count)]
    for place, rows in enumerate(every):
        story.vault.opened.records.write(table="calls", rows=rows, prefix=f"x{place}")
    return pa.concat_tables(every)


def scope_of(customer: str, numbers: tuple[str, ...]) -> Scope:
    selectors = [{"kind": "phone", "value": number} for number in numbers]
    window = {"from": "2026-01-01T00:00:00Z", "until": "2026-05-01T00:00:00Z"}
    named = {"customer": customer, "customer_name": "Somebody"}
    item = named | {"selectors": selectors, "categories": ["call_detail"], "window": window}
    return Scope.from_json([item])


def find(story: Story, customer: str, numbers: tuple[str, ...] = NUMBERS) -> Found:
    records = story.vault.opened.records
    scope = scope_of(customer, numbers)
    return records.find(scope=scope, category=Category("call_detail"), segments=records.pinned("m"))


def expected(rows: pa.Table, customer: str, numbers: tuple[str, ...] = NUMBERS) -> list[str]:
    return sorted(
        row["record_id"]
        for row in rows.to_pylist()
        if row["customer"] == customer and {row["own_number"], row["other_number"]} & set(numbers)
    )


def right(story: Story, rows: pa.Table, erased: frozenset[str] = frozenset()) -> int:
    """Hold every answer against the rows; return how many rows were compared."""
    compared = 0
    for customer in set(rows["customer"].to_pylist()):
        found = find(story, customer)
        wanted = [] if customer in erased else expected(rows, customer)
        assert found.rows["record_id"].to_pylist() == wanted
        assert found.erased == ((customer,) if customer in erased else ())
        assert not found.unreadable
        compared += len(wanted)
    holders = {row["customer"] for row in rows.to_pylist() if NUMBERS[0] in (row["own_number"], row["other_number"])}
    selectors = [{"kind": "phone", "value": NUMBERS[0]}]
    records = story.vault.opened.records
    held = records.customers_holding(selectors, [one for one in records.pinned("m") if one.table == "calls"])
    assert held - {CUSTOMER} == holders - erased
    return compared


def folders(story: Story) -> list[str]:
    return sorted(path.name for path in (story.configuration.vault_store / "segments" / "calls").iterdir())


def test_merged_runs_answer_the_same(ready: Story) -> None:
    rows = fill(ready)
    assert right(ready, rows) > 50
    upkeep = ready.vault.opened.upkeep
    assert upkeep.merge("calls", least=3) >= 3
    assert any(name.startswith("run-") for name in folders(ready))
    assert right(ready, rows) > 50
    fill_more = make_rows("calls", 300, seed=99)
    ready.vault.opened.records.write(table="calls", rows=fill_more, prefix="late")
    assert right(ready, pa.concat_tables([rows, fill_more])) > 50
    assert upkeep.merge("calls", least=1) >= 2
    assert sum(name.startswith("run-") for name in folders(ready)) == 1
    assert right(ready, pa.concat_tables([rows, fill_more])) > 50


def test_a_damaged_run_costs_no_row(ready: Story) -> None:
    rows = fill(ready)
    ready.vault.opened.upkeep.merge("calls", least=1)
    (run,) = (ready.configuration.vault_store / "segments" / "calls").glob("run-*/index")
    data = bytearray(run.read_bytes())
    data[len(data) // 2] ^= 1
    run.write_bytes(data)
    for customer in set(rows["customer"].to_pylist()):
        assert find(ready, customer).rows["record_id"].to_pylist() == expected(rows, customer)


def test_months_come_together_and_answer_the_same(ready: Story) -> None:
    rows = fill(ready)
    before = len(folders(ready))
    assert ready.vault.opened.upkeep.compact("calls", least=3) == IMPORTS + 1  # March has a segment of its own, too.
    assert len(folders(ready)) == before - IMPORTS
    assert right(ready, rows) > 50


def test_the_erased_stay_erased_and_their_tokens_and_pages_go(ready: Story) -> None:
    rows = fill(ready)
    upkeep, gone = ready.vault.opened.upkeep, rows["customer"][0].as_py()
    size = sum(path.stat().st_size for path in (ready.configuration.vault_store / "segments").rglob("pages"))
    ready.erase(gone)
    assert right(ready, rows, frozenset({gone})) > 10
    upkeep.forget("calls")
    assert right(ready, rows, frozenset({gone})) > 10
    assert sum(path.stat().st_size for path in (ready.configuration.vault_store / "segments").rglob("pages")) < size
    again = ready.vault.opened.upkeep
    for path in (ready.configuration.vault_store / "segments" / "calls").glob("*/directory"):
        assert again._reader("calls", path.parent.name).directory.find(gone) is None
    assert again.compact("calls", least=1) == 0
    with pytest.raises(CustomerKeyDestroyedError):
        module.RecordKeys(ring=ready.vault.opened.ring, segment="c", writes=True, makes=False).customer_key(gone)


def test_a_lease_that_is_open_keeps_what_it_pinned(ready: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = ready.approved()
    records, upkeep = ready.vault.opened.records, ready.vault.opened.upkeep
    fill(ready)
    with monkeypatch.context() as cut:
        cut.setattr(type(records), "find", _cut_off)
        with pytest.raises(RuntimeError):
            ready.collect(digest)
    before = folders(ready)
    assert upkeep.compact("calls", least=2) == 0
    assert folders(ready) == before
    assert ready.collect(digest)["counts"]["call_detail"] == 2
    assert upkeep.compact("calls", least=2) > 0


def _cut_off(*_: Any, **__: Any) -> None:
    raise RuntimeError


def test_a_preserved_copy_is_not_touched_and_outlives_the_key(ready: Story) -> None:
    ready.vault.opened.records.write(table="calls", rows=call_rows(prefix="kept"), prefix="p0", matter="m" * 32)
    kept = {
        path: path.read_bytes() for path in (ready.configuration.vault_store / "preserved").rglob("*") if path.is_file()
    }
    assert kept
    fill(ready)
    ready.erase(CUSTOMER)
    ready.vault.opened.upkeep.forget("calls")
    assert {path: path.read_bytes() for path in kept} == kept
    records = ready.vault.opened.records
    scope, category = scope_of(CUSTOMER, (NUMBER,)), Category("call_detail")
    found = records.find(scope=scope, category=category, segments=records.pinned("m" * 32))
    assert found.rows.num_rows == 3
    assert records.find(scope=scope, category=category, segments=records.pinned("n" * 32)).rows.num_rows == 0


BROKEN: dict[str, Callable[[Any], None]] = {
    "merge": lambda upkeep: upkeep.merge("calls", least=1),
    "compact": lambda upkeep: upkeep.compact("calls", least=2),
}


@pytest.mark.parametrize("work", sorted(BROKEN))
@pytest.mark.parametrize("place", ["before the swap", "in the swap", "after the swap"])
def test_broken_off_work_leaves_the_old_or_the_new_and_no_rests(
    ready: Story, monkeypatch: pytest.MonkeyPatch, work: str, place: str
) -> None:
    rows, upkeep = fill(ready), ready.vault.opened.upkeep
    before = folders(ready)
    with monkeypatch.context() as cut:
        if place == "before the swap":
            cut.setattr(merging, "finish_folder" if work == "merge" else "write_parts", _cut_off)
        elif place == "in the swap":
            cut.setattr(type(upkeep), "_in_force", _cut_off)
        else:
            cut.setattr(module, "remove_tree", _cut_off)
            cut.setattr(Path, "unlink", _cut_off)
        with pytest.raises(RuntimeError):
            BROKEN[work](upkeep)
    assert right(ready, rows) > 50
    upkeep.tidy()
    assert right(ready, rows) > 50
    swapped = place == "after the swap"
    assert (folders(ready) != before) == swapped
    assert ready.vault.store.all("SELECT * FROM superseded") == []
    BROKEN[work](upkeep)
    assert right(ready, rows) > 50


def test_no_damaged_segment_is_written_anew(ready: Story) -> None:
    rows = fill(ready)
    path = next((ready.configuration.vault_store / "segments" / "calls").glob("x1-*")) / "pages"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    assert code_of(lambda: ready.vault.opened.upkeep.compact("calls", least=2)) == "SC-SEGMENT-DAMAGED"
    ready.vault.opened.upkeep.tend("calls")
    data[-5] ^= 1
    path.write_bytes(data)
    assert right(ready, rows) > 50
