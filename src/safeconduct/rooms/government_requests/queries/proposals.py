"""What the desk proposes for the five findings of one matter: words, page and reason; never an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from safeconduct.core.base.findings import Outcome
from safeconduct.rooms.government_requests.models import Check, Matter
from safeconduct.rooms.government_requests.rules.paper import Paper
from safeconduct.rooms.government_requests.rules.proposing import pointers, proposed_reason
from safeconduct.rooms.government_requests.rules.words import FindingKind

Checks = tuple[tuple[Outcome, str], ...]


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """Words, their page and a reason, each empty where nothing is proposed."""

    words: str = ""
    page: int | None = None
    reason: str = ""


def checks_of(*, row: Matter, kind: FindingKind) -> Checks:
    """Return outcome and sentence of each check of a question, in their order."""
    found = Check.objects.filter(matter=row, kind=kind).order_by("code").values_list("outcome", "says")
    return tuple((Outcome(outcome), says) for outcome, says in found)


def proposals_of(*, row: Matter, paper: Paper, pages: Sequence[str]) -> dict[FindingKind, Proposed]:
    """Return what is proposed for each question, from the confirmed facts, the typed words and the checks."""
    found = pointers(paper=paper, pages=pages)
    made = {}
    for kind in FindingKind:
        reason, stands = proposed_reason(checks_of(row=row, kind=kind)), found.get(kind)
        made[kind] = Proposed(words=stands.words if stands else "", page=stands.page if stands else None, reason=reason)
    return made
