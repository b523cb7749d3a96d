"""Reads of the ledger: proofs, heads, history. Every answer is frozen; nothing here opens a seal."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from safeconduct.core.base.errors import BadInputError, DamagedError
from safeconduct.core.tlog import tree
from safeconduct.core.tlog.merkle import EMPTY_ROOT, HASH_BYTES, ReadNode, leaf_hash, node_hash
from safeconduct.core.tlog.proofs import ProofError, verify_consistency
from safeconduct.core.tlog.slots import SlotTree, slot_proof
from safeconduct.rooms.ledger.models import Cosignature, Head, Leaf, LogState, Node, Opening, PublicPlace
from safeconduct.rooms.ledger.rules import LOGS, PRIVATE, PUBLIC


class NoSuchEntryError(BadInputError):
    """The ledger has no such readable entry, or the log no such size."""

    code = "SC-NO-SUCH-ENTRY"


class LedgerDamagedError(DamagedError):
    """The stored ledger does not hold together."""

    code = "SC-LEDGER-DAMAGED"
    cure = "Stop. Compare the database with the published tiles and a backup before anything is signed."


@dataclass(frozen=True)
class HistoryLine:
    """One readable entry.

    Attributes:
        entry: the entry's id.
        index: its leaf number: also the cursor of the worker.
        kind: ``room.verb``.
        person: id of the natural person who acted.
        account: id of the account used.
        organisation: id of the organisation acted for.
        at: when, in UTC.
        subject: what it is about.
        facts: ids, digests, counts and states.
    """

    entry: str
    index: int
    kind: str
    person: str
    account: str
    organisation: str
    at: datetime
    subject: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class TreeHead:
    """Size and root (hexadecimal) of a log as it stands, signed or not."""

    log: str
    size: int
    root: str


@dataclass(frozen=True)
class SignedHead:
    """A signed head; ``note`` carries the log's signature and every witness's line."""

    log: str
    size: int
    root: str
    note: str
    cosigners: tuple[str, ...]


@dataclass(frozen=True)
class HeadToSign:
    """What the vault process is asked to sign: the head now, and that it continues the head of size ``since``."""

    log: str
    size: int
    root: str
    since: int
    consistency: tuple[str, ...]


def check_log_name(log: str) -> None:
    """Raise ``BadInputError`` unless ``log`` is ``private`` or ``public``."""
    if log not in LOGS:
        raise BadInputError("The log is private or public.")


def size_of(*, log: str) -> int:
    """Return the number of leaves."""
    check_log_name(log)
    return LogState.objects.filter(log=log).values_list("size", flat=True).first() or 0


def read_nodes(*, log: str, plan: Callable[[ReadNode], object]) -> ReadNode:
    """Return a reader of the stored nodes that ``plan`` reads, fetched in one query; raises ``LedgerDamagedError``."""
    wanted: dict[int, set[int]] = {}

    def note(level: int, index: int) -> bytes:
        wanted.setdefault(level, set()).add(index)
        return bytes(HASH_BYTES)

    plan(note)
    condition = Q(pk__in=[])
    for level, places in wanted.items():
        condition |= Q(level=level, index__in=places)
    rows = Node.objects.filter(condition, log=log).values_list("level", "index", "hash") if wanted else []
    found = {(level, index): bytes(value) for level, index, value in rows}

    def read(level: int, index: int) -> bytes:
        try:
            return found[level, index]
        except KeyError:
            raise LedgerDamagedError(f"Node {level}/{index} of the {log} log is missing.") from None

    return read


def root_at(*, log: str, size: int) -> bytes:
    """Return the root of the first ``size`` leaves."""
    if not 0 <= size <= size_of(log=log):
        raise NoSuchEntryError(f"The {log} log has not reached size {size}.")
    return tree.root(size, read_nodes(log=log, plan=lambda read: tree.root(size, read)))


def inclusion_proof(*, log: str, index: int, size: int) -> list[bytes]:
    """Return the inclusion proof of a leaf in the tree of ``size``."""
    return tree.inclusion(index, size, read_nodes(log=log, plan=lambda read: tree.inclusion(index, size, read)))


def consistency_proof(*, log: str, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``old`` is a prefix of the tree of ``new``."""
    return tree.consistency(old, new, read_nodes(log=log, plan=lambda read: tree.consistency(old, new, read)))


