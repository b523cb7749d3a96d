"""What others may read of the reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import HalfYear, to_utc
from safeconduct.core.tally.counting import Table
from safeconduct.core.tally.published import read_leaves, recount
from safeconduct.rooms.transparency.models import Report
from safeconduct.rooms.transparency.rules.countries import named
from safeconduct.rooms.transparency.rules.half_years import Next, next_for, shown
from safeconduct.rooms.transparency.rules.wording import Past, headline, period_words

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


@dataclass(frozen=True, kw_only=True)
class HalfYearRow:
    """A half-year on the desk; ``versions`` are the newest first, ``over`` is by the day in UTC."""

    period: HalfYear
    words: str
    over: bool
    next: Next
    versions: tuple[ReportRow, ...]

    @property
    def newest(self) -> ReportRow | None:
        """Return the newest version that was not discarded."""
        return next((row for row in self.versions if row.state != "discarded"), None)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One version as a person reads it before and after it is published, counted again from its leaves."""

    row: ReportRow
    words: str
    headline: tuple[str, str]
    tables: tuple[Table, ...]
    leaves: int
    has_band: bool


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


def half_years(*, now: datetime, unpublished: bool) -> tuple[HalfYearRow, ...]:
    """Return the half-years of the desk, the newest first; ``unpublished`` for those who build and publish."""
    everything = reports()
    found = []
    for period in shown(now=now, known=(row.period for row in everything)):
        versions = tuple(row for row in everything if row.period == period)
        over = to_utc(now) >= period.window.end
        found.append(
            HalfYearRow(
                period=period,
                words=period_words(period),
                over=over,
                next=next_for(over=over, states={row.state for row in versions}),
                versions=tuple(row for row in versions if unpublished or row.state in PUBLISHED_STATES),
            ),
        )
    return tuple(found)


def reading(*, report: str, unpublished: bool, companies: Mapping[str, str] = MappingProxyType({})) -> Reading:
    """Return one version with its tables; raises ``NoSuchReportError``, also for one that is not to be read.

    ``companies`` are the names of the companies served, by id.
    """
    found = Report.objects.filter(id=report).first()
    if found is None or not (unpublished or found.state in PUBLISHED_STATES):
        raise NoSuchReportError
    row, leaves = _row(found), read_leaves(found.leaves.encode())
    counted = recount(row.period, leaves)
    return Reading(
        row=row,
        words=period_words(row.period),
        headline=headline(counted),
        tables=tuple(named(table, companies) for table in counted.tables),
        leaves=len(leaves),
        has_band=bool(found.band),
    )
