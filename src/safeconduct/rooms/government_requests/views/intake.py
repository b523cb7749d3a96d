"""Enter a paper at the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.intake import DeskIntakeForm
from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.queries.served import served_by
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views.edge import actor_of, now_of


@require_http_methods(["GET", "POST"])
def enter_paper(request: HttpRequest) -> HttpResponse:
    """Take in a paper that came by post, fax or hand; no decision is made here."""
    actor, now = actor_of(request), now_of(request)
    actor.require(Permission.RECEIVE)
    place = configuration()
    form = DeskIntakeForm(
        request.POST or None,
        request.FILES or None,
        entities=served_by(actor=actor),
        organisations=parties.agencies(now=now),
        openers=((actor.person, "I did"), *parties.colleagues(actor=actor, now=now)),
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                received = actions.receive(
                    actor=actor,
                    now=now,
                    paper=form.paper(),
                    uploads=form.uploads(),
                    served_entity=place.entities[form.cleaned_data["entity"]],
                    organisation=form.cleaned_data["organisation"],
                    channel=form.cleaned_data["channel"],
                    arrived=form.arrived(now),
                    transcript=form.transcript_pages(),
                    cleared=parties.cleared_by_duty(now=now),
                )
            except SafeconductError as error:
                form.add_error(None, f"{error.message} {error.cure}")
            else:
                return redirect("gov_matter", received.matter)
        status = 400
    return render(request, "government_requests/desk/enter.html", {"form": form}, status=status)
