"""Who has how many open matters, how old they are, and how many are late: within one's clearance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.queue_views import LIVE, OPENED
from safeconduct.rooms.government_requests.rules.lifecycles import PAUSED
from safeconduct.rooms.government_requests.rules.workload import AGES

SOON = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Load:
    """One person's open matters; ``person`` is empty for those that nobody has.

    Attributes:
        late: of which our answer is late.
        soon: of which our answer is due within three days.
        paused: of which wait on somebody else.
        ages: how many of each age, youngest first.
        oldest: whole days since the oldest one was received.
    """

    person: str
    open: int
    late: int
    soon: int
    paused: int
    ages: tuple[int, ...]
    oldest: int


def workload(*, actor: Actor, now: datetime) -> tuple[Load, ...]:
    """Return the load of everybody who has an open matter that ``actor`` may know of, and nobody's first of all."""
    edges = [now - age for _, age in AGES]
    within = [Q(received_at__gte=edge) for edge in edges]
    ages = [within[0], *(later & Q(received_at__lt=edge) for later, edge in zip(within[1:], edges, strict=False))]
    ages.append(Q(received_at__lt=edges[-1]))
    counted: dict[str, Any] = {
        "total": Count("pk"),
        "late": Count("pk", filter=LIVE & Q(answer_due_at__lt=now)),
        "soon": Count("pk", filter=LIVE & Q(answer_due_at__gte=now, answer_due_at__lt=now + SOON)),
        "waiting": Count("pk", filter=Q(state__in=sorted(PAUSED))),
        "oldest": Min("received_at"),
        **{f"age_{place}": Count("pk", filter=age) for place, age in enumerate(ages)},
    }
    found: Any = visible(actor).filter(OPENED).order_by().values("holder").annotate(**counted)
    loads = [
        Load(
            person=one["holder"],
            open=one["total"],
            late=one["late"],
            soon=one["soon"],
            paused=one["waiting"],
            ages=tuple(one[f"age_{place}"] for place in range(len(ages))),
            oldest=(now - one["oldest"]).days,
        )
        for one in found
    ]
    return tuple(sorted(loads, key=lambda one: (bool(one.person), -one.open, one.person)))
