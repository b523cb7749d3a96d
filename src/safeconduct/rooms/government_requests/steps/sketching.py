"""Makes a paper's keyed sketch while its words are in clear; the vault process is asked before any transaction."""

from safeconduct.rooms.government_requests.models import Matter, WordSketch
from safeconduct.rooms.government_requests.rules.sketches import sketch
from safeconduct.rooms.vault import queries as vault


def sketched(pages: tuple[str, ...]) -> list[str]:
    """Return the blind index of each place of the words' sketch."""
    return vault.blind_index(kind="shingle", values=list(sketch(pages)))


def keep_sketch(*, row: Matter, values: list[str]) -> None:
    """Keep a matter's sketch, in place of an earlier one; inside the transaction."""
    if values:
        WordSketch.objects.filter(matter=row).delete()
        WordSketch.objects.bulk_create(WordSketch(matter=row, value=value) for value in sorted(set(values)))
