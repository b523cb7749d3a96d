"""What the ticket system may learn of a matter.

1. That something changed, by the matter's random reference: no kind of paper, no count, no customer, no state.
2. Nothing of a silenced matter: not that it is one, and not that it stands still (18 U.S.C. 2705(b)).
3. A call is signed, bears a number of its own, and is repeated under the same number until it is taken.
"""

import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256

from safeconduct.core.base.periods import instant_text

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=12)


def call_body(*, reference: str) -> bytes:
    """Return all that the ticket system is told."""
    return json.dumps({"reference": reference}).encode()


def call_headers(*, number: str, body: bytes, secret: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a call: its number, its time, and the signature over both and the body."""
    when = instant_text(at)
    signed = f"safeconduct/v1/ticket\n{number}\n{when}\n".encode() + body
    return {
        "Content-Type": "application/json",
        "X-Safeconduct-Call": number,
        "X-Safeconduct-Time": when,
        "X-Safeconduct-Signature": f"v1={hmac.new(secret, signed, sha256).hexdigest()}",
    }


def next_try(*, attempts: int, now: datetime) -> datetime:
    """Return when a call that failed ``attempts`` times is tried again: twice as late each time, to half a day."""
    factor: int = 2 ** min(attempts, 12)
    return now + min(FIRST_WAIT * factor, LONGEST_WAIT)
