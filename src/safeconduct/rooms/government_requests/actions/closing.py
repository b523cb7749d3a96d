"""Call back in an emergency, withdraw, and close."""

import os
from collections.abc import Set as AbstractSet
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.actions.revoke import hold_back, take_back
from safeconduct.rooms.government_requests.models import CallBack
from safeconduct.rooms.government_requests.queries.sender import filed_lower
from safeconduct.rooms.government_requests.rules.lifecycles import notice_is_settled
from safeconduct.rooms.government_requests.rules.next_steps import require_two_people
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.words import Outcome, Process
from safeconduct.rooms.government_requests.steps import assessing, rows

SOURCES = frozenset({"our_directory", "public_register", "switchboard"})
"""Where a number for a call-back may come from; never the request itself (Policy 8)."""


class CallBackError(BadInputError):
    """The call-back cannot be counted."""

    code = "SC-CALL-BACK"
    cure = "Call the agency on a number from our directory or a public register, two people on the line."


class NotSettledError(ConflictError):
    """The matter cannot close yet."""

    code = "SC-NOT-SETTLED"
    cure = "Give the notice, or name the prohibition with its end, or the exception."


def record_call_back(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    source: str,
    reached: bool,
    by: AbstractSet[str],
    randomness: Randomness = os.urandom,
) -> Moved:
    """Record a call to the agency by two people on a number that we found ourselves (Policy 8)."""
    actor.require(Permission.CALL_BACK)
    if source not in SOURCES or actor.person not in by:
        raise CallBackError
    require_two_people(frozenset(by))
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if row.process != Process.EMERGENCY_REQUEST and row.officer and not filed_lower(row):
            raise CallBackError("An emergency calls for one, and a sender whom we did not enrol.")
        if row.state == "closed":
            raise rows.MatterClosedError
        CallBack.objects.create(matter=row, source=source, reached=reached, by=sorted(by), at=now)
        if reached:
            says = "The agency was reached on a number that we found ourselves."
            assessing.settle_check(row=row, code="ENFORCEABLE-5", now=now, says=says)
        facts = {"source": source, "reached": reached, "by": sorted(by)}
        kind = "record_call_back"
        entry = rows.record(actor=actor, now=now, kind=kind, row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)


def withdraw(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Record that the agency withdrew its paper; what was proposed or authorised under it is revoked."""
    actor.require(Permission.WITHDRAW)
    hold_back(actor=actor, now=now, matter=matter, randomness=randomness)
    journey = ""
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        live = row.scope_digest if row.state in {"scope_proposed", "authorised", "collected"} else ""
        rows.advance(row, "withdraw")
        rows.respond(row, outcome=Outcome.WITHDRAWN, now=now)
        entry = rows.record(actor=actor, now=now, kind="withdraw", row=row, facts={}, randomness=randomness)
        if live:
            journey = take_back(actor=actor, now=now, row=row, randomness=randomness)
        rows.keep(row)
    if journey:
        finish(actor=actor, now=now, journey=journey, randomness=randomness)
    return Moved(matter=matter, state=row.state, entry=entry)


def close(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Close the matter; raises ``NotSettledError`` until its notice is settled and a mere copy has ended."""
    actor.require(Permission.CLOSE)
    with transaction.atomic(durable=True):
        row = rows.locked(actor=actor, matter=matter)
        if not notice_is_settled(
            notice_state=row.notice_state,
            owed=row.notice_owed,
            prohibited_until_known=row.silence_until is not None,
        ):
            raise NotSettledError("The customer's notice is not settled.")
        if row.state == "preserved":
            if row.preservation_ended_at is None:
                raise NotSettledError("The copy has not ended.")
            row.outcome, row.responded_at = Outcome.PRESERVED_ONLY, row.preserved_at
        rows.advance(row, "close")
        row.closed_at = now
        facts = {"outcome": str(row.outcome), "notice": row.notice_state}
        entry = rows.record(actor=actor, now=now, kind="close", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Moved(matter=matter, state=row.state, entry=entry)
