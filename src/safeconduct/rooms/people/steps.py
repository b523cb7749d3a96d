"""What people offers to a higher room's action inside its open transaction."""

from safeconduct.rooms.people.models import Clearance


def clear(*, person: str, matter: str) -> None:
    """Let ``person`` know of the silenced ``matter``; twice is once. The caller's entry records it."""
    Clearance.objects.get_or_create(person_id=person, matter=matter)


def withdraw_clearance(*, person: str, matter: str) -> None:
    """Take the clearance back; it counts from the next use."""
    Clearance.objects.filter(person_id=person, matter=matter).delete()
