"""Makes imported matters findable: the blind indexes of the identifiers in their rows."""

from collections.abc import Iterable, Mapping

from safeconduct.rooms.government_requests.models import HistoryIndex, ImportedMatter
from safeconduct.rooms.government_requests.rules.history import identifiers_of
from safeconduct.rooms.vault import queries as vault

Indexes = dict[int, list[tuple[str, str]]]


def blind_identifiers(rows: Mapping[int, dict[str, str]]) -> Indexes:
    """Return each row's identifiers as kind and blind index; one call for each kind, outside the transaction."""
    named = {number: identifiers_of(row) for number, row in rows.items()}
    blind: dict[tuple[str, str], str] = {}
    for kind in sorted({kind for found in named.values() for kind, _ in found}):
        values = sorted({value for found in named.values() for one, value in found if one == kind})
        indexes = vault.blind_index(kind=kind, values=values)
        blind |= {(kind, value): index for value, index in zip(values, indexes, strict=True)}
    return {number: [(kind, blind[kind, value]) for kind, value in found] for number, found in named.items()}


def index_history(*, fresh: Iterable[ImportedMatter], found: Indexes) -> None:
    """Write down the indexes of the matters that were taken over; inside their transaction."""
    HistoryIndex.objects.bulk_create(
        HistoryIndex(matter=one, kind=kind, value=value)
        for one in fresh
        for kind, value in dict.fromkeys(found[one.number])
    )
