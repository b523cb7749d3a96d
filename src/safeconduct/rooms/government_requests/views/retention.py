"""How long files are kept, as a page, as JSON and as CSV; keeps one for litigation, looks at that again, ends it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.retention import LitigationForm, ReviewForm
from safeconduct.rooms.government_requests.queries import retention
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.matter import matter_page
from safeconduct.rooms.government_requests.views.tables import csv_answer


@require_GET
def files(request: HttpRequest) -> HttpResponse:
    """Show what is kept, by what, until when, and what was destroyed."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.READ)
    found = retention.kept_files(actor=actor, now=now)
    facts = {
        "files": found[: retention.MOST],
        "more": max(0, len(found) - retention.MOST),
        "late": sum(one.late for one in found),
        "law": retention.law(now),
    }
    return render(request, "government_requests/desk/retention.html", facts)


@require_GET
def files_json(request: HttpRequest) -> HttpResponse:
    """Return the same as JSON, every line of it."""
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = retention.kept_files(actor=actor, now=edge.now_of(request))
    return JsonResponse({"files": [one.as_json() for one in found]})


@require_GET
def files_csv(request: HttpRequest) -> HttpResponse:
    """Return the same as CSV, every line of it."""
    actor = edge.actor_of(request)
    actor.require(Permission.READ)
    found = [one.as_json() for one in retention.kept_files(actor=actor, now=edge.now_of(request))]
    rows = [{**one, "kept_by": " ".join(map(str, one["kept_by"]))} for one in found]
    return csv_answer(name="retention.csv", columns=retention.COLUMNS, rows=rows)


@require_http_methods(["GET", "POST"])
def litigation(request: HttpRequest, matter: str) -> HttpResponse:
    """Keep one matter's file for litigation, or say when that is looked at again."""
    actor, now = edge.actor_of(request), edge.now_of(request)
    actor.require(Permission.LITIGATE)
    facts = matter_page(request, matter, "gov_matter")
    stands = retention.litigation_of(actor=actor, matter=facts["matter"].id)
    form = (ReviewForm if stands else LitigationForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        review_at = form.instant(facts["matter"].zone)
        who = {"actor": actor, "now": now, "matter": facts["matter"].id}
        if stands:
            actions.review_litigation(**who, review_at=review_at)
        else:
            actions.keep_for_litigation(**who, review_at=review_at, words=form.cleaned_data["words"])
        return redirect("gov_litigation", facts["matter"].id)
    facts |= {"form": form, "stands": stands}
    status = 400 if request.method == "POST" else 200
    return render(request, "government_requests/desk/litigation.html", facts, status=status)


@require_POST
def end_litigation(request: HttpRequest, matter: str) -> HttpResponse:
    """End a litigation preservation."""
    actor = edge.actor_of(request)
    actor.require(Permission.LITIGATE)
    actions.end_litigation(actor=actor, now=edge.now_of(request), matter=matter)
    return redirect("gov_litigation", matter)
