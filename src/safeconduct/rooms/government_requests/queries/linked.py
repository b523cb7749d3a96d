"""Matters that may belong together: the same paper, or the same identifiers. Within one's clearance.

Nothing is kept: what is shown is found anew, so that a matter that falls silent is gone from every other one's page.
"""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import BlindIndex, Document
from safeconduct.rooms.government_requests.queries.access import find_matter, visible
from safeconduct.rooms.government_requests.queries.queue import rows_of
from safeconduct.rooms.government_requests.queries.queue_rows import QueueRow
from safeconduct.rooms.government_requests.queries.search import MOST
from safeconduct.rooms.government_requests.rules.identifiers import FOUND_BY, OTHER_KINDS

IDENTIFIERS = (*FOUND_BY, *OTHER_KINDS)


@dataclass(frozen=True, kw_only=True)
class Related:
    """Other matters, newest first, 50 of each at most; one that is a duplicate stands nowhere else.

    Attributes:
        same_paper: those that the very same file was served in.
        same_sender: those of the same agency that name one of the same identifiers.
        same_identifier: those of anybody else that do.
    """

    same_paper: tuple[QueueRow, ...]
    same_sender: tuple[QueueRow, ...]
    same_identifier: tuple[QueueRow, ...]


def related(*, actor: Actor, matter: str, now: datetime) -> Related:
    """Return what may belong with a matter that ``actor`` may know of; raises ``UnknownMatterError``."""
    row = find_matter(actor=actor, matter=matter)
    others = visible(actor).exclude(pk=row.pk).order_by("-received_at")
    papers = Document.objects.filter(sha256__in=row.documents.values("sha256")).values("matter_id")
    same_paper = list(others.filter(pk__in=papers).values_list("pk", flat=True)[:MOST])
    values = row.blind_index.filter(kind__in=IDENTIFIERS).values("value")
    naming = BlindIndex.objects.filter(kind__in=IDENTIFIERS, value__in=values).values("matter_id")
    named = others.filter(pk__in=naming).exclude(pk__in=same_paper)
    own = list(named.filter(organisation=row.organisation).values_list("pk", flat=True)[:MOST])
    foreign = list(named.exclude(organisation=row.organisation).values_list("pk", flat=True)[:MOST])
    return Related(
        same_paper=rows_of(actor=actor, matters=same_paper, now=now),
        same_sender=rows_of(actor=actor, matters=own, now=now),
        same_identifier=rows_of(actor=actor, matters=foreign, now=now),
    )
