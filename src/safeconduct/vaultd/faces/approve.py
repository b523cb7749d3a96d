"""The approve origin: what waits for you, the sheet, signing and declining."""

import re
from typing import Any

from safeconduct.core.base.configuration import Face
from safeconduct.core.base.errors import ConflictError, NotPermittedError, SafeconductError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.bodies import Body, ReleaseBody
from safeconduct.vaultd.consents import UnknownConsentError
from safeconduct.vaultd.faces import words
from safeconduct.vaultd.faces.ceremony import Ceremony
from safeconduct.vaultd.faces.drawings import DRAWINGS
from safeconduct.vaultd.faces.following import after_signing
from safeconduct.vaultd.faces.html import Html, fill, join
from safeconduct.vaultd.faces.http import Answer, FaceApp, NoPageError, Request, RequestError, data, see_other
from safeconduct.vaultd.faces.sheets import Context, sheet
from safeconduct.vaultd.vault import Vault

SHEET_ADDRESS = re.compile(r"/a/([0-9a-f]{64})(?:/(challenge|approve|decline))?")
DECLINE_ROLE = "decline"
MOST_REASON = 2000
WAITING = """<h1 tabindex="-1">What waits for you</h1>
<ul class="waiting">$items</ul><p class="quiet small">$empty</p>"""
ITEM = '<li><a href="/a/$digest">$sentence</a><br><span class="quiet small">$name</span></li>'
ACTS = """<p class="bad-text" role="alert"></p>
<div class="acts">
<form method="post" action="/a/$digest/approve" data-ceremony="/a/$digest/challenge?act=approve">$click
<button class="btn act">Sign with your passkey</button></form>
<a class="btn" href="/a/$digest/decline">Decline, with a reason</a></div>
<p class="quiet small">The challenge is valid for you for ten minutes, once. Without JavaScript a passkey cannot be
asked for; ask a colleague on the roster.</p>"""
DECLINE = """<h1 class="serif sentence">Decline: $sentence</h1>
<p>The object is void from then on. A changed one needs a new digest and new approvals.</p>
<form method="post" action="/a/$digest/decline" data-ceremony="/a/$digest/challenge?act=decline">$click
<div class="field"><label for="reason">Reason</label><textarea class="input" id="reason" name="reason" rows="5"
maxlength="2000" required></textarea></div>
<p class="bad-text" role="alert"></p>
<button class="btn act">Decline with your passkey</button>
<a class="btn" href="/a/$digest">Back to the sheet</a></form>"""
CLICK = '<input type="hidden" name="demonstration" value="1"><input type="hidden" name="person" value="$person">'
YOU = """<p class="quiet you">You are <b>$name</b>, $roles. This page is drawn by the vault from the object itself;
the desk cannot change it.</p>"""
CLOSED = "<p><b>$state.</b> $why</p>"


class OtherPersonError(NotPermittedError):
    """Another person is signed in here."""

    code = "SC-OTHER-PERSON"
    cure = "Sign out first, then sign with the passkey of whoever signs."


