"""How long the file of a closed matter is kept, and what keeps it longer.

1. The sealed file of a closed matter is destroyed once the rulebook's days since its close are over (Policy 9), and
   only under a number that counsel has signed.
2. It is kept while litigation preservation stands, while a silence stands (the customer's notice is still owed), while
   a preserved copy stands, and while an effect is under way.
3. Litigation preservation is counsel's: with a reason, a day of review, and an end that a person enters. It never ends
   by itself; what is past its day of review is shown as late (Fed. R. Civ. P. 37(e)).
4. What was destroyed is not taken up again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safeconduct.core.base.errors import ConflictError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.rooms.government_requests.rules.law import SIGNED, Ruling

QUESTION = "retention_days"

LITIGATION = Lifecycle(
    name="litigation preservation",
    initial="standing",
    table={("standing", "review"): "standing", ("standing", "end"): "ended"},
)


class KeptError(ConflictError):
    """The file is still kept."""

    code = "SC-CASE-KEPT"
    cure = "The retention page says what keeps it, and until when."


class LitigationError(ConflictError):
    """The litigation preservation is not what this act needs."""

    code = "SC-LITIGATION"
    cure = "It needs a reason and a day of review that lies ahead; one stands for each matter."


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a matter's file is judged by.

    Attributes:
        closed_at: when the matter closed; None while it is open.
        litigation, silenced, copied, under_way: what keeps it, rule 2.
        erased: whether it was destroyed already.
    """

    closed_at: datetime | None
    litigation: bool
    silenced: bool
    copied: bool
    under_way: bool
    erased: bool


def erased_from(*, closed_at: datetime, law: Ruling) -> datetime | None:
    """Return the instant from which the file may be destroyed, or None where counsel has signed no number: rule 1."""
    if law.status != SIGNED or not isinstance(law.value, int):
        return None
    return closed_at + timedelta(days=law.value)


def kept_by(standing: Standing) -> tuple[str, ...]:
    """Return what keeps the file whatever the day: rule 2."""
    named = (
        ("the matter is open", standing.closed_at is None),
        ("litigation", standing.litigation),
        ("an order of silence", standing.silenced),
        ("a preserved copy", standing.copied),
        ("an effect that is under way", standing.under_way),
    )
    return tuple(words for words, stands in named if stands)


def require_over(*, standing: Standing, law: Ruling, now: datetime) -> None:
    """Raise ``KeptError`` unless the file may be destroyed at ``now``."""
    if standing.erased:
        raise KeptError("It was destroyed already.")
    kept = kept_by(standing)
    if kept or standing.closed_at is None:
        raise KeptError(f"It is kept by {', '.join(kept)}.")
    over = erased_from(closed_at=standing.closed_at, law=law)
    if over is None:
        raise KeptError("No signed provision says how long; ask counsel.")
    if now < over:
        raise KeptError(f"It is kept until {over.date().isoformat()}.")
