"""Link a matter to another one, and end a link. Both are shown under Related."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from safeconduct.core.base.errors import NotPermittedError, SafeconductError
from safeconduct.rooms.government_requests.actions.links import link_matters, unlink_matters
from safeconduct.rooms.government_requests.forms.links import LinkForm, UnlinkForm
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.rules.links import LinkKind, LinkReasonError
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.linked import related_page

NOT_THERE = "There is no such matter for you."


@require_POST
def link(request: HttpRequest, matter: str) -> HttpResponse:
    """Link the matter to another; what is not there for the actor is an error of the field and names nothing."""
    actor = edge.actor_of(request)
    actor.require(Permission.TAKE)
    form = LinkForm(request.POST)
    facts = related_page(request, matter, form)
    if form.is_valid():
        given = form.cleaned_data
        try:
            link_matters(
                actor=actor,
                now=edge.now_of(request),
                matter=facts["matter"].id,
                other=given["other"],
                kind=LinkKind(given["kind"]),
                reason=given["reason"],
            )
        except UnknownMatterError:
            form.add_error("other", NOT_THERE)
        except NotPermittedError:
            raise
        except SafeconductError as error:
            form.add_error(None, f"{error.message} {error.cure}")
        else:
            return redirect("gov_linked", facts["matter"].id)
    return render(request, "government_requests/desk/linked.html", facts, status=400)


@require_POST
def unlink(request: HttpRequest, matter: str) -> HttpResponse:
    """End a link."""
    actor = edge.actor_of(request)
    actor.require(Permission.TAKE)
    form = UnlinkForm(request.POST)
    if not form.is_valid():
        raise LinkReasonError
    given, now = form.cleaned_data, edge.now_of(request)
    unlink_matters(actor=actor, now=now, matter=matter, link=given["link"], reason=given["reason"])
    return redirect("gov_linked", matter)
