"""A matter as a row of a list, drawn in one step: a page of rows spends half its time in a template's look-ups."""

from functools import lru_cache
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from safeconduct.rooms.government_requests.queries.queue_rows import Mark, QueueRow
from safeconduct.site.templatetags.chrome import icon

register = template.Library()

CLOCK_ICONS = {"late": "warn", "soon": "clock"}
ANY = "0" * 32
ROW = """<tr>
<td><span class="{}">{}<strong>{}</strong></span><span class="under">{}</span></td>
<td><a class="fact" href="{}">{}</a>{}<span class="under">{}</span></td>
<td>{}<span class="under">{}</span></td>
<td>{}<span class="quiet">{}</span></td>
<td><span class="chip {}">{} {}</span></td>
<td>{}<br><span class="ref xs nowrap">{}</span></td>
</tr>"""


@lru_cache(maxsize=4)
def _address(name: str) -> tuple[str, str]:
    """Return what stands before and after a matter's id in the address called ``name``."""
    before, _, after = reverse(name, args=[ANY]).partition(ANY)
    return before, after


@lru_cache(maxsize=256)
def _marks(marks: tuple[Mark, ...]) -> SafeString:
    """Return the five shapes; they say nothing of whose matter it is, so one drawing serves all that look alike."""
    if not marks:
        return SafeString("")
    words = ", ".join(f"{mark.kind}: {mark.word}" for mark in marks)
    shapes = format_html_join("", '<span class="{}">{}</span>', ((mark.tone, icon(mark.icon)) for mark in marks))
    return format_html('<span class="marks" role="img" aria-label="{}">{}</span><br>', words, shapes)


def _clock_icon(tone: str) -> SafeString:
    drawing = CLOCK_ICONS.get(tone)
    return format_html("{} ", icon(drawing)) if drawing else SafeString("")


def _silence(row: QueueRow) -> SafeString:
    return format_html(' <span class="chip seal">{} Silence</span>', icon("lock")) if row.silenced else SafeString("")


@register.simple_tag
def matter_row(row: QueueRow) -> SafeString:
    """Return a matter's row: its clock, paper and sender, what is asked, the findings, its state and its holder."""
    before, after = _address("gov_matter")
    clock = row.clock
    return format_html(
        ROW,
        *(clock.tone or "clock", _clock_icon(clock.tone), clock.words, clock.under),
        *(f"{before}{quote(row.id, safe='')}{after}", row.paper, _silence(row), row.organisation),
        *(row.asks, row.asks_under),
        *(_marks(row.marks), row.marks_words),
        *(row.chip, icon(row.icon), row.state_name),
        *(row.holder, row.reference),
    )
