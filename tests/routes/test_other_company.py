"""A colleague who is posted to one served company lives in the same world with and without another company's matters.

The same question as of silenced matters (``test_need_to_know``), asked of a posting: every address of the desk that
answers GET is asked before and after matters of another company come in, with the same sender and the same number.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Q
from django.test import override_settings
from tests import soaking
from tests.museum.mails.collection import TEXT, attachment, head, multipart
from tests.rooms.government_requests.world import NOW
from tests.routes.asking import Browser
from tests.routes.ground import OFFICE, PEOPLE, UNKNOWN, Company
from tests.routes.kept import Kept
from tests.routes.prepared import company, face
from tests.routes.test_need_to_know import Question, World, questions

from safeconduct.core.base.configuration import ServedEntity
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.queries import access
from safeconduct.rooms.people.models import Posting

OTHER = ServedEntity(
    id="northwind-west", name="Northwind West, Inc.", country="US", address="9 Bay", zone="America/New_York"
)
ASKERS = {"desk": ("uncleared",)}
SEEN, HIDDEN = ("received",), ("received", "in_review", "refused")


def _hidden(found: Company) -> list[str]:
    """Bring in matters of the other company, each with mail of its own."""
    place = settings.SAFECONDUCT
    with override_settings(SAFECONDUCT=replace(place, entities={OTHER.id: OTHER, **place.entities})):
        made = [found.reach(state, "A", silenced=False) for state in HIDDEN]
        for matter in made:
            data = multipart(TEXT, attachment(), first=head(f"X-Which: {matter}", subject=found.row(matter).reference))
            actions.take_in_mail(actor=OFFICE, now=NOW, data=data, source="drop")
    assert {found.row(one).served_entity for one in made} == {OTHER.id}
    return made


@pytest.fixture(scope="module")
def world(template_database: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[World]:
    with company(template_database, tmp_path_factory.mktemp("other"), django_db_blocker) as found:
        place = settings.SAFECONDUCT
        with override_settings(SAFECONDUCT=replace(place, entities={**place.entities, OTHER.id: OTHER})):
            found.found()
            Posting.objects.create(person_id=PEOPLE["uncleared"].person, entity="northwind-us")
            seen = [found.reach(state, "A", silenced=False) for state in SEEN]
            browser = Browser(found)
            with face("desk"):
                browser.enter("uncleared", "desk", found.accounts["uncleared"])
            without = Kept()
            hidden = _hidden(found)
            told = [found.row(one).reference for one in hidden]
            about = [seen[0], *hidden[: soaking.count(1, len(hidden))], told[0], UNKNOWN]
            asked = sorted(set(questions(about, ASKERS)), key=lambda one: (one[1], one))
            with_them = Kept()
            yield World(found, browser, without, with_them, [*hidden, *told], asked)
            without.close()
            with_them.close()


def _differences(world: World) -> list[Question]:
    pairs = zip(world.asked, world.ask_all(world.without), world.ask_all(world.with_them), strict=True)
    return [question for question, before, after in pairs if before != after]


def test_nothing_differs_for_whoever_works_for_another_company(world: World) -> None:
    without, with_them = world.ask_all(world.without), world.ask_all(world.with_them)
    judged = list(zip(world.asked, without, with_them, strict=True))
    assert [question for question, before, after in judged if before != after] == []
    pages = sum(one.status == 200 for one in with_them)
    assert pages > 30
    told = [
        question[2]
        for question, _, one in judged
        for name in world.hidden
        if name.encode() in one.body and name not in f"{question[2]} {question[3]}"
    ]
    assert told == []
    soaking.report("other company", questions=len(judged), pages=pages, hidden=len(world.hidden) // 2)


def test_the_control_the_posting_not_asked_for_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "seen_through", lambda *_asked: Q(silenced=False))
    lists = {"/", "/queue.csv", "/queue.json", "/workload", "/find"}
    few = replace(world, asked=[one for one in world.asked if one[2] in lists])
    assert {path for _, _, path, _ in _differences(few)} == lists
    shown = replace(world, asked=[("uncleared", "desk", f"/matters/{world.hidden[0]}", "")])
    assert _differences(shown) == shown.asked
