"""History taken over, as the desk lists it: counted apart from what is proven here, and never mixed with it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import HistoryBatch, ImportedMatter, RefusedRow
from safeconduct.rooms.government_requests.rules.history import REFUSED_WORDS, SOURCES, RowRefused
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import PROCESS_NAMES, Process

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """One file that was taken over."""

    id: str
    source: str
    begun: date
    ended: bool
    taken: int
    refused: int
    repeated: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One imported matter: plain facts only."""

    number: int
    batch: str
    received: date
    closed: date | None
    process: str
    outcome: str
    country: str


@dataclass(frozen=True, kw_only=True)
class HistoryList:
    """A page of imported matters, with all batches and the counts."""

    batches: tuple[BatchLine, ...]
    rows: tuple[HistoryLine, ...]
    total: int
    refused: int
    page: int
    pages: int


def history(*, actor: Actor, page: int = 1, size: int = PAGE) -> HistoryList:
    """Return a page of what was taken over, newest first; raises ``NotPermittedError``."""
    actor.require(Permission.READ)
    matters = ImportedMatter.objects.order_by("-received_on", "key")
    total = matters.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    return HistoryList(
        batches=tuple(_batch(one) for one in HistoryBatch.objects.all()),
        rows=tuple(_line(one) for one in matters[(page - 1) * size : page * size]),
        total=total,
        refused=RefusedRow.objects.count(),
        page=page,
        pages=pages,
    )


def _batch(one: HistoryBatch) -> BatchLine:
    reasons = one.refusals.order_by().values_list("reason").annotate(rows=Count("pk")).order_by("-rows", "reason")
    return BatchLine(
        id=one.pk,
        source=SOURCES[one.source],
        begun=one.begun_at.date(),
        ended=one.ended_at is not None,
        taken=one.taken,
        refused=one.refused,
        repeated=one.repeated,
        reasons=tuple((REFUSED_WORDS[RowRefused(reason)], rows) for reason, rows in reasons),
    )


def _line(one: ImportedMatter) -> HistoryLine:
    return HistoryLine(
        number=one.number,
        batch=one.batch_id[:8],
        received=one.received_on,
        closed=one.closed_on,
        process=PROCESS_NAMES[Process(one.process)],
        outcome=one.outcome.replace("_", " "),
        country=one.country,
    )
