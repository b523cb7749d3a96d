"""Names of people, agencies and customers for a page: sealed objects opened by the vault process, once a request."""

from collections.abc import Iterable

from django.http import HttpRequest

from safeconduct.core.base.errors import UnavailableError
from safeconduct.rooms.vault import queries as vault


def names_of(request: HttpRequest, objects: Iterable[str]) -> dict[str, str]:
    """Return the names that ``objects`` hold, asking the vault only for what this request has not asked yet.

    A vault that is sealed or away leaves names out: a page then shows references.
    """
    known: dict[str, str] = request.__dict__.setdefault(vault.TOLD_NAMES, {})
    missing = sorted({one for one in objects if one} - known.keys())
    if missing:
        try:
            known.update(vault.directory_names(objects=missing))
        except UnavailableError:
            return known
    return known
