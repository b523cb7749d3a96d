"""The vault under power loss: store, sealed objects, segments, epoch file and key file, by the product's own acts."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.power.ledger_side import PAGES_BETWEEN_CHECKPOINTS
from tests.faults.power.recording import Say
from tests.vaultd.rotating import NEXT_TWO, rotate, rotate_root
from tests.vaultd.story import CUSTODIANS, CUSTOMER, Story, begin, call_rows, subscriber_rows

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.configuration import Configuration, read_configuration
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.segments import files
from safeconduct.vaultd import durable, store
from safeconduct.vaultd.keys import KeyGoneError
from safeconduct.vaultd.records import EVER, Pinned
from safeconduct.vaultd.vault import Opened, Vault, key_file_of

MATTERS = 4
ACCOUNT = [{"kind": "account", "value": CUSTOMER}]


def make(folder: Path) -> Story:
    """Make a vault with its custodians, closed; the story keeps its log."""
    story = begin(folder)
    story.vault.close()
    return story


def weaken(synchronous: str | None, *, fsync: bool) -> None:
    """Make the program what a control needs: a store that syncs less, or files that are never synced."""
    if synchronous is not None:
        assert "synchronous=FULL" in store.PRAGMAS
        told = tuple(one.replace("synchronous=FULL", f"synchronous={synchronous}") for one in store.PRAGMAS)
        store.PRAGMAS = told
    if not fsync:
        durable.sync = lambda _descriptor: None
        files.os = _WithoutFsync()


class _WithoutFsync:
    """The module ``os`` without its ``fsync``."""

    def __getattr__(self, name: str) -> Any:
        return (lambda _descriptor: None) if name == "fsync" else getattr(os, name)


@dataclass(frozen=True)
class Keeping:
    """Seals, imports, erases, rotates epochs and the root, and starts anew in between."""

    story: Story
    rounds: int = 2
    synchronous: str | None = None
    fsync: bool = True

    def __call__(self, say: Say) -> None:
        weaken(self.synchronous, fsync=self.fsync)
        custodians = CUSTODIANS
        for number in range(self.rounds):
            story = self._opened(custodians)
            self._acts(story, number, say)
            told = rotate_root(story, current=dict(list(custodians.items())[:2]), custodians=_after(custodians))
            custodians = _after(custodians)
            say("epoch", told["epoch"])
            say("custodians", sha256_hex(key_file_of(story.configuration).read_bytes()))
            self._seal(story, number, 90, say)
            story.vault.close()

    def _opened(self, custodians: dict[str, str]) -> Story:
        before = self.story
        vault = Vault(before.configuration, wall=lambda: 1_000_000.0, elapsed=lambda: 0.0)
        story = Story(vault, before.configuration, before.wall, before.passkeys, log=before.log)
        for custodian, passphrase in list(custodians.items())[:2]:
            story.call("unseal", custodian=custodian, passphrase=passphrase)
        vault.store.run(f"PRAGMA wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS}")
        return story

    def _acts(self, story: Story, number: int, say: Say) -> None:
        for place in range(6):
            self._seal(story, number, place, say)
        for rows, table in ((call_rows(prefix=f"n{number}-"), "calls"), (subscriber_rows(), "subscribers")):
            done = story.import_rows(table, rows)
            say("import", [table, rows.num_rows, done["segments"], len(story.log.openings)])
        owner = f"matter/{number}-{MATTERS - 1}"
        story.vault.opened.ring.destroy(owner)
        say("erased", owner)
        say("epoch", rotate(story)["epoch"])
        for place in range(6, 10):
            self._seal(story, number, place, say)

    def _seal(self, story: Story, number: int, place: int, say: Say) -> None:
        # No further object for a matter that is erased in between: its key would be another.
        owner = f"matter/{number}-{place % (MATTERS if place < 6 else MATTERS - 1)}"
        data = f"{number}/{place}/".encode() * 40
        name = story.vault.opened.objects.put(kind="transcript", owner=owner, data=data)
        say("object", [name, owner, sha256_hex(data)])


def _after(custodians: dict[str, str]) -> dict[str, str]:
    return NEXT_TWO if custodians is CUSTODIANS else CUSTODIANS


class VaultJudge:
    """Opens what is left as its custodians would, and asks for everything that was acknowledged."""

    def __init__(self, story: Story, work: Path) -> None:
        """Keep the instance's own settings in a folder of its own."""
        work.mkdir(parents=True, exist_ok=True)
        self.source = story.configuration.vault_store
        shutil.copy(self.source.parent / "safeconduct.toml", work)
        shutil.copy(story.configuration.overlay, work)
        self.configuration: Configuration = read_configuration(work / "safeconduct.toml")
        self.folder = self.configuration.vault_store
        self.roots: dict[bytes, bytes] = {}
        self.reached: set[int] = set()

    def judge(self, left: dict[str, bytes], promises: list[tuple[str, Any]]) -> str:
        """Return what is wrong, or nothing."""
        self._write(left)
        try:
            vault = Vault(self.configuration, wall=lambda: 1_000_000.0, elapsed=lambda: 0.0)
        except (SafeconductError, sqlite3.DatabaseError) as error:
            return f"damaged: {type(error).__name__}"
        try:
            opened = vault.open_with(self._root())
            told = vault.store.one("PRAGMA integrity_check")
            if told is None or told[0] != "ok":
                return "damaged: the store"
            self.reached.add(len(promises))
            return self._asked(vault, opened, promises)
        except (SafeconductError, OSError, sqlite3.DatabaseError) as error:
            return f"lost: {type(error).__name__} {error}"
        finally:
            vault.close()

    def _write(self, left: dict[str, bytes]) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name, data in left.items():
            path = self.folder / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.write_bytes(data)

    def _root(self) -> bytes:
        data = key_file_of(self.configuration).read_bytes()
        if data not in self.roots:
            for custodians in (CUSTODIANS, NEXT_TWO):
                try:
                    self.roots[data] = keyfile.open_keyfile(data, dict(list(custodians.items())[:2]))
                except SealError:
                    continue
        if data not in self.roots:
            raise SealError
        return self.roots[data]

    def _asked(self, vault: Vault, opened: Opened, promises: list[tuple[str, Any]]) -> str:
        erased = {value for name, value in promises if name == "erased"}
        asks: dict[str, Callable[[Any], str]] = {
            "object": lambda value: _object(opened, value, erased),
            "import": lambda value: _import(vault, opened, value),
            "erased": lambda value: _erased(opened, value),
        }
        for name, value in promises:
            if name in asks and (wrong := asks[name](value)):
                return wrong
        return self._keys(opened, promises)

    def _keys(self, opened: Opened, promises: list[tuple[str, Any]]) -> str:
        epochs = [value for name, value in promises if name == "epoch"]
        alive = [one.name for one in opened.ring.epochs.alive]
        order = ["", "epoch/2026-06", *(f"epoch/2026-06/{number}" for number in range(2, 20))]
        newest = epochs[-1] if epochs else ""
        if any(order.index(name) < order.index(newest) for name in alive):
            return f"lost: {alive} came back after {newest}"
        files_of = [value for name, value in promises if name == "custodians"]
        number = len(files_of)
        if number and sha256_hex(key_file_of(self.configuration).read_bytes()) in files_of[:-1]:
            return "lost: custodians of before came back"
        return ""


