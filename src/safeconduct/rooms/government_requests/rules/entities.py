"""Which of our companies a paper is served on, and who may take it in.

1. A paper is served on one company of ours. Where there is one, it is that one; where there are several, a person says
   which, or leaves it to the name in the paper (18 U.S.C. 2703; Policy 1: the company that is served answers).
2. The name proposes only where it is one company's and no other's. The longer name wins over one that it contains.
3. A colleague who works for some companies alone takes in papers for these (ISO 27001 A.5.15).
"""

import re
from collections.abc import Mapping, Sequence

from safeconduct.core.base.errors import NotPermittedError

_OTHER = re.compile(r"[\W_]+")


class OtherEntityError(NotPermittedError):
    """The company served is one that you do not work for."""

    code = "SC-OTHER-ENTITY"
    cure = "Give the paper to a colleague who works for that company."


def _plain(words: str) -> str:
    return f" {_OTHER.sub(' ', words).casefold().strip()} "


def entity_named(words: Sequence[str], names: Mapping[str, Sequence[str]]) -> str:
    """Return the one entity whose name stands in the first of ``words`` that names any of ours, or nothing (rule 2).

    Args:
        words: the name as typed first, then the paper's words.
        names: the names of each entity, by its id.
    """
    each = sorted(
        ((_plain(name), entity) for entity, own in names.items() for name in own), key=lambda one: -len(one[0])
    )
    for text in map(_plain, words):
        left, found = text, set()
        for name, entity in each:
            if name.strip() and name in left:
                found.add(entity)
                left = left.replace(name, "  ")
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""
