"""What both origins share: sign-in, the answer to a challenge by passkey or by a visitor's click, static files."""

import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from safeconduct.core.base.canonical import digest
from safeconduct.core.base.configuration import Face
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.passkeys import PasskeyError
from safeconduct.vaultd.ceremonies import Answered
from safeconduct.vaultd.faces import words
from safeconduct.vaultd.faces.html import Html, change_person, fill, join, page_text
from safeconduct.vaultd.faces.http import Answer, NoPageError, Request, RequestError, data, page, refusal, see_other
from safeconduct.vaultd.faces.sessions import Sessions
from safeconduct.vaultd.faces.visitors import Visitor, Visitors
from safeconduct.vaultd.roster import NotEnrolledError
from safeconduct.vaultd.socket_app import NOT_FOUND, raise_alarm, status_of
from safeconduct.vaultd.vault import Vault

SIGN_IN = "sign-in"
STATIC = {
    "/static/sheet.css": "text/css; charset=utf-8",
    "/static/passkey.js": "text/javascript; charset=utf-8",
    "/static/icon.svg": "image/svg+xml",
}
VISITOR = '<li><button class="btn" name="person" value="$person">$name</button> <span class="quiet">$roles</span></li>'
SIGN_IN_PAGE = """<h1 tabindex="-1">Sign in</h1>
<p>This is <b class="ref">$host</b>. Only a passkey enrolled for exactly this host signs in here.</p>
<form method="post" action="/sign-in" data-ceremony="/sign-in/challenge">
<input type="hidden" name="next" value="$next">
<p class="bad-text" role="alert"></p>
<button class="btn act">Use your passkey</button>
</form>
<p class="quiet small">Without JavaScript a passkey cannot be asked for.</p>
$visitors"""
VISITORS = """<h2>As a person of the demonstration</h2>
<form method="post" action="$action">$hidden<input type="hidden" name="demonstration" value="1">
<ul class="visitors">$people</ul></form>"""
HIDDEN = '<input type="hidden" name="$name" value="$value">'
PLACES = frozenset({"origin", "sign-in", "sign-out", "a", "case", "object", "package"})
"""The parts of the origins at which a refusal can be an alarm; any other address is nobody's."""
SHEET = re.compile(r"/a/([0-9a-f]{64})(?:/|$)")
ACT_OF_SHEET = re.compile(r"(/a/[0-9a-f]{64})/(?:approve|decline)")
Suited = Callable[[str], Callable[[Visitor], bool]]
"""From an address of the origin to whom of the demonstration's people it could be for."""
REFUSED = """<h1 tabindex="-1">$title</h1><p>$message</p><p>$cure</p><p class="quiet small">$code</p>"""