def _object(opened: Opened, value: list[str], erased: set[str]) -> str:
    name, owner, digest = value
    if owner in erased:
        return ""
    try:
        return "" if sha256_hex(opened.objects.open(name)) == digest else "torn: an object"
    except KeyGoneError:
        # Erased, and not yet acknowledged as such.
        row = opened.ring._store.one("SELECT 1 FROM wrapped_key WHERE owner = ?", (owner,))
        return "" if row is None and owner.endswith(f"-{MATTERS - 1}") else f"lost: the key of {owner}"


def _import(vault: Vault, opened: Opened, value: list[Any]) -> str:
    table, rows, segments, size = value
    listed = vault.store.all("SELECT * FROM segment WHERE record_table = ?", (table,))
    entry = f"i{size - 1}-"
    mine = [Pinned(one["id"], table, one["directory_sha256"]) for one in listed if one["id"].startswith(entry)]
    if len(mine) != segments:
        return "lost: a segment's row"
    found = sum(
        opened.records._reader(one).find(customer=CUSTOMER, selectors=ACCOUNT, window=EVER).num_rows for one in mine
    )
    if opened.heads.last("private").size < size:
        return "lost: the head that was seen"
    return "" if found == rows else f"lost: {rows - found} rows"


def _erased(opened: Opened, owner: str) -> str:
    try:
        opened.ring.existing(owner)
    except KeyGoneError:
        return ""
    return f"lost: the erasure of {owner}"
