"""What must hold after any crash: looked at from a fresh start, before anything is taken up again and after it.

The end is compared with that of a run which nothing disturbed: as many entries of each kind, leases, acts, letters,
segments and files, and nothing more. A double or a loss is a difference.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults import archive_work, casework
from tests.faults.founding import CUSTOMER_KEYS, DATABASES, WORDS
from tests.faults.house import House
from tests.vaultd.story import NUMBER, STRANGER, officer_keys

from safeconduct.core.packages.envelope import NOTE_SUFFIX
from safeconduct.core.sealing.recipients import decrypt_age
from safeconduct.core.verification.handed_out import check_handed_out
from safeconduct.core.verification.package_check import check_zip
from safeconduct.core.verification.results import exit_code
from safeconduct.core.verification.trust import Trust
from safeconduct.rooms.government_requests.models import Journey, Letter, Matter
from safeconduct.rooms.ledger import actions as ledger
from safeconduct.rooms.ledger.models import Opening, PublicEntry
from safeconduct.rooms.records.models import ImportRun
from safeconduct.vaultd.keys import KeyGoneError

CLEAR = tuple(
    text.encode()
    for text in (NUMBER, STRANGER, "Quillon Markerby", "4 Tidewater Lane", "Tern & Lowe", "Marrow", WORDS, "%PDF-1")
)
"""What stands in the rows, the names and the papers; no file of the instance may show it."""
Answers = dict[str, Any]


def clear_text(root: Path) -> list[str]:
    """Return the files that show something which is sealed everywhere."""
    found = []
    for path in root.rglob("*"):
        if path.is_file() and path.name != "overlay.toml":
            data = path.read_bytes()
            found += [f"{path.name} shows {words!r}" for words in CLEAR if words in data]
    return found


def outbox(root: Path) -> list[str]:
    """Return what is wrong in the outbox: each file opens to its end and verifies with its note, or is absent."""
    trust = Trust.read(root / "public" / "trust.json")
    wrong = []
    for path in sorted((root / "outbox").iterdir()):
        if path.name.endswith(NOTE_SUFFIX) or (path.name.startswith(".") and path.suffix == ".part"):
            continue
        if path.suffix != ".age":
            wrong.append(f"{path.name} lies in the outbox")
            continue
        identity = officer_keys()[0] if path.name.endswith(".zip.age") else CUSTOMER_KEYS[0]
        try:
            data = decrypt_age(path.read_bytes(), identity)
        except Exception as error:  # noqa: BLE001 - whatever it says, the file does not open
            wrong.append(f"{path.name} does not open: {error}")
            continue
        if path.name.endswith(".zip.age") and exit_code(check_zip(path.name, data, trust)):
            wrong.append(f"{path.name} does not verify")
        if path.with_name(path.name + NOTE_SUFFIX).exists() and exit_code(check_handed_out("", path, trust)):
            wrong.append(f"the note of {path.name} speaks of other bytes")
    return wrong


def objects(house: House) -> list[str]:
    """Return the sealed objects that do not open as they were, and those that open although they were erased."""
    wrong, erased = [], gone(house)
    for row in house.vault.store.all("SELECT id, sha256, owner FROM object"):
        try:
            data = house.vault.opened.objects.open(row["id"])
        except KeyGoneError:
            wrong += [] if row["owner"] in erased else [f"object {row['id']} opens no more"]
            continue
        if row["owner"] in erased:
            wrong.append(f"object {row['id']} opens after its erasure")
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            wrong.append(f"object {row['id']} holds other bytes")
    return wrong


def gone(house: House) -> set[str]:
    """Return the owners of keys that the vault process says it destroyed."""
    done = house.vault.store.all("SELECT act FROM act WHERE op = 'erase_case' AND answer_sealed IS NOT NULL")
    return {f"matter/{row['act']}" for row in done}


def left_over(house: House) -> int:
    """Return how many files of erased objects still lie there."""
    rows, erased = house.vault.store.all("SELECT id, owner FROM object"), gone(house)
    names = {row["id"] for row in rows if row["owner"] in erased}
    return sum(path.stem in names for path in (house.root / "vault" / "objects").rglob("*.sealed"))


def store(house: House) -> list[str]:
    """Return what is wrong with the two databases, the objects and the segments: the ``fsck`` of the whole house."""
    wrong = []
    for name in DATABASES:
        link = sqlite3.connect(house.root / name)
        wrong += [f"{name}: {said}" for (said,) in link.execute("PRAGMA integrity_check") if said != "ok"]
        link.close()
    opened, inner = house.vault.opened, house.vault.store
    wrong += objects(house)
    for row in inner.all("SELECT DISTINCT matter FROM segment"):
        for one in opened.records.pinned(row["matter"]):
            opened.records.reader(one)
    wrong += archive_work.wrong(house)
    handed = {row["name"]: row["sha256"] for row in inner.all("SELECT name, sha256 FROM delivery")}
    for name, digest in handed.items():
        path = house.outbox / name
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(f"{name} was handed out and is not in the outbox as it was")
    for path in house.outbox.iterdir():
        if path.name not in handed:
            wrong.append(f"{path.name} lies in the outbox and was never handed out")
    ledger.check_log(log="private")
    return wrong


def answered(house: House) -> dict[str, str]:
    """Return what the vault process answered so far, by act."""
    rows = house.vault.store.all("SELECT entry, op, act, answer_sealed FROM act WHERE answer_sealed IS NOT NULL")
    ring = house.vault.opened.ring
    return {
        f"{row['op']} {row['act']}": ring.open_field(f"act/answer/{row['entry']}", row["answer_sealed"]).decode()
        for row in rows
    }


def _counted(house: House, query: str) -> dict[str, int]:
    return {" ".join(map(str, tuple(row)[:-1])): int(tuple(row)[-1]) for row in house.vault.store.all(query)}


def ending(house: House) -> dict[str, Any]:
    """Return how many of everything there are, and where each matter stands: equal for every run of one leg."""
    places = Matter.objects.values_list("state", "notice_state", "outcome", "preserved_until", "prepared_by")
    return {
        "matters": sorted(map(str, map(list, places))),
        "entries": dict(Counter(Opening.objects.values_list("kind", flat=True))),
        "public": PublicEntry.objects.count(),
        "letters": dict(
            Counter(
                f"{kind} issued={issued is not None} superseded={gone is not None}"
                for kind, issued, gone in Letter.objects.values_list("kind", "issued_at", "superseded_at")
            )
        ),
        "journeys": dict(
            Counter(f"{act} done={done is not None}" for act, done in Journey.objects.values_list("act", "done_at"))
        ),
        "imports": dict(Counter(map(str, ImportRun.objects.values_list("state", "rows", "segments")))),
        "leases": _counted(house, "SELECT state, count(*) FROM lease GROUP BY state"),
        "acts": _counted(house, "SELECT op, answer_sealed IS NULL, count(*) FROM act GROUP BY 1, 2"),
        "segments": _counted(house, "SELECT record_table, rows, count(*) FROM segment GROUP BY 1, 2"),
        "rows": _counted(house, "SELECT record_table, sum(rows) FROM segment GROUP BY 1"),
        "made": _counted(house, "SELECT kind, count(*) FROM object WHERE kind IN ('package', 'receipt') GROUP BY kind"),
        "keys": list(house.vault.opened.ring.held().items()),
        "handed out": house.vault.store.all("SELECT count(*) FROM delivery")[0][0],
        "outbox": len(list(house.outbox.iterdir())),
        "left over": left_over(house),
        **casework.ending(),
    }


def kept(promised: Answers, final: Answers) -> list[str]:
    """Return the promises that the end does not keep, word for word."""
    return [
        f"promised {name} {json.dumps(value)}, and it is {json.dumps(final.get(name))}"
        for name, value in promised.items()
        if final.get(name) != value
    ]
