"""What others may read of the reports."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import HalfYear
from safeconduct.rooms.transparency.models import Report
from safeconduct.rooms.transparency.rules.wording import Past

PUBLISHED_STATES = ("published", "superseded")


class NoSuchReportError(BadInputError):
    """There is no such report."""

    code = "SC-NO-SUCH-REPORT"


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One version of a report, without what it was built from."""

    id: str
    period: HalfYear
    version: int
    state: str
    root: str
    received: int
    data_left: int
    why: str
    built_at: datetime
    published_at: datetime | None
    public_entry: str


def parse_period(text: str) -> HalfYear:
    """Return the half-year written like ``2026-H1``; raises ``NoSuchReportError``."""
    year, gap, half = text.partition("-H")
    if not gap or not year.isdecimal() or half not in ("1", "2"):
        raise NoSuchReportError("A half-year is written like 2026-H1.")
    return HalfYear(int(year), int(half))


def _row(report: Report) -> ReportRow:
    return ReportRow(
        id=report.id,
        period=parse_period(report.period),
        version=report.version,
        state=report.state,
        root=report.root,
        received=report.received,
        data_left=report.data_left,
        why=report.why,
        built_at=report.built_at,
        published_at=report.published_at,
        public_entry=report.public_entry,
    )


def reports() -> tuple[ReportRow, ...]:
    """Return every version of every report, the newest half-year first."""
    return tuple(_row(report) for report in Report.objects.order_by("-period", "-version"))


def published() -> tuple[ReportRow, ...]:
    """Return what the public can see, superseded versions included, the newest first."""
    return tuple(row for row in reports() if row.state in PUBLISHED_STATES)


def latest(*, period: HalfYear) -> ReportRow:
    """Return the newest version of a half-year's report that was not discarded; raises ``NoSuchReportError``."""
    for row in reports():
        if row.period == period and row.state != "discarded":
            return row
    raise NoSuchReportError(f"{period}.")


def before(*, period: HalfYear) -> tuple[Past, ...]:
    """Return the published totals of earlier half-years, the oldest first."""
    rows = Report.objects.filter(state="published", period__lt=str(period)).order_by("period")
    return tuple(Past(parse_period(row.period), row.received, row.data_left) for row in rows)
