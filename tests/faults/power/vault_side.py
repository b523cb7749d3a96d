"""The vault under power loss: store, sealed objects, segments, epoch file and key file, by the product's own acts."""

import os
import shutil
import sqlite3
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.power.ledger_side import PAGES_BETWEEN_CHECKPOINTS
from tests.faults.power.recording import Say
from tests.vaultd.rotating import NEXT_TWO, rotate, rotate_root
from tests.vaultd.story import CHEAP, CUSTODIANS, CUSTOMER, NOW, Story, begin, call_rows, subscriber_rows

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.configuration import Configuration, read_configuration
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing.errors import SealError
from safeconduct.vaultd import store
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.custody import Custody
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.epochs import Epochs
from safeconduct.vaultd.heads import Heads
from safeconduct.vaultd.keys import KeyGoneError, KeyRing, RecordKeys
from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.records import EVER, Pinned, Records
from safeconduct.vaultd.regions import Regions
from safeconduct.vaultd.rotation import Rotation
from safeconduct.vaultd.setup import initialise
from safeconduct.vaultd.store import Store
from safeconduct.vaultd.vault import STORE_FILE, Vault, epoch_file_of, key_file_of, store_of

MATTERS = 4
FIRST_EPOCH = "epoch/2026-06"
ACCOUNT = [{"kind": "account", "value": CUSTOMER}]


def make(folder: Path) -> Story:
    """Make a vault with its custodians, an officer and the rows of one import, closed; the story keeps its log."""
    story = begin(folder)
    story.enrol_officer()
    story.import_rows("calls", call_rows())
    story.import_rows("subscribers", subscriber_rows())
    story.vault.close()
    return story


def weaken(synchronous: str | None, unsynced: str | None) -> None:
    """Make the program what a control needs: a store that syncs less, or files or folders that are never synced."""
    if synchronous is not None:
        assert "synchronous=FULL" in store.PRAGMAS
        store.PRAGMAS = tuple(one.replace("=FULL", f"={synchronous}") for one in store.PRAGMAS)
    if unsynced is not None:
        sync, wanted = os.fsync, {"files": stat.S_ISREG, "folders": stat.S_ISDIR}[unsynced]
        os.fsync = lambda descriptor: None if wanted(os.fstat(descriptor).st_mode) else sync(descriptor)


@dataclass(frozen=True)
class Keeping:
    """Seals, imports, erases, releases, rotates epochs and the root, and starts anew in between."""

    story: Story
    rounds: int = 2
    synchronous: str | None = None
    unsynced: str | None = None

    def __call__(self, say: Say) -> None:
        weaken(self.synchronous, self.unsynced)
        custodians = CUSTODIANS
        for number in range(self.rounds):
            story = self._opened(custodians, say)
            self._acts(story, number, say)
            if number == 0:
                self._releases(story, say)
            told = rotate_root(story, current=dict(list(custodians.items())[:2]), custodians=_after(custodians))
            custodians = _after(custodians)
            say("epoch", told["epoch"])
            say("custodians", sha256_hex(key_file_of(story.configuration).read_bytes()))
            self._seal(story, number, 90, say)
            story.vault.close()

    def _opened(self, custodians: dict[str, str], say: Say) -> Story:
        before = self.story
        vault = Vault(before.configuration, wall=lambda: 1_000_000.0, elapsed=lambda: 0.0)
        story = Story(vault, before.configuration, before.wall, before.passkeys, log=before.log)
        for custodian, passphrase in list(custodians.items())[:2]:
            story.call("unseal", custodian=custodian, passphrase=passphrase)
        say("founded", 1)
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

    def _releases(self, story: Story, say: Say) -> None:
        digest = story.collect(story.approved())["release_digest"]
        story.sign(digest, "mara")
        for one in story.release(digest)["files"]:
            say("file", [f"outbox/{one['name']}", one["sha256"]])

    def _seal(self, story: Story, number: int, place: int, say: Say) -> None:
        # No further object for a matter that is erased in between: its key would be another.
        owner = f"matter/{number}-{place % (MATTERS if place < 6 else MATTERS - 1)}"
        data = f"{number}/{place}/".encode() * 40
        name = story.vault.opened.objects.put(kind="transcript", owner=owner, data=data)
        say("object", [name, owner, sha256_hex(data)])


