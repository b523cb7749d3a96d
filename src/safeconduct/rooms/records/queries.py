"""What other parts may read of this room: ids, counts and states. Names stay sealed until a page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from safeconduct.core.base.errors import BadInputError
from safeconduct.rooms.records.models import Customer, CustomerErasure, ImportRun, RecordFile
from safeconduct.rooms.records.rules import name_to_compare
from safeconduct.rooms.vault import queries as vault

CUSTOMER_NAME = "customer-name"


class UnknownRecordError(BadInputError):
    """There is nothing with this id."""

    code = "SC-UNKNOWN-RECORD"


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """A customer: the id, the sealed ``directory`` object that holds the name, and since when."""

    id: str
    name_object: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class ImportFacts:
    """An import run, without a word of what was imported."""

    id: str
    table: str
    rows: int
    state: str
    entry: str
    segments: int
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, kw_only=True)
class RecordsStatus:
    """What the store holds by table, as the finished imports say, and what is still open."""

    customers: int
    rows: dict[str, int]
    open_runs: tuple[ImportFacts, ...]
    open_files: tuple[str, ...] = ()
    quarantined: int = 0


def _customer_facts(row: Customer) -> CustomerFacts:
    return CustomerFacts(id=row.id, name_object=row.name_object, since=row.since)


def _import_facts(row: ImportRun) -> ImportFacts:
    names = ("id", "table", "rows", "state", "entry", "segments", "began", "ended")
    return ImportFacts(**{name: getattr(row, name) for name in names})


def customers() -> list[CustomerFacts]:
    """Return every customer, by id."""
    return [_customer_facts(row) for row in Customer.objects.order_by("id")]


def customer(*, customer: str) -> CustomerFacts:
    """Return one customer; raises ``UnknownRecordError``."""
    row = Customer.objects.filter(id=customer).first()
    if row is None:
        raise UnknownRecordError("There is no such customer.")
    return _customer_facts(row)


def protected(*, customers: Iterable[str]) -> frozenset[str]:
    """Return why any of ``customers`` is protected; empty where none is."""
    found = Customer.objects.filter(id__in=sorted(set(customers)), protected__isnull=False)
    return frozenset(str(one) for one in found.values_list("protected", flat=True))


def name_objects(*, customers: Iterable[str]) -> dict[str, str]:
    """Return the sealed name object of each known customer among ``customers``."""
    found = Customer.objects.filter(id__in=sorted(set(customers))).values_list("id", "name_object")
    return dict(found)


def find_customer(*, name: str) -> CustomerFacts | None:
    """Return the customer of this name, or None. Asks the vault process, so never inside a transaction."""
    index = vault.blind_index(kind=CUSTOMER_NAME, values=[name_to_compare(name)])[0]
    row = Customer.objects.filter(name_index=index).first()
    return _customer_facts(row) if row else None


def import_run(*, run: str) -> ImportFacts:
    """Return one import run; raises ``UnknownRecordError``."""
    row = ImportRun.objects.filter(id=run).first()
    if row is None:
        raise UnknownRecordError("There is no such import.")
    return _import_facts(row)


def import_runs() -> list[ImportFacts]:
    """Return every import run, the latest first."""
    return [_import_facts(row) for row in ImportRun.objects.order_by("-began", "id")]


def status() -> RecordsStatus:
    """Return how many rows came in by table, and which imports have no end yet."""
    runs = import_runs()
    rows: dict[str, int] = {}
    for run in runs:
        if run.state == "imported":
            rows[run.table] = rows.get(run.table, 0) + run.rows
    open_runs = tuple(run for run in runs if run.state == "intended")
    return RecordsStatus(
        customers=Customer.objects.count(),
        rows=dict(sorted(rows.items())),
        open_runs=open_runs,
        open_files=tuple(RecordFile.objects.filter(ended=None).order_by("began").values_list("id", flat=True)),
        quarantined=RecordFile.objects.aggregate(rows=Sum("refused"))["rows"] or 0,
    )


def erasure_state(*, customer: str) -> str:
    """Return how far the end of a customer's records is: empty, ``asked`` or ``destroyed``."""
    row = CustomerErasure.objects.filter(pk=customer).first()
    return "" if row is None else "asked" if row.destroyed is None else "destroyed"
