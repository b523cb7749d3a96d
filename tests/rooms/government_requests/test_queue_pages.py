"""The pages with which a queue is worked: filters, workload and handover."""

import json
from typing import Any

import pytest
from tests.rooms.government_requests.crowd import crowd
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.test_pages import ask
from tests.rooms.government_requests.world import World

from safeconduct.rooms.government_requests.models import Document
from safeconduct.rooms.government_requests.queries import assignment
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.workload import LABEL, TAIL, WIDTH, picture
from safeconduct.rooms.government_requests.views import assignment as handing
from safeconduct.rooms.government_requests.views import linked, queue, workload


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.rooms.government_requests.test_pages"


def test_filters_stay_with_the_reader_from_page_to_page(world: World) -> None:
    crowd(400, now=world.now, persons=(world.analyst.person,))
    page = ask(world, world.analyst, queue.queue_page, query={"with": "me", "due": "14"}).content.decode()
    assert f'value="{world.analyst.person}" selected' in page
    assert f"/queue.csv?view=all&amp;with={world.analyst.person}&amp;due=14" in page
    told = json.loads(ask(world, world.analyst, queue.queue_json, query={"with": "me", "due": "14"}).content)["matters"]
    assert "Nobody yet" not in {line["holder"] for line in told}
    everything = json.loads(ask(world, world.analyst, queue.queue_json).content)["matters"]
    assert 0 < len(told) < len(everything)
    assert "Nobody yet" in {line["holder"] for line in everything}
    odd = ask(world, world.analyst, queue.queue_json, query={"with": "<script>", "due": "soon"}).content
    assert json.loads(odd)["matters"] == everything


def test_the_workload_is_the_same_in_page_and_files(world: World) -> None:
    crowd(60, now=world.now, persons=(world.analyst.person, world.colleague.person))
    told = json.loads(ask(world, world.analyst, workload.workload_json).content)["workload"]
    assert told[0]["person"] == "Nobody yet"
    assert len(told) == 3
    page = ask(world, world.analyst, workload.workload_page).content.decode()
    assert page.count("<rect") >= 3
    assert all(f'<td class="num">{line["open"]}</td>' in page for line in told)
    lines = ask(world, world.analyst, workload.workload_csv).content.decode().splitlines()
    assert len(lines) == 4


def test_the_picture_begins_at_zero_and_stays_in_its_frame() -> None:
    drawn = picture([("Ada", (1, 0, 3)), ("Bo", (0, 0, 0)), ("Cy", (90, 5, 0))])
    for bar in drawn.bars:
        assert all(part.x >= LABEL for part in bar.parts)
        assert all(part.x + part.width <= WIDTH - TAIL for part in bar.parts)
    assert [bar.total for bar in drawn.bars] == [4, 0, 95]
    assert picture([]).height > 0


def test_a_handover_needs_a_reason_where_somebody_has_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    able = frozenset({world.analyst.person, world.colleague.person})
    monkeypatch.setattr(assignment, "able_to_take", lambda **_now: able)
    matter = world.reviewed()
    page = ask(world, world.analyst, handing.hand_over, matter=matter).content.decode()
    assert f'value="{world.colleague.person}"' in page
    assert f'value="{world.analyst.person}"' not in page
    given: dict[str, Any] = {"to": world.colleague.person, "reason": ""}
    assert ask(world, world.analyst, handing.give, post=given, matter=matter).status_code == 400
    given["reason"] = "On leave from Monday."
    assert ask(world, world.analyst, handing.give, post=given, matter=matter).status_code == 302
    after = ask(world, world.colleague, handing.hand_over, matter=matter).content.decode()
    assert "Sealed" in after
    assert "On leave" not in after
    assert world.row(matter).holder == world.colleague.person


def test_the_same_file_and_the_same_number_are_related_and_never_across_clearance(world: World) -> None:
    first, again = world.receive(), world.receive()
    other = world.receive(paper(selectors=(Selector(kind="ip", value="192.0.2.7"),)))
    hidden = world.receive(paper(silence=SILENCE))

    def told(who: Any, matter: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = json.loads(ask(world, who, linked.linked_json, matter=matter).content)
        return found

    ref = {one: world.row(one).reference for one in (first, again, other, hidden)}
    Document.objects.filter(matter=other).update(sha256="0" * 64)
    Document.objects.filter(matter=again).update(sha256="1" * 64)
    seen = told(world.stranger, first)
    none: dict[str, list[str]] = {
        one: []
        for one in ("same_paper", "same_sender", "same_identifier", "same_number", "links", "named_here", "named_there")
    }
    assert seen == none | {"same_sender": [ref[again]]}
    assert told(world.colleague, first)["same_paper"] == [ref[hidden]]
    assert told(world.stranger, other) == none
    page = ask(world, world.stranger, linked.linked, matter=first).content.decode()
    assert ref[again] in page
    assert ref[hidden] not in page
    found = ask(world, world.stranger, queue.find_matter, post={"words": " 192.0.2.7 "})
    assert (found.status_code, found["Location"]) == (302, f"/matters/{other}")
