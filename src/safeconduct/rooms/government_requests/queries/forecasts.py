"""The last count of what a paper could reach."""

from safeconduct.rooms.government_requests.models import Journey, Matter


def last_forecast(row: Matter) -> Journey | None:
    """Return the last count of the paper as it stands now, or None: a paper corrected since is counted again."""
    last = Journey.objects.filter(matter=row, act="forecast", done_at__isnull=False).last()
    return last if last is not None and last.facts["case_file"] == row.case_file else None
