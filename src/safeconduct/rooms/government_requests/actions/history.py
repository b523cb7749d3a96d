"""Take history over from a file: chunk by chunk, so that a run that broke off goes on where it stopped."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.models import HistoryBatch, ImportedMatter, RefusedRow
from safeconduct.rooms.government_requests.queries.history import UnknownHistoryError
from safeconduct.rooms.government_requests.rules.history import (
    CHUNK,
    HistoryRow,
    Mapping,
    RefusedRowError,
    RowRefused,
    read_row,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps.history_index import blind_identifiers, index_history
from safeconduct.rooms.government_requests.steps.mail import object_id
from safeconduct.rooms.ledger import steps as ledger
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.rooms.vault import steps as vault

Rows = list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class TakenOver:
    """What became of a file: rows taken, refused with their reasons, and known before. ``batch`` is "" for a trial."""

    batch: str
    taken: int
    refused: int
    repeated: int
    reasons: dict[str, int]
    ended: bool


@dataclass(frozen=True)
class _Chunk:
    """Some rows, read: those that can be taken by their place, and why the others cannot."""

    good: dict[int, HistoryRow]
    bad: dict[int, RowRefused]


def _read(rows: Rows, start: int, mapping: Mapping, today: date) -> _Chunk:
    chunk = _Chunk({}, {})
    for number, row in enumerate(rows[start : start + CHUNK], start=start + 1):
        try:
            chunk.good[number] = read_row(row, mapping, today=today)
        except RefusedRowError as error:
            chunk.bad[number] = error.reason
    return chunk


def try_history(*, rows: Rows, mapping: Mapping, today: date) -> TakenOver:
    """Return what taking these rows over would give; nothing is written and nothing is sealed."""
    good, reasons = set[str](), dict[str, int]()
    repeated = 0
    for start in range(0, len(rows), CHUNK):
        chunk = _read(rows, start, mapping, today)
        for row in chunk.good.values():
            repeated += row.key in good
            good.add(row.key)
        for reason in chunk.bad.values():
            reasons[reason] = reasons.get(reason, 0) + 1
    refused = sum(reasons.values())
    return TakenOver(batch="", taken=len(good), refused=refused, repeated=repeated, reasons=reasons, ended=False)


def take_over_history(  # noqa: PLR0913 - a file is these facts, all by keyword
    *,
    actor: Actor,
    now: datetime,
    rows: Rows,
    source: str,
    digest: str,
    mapping: Mapping,
    mapping_digest: str,
    progress: Callable[[int], object] = lambda _count: None,
    randomness: Randomness = os.urandom,
) -> TakenOver:
    """Take a file's rows over; the same file under the same mapping goes on where it stopped, or changes nothing.

    Raises what the vault process and the ledger refuse with; what was taken stays, and the next run goes on.
    """
    actor.require(Permission.RECEIVE)
    batch = _begin(actor=actor, now=now, digest=digest, mapping=mapping_digest, source=source, randomness=randomness)
    progress(batch.done_rows)
    while batch.ended_at is None and batch.done_rows < len(rows):
        before = batch.done_rows
        batch = _take_chunk(batch, rows, mapping, now.date())
        progress(batch.done_rows - before)
    if batch.ended_at is None:
        _end(actor=actor, now=now, batch=batch, randomness=randomness)
    return _told(batch)


def _begin(
    *, actor: Actor, now: datetime, digest: str, mapping: str, source: str, randomness: Randomness
) -> HistoryBatch:
    try:
        with transaction.atomic(durable=True):
            known = HistoryBatch.objects.filter(digest=digest, mapping=mapping).first()
            if known is not None:
                return known
            batch = HistoryBatch.objects.create(
                id=new_id(randomness), digest=digest, mapping=mapping, source=source, by=actor.person, begun_at=now
            )
            ledger.record(
                actor=actor,
                now=now,
                kind="government_requests.take_over_history",
                subject=batch.pk,
                facts={"digest": digest, "mapping": mapping, "source": source},
                randomness=randomness,
            )
            return batch
    except IntegrityError:
        return HistoryBatch.objects.get(digest=digest, mapping=mapping)


def _take_chunk(batch: HistoryBatch, rows: Rows, mapping: Mapping, today: date) -> HistoryBatch:
    """Seal one chunk and write its rows down in one transaction; the ids are the same at every attempt."""
    start = batch.done_rows
    chunk = _read(rows, start, mapping, today)
    value: dict[str, Any] = {"version": 1, "kind": "history", "matter": batch.pk, "from": start + 1}
    value["rows"] = rows[start : start + CHUNK]
    words = vault.seal(
        kind="history",
        owner={"matter": batch.pk},
        data=canonical_json(value),
        object_id=object_id(batch.pk, f"rows/{start}"),
    )
    keys = vault_queries.blind_index(kind="history_key", values=[row.key for row in chunk.good.values()])
    named = blind_identifiers({number: rows[number - 1] for number in chunk.good})
    with transaction.atomic(durable=True):
        kept = HistoryBatch.objects.select_for_update().get(pk=batch.pk)
        if kept.done_rows != start:
            return kept
        fresh = _fresh(kept, chunk, keys, words)
        ImportedMatter.objects.bulk_create(fresh)
        index_history(fresh=fresh, found=named)
        RefusedRow.objects.bulk_create(
            RefusedRow(batch=kept, number=number, reason=str(reason), words=words)
            for number, reason in chunk.bad.items()
        )
        kept.done_rows = min(start + CHUNK, len(rows))
        kept.taken += len(fresh)
        kept.refused += len(chunk.bad)
        kept.repeated += len(chunk.good) - len(fresh)
        kept.save()
    return kept


def _fresh(batch: HistoryBatch, chunk: _Chunk, keys: list[str], words: str) -> list[ImportedMatter]:
    seen = set(ImportedMatter.objects.filter(key__in=keys).values_list("key", flat=True))
    found = []
    for (number, row), key in zip(chunk.good.items(), keys, strict=True):
        if key in seen:
            continue
        seen.add(key)
        found.append(
            ImportedMatter(
                key=key,
                batch=batch,
                number=number,
                received_on=row.received,
                closed_on=row.closed,
                process=row.process,
                outcome=row.outcome,
                country=row.country,
                words=words,
            )
        )
    return found


def _end(*, actor: Actor, now: datetime, batch: HistoryBatch, randomness: Randomness) -> None:
    with transaction.atomic(durable=True):
        batch.ended_at = now
        batch.save()
        facts = {"taken": batch.taken, "refused": batch.refused, "repeated": batch.repeated}
        ledger.record(
            actor=actor,
            now=now,
            kind="government_requests.history_taken_over",
            subject=batch.pk,
            facts=facts,
            randomness=randomness,
        )


def _told(batch: HistoryBatch) -> TakenOver:
    reasons: dict[str, int] = {}
    for reason in batch.refusals.values_list("reason", flat=True):
        reasons[reason] = reasons.get(reason, 0) + 1
    return TakenOver(
        batch=batch.pk,
        taken=batch.taken,
        refused=batch.refused,
        repeated=batch.repeated,
        reasons=reasons,
        ended=batch.ended_at is not None,
    )


def open_history(*, actor: Actor, now: datetime, batch: str, grant: str, randomness: Randomness = os.urandom) -> None:
    """Enter the grant that the open origin gave for a file of history, and have the vault process honour it."""
    actor.require(Permission.OPEN_CASE)
    with transaction.atomic(durable=True):
        found = HistoryBatch.objects.select_for_update().filter(pk=batch).first()
        if found is None:
            raise UnknownHistoryError
        entry = ledger.record(
            actor=actor,
            now=now,
            kind="government_requests.open_case",
            subject=found.pk,
            facts={"grant": grant},
            randomness=randomness,
        )
    vault.open_case(matter=batch, grant=grant, entry=entry.id)
