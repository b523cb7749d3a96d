"""Writes down by which way a paper came in; inside the transaction that records its receipt."""

from datetime import datetime

from safeconduct.rooms.government_requests.models import Arrival, Matter
from safeconduct.rooms.government_requests.rules.arrival import Arrived, Taken
from safeconduct.rooms.government_requests.steps.mail import become_matter
from safeconduct.rooms.government_requests.steps.submissions import settle_submission


def keep_way_in(
    *, row: Matter, arrived: Arrived | None, taken: Taken | None, submission: str, by: str, now: datetime
) -> None:
    """Tie a new matter to its mail, its submission, or the paper that somebody opened."""
    if submission:
        settle_submission(submission=submission, row=row)
    if taken is not None:
        become_matter(mail=taken.mail, row=row, by=by, now=now)
    if arrived is not None:
        Arrival.objects.create(matter=row, opened_by=arrived.opened_by, entered_by=by, entered_at=now)
