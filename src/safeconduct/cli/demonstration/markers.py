"""Ten thousand planted markers: personal data that must stand in clear in no file of the demonstration.

Only tests call this. Officers, agencies, customers and persons sought come first, then subscribers and texts.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from safeconduct.cli.demonstration.company import AGENCIES, OFFICERS, customers
from safeconduct.cli.demonstration.records import generate
from safeconduct.cli.demonstration.standing import holdings, person_sought
from safeconduct.cli.demonstration.targets import TARGETS

EACH = 2_500


@dataclass(frozen=True, kw_only=True)
class Markers:
    """Distinct markers of four kinds, ``EACH`` of each."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]
    emails: tuple[str, ...]
    texts: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        """Return the ten thousand."""
        return self.names + self.numbers + self.emails + self.texts


def _first(*sources: Iterable[str]) -> tuple[str, ...]:
    distinct = dict.fromkeys(itertools.chain(*sources))
    return tuple(itertools.islice(distinct, EACH))


def _texts(seed: int, rows: int) -> Iterable[str]:
    lines = tuple(line for target in TARGETS.values() for line in target.lines)
    background: list[str] = []
    for name, table in generate(seed=seed, rows=rows):
        if name != "message_contents":
            continue
        bodies = table["body"].to_pylist()
        yield from (body for body in bodies if body.startswith(lines))
        background += bodies[:: max(1, len(bodies) // EACH)]
    yield from background


def markers(*, seed: int, rows: int) -> Markers:
    """Return the markers that stand in the records, papers and directory of the demonstration."""
    held = holdings(seed)
    sought = [person_sought(seed, target) for target in TARGETS.values()]
    clients = customers(seed)
    return Markers(
        names=_first(
            (officer.name for officer in OFFICERS.values()),
            (agency.name for agency in AGENCIES.values()),
            (client.name for client in clients),
            (person.name for person in sought),
            (holding.name for holding in held),
        ),
        numbers=_first(
            (agency.telephone for agency in AGENCIES.values()),
            (person.number for person in sought),
            (holding.number for holding in held),
        ),
        emails=_first(
            (officer.email for officer in OFFICERS.values()),
            (client.email for client in clients),
            (person.email for person in sought),
            (holding.email for holding in held),
        ),
        texts=_first(_texts(seed, rows)),
    )
