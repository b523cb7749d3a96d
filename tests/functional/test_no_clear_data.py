"""Ten thousand markers, and every byte of the instance: none of them stands there in clear."""

from pathlib import Path

import pytest
from tests.functional.conftest import ROWS, SEED, Demo
from tests.functional.marker_scan import scan

from safeconduct.cli.demonstration.markers import Markers, markers


@pytest.fixture(scope="module")
def planted() -> Markers:
    return markers(seed=SEED, rows=ROWS)


def test_no_marker_stands_in_clear_in_any_file_of_the_instance(demo: Demo, planted: Markers) -> None:
    found = scan(demo.root, planted.all())
    assert found.hits == {}
    assert found.files > 300
    assert found.searched_bytes > 10_000_000


def test_the_instance_does_hold_the_marked_records(demo: Demo, planted: Markers) -> None:
    """Control: opened with the visitor's keys, what left holds markers of every kind."""
    records = next((demo.visitor / "opened" / "freight_warrant").rglob("subscriber.jsonl")).parent
    found = scan(records, planted.all())
    hits = {marker for markers_found in found.hits.values() for marker in markers_found}
    for kind in (planted.names, planted.numbers, planted.emails, planted.texts):
        assert hits & set(kind)


def test_a_marker_left_in_the_instance_would_be_found(demo: Demo, planted: Markers) -> None:
    """Control: one marker of each kind, written where a careless program would write it."""
    careless = demo.root / "state" / "careless.tmp"
    one_of_each = [planted.names[40], planted.numbers[40], planted.emails[40], planted.texts[40]]
    careless.write_text("\n".join(one_of_each))
    try:
        found = scan(demo.root, planted.all())
    finally:
        careless.unlink()
    assert {path.name for path in found.hits} == {"careless.tmp"}
    assert set(one_of_each) <= set(found.hits[careless])


def test_the_summary_on_the_screen_names_nobody(demo: Demo, planted: Markers, tmp_path: Path) -> None:
    (tmp_path / "screen.txt").write_text(demo.summary)
    assert "records" in demo.summary
    assert scan(tmp_path, planted.all()).hits == {}
