"""The room's actions at once, on SQLite and on PostgreSQL, in front of the real vault process."""

import random
import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from tests import soaking
from tests.functional.founded import default_database
from tests.own_database import own_database
from tests.postgresql import NUMBERS, postgresql_server
from tests.races.course import LONGEST, Course, Step
from tests.races.ground import folder
from tests.races.house import House, house
from tests.races.judge import Tally
from tests.races.rooms_judge import RoomsJudge, entries, settle
from tests.races.stage import Act
from tests.races.team import SWITCHES, Team, switching

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import scope
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome
from safeconduct.rooms.government_requests.steps import rows
from safeconduct.rooms.ledger import actions as ledger_actions
from safeconduct.site.databases import SQLITE_OPTIONS

__all__ = ["postgresql_server"]
ROUNDS = soaking.count(12, 20_000)
CHECKED_EVERY = 2_000
"""Rounds between two checks of the whole log; each matter's own entries are held together after every round."""


CONTROL_ROUNDS = 200
DONE = ("propose_scope", "authorise", "collect", "release", "reopen", "withdraw", "mark_delivered", "decline")
"""What must happen in the full run; the first of them in every sample."""


@pytest.fixture
def sqlite(django_db_blocker: Any, template_database: Path) -> Iterator[dict[str, Any]]:
    """Give the settings of a migrated SQLite file in memory, with the options of an instance."""
    with folder() as root, django_db_blocker.unblock():
        path = root / "web.sqlite3"
        shutil.copy(template_database, path)
        yield {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": SQLITE_OPTIONS}


@pytest.fixture(scope="module")
def template(postgresql_server: dict[str, Any], django_db_blocker: Any) -> str:
    """Migrate one PostgreSQL database; each test copies it."""
    with psycopg.connect(**postgresql_server, autocommit=True) as link:
        link.execute("CREATE DATABASE safeconduct_races")
    with django_db_blocker.unblock(), own_database(postgresql_settings(postgresql_server, "safeconduct_races")):
        pass
    return "safeconduct_races"


def postgresql_settings(server: dict[str, Any], name: str) -> dict[str, Any]:
    options = {"options": "-c synchronous_commit=on"}
    engine = "django.db.backends.postgresql"
    return {"ENGINE": engine, "NAME": name, "USER": server["user"], "HOST": server["host"], "OPTIONS": options}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Give the settings of a migrated database: a file in memory, or a real PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    server, template = request.getfixturevalue("postgresql_server"), request.getfixturevalue("template")
    name = f"safeconduct_races_{next(NUMBERS)}"
    with psycopg.connect(**server, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    with django_db_blocker.unblock():
        yield postgresql_settings(server, name)
    with psycopg.connect(**server, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def plainly(step: Step) -> Callable[[], Any]:
    return step.run


def one_matter(
    made: House,
    course: Course,
    *,
    rng: random.Random,
    team: Team,
    tally: Tally,
    started: Callable[[Step], Callable[[], Any]] = plainly,
    rounds: int = LONGEST,
) -> None:
    """Race for one matter until it is over, or for so many rounds."""
    for _ in range(rounds):
        if course.over:
            return
        steps = course.steps()
        before = Counter(kind for kind, _ in entries(course.matter))
        with switching(rng.choice(SWITCHES)):
            answers = team.run([started(step) for step in steps])
        settle(made)
        found = RoomsJudge(made, course.matter, before, steps, answers).violations()
        tally.add([Act(step.name, step.name, {}) for step in steps], answers, found)
        if tally.rounds % CHECKED_EVERY == 0:
            ledger_actions.check_log(log="private")


def real(tally: Tally) -> list[str]:
    """Return the violations that are more than an unnamed error: something happened that must not."""
    return [one for one in tally.violations if "fault:" not in one]


def test_the_rooms(database: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = database["ENGINE"].rpartition(".")[2]
    rng = random.Random(soaking.seed(f"races of the rooms on {vendor}"))  # noqa: S311 - repeatable rounds
    tally = Tally()
    with house(database, settings, monkeypatch) as made, Team(8, lambda: default_database(database)) as team:
        while tally.rounds < ROUNDS:
            left = ROUNDS - tally.rounds
            one_matter(made, Course(made, rng), rng=rng, team=team, tally=tally, rounds=left)
        log = ledger_actions.check_log(log="private")
    soaking.report(f"races.rooms.{vendor}", **tally.figures(), entries=log.size)
    assert not tally.violations, Counter(tally.violations)
    assert log.size > ROUNDS
    for act in DONE if soaking.SOAKING else DONE[:1]:
        assert tally.acts[act] > 0, (act, tally.acts)


class ReadBefore(threading.local):
    """What each racer read of the matter before its transaction began: the control's way of locking."""

    row: Matter | None = None


def stale_rows(monkeypatch: pytest.MonkeyPatch, matter: Callable[[], str]) -> Callable[[Step], Callable[[], Any]]:
    """Let every action work on the row as it stood at the start; return how a racer is started then."""
    seen = ReadBefore()

    def started(step: Step) -> Callable[[], Any]:
        row = Matter.objects.get(pk=matter())

        def run() -> Any:
            seen.row = row
            return step.run()

        return run

    def locked(*, actor: Any, matter: str) -> Matter:
        found = seen.row
        seen.row = None
        assert actor
        return found or Matter.objects.get(pk=matter)

    monkeypatch.setattr(rows, "locked", locked)
    return started


def test_control_rows_that_are_read_before_they_are_written(
    database: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = database["ENGINE"].rpartition(".")[2]
    rng, tally = random.Random(soaking.SEED), Tally()  # noqa: S311 - repeatable rounds
    with house(database, settings, monkeypatch) as made, Team(8, lambda: default_database(database)) as team:
        course: list[Course] = []
        while not real(tally) and tally.rounds < CONTROL_ROUNDS:
            course[:] = [Course(made, rng)]
            with monkeypatch.context() as weaker:
                started = stale_rows(weaker, lambda: course[0].matter)
                one_matter(made, course[0], rng=rng, team=team, tally=tally, started=started)
    soaking.report(f"races.rooms.control.{vendor}", rounds=tally.rounds, violations=len(real(tally)))
    assert real(tally)


def test_a_finding_made_meanwhile_stops_the_proposal(
    sqlite: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(sqlite, settings, monkeypatch) as made:
        course = Course(made, random.Random(1))  # noqa: S311 - repeatable rounds
        judge = scope._judge

        def overtaken(**facts: Any) -> Any:
            found = judge(**facts)
            made.find(course.matter, course.grant, FindingKind.SPECIFIC, FindingOutcome.NOT_MET)
            return found

        monkeypatch.setattr(scope, "_judge", overtaken)
        with pytest.raises(scope.StaleScopeError):
            made.propose(course.matter, course.grant)
        assert course.row.scope_digest == ""


def test_a_database_that_is_held_refuses_and_the_same_act_succeeds_later(
    sqlite: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(sqlite, settings, monkeypatch) as made:
        course = Course(made, random.Random(1))  # noqa: S311 - repeatable rounds
        digest = made.propose(course.matter, course.grant)
        for person in ("ravi", "ines"):
            made.story.sign(digest, person)
        authorise = partial(actions.authorise, actor=made.actor("aline"), now=made.now, matter=course.matter)
        before, holder = entries(course.matter), sqlite3.connect(sqlite["NAME"], isolation_level=None)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=0")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            authorise()
        holder.execute("ROLLBACK")
        holder.close()
        assert (course.row.state, entries(course.matter)) == ("scope_proposed", before)
        assert authorise().state == "authorised"
