"""One act of one page: parse, call one action, go back to the matter."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import window_of_days
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Asked, Fault, Party
from safeconduct.rooms.government_requests.forms import review, silence
from safeconduct.rooms.government_requests.forms.paper import split_pages
from safeconduct.rooms.government_requests.forms.waiting import WaitingForm
from safeconduct.rooms.government_requests.queries import matters, parties, signatures
from safeconduct.rooms.government_requests.queries.customers import contact_name, contact_of
from safeconduct.rooms.government_requests.queries.law import law_for
from safeconduct.rooms.government_requests.queries.papers import papers_of
from safeconduct.rooms.government_requests.rules.customers import FALLBACK
from safeconduct.rooms.government_requests.rules.narrowing import plain_asked
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.waiting import WaitingReason
from safeconduct.rooms.government_requests.rules.words import (
    Category,
    FindingKind,
    FindingOutcome,
    LetterKind,
    NoticeException,
    Process,
    Role,
)
from safeconduct.rooms.government_requests.views import edge

Given = dict[str, Any]
Act = Callable[[HttpRequest, str, Given], object]

PLAIN: dict[str, tuple[Callable[..., object], str]] = {
    "take": (actions.take, "gov_matter"),
    "compare": (actions.compare_transcript, "gov_matter"),
    "reopen": (actions.reopen, "gov_scope"),
    "authorise": (actions.authorise, "gov_approvals"),
    "authorise-and-collect": (actions.authorise_and_collect, "gov_package"),
    "collect": (actions.collect, "gov_package"),
    "propose-release": (actions.propose_release, "gov_package"),
    "release": (actions.release, "gov_package"),
    "deliver": (actions.mark_delivered, "gov_package"),
    "release-notice": (actions.release_notice, "gov_notice"),
    "end-silence": (actions.end_silence, "gov_notice"),
    "clear-notice": (actions.clear_notice, "gov_notice"),
    "preserve": (actions.preserve, "gov_matter"),
    "renew": (actions.renew_preservation, "gov_matter"),
    "end-preservation": (actions.end_preservation, "gov_matter"),
    "hand-to-interception": (actions.hand_to_interception, "gov_matter"),
    "withdraw": (actions.withdraw, "gov_matter"),
    "close": (actions.close, "gov_matter"),
}

OVER_BY_ALL_CLOCKS = frozenset({"release-notice", "end-silence", "end-preservation"})
"""Acts that wait for an end: every clock must have reached it, and the clocks must agree (SECURITY T19)."""


class FormError(BadInputError):
    """Something typed is missing or wrong."""

    code = "SC-FORM"
    cure = "Go back, correct it, and send it again."


def valid(form: forms.Form) -> Given:
    """Return what a form says; raises ``FormError`` that names the first thing wrong."""
    if not form.is_valid():
        first = next(iter(form.errors.items()))
        label = form.fields[first[0]].label if first[0] in form.fields else "The form"
        raise FormError(f"{label}: {first[1][0]}")
    return dict(form.cleaned_data)


@require_POST
def plain_act(request: HttpRequest, matter: str, act: str) -> HttpResponse:
    """Do an act that needs no words."""
    if act not in PLAIN:
        raise Http404
    action, back = PLAIN[act]
    more: Given = {}
    if act in OVER_BY_ALL_CLOCKS:
        edge.clocks_of(request).require_agreement()
        more["at_least"] = edge.clocks_of(request).earliest
    action(actor=edge.actor_of(request), now=edge.now_of(request), matter=matter, **more)
    return redirect(back, matter)


@require_POST
def finding(request: HttpRequest, matter: str, kind: str) -> HttpResponse:
    """Record one of the five findings."""
    if kind not in set(FindingKind):
        raise Http404
    actor = edge.actor_of(request)
    actor.require(Permission.FIND)
    given = valid(review.FindingForm(request.POST))
    actions.record_finding(
        actor=actor,
        now=edge.now_of(request),
        matter=matter,
        kind=FindingKind(kind),
        outcome=FindingOutcome(given["outcome"]),
        reason=given["reason"],
        words=given["words"],
        page=given["page"],
        grant=edge.grant_of(request, matter),
    )
    return redirect("gov_matter", matter)


def _transcript(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(review.TranscriptForm(request.POST))
    actions.type_transcript(**who, matter=matter, pages=split_pages(given["transcript"]))


def _ask(request: HttpRequest, matter: str, who: Given) -> None:
    question = valid(review.WordsForm(request.POST))["words"]
    try:
        to = _officer(matter, who)
    except parties.NoKeyError:
        to = None
    actions.ask_officer(**who, matter=matter, question=question, to=to)


def _words(action: Callable[..., object], name: str) -> Act:
    def act(request: HttpRequest, matter: str, who: Given) -> None:
        action(**who, matter=matter, **{name: valid(review.WordsForm(request.POST))["words"]})

    return act


def _determine(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(review.DeterminationForm(request.POST))
    expires = datetime.combine(given["expires"], time.min, tzinfo=UTC) + timedelta(days=1)
    actions.determine(**who, matter=matter, provision=given["provision"], reason=given["reason"], expires=expires)


def _refuse(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(review.RefusalForm(request.POST))
    fault = Fault(words=given["words"], why=given["why"], cure=given["cure"])
    actions.refuse(**who, matter=matter, faults=(fault,), to=_officer(matter, who, given["recipient"]))


def _redirect(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(review.RedirectForm(request.POST))
    actions.redirect(**who, matter=matter, to=_officer(matter, who, given["recipient"]), authority=given["authority"])


def _keyed(action: Callable[..., object]) -> Act:
    def act(request: HttpRequest, matter: str, who: Given) -> None:
        action(**who, matter=matter, to=_officer(matter, who, valid(review.KeyForm(request.POST))["recipient"]))

    return act


def _data_role(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(review.DataRoleForm(request.POST))
    role: Given = {"category": Category(given["category"]), "role": Role(given["role"])}
    actions.set_data_role(**who, matter=matter, **role)


def _officer(matter: str, who: Given, recipient: str = "") -> Party:
    found = matters.matter(actor=who["actor"], now=who["now"], matter=matter)
    return Party(**parties.officer(person=found.officer, organisation=found.organisation, recipient=recipient))


def _none_held(request: HttpRequest, matter: str, who: Given) -> None:
    recipient = valid(review.KeyForm(request.POST))["recipient"]
    actions.answer_none_held(**who, matter=matter, to=_officer(matter, who, recipient))


def _acknowledge(request: HttpRequest, matter: str, who: Given) -> None:
    recipient = valid(review.KeyForm(request.POST))["recipient"]
    to = _officer(matter, who, recipient)
    actions.write_letter(**who, matter=matter, kind=LetterKind.ACKNOWLEDGEMENT, to=to)


def _issue(request: HttpRequest, matter: str, who: Given) -> None:
    del matter
    actions.issue_letter(**who, letter=request.POST.get("letter", ""))


def _call_back(request: HttpRequest, matter: str, who: Given) -> None:
    people = parties.colleagues(actor=who["actor"], now=who["now"])
    given = valid(review.CallBackForm(request.POST, people=people))
    by = frozenset({who["actor"].person, given["second"]})
    actions.record_call_back(**who, matter=matter, source=given["source"], reached=given["reached"], by=by)


def _forecast(request: HttpRequest, matter: str, who: Given) -> None:
    actions.forecast(**who, matter=matter, grant=edge.grant_of(request, matter))


def _propose(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(review.ScopeForm(request.POST))
    grant = edge.grant_of(request, matter)
    found = matters.matter(actor=who["actor"], now=who["now"], matter=matter)
    counts = found.forecast.result.get("counts", []) if found.forecast else []
    customers = parties.customer_names({one["customer"] for one in counts if one["rows"]})
    allowed: Asked | None = None
    if given["first"] and given["last"]:
        papers = papers_of(actor=who["actor"], matter=matter, grant=grant)
        law = law_for(process=Process(found.process), as_of=who["now"].date(), matter=found.id)
        window = window_of_days(given["first"], given["last"], found.zone)
        allowed = plain_asked(paper=papers.case.paper, law=law, window=window)
    actions.propose_scope(
        **who,
        matter=matter,
        grant=grant,
        customers=customers,
        holders=(_officer(matter, who, given["recipient"]),),
        expires=(who["now"] + timedelta(days=given["days"])).replace(microsecond=0),
        allowed=allowed,
        row_ceiling=given["row_ceiling"],
    )


def _draft_notice(request: HttpRequest, matter: str, who: Given) -> None:
    recipient = valid(review.KeyForm(request.POST))["recipient"]
    found = matters.matter(actor=who["actor"], now=who["now"], matter=matter)
    standing = [one.consent for one in signatures.signatures(actor=who["actor"], matter=matter) if one.stands]
    customers = {customer for one in standing for customer in one.customers}
    agency = parties.organisation_name(found.organisation)
    for customer in sorted(customers):
        to, contact = addressee(customer=customer, recipient=recipient)
        actions.draft_notice(**who, matter=matter, customer=customer, to=to, agency=agency, contact=contact)


def addressee(*, customer: str, recipient: str) -> tuple[Party, str]:
    """Return to whom a customer's notice goes, and the contact's id: the verified one, else the privacy contact."""
    named = contact_of(customer)
    if named is None:
        return Party(**parties.customer(customer=customer, recipient=recipient)), FALLBACK
    known = parties.customer(customer=customer, recipient=named.recipient)
    return Party(**{**known, "person_name": contact_name(named)}, language=named.language), named.pk


def _prohibit(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(silence.ProhibitForm(request.POST, request.FILES))
    terms, order = silence.terms_of(given), silence.order_of(given)
    cleared = parties.cleared_by_duty(now=who["now"])
    actions.prohibit_notice(**who, matter=matter, terms=terms, cleared=cleared, order=order)


def _except(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(review.ExceptionForm(request.POST))
    actions.except_notice(**who, matter=matter, exception=NoticeException(given["exception"]))


def _waive_waiting(request: HttpRequest, matter: str, who: Given) -> None:
    given = valid(WaitingForm(request.POST))
    actions.waive_waiting(**who, matter=matter, reason=WaitingReason(given["reason"]), words=given["words"])


WORDED: dict[str, tuple[Act, str, Permission]] = {
    "transcript": (_transcript, "gov_findings", Permission.TRANSCRIBE),
    "ask": (_ask, "gov_matter", Permission.ASK),
    "refer": (_words(actions.refer_to_counsel, "question"), "gov_matter", Permission.REFER),
    "object": (_words(actions.object_to, "grounds"), "gov_matter", Permission.OBJECT),
    "resolve": (_words(actions.resolve_objection, "how"), "gov_matter", Permission.OBJECT),
    "determine": (_determine, "gov_matter", Permission.DETERMINE),
    "refuse": (_refuse, "gov_letters", Permission.DECIDE),
    "redirect": (_redirect, "gov_letters", Permission.DECIDE),
    "redirect-to-customer": (_keyed(actions.redirect_to_customer), "gov_letters", Permission.DECIDE),
    "return-paper": (_keyed(actions.return_paper), "gov_letters", Permission.DECIDE),
    "data-role": (_data_role, "gov_matter", Permission.DETERMINE),
    "advice": (_words(actions.seal_advice, "words"), "gov_matter", Permission.DETERMINE),
    "none-held": (_none_held, "gov_letters", Permission.DECIDE),
    "acknowledge": (_acknowledge, "gov_letters", Permission.WRITE),
    "issue": (_issue, "gov_letters", Permission.ISSUE),
    "call-back": (_call_back, "gov_matter", Permission.CALL_BACK),
    "forecast": (_forecast, "gov_scope", Permission.PROPOSE),
    "propose": (_propose, "gov_approvals", Permission.PROPOSE),
    "draft-notice": (_draft_notice, "gov_notice", Permission.WRITE),
    "prohibit": (_prohibit, "gov_notice", Permission.PROHIBIT),
    "except": (_except, "gov_notice", Permission.EXCEPT),
    "waive-waiting": (_waive_waiting, "gov_package", Permission.EXCEPT),
}


@require_POST
def worded_act(request: HttpRequest, matter: str, act: str) -> HttpResponse:
    """Do an act that carries words, days or a file."""
    if act not in WORDED:
        raise Http404
    do, back, permission = WORDED[act]
    who = edge.actor_of(request)
    who.require(permission)
    do(request, matter, {"actor": who, "now": edge.now_of(request)})
    return redirect(back, matter)
