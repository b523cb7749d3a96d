"""The reading of a paper beside its pictures: boxes over the page, proposals in a list, and a person who ticks.

1. Nothing is ticked beforehand, and what nobody ticks goes nowhere.
2. Who may read the paper may read this page: a session here, an opened grant, and a place among the cleared.
3. What is confirmed is sealed with the person's name; the desk takes it over in an act of its own, by the same person.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from safeconduct.core.base.periods import instant_text
from safeconduct.core.base.visible import visible, visible_json
from safeconduct.core.reading.confirming import VERSION, ConfirmError, confirm
from safeconduct.vaultd.faces.ceremony import Ceremony
from safeconduct.vaultd.faces.html import Html, fill
from safeconduct.vaultd.faces.http import FILE_POLICY, Answer, NoPageError, Request, data, see_other
from safeconduct.vaultd.faces.reading_findings import listed as relied_list
from safeconduct.vaultd.faces.reading_findings import marks, relied_on
from safeconduct.vaultd.faces.reading_parts import no_words, page_links, picture, rows, summary
from safeconduct.vaultd.objects import Sealed
from safeconduct.vaultd.rendering.clean_pdf import picture_of
from safeconduct.vaultd.rendering.ink import Picture
from safeconduct.vaultd.rendering.readings import Kept
from safeconduct.vaultd.vault import Vault

ADDRESS = re.compile(r"/reading/([a-z0-9][a-z0-9._-]{0,63})(?:/page/([0-9]{1,3}))?")
PAPER, CONFIRMATION = "paper", "confirmation"
MOST_FIELDS = 450
PAGE = """<div class="reading"><h1 tabindex="-1">What the paper may say</h1>
<p>A machine read these words and proposes what they mean. <b>It decides nothing.</b> Look at each box in the picture,
tick what is right, and leave the rest. What you confirm is sealed with your name.</p>
$error$summary$links
<form method="post" action="/reading/$id"><input type="hidden" name="return" value="$back">
<input type="hidden" name="page" value="$page">
<div class="evidence"><section class="paper" aria-label="Page $page of $pages" tabindex="0">$picture</section>
<section aria-labelledby="proposed"><h2 id="proposed">Proposed on page $page</h2>$rows$act$relied</section>
</div></form></div>"""
ACT = Html(
    '<p class="small quiet">Only ticked lines of this page are confirmed.</p>'
    '<button class="btn act">Confirm what I ticked</button>'
)
DONE = """<h1 tabindex="-1">Confirmed and sealed</h1>
<p>$count sealed with your name as <span class="ref">$id</span>.</p>
<p>Nothing of the case file changed. The desk takes it over in an act of its own.</p>"""


@dataclass(frozen=True)
class Asked:
    """Who looks at which paper, at which page, and where that person came from."""

    person: str
    paper: Sealed
    page: int
    back: str


class ReadingPages:
    """The pages below ``/reading/``."""

    def __init__(self, vault: Vault, ceremony: Ceremony, return_address: Callable[[str], str]) -> None:
        """Serve ``vault``; ``return_address`` checks an address of the desk."""
        self._vault = vault
        self._ceremony = ceremony
        self._return_address = return_address

    def answer(self, request: Request, object_id: str, picture_page: str | None) -> Answer:
        """Answer one request; what is not there and what is not yours look alike."""
        person = self._ceremony.require(request)
        paper = self._vault.opened.objects.find(object_id)
        live = self._vault.opened.grants.live_for
        if paper.kind != PAPER or paper.matter is None or not live(matter=paper.matter, person=person):
            raise NoPageError
        if picture_page is not None:
            return self._picture(request, object_id, int(picture_page))
        if request.method == "POST":
            return self._confirm(request, paper, person)
        page = request.query.get("page", "1")
        asked = Asked(person, paper, int(page) if page.isdecimal() and len(page) <= 3 else 1, self._back(request.query))  # noqa: PLR2004 - 500 pages
        return self._draw(request, asked)

    def _back(self, fields: dict[str, str]) -> str:
        return self._return_address(fields["return"]) if fields.get("return") else ""

    def _picture(self, request: Request, object_id: str, page: int) -> Answer:
        if request.method not in ("GET", "HEAD"):
            raise NoPageError
        try:
            found = picture_of(self._vault.opened.clean_copies.of(object_id), page)
        except IndexError as error:
            raise NoPageError from error
        return Answer(body=found, kind="image/jpeg", policy=FILE_POLICY)

    def _draw(self, request: Request, asked: Asked, error: ConfirmError | None = None) -> Answer:
        kept = self._vault.opened.readings.of(asked.paper.id)
        if request.wants_json:
            return data(_as_data(kept))
        page = min(max(asked.page, 1), kept.reading.pages)
        jpeg = picture_of(self._vault.opened.clean_copies.of(asked.paper.id), page)
        listed = [
            (place, one)
            for place, one in enumerate(kept.reading.proposals)
            if kept.reading.words[one.first].page == page
        ]
        size, opened = Picture(jpeg).size, self._vault.opened.objects
        relied = relied_on(opened, asked.paper.owner, page, kept.reading.page_words(page))
        content = fill(
            PAGE,
            id=asked.paper.id,
            back=asked.back,
            page=page,
            pages=kept.reading.pages,
            error=_fault(error),
            summary=summary(kept),
            links=page_links(asked.paper.id, page, kept.reading, asked.back),
            picture=picture(asked.paper.id, page, size, kept.reading, listed, marks(relied, size)),
            relied=relied_list(relied),
            rows=rows(kept, listed) if listed else no_words(kept.reading, page),
            act=ACT if listed else Html(""),
        )
        title = "Error: What the paper may say" if error else "What the paper may say"
        return self._ceremony.draw(title, content, request, "400 Bad Request" if error else "200 OK")

    def _confirm(self, request: Request, paper: Sealed, person: str) -> Answer:
        """Seal what was ticked, with who ticked it; raises for what was not proposed on that page."""
        try:
            sent = parse_qsl(request.body.decode(), max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise ConfirmError from error
        fields = dict(sent)
        page = int(fields["page"]) if fields.get("page", "").isdecimal() else 1
        asked = Asked(person, paper, page, self._back(fields))
        ticked = [int(value) for name, value in sent if name == "tick" and value.isdecimal() and len(value) <= 3]  # noqa: PLR2004 - 400 at most
        kept = self._vault.opened.readings.of(paper.id)
        try:
            found = confirm(proposals=kept.reading.proposals, words=kept.reading.words, ticked=ticked)
        except ConfirmError as error:
            if request.wants_json:
                raise
            return self._draw(request, asked, error)
        value = {
            "version": VERSION,
            "kind": CONFIRMATION,
            "matter": paper.matter,
            "paper": paper.id,
            "by": person,
            "at": instant_text(self._vault.clock.now()),
            "fields": [one.as_json() for one in found],
        }
        sealed = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        made = self._vault.opened.objects.put(kind=CONFIRMATION, owner=paper.owner, data=sealed)
        if request.wants_json:
            return data({"confirmation": made, "fields": value["fields"]})
        if asked.back:
            return see_other(_with(asked.back, confirmation=made))
        count = "One field is" if len(found) == 1 else f"{len(found)} fields are"
        return self._ceremony.draw("Confirmed and sealed", fill(DONE, id=made, count=count), request)


def _fault(error: ConfirmError | None) -> Html:
    text = '<p class="bad-text" role="alert">$says $cure</p>'
    return fill(text, says=error.detail or "Nothing is ticked.", cure=error.cure) if error else Html("")


def _with(address: str, **more: str) -> str:
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return urlunsplit(parts._replace(query=query))


def _as_data(kept: Kept) -> dict[str, object]:
    """Return the proposals for a program, with page and boxes in ten-thousandths of the page."""
    found = []
    for place, one in enumerate(kept.reading.proposals):
        stand = kept.reading.place(one)
        found.append(
            {
                "place": place,
                "field": one.field.value,
                "kind": one.kind,
                "value": one.value,
                "page": stand[0].page,
                "boxes": [list(word.box) for word in stand],
                "words": visible(" ".join(word.text for word in stand)),
                "reason": one.reason.value,
                "odd": one.odd,
                "unseen": place in kept.unseen,
            }
        )
    whole = {"pages": kept.reading.pages, "read": kept.reading.read, "more": kept.reading.more, "proposals": found}
    return {name: visible_json(value) for name, value in whole.items()}
