"""Sending a request: one question a page, the answers to check, then the paper. Nothing is kept until it is sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.forms.intake import PortalIntakeForm
from safeconduct.rooms.government_requests.forms.paper import ITEMS
from safeconduct.rooms.government_requests.forms.questions import (
    ATTACH,
    ATTACHED,
    CHECK,
    PLACES,
    QUESTIONS,
    answers,
    beside,
    carried,
    question,
    typed_so_far,
    wrong_at,
)
from safeconduct.rooms.government_requests.forms.typed_copy import TypedCopyError, copy_of, posted_from
from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.queries.served import served_by
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.senders.rules.allowances import What
from safeconduct.rooms.senders.steps.allowances import AllowanceError, spend

TOO_MANY = 429
"""HTTP: more than a day's allowance."""


def _form(request: HttpRequest, *args: Any, **options: Any) -> PortalIntakeForm:  # noqa: ANN401 - what a form takes
    actor = edge.actor_of(request)
    actor.require(Permission.RECEIVE)
    return PortalIntakeForm(*args, entities=served_by(actor=actor), **options)


def _page(
    request: HttpRequest,
    place: str,
    posted: QueryDict,
    *,
    bound: PortalIntakeForm | None = None,
    status: int = 200,
    **more: Any,  # noqa: ANN401 - what a template shows
) -> HttpResponse:
    """Draw one page: a question, the answers to check, or the paper; every other answer is carried along."""
    empty = _form(request)
    one = question(place)
    shown = one.fields if one else ATTACHED if place == ATTACH else ()
    form = bound if bound is not None else _form(request, initial=typed_so_far(empty, posted))
    if place == CHECK:
        form = _form(request, posted)
        wrong = wrong_at(form)
        more |= {"answers": tuple(answers(form)), "wrong_at": "" if wrong == ATTACH else wrong}
    facts = {
        "place": place,
        "one": one,
        "form": form,
        "fields": [form[name] for name in shown if name in form.fields],
        "items": [(n, form[f"words_{n}"], form[f"page_{n}"], form[f"kinds_{n}"]) for n in range(1, ITEMS + 1)],
        "carried": carried(empty, posted, shown=shown),
        "number": PLACES.index(place) + 1,
        "count": len(QUESTIONS),
        "first": place == PLACES[0],
        "checked": place == CHECK or bool(posted.get("checked")),
        **more,
    }
    facts["errors"] = [(bound_field, error) for bound_field in facts["fields"] for error in bound_field.errors]
    return render(request, "government_requests/portal/question.html", facts, status=status)


@require_POST
def ask_next(request: HttpRequest) -> HttpResponse:
    """Take the answer of one page and show the page that its button names; going back asks for nothing."""
    posted = request.POST
    here, wanted = posted.get("at", ""), posted.get("go", "next")
    if here not in PLACES:
        return _page(request, PLACES[0], posted, status=400)
    if wanted in PLACES:
        return _page(request, wanted, posted)
    if wanted == "back":
        return _page(request, beside(here, -1), posted)
    one = question(here)
    if one is not None:
        form = _form(request, posted)
        if any(name in form.errors for name in one.fields):
            return _page(request, here, posted, bound=form, status=400)
    if here == CHECK and (wrong := wrong_at(_form(request, posted))) != ATTACH:
        return _page(request, wrong, posted, bound=_form(request, posted), status=400)
    return _page(request, CHECK if posted.get("checked") and one else beside(here, 1), posted)


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Begin with the first question; take in the whole with the paper on the last page."""
    if request.method == "GET":
        return _page(request, PLACES[0], QueryDict())
    form = _form(request, request.POST, request.FILES)
    actor, now, status = edge.actor_of(request), edge.now_of(request), 400
    if form.is_valid():
        try:
            spend(what=What.PAPER, whose=actor.person, now=now)
            received = actions.receive(
                actor=actor,
                now=now,
                paper=form.paper(),
                uploads=form.uploads(),
                served_entity=configuration().entities[form.cleaned_data["entity"]],
                organisation=actor.organisation,
                officer=actor.person,
                channel="portal",
                cleared=parties.cleared_by_duty(now=now),
            )
        except AllowanceError as error:
            status = TOO_MANY
            form.add_error(None, f"{error.message} {error.cure}")
        except SafeconductError as error:
            form.add_error(None, f"{error.message} {error.cure}")
        else:
            return redirect("gov_request", received.matter)
    return _page(request, wrong_at(form), request.POST, bound=form, status=status)


@require_POST
def keep_copy(request: HttpRequest) -> HttpResponse:
    """Hand out what was typed so far; nothing is sent."""
    answer = HttpResponse(copy_of(_form(request), request.POST), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="request-as-typed.json"'
    return answer


@require_POST
def begin_from_copy(request: HttpRequest) -> HttpResponse:
    """Show all answers that a copy holds; the paper itself has to be chosen again."""
    upload = request.FILES.get("copy")
    whole = upload is not None and getattr(upload, "refusal", None) is None
    try:
        posted = posted_from(_form(request), upload.read() if upload is not None and whole else b"")
    except TypedCopyError as error:
        return _page(request, PLACES[0], QueryDict(), status=400, wrong=f"{error.message} {error.cure}")
    return _page(request, CHECK, posted, again=True)
