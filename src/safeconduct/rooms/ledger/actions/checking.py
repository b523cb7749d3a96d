"""``check_log``: the stored ledger, derived again from its leaves and held against every row, signature and witness.

It trusts no row for another. What it finds is named: the table's thing, its number, and who saw otherwise.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection

from safeconduct.core.base.canonical import parse_canonical
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.periods import instant_text, parse_instant, to_utc
from safeconduct.core.tlog import entries, tree
from safeconduct.core.tlog.checkpoint import Checkpoint
from safeconduct.core.tlog.merkle import EMPTY_ROOT, leaf_hash
from safeconduct.core.tlog.notes import COSIGNATURE, Verifier, open_note, parse_line, split_note
from safeconduct.rooms.ledger import queries
from safeconduct.rooms.ledger.actions.checking_slots import check_slots
from safeconduct.rooms.ledger.models import Cosignature, Entry, Erasure, Head, Leaf, LogState, Node
from safeconduct.rooms.ledger.queries import LedgerDamagedError
from safeconduct.rooms.ledger.rules import LOGS, PRIVATE, PUBLIC


@dataclass(frozen=True)
class SeenHead:
    """A head that another party saw: the vault process, a witness, a published folder."""

    who: str
    size: int
    root: str


@dataclass(frozen=True)
class LogCheck:
    """What ``check_log`` looked at and found whole."""

    size: int
    root: str
    openings: int
    heads: int


@contextmanager
def _named() -> Iterator[None]:
    """Name the database itself where it cannot be read, or holds what its columns cannot."""
    try:
        yield
    except LedgerDamagedError:
        raise
    except DatabaseError as error:
        raise LedgerDamagedError("The database file is damaged: it cannot be read.") from error
    except (ValueError, TypeError, OverflowError, AttributeError, SafeconductError) as error:
        raise LedgerDamagedError(
            f"A row of the ledger holds no value of its column ({type(error).__name__})."
        ) from error


def check_log(*, log: str, keys: Sequence[Verifier] = (), seen: Sequence[SeenHead] = ()) -> LogCheck:
    """Derive the log again from its stored leaves and hold everything against it: nodes, entries, slots, signed heads.

    ``keys`` are the log's own and the witnesses'; without them no signature is checked. ``seen`` are heads that others
    saw, which alone can tell an old copy from the newest. Raises ``LedgerDamagedError`` that names the first bad thing.
    Reads the whole log; memory is about 200 bytes a leaf.
    """
    with _named():
        _check_file()
        _check_names()
        built = _check_tree(log)
        for head in seen:
            _check_seen(log, built, head)
        heads = _check_heads(log, built, keys)
        openings = _check_openings(built.size) if log == PRIVATE else 0
        if log == PUBLIC:
            check_slots(size=built.size)
        return LogCheck(built.size, (built.root() if built.size else EMPTY_ROOT).hex(), openings, heads)


def _check_file() -> None:
    """Have SQLite look at its own file: pages, order of rows, and every index against its table."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        said = str(cursor.fetchone()[0])
    if said != "ok":
        raise LedgerDamagedError("The database file is damaged: SQLite's own check fails.")


def _check_names() -> None:
    """Name a row that belongs to neither log."""
    for table in (Leaf, Node, Head, LogState):
        if table.objects.exclude(log__in=LOGS).exists():
            raise LedgerDamagedError(f"A {table.__name__.lower()} belongs to neither log.")


def _check_tree(log: str) -> tree.MemoryTree:
    """Return the tree of the stored leaves; raises unless every node is its own and the log's size is its size."""
    size = queries.size_of(log=log)
    queries.check_leaves(log=log, start=0, stop=size)
    rows = Leaf.objects.filter(log=log).order_by("index").values_list("data", flat=True)
    built = tree.MemoryTree([leaf_hash(bytes(data)) for data in rows.iterator()])
    if built.size != size:
        raise LedgerDamagedError(f"The {log} log has {built.size} leaves and says {size}.")
    nodes = Node.objects.filter(log=log).order_by("level", "index").values_list("level", "index", "hash")
    count = 0
    for level, index, value in nodes.iterator():
        count += 1
        if level < 0 or index < 0 or index >= size >> level or bytes(value) != built.read(level, index):
            raise LedgerDamagedError(f"Node {level}/{index} of the {log} log is not that of its leaves.")
    if count != sum(size >> level for level in range(size.bit_length())):
        raise LedgerDamagedError(f"A node of the {log} log is missing.")
    return built


def _check_seen(log: str, built: tree.MemoryTree, head: SeenHead) -> None:
    if head.size > built.size:
        missing = f"{head.who} saw size {head.size} and the {log} log has {built.size}: entries are gone."
        raise LedgerDamagedError(missing[0].upper() + missing[1:])
    root = tree.root(head.size, built.read) if head.size else EMPTY_ROOT
    if root.hex() != head.root:
        raise LedgerDamagedError(f"The head of size {head.size} that {head.who} saw is not one of these leaves.")


