"""Who speaks through a token, and what an agency's own system may see of its requests."""

from dataclasses import dataclass, replace
from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.models import ApiSubmission, ApiToken
from safeconduct.rooms.government_requests.queries.access import visible
from safeconduct.rooms.government_requests.queries.officer import OfficerRequest, request_of
from safeconduct.rooms.government_requests.rules.api import ALLOWED, TokenError, parts_of, same
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people.rules import Role


def actor_of_token(*, text: str, now: datetime) -> Actor:
    """Return who speaks through a token now; raises ``TokenError``, whatever is wrong with it.

    The officer's standing is asked for each time: a suspension counts from the next call.
    """
    token, digest = parts_of(text)
    row = ApiToken.objects.filter(pk=token, revoked_at__isnull=True, expires_at__gt=now).first()
    if row is None or not same(row.digest, digest):
        raise TokenError
    try:
        standing = people.standing_of(account=row.account, now=now)
    except NotPermittedError as error:
        raise TokenError from error
    actor = standing.actor
    if standing.roles != {Role.OFFICER} or (actor.person, actor.organisation) != (row.person, row.organisation):
        raise TokenError
    return replace(actor, permissions=actor.permissions & ALLOWED)


def tokens_of(*, actor: Actor) -> tuple[ApiToken, ...]:
    """Return an officer's own tokens, newest first."""
    return tuple(ApiToken.objects.filter(person=actor.person))


def submission(*, actor: Actor, key: str) -> ApiSubmission | None:
    """Return what the actor's agency submitted under a key."""
    return ApiSubmission.objects.filter(organisation=actor.organisation, key=key).first()


@dataclass(frozen=True, kw_only=True)
class Requests:
    """A page of an agency's requests."""

    rows: tuple[OfficerRequest, ...]
    total: int
    page: int
    pages: int


def page_of_requests(*, actor: Actor, now: datetime, page: int, size: int) -> Requests:
    """Return one page of the requests of the actor's agency, newest first."""
    found = visible(actor).filter(organisation=actor.organisation).order_by("-received_at", "id")
    total = found.count()
    ids = found.values_list("pk", flat=True)[(page - 1) * size : page * size]
    rows = tuple(request_of(actor=actor, now=now, matter=one) for one in ids)
    return Requests(rows=rows, total=total, page=page, pages=max(1, -(-total // size)))
