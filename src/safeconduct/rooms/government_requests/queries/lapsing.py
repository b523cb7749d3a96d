"""Which questions were not answered in their days, and whether the law ends the duty then."""

from datetime import datetime

from safeconduct.rooms.government_requests.models import Matter, Question
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.rules.law import SIGNED
from safeconduct.rooms.government_requests.rules.words import Process


def unexplained(*, row: Matter, now: datetime) -> Question | None:
    """Return the open question of a matter whose last day is over by ``now``, or None."""
    if row.state != "question_sent":
        return None
    return Question.objects.filter(matter=row, answered_at__isnull=True, due_at__lte=now).first()


def ends_by_law(*, row: Matter, now: datetime) -> bool:
    """Return whether the signed rulebook ends the duty under this paper where nobody explains it."""
    found = law_for(process=Process(row.process), as_of=now.date(), matter=row.pk).answer("clarification_ends_duty")
    return found.status == SIGNED and found.value is True


def orders_to_lapse(*, now: datetime) -> tuple[str, ...]:
    """Return the matters whose duty the law ended by ``now``."""
    waiting = Matter.objects.filter(
        state="question_sent", questions__answered_at__isnull=True, questions__due_at__lte=now
    ).distinct()
    return tuple(row.pk for row in waiting if ends_by_law(row=row, now=now))
