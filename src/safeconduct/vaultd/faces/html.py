"""A template is text with ``$name`` in it; every value is escaped unless it is already ``Html``."""

from collections.abc import Iterable
from html import escape
from string import Template


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
<header class="vault"><div class="narrow"><span class="brand">$face</span><span class="ref">$host</span></div></header>
<main class="narrow" id="content" tabindex="-1">
$content
</main>
</body>
</html>
"""

BANNER = """<div class="demo" role="region" aria-label="Demonstration"><div class="narrow"><b>Demonstration.</b>
<span>Fictional company and people. Passkeys here are software keys.</span>
<span>$who</span></div></div>"""


def page_text(*, title: str, face: str, host: str, content: Html, demonstration: bool, who: str = "") -> str:
    """Return a whole page: the demonstration's mark first, then a header that no other face has."""
    banner = fill(BANNER, who=f"You are {who}." if who else "You are not signed in.") if demonstration else Html("")
    return fill(PAGE, title=title, face=face, host=host, banner=banner, content=content)
