"""Seals what people type and send. Nothing here may run inside a transaction: the vault process is another process."""

from typing import Any

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.identifiers import well_formed
from safeconduct.rooms.government_requests.rules.narrowing import in_parts
from safeconduct.rooms.government_requests.rules.paper import VERSION, Paper
from safeconduct.rooms.government_requests.rules.words import Category
from safeconduct.rooms.government_requests.steps.silence import silence_of
from safeconduct.rooms.vault import steps as vault

FIRST_INSTANT = "1970-01-01T00:00:00Z"


def seal_json(*, kind: str, matter: str, value: dict[str, Any], randomness: Randomness) -> str:
    """Seal ``value`` as canonical JSON for ``matter`` and return the object's id."""
    data = canonical_json({"version": VERSION, "matter": matter, **value})
    return vault.seal(kind=kind, owner={"matter": matter}, data=data, object_id=new_id(randomness))


def seal_words(*, kind: str, matter: str, words: str, randomness: Randomness) -> str:
    """Seal what a person typed, as ``question`` or ``answer``."""
    return seal_json(kind=kind, matter=matter, value={"words": words}, randomness=randomness)


def seal_bytes(*, kind: str, matter: str, data: bytes, randomness: Randomness) -> str:
    """Seal an upload (``paper``) or a letter's PDF (``letter``)."""
    return vault.seal(kind=kind, owner={"matter": matter}, data=data, object_id=new_id(randomness))


def seal_case_file(
    *, row: Matter, paper: Paper, files: list[dict[str, Any]], served_until: str, randomness: Randomness
) -> str:
    """Seal the typed facts with the scope that the vault process counts by and the silence that it reads by."""
    value = {
        "kind": "case_file",
        "paper": paper.as_json(),
        "files": files,
        "scope": case_scope(paper=paper, served_until=served_until),
        "silence": silence_of(row),
    }
    return seal_json(kind="case_file", matter=row.pk, value=value, randomness=randomness)


def case_scope(*, paper: Paper, served_until: str) -> list[dict[str, Any]]:
    """Return what the paper can be about at most, as the items of a scope without customers.

    A paper without categories (a preservation letter) means all; one without a period means all time until the end of
    the day of service (18 U.S.C. 2703(f): records "in its possession").
    """
    selectors = [selector.as_json() for selector in paper.selectors if well_formed(selector)]
    if not selectors:
        return []
    window = paper.window.as_json() if paper.window else {"from": FIRST_INSTANT, "until": served_until}
    categories = paper.categories or tuple(sorted(Category))
    kinds = [str(one) for one in categories]
    return [{"selectors": list(part), "categories": kinds, "window": window} for part in in_parts(selectors)]
