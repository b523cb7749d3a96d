"""Agencies, officers, three colleagues, and a vault process at the wire that keeps names and what it is told."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import clear_url_caches
from tests.rooms.senders.ground import Ground

from safeconduct.rooms.vault import wire
from safeconduct.site import clock


@pytest.fixture
def ground(story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Ground:
    assert story_database.exists()
    made = Ground(settings=settings)
    monkeypatch.setattr(wire, "call", made.call)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    clear_url_caches()
    made.settle()
    return made