def _check_heads(log: str, built: tree.MemoryTree, keys: Sequence[Verifier]) -> int:
    """Hold each signed head and its cosignatures against the tree and, where there are keys, the signatures."""
    heads = list(Head.objects.filter(log=log).order_by("size"))
    for known in heads:
        name = f"The signed head of size {known.size} of the {log} log"
        if not 0 <= known.size <= built.size or tree.root(known.size, built.read) != bytes(known.root):
            raise LedgerDamagedError(f"{name} is not one of these leaves.")
        lines = list(Cosignature.objects.filter(head=known).values_list("name", "line"))
        with _refusing(name):
            _check_note(known, lines, keys)
    if Cosignature.objects.exclude(head__in=Head.objects.all()).exists():
        raise LedgerDamagedError("A cosignature is under no head.")
    return len(heads)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except LedgerDamagedError:
        raise
    except SafeconductError as error:
        raise LedgerDamagedError(f"{name} does not hold: {error.message}") from error


def _check_note(known: Head, lines: list[tuple[str, str]], keys: Sequence[Verifier]) -> None:
    text, signatures = split_note(known.note)
    checkpoint = Checkpoint.parse(text)
    if (checkpoint.size, checkpoint.root) != (known.size, bytes(known.root)):
        raise LedgerDamagedError(f"The note of the signed head of size {known.size} is about another head.")
    if any(parse_line(line)[0] != name for name, line in lines):
        raise LedgerDamagedError(f"A cosignature of the head of size {known.size} is filed under another name.")
    if not keys:
        return
    own = [key for key in keys if key.kind != COSIGNATURE and key.name == checkpoint.origin]
    opened = open_note(known.note, own)
    if len(opened.signatures) != len(signatures):
        raise LedgerDamagedError(f"The note of the signed head of size {known.size} has a line that is not the log's.")
    for name, line in lines:
        open_note(f"{text}\n{line}", [key for key in keys if key.kind == COSIGNATURE and key.name == name])


def _check_openings(size: int) -> int:
    """Hold every readable entry against its leaf and every missing one against its erasure; return how many."""
    rows_of = Leaf.objects.filter(log=PRIVATE).values_list("index", "data")
    leaves = {index: bytes(data) for index, data in rows_of}
    count = 0
    rows = Entry.objects.select_related("opening", "erasure__ordered_by__opening").order_by("index")
    for number, row in enumerate(rows.iterator()):
        if row.index != number:
            raise LedgerDamagedError(f"Entry {number} is missing.")
        opening = getattr(row, "opening", None)
        if opening is None:
            _check_erasure(row)
            continue
        with _refusing(f"Entry {row.index}"):
            _check_opening(row, opening, leaves)
        count += 1
    if Entry.objects.count() != size:
        raise LedgerDamagedError("There are leaves without an entry.")
    if Erasure.objects.filter(entry__opening__isnull=False).exists():
        raise LedgerDamagedError("An erased entry can still be read.")
    return count


def _check_opening(row: Entry, opening: Any, leaves: dict[int, bytes]) -> None:  # noqa: ANN401 - a row of Opening
    body = parse_canonical(opening.body.encode())
    entries.check(leaf=leaves[row.index], opening=body, salt=bytes(opening.salt))
    if (body["kind"], body["subject"]) != (opening.kind, opening.subject):
        raise LedgerDamagedError(f"Entry {row.index} is filed under another kind or subject.")
    if to_utc(parse_instant(body["at"])) != opening.at or instant_text(opening.at) != body["at"]:
        raise LedgerDamagedError(f"Entry {row.index} is filed under another time.")


def _check_erasure(row: Entry) -> None:
    """Hold an erasure against the entry that ordered it, which says what was erased and where a copy lies."""
    erasure = getattr(row, "erasure", None)
    if erasure is None:
        raise LedgerDamagedError(f"Entry {row.index} is gone and no erasure is on record.")
    order = getattr(erasure.ordered_by, "opening", None)
    if order is None:
        raise LedgerDamagedError(f"The order to erase entry {row.index} cannot be read.")
    facts = {"entry": row.pk, "sealed_object": erasure.sealed_object}
    with _refusing(f"The order to erase entry {row.index}"):
        said = parse_canonical(order.body.encode())
    # The order is a later entry, not yet held against its leaf: its body may be anything that is JSON.
    if not isinstance(said, dict) or (said.get("kind"), said.get("facts")) != ("ledger.erase", facts):
        raise LedgerDamagedError(f"The erasure of entry {row.index} is not what its order says.")
