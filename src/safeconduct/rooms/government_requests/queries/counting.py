"""What the transparency report counts: one line for each matter, without an id."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests.models import Consent, Matter
from safeconduct.rooms.government_requests.queries.fakes import require_none_pending, without_fakes
from safeconduct.rooms.government_requests.rules.words import NOTICE_LETTERS


@dataclass(frozen=True, kw_only=True)
class CountableMatter:
    """One matter as a report counts it.

    Attributes:
        process: kind of legal process.
        served_entity: id of the company that was served.
        country: ISO 3166 code of the authority's country.
        outcome: how it ended, or ``open``.
        notice: ``before`` or ``after`` the answer, once given; until then the state of the customer's notice.
        received_at, responded_at: instants, UTC.
        selectors: how many identifiers it named.
        customers: how many customers a disclosure touched.
        narrowed: whether less was allowed than asked.
    """

    process: str
    served_entity: str
    country: str
    outcome: str
    notice: str
    received_at: datetime
    responded_at: datetime | None
    selectors: int
    customers: int
    narrowed: bool


def countable(*, window: Window) -> tuple[CountableMatter, ...]:
    """Return every government's matter received in ``window``, silenced ones too: an aggregate tells nobody's secret.

    A paper of a private party is no government's request and is not counted as one; nor is a seeded fake, and while one
    of the time is not revealed nothing is counted: ``FakesPendingError``.

    National security letters are in the enclave's own database only, and only a band leaves it (50 U.S.C. 1874).
    """
    require_none_pending(window=window)
    received = without_fakes(Matter.objects.filter(received_at__gte=window.start, received_at__lt=window.end))
    rows = received.filter(governmental=True).order_by("received_at")
    found = []
    for row in rows.prefetch_related("consents", "letters", "supplements"):
        # A supplement's scope stands beside the first: what leaves in several parts is one request.
        scopes = [one for one in row.consents.all() if _counts(one, row)]
        found.append(
            CountableMatter(
                process=row.process,
                served_entity=row.served_entity,
                country=row.country,
                outcome=row.outcome,
                notice=_notice(row),
                received_at=row.received_at,
                responded_at=row.responded_at,
                selectors=row.selector_count,
                customers=len({customer for one in scopes for customer in one.customers}),
                narrowed=any(one.narrowed for one in scopes),
            )
        )
    return tuple(found)


def _counts(consent: Consent, row: Matter) -> bool:
    used = consent.authorised_at is not None and consent.revoked_at is None
    return consent.kind == "safe-conduct" and (used or consent.digest == row.scope_digest)


def _notice(row: Matter) -> str:
    """Return when the customer was told; several customers count as told when the last of them was."""
    kinds = {str(kind) for kind in NOTICE_LETTERS}
    told = [one.issued_at for one in row.letters.all() if one.kind in kinds and one.issued_at is not None]
    given = row.notice_state == "released" or (row.notice_state in {"due", "drafted"} and bool(row.supplements.all()))
    # After a supplement the notice is owed again; until it has left, the customer stands as told by the first.
    if not told or not given:
        return row.notice_state
    return "before" if row.responded_at is None or max(told) < row.responded_at else "after"
