from datetime import UTC, datetime, timedelta

import pytest

from safeconduct.core.base.errors import ConflictError
from safeconduct.site import working
from safeconduct.site.working import LEASE_LASTS, give_back, take_lease, work_once

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("story_database")


def test_one_worker_works_at_a_time() -> None:
    assert take_lease(holder="a", machine_now=NOW)
    assert not take_lease(holder="b", machine_now=NOW + LEASE_LASTS - timedelta(seconds=1))
    assert take_lease(holder="a", machine_now=NOW + LEASE_LASTS - timedelta(seconds=1))
    assert not take_lease(holder="b", machine_now=NOW + LEASE_LASTS)


def test_a_dead_worker_s_lease_runs_out_and_a_stopped_one_gives_it_back() -> None:
    assert take_lease(holder="a", machine_now=NOW)
    assert take_lease(holder="b", machine_now=NOW + LEASE_LASTS)
    give_back(holder="b")
    assert take_lease(holder="c", machine_now=NOW)


def test_one_task_s_refusal_or_fault_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def refuses(*, now: datetime) -> None:
        raise ConflictError(f"{now:%H}")

    def breaks(*, now: datetime) -> None:
        raise RuntimeError(f"{now:%H}")

    def works(*, now: datetime) -> None:
        done.append(now)

    monkeypatch.setattr(working, "tasks", lambda: (("one", refuses), ("two", breaks), ("three", works)))
    assert work_once(now=NOW) == {"one": "SC-CONFLICT", "two": "RuntimeError", "three": "done"}
    assert done == [NOW]


def test_the_rooms_tasks_are_found() -> None:
    assert [name for name, _ in working.tasks()][:2] == ["time", "logs"]
    assert "government_requests" in dict(working.tasks())
