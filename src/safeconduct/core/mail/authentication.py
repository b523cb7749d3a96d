"""What our own mail server found out about the sender (RFC 8601). Nobody else's word counts.

1. A field counts only if it names our server. Whoever sends a mail can write any other field into it.
2. Our server writes one. Where two name it, one of them is forged or the server lets forged ones through: none counts.
3. A field below a hop that is not ours came with the mail: it does not count.
4. A pass for another domain than the sender's proves nothing about the sender: it is ``pass_other``.
"""

import re
from dataclasses import dataclass

from safeconduct.core.mail.headers import Head

RESULTS = frozenset({"none", "pass", "fail", "softfail", "neutral", "policy", "hardfail", "temperror", "permerror"})
RESULT = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{0,30})(?:\s*/\s*\d+)?\s*=\s*([A-Za-z]{1,20})(.*)", re.DOTALL)
PROPERTY = re.compile(r"(smtp\.mailfrom|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]{1,320})")
BY = re.compile(r"\bby\s+([A-Za-z0-9.-]{1,253})")
ABSENT, UNKNOWN, PASS, PASS_OTHER = "absent", "unknown", "pass", "pass_other"
OF_DOMAIN = {"spf": "smtp.mailfrom", "dkim": "header.d", "dmarc": "header.from"}


@dataclass(frozen=True, kw_only=True)
class Authentication:
    """The three results, and ``word``: whose word it is, ``ours``, ``absent`` or ``contradictory``."""

    word: str = ABSENT
    spf: str = ABSENT
    dkim: str = ABSENT
    dmarc: str = ABSENT


def authentication(head: Head, *, server: str, domain: str) -> Authentication:
    """Return what ``server`` says of a mail whose From names ``domain``; without a server of ours nothing is known."""
    if not server:
        return Authentication()
    ours: list[str] = []
    above, naming = True, 0
    for name, value in head.fields:
        if name == "received":
            hop = BY.search(_uncommented(value))
            above = above and hop is not None and hop[1].lower().rstrip(".") == server.lower()
        elif name == "authentication-results" and _names(value) == server.lower():
            naming += 1
            ours += [value] if above else []
    if naming > 1:
        return Authentication(word="contradictory")
    return _results(ours[0], domain) if ours else Authentication()


def _names(value: str) -> str:
    words = _uncommented(value).partition(";")[0].split()
    return words[0].strip('"').lower().rstrip(".") if words else ""


def _results(value: str, domain: str) -> Authentication:
    found: dict[str, str] = {}
    for part in _parts(_uncommented(value))[1:]:
        said = RESULT.fullmatch(part)
        if said is None or said[1].lower() not in OF_DOMAIN:
            continue
        method, result = said[1].lower(), said[2].lower()
        result = result if result in RESULTS else UNKNOWN
        if result == PASS and not _aligned(method, said[3], domain):
            result = PASS_OTHER
        # Of several signatures one good one of the sender's own domain is enough.
        found[method] = PASS if PASS in (result, found.get(method)) else result
    return Authentication(word="ours", **found)


def _aligned(method: str, rest: str, domain: str) -> bool:
    given = {name: value.rpartition("@")[2].lower().rstrip(".") for name, value in PROPERTY.findall(rest)}
    named = given.get(OF_DOMAIN[method]) or (given.get("header.i", "") if method == "dkim" else "")
    return bool(domain and named and (domain == named or domain.endswith(f".{named}")) and "." in named)


def _uncommented(value: str) -> str:
    """Return a field without its comments, which nest, and in which anything may stand."""
    kept, depth, quoted, escaped = [], 0, False, False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
            continue
        elif letter == ")" and not quoted and depth:
            depth -= 1
            kept.append(" ")
            continue
        if not depth:
            kept.append(letter)
    return "".join(kept)


def _parts(value: str) -> list[str]:
    """Return what semicolons separate, where they stand in no quoted text."""
    parts, quoted, start = [], False, 0
    for place, letter in enumerate(value):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            parts.append(value[start:place])
            start = place + 1
    return [*parts, value[start:]]
