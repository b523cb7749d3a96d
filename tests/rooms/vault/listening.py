"""A real vault behind its real socket, and an empty ledger in a database of its own."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.own_database import own_database, sqlite_settings
from tests.vaultd.story import Story, begin

from safeconduct.core.base.canonical import JsonValue
from safeconduct.vaultd.server import Listener, own_user
from safeconduct.vaultd.socket_app import MOST_BYTES, SocketApp

NOW = dt.datetime(2026, 6, 18, 15, tzinfo=dt.UTC)


def listening(tmp_path: Path, settings: JsonValue, django_db_blocker: JsonValue) -> Iterator[Story]:
    """A vault that listens on its socket, and an empty ledger."""
    made = begin(tmp_path / "instance", 18500)
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, socket=made.configuration.socket)
    made.configuration.socket.parent.mkdir(parents=True)
    server = Listener(str(made.configuration.socket), SocketApp(made.vault, allowed=own_user()), numthreads=2, max=2)
    server.max_request_body_size = max(MOST_BYTES.values())
    server.max_request_header_size = 256 * 1024
    server.peercreds_enabled = True
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    with django_db_blocker.unblock(), own_database(sqlite_settings(tmp_path), "ledger"):
        yield made
    server.stop()
    thread.join()
    made.vault.close()
