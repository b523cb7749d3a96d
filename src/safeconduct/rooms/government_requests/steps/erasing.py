"""What is left to erase once the vault process has destroyed a matter's key: its index and what its entries say."""

from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import BlindIndex, CaseErasure, Matter, WordSketch
from safeconduct.rooms.government_requests.models.link import StatedReference
from safeconduct.rooms.ledger import queries as ledger_queries
from safeconduct.rooms.ledger import steps as ledger


def erase_rest(*, row: Matter, actor: Actor, now: datetime) -> None:
    """Erase each readable entry about ``row`` but the order itself, the index by which it was found, and its sketch.

    Leaves stay in the tree, so that every old proof holds; each erasure is an entry of its own. Inside the transaction.
    """
    erasure = CaseErasure.objects.select_for_update().get(matter=row)
    for line in ledger_queries.history(subject=row.pk):
        if line.entry != erasure.entry and line.kind != "ledger.erase":
            ledger.erase_opening(actor=actor, now=now, entry=line.entry)
    BlindIndex.objects.filter(matter=row).delete()
    WordSketch.objects.filter(matter=row).delete()
    StatedReference.objects.filter(matter=row).delete()
    erasure.done_at = now
    erasure.save()
