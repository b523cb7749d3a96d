"""The edge clock of a live instance: what the worker writes down, every face and every restart goes by."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clocks.sky import DAY, YEAR, Sky

from safeconduct.core.base.clocks import ClocksDisagreeError, instant
from safeconduct.site import clock, working
from safeconduct.site.models import ClockMemory


@pytest.fixture
def sky(story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Sky:
    assert story_database.exists()
    made = Sky(true=1_780_000_000.0, witnessed=True)
    monkeypatch.setattr(clock, "host", made.host)
    monkeypatch.setattr(clock, "_known", {})
    monkeypatch.setattr(working, "hear_the_witness", lambda: clock.keep(witness=made.true))
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, demonstration=None, witness_socket=Path("witness.sock"))
    return made


def test_a_face_goes_by_what_the_worker_kept(sky: Sky, monkeypatch: pytest.MonkeyPatch) -> None:
    working.keep_time(now=instant(sky.true), read=clock.read)
    assert clock.read().settled
    sky.wall_off = 10 * YEAR
    assert not clock.read().agree
    assert abs(clock.now() - instant(sky.true)) < timedelta(seconds=1)
    assert clock.read().latest > instant(sky.true + 9 * YEAR)
    with pytest.raises(ClocksDisagreeError):
        working.keep_time(now=instant(sky.true), read=clock.read)
    # Another process, which knows only the row, sees the same.
    monkeypatch.setattr(clock, "_known", {})
    assert not clock.read().agree
    sky.wall_off = 0.0
    sky.true += 60
    working.keep_time(now=instant(sky.true), read=clock.read)
    assert clock.read().settled


def test_a_machine_that_starts_with_an_old_date_is_not_believed(sky: Sky) -> None:
    working.keep_time(now=instant(sky.true), read=clock.read)
    sky.true += DAY
    working.keep_time(now=instant(sky.true), read=clock.read)
    sky.wall_off = -DAY
    sky.start_machine()
    assert not clock.keep().agree
    sky.wall_off = 0.0
    assert clock.keep(witness=sky.true).settled


def test_memory_that_cannot_be_read_stops_the_worker_and_not_the_pages(sky: Sky) -> None:
    working.keep_time(now=instant(sky.true), read=clock.read)
    ClockMemory.objects.update(text="{}")
    assert clock.read().agree
    with pytest.raises(Exception, match="cannot be read"):
        clock.keep()
