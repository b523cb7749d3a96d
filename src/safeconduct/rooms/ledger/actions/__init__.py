"""Whole verbs of the ledger, called by the worker and the command line: closing slots, cosigning, publishing.

They record no entry of their own: what they do is itself the log, visible in its heads and tiles.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction

from safeconduct.core.base.errors import SafeconductError, UnavailableError
from safeconduct.core.base.ids import Randomness
from safeconduct.core.tlog.checkpoint import Checkpoint, parse_size
from safeconduct.core.tlog.merkle import ReadNode
from safeconduct.core.tlog.notes import Note, Verifier, open_note, split_note
from safeconduct.core.tlog.slots import fill_slot, slot_leaf, slot_start
from safeconduct.core.tlog.tiles import CHECKPOINT, ReadEntries, TileConflictError, write_checkpoint, write_tiles
from safeconduct.core.tlog.witness import CONFLICT, AddCheckpoint, write_request
from safeconduct.rooms.ledger import queries, rules, steps, wire
from safeconduct.rooms.ledger.actions.checking import LogCheck, SeenHead, check_log
from safeconduct.rooms.ledger.models import Leaf, LogState, Node, PublicEntry, PublicPlace, PublicSlot
from safeconduct.rooms.ledger.rules import PUBLIC

__all__ = [
    "LogCheck",
    "NothingSignedError",
    "Published",
    "SeenHead",
    "SlotsClosed",
    "WitnessRefusedError",
    "check_log",
    "close_slots",
    "cosign",
    "fresh_line",
    "open_public_log",
    "publish_checkpoint",
]
OK = 200


class WitnessRefusedError(UnavailableError):
    """The log witness did not cosign."""

    code = "SC-WITNESS-REFUSED"
    cure = "Compare this log with what the witness saw last; a refusal can mean that history was changed."


class NothingSignedError(UnavailableError):
    """The log has no signed head yet."""

    code = "SC-NOTHING-SIGNED"


@dataclass(frozen=True)
class SlotsClosed:
    """How many slots closed, and the public log's size after."""

    count: int
    size: int


@dataclass(frozen=True)
class Published:
    """What was written: the head's size and how many new files."""

    log: str
    size: int
    files: int


def open_public_log(*, now: datetime, hours: int | None = None) -> datetime:
    """Open the public log at the slot of ``now``, if it is not open; return the start of its first slot."""
    with transaction.atomic(durable=True):
        return _first_slot(steps.lock_log(log=PUBLIC, now=now), _hours(hours))


def _hours(hours: int | None) -> int:
    return hours if hours is not None else int(settings.SAFECONDUCT.slot_hours)


def _first_slot(state: LogState, hours: int) -> datetime:
    return slot_start(state.opened_at, hours)


def close_slots(*, now: datetime, hours: int | None = None, randomness: Randomness = os.urandom) -> SlotsClosed:
    """Close every slot of the public log that is over at ``now``, empty ones too; again changes nothing.

    ``hours`` is the length of a slot; None takes the instance's. Raises ``LedgerClosedError``.
    """
    length = _hours(hours)
    try:
        with transaction.atomic(durable=True):
            state = steps.lock_log(log=PUBLIC, now=now)
            first = _first_slot(state, length)
            due = rules.slots_due(first=first, closed=state.size, now=now, hours=length)
            for start in due:
                end = start + timedelta(hours=length)
                _close_slot(state, start=start, end=end, randomness=randomness)
    except DatabaseError as error:
        raise steps.LedgerClosedError("A slot could not be closed.") from error
    return SlotsClosed(len(due), state.size)


def _close_slot(state: LogState, *, start: datetime, end: datetime, randomness: Randomness) -> None:
    waiting = PublicEntry.objects.filter(place_in_slot__isnull=True, at__lt=end).order_by("at", "id")
    chosen = list(waiting[: 1 << rules.SLOT_HEIGHT])
    filled = fill_slot([bytes(entry.commitment) for entry in chosen], rules.SLOT_HEIGHT, randomness)
    slot = PublicSlot.objects.create(
        index=state.size, start=start, height=filled.height, leaves=b"".join(filled.leaves)
    )
    PublicPlace.objects.bulk_create(
        PublicPlace(entry=entry, slot=slot, place=place) for entry, place in zip(chosen, filled.places, strict=True)
    )
    steps.append_leaf(state=state, data=slot_leaf(start, filled.root))


