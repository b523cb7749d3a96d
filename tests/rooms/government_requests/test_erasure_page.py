"""The page of a customer's end: what was asked, when the key went, from when the last copy is unreadable."""

from typing import Any

import pytest
from tests.rooms.government_requests.test_customers import ONE, customer
from tests.rooms.government_requests.test_pages import ask, own_addresses
from tests.rooms.government_requests.world import World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.views import erasures
from safeconduct.rooms.records.actions import customer_ends

__all__ = ["customer", "own_addresses"]
DAY = {"asked_day": "1", "asked_month": "2", "asked_year": "2026"}


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A vault process that says what it was given."""
    told: dict[str, Any] = {"customer": ONE, "asked": None, "destroyed": "2026-06-18T15:00:00Z", "unreadable": None}

    def erased(*, customer: str, asked: Any, entry: str) -> dict[str, Any]:
        assert (customer, bool(entry)) == (ONE, True)
        told["asked"] = asked.strftime("%Y-%m-%dT%H:%M:%SZ")
        return told

    monkeypatch.setattr(customer_ends.vault, "erase_customer", erased)
    monkeypatch.setattr(erasures.vault, "erasure", lambda **_asked: told)
    return told


def test_counsel_ends_records_with_the_id_typed_again(world: World, customer: str, vault: dict[str, Any]) -> None:
    whose = {"customer": customer}
    page = ask(world, world.counsel, erasures.erasure_page, **whose)
    assert b"has not asked" in page.content
    assert b"Destroy the key of" in page.content
    assert b"Destroy the key of" not in ask(world, world.analyst, erasures.erasure_page, **whose).content
    for wrong in ({}, {"again": "another"}, {"again": ONE, **DAY, "asked_year": "2030"}):
        assert ask(world, world.counsel, erasures.erase, post={**DAY, **wrong}, **whose).status_code == 400
    with pytest.raises(NotPermittedError):
        ask(world, world.analyst, erasures.erase, post={**DAY, "again": ONE}, **whose)
    assert ask(world, world.counsel, erasures.erase, post={**DAY, "again": ONE}, **whose).status_code == 302
    page = ask(world, world.analyst, erasures.erasure_page, **whose)
    assert b"1 February 2026" in page.content
    assert b"The next rotation of the epoch keys" in page.content
    vault["unreadable"] = "2026-07-01T00:00:00Z"
    assert b"1 July 2026, 00:00 UTC" in ask(world, world.analyst, erasures.erasure_page, **whose).content
    told = ask(world, world.analyst, erasures.erasure_page, form="json", **whose)
    assert b'"unreadable": "2026-07-01T00:00:00Z"' in told.content
