"""The prepared database that is put back after each cell, and what the pages of others may not hold."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from tests.routes.ground import AGENCY_A, AGENCY_B, SHADOW, Company

from safeconduct.rooms.government_requests.models import Matter

KINDS = (("A", False), ("A", True), ("B", False))
"""Whose paper it is, and whether silence is ordered."""


def kind_of(tenant: str, *, silenced: bool) -> str:
    """Return the word for a kind of matter: the agency's letter, and whether it is silenced."""
    return f"{tenant} silenced" if silenced else tenant


class Kept:
    """The prepared database: it can be put back after a cell that changed it."""

    def __init__(self) -> None:
        """Keep what the connection holds now."""
        self._file = sqlite3.connect(":memory:")
        connection.connection.backup(self._file)
        self._changes = self._total()

    def _total(self) -> int:
        return int(connection.connection.total_changes)

    @property
    def changed(self) -> bool:
        """Return whether a row was written since it was last put back."""
        return self._total() != self._changes

    def put_back(self) -> None:
        """Return to what was kept."""
        self._file.backup(connection.connection)
        self._changes = self._total()

    def close(self) -> None:
        """Give the memory back."""
        self._file.close()


@contextmanager
def remembered(company: Company) -> Iterator[None]:
    """Forget afterwards what a cell sealed with the stand-in."""
    sealed, bodies, approved = dict(company.vault.objects), dict(company.vault.bodies), set(company.vault.approved)
    try:
        yield
    finally:
        company.vault.objects, company.vault.bodies, company.vault.approved = sealed, bodies, approved
        company.vault.calls.clear()


def shadows(company: Company, tenant: str) -> tuple[str, ...]:
    """Return what no page for anybody else may hold: texts, ids, references and digests of one agency's matters."""
    organisation = AGENCY_A if tenant == "A" else AGENCY_B
    found = [f"{SHADOW}{tenant}", organisation]
    for row in Matter.objects.filter(organisation=organisation):
        found += [row.pk, row.reference, row.case_file, row.transcript, row.scope_digest, row.release_digest]
        found += [str(one) for one in row.letters.values_list("pk", flat=True)]
        found += [str(one) for one in row.documents.values_list("sha256", flat=True) if tenant == "A"]
    assert company.accounts
    return tuple(sorted({one for one in found if one}))


def hidden(company: Company) -> tuple[str, ...]:
    """Return ids and references of the silenced matters, which whoever is not cleared reads nowhere."""
    names = [name for (_, kind), name in company.matters.items() if kind.endswith("silenced")]
    rows = Matter.objects.filter(pk__in=names)
    return tuple(sorted({*names, *(row.reference for row in rows)}))
