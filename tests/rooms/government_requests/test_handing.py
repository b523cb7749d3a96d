"""A colleague on leave: their matters go together, each by its own act, and the page says what came of each."""

from typing import Any

import pytest
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.test_pages import ask, own_addresses  # noqa: F401 - a fixture of the pages' tests
from tests.rooms.government_requests.world import World

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries import assignment
from safeconduct.rooms.government_requests.queries.loads import load_of
from safeconduct.rooms.government_requests.views import handing, links, workload
from safeconduct.rooms.government_requests.views import linked as related

REASON = "On leave until 3 April."


@pytest.fixture
def staffed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    able = frozenset({world.analyst.person, world.colleague.person, world.stranger.person})
    for module in (assignment, handing):
        monkeypatch.setattr(module, "able_to_take", lambda **_now: able)
    return world


def _held(world: World, count: int, **more: Any) -> list[str]:
    made = [world.receive(**more) for _ in range(count)]
    for one in made:
        actions.take(actor=world.analyst, now=world.now, matter=one)
    return made


def _post(world: World, matters: list[str], to: str) -> Any:
    given = {"to": to, "reason": REASON, "matters": matters}
    return ask(world, world.colleague, _from(world), post=given)


def _from(world: World) -> Any:
    def view(request: Any) -> Any:
        request.GET = request.GET.copy()
        request.GET["from"] = world.analyst.person
        return handing.hand_over_together(request)

    return view


def test_all_of_a_colleagues_matters_change_hands_each_by_an_entry(staffed: World) -> None:
    matters = _held(staffed, 3)
    page = ask(staffed, staffed.colleague, _from(staffed)).content.decode()
    assert page.count('name="matters"') == page.count("checked") == 3
    answer = _post(staffed, matters, staffed.stranger.person)
    assert answer.status_code == 200
    assert "3 of 3 went to" in answer.content.decode()
    for one in matters:
        assert staffed.row(one).holder == staffed.stranger.person
        assert staffed.kinds(one)[-1] == "hand_over"
    assert load_of(actor=staffed.colleague, person=staffed.analyst.person, now=staffed.now) == ()
    assert "has no open matter" in ask(staffed, staffed.colleague, _from(staffed)).content.decode()


def test_what_cannot_go_stays_and_the_others_go(staffed: World) -> None:
    plain = _held(staffed, 2)
    cleared = frozenset({staffed.colleague.person, staffed.analyst.person})
    silenced = _held(staffed, 1, served=paper(silence=SILENCE), cleared=cleared)
    answer = _post(staffed, [*plain, *silenced], staffed.stranger.person).content.decode()
    assert "2 of 3 went to" in answer
    assert "cleared for this one" in answer
    assert [staffed.row(one).holder for one in silenced] == [staffed.analyst.person]
    assert {staffed.row(one).holder for one in plain} == {staffed.stranger.person}


def test_a_part_that_is_away_stops_the_rest(staffed: World) -> None:
    matters = _held(staffed, 2)
    staffed.vault.down.add("seal")
    answer = _post(staffed, matters, "nobody").content.decode()
    assert "0 of 2 went to nobody" in answer
    assert {staffed.row(one).holder for one in matters} == {staffed.analyst.person}
    staffed.vault.down.clear()
    assert "2 of 2 went to nobody" in _post(staffed, matters, "nobody").content.decode()
    assert {staffed.row(one).holder for one in matters} == {""}


def test_nothing_is_chosen_or_a_strange_matter_is(staffed: World) -> None:
    (mine,) = _held(staffed, 1)
    other = staffed.receive()
    for matters in ([], [other], [mine, "0" * 32]):
        assert _post(staffed, matters, "nobody").status_code == 400
    assert staffed.row(mine).holder == staffed.analyst.person


def test_the_workload_leads_there(staffed: World) -> None:
    _held(staffed, 1)
    page = ask(staffed, staffed.colleague, workload.workload_page).content.decode()
    assert f"/workload/hand-over?from={staffed.analyst.person}" in page


def test_the_page_of_related_matters_links_and_parts(staffed: World) -> None:
    one, other = _held(staffed, 2)
    reference = staffed.row(other).reference
    given = {"other": reference, "kind": "duplicate", "reason": "The same paper twice."}
    assert ask(staffed, staffed.analyst, links.link, matter=one, post=given).status_code == 302
    again = ask(staffed, staffed.analyst, links.link, matter=one, post=given)
    assert again.status_code == 400
    assert "They are linked already" in again.content.decode()
    missing = ask(staffed, staffed.analyst, links.link, matter=one, post={**given, "other": "XXXX-XXXX-XXXX"})
    assert links.NOT_THERE in missing.content.decode()
    grants = {f"grant:{name}": "e" * 32 for name in (one, other)}
    page = ask(staffed, staffed.analyst, related.linked, matter=one, session=grants).content.decode()
    assert "Is the other one again" in page
    assert "The same paper twice." in page
    assert "The same period" in page
    link = page.partition('name="link" value="')[2].partition('"')[0]
    given = {"link": link, "reason": "They differ."}
    assert ask(staffed, staffed.analyst, links.unlink, matter=one, post=given).status_code == 302
    page = ask(staffed, staffed.analyst, related.linked, matter=one).content.decode()
    assert "Linked by a colleague" not in page
