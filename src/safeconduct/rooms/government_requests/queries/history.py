"""History taken over, as the desk lists it: counted apart from what is proven here, and never mixed with it."""

import json
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.models import HistoryBatch, HistoryIndex, ImportedMatter, RefusedRow
from safeconduct.rooms.government_requests.queries.papers import GRANT_OVER, PapersClosedError
from safeconduct.rooms.government_requests.rules.history import REFUSED_WORDS, SOURCES, RowRefused
from safeconduct.rooms.government_requests.rules.identifiers import read_identifier
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import PROCESS_NAMES, Process
from safeconduct.rooms.vault import queries as vault
from safeconduct.rooms.vault.rules import VaultNotPermittedError

PAGE = 50


class UnknownHistoryError(NotPermittedError):
    """There is no such file or row of history."""

    code = "SC-UNKNOWN-HISTORY"
    cure = "Look at the list of what was taken over."


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
    batch_id: str
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
        batch_id=one.batch_id,
        received=one.received_on,
        closed=one.closed_on,
        process=PROCESS_NAMES[Process(one.process)],
        outcome=one.outcome.replace("_", " "),
        country=one.country,
    )


def find_history(*, actor: Actor, words: str) -> tuple[HistoryLine, ...]:
    """Return the imported matters that name an identifier, newest first, so many at most; asks the vault process."""
    actor.require(Permission.READ)
    if not words.strip():
        return ()
    kind, value = read_identifier(words)
    index = vault.blind_index(kind=kind, values=[value])[0]
    found = HistoryIndex.objects.filter(kind=kind, value=index).values("matter_id")
    return tuple(
        _line(one) for one in ImportedMatter.objects.filter(pk__in=found).order_by("-received_on", "key")[:PAGE]
    )


def history_row(*, actor: Actor, batch: str, number: int) -> tuple[HistoryLine, str]:
    """Return one imported matter and the sealed object that holds its row; raises ``UnknownHistoryError``."""
    actor.require(Permission.READ)
    row = ImportedMatter.objects.filter(batch_id=batch, number=number).first()
    if row is None:
        raise UnknownHistoryError
    return _line(row), row.words


def read_row(*, batch: str, number: int, sealed: str, grant: str) -> dict[str, str]:
    """Return the row's columns as the other system told them; raises ``PapersClosedError`` once the grant is over."""
    try:
        found = vault.read_case(matter=batch, grant=grant, objects=[sealed])
    except VaultNotPermittedError as error:
        if error.vault_code != GRANT_OVER:
            raise
        raise PapersClosedError from error
    value = json.loads(found[sealed])
    return {str(name): str(cell) for name, cell in value["rows"][number - int(value["from"])].items()}
