"""From two signatures to the second reader in one act: three entries, each with its own step."""

import os
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.disclose import authorise, collect, propose_release
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.rules.permissions import Permission


def authorise_and_collect(*, actor: Actor, now: datetime, matter: str, randomness: Randomness = os.urandom) -> Moved:
    """Enter the authorisation, have the package collected, and ask a second reader for its release.

    Each is the act that also stands alone. What was done before one of them is refused stays done, and the matter's
    pages offer the next alone.
    """
    actor.require(Permission.COLLECT)
    actor.require(Permission.PROPOSE)
    authorise(actor=actor, now=now, matter=matter, randomness=randomness)
    collect(actor=actor, now=now, matter=matter, randomness=randomness)
    return propose_release(actor=actor, now=now, matter=matter, randomness=randomness)
