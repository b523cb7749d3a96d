"""History that was taken over is found by its identifiers, and its rows are read at the desk with a grant."""

import pytest
from tests.rooms.government_requests.actions.test_history import GOOD, take
from tests.rooms.government_requests.test_pages import ask, own_addresses
from tests.rooms.government_requests.world import GRANT, World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import HistoryBatch, HistoryIndex, ImportedMatter
from safeconduct.rooms.government_requests.queries.history import UnknownHistoryError, find_history
from safeconduct.rooms.government_requests.rules.history import identifiers_of
from safeconduct.rooms.government_requests.views import history, queue

__all__ = ["own_addresses"]
ROW = {**GOOD, "Who": "Lt. Marrow asked about +1 (202) 555-0177 and Ada@Harbour.example."}


def test_identifiers_are_seen_in_any_cell_and_once() -> None:
    cells = {"a": "+12025550177, or +1 202 555-0177", "b": "mail ada@harbour.example; ADA@harbour.example", "c": "2026"}
    assert identifiers_of(cells) == (("phone", "+12025550177"), ("email", "ada@harbour.example"))
    assert identifiers_of({"a": "No 4021 of 2025, page 12, 12.3.2025"}) == ()


def test_a_search_finds_imported_matters_apart_from_ours(world: World) -> None:
    take(world, [ROW])
    assert HistoryIndex.objects.count() == 2
    assert not HistoryIndex.objects.filter(value__contains="555").exists()
    for words in ("+12025550177", "(202) 555-0177", "ada@harbour.example"):
        found = find_history(actor=world.analyst, words=words)
        assert [one.number for one in found] == [1]
    assert find_history(actor=world.analyst, words="+12025550178") == ()
    assert find_history(actor=world.analyst, words=" ") == ()
    page = ask(world, world.analyst, queue.find_matter, post={"words": "+12025550177"}).content.decode()
    assert "Not proven here" in page
    assert "0 matters found" in page
    with pytest.raises(NotPermittedError):
        find_history(actor=world.officer, words="+12025550177")
    # Taken over twice, found once.
    take(world, [ROW], digest="2" * 64)
    assert len(find_history(actor=world.analyst, words="+12025550177")) == 1


def test_a_row_is_read_with_a_grant_and_not_without(world: World) -> None:
    take(world, [ROW])
    batch = HistoryBatch.objects.get().pk
    assert ImportedMatter.objects.get().number == 1
    whose = {"batch": batch, "number": 1}
    closed = ask(world, world.analyst, history.history_page, **whose).content.decode()
    assert "The row is sealed." in closed
    assert "Marrow" not in closed
    came_back = ask(world, world.analyst, history.history_page, query={"grant": GRANT}, **whose)
    assert came_back.status_code == 302
    kept = dict(came_back.session.items())  # type: ignore[attr-defined] # set by ask
    opened = ask(world, world.analyst, history.history_page, session=kept, **whose).content.decode()
    assert "Lt. Marrow asked about" in opened
    for wrong in ({"batch": batch, "number": 2}, {"batch": "f" * 32, "number": 1}):
        with pytest.raises(UnknownHistoryError):
            ask(world, world.analyst, history.history_page, **wrong)
    with pytest.raises(UnknownHistoryError):
        actions.open_history(actor=world.analyst, now=world.now, batch="f" * 32, grant=GRANT)
    with pytest.raises(NotPermittedError):
        actions.open_history(actor=world.officer, now=world.now, batch=batch, grant=GRANT)
