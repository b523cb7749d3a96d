"""The privileged compartment: counsel's advice, sealed, opened by counsel only, and named nowhere else.

Its entry says that something was sealed for the matter and nothing of what; the vault process opens it for nobody whose
role is not counsel's (attorney-client privilege; Government Request Policy 4).
"""

import os
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.models import Advice
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps import rows, sealing


class NoAdviceError(BadInputError):
    """There are no words to seal."""

    code = "SC-ADVICE"
    cure = "Write the advice down."


@dataclass(frozen=True, kw_only=True)
class Advised:
    """Advice lies sealed in the privileged compartment."""

    matter: str
    object: str
    entry: str


def seal_advice(
    *, actor: Actor, now: datetime, matter: str, words: str, randomness: Randomness = os.urandom
) -> Advised:
    """Seal counsel's advice about a matter where only counsel opens it."""
    actor.require(Permission.ADVISE)
    if not words.strip():
        raise NoAdviceError
    find_matter(actor=actor, matter=matter)
    value = {"kind": "advice", "words": words.strip()}
    sealed = sealing.seal_json(kind="advice", matter=matter, value=value, randomness=randomness)
    with transaction.atomic(durable=True):
        row = rows.working(actor=actor, matter=matter)
        Advice.objects.create(object=sealed, matter=row, by=actor.person, at=now)
        facts: dict[str, str] = {}
        entry = rows.record(actor=actor, now=now, kind="seal_advice", row=row, facts=facts, randomness=randomness)
        rows.keep(row)
    return Advised(matter=matter, object=sealed, entry=entry)
