"""``safeconduct records``: register customers, bring record tables into the sealed store, show what came in."""

import argparse
import csv
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from tqdm import tqdm

from safeconduct.cli import records_files, records_mapping, records_sources, records_store
from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, SafeconductError
from safeconduct.core.segments.prepared import check_rows
from safeconduct.core.segments.tables import TABLES, table_spec

NAME = "records"
HELP = "import records into the sealed store, show what it holds"
SETTINGS = "safeconduct.site.settings.headless"
ROWS_PER_IMPORT = 500_000


class FileFormatError(BadInputError):
    """The file is not a table that we can read."""

    code = "SC-FILE-FORMAT"
    cure = "Give an Arrow (.arrow, .arrows), Parquet (.parquet) or CSV (.csv) file with the table's columns."


class BrokenOffError(SafeconductError):
    """The import broke off."""

    code = "SC-IMPORT-BROKE-OFF"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verbs and options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="customers | place | import | status | …")
    register = verbs.add_parser("customers", help="register the customers of a file whose records follow")
    register.add_argument("file", type=Path, help="CSV with the columns customer (the id in the records) and name")
    register.add_argument("--account", required=True, help="id of the account that registers")
    take = verbs.add_parser("import", help="seal the rows of a file; docs/formats/segment.md lists tables and columns")
    take.add_argument("file", type=Path, help="Arrow, Parquet or CSV file; with a mapping, JSON Lines too")
    take.add_argument(
        "--mapping", type=Path, help="TOML file; docs/formats/mapping.md. Each file is then taken in once"
    )
    take.add_argument("--table", choices=sorted(TABLES), help="the record table; without it, the file's name says so")
    take.add_argument("--account", required=True, help="id of the account that imports")
    take.add_argument("--skip", type=int, default=0, help="rows at the start that an earlier run imported")
    take.add_argument("--resume", metavar="RUN", help="send the rows of an open import again")
    records_mapping.add_arguments(verbs)
    records_sources.add_arguments(verbs)
    records_store.add_arguments(verbs)
    show = verbs.add_parser("status", help="rows by table, imports whose end is not known")
    for verb in (register, take, show):
        verb.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
        verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run one verb; exit code 0 only if every row was taken."""
    if arguments.verb == "mapping":
        return records_mapping.run(arguments)
    if arguments.verb == "sources":
        return records_sources.run(arguments)
    if arguments.verb in records_store.VERBS:
        return records_store.run(arguments, _setup_django)
    if arguments.verb == "import" and arguments.mapping is not None:
        return records_files.run(arguments, lambda: _who(arguments.config))
    if arguments.verb == "import":
        table = arguments.table or arguments.file.stem
        rows = read_table(arguments.file, table).slice(arguments.skip)
        _setup_django(arguments.config)
        text, value = _import(arguments, table, rows)
    elif arguments.verb == "customers":
        found = read_customers(arguments.file)
        _setup_django(arguments.config)
        text, value = _register(arguments.account, found)
    else:
        _setup_django(arguments.config)
        text, value = _status()
    print(json.dumps(value, sort_keys=True) if arguments.json else text)
    return 0


def read_customers(path: Path) -> list[tuple[str, str]]:
    """Return id and name of each customer in a file; raises ``FileFormatError``."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [(row["customer"], row["name"]) for row in csv.DictReader(file, strict=True)]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise FileFormatError(f"{path.name} is no CSV file with the columns customer and name.") from error


def _register(account: str, customers: list[tuple[str, str]]) -> tuple[str, dict[str, Any]]:
    from safeconduct.rooms.people.queries import actor_for  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.records import actions  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    actor = actor_for(account=account, now=clock.now())
    for customer, name in customers:
        actions.register_customer(actor=actor, now=clock.now(), name=name, customer=customer)
    return f"{len(customers)} customers are registered.", {"customers": len(customers)}


