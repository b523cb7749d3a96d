"""The open origin: reading grants, case papers, letters, and packages for the officers who are listed."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from safeconduct.core.base.canonical import digest
from safeconduct.core.base.configuration import Face
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import instant_text
from safeconduct.vaultd.faces.ceremony import Ceremony
from safeconduct.vaultd.faces.html import Html, fill
from safeconduct.vaultd.faces.http import (
    FILE_POLICY,
    Answer,
    FaceApp,
    NoPageError,
    Request,
    data,
    see_other,
)
from safeconduct.vaultd.faces.reading import ADDRESS as READING
from safeconduct.vaultd.faces.reading import ReadingPages
from safeconduct.vaultd.faces.visitors import Visitor
from safeconduct.vaultd.readers import READING_ROLES
from safeconduct.vaultd.rendering.errors import UndrawableError
from safeconduct.vaultd.roster import NotEnrolledError
from safeconduct.vaultd.socket_app import status_of
from safeconduct.vaultd.vault import Vault

GRANT = re.compile(r"/case/([a-z0-9][a-z0-9._-]{0,63})/(grant|challenge)")
OBJECT = re.compile(r"/object/([a-z0-9][a-z0-9._-]{0,63})(/original)?")
PACKAGE = re.compile(r"/package/([0-9a-f]{64})(?:/(challenge|file))?")
OPEN_CASE, OPEN_PACKAGE = "open-case", "open-package"
RETURN_FACES = ("desk", "portal")
PAPER = "paper"
READABLE = frozenset({PAPER, "letter", "notice", "transcript", "question", "answer", "receipt"})
HANDED_OUT = frozenset({"letter", "notice"})
FRESH_SECONDS = 300
HOME = """<h1 tabindex="-1">Papers open here</h1>
<p>Follow a link from the desk or the portal. This page never lists what there is.</p>"""
ASK = """<h1 tabindex="-1">$title</h1>
<p>$says</p>
<form method="post" action="$action" data-ceremony="$challenge">
<input type="hidden" name="return" value="$back">
<p class="bad-text" role="alert"></p>
<button class="btn act">Use your passkey</button></form>
<p class="quiet small">Without JavaScript a passkey cannot be asked for.</p>
$visitors"""

ORIGINAL = """<h1 tabindex="-1">The original, as it was sent</h1>
<p>It came from outside and <b>may harm the machine that opens it</b>. For reading there is
<a href="/object/$id">the copy drawn from it</a>.</p>
<p>Take the original only where its exact bytes count, such as an expert's examination, and open it on no machine
of ours but one that is kept apart for that.</p>
<p class="small">SHA-256 of the original: <span class="ref">$sha256</span></p>
<form method="post" action="/object/$id/original"><button class="btn act">Download the original</button></form>"""
UNDRAWN = """<h1 tabindex="-1">$sentence</h1><p>$cure</p>
<p>Nothing is lost: it is sealed as it came, and <a href="/object/$id/original">can be downloaded as it is</a>.</p>
<p class="quiet small">$code</p>"""


class ReturnError(BadInputError):
    """The address to return to is not the desk's or the portal's."""

    code = "SC-RETURN"


class Open:
    """The pages of the open origin."""

    def __init__(self, vault: Vault, face: Face) -> None:
        """Serve ``vault`` at ``face``."""
        self._vault = vault
        self.ceremony = Ceremony(vault, face, "Open", self._suited)
        self._returns = frozenset(vault.configuration.faces[name].origin for name in RETURN_FACES)
        self._readings = ReadingPages(vault, self.ceremony, self.return_address)

    def routes(self, request: Request) -> Answer:
        """Answer one request."""
        if request.path == "/" and request.method == "GET":
            return self.ceremony.draw("Papers open here", Html(HOME), request)
        if found := GRANT.fullmatch(request.path):
            return self._case(request, found[1], found[2])
        if found := OBJECT.fullmatch(request.path):
            return self._original(request, found[1]) if found[2] else self._object(request, found[1])
        if found := READING.fullmatch(request.path):
            return self._readings.answer(request, found[1], found[2])
        if found := PACKAGE.fullmatch(request.path):
            return self._package(request, found[1], found[2] or "")
        raise NoPageError

    def _suited(self, address: str) -> Callable[[Visitor], bool]:
        """Return for whom an address could be: readers and the letter's addressees, or a package's officers."""
        if self._vault.sealed:
            return lambda _one: True
        path = address.partition("?")[0]
        if GRANT.fullmatch(path) or READING.fullmatch(path):
            return _reads
        if found := PACKAGE.fullmatch(path):
            return self._listed(found[1])
        if found := OBJECT.fullmatch(path):
            object_id = found[1]
            return lambda one: _reads(one) or self._addressed(object_id, one.person)
        return lambda _one: True

    def _listed(self, release: str) -> Callable[[Visitor], bool]:
        holders = self._vault.opened.delivery.holders_of(release)
        return lambda one: one.person in holders

    def return_address(self, text: str) -> str:
        """Return an address of the desk or the portal; raises ``ReturnError`` for any other."""
        try:
            parts = urlsplit(text)
        except ValueError as error:
            raise ReturnError from error
        plain = text.isascii() and text.isprintable() and "\\" not in text and " " not in text
        if not plain or f"{parts.scheme}://{parts.netloc}" not in self._returns:
            raise ReturnError
        return text

    def _case(self, request: Request, matter: str, what: str) -> Answer:
        told = digest("safeconduct/v1/open-case", {"matter": matter})
        if what == "challenge" and request.method == "GET":
            return self.ceremony.offer(request, role=OPEN_CASE, digest=told)
        if what == "challenge":
            raise NoPageError
        if request.method == "GET":
            back = self.return_address(request.query.get("return", ""))
            return self._ask(
                request,
                title="Open the papers of this matter",
                says=f"Matter {matter}. A grant lasts a quarter of an hour, for you and this matter, and is entered.",
                action=f"/case/{matter}/grant",
                challenge=f"/case/{matter}/challenge",
                back=back,
                keep=_reads,
            )
        if request.method != "POST":
            raise NoPageError
        return self._give(request, request.fields(), matter, told)

    def _give(self, request: Request, fields: dict[str, Any], matter: str, told: str) -> Answer:
        named = str(fields.get("person") or "")
        back = self.return_address(str(fields["return"])) if fields.get("return") else None
        held, _ = self.ceremony.answered(fields, person=named, role=OPEN_CASE, digest=told)
        grant = self._vault.opened.grants.give(matter=matter, person=held.person)
        cookie = self.ceremony.begin(request, held.person)
        following = _with_grant(back, grant.id) if back else None
        if request.wants_json:
            told_back = {"grant": grant.id, "until": instant_text(grant.expires), "next": following}
            return data(told_back, headers=(cookie,))
        return see_other(following or "/", (cookie,))

    def _ask(
        self,
        request: Request,
        *,
        title: str,
        says: str,
        action: str,
        challenge: str,
        back: str,
        keep: Callable[[Visitor], bool],
    ) -> Answer:
        visitors = self.ceremony.one_click(action=action, hidden={"return": back}, keep=keep)
        content = fill(ASK, title=title, says=says, action=action, challenge=challenge, back=back, visitors=visitors)
        return self.ceremony.draw(title, content, request)

    def _object(self, request: Request, object_id: str) -> Answer:
        person = self.ceremony.require(request)
        if request.method not in ("GET", "HEAD"):
            raise NoPageError
        objects, attached = self._vault.opened.objects, "download" in request.query
        sealed = objects.find(object_id)
        if not (self._reader(sealed.matter, sealed.kind, person) or self._recipient(object_id, sealed.kind, person)):
            raise NoPageError
        if sealed.kind != PAPER:
            return _file(objects.open(object_id), name=object_id, attached=attached)
        try:
            return _file(self._vault.opened.clean_copies.of(object_id), name=object_id, attached=attached)
        except UndrawableError as error:
            if request.wants_json:
                raise
            facts = {"id": object_id, "sentence": (type(error).__doc__ or "").strip(), "cure": error.cure}
            content = fill(UNDRAWN, code=error.code, **facts)
            return self.ceremony.draw("Error: a paper cannot be shown", content, request, status_of(error))

    def _original(self, request: Request, object_id: str) -> Answer:
        """Warn of an original; hand it out only after that, only as a download, under a kind that nothing opens."""
        person = self.ceremony.require(request)
        sealed = self._vault.opened.objects.find(object_id)
        if sealed.kind != PAPER or not self._reader(sealed.matter, sealed.kind, person):
            raise NoPageError
        if request.method == "POST":
            name = ("Content-Disposition", f'attachment; filename="{object_id}.original"')
            data = self._vault.opened.objects.open(object_id)
            return Answer(body=data, kind="application/octet-stream", policy=FILE_POLICY, headers=(name,))
        content = fill(ORIGINAL, id=object_id, sha256=sealed.sha256)
        return self.ceremony.draw("The original, as it was sent", content, request)

    def _reader(self, matter: str | None, kind: str, person: str) -> bool:
        return (
            matter is not None and kind in READABLE and self._vault.opened.grants.live_for(matter=matter, person=person)
        )

    def _recipient(self, object_id: str, kind: str, person: str) -> bool:
        return kind in HANDED_OUT and self._addressed(object_id, person)

    def _addressed(self, object_id: str, person: str) -> bool:
        try:
            holder = self._vault.opened.roster.holder(person)
        except NotEnrolledError:
            return False
        return holder.fingerprint in self._vault.opened.delivery.recipients_of(object_id)

    def _package(self, request: Request, release: str, what: str) -> Answer:
        told = digest("safeconduct/v1/open-package", {"release": release})
        if what == "challenge" and request.method == "GET":
            return self.ceremony.offer(request, role=OPEN_PACKAGE, digest=told)
        if what == "file" and request.method in ("GET", "HEAD"):
            return self._download(request, release)
        if what:
            raise NoPageError
        if request.method == "GET":
            return self._ask(
                request,
                title="Fetch a package",
                says="It is handed to the officers it names, and to nobody else.",
                action=f"/package/{release}",
                challenge=f"/package/{release}/challenge",
                back="",
                keep=self._listed(release),
            )
        if request.method != "POST":
            raise NoPageError
        fields = request.fields()
        held, _ = self.ceremony.answered(fields, person=str(fields.get("person") or ""), role=OPEN_PACKAGE, digest=told)
        self._vault.opened.delivery.package(digest=release, person=held.person)
        cookie = self.ceremony.begin(request, held.person)
        following = f"/package/{release}/file"
        if request.wants_json:
            return data({"next": following, "person": held.person}, headers=(cookie,))
        return see_other(following, (cookie,))

    def _download(self, request: Request, release: str) -> Answer:
        person = self.ceremony.sessions.fresh(request.cookies, FRESH_SECONDS)
        if person is None:
            return see_other(f"/package/{release}")
        name, content = self._vault.opened.delivery.package(digest=release, person=person)
        return _file(content, name=name, attached=True)


def _reads(visitor: Visitor) -> bool:
    return not READING_ROLES.isdisjoint(visitor.roles)


def _with_grant(back: str, grant: str) -> str:
    parts = urlsplit(back)
    query = "&".join(part for part in (parts.query, urlencode({"grant": grant})) if part)
    return urlunsplit(parts._replace(query=query))


def _file(content: bytes, *, name: str, attached: bool) -> Answer:
    kind = "application/octet-stream"
    if content.startswith(b"%PDF-"):
        # A letter that we set, or the copy that we drew of a paper; a paper itself never comes here.
        # Chromium's viewer opens a sandboxed PDF (tests/vaultd/faces). One that will not still has ?download=1.
        kind, name = "application/pdf", f"{name}.pdf"
    elif not content.startswith(b"PK"):
        kind = "text/plain; charset=utf-8"
    inline = kind != "application/octet-stream" and not attached
    place = "inline" if inline else "attachment"
    disposition = ("Content-Disposition", f'{place}; filename="{name}"')
    return Answer(body=content, kind=kind, policy=FILE_POLICY, headers=(disposition,))


def open_app(vault: Vault) -> FaceApp:
    """Return the open origin as a WSGI application."""
    face = vault.configuration.faces["open"]
    pages = Open(vault, face)
    forms = "".join(f" {vault.configuration.faces[name].origin}" for name in RETURN_FACES)
    return FaceApp(face, pages.ceremony.handler(pages.routes), pages.ceremony.failed, forms=forms)
