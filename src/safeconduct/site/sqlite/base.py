"""Django's SQLite backend for a ledger: whoever was told by the disk that a write failed acknowledges nothing more.

SQLite says ``disk I/O error`` for a write or ``fsync`` that did not reach the disk. What this process believes of the
file may then be wrong, so it ends at once with status 70, as the vault process does. A full disk is no such error:
the statement is refused, the transaction rolls back, and the act is answered as closed.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from safeconduct.core.base.disk import StorageFailedError, sync_folder
from safeconduct.site.stopping import stop

PRIMARY_CODE = 0xFF
IN_MEMORY = ":memory:"


def failed_by_the_disk(error: BaseException | None) -> bool:
    """Return whether SQLite raised this because the disk did not do what it was told."""
    said = getattr(error, "sqlite_errorcode", None)
    return said is not None and said & PRIMARY_CODE == sqlite3.SQLITE_IOERR


@contextmanager
def _stopping() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if failed_by_the_disk(error.__cause__):
            stop()
        raise


def _watched(execute: Callable[..., Any], *statement: Any) -> Any:  # noqa: ANN401 - Django's own types
    with _stopping():
        return execute(*statement)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is not survived by a process whose disk failed."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - Django gives it no type
        """Open the file, and put its name and its log's on the disk: SQLite passes over an error in doing so."""
        made = super().get_new_connection(conn_params)
        if _watched not in self.execute_wrappers:
            self.execute_wrappers.append(_watched)
        if conn_params["database"] != IN_MEMORY:
            try:
                sync_folder(Path(conn_params["database"]).parent)
            except StorageFailedError:
                stop()
        return made

    def _commit(self) -> None:
        with _stopping():
            super()._commit()  # type: ignore[misc] # Django's stubs leave it out

    def _rollback(self) -> None:
        with _stopping():
            super()._rollback()  # type: ignore[misc] # the same