def read_table(path: Path, table: str) -> pa.Table:
    """Return the checked rows of a file; raises ``FileFormatError`` or ``SegmentError`` before anything is sent."""
    spec = table_spec(table)
    readers = {".arrow": _read_arrow, ".arrows": _read_arrow, ".parquet": pyarrow.parquet.read_table}
    try:
        if path.suffix == ".csv":
            types = {column.name: column.type for column in spec.schema}
            options = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False)
            rows = pyarrow.csv.read_csv(path, convert_options=options)
        else:
            rows = readers[path.suffix](path)
    except KeyError:
        raise FileFormatError(f"{path.suffix or 'No ending'} is none of .arrow, .arrows, .parquet, .csv.") from None
    except (pa.ArrowInvalid, OSError) as error:
        # The library's own message may quote a value, so it is not repeated.
        raise FileFormatError(f"{path.name} cannot be read as a {path.suffix} file of {table}.") from error
    return check_rows(rows, table)


def _read_arrow(path: Path) -> pa.Table:
    data = path.read_bytes()
    opener = pa.ipc.open_file if data.startswith(b"ARROW1") else pa.ipc.open_stream
    return opener(pa.py_buffer(data)).read_all()


def _parts(rows: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, rows.num_rows, ROWS_PER_IMPORT):
        yield rows.slice(start, ROWS_PER_IMPORT)


def _room() -> tuple[Callable[..., Any], Callable[[str], Actor], Callable[[], datetime]]:
    """Return the action, who an account is, and the clock."""
    from safeconduct.rooms.people.queries import actor_for  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.records import actions  # noqa: PLC0415 - the same
    from safeconduct.site import clock  # noqa: PLC0415 - the same

    return actions.import_rows, lambda account: actor_for(account=account, now=clock.now()), clock.now


def _who(config: Path | None) -> tuple[Callable[[str], Actor], Callable[[], datetime]]:
    """Return who an account is, and the clock."""
    _setup_django(config)
    _, actor_of, now = _room()
    return actor_of, now


def _import(arguments: argparse.Namespace, table: str, rows: pa.Table) -> tuple[str, dict[str, Any]]:
    import_rows, actor_of, now = _room()
    actor = actor_of(arguments.account)
    run, done, runs = arguments.resume, 0, []
    # A bar only where a person watches: without a terminal, tqdm stays silent.
    with tqdm(total=rows.num_rows, unit=" rows", desc=table, disable=True if arguments.json else None) as bar:
        for part in _parts(rows):
            try:
                event = import_rows(actor=actor, now=now(), table=table, rows=part, run=run)
            except SafeconductError as error:
                if not done:
                    raise
                going_on = f"{done} rows are in; go on with --skip {arguments.skip + done}."
                raise BrokenOffError(f"{going_on} {error}") from error
            run, done = None, done + event.rows
            runs.append({"run": event.run, "rows": event.rows, "segments": event.segments})
            bar.update(event.rows)
    value = {"table": table, "rows": done, "imports": runs}
    return f"{table}: {done} rows are sealed.", value


def _status() -> tuple[str, dict[str, Any]]:
    from safeconduct.rooms.records import queries  # noqa: PLC0415 - needs Django to be set up first

    found = queries.status()
    still_open = [
        {"run": run.id, "table": run.table, "rows": run.rows, "began": run.began.isoformat()} for run in found.open_runs
    ]
    value = {
        "customers": found.customers,
        "rows": found.rows,
        "open": still_open,
        "open_files": list(found.open_files),
        "quarantined": found.quarantined,
    }
    lines = [f"{found.customers} customers"]
    lines += [f"{table:<20}{rows:>12,}" for table, rows in found.rows.items()]
    lines += [f"open: {run['table']}, {run['rows']} rows, --resume {run['run']}" for run in still_open]
    lines += [f"open: file {file}; give the same file and mapping again" for file in found.open_files]
    lines += [f"{found.quarantined} rows in quarantine"] if found.quarantined else []
    return "\n".join(lines), value


def _setup_django(config: Path | None) -> None:
    if config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(config.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - the file is checked before any database is touched

    django.setup()
