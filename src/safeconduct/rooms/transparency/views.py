"""The desk's pages of reports: build, read, publish. What may not be known is not there (DESIGN 11.4)."""

import csv
import io
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError, DamagedError, SafeconductError, UnavailableError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.tally.counting import RULES_VERSION
from safeconduct.rooms.people.rules import Permission
from safeconduct.rooms.transparency import actions, queries
from safeconduct.rooms.transparency.actions.place import configuration
from safeconduct.rooms.transparency.forms import BuildForm, PublishForm
from safeconduct.rooms.transparency.queries import ReportRow
from safeconduct.rooms.transparency.rules.half_years import Next

COLUMNS = ("period", "version", "state", "received", "data_left", "built_at", "published_at", "root", "why")
SHOWN = (BadInputError, ConflictError, DamagedError)
"""Refusals that stand above the form they answer; everything else has a page of the site."""
BUILDABLE = frozenset({Next.BUILD, Next.RESTATE})


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined] # set by the site's sign-in middleware
    found.require(Permission.REPORT_READ)
    return found


def _now(request: HttpRequest) -> datetime:
    found: datetime = request.now  # type: ignore[attr-defined] # set by the site's clock middleware
    return found


def _may(actor: Actor) -> dict[str, bool]:
    build, publish = actions.BUILD in actor.permissions, actions.PUBLISH in actor.permissions
    return {"build": build, "publish": publish, "read": build or publish}


def _reading(request: HttpRequest, report: str) -> queries.Reading:
    try:
        companies = {one.id: one.name for one in configuration().entities.values()}
        return queries.reading(report=report, unpublished=_may(_actor(request))["read"], companies=companies)
    except queries.NoSuchReportError as error:
        raise Http404 from error


@require_GET
def reports_page(request: HttpRequest) -> HttpResponse:
    """Show every half-year: its state, its numbers, what comes next."""
    may = _may(_actor(request))
    rows = queries.half_years(now=_now(request), unpublished=may["read"])
    return render(request, "transparency/desk/reports.html", {"rows": rows, "may": may, "made_at": _now(request)})


def _line(row: ReportRow) -> dict[str, Any]:
    return {
        "period": str(row.period),
        "version": row.version,
        "state": row.state,
        "received": row.received,
        "data_left": row.data_left,
        "built_at": instant_text(row.built_at),
        "published_at": instant_text(row.published_at) if row.published_at else None,
        "root": row.root,
        "why": row.why,
    }


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    rows = queries.half_years(now=_now(request), unpublished=_may(_actor(request))["read"])
    return [_line(version) for row in rows for version in row.versions]


@require_GET
def reports_json(request: HttpRequest) -> HttpResponse:
    """Return every version as JSON."""
    return JsonResponse({"reports": _lines(request)})


@require_GET
def reports_csv(request: HttpRequest) -> HttpResponse:
    """Return every version as CSV (RFC 4180); a reason that begins as a formula does is made plain text (T11)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for line in _lines(request):
        why = line["why"]
        writer.writerow({**line, "why": f"'{why}" if why[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else why})
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="reports.csv"'
    return answer


def _half_year(request: HttpRequest, period: str) -> queries.HalfYearRow:
    rows = queries.half_years(now=_now(request), unpublished=True)
    found = next((row for row in rows if str(row.period) == period), None)
    if found is None or found.next not in BUILDABLE:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def build_report(request: HttpRequest, period: str) -> HttpResponse:
    """Show what will be counted; counted by POST, it leads to the page on which it is read."""
    actor = _actor(request)
    actor.require(actions.BUILD)
    row = _half_year(request, period)
    restates = row.next is Next.RESTATE
    form = BuildForm(request.POST if request.method == "POST" else None, restates=restates)
    if request.method == "POST" and form.is_valid():
        try:
            why = form.cleaned_data.get("why", "")
            built = actions.build(actor=actor, now=_now(request), period=row.period, why=why)
        except SHOWN as error:
            form.add_error(None, _words(error))
        else:
            return redirect("transparency_report", built.report)
    facts = {"row": row, "form": form, "restates": restates, "window": row.period.window, "rules": RULES_VERSION}
    return render(request, "transparency/desk/build.html", facts, status=400 if form.errors else 200)


def _words(error: SafeconductError) -> str:
    return f"{error.message} {error.cure}"


def _report(request: HttpRequest, found: queries.Reading, *, status: int = 200, **more: object) -> HttpResponse:
    facts = {
        "found": found,
        "row": found.row,
        "window": found.row.period.window,
        "may": _may(_actor(request)),
        "public_folder": f"reports/{found.row.period}/v{found.row.version}",
        "csv_files": [f"{table.code}.csv" for table in found.tables],
    }
    return render(request, "transparency/desk/report.html", {**facts, **more}, status=status)


@require_GET
def report_page(request: HttpRequest, report: str) -> HttpResponse:
    """Show one version as it is read before it is published, with the acts that are left."""
    return _report(request, _reading(request, report), form=PublishForm())


@require_GET
def report_json(request: HttpRequest, report: str) -> HttpResponse:
    """Return one version and its tables as JSON."""
    found = _reading(request, report)
    tables = {table.code: table.as_json() for table in found.tables}
    return JsonResponse({**_line(found.row), "leaves": found.leaves, "tables": tables})


@require_POST
def publish_report(request: HttpRequest, report: str) -> HttpResponse:
    """Publish a built report with the band statement that was handed in."""
    actor = _actor(request)
    actor.require(actions.PUBLISH)
    found, form = _reading(request, report), PublishForm(request.POST, request.FILES)
    if not form.is_valid():
        return _report(request, found, form=form, status=400)
    try:
        actions.publish(actor=actor, now=_now(request), report=report, band=form.cleaned_data["band"])
    except SHOWN as error:
        form.add_error(None, _words(error))
        return _report(request, _reading(request, report), form=form, status=400)
    except UnavailableError as error:
        return _unfinished(request, report, error)
    return redirect("transparency_report", report)


def _unfinished(request: HttpRequest, report: str, error: UnavailableError) -> HttpResponse:
    """Say that publishing began and did not end; raises ``error`` where nothing was begun."""
    found = _reading(request, report)
    if found.row.state != "publishing":
        raise error
    return _report(request, found, form=PublishForm(), unfinished=error.message, status=503)


@require_POST
def finish_report(request: HttpRequest, report: str) -> HttpResponse:
    """Finish a publication that was begun."""
    actor = _actor(request)
    actor.require(actions.PUBLISH)
    _reading(request, report)
    try:
        actions.resume(actor=actor, now=_now(request), report=report)
    except UnavailableError as error:
        return _unfinished(request, report, error)
    return redirect("transparency_report", report)


@require_POST
def discard_report(request: HttpRequest, report: str) -> HttpResponse:
    """Put a built report aside."""
    actor = _actor(request)
    actor.require(actions.BUILD)
    _reading(request, report)
    actions.discard(actor=actor, now=_now(request), report=report)
    return redirect("transparency_reports")
