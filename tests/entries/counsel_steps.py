"""What outside counsel leaves: a mandate given and given anew, a comment, and a mandate that ends at once."""

from datetime import timedelta

from tests.functional.founded import Founded

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter


def mandate(found: Founded) -> None:
    """Give outside counsel a mandate for an open matter, twice; they comment; it ends."""
    stage, row = found.stage, Matter.objects.filter(silenced=False, closed_at__isnull=True)[0]
    odile, ravi = stage.cast["odile"].person, stage.actor("ravi")
    for days in (2, 20):
        until = stage.now + timedelta(days=days)
        made = actions.give_mandate(actor=ravi, now=stage.now, matter=row.pk, person=odile, until=until)
    actions.comment(actor=stage.actor("odile"), now=stage.now, matter=row.pk, words="Which days do they mean?")
    actions.end_mandate(actor=ravi, now=stage.now, mandate=made.mandate)
