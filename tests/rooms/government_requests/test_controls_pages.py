"""The pages of internal controls and of duty: what their owner and the desk see on each."""

import json
from pathlib import Path

from tests.rooms.government_requests.seeded import Seeded
from tests.rooms.government_requests.test_pages import ask
from tests.rooms.government_requests.world import World

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.views import controls, duty


def test_the_desk_reads_of_a_fake_only_once_it_is_revealed(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    seeded = Seeded(world=world, folder=folder)
    fake = seeded.plan()
    assert b"No fake was revealed yet" in ask(world, world.analyst, controls.controls).content
    assert b"Plan one more" in ask(world, seeded.owner, controls.controls).content
    assert b"2026-03" not in ask(world, world.analyst, controls.controls_csv).content
    matter = seeded.carry_in(fake)
    actions.report_impostor(actor=world.analyst, now=world.now, matter=matter)
    seeded.reveal(fake)
    page = ask(world, world.analyst, controls.controls).content
    assert b"What gave it away" in page
    assert b"Plan one more" not in page
    told = json.loads(ask(world, world.analyst, controls.controls_json).content)
    assert told["half_years"][0]["percent_caught"] == "100"


def test_the_roster_shows_that_nobody_is_there(world: World) -> None:
    page = ask(world, world.analyst, duty.duty_page).content
    assert b"Nobody now" in page
    assert b"Give the duty" in page
    assert len(json.loads(ask(world, world.analyst, duty.duty_json).content)["gaps"]) == 1
    assert ask(world, world.analyst, duty.duty_csv).content.startswith(b"person,starts,ends")
