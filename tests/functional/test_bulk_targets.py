"""Thousands of identifiers from a list to a released package, through the real vault; each step prints its time.

The sample has a thousand, the long run five thousand.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests import soaking
from tests.functional.founded import SEED, Founded, founded

from safeconduct.cli.demonstration import scenes
from safeconduct.cli.demonstration.company import OFFICERS
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.papers import make_paper
from safeconduct.cli.demonstration.told import Told
from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.lists import read_list
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.models import BlindIndex, Consent
from safeconduct.rooms.government_requests.queries.search import find
from safeconduct.rooms.government_requests.rules.paper import paper_from_json
from safeconduct.rooms.government_requests.rules.targets import read_targets, require_targets

KEY, COUNT = "toy_subpoena", soaking.count(1_000, 5_000)


@pytest.fixture(scope="module")
def found(template_database: Path, django_db_blocker: Any) -> Iterator[Founded]:
    with django_db_blocker.unblock(), founded(template=template_database) as made:
        yield made


def _listed(own: str) -> tuple[Any, ...]:
    """Return the identifiers of a list with one that is held and thousands that nobody here has."""
    lines = ["number", *(f"nobody{place}@elsewhere.example" for place in range(COUNT - 1)), own, own]
    targets = read_targets(read_list("\n".join(lines).encode(), name="list.csv", limits=UploadLimits()))
    require_targets(targets)
    assert (len(targets.selectors), targets.folded, targets.heading) == (COUNT, 1, True)
    return targets.selectors


def test_a_scope_of_thousands_of_identifiers_end_to_end(found: Founded) -> None:
    stage, plan, took = found.stage, BY_KEY[KEY], {}
    assert stage.cast.seed == SEED
    stage.at(plan.received)
    legal = make_paper(plan.values(stage.cast.seed))
    paper = paper_from_json(legal.facts)

    def timed(name: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        made = act()
        took[name] = round(time.perf_counter() - begun, 2)
        return made

    own = paper.selectors[0].value
    listed = timed("read the list", lambda: _listed(own))
    officer = stage.cast[plan.officer]
    received = timed(
        "receive",
        lambda: actions.receive(
            actor=stage.actor(plan.officer),
            now=stage.now,
            paper=replace(paper, selectors=listed),
            uploads=(Upload(name="paper.pdf", data=legal.pdf, pages=legal.pages),),
            served_entity=next(iter(stage.configuration.entities.values())),
            organisation=stage.cast.organisations[OFFICERS[plan.officer].agency],
            officer=officer.person,
            channel="portal",
            cleared=frozenset(),
        ),
    )
    told = Told(plan=plan, matter=received.matter, reference=received.reference, state=received.state)
    stage.told[plan.key] = told
    assert BlindIndex.objects.filter(matter=told.matter).count() == COUNT
    scenes.begin_review(stage, told, legal)
    timed("findings", lambda: scenes.find(stage, told, legal))
    customers = timed("forecast and proposal", lambda: scenes.propose(stage, told, legal))
    assert customers
    timed("two signatures on the sheet", lambda: scenes.authorise(stage, told))
    timed("collection", lambda: scenes.collect(stage, told))
    timed("release", lambda: scenes.release(stage, told))
    assert told.counts
    assert told.files["package"]
    assert find(actor=stage.actor("aline"), now=stage.now, words="nobody7@elsewhere.example") == (told.matter,)
    assert Consent.objects.get(pk=told.digests["scope"]).revoked_at is None
    print(json.dumps({"identifiers": COUNT, "seconds": took}))  # noqa: T201 - the figures of the run
    soaking.report("bulk targets", identifiers=COUNT, **{name.replace(" ", "_"): one for name, one in took.items()})