class Approve:
    """The pages of the approve origin."""

    def __init__(self, vault: Vault, face: Face) -> None:
        """Serve ``vault`` at ``face``."""
        self._vault = vault
        self.ceremony = Ceremony(vault, face, "Approval")

    def routes(self, request: Request) -> Answer:
        """Answer one request."""
        if request.path == "/" and request.method == "GET":
            return self._waiting(request)
        found = SHEET_ADDRESS.fullmatch(request.path)
        if found is None:
            raise NoPageError
        digest, what = found[1], found[2] or "sheet"
        if request.method == "POST":
            if what == "approve":
                return self._approve(request, digest)
            if what == "decline":
                return self._decline(request, digest)
            raise NoPageError
        if what == "challenge":
            return self._challenge(request, digest)
        if what == "decline":
            return self._decline_page(request, digest)
        if what == "sheet":
            return self._sheet(request, digest)
        raise NoPageError

    def _body(self, digest: str, person: str) -> Body:
        """Return a body that this person may know of; anybody else learns no more than of an unknown digest."""
        consents = self._vault.opened.consents
        body = consents.body(digest)
        persons = consents.silenced_to(body)
        if persons is not None and person not in persons:
            raise UnknownConsentError
        return body

    def _context(self, body: Body) -> Context:
        opened = self._vault.opened
        names = {one.id: one.name for one in opened.roster.persons()}
        value = body.as_json()
        called = {one["person"]: opened.roster.called_back(one["person"]) for one in value.get("holders", [])}
        law = opened.collector.authority.law
        cited = {one: law.citation(one) for one in value.get("ground", {}).get("provisions", [])}
        origin = self._vault.configuration.faces["open"].origin
        lost = opened.collector.unreadable(body.safe_conduct) if isinstance(body, ReleaseBody) else ()
        return Context(names=names, call_backs=called, citations=cited, open_origin=origin, unreadable=lost)

    def _waiting(self, request: Request) -> Answer:
        person = self.ceremony.require(request)
        bodies = [one for one in self._vault.opened.consents.waiting_for(person) if self._known(one, person)]
        if request.wants_json:
            return data({"waiting": [{"digest": one.digest, "kind": one.kind} for one in bodies]})
        drawn = [(one, DRAWINGS[one.kind](one, self._context(one))) for one in bodies]
        items = join(fill(ITEM, digest=one.digest, sentence=made.sentence, name=made.name) for one, made in drawn)
        empty = "" if bodies else "Nothing waits for your signature."
        return self.ceremony.draw("What waits for you", fill(WAITING, items=items, empty=empty), request)

    def _known(self, body: Body, person: str) -> bool:
        persons = self._vault.opened.consents.silenced_to(body)
        return persons is None or person in persons

    def _sheet(self, request: Request, digest: str) -> Answer:
        person = self.ceremony.require(request)
        body = self._body(digest, person)
        consents = self._vault.opened.consents
        approvals = consents.approvals(digest)
        if request.wants_json:
            listed = [{"person": one.person, "role": str(one.role), "at": instant_text(one.at)} for one in approvals]
            state = consents.state(digest)
            return data(
                {"kind": body.kind, "digest": digest, "body": body.as_json(), "approvals": listed, "state": state}
            )
        context = self._context(body)
        drawing = DRAWINGS[body.kind](body, context)
        acts = self._acts(request, body, person)
        content = sheet(body=body, drawing=drawing, approvals=approvals, context=context, acts=acts)
        held = self._vault.opened.roster.person(person)
        who = fill(
            YOU,
            name=held.name,
            roles=words.roles(held.roles),
        )
        return self.ceremony.draw(drawing.sentence, join([who, content]), request)

    def _acts(self, request: Request, body: Body, person: str) -> Html:
        consents = self._vault.opened.consents
        state, approvals = consents.state(body.digest), consents.approvals(body.digest)
        if person in {one.person for one in approvals}:
            done = state == "approved" and self._vault.opened.delivery.carried_out(body)
            state = "applied" if done else state
            change = self.ceremony.leave(request, Html("btn act"))
            return after_signing(body=body, state=state, signed=len(approvals), change=change)
        try:
            consents.role_for(body, person)
            consents.require_open(body.digest, person)
        except (NotPermittedError, ConflictError) as error:
            return fill(CLOSED, state=f"You cannot sign this; it is {state}", why=_sentence(error))
        return fill(ACTS, digest=body.digest, click=self._click(person))

    def _click(self, person: str) -> Html:
        mine = [one for one in self.ceremony.visitors.all() if one.person == person]
        return fill(CLICK, person=person) if mine else Html("")

    def _challenge(self, request: Request, digest: str) -> Answer:
        person = request.query.get("person") or self.ceremony.require(request)
        body = self._body(digest, person)
        role = self._role(body, person, request.query.get("act", "approve"))
        return self.ceremony.offer(request, role=role, digest=digest, person=person)

    def _role(self, body: Body, person: str, act: str) -> str:
        role = self._vault.opened.consents.role_for(body, person)
        self._vault.opened.consents.require_open(body.digest, person)
        return DECLINE_ROLE if act == DECLINE_ROLE else str(role)

    def _person(self, request: Request, fields: dict[str, Any]) -> str:
        named = str(fields.get("person") or self.ceremony.require(request))
        session = self.ceremony.signed_in(request)
        if session is not None and session != named:
            raise OtherPersonError
        return named

    def _approve(self, request: Request, digest: str) -> Answer:
        fields = request.fields()
        person = self._person(request, fields)
        body = self._body(digest, person)
        role = self._role(body, person, "approve")
        held, assertion = self.ceremony.answered(fields, person=person, role=role, digest=digest)
        consents = self._vault.opened.consents
        consents.approve(body, held, assertion=assertion, domain=self.ceremony.face.host)
        if request.wants_json:
            approvals = [{"person": one.person, "role": str(one.role)} for one in consents.approvals(digest)]
            return data({"digest": digest, "approvals": approvals, "next": f"/a/{digest}#signed"})
        return see_other(f"/a/{digest}#signed")

    def _decline(self, request: Request, digest: str) -> Answer:
        fields = request.fields()
        person = self._person(request, fields)
        body = self._body(digest, person)
        reason = str(fields.get("reason", "")).strip()
        if not 0 < len(reason) <= MOST_REASON:
            raise RequestError(f"A reason has 1 to {MOST_REASON} characters.")
        role = self._role(body, person, DECLINE_ROLE)
        held, _ = self.ceremony.answered(fields, person=person, role=role, digest=digest)
        self._vault.opened.consents.decline(body, held.person, reason)
        if request.wants_json:
            return data({"digest": digest, "declined": held.person, "next": f"/a/{digest}"})
        return see_other(f"/a/{digest}")

    def _decline_page(self, request: Request, digest: str) -> Answer:
        person = self.ceremony.require(request)
        body = self._body(digest, person)
        sentence = DRAWINGS[body.kind](body, self._context(body)).sentence
        content = fill(DECLINE, sentence=sentence, digest=digest, click=self._click(person))
        return self.ceremony.draw("Decline", content, request)


def _sentence(error: SafeconductError) -> str:
    return f"{(type(error).__doc__ or '').strip().splitlines()[0]} {error.detail}"


def approve_app(vault: Vault) -> FaceApp:
    """Return the approve origin as a WSGI application."""
    face = vault.configuration.faces["approve"]
    pages = Approve(vault, face)
    return FaceApp(face, pages.ceremony.handler(pages.routes), pages.ceremony.failed)
