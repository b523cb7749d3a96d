"""Citations of the United States Code and the federal rules: read, looked up, and asked whether they give the power.

1. A citation is read in the usual ways of writing it: with or without points, section signs and "title".
2. It does not exist where its section lies in a span of which every existing section is known, and is none of them, or
   where it names a part of a section whose parts are known, and is none of those.
3. It gives the power where it is one that the rulebook names for the process, or a part of it, or holds it.
4. What is neither known nor in a known span (a State's code) is looked up by a person.
"""

import re
from collections.abc import Iterable

CODE = re.compile(
    r"(?:(?P<title>[0-9]{1,2})\s*u\.?\s*s\.?\s*c(?:\.|ode)?(?:\s*a\.)?|title\s+(?P<named>[0-9]{1,2}),?"
    r"(?:\s+(?:of\s+the\s+)?(?:united\s+states|u\.?s\.?)\s+code,?)?)"
    r"\s*(?:§+|sections?|sec\.?|s\.)?\s*(?P<section>[0-9]+[a-z]?(?:-[0-9]+)?)(?P<parts>(?:\s*\([0-9a-z]{1,4}\))*)",
    re.IGNORECASE,
)
RULE = re.compile(
    r"(?:fed(?:eral|\.)?\s*r(?:ules?|\.)?\s*(?:of\s+)?crim(?:inal|\.)?\s*p(?:rocedure|\.)?|frcrp)"
    r"\s*(?:rule\s*)?(?P<rule>[0-9]+)",
    re.IGNORECASE,
)
SPAN = re.compile(r"([0-9]+) U\.S\.C\. ([0-9]+)-([0-9]+)")
SECTION = re.compile(r"([0-9]+) U\.S\.C\. ([0-9]+)([a-z]?)")


def cited_in(text: str) -> tuple[str, ...]:
    """Return the citations that stand in ``text``, as the rulebook writes them."""
    found = []
    for match in CODE.finditer(text):
        parts = re.sub(r"\s", "", match["parts"])
        found.append(f"{match['title'] or match['named']} U.S.C. {match['section'].lower()}{parts}")
    found += [f"Fed. R. Crim. P. {match['rule']}" for match in RULE.finditer(text)]
    return tuple(found)


def meets(first: str, second: str) -> bool:
    """Return whether one citation is the other, or a part of it."""
    short, long = sorted((first.lower(), second.lower()), key=len)
    return long == short or long.startswith(f"{short}(")


def gives_power(citation: str, powers: Iterable[str]) -> bool:
    """Return whether the rulebook names the citation among ``powers``: rule 3."""
    return any(meets(citation, power) for power in powers)


def is_known(citation: str, known: Iterable[str]) -> bool:
    """Return whether the rulebook knows that the citation exists."""
    return any(meets(citation, one) for one in known)


def does_not_exist(citation: str, *, known: Iterable[str], spans: Iterable[str]) -> bool:
    """Return whether the citation is certain not to exist: rule 2."""
    if is_known(citation, known):
        return False
    section = SECTION.match(citation)
    return section is not None and any(_holds(span, section) for span in spans)


def _holds(span: str, section: re.Match[str]) -> bool:
    bounds = SPAN.fullmatch(span)
    return bool(bounds and bounds[1] == section[1] and int(bounds[2]) <= int(section[2]) <= int(bounds[3]))
