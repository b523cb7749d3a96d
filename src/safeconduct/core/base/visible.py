"""Makes characters visible that cannot be seen or that turn the reading direction, wherever somebody's text is shown.

A name is somebody else's text. Shown raw, U+202E makes ``exe.pdf`` of ``fdp.exe``, and a control character can end a
line that is not its own. Stored values stay as they are: only what is drawn is changed, here and nowhere else.
"""

import re

from safeconduct.core.base.canonical import JsonValue

UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""Controls but for line breaks and tabs, direction marks, fillers, tags and lone surrogates. Joiners are writing."""


def visible(text: str) -> str:
    """Return ``text`` with each unseen character written as its code point in brackets."""
    return UNSEEN.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"


def visible_json(value: JsonValue) -> JsonValue:
    """Return a JSON value with every text in it made visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {name: visible_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [visible_json(one) for one in value]
    return value
