"""An error of the disk that is no database's ends the worker and the desk too; a refusal ends neither."""

from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from safeconduct.core.base.disk import STORAGE_FAILED_STATUS, StorageFailedError
from safeconduct.core.base.errors import ConflictError
from safeconduct.site import working
from safeconduct.site.middleware import ActorMiddleware

NOW = datetime(2026, 6, 18, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(status: int) -> None:
        raise SystemExit(status)

    monkeypatch.setattr("os._exit", end)


def raising(error: Exception) -> working.Task:
    def task(**_: object) -> None:
        raise error

    return task


def test_the_worker_ends_where_a_file_did_not_reach_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "tasks", lambda: (("logs", raising(StorageFailedError("fsync failed."))),))
    with pytest.raises(SystemExit, match=str(STORAGE_FAILED_STATUS)):
        working.work_once(now=NOW)
    monkeypatch.setattr(working, "tasks", lambda: (("logs", raising(ConflictError())),))
    assert working.work_once(now=NOW) == {"logs": ConflictError.code}, "control: a refusal ends nothing"


def test_the_desk_ends_where_a_file_did_not_reach_the_disk() -> None:
    middleware = ActorMiddleware(lambda _request: None)  # type: ignore[arg-type,return-value] # nothing is answered here
    request = RequestFactory().get("/")
    with pytest.raises(SystemExit, match=str(STORAGE_FAILED_STATUS)):
        middleware.process_exception(request, StorageFailedError())
    assert middleware.process_exception(request, ValueError()) is None, "control"
