"""A silence that stood in a matter's columns before prohibitions were rows becomes one row, and the books agree."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from tests.own_database import sqlite_settings

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
BEFORE, AFTER = ("government_requests", "0004_clocks"), ("government_requests", "0005_prohibitions")
PLAIN = {
    "issuer": "court",
    "country": "US",
    "governmental": True,
    "served_entity": "e",
    "served_country": "US",
    "organisation": "a",
    "channel": "desk",
    "zone": "UTC",
    "received_at": NOW,
    "received_by": "p",
    "answer_due_at": NOW,
    "answer_due_rule": "PAPER-DAY",
    "answer_due_citation": "the paper",
    "case_file": "c",
}


def test_each_silence_becomes_one_prohibition(tmp_path: Path, django_db_blocker: Any) -> None:
    before = connections["default"]
    with django_db_blocker.unblock():
        wrapper = DatabaseWrapper({**before.settings_dict, **sqlite_settings(tmp_path)}, "default")
        connections["default"] = wrapper
        try:
            MigrationExecutor(wrapper).migrate([BEFORE])
            old = MigrationExecutor(wrapper).loader.project_state([BEFORE]).apps
            matter = old.get_model("government_requests", "Matter")
            silences: list[tuple[str, str, dict[str, Any]]] = [
                ("1", "search_warrant", {"silenced": True, "silence_until": NOW + timedelta(days=9)}),
                ("2", "national_security_letter", {"silenced": True}),
                ("3", "search_warrant", {"silence_until": NOW}),
                ("4", "search_warrant", {}),
            ]
            for name, process, silence in silences:
                matter.objects.create(id=name, reference=f"R{name}", process=process, **PLAIN, **silence)
            MigrationExecutor(wrapper).migrate([AFTER])
            new = MigrationExecutor(wrapper).loader.project_state([AFTER]).apps
            rows = new.get_model("government_requests", "Prohibition").objects.order_by("pk")
            assert [(one.pk, one.state, one.source, one.term) for one in rows] == [
                ("1", "in_force", "court_order", "fixed"),
                ("2", "in_force", "statute", "indefinite"),
                ("3", "ended", "court_order", "fixed"),
            ]
        finally:
            wrapper.close()
            connections["default"] = before


def test_control_a_row_cannot_begin_as_ended(world: Any) -> None:
    from django.db import DatabaseError, transaction  # noqa: PLC0415 - beside its one use

    from safeconduct.rooms.government_requests.models import Matter, Prohibition  # noqa: PLC0415 - the same

    row = Matter.objects.get(pk=world.receive())
    with pytest.raises(DatabaseError), transaction.atomic():
        Prohibition.objects.create(
            id="9", matter=row, state="ended", source="court_order", jurisdiction="US", term="fixed",
            until=NOW, entered_by="p", entered_at=NOW, ended_at=NOW,
        )  # fmt: skip
