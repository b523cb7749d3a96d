"""Parts of the reading's page: the picture with its boxes as SVG, the list of proposals, and the way between pages."""

from collections.abc import Sequence
from urllib.parse import urlencode

from safeconduct.core.reading.proposals import Field, Proposal
from safeconduct.core.reading.words import EDGE, Word
from safeconduct.vaultd.faces.html import Html, fill, join
from safeconduct.vaultd.rendering.extracting import Reading
from safeconduct.vaultd.rendering.readings import Kept

BESIDE, MOST_LINKS, MOST_NAMED = 6, 80, 20
Listed = Sequence[tuple[int, Proposal]]
FIELDS = {
    Field.KIND: "Kind of paper",
    Field.ISSUER: "Authority",
    Field.COURT: "Court",
    Field.DOCKET: "Its own number",
    Field.STATUTE: "Law cited",
    Field.ISSUED: "Date of the paper",
    Field.DEADLINE: "Answer wanted",
    Field.EXECUTION: "To be executed",
    Field.WINDOW: "Period asked for",
    Field.IDENTIFIER: "Identifier sought",
    Field.CATEGORY: "Records asked for",
    Field.SILENCE: "Silence",
    Field.CONTACT: "Whom to reach",
}
UNITS = {"days": "days", "working_days": "working days", "hours": "hours", "weeks": "weeks"}
SILENCE = {"order": "ordered", "request": "asked for, not ordered"}
PICTURE = """<svg class="page" viewBox="0 0 $wide $high" role="group" aria-label="Page $page with the boxes of $count">
<image href="/reading/$id/page/$page" width="$wide" height="$high"/>$boxes</svg>"""
BOX = '<a href="#proposal-$place" id="box-$place" aria-label="Number $place, $field">$rects</a>'
RECT = '<rect class="box" x="$x" y="$y" width="$w" height="$h"/>'
MARK = '<text class="mark" x="$x" y="$y">$place</text>'
ROW = """<li id="proposal-$place"><input type="checkbox" name="tick" value="$value" id="tick-$place">
<label for="tick-$place"><b>$field:</b> <span class="value">$said</span></label>
<p class="words">$words</p><p class="small quiet"><a href="#box-$place">Box $place</a>. $reason$warning</p></li>"""
ODD = Html(
    ' <strong class="bad-text">Its letters are not what they look like: some cannot be seen, or come from another '
    "alphabet.</strong>"
)
UNSEEN = Html(
    ' <strong class="bad-text">Nothing can be seen in the picture where the file says that these words stand.</strong>'
)
UNREAD = Html(
    '<p class="sheet empty">This page holds no words that a machine can read: it is a scan or a drawing. Read the '
    "picture and type what it says.</p>"
)
NOTHING = Html('<p class="sheet empty">Nothing is proposed on this page.</p>')
NOT_REACHED = Html('<p class="sheet empty">Reading ended before this page. Read the picture and type what it says.</p>')


def said(one: Proposal) -> str:
    """Return a proposal's value as a person says it."""
    if one.kind in UNITS:
        unit = UNITS[one.kind]
        return f"{one.value} {unit[:-1] if one.value == '1' else unit}"
    if one.field is Field.SILENCE:
        return SILENCE.get(one.kind, one.kind)
    if one.field is Field.WINDOW:
        first, _, last = one.value.partition("/")
        return f"{first} to {last}, both included" + (f", {one.kind}" if one.kind else ", no zone said")
    if one.field in (Field.KIND, Field.CATEGORY):
        return one.kind.replace("_", " ")
    return one.value


def picture(paper: str, page: int, size: tuple[int, int], reading: Reading, listed: Listed, more: Html) -> Html:
    """Return the page's picture with a numbered box around the words of each proposal."""
    boxes = join(_boxes(place, one, [w for w in reading.place(one) if w.page == page], size) for place, one in listed)
    count = "one proposal" if len(listed) == 1 else f"{len(listed)} proposals"
    return fill(PICTURE, wide=size[0], high=size[1], page=page, id=paper, boxes=join([boxes, more]), count=count)


def _boxes(place: int, one: Proposal, words: Sequence[Word], size: tuple[int, int]) -> Html:
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    rects = [_rect(group, size) for group in lines.values()]
    first = words[0].box
    mark = fill(MARK, x=max(0, first[0] * size[0] // EDGE - 4), y=first[1] * size[1] // EDGE - 3, place=place + 1)
    return fill(BOX, place=place + 1, field=FIELDS[one.field], rects=join([*rects, mark]))


def _rect(words: Sequence[Word], size: tuple[int, int]) -> Html:
    left, top = min(w.box[0] for w in words), min(w.box[1] for w in words)
    right, bottom = max(w.box[2] for w in words), max(w.box[3] for w in words)
    x, y = left * size[0] // EDGE, top * size[1] // EDGE
    return fill(RECT, x=x, y=y, w=max(2, right * size[0] // EDGE - x), h=max(2, bottom * size[1] // EDGE - y))


def rows(kept: Kept, listed: Listed) -> Html:
    """Return the proposals as a list with a box to tick for each; none is ticked."""
    made = []
    for place, one in listed:
        warning = join([ODD] * one.odd + [UNSEEN] * (place in kept.unseen))
        made.append(
            fill(
                ROW,
                place=place + 1,
                value=place,
                field=FIELDS[one.field],
                said=said(one),
                words=" ".join(word.text for word in kept.reading.place(one)),
                reason=one.reason.value,
                warning=warning,
            )
        )
    return fill('<ol class="proposals">$rows</ol>', rows=join(made))


def no_words(reading: Reading, page: int) -> Html:
    """Return why nothing is proposed on a page."""
    if page > reading.read:
        return NOT_REACHED
    return NOTHING if reading.page_words(page) else UNREAD


def summary(kept: Kept) -> Html:
    """Return what the whole reading could not do."""
    lines = []
    silent = [page for page in range(1, kept.reading.read + 1) if not kept.reading.page_words(page)]
    if silent:
        named = ", ".join(str(page) for page in silent[:MOST_NAMED]) + (" and more" if len(silent) > MOST_NAMED else "")
        lines.append(f"No readable words on page {named}.")
    if kept.reading.read < kept.reading.pages:
        lines.append(f"Only the first {kept.reading.read} of {kept.reading.pages} pages were read.")
    if kept.reading.more:
        lines.append("More was found than is shown: there are limits for each field.")
    return join(fill('<p class="warned">$line</p>', line=line) for line in lines)


def page_links(paper: str, page: int, reading: Reading, back: str) -> Html:
    """Return links to the pages, with how much is proposed on each; all of them where they are few."""
    counts = [0] * (reading.pages + 1)
    for proposal in reading.proposals:
        counts[reading.words[proposal.first].page] += 1
    ends = (1, reading.pages)
    near = [one for one in range(1, reading.pages + 1) if one in ends or abs(one - page) <= BESIDE or counts[one]]
    links = []
    for one in near[:MOST_LINKS]:
        query = urlencode({"page": one, **({"return": back} if back else {})})
        current = Html(' aria-current="page"') if one == page else Html("")
        links.append(
            fill(
                '<li><a href="/reading/$id?$query"$current>Page $one<span class="quiet"> ($count)</span></a></li>',
                id=paper,
                query=query,
                current=current,
                one=one,
                count=counts[one],
            )
        )
    home = fill('<li><a href="$back">Back to the desk</a></li>', back=back) if back else Html("")
    return fill('<nav aria-label="Pages"><ul class="pages">$links$home</ul></nav>', links=join(links), home=home)
