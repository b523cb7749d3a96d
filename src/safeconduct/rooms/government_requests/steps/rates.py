"""Counts the calls of a token within a minute: one statement compares and counts, so that two at once are two."""

from datetime import datetime

from django.db.models import F, Q

from safeconduct.rooms.government_requests.models import ApiToken
from safeconduct.rooms.government_requests.rules.api import MOST_CALLS, TooManyCallsError, parts_of, window_of


def spend_call(*, text: str, now: datetime) -> None:
    """Count one call of the token ``text``, which is a living one; raises ``TooManyCallsError``."""
    token, window = parts_of(text)[0], window_of(now)
    rows = ApiToken.objects.filter(pk=token)
    if rows.filter(window_at=window, window_calls__lt=MOST_CALLS).update(window_calls=F("window_calls") + 1):
        return
    if not rows.filter(Q(window_at__isnull=True) | ~Q(window_at=window)).update(window_at=window, window_calls=1):
        raise TooManyCallsError
