"""From the text of a mapping file to a mapping, or to every fault in it.

1. Every key is known, and every column of ours is said: no default guesses what a column means.
2. A name of a table or column is letters, digits, ``_`` and ``$``: it is quoted, and can never be anything else.
3. A mapping that could not find what it should find is refused: a zone that does not exist, an order of text that is
   not the order of time, two forms of numbers that cannot be told apart.
"""

import re
import tomllib
from typing import Any

from safeconduct.core.mappings.columns import ColumnReader
from safeconduct.core.mappings.errors import Fault, MappingError
from safeconduct.core.mappings.mapping import VERSION, Mapping, TableMapping, mapping_of
from safeconduct.core.segments.tables import TABLES

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)
PART = r"[A-Za-z_][A-Za-z0-9_$]{0,62}"
TABLE_NAME = re.compile(rf"{PART}(\.{PART}){{0,2}}", re.ASCII)
FILES_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,5}", re.ASCII)
KEYS, TABLE_KEYS = {"version", "name", "table"}, {"record", "from", "columns"}
MOST_BYTES = 256 * 1024


def read_mapping(data: bytes) -> Mapping:
    """Return the mapping in a file; raises ``MappingError`` with every fault."""
    if len(data) > MOST_BYTES:
        raise MappingError([Fault("the file", "too_long", f"It is longer than {MOST_BYTES} bytes")])
    try:
        value = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError([Fault("the file", "not_toml", "It is not TOML in UTF-8")]) from error
    faults = _Faults()
    faults.keys("the file", value, KEYS, KEYS)
    if value.get("version") != VERSION:
        faults.add("version", "bad_version", f"It is {VERSION}")
    name = value.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        faults.add("name", "bad_name", "It is small letters, digits and hyphens, at most 31")
    listed = value.get("table")
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        faults.add("table", "no_table", "There is at least one [[table]]")
        listed = []
    made = [_table(place, one, faults) for place, one in enumerate(listed, 1)]
    _once([one.get("record") for one in listed], faults)
    if faults.found:
        raise MappingError(faults.found)
    return mapping_of(str(name), [one for one in made if one is not None], value)


class _Faults:
    """Gathers what is wrong."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, place: str, code: str, words: str) -> None:
        self.found.append(Fault(place, code, words))

    def keys(self, place: str, value: dict[str, Any], known: set[str], needed: set[str]) -> None:
        for key in sorted(set(value) - known):
            self.add(f"{place}, {key}"[:200], "unknown_key", "There is no such key")
        for key in sorted(needed - set(value)):
            self.add(f"{place}, {key}", "missing_key", "The key is missing")


def _once(records: list[object], faults: _Faults) -> None:
    names = [one for one in records if isinstance(one, str)]
    for name in sorted({one for one in names if names.count(one) > 1}):
        faults.add(f"table {name}"[:200], "twice", "A record table is mapped once")


def _table(number: int, value: dict[str, Any], faults: _Faults) -> TableMapping | None:
    place = f"table {number}"
    faults.keys(place, value, TABLE_KEYS, TABLE_KEYS)
    record, source, columns = value.get("record"), value.get("from"), value.get("columns")
    if not isinstance(record, str) or record not in TABLES:
        faults.add(f"{place}, record", "unknown_table", f"It is one of {', '.join(TABLES)}")
        return None
    if not isinstance(source, str) or not (TABLE_NAME.fullmatch(source) or FILES_NAME.fullmatch(source)):
        faults.add(f"{place}, from", "bad_name", "It is a table's name, or a folder or file inside the source's folder")
        return None
    if not isinstance(columns, dict):
        faults.add(f"{place}, columns", "missing_key", "There is a table of columns")
        return None
    spec = TABLES[record]
    faults.keys(f"{place}, columns", columns, set(spec.schema.names), set(spec.schema.names))
    reader = ColumnReader(spec, faults.add)
    read = {
        name: reader.read(f"{place}, columns.{name}", name, columns[name])
        for name in spec.schema.names
        if name in columns
    }
    made = {name: one for name, one in read.items() if one is not None}
    return TableMapping(record=record, source=source, columns=made)
