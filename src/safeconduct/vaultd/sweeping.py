"""What a fresh start brings to its end or removes, before anybody is served: the rests of a process that was stopped.

A file of the outbox that is on record gets its name; what was prepared for an act that never happened goes away. Run it
in the one process that serves, never beside it.
"""

from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.segments.files import sweep as sweep_segments
from safeconduct.vaultd import durable
from safeconduct.vaultd.store import Store


@dataclass(frozen=True)
class Swept:
    """How many files got their names, and how many rests were removed."""

    handed_out: int
    removed: int


def sweep(*, configuration: Configuration, store: Store) -> Swept:
    """Bring the outbox in line with the record and remove what broken-off acts left in the vault's folder."""
    handed_out, removed = _outbox(configuration, store)
    vault = configuration.vault_store
    for folder in (vault, *(vault / "objects").glob("*")):
        removed += _remove(list(durable.prepared(folder).values()))
    for folder in (vault / "segments", *(vault / "preserved").glob("*")):
        removed += sweep_segments(folder)
    return Swept(handed_out, removed)


def _outbox(configuration: Configuration, store: Store) -> tuple[int, int]:
    handed_out, rests = 0, []
    for name, path in durable.prepared(configuration.outbox).items():
        row = store.one("SELECT sha256 FROM delivery WHERE name = ?", (name,))
        if row is not None and row["sha256"] == sha256_hex(path.read_bytes()):
            durable.put_in_place(configuration.outbox / name)
            handed_out += 1
        else:
            rests.append(path)
    return handed_out, _remove(rests)


def _remove(rests: list[Path]) -> int:
    for path in rests:
        path.unlink()
    return len(rests)
