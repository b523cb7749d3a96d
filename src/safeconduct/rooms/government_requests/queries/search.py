"""Find a matter by its reference, or by an identifier through the keyed blind index."""

import re
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import BlindIndex, Matter
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.rules.identifiers import read_identifier
from safeconduct.rooms.vault import queries as vault

REFERENCE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{2,4}(-[2-9A-Z]{4})?")
MOST = 50


def find(*, actor: Actor, now: datetime, words: str) -> tuple[str, ...]:
    """Return the ids of the matters that ``words`` find for ``actor``, newest first, 50 at most."""
    del now
    plain = words.strip()
    seen = visible(actor)
    if not plain:
        return ()
    if REFERENCE.fullmatch(plain.upper()):
        return tuple(seen.filter(reference__startswith=plain.upper()).values_list("pk", flat=True)[:MOST])
    kind, value = read_identifier(plain)
    index = vault.blind_index(kind=kind, values=[value])[0]
    found = BlindIndex.objects.filter(kind=kind, value=index).values("matter_id")
    return tuple(seen.filter(pk__in=found).order_by("-received_at").values_list("pk", flat=True)[:MOST])


def all_rows(*, actor: Actor) -> list[Matter]:
    """Return every matter that ``actor`` may know of, newest first: what the CSV and JSON exports read."""
    return list(visible(actor).order_by("-received_at"))
