"""The company's own stores as the collector uses them. No row without a safe-conduct, and none that it does not hold.

1. ``find`` asks for every gate itself: the approvals, the ground, the law, the holders, and the lease of this journey.
   Who calls it without them gets no row, whatever else they have.
2. Each row that comes is held against the scope item that it was asked for, here, by the code that judges our own
   store. One row outside ends the whole collection; nothing of it is kept.
3. A record id that comes twice is one record if all its values agree, and otherwise ends the collection too.
4. A preservation copies rows by the entry that recorded it; they are sealed under the case key and shown to nobody.
5. What is asked without a safe-conduct (a forecast, which customers hold a number) answers counts and customers' ids.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import DamagedError, NotPermittedError
from safeconduct.core.base.source_places import SourcePlace
from safeconduct.core.conduct.bodies import SafeConductBody
from safeconduct.core.conduct.categories import CATEGORY_OF, TABLE_OF, Category
from safeconduct.core.conduct.leases import LeaseTakenError
from safeconduct.core.conduct.scope import Scope, ScopeItem
from safeconduct.core.mappings.reading import MOST_BYTES, read_mapping
from safeconduct.core.segments.errors import SegmentError
from safeconduct.core.segments.prepared import check_rows
from safeconduct.core.segments.tables import TABLES
from safeconduct.core.tlog.entry_proofs import ProvenEntry
from safeconduct.vaultd.authority import Authority
from safeconduct.vaultd.connectors.asking import CHILD, Asked, Source, ask, asked_of, rows_of
from safeconduct.vaultd.connectors.errors import (
    OutsideScopeError,
    SameRecordError,
    SourceCeilingError,
    SourceShapeError,
    SourceUnreachableError,
)
from safeconduct.vaultd.connectors.frames import ASKED, DONE, HOLDERS, ROWS
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.entries import WrongEntryError
from safeconduct.vaultd.leases import Leases
from safeconduct.vaultd.records import Found

FORECAST_CEILING = 100_000_000
PRESERVATION_CEILING = 1_000_000
MOST_HOLDERS = 10_000
PRESERVE = "government_requests.preserve"


class NotInScopeError(NotPermittedError):
    """The safe-conduct does not open this category."""

    code = "SC-NOT-IN-SCOPE"


@dataclass(frozen=True)
class Answer:
    """What every source together answered for one category: rows, and the account of what was asked."""

    rows: pa.Table
    account: tuple[dict[str, Any], ...]


def loaded(place: SourcePlace) -> Source:
    """Return a source with its mapping; raises ``MappingError`` or ``SourceUnreachableError``."""
    try:
        with place.mapping.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceUnreachableError(f"{place.mapping.name} cannot be read.") from error
    return Source(place=place, mapping=read_mapping(data), text=data.decode())


class Sources:
    """Every store that the configuration names."""

    def __init__(
        self,
        *,
        configuration: Configuration,
        consents: Consents,
        authority: Authority,
        leases: Leases,
        command: Sequence[str] = CHILD,
    ) -> None:
        """Keep the places; mappings are read when they are used."""
        self._places = configuration.sources
        self._consents = consents
        self._authority = authority
        self._leases = leases
        self._command = tuple(command)

    def find(self, *, digest: str, journey: str, category: Category) -> Answer:
        """Return the rows of one category under a lease; raises at the first gate, or the first row, that refuses."""
        body = self._consents.body(digest, SafeConductBody.KIND)
        if not isinstance(body, SafeConductBody):
            raise DamagedError("The object is not a safe-conduct.")
        self._authority.require(body)
        if self._leases.journey(digest) != journey or self._leases.state(digest) != "leased":
            raise LeaseTakenError("No lease of this journey is open.")
        if category not in body.scope.categories:
            raise NotInScopeError
        return self._asked(body.scope, category, body.row_ceiling)

    def copy(self, *, entry: ProvenEntry, scope: Scope, category: Category) -> Answer:
        """Return the rows of one category for a preservation that stands in the ledger; they are sealed at once."""
        if entry.opening["kind"] != PRESERVE:
            raise WrongEntryError("It is not the entry of a preservation.")
        return self._asked(scope, category, PRESERVATION_CEILING)

    def _asked(self, scope: Scope, category: Category, ceiling: int) -> Answer:
        items = [(place, one) for place, one in enumerate(scope.items) if category in one.categories]
        record, parts, account = TABLE_OF[category], [TABLES[TABLE_OF[category]].schema.empty_table()], []
        for source in self._holding(record):
            rows, told = self._from(source, record, items, ceiling)
            parts.append(rows)
            account += told
        return Answer(rows=_each_once(pa.concat_tables(parts)), account=tuple(account))

    def categories(self) -> frozenset[Category]:
        """Return the categories that some source holds."""
        return frozenset(CATEGORY_OF[record] for place in self._places for record in loaded(place).mapping.tables)

    def count(
        self, *, scope: Scope, known: Mapping[tuple[int, Category], Sequence[str]] = MappingProxyType({})
    ) -> dict[tuple[int, Category], int]:
        """Return how many rows each item and category would give; the rows themselves stay in the child.

        Records whose ids are ``known`` are counted already, and not again.
        """
        found: dict[tuple[int, Category], int] = {}
        for category in sorted(scope.categories):
            asked = [(place, one) for place, one in enumerate(scope.items) if category in one.categories]
            for source in self._holding(TABLE_OF[category]):
                frames = ask(
                    source,
                    op="count",
                    record=TABLE_OF[category],
                    items=[one for _, one in asked],
                    known=[list(known.get((place, category), ())) for place, _ in asked],
                    ceiling=FORECAST_CEILING,
                    command=self._command,
                )
                counts = next(_counted(data, len(asked)) for word, data in frames if word == DONE)
                for (place, _), rows in zip(asked, counts, strict=True):
                    found[place, category] = found.get((place, category), 0) + rows
        return found

    def customers_holding(self, selectors: list[dict[str, str]]) -> set[str]:
        """Return the customers with a row that one of the selectors matches, at any time."""
        found: set[str] = set()
        for place in self._places:
            source = loaded(place)
            records = ",".join(source.mapping.tables)
            for word, data in ask(source, op="holding", record=records, selectors=selectors, command=self._command):
                if word == HOLDERS:
                    found |= _holders(data)
        return found

    def _holding(self, record: str) -> Iterator[Source]:
        for place in self._places:
            source = loaded(place)
            if source.mapping.table(record) is not None:
                yield source

    def _from(
        self, source: Source, record: str, items: Sequence[tuple[int, ScopeItem]], ceiling: int
    ) -> tuple[pa.Table, list[dict[str, Any]]]:
        schema, parts = TABLES[record].schema, []
        account: list[dict[str, Any]] = []
        named = f"{source.mapping.name}, {record}"
        frames = ask(
            source, op="rows", record=record, items=[one for _, one in items], ceiling=ceiling, command=self._command
        )
        asked: Asked | None = None
        total = 0
        for word, data in frames:
            if word == ASKED:
                asked = asked_of(data)
                if not 0 <= asked.item < len(items):
                    raise SourceShapeError(f"{named}: it answers what was not asked.")
                account.append(_told(source, record, items[asked.item][0], asked))
            elif word == ROWS:
                if asked is None:
                    raise SourceShapeError(f"{named}: it answers what was not asked.")
                rows = rows_of(data, schema)
                total += rows.num_rows
                if total > ceiling:
                    raise SourceCeilingError(f"More than {ceiling} match.")
                _require_inside(rows, items[asked.item][1], record, named)
                account[-1]["rows"] += rows.num_rows
                parts.append(rows)
        rows = pa.concat_tables([schema.empty_table(), *parts])
        whole = _each_once(rows)
        return _checked(whole, record, named) if whole.num_rows else whole, account


def _require_inside(rows: pa.Table, item: ScopeItem, record: str, named: str) -> None:
    category = next(one for one, table in TABLE_OF.items() if table == record)
    for place, row in enumerate(rows.to_pylist()):
        if not item.holds(category=category, row=row):
            raise OutsideScopeError(f"{named}: row {place + 1} of an answer.")


def _checked(rows: pa.Table, record: str, named: str) -> pa.Table:
    try:
        return check_rows(rows, record)
    except SegmentError as error:
        raise SourceShapeError(f"{named}: {error.detail}") from error


def _each_once(rows: pa.Table) -> pa.Table:
    """Return each record once, by id; raises ``SameRecordError`` where one id has two contents."""
    seen: dict[str, dict[str, Any]] = {}
    keep = []
    for place, row in enumerate(rows.to_pylist()):
        before = seen.setdefault(row["record_id"], row)
        if before is row:
            keep.append(place)
        elif before != row:
            raise SameRecordError
    chosen = rows.take(pa.array(keep, pa.int64()))
    return chosen.take(pc.sort_indices(chosen["record_id"]))


def joined(own: Found, answer: Answer, *, preserved: frozenset[str] = frozenset()) -> Found:
    """Return what our own store and the sources hold together, each record once.

    A record that was preserved is given as it stood then, whatever the source says today (18 U.S.C. 2703(f)); the
    account says how many those are. Raises ``SameRecordError``.
    """
    if not answer.rows.num_rows:
        return replace(own, asked=answer.account)
    fresh = answer.rows.filter(pa.array([one not in preserved for one in answer.rows["record_id"].to_pylist()]))
    kept = answer.rows.num_rows - fresh.num_rows
    told = ({"as_preserved": kept},) if kept else ()
    rows = _each_once(pa.concat_tables([own.rows, fresh]))
    return replace(own, rows=rows, asked=(*answer.account, *told))


def _told(source: Source, record: str, item: int, asked: Asked) -> dict[str, Any]:
    return {
        "source": source.mapping.name,
        "mapping": source.mapping.digest,
        "record": record,
        "item": item,
        "statement": asked.statement,
        "foreseen": asked.foreseen,
        "rows": 0,
    }


def _counted(data: bytes, items: int) -> list[int]:
    listed = _parsed(data).get("by_item")
    if not isinstance(listed, list) or len(listed) != items or not all(type(one) is int and one >= 0 for one in listed):
        raise SourceShapeError("The connector does not speak as it should.")
    return listed


def _holders(data: bytes) -> set[str]:
    listed: Iterable[Any] = _parsed(data)
    found = [one for one in listed if isinstance(one, str)]
    if len(found) > MOST_HOLDERS:
        raise SourceShapeError("More customers hold a selector than a paper can mean.")
    return set(found)


def _parsed(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(data)
    except ValueError as error:
        raise SourceShapeError("The connector does not speak as it should.") from error
