"""Reads of the sealed objects that hold names; only the vault process opens them."""

from safeconduct.rooms.people.models import Organisation, Person


def organisation_name_objects(*, organisations: frozenset[str]) -> dict[str, str]:
    """Return the sealed name object of each known organisation."""
    return dict(Organisation.objects.filter(id__in=organisations).values_list("id", "name_object"))


def name_objects(*, persons: frozenset[str]) -> dict[str, str]:
    """Return the sealed name object of each known person."""
    return dict(Person.objects.filter(id__in=persons).values_list("id", "name_object"))
