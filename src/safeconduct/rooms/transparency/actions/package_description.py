"""The data package descriptor beside a report's CSV files (frictionless data package, profile tabular)."""

import json
from collections.abc import Mapping

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.counting import Table, Tally


def describe(found: Tally, files: Mapping[str, bytes], *, company: str, period: HalfYear) -> bytes:
    """Return ``datapackage.json`` for the CSV tables among ``files``."""
    value: dict[str, JsonValue] = {
        "profile": "tabular-data-package",
        "name": f"transparency-report-{str(period).lower()}",
        "title": f"{company}, transparency report {period}",
        "resources": [_resource(table, files[f"{table.code}.csv"]) for table in found.tables],
    }
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _resource(table: Table, body: bytes) -> dict[str, JsonValue]:
    fields = [{"name": "key", "type": "string", "title": table.head or "Row"}]
    fields += [{"name": key, "type": "integer", "title": label} for key, label in table.columns]
    return {
        "profile": "tabular-data-resource",
        "name": table.code,
        "title": table.title,
        "path": f"{table.code}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(body),
        "hash": f"sha256:{sha256_hex(body)}",
        "schema": {"fields": fields, "primaryKey": "key"},
    }
