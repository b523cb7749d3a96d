"""The demonstration's clock runs on with the process, in whole minutes, and never goes back, whatever happens to it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vaultd.refusals import code_of
from tests.vaultd.story import NOW, Story, instant, sealed

from safeconduct.core.base.errors import ConflictError
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.store import Store

FIRST = instant(NOW)
MATTER = "a" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "vault" / "vault.sqlite3")
    yield made
    made.close()


def clock_on(store: Store, seconds: list[float], **given: Callable[[], float]) -> Clock:
    return Clock(store=store, demonstration=NOW, elapsed=lambda: seconds[0], **given)


def test_it_runs_on_in_whole_minutes_from_where_it_was_set(store: Store) -> None:
    seconds = [1000.0]
    clock = clock_on(store, seconds)
    assert clock.set(FIRST + timedelta(days=3)) == FIRST + timedelta(days=3)
    told = []
    for passed in (0, 59.9, 60, 119, 3600):
        seconds[0] = 1000.0 + passed
        told.append((clock.now() - FIRST - timedelta(days=3)).total_seconds())
    assert told == [0, 0, 60, 60, 3600]


def test_a_restarted_process_continues_where_the_last_one_was(store: Store) -> None:
    seconds = [0.0]
    clock = clock_on(store, seconds)
    seconds[0] = 601.0
    said = clock.now()
    assert said == FIRST + timedelta(minutes=10)
    assert clock_on(store, [5.0]).now() == said


def test_what_the_clock_passed_by_itself_is_no_error_and_what_lies_before_is(store: Store) -> None:
    seconds = [0.0]
    clock = clock_on(store, seconds)
    clock.set(FIRST + timedelta(hours=1))
    seconds[0] = 300.0
    assert clock.set(FIRST + timedelta(minutes=62)) == FIRST + timedelta(minutes=65)
    assert code_of(lambda: clock.set(FIRST + timedelta(minutes=59))) == "SC-CLOCK"


def test_a_transaction_that_is_rolled_back_takes_no_time_back(store: Store) -> None:
    seconds = [0.0]
    clock = clock_on(store, seconds)
    seconds[0] = 120.0

    def breaks_off() -> None:
        with store.writing():
            assert clock.now() == FIRST + timedelta(minutes=2)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        breaks_off()
    assert store.setting("clock") is None
    assert clock.now() == FIRST + timedelta(minutes=2)


def test_the_machines_calendar_plays_no_part(store: Store) -> None:
    calendar = [1_000_000.0]
    clock = clock_on(store, [0.0], wall=lambda: calendar[0])
    calendar[0] = 0.0
    assert clock.now() == FIRST
    # Sessions and challenges end by it: one that has run out never comes alive again.
    assert clock.wall() == 1_000_000.0


STEPS = st.lists(st.tuples(st.sampled_from(["wait", "set", "restart"]), st.integers(-7200, 7200)), max_size=12)


def _goes_back(store: Store, steps: list[tuple[str, int]], make: Callable[[Store, list[float]], Clock]) -> bool:
    seconds = [0.0]
    clock, said = make(store, seconds), FIRST
    for what, amount in steps:
        if what == "wait":
            seconds[0] += abs(amount)
        elif what == "restart":
            seconds = [float(abs(amount))]
            clock = make(store, seconds)
        else:
            try:
                clock.set(said + timedelta(seconds=amount))
            except ConflictError:
                continue
        if clock.now() < said:
            return True
        said = clock.now()
    return False


@settings(deadline=None, max_examples=60)
@given(steps=STEPS)
def test_it_never_goes_back(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]) -> None:
    store = Store(tmp_path_factory.mktemp("clock") / "vault" / "vault.sqlite3")
    assert not _goes_back(store, steps, clock_on)
    store.close()


class Forgetful(Clock):
    """A clock that writes down no minute that it reaches by itself."""

    def _keep(self, instant: datetime) -> None:
        """Forget."""


def test_a_clock_that_forgets_is_caught(store: Store) -> None:
    def forgetful(at: Store, seconds: list[float]) -> Clock:
        return Forgetful(store=at, demonstration=NOW, elapsed=lambda: seconds[0])

    assert _goes_back(store, [("wait", 600), ("restart", 0)], forgetful)


def test_a_reading_grant_ends_while_the_process_runs(story: Story) -> None:
    transcript, grant = sealed(story, "transcript", b"words"), story.grant()
    read = {"matter": MATTER, "grant": grant, "objects": [transcript]}
    story.elapsed[0] += 14 * 60
    assert story.call("read_case", **read)["objects"]
    story.elapsed[0] += 60
    assert code_of(lambda: story.call("read_case", **read)) == "SC-GRANT"