def head(*, log: str = PRIVATE) -> TreeHead:
    """Return the log's head as it stands."""
    size = size_of(log=log)
    return TreeHead(log, size, root_at(log=log, size=size).hex())


def signed_head(*, log: str = PRIVATE, size: int | None = None) -> SignedHead | None:
    """Return the largest signed head, or the one of ``size``, with the witnesses' lines; None before the first."""
    heads = Head.objects.filter(log=log) if size is None else Head.objects.filter(log=log, size=size)
    found = heads.order_by("-size").first()
    if found is None:
        return None
    lines = list(Cosignature.objects.filter(head=found).order_by("name").values_list("name", "line"))
    note = found.note + "".join(line for _, line in lines)
    return SignedHead(log, found.size, bytes(found.root).hex(), note, tuple(name for name, _ in lines))


def last_cosigned_size(*, log: str, name: str) -> int:
    """Return the size of the largest head that the witness ``name`` cosigned, 0 before the first."""
    lines = Cosignature.objects.filter(head__log=log, name=name)
    size: int | None = lines.aggregate(size=Max("head__size"))["size"]
    return size or 0


def head_to_sign(*, log: str, since: int | None = None) -> HeadToSign:
    """Return the head to be signed next, after looking again at every leaf that the last signed head did not cover.

    ``since`` is the size the signer saw last; None means the last signed head. Each new leaf's hash is computed twice
    from the stored bytes and held against the stored node, so is every node above it, and the growth is proven,
    before anything is offered: a head with one wrong bit, once signed, could never be repaired. Raises
    ``LedgerDamagedError``, also when the signer saw more than there is.
    """
    size = size_of(log=log)
    last = Head.objects.filter(log=log, size__lte=size).order_by("-size").first()
    covered = last.size if last else 0
    check_leaves(log=log, start=covered, stop=size)
    check_nodes(log=log, start=covered, stop=size)
    root = root_at(log=log, size=size)
    try:
        verify_consistency(
            old_size=covered,
            old_root=bytes(last.root) if last else EMPTY_ROOT,
            new_size=size,
            new_root=root,
            proof=consistency_proof(log=log, old=covered, new=size),
        )
    except ProofError as error:
        raise LedgerDamagedError(f"The {log} log does not continue its signed head of size {covered}.") from error
    start = covered if since is None else since
    if start > size:
        raise LedgerDamagedError(f"The signer saw size {start} and the {log} log has {size}: entries are gone.")
    hashes = consistency_proof(log=log, old=start, new=size)
    return HeadToSign(log, size, root.hex(), start, tuple(value.hex() for value in hashes))


def check_leaves(*, log: str, start: int, stop: int) -> None:
    """Hash the stored leaves ``[start, stop)`` in two readings; raises ``LedgerDamagedError`` naming the first bad."""
    place = {"log": log, "index__gte": start, "index__lt": stop}
    nodes = Node.objects.filter(level=0, **place).order_by("index").values_list("index", "hash")
    stored = {index: bytes(value) for index, value in nodes.iterator()}
    for _ in range(2):
        expected = start
        for index, data in Leaf.objects.filter(**place).order_by("index").values_list("index", "data").iterator():
            if index != expected or leaf_hash(bytes(data)) != stored.get(index):
                raise LedgerDamagedError(f"Leaf {expected} of the {log} log is not what its hash says.")
            expected += 1
        if expected != stop or len(stored) != stop - start:
            raise LedgerDamagedError(f"Leaf {expected} of the {log} log is missing.")


def check_nodes(*, log: str, start: int, stop: int) -> None:
    """Hold every stored node over a leaf of ``[start, stop)`` against its two parts; raises ``LedgerDamagedError``.

    A proof of growth is made of these nodes, so it cannot tell that one of them is wrong.
    """
    for level in range(1, stop.bit_length()):
        first, last = start >> level, stop >> level
        rows = Node.objects.filter(log=log)
        upper = dict(rows.filter(level=level, index__gte=first, index__lt=last).values_list("index", "hash"))
        parts = rows.filter(level=level - 1, index__gte=2 * first, index__lt=2 * last).values_list("index", "hash")
        below = {index: bytes(value) for index, value in parts}
        for index in range(first, last):
            left, right, node = below.get(2 * index), below.get(2 * index + 1), upper.get(index)
            if left is None or right is None or node is None or node_hash(left, right) != bytes(node):
                raise LedgerDamagedError(f"Node {level}/{index} of the {log} log is not that of its parts.")


