"""The approval sheet: the canonical object itself, complete, in a fixed order. Nothing on it comes from the desk."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.conduct.approvals import QUORUMS, Approval
from safeconduct.core.conduct.bodies import Body
from safeconduct.core.conduct.body import domain_of
from safeconduct.vaultd.faces import words
from safeconduct.vaultd.faces.html import Html, fill, join

FACT = "<div><dt>$name</dt><dd>$value</dd></div>"
FACTS = '<dl class="facts">$rows</dl>'
SECTION = "<h2>$title</h2>$content"
TABLE = (
    '<div class="scroll" role="region" aria-label="$title" tabindex="0"><table class="stack">'
    '<caption class="vh">$title</caption><thead><tr>$head</tr></thead><tbody>$rows</tbody></table></div>'
)
QUIET = '<br><span class="quiet small">$text</span>'
DIGEST = """<div class="digest-box"><div><b>$name</b><br>
<span class="quiet small">SHA-256 of $domain, a new line, and the text below</span></div>$digest</div>
<details><summary>Exact text that you sign, $size bytes</summary>
<pre class="exact" tabindex="0">$exact</pre></details>"""
DIGEST_NAMES = {"safe-conduct": "Scope digest", "release": "Release digest"}


@dataclass(frozen=True)
class Part:
    """One part of a sheet: a title (empty for the first), and its content."""

    title: str
    content: Html


@dataclass(frozen=True)
class Drawing:
    """What a kind of body gives to its sheet."""

    name: str
    sentence: str
    parts: list[Part]
    does: str
    does_not: str
    zone: str = "UTC"


@dataclass(frozen=True)
class Context:
    """What the vault process itself adds: names of the roster, and the safe-conduct behind a release."""

    names: dict[str, str]
    call_backs: dict[str, str] = field(default_factory=dict)
    citations: dict[str, str] = field(default_factory=dict)
    open_origin: str = ""
    unreadable: tuple[tuple[str, int], ...] = ()

    def link(self, object_id: str, words: str) -> Html:
        """Return a link to a sealed paper or letter on the open origin, where a reading grant opens it."""
        return fill('<a href="$origin/object/$id">$words</a>', origin=self.open_origin, id=object_id, words=words)

    def name(self, person: str) -> str:
        """Return the name under which the vault process enrolled a person."""
        return self.names.get(person, person)


def facts(rows: Sequence[tuple[str, object]]) -> Html:
    """Return facts as name and value."""
    return fill(FACTS, rows=join(fill(FACT, name=name, value=value) for name, value in rows))


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> Html:
    """Return a table with a name; on a narrow screen each cell repeats its column's name."""
    heads = join(fill('<th scope="col">$name</th>', name=name) for name in head)
    lines = join(
        fill(
            "<tr>$cells</tr>",
            cells=join(
                fill('<td data-name="$name">$value</td>', name=name, value=value)
                for name, value in zip(head, row, strict=True)
            ),
        )
        for row in rows
    )
    return fill(TABLE, title=title, head=heads, rows=lines)


def listed(values: Sequence[object]) -> Html:
    """Return values one below the other."""
    return join(values, "<br>")


def with_quiet(value: object, quiet: object) -> Html:
    """Return a value with a second, quieter line."""
    return join([value, fill(QUIET, text=quiet)])


def holders(value: Sequence[JsonValue], context: Context) -> Html:
    """Return officers with the keys that data is sealed to."""
    rows = []
    for one in value:
        called = context.call_backs.get(one["person"], "")
        key = join(
            ["Key ", words.short(one["key_fingerprint"]), f", confirmed by call-back {called}" if called else ""]
        )
        rows.append(with_quiet(f"{one['organisation_name']}, {one['person_name']}", key))
    return listed(rows)


def silence(value: JsonValue, context: Context, zone: str) -> str:
    """Return a prohibition of notice in words."""
    if value is None:
        return "None ordered."
    until = "without an end" if value["until"] is None else f"until {words.day(parse_instant(value['until']), zone)}"
    people = ", ".join(context.name(person) for person in value["persons"])
    return f"Ordered {until}. Speak of this with nobody but: {people or 'nobody'}."


def earlier(approvals: Sequence[Approval], context: Context, zone: str) -> list[tuple[str, object]]:
    """Return earlier approvals as facts."""
    return [
        (
            f"Approval {place}",
            f"{context.name(one.person)}, {words.ROLES[str(one.role)]}, {words.day(one.at, zone)}",
        )
        for place, one in enumerate(approvals, 1)
    ]


SHEET = """<article class="sheet approval">
<p class="quiet small">$kicker</p>
<h1 class="serif sentence">$sentence</h1>
$parts
$earlier
$digest
</article>
<section class="signing">
<h2>What signing does</h2>
<p>$does <b>$does_not</b></p>
<p class="quiet">$who</p>
$acts
</section>"""


def sheet(*, body: Body, drawing: Drawing, approvals: Sequence[Approval], context: Context, acts: Html) -> Html:
    """Return the whole sheet of one body for one reader; ``acts`` are the buttons, or why there are none."""
    needed = QUORUMS[body.kind].persons
    place = f"approval {min(len(approvals) + 1, needed)} of {needed}"
    parts = join(
        fill(SECTION, title=part.title, content=part.content) if part.title else part.content for part in drawing.parts
    )
    made = earlier(approvals, context, drawing.zone)
    signed = [context.name(one.person) for one in approvals]
    who = f"{context.name(body.requested_by)} asked for this and cannot sign it, under this or any other account."
    if signed:
        who += f" Signed by {', '.join(signed)}."
    exact = body.canonical.decode()
    return fill(
        SHEET,
        kicker=f"{drawing.name}, {place}",
        sentence=drawing.sentence,
        parts=parts,
        earlier=facts(made) if made else Html(""),
        digest=fill(
            DIGEST,
            name=DIGEST_NAMES.get(body.kind, "Digest"),
            domain=domain_of(body.kind),
            digest=words.grouped(body.digest),
            size=f"{len(body.canonical):,}",
            exact=exact,
        ),
        does=drawing.does,
        does_not=drawing.does_not,
        who=who,
        acts=acts,
    )
