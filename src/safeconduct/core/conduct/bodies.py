"""The five objects that people sign, by kind; parsed strictly, kept as canonical bytes, named by one digest.

A body has exactly its declared members: anything unknown, missing, of another type or too long is refused, and so is
text that a reader could not see as it stands. Served: "what you see is what you sign"; docs/formats/consents.md.
"""

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.conduct.body import MOST_BYTES, Body, domain_of
from safeconduct.core.conduct.disclosure_bodies import LetterBody, ReleaseBody, SafeConductBody
from safeconduct.core.conduct.people_bodies import HolderBody, RosterBody
from safeconduct.core.conduct.shapes import BodyError

__all__ = [
    "BODIES",
    "MOST_BYTES",
    "Body",
    "BodyError",
    "HolderBody",
    "LetterBody",
    "ReleaseBody",
    "RosterBody",
    "SafeConductBody",
    "domain_of",
    "parse",
]

BODIES: dict[str, type[Body]] = {
    kind.KIND: kind for kind in (SafeConductBody, ReleaseBody, LetterBody, HolderBody, RosterBody)
}
"""Every kind of body that people sign."""


def parse(kind: str, value: JsonValue) -> Body:
    """Return the body of ``kind`` in ``value``; raises ``BodyError`` for an unknown kind or a wrong member."""
    if kind not in BODIES:
        raise BodyError("There is no such kind of body.")
    return BODIES[kind].from_json(value)
