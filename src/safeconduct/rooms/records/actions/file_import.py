"""Take a file of records in with a mapping, part by part.

A part is all in or not in. The id of its run follows from the file's and the part's number, so that a run that broke
off goes on where it stopped: what is in is passed over, what was sent without an answer is sent again and answered as
before. Rows that cannot be read are sealed with their reasons, and counted. The same file with the same mapping
changes nothing.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.mappings.mapping import TableMapping
from safeconduct.core.mappings.parts import Part, Rows, read_part, sealed_words
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.records.actions import IMPORT, import_rows
from safeconduct.rooms.records.models import ImportRun, Quarantine, RecordFile
from safeconduct.rooms.vault import steps as vault

QUARANTINE = "quarantine"
MOST_ATTEMPTS = 1000


@dataclass(frozen=True, kw_only=True)
class FileTaken:
    """What became of a file: rows that are in, rows in quarantine with their reasons, and whether it was in before."""

    file: str
    table: str
    taken: int
    refused: int
    reasons: dict[str, int]
    before: bool


def import_file(
    *,
    actor: Actor,
    now: datetime,
    digest: str,
    mapping: str,
    table: TableMapping,
    parts: Iterable[Rows],
    progress: Callable[[int], object] = lambda _count: None,
    randomness: Randomness = os.urandom,
) -> FileTaken:
    """Take a file in; the same file under the same mapping goes on where it stopped, or changes nothing.

    Args:
        actor: who imports.
        now: the instant.
        digest: SHA-256 of the file.
        mapping: the mapping's digest.
        table: how it is read.
        parts: the file's rows, in parts of the same size at every attempt.
        progress: told how many rows were dealt with.
        randomness: source of ids.

    Raises what the vault process and the ledger refuse with; the parts that are in stay, and the next run goes on.
    """
    actor.require(IMPORT)
    file = _begin(actor, now, digest, mapping, table.record, randomness)
    if file.ended is not None:
        return _told(file, before=True)
    for number, (rows, part) in enumerate(_ahead(table, parts, file.parts)):
        if part is not None:
            _take(actor, now, file, number, part, randomness)
            file.refresh_from_db()
        progress(rows)
    _end(actor, now, file, randomness)
    return _told(file, before=False)


def _ahead(table: TableMapping, parts: Iterable[Rows], done: int) -> Iterator[tuple[int, Part | None]]:
    """Yield of each part how many rows it has and what they are; None for the first ``done``, which are in.

    The next part is read while the vault process seals the last: two processors are busy.
    """
    following, first = iter(parts), 1

    def read(number: int, first: int) -> tuple[int, Part | None] | None:
        rows = next(following, None)
        if rows is None:
            return None
        return len(rows), read_part(table, rows, first=first) if number >= done else None

    with ThreadPoolExecutor(1) as reader:
        number, waiting = 0, reader.submit(read, 0, first)
        while (found := waiting.result()) is not None:
            number, first = number + 1, first + found[0]
            waiting = reader.submit(read, number, first)
            yield found


def _begin(actor: Actor, now: datetime, digest: str, mapping: str, table: str, randomness: Randomness) -> RecordFile:
    named = {"digest": digest, "mapping": mapping, "table": table}
    known = RecordFile.objects.filter(**named).first()
    if known is not None:
        return known
    try:
        with transaction.atomic(durable=True):
            made = RecordFile.objects.create(id=new_id(randomness), person=actor.person, began=now, **named)
            ledger.record(
                actor=actor, now=now, kind="records.begin_file", subject=made.id, facts=named, randomness=randomness
            )
    except IntegrityError:
        return RecordFile.objects.get(**named)
    return made


def _derived(file: str, words: str) -> str:
    return hashlib.sha256(f"safeconduct/v1/record-file/{file}/{words}".encode()).hexdigest()[:32]


def _take(actor: Actor, now: datetime, file: RecordFile, number: int, part: Part, randomness: Randomness) -> None:
    words = _derived(file.id, f"quarantine/{number}")
    if part.bad:
        data = sealed_words(part.bad)
        vault.seal(kind=QUARANTINE, owner={"matter": file.id}, data=data, object_id=words)
    if part.rows.num_rows:
        _send(actor, now, file, number, part, randomness)
    with transaction.atomic(durable=True):
        kept = RecordFile.objects.select_for_update().get(pk=file.pk)
        if kept.parts != number:
            return
        Quarantine.objects.bulk_create(
            Quarantine(file=kept, part=number, column=column, reason=reason, rows=rows, words=words)
            for (column, reason), rows in sorted(part.reasons.items())
        )
        kept.parts = number + 1
        kept.taken += part.rows.num_rows
        kept.refused += len(part.bad)
        kept.save(update_fields=["parts", "taken", "refused"])


def _send(actor: Actor, now: datetime, file: RecordFile, number: int, part: Part, randomness: Randomness) -> None:
    """Import one part once: pass over a run that is in, send an open one again, begin anew after a refusal."""
    for attempt in range(MOST_ATTEMPTS):
        run = _derived(file.id, f"part/{number}/{attempt}")
        known = ImportRun.objects.filter(pk=run).values_list("state", flat=True).first()
        if known == "imported":
            return
        if known in (None, "intended"):
            again = {"run": run} if known else {"new_run": run}
            import_rows(actor=actor, now=now, table=file.table, rows=part.rows, randomness=randomness, **again)
            return


def _end(actor: Actor, now: datetime, file: RecordFile, randomness: Randomness) -> None:
    with transaction.atomic(durable=True):
        kept = RecordFile.objects.select_for_update().get(pk=file.pk)
        if kept.ended is not None:
            return
        kept.ended = now
        kept.save(update_fields=["ended"])
        facts = {"parts": kept.parts, "taken": kept.taken, "refused": kept.refused}
        ledger.record(
            actor=actor, now=now, kind="records.end_file", subject=kept.id, facts=facts, randomness=randomness
        )


def _told(file: RecordFile, *, before: bool) -> FileTaken:
    kept = RecordFile.objects.get(pk=file.pk)
    reasons: dict[str, int] = {}
    for one in Quarantine.objects.filter(file=kept).order_by("column", "reason", "part"):
        name = f"{one.column}: {one.reason}" if one.column else one.reason
        reasons[name] = reasons.get(name, 0) + one.rows
    return FileTaken(
        file=kept.id, table=kept.table, taken=kept.taken, refused=kept.refused, reasons=reasons, before=before
    )
