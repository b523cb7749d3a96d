"""Take over into the case file what the actor confirmed beside a paper's pictures."""

import os
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.ids import Randomness
from safeconduct.rooms.government_requests.actions.events import Moved
from safeconduct.rooms.government_requests.actions.review import amend_paper
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.papers import read_case_file
from safeconduct.rooms.government_requests.queries.reading import read_confirmation
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.reading import taken_over


def take_over_reading(
    *,
    actor: Actor,
    now: datetime,
    matter: str,
    confirmation: str,
    grant: str,
    randomness: Randomness = os.urandom,
) -> Moved:
    """Correct the typed facts by what the actor confirmed; the checks run again, and the entry names the confirmation.

    Raises ``UnknownConfirmationError`` for what another person confirmed, and what ``amend_paper`` raises.
    """
    actor.require(Permission.FIND)
    row = find_matter(actor=actor, matter=matter)
    found = read_confirmation(actor=actor, row=row, grant=grant, confirmation=confirmation)
    stands = read_case_file(matter=row.pk, grant=grant, case_file=row.case_file)
    paper, _ = taken_over(stands.paper, found.fields)
    return amend_paper(
        actor=actor,
        now=now,
        matter=row.pk,
        paper=paper,
        grant=grant,
        confirmation=confirmation,
        randomness=randomness,
    )
