"""The effects outside the database: each act of the vault process that a journey stands for.

A journey is committed before its effect and closed after it. The vault process answers the same act twice with the same
answer, so that an open journey is simply taken up again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.core.base.periods import parse_instant
from safeconduct.rooms.government_requests.models import Journey, Matter
from safeconduct.rooms.vault import steps as vault


def begin(  # noqa: PLR0913 - a journey is these facts, all by keyword
    *,
    row: Matter,
    act: str,
    entry: str,
    by: str,
    now: datetime,
    randomness: Randomness,
    digest: str = "",
    facts: dict[str, Any] | None = None,
    journey: str = "",
) -> Journey:
    """Write down the intent of an effect, inside the transaction that records its entry."""
    return Journey.objects.create(
        id=journey or new_id(randomness),
        matter=row,
        act=act,
        entry=entry,
        revision=row.revision,
        digest=digest,
        facts=facts or {},
        by=by,
        at=now,
    )


def _preserve(journey: Journey) -> dict[str, Any]:
    return vault.preserve(
        matter=journey.matter_id,
        case_file=journey.facts["case_file"],
        until=parse_instant(journey.facts["until"]),
        entry=journey.entry,
    )


def _end_preservation(journey: Journey) -> dict[str, Any]:
    return vault.end_preservation(matter=journey.matter_id, entry=journey.entry)


def _erase_case(journey: Journey) -> dict[str, Any]:
    return vault.erase_case(matter=journey.matter_id, entry=journey.entry)


def _open_case(journey: Journey) -> dict[str, Any]:
    return vault.open_case(matter=journey.matter_id, grant=journey.facts["grant"], entry=journey.entry)


def _forecast(journey: Journey) -> dict[str, Any]:
    return vault.forecast(
        matter=journey.matter_id,
        case_file=journey.facts["case_file"],
        grant=journey.facts["grant"],
        entry=journey.entry,
    )


def _collect(journey: Journey) -> dict[str, Any]:
    return vault.collect(digest=journey.digest, journey=journey.pk, entry=journey.entry)


def _grant_executor(journey: Journey) -> dict[str, Any]:
    facts = journey.facts
    return vault.grant_executor(
        digest=journey.digest,
        journey=facts["journey"],
        grant=facts["grant"],
        executor=facts["executor"],
        entry=journey.entry,
    )


def _release(journey: Journey) -> dict[str, Any]:
    return vault.release(digest=journey.digest, journey=journey.facts["journey"], entry=journey.entry)


def _revoke(journey: Journey) -> dict[str, Any]:
    return vault.revoke(digest=journey.digest, entry=journey.entry)


def _issue_letter(journey: Journey) -> dict[str, Any]:
    return vault.issue_letter(digest=journey.digest, entry=journey.entry)


def _give_mandate(journey: Journey) -> dict[str, Any]:
    facts = journey.facts
    return vault.give_mandate(
        matter=journey.matter_id,
        mandate=facts["mandate"],
        person=facts["person"],
        until=facts["until"],
        entry=journey.entry,
    )


def _end_mandate(journey: Journey) -> dict[str, Any]:
    facts = journey.facts
    return vault.end_mandate(
        matter=journey.matter_id, mandate=facts["mandate"], person=facts["person"], entry=journey.entry
    )


EFFECTS: dict[str, Callable[[Journey], dict[str, Any]]] = {
    "preserve": _preserve,
    "end_preservation": _end_preservation,
    "erase_case": _erase_case,
    "open_case": _open_case,
    "forecast": _forecast,
    "collect": _collect,
    "grant_executor": _grant_executor,
    "release": _release,
    "revoke": _revoke,
    "issue_letter": _issue_letter,
    "give_mandate": _give_mandate,
    "end_mandate": _end_mandate,
}


def run(journey: Journey) -> dict[str, Any]:
    """Have the vault process do the act; raises what it refused with. Never inside a transaction."""
    return EFFECTS[journey.act](journey)
