"""The reading's page at the desk: closed without a grant, what was confirmed beside what stands, taken over once."""

import json
from datetime import date
from typing import Any

import pytest
from tests.rooms.government_requests.actions.test_reading import SEALED, confirmed, stands
from tests.rooms.government_requests.test_pages import ask
from tests.rooms.government_requests.world import GRANT, World

from safeconduct.rooms.government_requests.queries.reading import UnknownConfirmationError
from safeconduct.rooms.government_requests.views import reading

URLCONF = "tests.rooms.government_requests.test_pages"


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = URLCONF


def show(world: World, name: str, session: dict[str, str], **query: str) -> Any:
    return ask(world, world.analyst, reading.reading, matter=name, session=session, query=query)


def read_in(world: World, name: str) -> None:
    """Lay a reading where the vault process keeps it."""
    document = world.row(name).documents.get(role="process").object
    told = {"kind": "reading", "pages": 1, "words": [[1, 1, 0, 0, 9, 9, "Readable"]]}
    world.vault.objects[f"{document}-reading"] = json.dumps(told).encode()
    world.vault.kinds[f"{document}-reading"] = "reading"


def test_without_a_grant_it_shows_no_word_and_opens_with_one(world: World) -> None:
    name = world.reviewed()
    read_in(world, name)
    closed = show(world, name, {})
    assert (b"Open the case papers" in closed.content, b"Readable" in closed.content) == (True, False)
    back = show(world, name, {}, grant=GRANT)
    assert (back.status_code, back.headers["Location"]) == (302, f"/matters/{name}/reading")
    opened = show(world, name, dict(back.session.items())).content
    assert b"Readable" in opened
    assert b"Read by a machine, not confirmed." in opened


def test_a_confirmation_waits_for_the_grant_and_is_taken_over_once(world: World) -> None:
    name = world.reviewed()
    confirmed(world, name)
    waiting = dict(show(world, name, {}, confirmation=SEALED).session.items())
    page = show(world, name, waiting | {f"grant:{name}": GRANT})
    assert page.content.count(b"enters the case file") == 2
    assert stands(world, name).dated != date(2026, 3, 3)
    sent = {"confirmation": SEALED}
    session = waiting | {f"grant:{name}": GRANT}
    done = ask(world, world.analyst, reading.take_over, matter=name, post=sent, session=session)
    assert (done.status_code, stands(world, name).dated) == (302, date(2026, 3, 3))
    assert f"confirmation:{name}" not in done.session  # type: ignore[attr-defined] # set by ask
    again = show(world, name, {f"grant:{name}": GRANT}, confirmation=SEALED).content
    assert b"Nothing of it changes the case file." in again


def test_a_confirmation_that_is_none_is_forgotten(world: World) -> None:
    name = world.reviewed()
    with pytest.raises(UnknownConfirmationError):
        show(world, name, {f"grant:{name}": GRANT}, confirmation="9" * 32)
    assert show(world, name, {f"grant:{name}": GRANT}).status_code == 200
