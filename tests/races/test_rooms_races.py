"""The room's actions at once, on SQLite and on PostgreSQL, in front of the real vault process."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tests import soaking
from tests.functional.founded import default_database
from tests.own_database import own_database, sqlite_settings
from tests.postgresql import postgresql_database, postgresql_server
from tests.races.course import Course
from tests.races.ground import folder
from tests.races.house import House, house
from tests.races.judge import Tally
from tests.races.rooms_judge import RoomsJudge, entries, settle
from tests.races.stage import Act
from tests.races.team import SWITCHES, Team, switching

from safeconduct.rooms.ledger import actions as ledger_actions
from safeconduct.site.databases import SQLITE_OPTIONS

__all__ = ["postgresql_database", "postgresql_server"]
ROUNDS = soaking.count(40, 20_000)
CHECKED_EVERY = 2_000
"""Rounds between two checks of the whole log; each matter's own entries are held together after every round."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Give the settings of a migrated database: a file in memory, or a real PostgreSQL."""
    with folder() as root, django_db_blocker.unblock():
        if request.param == "sqlite":
            settings = {**sqlite_settings(root), "OPTIONS": SQLITE_OPTIONS}
        else:
            settings = {**request.getfixturevalue("postgresql_database"), "OPTIONS": {}}
        with own_database(settings):
            pass
        yield settings


def race(made: House, *, rounds: int, rng: random.Random, team: Team, tally: Tally) -> None:
    course = Course(made, rng)
    for _ in range(rounds):
        if course.over:
            course = Course(made, rng)
        steps = course.steps()
        before = Counter(kind for kind, _ in entries(course.matter))
        with switching(rng.choice(SWITCHES)):
            answers = team.run([step.run for step in steps])
        settle(made)
        found = RoomsJudge(made, course.matter, before, steps, answers).violations()
        tally.add([Act(step.name, step.name, {}) for step in steps], answers, found)
        if tally.rounds % CHECKED_EVERY == 0:
            ledger_actions.check_log(log="private")


def test_the_rooms(database: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = database["ENGINE"].rpartition(".")[2]
    rng = random.Random(soaking.seed(f"races of the rooms on {vendor}"))  # noqa: S311 - repeatable rounds
    tally = Tally()
    with house(database, settings, monkeypatch) as made, Team(8, lambda: default_database(database)) as team:
        race(made, rounds=ROUNDS, rng=rng, team=team, tally=tally)
        log = ledger_actions.check_log(log="private")
    soaking.report(f"races.rooms.{vendor}", **tally.figures(), entries=log.size)
    assert not tally.violations, Counter(tally.violations)
    assert log.size > ROUNDS
    for act in ("propose_scope", "authorise", "collect", "release", "reopen"):
        assert tally.acts[act] > 0, (act, tally.acts)
