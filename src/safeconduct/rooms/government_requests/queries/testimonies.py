"""Records custodians called to court about a matter."""

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests.models import Testimony
from safeconduct.rooms.government_requests.queries.access import find_matter


def testimonies(*, actor: Actor, matter: str) -> tuple[Testimony, ...]:
    """Return every call to testify about a matter that ``actor`` may know of, by the day of the hearing."""
    return tuple(Testimony.objects.filter(matter=find_matter(actor=actor, matter=matter)))
