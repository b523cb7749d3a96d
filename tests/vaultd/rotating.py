"""What the tests of rotation share: rotate as the desk does, open a copy of the vault, and look at every key."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.vaultd.ground import Log
from tests.vaultd.story import CUSTODIANS, Story

from safeconduct.core.base.configuration import Configuration, read_configuration
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing import keys as sealing_keys
from safeconduct.core.sealing.errors import SealError
from safeconduct.vaultd.epochs import Epochs
from safeconduct.vaultd.keys import KeyGoneError, wrapping
from safeconduct.vaultd.vault import Vault, epoch_file_of, key_file_of

NEXT_TWO = {"cleo": "over the hills and far", "dora": "quiet rivers run deep", "emil": "seven lamps at night"}


def rotate(story: Story, epoch: str | None = None, entry: int | None = None) -> dict[str, Any]:
    """Record a rotation, if no entry is given, and have it done."""
    name = epoch or story.call("keys")["next"]
    chosen = story.log.record("vault.rotate", name, what="epoch", epoch=name) if entry is None else entry
    return story.call("rotate", epoch=name, proof=story.prove(chosen))


def rotate_root(
    story: Story,
    *,
    current: Mapping[str, str] = CUSTODIANS,
    custodians: Mapping[str, str] = NEXT_TWO,
    epoch: str | None = None,
    entry: int | None = None,
) -> dict[str, Any]:
    """Record a change of the root, if no entry is given, and have it done."""
    name = epoch or story.call("keys")["next"]
    facts = {"what": "root", "epoch": name, "custodians": len(custodians)}
    chosen = story.log.record("vault.rotate", name, **facts) if entry is None else entry
    told = {"epoch": name, "current": dict(current), "custodians": dict(custodians)}
    return story.call("rotate_root", **told, proof=story.prove(chosen))


def opened_in(folder: Path, log: Log, *, custodians: Mapping[str, str] = CUSTODIANS) -> Story:
    """Return the story of a vault that another process left in ``folder``, opened by its custodians."""
    configuration = read_configuration(folder / "safeconduct.toml")
    vault = Vault(configuration, wall=lambda: 1_000_000.0, elapsed=lambda: 0.0)
    story = Story(vault, configuration, [1_000_000.0], {}, log=log)
    pair = list(custodians.items())[:2]
    try:
        for custodian, passphrase in pair:
            story.call("unseal", custodian=custodian, passphrase=passphrase)
    except BaseException:
        vault.close()
        raise
    return story


def root_of(configuration: Configuration, passphrases: Mapping[str, str] = CUSTODIANS) -> bytes:
    """Return the root key of a key file."""
    return keyfile.open_keyfile(key_file_of(configuration).read_bytes(), dict(list(passphrases.items())[:2]))


def every_key(story: Story) -> dict[tuple[str, int], bytes]:
    """Return every key that the store holds, unwrapped anew."""
    ring = story.vault.opened.ring
    ring._known.clear()
    rows = story.vault.store.all("SELECT owner, version FROM wrapped_key ORDER BY owner, version")
    return {(row["owner"], row["version"]): ring.version(row["owner"], row["version"]) for row in rows}


def wrapped_bytes(story: Story) -> dict[tuple[str, int], bytes]:
    """Return every wrapped key as it lies in the store, by owner and version."""
    rows = story.vault.store.all("SELECT * FROM wrapped_key")
    return {(row["owner"], row["version"]): bytes(row["wrapped"]) for row in rows}


def opens_with(
    wrapped: Mapping[tuple[str, int], bytes], configuration: Configuration, root: bytes
) -> list[tuple[str, int]]:
    """Return the owners and versions whose wrapped keys open with this root and the epoch file as it is now."""
    epochs = Epochs(path=epoch_file_of(configuration), root=root, randomness=os.urandom)
    found = []
    for (owner, version), form in wrapped.items():
        for kek in (root, *(one.kek for one in epochs.alive)):
            try:
                sealing_keys.unwrap(kek, form, wrapping(owner, version))
            except (SealError, KeyGoneError):
                continue
            found.append((owner, version))
    return found


def all_bytes(folder: Path) -> bytes:
    """Return every byte of every file below a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