class Ceremony:
    """One origin's sign-in and challenges."""

    def __init__(
        self, vault: Vault, face: Face, title: str, suited: Suited = lambda _address: lambda _one: True
    ) -> None:
        """Keep the vault and this origin's sessions and visitors; ``suited`` shortens the list of the latter."""
        self._suited = suited
        self.vault = vault
        self.face = face
        self.title = title
        self.sessions = Sessions(name=face.name, clock=vault.clock)
        self.visitors = Visitors(vault.configuration, face)

    def draw(self, title: str, content: Html, request: Request | None = None, status: str = "200 OK") -> Answer:
        """Return a page of this origin."""
        person = self.signed_in(request) if request is not None and not self.vault.sealed else None
        who = self.vault.opened.roster.name_of(person) if person else ""
        return page(
            page_text(
                title=title,
                face=self.title,
                host=self.face.host,
                content=content,
                demonstration=self.visitors.here,
                who=who,
                here=_address(request),
            ),
            status=status,
        )

    def failed(self, request: Request | None, error: SafeconductError) -> Answer:
        """Return a refusal: JSON for a program, a page for a person; what is not there and what is not yours alike."""
        self._alarm(request, error)
        if status_of(error) == NOT_FOUND:
            error = NoPageError()
        elif isinstance(error, NotEnrolledError):
            # Who is on the roster, and with which passkey, is said to nobody; the alarm keeps the code.
            error = PasskeyError()
        if request is not None and request.wants_json:
            return refusal(error)
        sentence = (type(error).__doc__ or "").strip().splitlines()[0]
        content = fill(REFUSED, title=sentence, message=error.detail, cure=error.cure, code=error.code)
        return self.draw(f"Error: {sentence}", content, request, status_of(error))

    def _alarm(self, request: Request | None, error: SafeconductError) -> None:
        place = "origin" if request is None else request.path.split("/")[1]
        if place not in PLACES:
            return
        # Only a sheet's address is known to whoever was asked to sign; any other may be made up (alarms, rule 4).
        found = SHEET.match(request.path) if request is not None else None
        caller = (self.signed_in(request) if request is not None else None) or "stranger"
        subject = found[1] if found else ""
        raise_alarm(self.vault, error, gate=f"{self.face.name}/{place}", caller=caller, subject=subject)

    def static(self, request: Request) -> Answer | None:
        """Return a static file, or None for any other address."""
        kind = STATIC.get(request.path)
        if kind is None:
            return None
        name = request.path.rpartition("/")[2]
        content = files("safeconduct.vaultd.faces").joinpath("static", name).read_bytes()
        return Answer(body=content, kind=kind, headers=(("Cache-Control", "max-age=3600"),))

    def signed_in(self, request: Request) -> str | None:
        """Return the person of this request's session, or None; without a passkey that stands there is none (T14)."""
        person = self.sessions.person(request.cookies)
        if person is None or self.vault.sealed:
            return person
        if not self.vault.opened.roster.credentials(person, self.face.host):
            self.sessions.end(request.cookies)
            raise_alarm(self.vault, NotEnrolledError(), gate=f"{self.face.name}/session", caller=person)
            return None
        return person

    def require(self, request: Request) -> str:
        """Return the signed-in person; raises ``NeedsSignIn``."""
        person = self.signed_in(request)
        if person is None:
            raise NeedsSignInError
        return person

    def offer(self, request: Request, *, role: str, digest: str, person: str | None = None) -> Answer:
        """Return a fresh challenge as JSON for the named or signed-in person."""
        named = person if person is not None else request.query.get("person") or self.signed_in(request) or ""
        made = self.vault.opened.ceremonies.offer(face=self.face, person=named, role=role, digest=digest)
        return data(made.as_json())

    def answered(
        self, fields: dict[str, Any], *, person: str, role: str, digest: str
    ) -> tuple[Answered, dict[str, Any]]:
        """Return who answered, and the assertion: the one sent, or the one that a visitor's click makes."""
        ceremonies = self.vault.opened.ceremonies
        assertion = fields.get("assertion")
        if fields.get("demonstration"):
            made = ceremonies.offer(face=self.face, person=person, role=role, digest=digest)
            assertion = self.visitors.assertion(person, made)
        if not isinstance(assertion, dict):
            raise RequestError("There is no assertion.")
        roles = frozenset({role})
        return ceremonies.answer(
            face=self.face, person=person, roles=roles, digest=digest, assertion=assertion
        ), assertion

    def sign_in(self, request: Request) -> Answer | None:
        """Answer the sign-in addresses; None for any other."""
        told = digest("safeconduct/v1/sign-in", {"host": self.face.host})
        route = (request.method, request.path)
        if route == ("GET", "/sign-in"):
            return self.draw("Sign in", self.sign_in_content(request.query.get("next", "/")), request)
        if route == ("GET", "/sign-in/challenge"):
            return self.offer(request, role=SIGN_IN, digest=told, person=request.query.get("person", ""))
        if route == ("POST", "/sign-in"):
            fields = request.fields()
            held, _ = self.answered(fields, person=str(fields.get("person", "")), role=SIGN_IN, digest=told)
            following = own_address(str(fields.get("next", "/")))
            cookie = self.begin(request, held.person)
            if request.wants_json:
                return data({"person": held.person, "next": following}, headers=(cookie,))
            return see_other(following, (cookie,))
        if route == ("POST", "/sign-out"):
            following = own_address(str(request.fields().get("next", "/")))
            address = "/sign-in" if following == "/" else f"/sign-in?{urlencode({'next': following})}"
            clearing = ("Clear-Site-Data", '"cache", "storage"')
            return see_other(address, (self.sessions.end(request.cookies), clearing))
        return None

    def begin(self, request: Request, person: str) -> tuple[str, str]:
        """Begin a session in the place of the one that this request still has; return the header of its cookie."""
        self.sessions.end(request.cookies)
        return self.sessions.begin(person)

    def leave(self, request: Request, kind: Html) -> Html:
        """Return the control that lets another person come here, drawn as a button of ``kind``."""
        if self.visitors.here:
            return change_person(_address(request), kind=kind)
        return change_person("/", "Sign out", kind)

    def one_click(self, *, action: str, hidden: Mapping[str, str], keep: Callable[[Visitor], bool]) -> Html:
        """Return the demonstration's list of those who may press a button for ``action``; empty where there is none."""
        people = join(
            fill(VISITOR, person=one.person, name=one.name, roles=words.roles(frozenset(one.roles)))
            for one in self.visitors.all()
            if keep(one)
        )
        more = join(fill(HIDDEN, name=name, value=value) for name, value in hidden.items())
        return fill(VISITORS, action=action, hidden=more, people=people) if people else Html("")

    def sign_in_content(self, following: str) -> Html:
        """Return what the sign-in page says."""
        visitors = self.one_click(action="/sign-in", hidden={"next": following}, keep=self._suited(following))
        return fill(SIGN_IN_PAGE, host=self.face.host, next=following, visitors=visitors)

    def handler(self, routes: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        """Return the whole handler: static files, sign-in, then ``routes``."""

        def handle(request: Request) -> Answer:
            answer = self.static(request) or self.sign_in(request)
            if answer is not None:
                return answer
            if request.method not in ("GET", "HEAD", "POST"):
                raise NoPageError
            try:
                return routes(request)
            except NeedsSignInError as error:
                if request.wants_json:
                    return refusal(error)
                return self.draw("Sign in", self.sign_in_content(_address(request)), request, status_of(error))

        return handle


class NeedsSignInError(NoPageError):
    """You are not signed in here."""

    code = "SC-SIGN-IN"
    cure = "Use your passkey."


def _address(request: Request | None) -> str:
    """Return where a person who signs in instead should come back to: never an act, never the sign-in itself."""
    if request is None:
        return "/"
    if request.path == "/sign-in":
        return own_address(request.query.get("next", "/"))
    if found := ACT_OF_SHEET.fullmatch(request.path):
        return found[1]
    if request.method not in ("GET", "HEAD"):
        return "/"
    return own_address(f"{request.path}?{urlencode(request.query)}" if request.query else request.path)


def own_address(text: str) -> str:
    """Return a path of this origin; anything that could lead elsewhere becomes the start page."""
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isascii() and text.isprintable()
    return text if plain and "\\" not in text else "/"
