"""Programs that are wrong on purpose: the same judge must catch each."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from tests.faults import flows
from tests.faults.house import NOW, House

from safeconduct.rooms.government_requests.actions import mail_fetching
from safeconduct.rooms.ledger import steps
from safeconduct.vaultd import durable
from safeconduct.vaultd.store import Store


def in_place() -> None:
    """Write files under their own names: no neighbour, no ``fsync``, no rename, nothing held back for the commit."""

    def prepare(path: Path, data: bytes, mode: int = 0o600) -> None:
        durable.make_private(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        for start in range(0, len(data), 1024):
            os.write(descriptor, data[start : start + 1024])
        os.close(descriptor)

    durable.prepare, durable.put_in_place = prepare, lambda _path: None


def early_answer() -> None:
    """Let the store's transactions end before they are committed: what is answered is committed with the next act."""

    def run(self: Store, statement: str, values: tuple[Any, ...] = ()) -> int:
        if statement == "COMMIT":
            return 0
        if statement == "BEGIN IMMEDIATE" and self._connection.in_transaction:
            plain(self, "COMMIT")
        return plain(self, statement, values)

    plain, Store.run = Store.run, run  # type: ignore[method-assign]


def early_entry() -> None:
    """Acknowledge a ledger entry while its transaction is still open."""

    def recorded(house: House, say: flows.Say, number: int) -> None:
        with transaction.atomic(durable=True):
            facts, actor = {"number": number}, house.actor("aline")
            entry = steps.record(actor=actor, now=NOW, kind=flows.KIND, subject=f"{number}" * 32, facts=facts)
            say(f"entry {number}", entry.id)

    flows.recorded = recorded


def early_removal() -> None:
    """Take a mail out of the drop folder before it is sealed and entered."""

    def dropped(folder: Path) -> Iterator[tuple[bytes, Callable[[], None]]]:
        for path in sorted(folder.glob("*.eml")):
            data = path.read_bytes()
            path.unlink()
            yield data, lambda: None

    mail_fetching.dropped = dropped  # type: ignore[assignment] # the one thing that is wrong


@dataclass(frozen=True)
class Control:
    """How a program is spoiled, and where a kill must show it: in which leg, at calls on which file."""

    spoil: Callable[[], None]
    leg: str
    on: str


CONTROLS = {
    "in place": Control(in_place, "release: deliver", "outbox/.zip.age"),
    "early answer": Control(early_answer, "release: collect", "safeconduct.sqlite3-wal"),
    "early removal": Control(early_removal, "mail", "vault.sqlite3-wal"),
    "early entry": Control(early_entry, "append", "safeconduct.sqlite3-wal"),
}
