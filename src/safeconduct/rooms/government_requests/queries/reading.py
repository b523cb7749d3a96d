"""What a machine read in a paper and what a person confirmed of it, through an opened grant."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.core.reading.confirming import Confirmed
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.papers import GRANT_OVER, PapersClosedError, read_case_file
from safeconduct.rooms.government_requests.rules.reading import Change, taken_over
from safeconduct.rooms.vault import queries as vault
from safeconduct.rooms.vault.rules import VaultBadInputError, VaultNotPermittedError

ENDING = "-reading"
PAGE, LINE, TEXT = 0, 1, -1
"""Where page, line and letters stand in a sealed word."""


class UnknownConfirmationError(NotPermittedError):
    """There is no such confirmation of yours for this matter."""

    code = "SC-UNKNOWN-CONFIRMATION"
    cure = "Confirm beside the picture, under the same name, and come back from there."


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What a person ticked beside the pictures of one paper."""

    id: str
    paper: str
    fields: tuple[Confirmed, ...]


def _open(matter: str, grant: str, name: str) -> dict[str, Any] | None:
    """Return a sealed object of the matter, or None where there is none under this name."""
    if not grant:
        raise PapersClosedError
    try:
        found = vault.read_case(matter=matter, grant=grant, objects=[name])
    except VaultNotPermittedError as error:
        if error.vault_code == GRANT_OVER:
            raise PapersClosedError from error
        return None
    except VaultBadInputError:
        return None
    value: dict[str, Any] = json.loads(found[name])
    return value


def read_words(*, actor: Actor, matter: str, grant: str, paper: str) -> tuple[str, ...] | None:
    """Return what a machine read on each page of a paper, line by line; None while it was not read."""
    row = find_matter(actor=actor, matter=matter)
    if not row.documents.filter(object=paper).exists():
        return None
    value = _open(row.pk, grant, f"{paper}{ENDING}")
    if value is None or value.get("kind") != "reading":
        return None
    return tuple(_lines(word for word in value["words"] if word[PAGE] == page) for page in range(1, value["pages"] + 1))


def _lines(words: Iterable[list[Any]]) -> str:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word[LINE], []).append(str(word[TEXT]))
    return "\n".join(" ".join(line) for line in lines.values())


def read_confirmation(*, actor: Actor, row: Matter, grant: str, confirmation: str) -> Confirmation:
    """Return what ``actor`` confirmed of one of the matter's papers; raises ``UnknownConfirmationError``."""
    value = _open(row.pk, grant, confirmation)
    if value is None or value.get("kind") != "confirmation" or value.get("matter") != row.pk:
        raise UnknownConfirmationError
    if value["by"] != actor.person or not row.documents.filter(object=value["paper"]).exists():
        raise UnknownConfirmationError
    fields = tuple(Confirmed.from_json(one) for one in value["fields"])
    return Confirmation(id=confirmation, paper=value["paper"], fields=fields)


def changes_of(*, actor: Actor, matter: str, grant: str, confirmation: str) -> tuple[Change, ...]:
    """Return what ``actor`` confirmed beside what stands in the case file."""
    row = find_matter(actor=actor, matter=matter)
    found = read_confirmation(actor=actor, row=row, grant=grant, confirmation=confirmation)
    stands = read_case_file(matter=row.pk, grant=grant, case_file=row.case_file)
    return taken_over(stands.paper, found.fields)[1]


def matter_id(*, actor: Actor, matter: str) -> str:
    """Return the id of a matter that is named by its id or reference; raises ``UnknownMatterError``."""
    return find_matter(actor=actor, matter=matter).pk