def _line(opening: Opening) -> HistoryLine:
    body = json.loads(opening.body)
    actor = body["actor"]
    return HistoryLine(
        entry=opening.entry_id,
        index=opening.entry.index,
        kind=opening.kind,
        person=actor["person"],
        account=actor["account"],
        organisation=actor["organisation"],
        at=opening.at,
        subject=opening.subject,
        facts=body["facts"],
    )


def history(*, subject: str) -> tuple[HistoryLine, ...]:
    """Return the readable entries about ``subject``, oldest first."""
    rows = Opening.objects.filter(subject=subject).select_related("entry").order_by("entry__index")
    return tuple(_line(row) for row in rows)


def subjects(*, kind: str) -> frozenset[str]:
    """Return what the readable entries of ``kind`` are about."""
    return frozenset(Opening.objects.filter(kind=kind).values_list("subject", flat=True))


def erased_subjects() -> frozenset[str]:
    """Return what erased entries were about, as the entry that ordered each erasure says."""
    return frozenset(Opening.objects.filter(kind="ledger.erase").values_list("subject", flat=True))


def entries_after(*, index: int, limit: int = 500, kinds: frozenset[str] = frozenset()) -> tuple[HistoryLine, ...]:
    """Return up to ``limit`` readable entries after leaf ``index`` (-1 for all): the worker's cursor."""
    rows = Opening.objects.filter(entry__index__gt=index)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return tuple(_line(row) for row in rows.select_related("entry").order_by("entry__index")[:limit])


def entry(*, entry: str) -> HistoryLine:
    """Return one readable entry by id; raises ``NoSuchEntryError`` for an unknown or erased one."""
    found = Opening.objects.filter(entry_id=entry).select_related("entry").first()
    if found is None:
        raise NoSuchEntryError("It was never made, or it was erased.")
    return _line(found)


def proof_for(*, entry: str, since: int) -> dict[str, Any]:
    """Return the proof that ``entry`` (its id) is in the private log, which continues the head of size ``since``.

    The form is that of ``core.tlog.entry_proofs``. Raises ``NoSuchEntryError`` for an unknown or erased entry, or a
    ``since`` that the log has not reached.
    """
    opening = Opening.objects.filter(entry_id=entry).select_related("entry").first()
    if opening is None:
        raise NoSuchEntryError("It was never made, or it was erased.")
    size, index = size_of(log=PRIVATE), opening.entry.index
    if not 0 <= since <= size:
        raise NoSuchEntryError(f"The private log has not reached size {since}.")

    def plan(read: ReadNode) -> tuple[bytes, list[bytes], list[bytes]]:
        return tree.root(size, read), tree.inclusion(index, size, read), tree.consistency(since, size, read)

    root, inclusion, grown = plan(read_nodes(log=PRIVATE, plan=plan))
    return {
        "opening": json.loads(opening.body),
        "salt": bytes(opening.salt).hex(),
        "index": index,
        "size": size,
        "root": root.hex(),
        "inclusion": [value.hex() for value in inclusion],
        "consistency": {"from": since, "hashes": [value.hex() for value in grown]},
    }


def public_proof_for(*, public_entry: str) -> dict[str, Any] | None:
    """Return the proof that a public entry stands in its slot and the slot in the signed public log, with the note.

    None while the entry waits for its slot, or the slot for a signed head. The form is that of ``core.tlog.slots``
    with the member ``checkpoint``.
    """
    place = PublicPlace.objects.filter(entry_id=public_entry).select_related("slot").first()
    signed = signed_head(log=PUBLIC)
    if place is None or signed is None or signed.size <= place.slot_id:
        return None
    slot = place.slot
    data = bytes(slot.leaves)
    leaves = tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))
    proof = slot_proof(
        tree=SlotTree(slot.height, leaves, ()),
        place=place.place,
        start=slot.start,
        index=slot.index,
        size=signed.size,
        path=inclusion_proof(log=PUBLIC, index=slot.index, size=signed.size),
    )
    return proof | {"checkpoint": signed.note}
