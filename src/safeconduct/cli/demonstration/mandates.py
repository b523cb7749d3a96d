"""Outside counsel of the demonstration: one open matter, for sixty days, with a comment that waits for an answer."""

from datetime import timedelta
from typing import Any

from safeconduct.cli.demonstration.stage import Stage
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter

FOR = timedelta(days=60)
WORDS = "Is the period in item two the one that the court meant? I would ask before we object."


def mandate_outside_counsel(stage: Stage) -> None:
    """Let outside counsel into the newest open matter without ordered silence, and have them comment."""
    row = Matter.objects.filter(silenced=False, state="in_review").order_by("received_at").last()
    if row is None:
        return
    whose: dict[str, Any] = {"now": stage.now, "matter": row.pk}
    person = stage.cast["odile"].person
    actions.give_mandate(actor=stage.actor("ravi"), **whose, person=person, until=stage.now + FOR)
    actions.comment(actor=stage.actor("odile"), **whose, words=WORDS)
