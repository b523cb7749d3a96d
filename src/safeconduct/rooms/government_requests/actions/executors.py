"""Have a distributed engine given the page keys of a signed scope, under the journey that collects it.

1. Who may collect may ask for it; the scope is authorised, and the matter is not answered yet.
2. The vault process decides, counts the keys and seals them to the executor; the desk sees a file's name and counts.
3. What the executor computes stays in the house: only a package that the vault process collects itself is released.
"""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.ids import Randomness, new_id
from safeconduct.rooms.government_requests.actions.journeys import finish
from safeconduct.rooms.government_requests.queries.place import configuration
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import effects, rows

WHERE = frozenset({"authorised", "collected"})


class NothingAuthorisedError(ConflictError):
    """No scope of this matter is authorised for collection."""

    code = "SC-NOTHING-AUTHORISED"
    cure = "Authorise the signed scope first; a grant works under its journey."


class NoSuchExecutorError(BadInputError):
    """The configuration names no executor of this name."""

    code = "SC-UNKNOWN-EXECUTOR"
    cure = "Name one of the [[executor]] tables of safeconduct.toml."


@dataclass(frozen=True, kw_only=True)
class ExecutorGranted:
    """Page keys lie sealed in the outbox, in ``file``, for one executor and until an instant."""

    matter: str
    grant: str
    entry: str
    file: str
    until: str
    keys: int
    segments: int


def grant_executor(
    *, actor: Actor, now: datetime, matter: str, executor: str, randomness: Randomness = os.urandom
) -> ExecutorGranted:
    """Have page keys of exactly the authorised scope sealed to an executor that the configuration names.

    Raises ``NoSuchExecutorError``, ``NothingAuthorisedError``, and what the vault process refused with.
    """
    actor.require(Permission.COLLECT)
    if executor not in configuration().executors:
        raise NoSuchExecutorError(executor)
    grant = new_id(randomness)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        if row.state not in WHERE or not row.collect_journey:
            raise NothingAuthorisedError
        facts = {"digest": row.scope_digest, "journey": row.collect_journey, "grant": grant, "executor": executor}
        entry = rows.record(actor=actor, now=now, kind="grant_executor", row=row, facts=facts, randomness=randomness)
        journey = effects.begin(
            row=row,
            act="grant_executor",
            entry=entry,
            by=actor.person,
            now=now,
            randomness=randomness,
            digest=row.scope_digest,
            facts=facts,
        )
        rows.keep(row)
    answer = finish(actor=actor, now=now, journey=journey.pk, randomness=randomness)
    return ExecutorGranted(
        matter=row.pk,
        grant=grant,
        entry=entry,
        file=answer["files"][0]["name"],
        until=answer["until"],
        keys=answer["keys"],
        segments=answer["segments"],
    )
