"""Which files are kept, by what and until when; which are to be destroyed now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.government_requests.models import CaseErasure, Journey, LitigationKeeping, Matter
from safeconduct.rooms.government_requests.queries.access import find_matter, visible
from safeconduct.rooms.government_requests.queries.law import ruling
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.retention import QUESTION, Standing, erased_from, kept_by

MOST = 500
"""How many lines the page shows; JSON and CSV give all."""
COLUMNS = ("reference", "closed_at", "over_at", "kept_by", "erased_at", "review_at", "review_late")


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """One matter's file: how long it is kept, and what keeps it beyond that."""

    matter: str
    reference: str
    closed_at: datetime | None
    over_at: datetime | None
    kept_by: tuple[str, ...]
    erased_at: datetime | None
    review_at: datetime | None
    late: bool

    def as_json(self) -> dict[str, Any]:
        """Return the line as JSON."""
        instants = {"closed_at": self.closed_at, "over_at": self.over_at, "erased_at": self.erased_at}
        instants["review_at"] = self.review_at
        told = {name: instant_text(value) if value else None for name, value in instants.items()}
        return {"reference": self.reference, "kept_by": list(self.kept_by), "review_late": self.late, **told}


def law(now: datetime) -> Ruling:
    """Return how long a closed matter's file is kept, as the rulebook answers on the day."""
    return ruling(question=QUESTION, as_of=now.date())


def standing_of(row: Matter) -> Standing:
    """Return what the file of ``row`` is judged by."""
    return Standing(
        closed_at=row.closed_at if row.state == "closed" else None,
        litigation=LitigationKeeping.objects.filter(matter=row, state="standing").exists(),
        silenced=row.silenced,
        copied=row.preserved_at is not None and row.preservation_ended_at is None,
        under_way=Journey.objects.filter(matter=row, done_at__isnull=True).exclude(act="erase_case").exists(),
        erased=CaseErasure.objects.filter(matter=row).exists(),
    )


def cases_over(*, now: datetime) -> tuple[str, ...]:
    """Return the matters whose files are to be destroyed at ``now``; none without a signed number."""
    days = law(now)
    found = []
    for row in Matter.objects.filter(state="closed", silenced=False, erasure__isnull=True):
        over = erased_from(closed_at=row.closed_at, law=days) if row.closed_at else None
        if over is not None and over <= now and not kept_by(standing_of(row)):
            found.append(row.pk)
    return tuple(found)


def kept_files(*, actor: Actor, now: datetime) -> tuple[KeptFile, ...]:
    """Return every closed matter's file, and every file that litigation keeps, that ``actor`` may know of."""
    days = law(now)
    rows = visible(actor).prefetch_related("litigation").select_related("erasure")
    found = []
    for row in rows.order_by("closed_at", "reference"):
        standing = next((one for one in row.litigation.all() if one.state == "standing"), None)
        if row.state != "closed" and standing is None:
            continue
        found.append(_kept(row, standing, days, now))
    return tuple(found)


def _kept(row: Matter, standing: LitigationKeeping | None, days: Ruling, now: datetime) -> KeptFile:
    erasure = getattr(row, "erasure", None)
    closed = row.closed_at if row.state == "closed" else None
    return KeptFile(
        matter=row.pk,
        reference=row.reference,
        closed_at=closed,
        over_at=erased_from(closed_at=closed, law=days) if closed else None,
        kept_by=kept_by(standing_of(row)),
        erased_at=erasure.done_at if erasure else None,
        review_at=standing.review_at if standing else None,
        late=standing is not None and standing.review_at <= now,
    )


def litigation_of(*, actor: Actor, matter: str) -> LitigationKeeping | None:
    """Return the litigation preservation that stands for a matter, or None."""
    row = find_matter(actor=actor, matter=matter)
    return LitigationKeeping.objects.filter(matter=row, state="standing").first()
