"""The packages that have left for a matter, in order and numbered."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.rooms.government_requests.models import Journey, Matter
from safeconduct.rooms.government_requests.rules.supplement import package_reference


@dataclass(frozen=True, kw_only=True)
class Production:
    """One package that left: its number, what it is called, and the digests by which it is known."""

    number: int
    reference: str
    release_digest: str
    manifest_root: str
    left_at: datetime


def productions(row: Matter) -> tuple[Production, ...]:
    """Return every package of ``row`` whose release is done; one that was stopped never left."""
    released = Journey.objects.filter(matter=row, act="release", done_at__isnull=False)
    collected = {one.pk: one for one in Journey.objects.filter(matter=row, act="collect")}
    found: list[Production] = []
    for one in released:
        if "files" not in one.result or one.done_at is None:
            continue
        number = len(found) + 1
        made = collected.get(one.facts["journey"])
        found.append(
            Production(
                number=number,
                reference=package_reference(reference=row.reference, number=number),
                release_digest=one.digest,
                manifest_root=str(made.result["manifest_root"]) if made else "",
                left_at=one.done_at,
            )
        )
    return tuple(found)
