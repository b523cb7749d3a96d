"""Tags that every template may use without loading them: icons, chips, form fields.

Icons are drawn inline, take the colour of their text, and are hidden from screen readers: a word stands beside each.
"""

from collections.abc import Iterable

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from safeconduct.rooms.people.queries import PersonSeen
from safeconduct.site.names import names_of

register = template.Library()

_TICK = '<path class="ko" d="M4.8 8.2l2.2 2.2 4.2-4.6"/>'
_CROSS = '<path class="ko" d="M5.7 5.7l4.6 4.6m0-4.6l-4.6 4.6"/>'
_LINE = 'fill="none" stroke="currentColor" stroke-width="1.6"'
DRAWINGS = {
    "met": f'<circle cx="8" cy="8" r="7"/>{_TICK}',
    "half": f'<circle cx="8" cy="8" r="6.2" {_LINE}/><path d="M8 1.8a6.2 6.2 0 000 12.4z"/>',
    "question": '<rect x="1.5" y="1.5" width="13" height="13" rx="2"/>'
    '<path class="ko" d="M6 6.2a2 2 0 113 1.7c-.7.4-1 .8-1 1.4M8 11.6v.2"/>',
    "stop": f'<path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/>{_CROSS}',
    "warn": '<path d="M8 1.2L15.4 14.6H.6z"/><path class="ko" d="M8 6v4M8 12.2v.2"/>',
    "ring": f'<circle cx="8" cy="8" r="6.2" {_LINE}/>',
    "two": '<circle cx="5.4" cy="5" r="2.6"/><circle cx="11.2" cy="5.6" r="2.1"/>'
    '<path d="M.8 13.4c0-3 2-4.8 4.6-4.8S10 10.4 10 13.4zM11 13.4c0-2-.6-3.4-1.5-4.5 3.2-.8 5.7 1 5.7 4.5z"/>',
    "paused": '<rect x="3" y="2.5" width="3.6" height="11"/><rect x="9.4" y="2.5" width="3.6" height="11"/>',
    "lock": f'<rect x="2.5" y="7" width="11" height="7.6" rx="1.2"/><path d="M5 7V5a3 3 0 016 0v2" {_LINE}/>',
    "clock": f'<circle cx="8" cy="8" r="6.2" {_LINE}/><path d="M8 4.4V8l2.6 1.6" {_LINE}/>',
}
_FRAME = '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">{}</svg>'
ICONS = {name: mark_safe(_FRAME.format(drawn)) for name, drawn in DRAWINGS.items()}  # noqa: S308 - from the table above only


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon by name; an unknown name is a ring."""
    return ICONS.get(name) or ICONS["ring"]


@register.simple_tag
def chip(words: object, tone: str = "", drawing: str = "ring") -> SafeString:
    """Return a chip: an icon and a word; ``tone`` is empty, stop, warn, ask, good, seal or bare."""
    return format_html('<span class="chip {}">{} {}</span>', tone, icon(drawing), words)


@register.inclusion_tag("site/parts/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """Return a field: label above, hint below it, message above the control, a bar at the left when wrong."""
    return {"field": bound, "group": bound.use_fieldset}


ROLE_WORDS = {
    "outside_counsel": "outside counsel",
    "second_reader": "second reader",
    "security_engineer": "security engineer",
}


@register.filter
def role_words(role: object) -> str:
    """Return a role as people read it."""
    return ROLE_WORDS.get(str(role), str(role))


@register.filter
def plain_words(code: object) -> str:
    """Return a code such as ``call_detail`` or ``government_requests.record_finding`` as words that people read."""
    return str(code).rpartition(".")[2].replace("_", " ").capitalize()


@register.filter
def person_name(name_object: str, request: HttpRequest) -> str:
    """Return the name that a sealed object holds; the first letters of its id while the vault is closed."""
    return names_of(request, [name_object]).get(name_object) or f"Person {name_object[:4]}"


@register.simple_tag(takes_context=True)
def open_names(context: template.Context, people: Iterable[PersonSeen]) -> str:
    """Have every name of a list opened in one call to the vault; shows nothing itself."""
    names_of(context["request"], [one.name_object for one in people])
    return ""
