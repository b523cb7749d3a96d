"""Holds why packages did not wait for the customer's days against the entries that say so."""

from safeconduct.rooms.government_requests.models import Matter, WaitingException
from safeconduct.rooms.ledger.queries import HistoryLine

KIND = "government_requests.waive_waiting"


def exceptions(row: Matter, lines: tuple[HistoryLine, ...]) -> bool:
    """Return whether the named exceptions are those that were entered."""
    said = {
        line.facts["exception"]: tuple(line.facts[name] for name in ("reason", "digest", "words"))
        for line in lines
        if line.kind == KIND
    }
    kept = WaitingException.objects.filter(matter=row)
    return {one.pk: (one.reason, one.release_digest, one.words) for one in kept} == said
