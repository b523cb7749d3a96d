"""What an agency's own system may do, and for how long.

1. A token speaks for the officer who made it, at most ninety days, and only while that officer and the agency stand.
2. It submits, follows, answers and withdraws. It fetches no package: that takes the officer's passkey (Policy 7).
3. A submission bears its sender's own key. The same key with the same content is the same submission; with another
   content it is refused.
4. We keep a hash of the token. Whoever reads our database cannot use it.
5. A token is answered so many times in a minute; beyond that it is told when to ask again (RFC 6585, section 4). What
   is refused so was not taken in and is sent again with the same key.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from safeconduct.core.base.errors import BadInputError, ConflictError, NotPermittedError
from safeconduct.rooms.government_requests.rules.permissions import Permission

LONGEST = timedelta(days=90)
MOST_LIVING = 10
"""How many living tokens an officer may have."""
STALE = timedelta(minutes=5)
"""A submission that was begun so long ago and never ended may be begun again."""
ALLOWED = frozenset({Permission.RECEIVE.value, Permission.ANSWER.value, Permission.WITHDRAW.value})
TOKEN = re.compile(r"sct_([0-9a-f]{32})_([0-9a-f]{64})")
KEY = re.compile(r"[!-~]{8,80}")
MOST_ROWS = 100
WINDOW = timedelta(minutes=1)
MOST_CALLS = 120
"""Calls of one token within a minute of the clock."""


class TokenError(NotPermittedError):
    """This token opens nothing."""

    code = "SC-API-TOKEN"
    cure = "Send a living token of an officer in good standing as a bearer token; officers make them in the portal."


class TooManyCallsError(ConflictError):
    """This token was used too often within a minute."""

    code = "SC-API-RATE"
    cure = "Ask again after the seconds in Retry-After, with the same key; nothing of this call was taken in."


class TooManyTokensError(ConflictError):
    """You have as many living tokens as one officer may have."""

    code = "SC-API-TOKENS"
    cure = "Revoke one that is not used any more."


class TokenDaysError(BadInputError):
    """A token lives from one day to ninety days."""

    code = "SC-API-TOKEN-DAYS"


class IdempotencyKeyError(BadInputError):
    """A submission bears an Idempotency-Key of 8 to 80 printable characters."""

    code = "SC-API-KEY"
    cure = "Send a new random key for each submission, and the same one when you repeat it."


class OtherContentError(ConflictError):
    """Under this key something else was submitted."""

    code = "SC-API-KEY-USED"
    cure = "Send a new key for a new submission; nothing of this one was kept."


class StillRunningError(ConflictError):
    """The submission under this key is being taken in."""

    code = "SC-API-RUNNING"
    cure = "Ask again in a minute with the same key."


def window_of(now: datetime) -> datetime:
    """Return the minute of the clock in which ``now`` lies."""
    return now.replace(second=0, microsecond=0)


def seconds_left(now: datetime) -> int:
    """Return after how many whole seconds the next minute has begun."""
    left = window_of(now) + WINDOW - now
    return max(1, -(-left // timedelta(seconds=1)))


def token_text(*, token: str, secret: bytes) -> str:
    """Return a token as its officer sees it once."""
    return f"sct_{token}_{secret.hex()}"


def digest_of(text: str) -> str:
    """Return what we keep of a token or a key; both are random, so that a plain hash is enough."""
    return hashlib.sha256(f"safeconduct/v1/api\n{text}".encode()).hexdigest()


def parts_of(text: str) -> tuple[str, str]:
    """Return a token's id and what we would keep of it; raises ``TokenError`` for a text of another form."""
    found = TOKEN.fullmatch(text)
    if found is None:
        raise TokenError
    return found[1], digest_of(text)


def same(one: str, other: str) -> bool:
    """Return whether two digests are equal, in a time that tells nothing."""
    return hmac.compare_digest(one, other)
