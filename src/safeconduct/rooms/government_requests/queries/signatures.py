"""Who signed which digest, as the vault process lists it."""

from dataclasses import dataclass

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Consent
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.vault import queries as vault

RELEASED = frozenset({"released", "delivered", "closed"})
COLLECTED = RELEASED | {"collected"}


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One object that people sign, and its signatures; ``used`` is what became of one that has ended since."""

    consent: Consent
    state: str
    approvals: tuple[vault.ApprovalLine, ...]
    stands: bool


def signatures(*, actor: Actor, matter: str) -> tuple[Signed, ...]:
    """Return every scope and release of the matter with its signatures, newest first."""
    row = find_matter(actor=actor, matter=matter)
    found = []
    for consent in row.consents.order_by("-at"):
        listed = vault.approvals(digest=consent.digest)
        stands = consent.digest in {row.scope_digest, row.release_digest}
        used = stands and row.state in (RELEASED if consent.kind == "release" else COLLECTED)
        state = "used" if used and listed.state == "expired" else listed.state
        found.append(Signed(consent=consent, state=state, approvals=listed.approvals, stands=stands))
    return tuple(found)
