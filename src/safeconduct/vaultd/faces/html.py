"""A template is text with ``$name`` in it; every value is escaped unless it is already ``Html``."""

from collections.abc import Iterable
from html import escape
from string import Template

from safeconduct.core.base.visible import visible


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def fill(template: str, **values: object) -> Html:
    """Return ``template`` with its values, each escaped unless it is ``Html``; a missing value raises ``KeyError``."""
    return Html(Template(template).substitute({name: text(value) for name, value in values.items()}))


def text(value: object) -> Html:
    """Return ``value`` as markup: escaped, unless it is markup already."""
    return value if isinstance(value, Html) else Html(escape(str(value), quote=True))


def join(parts: Iterable[object], between: str = "") -> Html:
    """Return the parts one after the other."""
    return Html(between.join(text(part) for part in parts))


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/sheet.css">
<script src="/static/passkey.js" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
$banner
<header class="vault"><div class="narrow"><span class="brand">$face</span><span class="ref">$host</span>
$leave</div></header>
<main class="narrow" id="content" tabindex="-1">
$content
</main>
</body>
</html>
"""

BANNER = """<div class="demo" role="region" aria-label="Demonstration"><div class="narrow"><b>Demonstration.</b>
<span>Fictional company and people. Passkeys here are software keys.</span>
<span>$who</span>$change</div></div>"""

LEAVE = """<form method="post" action="/sign-out"><input type="hidden" name="next" value="$here">
<button class="$kind">$word</button></form>"""


PLAIN = Html("plain")


def change_person(here: str, word: str = "Change person", kind: Html = PLAIN) -> Html:
    """Return the control that ends the session and lets somebody else sign in for the address ``here``."""
    return fill(LEAVE, here=here, word=word, kind=kind)


def page_text(
    *, title: str, face: str, host: str, content: Html, demonstration: bool, who: str = "", here: str = "/"
) -> str:
    """Return a whole page: the demonstration's mark first, then a header that no other face has.

    Whoever is signed in can leave from every page: the demonstration changes the person, a live instance signs out.
    """
    nothing = Html("")
    change = change_person(here) if who and demonstration else nothing
    leave = change_person("/", "Sign out") if who and not demonstration else nothing
    told = f"You are {who}." if who else "You are not signed in."
    banner = fill(BANNER, who=told, change=change) if demonstration else nothing
    return visible(fill(PAGE, title=title, face=face, host=host, banner=banner, leave=leave, content=content))