def cosign(*, log: str, socket: Path, witness: Verifier) -> bool:
    """Ask a log witness to cosign the newest signed head and keep its line; return whether a new line was added.

    Raises ``WitnessAwayError``, or ``WitnessRefusedError`` when the witness saw another history.
    """
    signed = queries.signed_head(log=log)
    if signed is None:
        raise NothingSignedError(f"The {log} log.")
    if witness.name in signed.cosigners:
        return False
    line = _ask(signed, socket=socket, witness=witness, since=queries.last_cosigned_size(log=log, name=witness.name))
    with transaction.atomic(durable=True):
        steps.add_cosignature(log=log, size=signed.size, line=line)
    return True


def fresh_line(*, note: str, size: int, socket: Path, witness: Verifier) -> str:
    """Return a new cosignature line over a head that ``witness`` saw last, for the time in it; nothing is stored."""
    head = queries.SignedHead(PUBLIC, size, "", note, ())
    return _ask(head, socket=socket, witness=witness, since=size)


def _ask(signed: queries.SignedHead, *, socket: Path, witness: Verifier, since: int) -> str:
    """Return the checked cosignature line; a witness that stands elsewhere is asked once more from where it stands."""
    for _ in range(2):
        proof = queries.consistency_proof(log=signed.log, old=since, new=signed.size)
        body = write_request(AddCheckpoint(since, tuple(proof), signed.note))
        answer = wire.add_checkpoint(path=socket, body=body)
        if answer.status == OK:
            return _checked_line(signed, answer.body, witness)
        if answer.status != CONFLICT:
            break
        since = _where_it_stands(answer.body, signed.size)
    raise WitnessRefusedError(f"It answered {answer.status}.")


def _where_it_stands(body: str, size: int) -> int:
    try:
        since = parse_size(body.removesuffix("\n"))
    except SafeconductError as error:
        raise WitnessRefusedError("It cosigned another root of this size.") from error
    if since > size:
        raise WitnessRefusedError(f"It already saw size {since}, and this log has {size}: entries are gone.")
    return since


def _checked_line(signed: queries.SignedHead, body: str, witness: Verifier) -> str:
    text = split_note(signed.note)[0]
    try:
        note: Note = open_note(f"{text}\n{body}", [witness])
    except SafeconductError as error:
        raise WitnessRefusedError("Its signature does not hold.") from error
    return note.signatures[0].line


def publish_checkpoint(*, folder: Path, log: str = PUBLIC) -> Published:
    """Write the newest signed head, with its tiles and entries, into ``folder``; again changes nothing.

    Tiles come first and the checkpoint last. Raises ``TileConflictError`` if the folder holds another history.
    """
    signed = queries.signed_head(log=log)
    if signed is None:
        raise NothingSignedError(f"The {log} log.")
    read, leaves = _stored_nodes(log), _stored_leaves(log)
    files = write_tiles(folder, old_size=_published_size(folder, signed), size=signed.size, read=read, entries=leaves)
    write_checkpoint(folder, signed.note)
    return Published(log, signed.size, files)


def _published_size(folder: Path, signed: queries.SignedHead) -> int:
    """Return the size of the head in ``folder``, 0 if there is none; raises unless this log continues it."""
    try:
        note = (folder / CHECKPOINT).read_text("utf-8")
    except FileNotFoundError:
        return 0
    known = Checkpoint.parse(split_note(note)[0])
    if known.size > signed.size or queries.root_at(log=signed.log, size=known.size) != known.root:
        raise TileConflictError(
            f"The folder shows size {known.size}, which this log of {signed.size} does not continue."
        )
    return known.size


def _stored_nodes(log: str) -> ReadNode:
    """Return a reader that fetches a tile's 256 hashes at a time."""
    cached: dict[tuple[int, int], dict[int, bytes]] = {}

    def read(level: int, index: int) -> bytes:
        block = index >> 8
        if (level, block) not in cached:
            cached.clear()
            rows = Node.objects.filter(log=log, level=level, index__gte=block << 8, index__lt=(block + 1) << 8)
            cached[level, block] = {place: bytes(value) for place, value in rows.values_list("index", "hash")}
        try:
            return cached[level, block][index]
        except KeyError:
            raise queries.LedgerDamagedError(f"Node {level}/{index} of the {log} log is missing.") from None

    return read


def _stored_leaves(log: str) -> ReadEntries:
    def leaves(start: int, stop: int) -> list[bytes]:
        rows = Leaf.objects.filter(log=log, index__gte=start, index__lt=stop).order_by("index")
        return [bytes(data) for data in rows.values_list("data", flat=True)]

    return leaves
