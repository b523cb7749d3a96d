"""Reads of outside counsel's mandates; who may see which, the room above looks."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.rooms.people.models import Mandate
from safeconduct.rooms.people.rules import MANDATE


def mandates_of(*, person: str, now: datetime) -> frozenset[str]:
    """Return the matters that outside counsel is mandated for at ``now`` (rule 13)."""
    rows = Mandate.objects.filter(person_id=person, state=MANDATE.initial, starts__lte=now, ends__gt=now)
    return frozenset(rows.values_list("matter", flat=True))


@dataclass(frozen=True, kw_only=True)
class MandateSeen:
    """One mandate as pages and books may show it."""

    id: str
    person: str
    matter: str
    starts: datetime
    ends: datetime
    state: str
    ended_at: datetime | None

    def stands(self, now: datetime) -> bool:
        """Return whether it counts at ``now``."""
        return self.state == MANDATE.initial and self.starts <= now < self.ends


def mandates(**asked: str) -> tuple[MandateSeen, ...]:
    """Return mandates, newest first, by ``pk``, ``matter``, ``person`` or ``state``; the caller looks who may see."""
    rows = Mandate.objects.filter(**asked).order_by("-starts", "-id")
    same = ("id", "matter", "starts", "ends", "state", "ended_at")
    return tuple(MandateSeen(person=row.person_id, **{name: getattr(row, name) for name in same}) for row in rows)
