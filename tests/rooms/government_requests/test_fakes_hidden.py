"""Before it is revealed, nothing that lies in the database or the ledger tells a fake from a real paper, by bytes."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from tests.rooms.government_requests.seeded import Seeded
from tests.rooms.government_requests.world import World
from tests.small_pdf import small_pdf

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.rooms.government_requests.actions import fakes
from safeconduct.rooms.government_requests.models import SeededFake
from safeconduct.rooms.government_requests.rules.fakes import Door, bounds
from safeconduct.rooms.government_requests.tasks import due

ROOMS = ("government_requests", "ledger", "senders", "people")
TELLING = re.compile(r"[0-9A-Za-z+./:_-]{6,}")


def _rows() -> dict[tuple[str, str], str]:
    """Return every row of every table of the rooms, as text."""
    found = {}
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for row in model._default_manager.all():
                told = {one.attname: getattr(row, one.attname) for one in row._meta.fields}
                found[model.__name__, str(row.pk)] = str(told)
    return found


def _tokens(texts: list[str]) -> set[str]:
    return {word for text in texts for word in TELLING.findall(text)}


def _told(seeded: Seeded) -> set[str]:
    """Return what the rows about the plans share with the rows that came with the papers, and nothing else has."""
    before = _rows()
    plans = set(SeededFake.objects.values_list("pk", flat=True))
    about = [text for key, text in before.items() if any(one in text for one in plans) or key[1] in plans]
    seeded.world.now = bounds("2026-03").end - timedelta(seconds=1)
    due(now=seeded.world.now)
    came = {key: text for key, text in _rows().items() if key not in before}
    assert {"IncomingMail", "MailPart"} <= {name for name, _ in came}
    common = _tokens([text for text in before.values() if text not in about])
    return _tokens(about) & _tokens(list(came.values())) - common


@pytest.fixture
def seeded(world: World, tmp_path: Path) -> Seeded:
    folder = tmp_path / "drop"
    folder.mkdir()
    found = Seeded(world=world, folder=folder)
    world.receive()
    found.hand_in(small_pdf("a real one"))
    for _ in range(3):
        found.plan(Door.MAIL)
    return found


def test_a_planned_fake_shares_nothing_with_what_came_in(seeded: Seeded) -> None:
    # The names of columns and of kinds are common to both; values are not.
    names = {field.name for model in apps.get_models() for field in model._meta.get_fields()}
    assert {one for one in _told(seeded) - names if any(letter.isdigit() for letter in one)} == set()


def test_the_rows_of_a_fake_look_like_those_of_any_mail(seeded: Seeded) -> None:
    seeded.world.now = bounds("2026-03").end - timedelta(seconds=1)
    due(now=seeded.world.now)
    rows = _rows()
    for key, text in rows.items():
        if key[0] not in ("SeededFake", "Opening"):
            assert not re.search(r"\bfake", text.casefold()), key


def test_control_a_commitment_without_a_salt_is_found(world: World, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(fakes, "_commitment", lambda *, made, **_which: sha256_hex(made.paper))
    folder = tmp_path / "drop"
    folder.mkdir()
    leaking = Seeded(world=world, folder=folder)
    leaking.plan(Door.MAIL)
    leaking.plan(Door.MAIL)
    told = _told(leaking)
    assert set(SeededFake.objects.values_list("commitment", flat=True)) <= told
