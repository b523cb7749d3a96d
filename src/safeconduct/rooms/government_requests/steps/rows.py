"""Locks a matter's row, moves it along its lifecycles, and writes the ledger entry of the act."""

from datetime import datetime
from typing import Any

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.models import CaseErasure, FindingRecord, Matter
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError, visible
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER, NOTICE
from safeconduct.rooms.government_requests.rules.supplement import LEFT, outcome_after
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, Outcome
from safeconduct.rooms.ledger import steps as ledger


class MatterClosedError(ConflictError):
    """The matter is closed: what was done stands, and nothing is added to it."""

    code = "SC-MATTER-CLOSED"
    cure = "A new paper is a new matter."


class FileGoneError(ConflictError):
    """The matter's file was destroyed when its days were over: nothing is sealed into it any more."""

    code = "SC-FILE-GONE"
    cure = "A new paper is a new matter."


def working(*, actor: Actor, matter: str) -> Matter:
    """Return the locked row of a matter on which work goes on; raises ``MatterClosedError``."""
    row = locked(actor=actor, matter=matter)
    if row.state == "closed":
        raise MatterClosedError
    return row


def kept(*, actor: Actor, matter: str) -> Matter:
    """Return the locked row of a matter, closed or not, whose file still stands; raises ``FileGoneError``."""
    row = locked(actor=actor, matter=matter)
    if CaseErasure.objects.filter(matter=row).exists():
        raise FileGoneError
    return row


def locked(*, actor: Actor, matter: str) -> Matter:
    """Return the row of ``matter``, locked until the transaction ends; raises ``UnknownMatterError``."""
    row = visible(actor).select_for_update().filter(pk=matter).first()
    if row is None:
        raise UnknownMatterError
    return row


def advance(row: Matter, event: str) -> None:
    """Move the matter by ``event``; raises ``TransitionError`` where its lifecycle has no such step."""
    row.state = MATTER.next_state(row.state, event)


def respond(row: Matter, *, outcome: Outcome, now: datetime) -> None:
    """Write how the matter came out; what has left stays left, and the day of its answer stays with it."""
    before = Outcome(row.outcome)
    if before not in LEFT:
        row.responded_at = now
    row.outcome = outcome_after(before=before, now=outcome)


def advance_notice(row: Matter, event: str) -> None:
    """Move the customer notice by ``event``; raises ``TransitionError``."""
    row.notice_state = NOTICE.next_state(row.notice_state, event)


def keep(row: Matter) -> None:
    """Save the row under a new revision."""
    row.revision += 1
    row.save()


def record(
    *, actor: Actor, now: datetime, kind: str, row: Matter, facts: dict[str, Any], randomness: Randomness
) -> str:
    """Write the entry ``government_requests.<kind>`` about ``row`` and return its id; raises ``LedgerClosedError``."""
    reference = ledger.record(
        actor=actor,
        now=now,
        kind=f"government_requests.{kind}",
        subject=row.pk,
        facts=facts,
        randomness=randomness,
    )
    return str(reference.id)


def standing_findings(row: Matter) -> dict[FindingKind, FindingOutcome]:
    """Return the findings that stand, by kind."""
    found = FindingRecord.objects.filter(matter=row, superseded_at__isnull=True)
    return {FindingKind(one.kind): FindingOutcome(one.outcome) for one in found}