@dataclass(frozen=True)
class Founding:
    """Makes a new vault in an empty folder, as ``init`` does."""

    configuration: Configuration

    def __call__(self, say: Say) -> None:
        persons = [{"id": name, "name": name, "roles": ["approver"], "credentials": []} for name in ("ines", "petra")]
        initialise(self.configuration, custodians=CUSTODIANS, roster=persons, cost=CHEAP)
        say("founded", 1)


def _after(custodians: dict[str, str]) -> dict[str, str]:
    return NEXT_TWO if custodians is CUSTODIANS else CUSTODIANS


@dataclass(frozen=True)
class Parts:
    """An opened vault without its faces and its law, which no disk changes and which are slow to read."""

    store: Store
    ring: KeyRing
    heads: Heads
    objects: Objects
    records: Records


def _parts(configuration: Configuration, opened: Store, root: bytes) -> Parts:
    """Open what is left as ``Vault.open_with`` does, with what a broken-off rotation needs."""
    folder, clock = configuration.vault_store, Clock(store=opened, demonstration=NOW)
    epochs = Epochs(path=epoch_file_of(configuration), root=root, randomness=os.urandom)
    ring = KeyRing(store=opened, epochs=epochs, clock=clock)
    heads = Heads(store=opened, ring=ring, clock=clock, log_origin=configuration.log_origin)
    entries = Entries(store=opened, ring=ring, clock=clock, heads=heads)
    custody = Custody(path=key_file_of(configuration), clock=clock)
    Rotation(store=opened, clock=clock, ring=ring, entries=entries, custody=custody).settle()
    return Parts(
        store=opened,
        ring=ring,
        heads=heads,
        objects=Objects(store=opened, ring=ring, clock=clock, folder=folder),
        records=Records(
            store=opened, ring=ring, clock=clock, folder=folder, regions=Regions(store=opened, places=(), folder=folder)
        ),
    )


