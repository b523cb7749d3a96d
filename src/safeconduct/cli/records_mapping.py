"""``safeconduct records mapping check``: read a mapping, say every fault, show the statement each table would ask."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine import Dialect

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import Window
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import ScopeItem, Selector, SelectorKind
from safeconduct.core.mappings.errors import MappingError
from safeconduct.core.mappings.mapping import Mapping, TableMapping
from safeconduct.core.mappings.reading import read_mapping
from safeconduct.vaultd.connectors.statements import Statements

DIALECTS = {"postgresql": postgresql.dialect, "mysql": mysql.dialect}
EXAMPLE = ScopeItem(
    customer="0" * 32,
    selectors=(Selector(SelectorKind.PHONE, "+12025550143"), Selector(SelectorKind.EMAIL, "a@b.example")),
    categories=frozenset(CATEGORY_OF.values()),
    window=Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
)
"""Stands for a scope; its values are parameters, so that none of them is shown."""


def add_arguments(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare ``mapping check``."""
    mapping = verbs.add_parser("mapping", help="check a mapping; docs/formats/mapping.md")
    check = mapping.add_subparsers(dest="mapping_verb", required=True, metavar="check").add_parser(
        "check", help="say every fault of a mapping file, and the statement that each table would be asked"
    )
    check.add_argument("file", type=Path, help="TOML file")
    check.add_argument("--dialect", choices=sorted(DIALECTS), default="postgresql", help="SQL to show")
    check.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check one file; exit code 0 only if it can be used."""
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise BadInputError(f"{arguments.file.name} cannot be read.") from error
    try:
        found = read_mapping(data)
    except MappingError as error:
        if arguments.json:
            told = [vars(one) for one in error.faults]
            print(json.dumps({"holds": False, "code": error.code, "faults": told}, sort_keys=True))
        else:
            print("\n".join(str(one) for one in error.faults))
        return error.exit_code
    value = _told(found, DIALECTS[arguments.dialect]())
    print(json.dumps(value, sort_keys=True) if arguments.json else _text(value))
    return 0


def _told(mapping: Mapping, dialect: Dialect) -> dict[str, Any]:
    tables = [_table(one, dialect) for one in mapping.tables.values()]
    return {"holds": True, "name": mapping.name, "digest": mapping.digest, "tables": tables}


def _table(table: TableMapping, dialect: Dialect) -> dict[str, Any]:
    statements = Statements(table, dialect=dialect)
    question = statements.question(EXAMPLE)
    asked = statements.shown(question.rows) if question is not None else ""
    return {"record": table.record, "from": table.source, "columns": list(table.sources), "statement": asked}


def _text(value: dict[str, Any]) -> str:
    lines = [f"{value['name']}: the mapping can be used. Digest {value['digest']}"]
    for one in value["tables"]:
        lines += [f"{one['record']} from {one['from']}, {len(one['columns'])} columns", f"  {one['statement']}"]
    return "\n".join(lines)
