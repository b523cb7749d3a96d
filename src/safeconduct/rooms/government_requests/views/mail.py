"""Mail at the desk: the list, one mail, and what a person decides about it. Its words show only with a grant."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.mail import NoReasonError
from safeconduct.rooms.government_requests.forms.mail import AttachForm, FileAwayForm, MailMatterForm
from safeconduct.rooms.government_requests.queries import mail as mails
from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.queries.papers import PapersClosedError
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.queries.served import served_by
from safeconduct.rooms.government_requests.rules.mail import FilingReason
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge
from safeconduct.rooms.government_requests.views.tables import csv_answer

EVERYTHING = 100_000
MOST_DIGITS = 9
COLUMNS = (
    "reference", "arrived_at", "state", "source", "domain", "known_days", "signals", "files", "refused", "problem",
    "seems_to_belong_to", "matter", "reason", "acknowledged",
)  # fmt: skip


def _listed(request: HttpRequest, *, size: int = mails.PAGE) -> mails.MailList:
    actor = edge.actor_of(request)
    actor.require(Permission.RECEIVE)
    text = request.GET.get("page", "1")
    page = int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 1
    view = "all" if request.GET.get("view") == "all" else "waiting"
    return mails.incoming(actor=actor, view=view, page=page, size=size)


@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    """List the mail that waits for a person, oldest first."""
    return render(request, "government_requests/desk/mail_list.html", {"found": _listed(request)})


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "reference": one.reference,
            "arrived_at": one.arrived_at.isoformat(),
            "state": one.state,
            "source": one.source,
            "domain": one.domain,
            "known_days": one.known_days,
            "signals": list(one.signals),
            "files": one.parts,
            "refused": one.refused,
            "problem": one.problem,
            "seems_to_belong_to": one.suggested,
            "matter": one.matter,
            "reason": one.reason,
            "acknowledged": one.acknowledged,
        }
        for one in _listed(request, size=EVERYTHING).rows
    ]


@require_GET
def mail_json(request: HttpRequest) -> HttpResponse:
    """Return the list as JSON."""
    return JsonResponse({"mail": _lines(request)})


@require_GET
def mail_csv(request: HttpRequest) -> HttpResponse:
    """Return the list as CSV (RFC 4180)."""
    rows = [{**line, "signals": "; ".join(line["signals"])} for line in _lines(request)]
    return csv_answer(name="mail.csv", columns=COLUMNS, rows=rows)


def _facts(request: HttpRequest, mail: str) -> dict[str, Any]:
    actor = edge.actor_of(request)
    actor.require(Permission.RECEIVE)
    row = mails.find_mail(actor=actor, mail=mail)
    words = None
    grant = edge.grant_of(request, row.pk)
    if grant and row.words:
        try:
            words = mails.read_words(row=row, grant=grant)
        except PapersClosedError:
            edge.drop_grant(request, row.pk)
            grant = ""
    parts = list(row.parts.all())
    names = words.names if words else ("",) * len(parts)
    return {
        "row": row,
        "mail": mails.shown([row])[0],
        "grant": grant,
        "words": words,
        "parts": [(part, name) for part, name in zip(parts, names, strict=False)],
        "facts": row.facts,
        "files": tuple(
            (str(part.number), f"File {part.number}: {name or part.kind}")
            for part, name in zip(parts, names, strict=False)
            if part.object
        ),
        "grant_link": edge.grant_link(request, row.pk),
        "open_origin": edge.open_origin(),
        "may_open": Permission.OPEN_CASE in actor.permissions,
        "history": mails.history(actor=actor, mail=row.pk),
    }


@require_GET
def mail_page(request: HttpRequest, mail: str) -> HttpResponse:
    """Show one mail; a grant that comes back in the address is entered first."""
    facts = _facts(request, mail)
    row, grant = facts["row"], request.GET.get("grant", "")
    if grant:
        actions.open_mail(actor=edge.actor_of(request), now=edge.now_of(request), mail=row.pk, grant=grant)
        edge.keep_grant(request, row.pk, grant)
        return redirect("gov_mail", row.pk)
    facts |= {
        "attach_form": AttachForm(auto_id="attach-%s", initial={"matter": facts["mail"].suggested}),
        "file_form": FileAwayForm(auto_id="file-%s"),
    }
    return render(request, "government_requests/desk/mail.html", facts)


@require_http_methods(["GET", "POST"])
def mail_matter(request: HttpRequest, mail: str) -> HttpResponse:
    """Make a mail a matter: the fields of a paper, prefilled with what the mail says of itself."""
    facts = _facts(request, mail)
    actor, now, place = edge.actor_of(request), edge.now_of(request), configuration()
    words = facts["words"]
    form = MailMatterForm(
        request.POST or None,
        entities=served_by(actor=actor),
        organisations=parties.agencies(now=now),
        files=facts["files"],
        initial={"transcript": "", "case_number": words.shown.get("subject", "")[:80] if words else ""},
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                received = actions.make_matter(
                    actor=actor,
                    now=now,
                    mail=facts["row"].pk,
                    chosen=form.chosen(),
                    paper=form.paper(),
                    served_entity=place.entities[form.cleaned_data["entity"]],
                    organisation=form.cleaned_data["organisation"],
                    grant=facts["grant"],
                    transcript=form.transcript_pages(),
                    cleared=parties.cleared_by_duty(now=now),
                )
            except SafeconductError as error:
                form.add_error(None, f"{error.message} {error.cure}")
            else:
                return redirect("gov_matter", received.matter)
        status = 400
    return render(request, "government_requests/desk/mail_matter.html", {**facts, "form": form}, status=status)


@require_POST
def mail_attach(request: HttpRequest, mail: str) -> HttpResponse:
    """Add a mail to a matter, named by its reference."""
    form = AttachForm(request.POST)
    named = form.cleaned_data["matter"].strip() if form.is_valid() else ""
    actions.attach_mail(actor=edge.actor_of(request), now=edge.now_of(request), mail=mail, matter=named)
    return redirect("gov_mail", mail)


@require_POST
def mail_file(request: HttpRequest, mail: str) -> HttpResponse:
    """File a mail with a reason."""
    form = FileAwayForm(request.POST)
    if not form.is_valid():
        edge.actor_of(request).require(Permission.RECEIVE)
        raise NoReasonError
    actions.file_mail(
        actor=edge.actor_of(request),
        now=edge.now_of(request),
        mail=mail,
        reason=FilingReason(form.cleaned_data["reason"]),
        words=form.cleaned_data["words"],
    )
    return redirect("gov_mail", mail)


@require_POST
def mail_take_back(request: HttpRequest, mail: str) -> HttpResponse:
    """Put a filed mail back into the list."""
    actions.take_back_mail(actor=edge.actor_of(request), now=edge.now_of(request), mail=mail)
    return redirect("gov_mail", mail)


@require_http_methods(["GET", "POST"])
def mail_acknowledgement(request: HttpRequest, mail: str) -> HttpResponse:
    """Show the neutral acknowledgement to copy into an answer, and record that it went out."""
    facts = _facts(request, mail)
    if request.method == "POST":
        actions.acknowledge_mail(actor=edge.actor_of(request), now=edge.now_of(request), mail=facts["row"].pk)
        return redirect("gov_mail", facts["row"].pk)
    facts["portal"] = configuration().faces["portal"].origin
    return render(request, "government_requests/desk/mail_acknowledgement.html", facts)