class VaultJudge:
    """Opens what is left as its custodians would, and asks for everything that was acknowledged."""

    def __init__(self, configuration: Configuration, work: Path) -> None:
        """Keep the instance's own settings in a folder of its own."""
        work.mkdir(parents=True, exist_ok=True)
        shutil.copy(configuration.root / "safeconduct.toml", work)
        self.configuration: Configuration = read_configuration(work / "safeconduct.toml")
        self.work = work
        self.placed: dict[str, bytes] = {}
        self.roots: dict[bytes, bytes] = {}
        self.opened: set[tuple[bytes, ...]] = set()
        """Bytes and keys that opened and held what they should; the same again is not decrypted again."""

    def judge(self, left: dict[str, bytes], promises: list[tuple[str, Any]]) -> str:
        """Return what is wrong, or nothing; before the first promise nobody has been told that there is a vault."""
        if not promises:
            return ""
        self._write(left)
        if f"vault/{STORE_FILE}" not in left:
            return "lost: the store"
        try:
            opened = Store(store_of(self.configuration))
        except (SafeconductError, sqlite3.DatabaseError) as error:
            return f"damaged: {type(error).__name__}"
        try:
            told = opened.one("PRAGMA integrity_check")
            if told is None or told[0] != "ok":
                return "damaged: the store"
            return self._asked(_parts(self.configuration, opened, self._root()), left, promises)
        except (SafeconductError, OSError, sqlite3.DatabaseError) as error:
            return f"lost: {type(error).__name__} {error}"
        finally:
            opened.close()

    def _write(self, left: dict[str, bytes]) -> None:
        """Put there what is left; a file that no reading changes stays where the state before had the same one."""
        for name in [one for one in self.placed if left.get(one) != self.placed[one] or one.count("/") < 2]:
            (self.work / name).unlink(missing_ok=True)
            del self.placed[name]
        for old in self.configuration.vault_store.glob(f"{STORE_FILE}*"):
            old.unlink()
        for name, data in left.items():
            path = self.work / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
            elif name not in self.placed:
                path.write_bytes(data)
                self.placed[name] = data

    def _root(self) -> bytes:
        data = key_file_of(self.configuration).read_bytes()
        for custodians in (CUSTODIANS, NEXT_TWO) if data not in self.roots else ():
            with suppress(SealError):
                self.roots[data] = keyfile.open_keyfile(data, dict(list(custodians.items())[:2]))
        if data not in self.roots:
            raise SealError
        return self.roots[data]

    def _asked(self, parts: Parts, left: dict[str, bytes], promises: list[tuple[str, Any]]) -> str:
        erased = {value for name, value in promises if name == "erased"}
        for name, value in promises:
            wrong = ""
            if name == "object":
                wrong = self._object(parts, left, value, erased)
            elif name == "import":
                wrong = self._import(parts, left, value)
            elif name == "file" and sha256_hex(left.get(value[0], b"")) != value[1]:
                wrong = f"lost: {value[0].partition('/')[0]}"
            if wrong:
                return wrong
        return self._keys(parts, promises, erased)

    def _object(self, parts: Parts, left: dict[str, bytes], value: list[str], erased: set[str]) -> str:
        name, owner, digest = value
        if owner in erased:
            return ""
        try:
            key = parts.ring.version(owner, 1)
        except KeyGoneError:
            # One matter is erased; until that is acknowledged, its key may be there or not.
            return "" if owner.endswith(f"-{MATTERS - 1}") else f"lost: the key of {owner}"
        if parts.store.one("SELECT 1 FROM object WHERE id = ?", (name,)) is None:
            return "lost: an object's row"
        place = (name.encode(), key, left.get(f"vault/objects/{name[:2]}/{name}.sealed", b""))
        if place not in self.opened:
            if sha256_hex(parts.objects.open(name)) != digest:
                return "torn: an object"
            self.opened.add(place)
        return ""

    def _import(self, parts: Parts, left: dict[str, bytes], value: list[Any]) -> str:
        table, rows, segments, size = value
        listed = parts.store.all("SELECT * FROM segment WHERE id LIKE ?", (f"i{size - 1}-%",))
        if len(listed) != segments:
            return "lost: a segment's row"
        if parts.heads.last("private").size < size:
            return "lost: the head that was seen"
        keys = RecordKeys(ring=parts.ring, segment=listed[0]["id"])
        held = [
            f"vault/segments/{table}/{one['id']}/{part}" for one in listed for part in ("pages", "index", "directory")
        ]
        if missing := [name for name in held if name not in left]:
            return f"lost: {missing[0]}"
        place = (
            *(left[name] for name in held),
            *(keys.customer_key(CUSTOMER), keys.index_key(), keys.directory_key()),
        )
        if place not in self.opened:
            found = sum(self._rows(parts, Pinned(one["id"], table, one["directory_sha256"])) for one in listed)
            if found != rows:
                return f"lost: {rows - found} rows"
            self.opened.add(place)
        return ""

    def _rows(self, parts: Parts, one: Pinned) -> int:
        reader = parts.records.reader(one)
        return reader.find(customer=CUSTOMER, selectors=ACCOUNT, window=EVER).num_rows

    def _keys(self, parts: Parts, promises: list[tuple[str, Any]], erased: set[str]) -> str:
        for owner in erased:
            if parts.store.one("SELECT 1 FROM wrapped_key WHERE owner = ?", (owner,)) is not None:
                return f"lost: the erasure of {owner}"
        epochs = [value for name, value in promises if name == "epoch"]
        alive = {one.name for one in parts.ring.epochs.alive}
        if alive & {FIRST_EPOCH, *epochs[:-1]} and epochs:
            return f"lost: the end of {alive}"
        of_before = [value for name, value in promises if name == "custodians"][:-1]
        if sha256_hex(key_file_of(self.configuration).read_bytes()) in of_before:
            return "lost: the change of custodians"
        return ""
