"""In which order the vault's store took what happened: triggers of the test write each event inside its transaction.

The store has one writer at a time, so the numbers of these rows are the order of the commits, also between processes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from safeconduct.vaultd.store import Store

EVENTS = {
    "proposed": ("INSERT ON consent", "NEW.digest", "coalesce(NEW.parent, '')"),
    "approved": ("INSERT ON approval", "NEW.digest", "NEW.person"),
    "declined": ("INSERT ON decline", "NEW.digest", "NEW.person"),
    "revoked": ("UPDATE OF revoked_at ON consent", "NEW.digest", "coalesce(OLD.revoked_at, '')"),
    "leased": ("INSERT ON lease", "NEW.digest", "NEW.journey"),
    "moved": ("UPDATE OF state ON lease", "NEW.digest", "NEW.state"),
    "laid_out": ("INSERT ON delivery", "NEW.digest", "NEW.name || ' ' || NEW.sha256"),
}


@dataclass(frozen=True)
class Event:
    """What happened to which object, at which place of the order."""

    place: int
    what: str
    digest: str
    detail: str


def watch(store: Store) -> None:
    """Create the table of events and the triggers that fill it."""
    with store.writing():
        store.run("CREATE TABLE race_event (place INTEGER PRIMARY KEY AUTOINCREMENT, what, digest, detail)")
        store.run("CREATE INDEX race_event_digest ON race_event (digest)")
        for what, (when, digest, detail) in EVENTS.items():
            values = f"INSERT INTO race_event (what, digest, detail) VALUES ('{what}', {digest}, {detail});"  # noqa: S608 - fixed words
            store.run(f"CREATE TRIGGER race_{what} AFTER {when} BEGIN {values} END")


def events(store: Store, digests: Iterable[str]) -> list[Event]:
    """Return what happened to these objects, in order."""
    wanted = tuple(digests)
    marks = ", ".join("?" * len(wanted))
    rows = store.all(f"SELECT * FROM race_event WHERE digest IN ({marks}) ORDER BY place", wanted)  # noqa: S608 - marks only
    return [Event(row["place"], row["what"], row["digest"], row["detail"]) for row in rows]
