"""A file of records is taken in with a mapping."""

from datetime import datetime

from safeconduct.core.base.actors import Actor
from safeconduct.core.mappings.reading import read_mapping
from safeconduct.rooms.records.actions import file_import

MAPPING = b"""
version = 1
name = "switch"
[[table]]
record = "calls"
from = "calls"
[table.columns]
record_id = "id"
customer = "customer"
at = { column = "at", time = "epoch_s" }
own_number = "own"
other_number = "other"
direction = { value = "out" }
duration_s = "seconds"
status = { value = "completed" }
"""


def take_a_file_in(engineer: Actor, now: datetime, customer: str) -> None:
    """Take in one good row; the other has no number and goes to quarantine."""
    row = {"id": "f1", "customer": customer, "at": 1767225600, "own": "+12025550111", "other": "88222", "seconds": 3}
    mapping = read_mapping(MAPPING)
    file_import.import_file(
        actor=engineer,
        now=now,
        digest="0" * 64,
        mapping=mapping.digest,
        table=mapping.tables["calls"],
        parts=[[row, {**row, "id": "f2", "own": "?"}]],
    )
