from typing import Any

import pytest

from safeconduct.core.mappings.errors import MappingError
from safeconduct.core.mappings.reading import MOST_BYTES, read_mapping

GOOD = """
version = 1
name = "switch"

[[table]]
record = "calls"
from = "telephony.cdr"
[table.columns]
record_id = "id"
customer = { column = "tenant", stored = "uuid" }
at = { column = "started", time = "local", zone = "America/New_York", ambiguous = "earlier" }
own_number = { column = "a_party", forms = ["e164", "zeros"], trim = true }
other_number = { column = "b_party", stored = "integer", forms = ["digits"] }
direction = { column = "dir", words = { "0" = "in", "1" = "out" } }
duration_s = { column = "ms", divide = 1000 }
status = { value = "completed" }
"""


def faults(text: str) -> set[tuple[str, str]]:
    with pytest.raises(MappingError) as refused:
        read_mapping(text.encode())
    assert refused.value.code == "SC-MAPPING"
    return {(one.place, one.code) for one in refused.value.faults}


def test_a_mapping_says_what_each_column_is() -> None:
    found = read_mapping(GOOD.encode())
    table = found.tables["calls"]
    assert (found.name, table.source, len(table.columns)) == ("switch", "telephony.cdr", 8)
    assert table.sources == ("id", "tenant", "started", "a_party", "b_party", "dir", "ms")
    assert table.columns["status"].constant == "completed"
    assert read_mapping(f"# a comment\n{GOOD}".encode()).digest == found.digest
    assert read_mapping(GOOD.replace("earlier", "later").encode()).digest != found.digest


CHANGES: list[tuple[str, str, str, str]] = [
    ("version = 1", "version = 2", "version", "bad_version"),
    ('name = "switch"', 'name = "Switch!"', "name", "bad_name"),
    ('name = "switch"', 'name = "switch"\nurl = "x"', "the file, url", "unknown_key"),
    ('record = "calls"', 'record = "texts"', "table 1, record", "unknown_table"),
    ('from = "telephony.cdr"', 'from = "telephony.cdr; drop table x"', "table 1, from", "bad_name"),
    ('from = "telephony.cdr"', 'from = "../secrets"', "table 1, from", "bad_name"),
    ('record_id = "id"', "", "table 1, columns, record_id", "missing_key"),
    ('record_id = "id"', 'record_id = "id\\""', "table 1, columns.record_id", "bad_name"),
    ('record_id = "id"', "record_id = 7", "table 1, columns.record_id", "bad_column"),
    ('record_id = "id"', 'record_id = { value = "1" }', "table 1, columns.record_id.value", "unknown_key"),
    ('record_id = "id"', 'record_id = "id"\nimei = "i"', "table 1, columns, imei", "unknown_key"),
    ('"uuid" }', '"blob" }', "table 1, columns.customer", "bad_stored"),
    ('column = "tenant", stored = "uuid"', 'value = "acme"', "table 1, columns.customer.value", "bad_value"),
    ('"America/New_York"', '"Mars/Olympus"', "table 1, columns.at.zone", "bad_zone"),
    (', zone = "America/New_York", ambiguous = "earlier"', "", "table 1, columns.at.zone", "bad_zone"),
    ('time = "local"', 'time = "guess"', "table 1, columns.at.time", "bad_time"),
    ('time = "local"', 'time = "text", form = "%d/%m/%Y"', "table 1, columns.at.form", "bad_form"),
    ('"earlier"', '"both"', "table 1, columns.at.ambiguous", "bad_ambiguous"),
    ('["e164", "zeros"]', "[]", "table 1, columns.own_number.forms", "bad_forms"),
    ('["e164", "zeros"]', '["digits", "national"]', "table 1, columns.own_number.forms", "ambiguous_forms"),
    ('["e164", "zeros"]', '["national"]', "table 1, columns.own_number.calling_code", "bad_calling_code"),
    ('["digits"]', '["e164"]', "table 1, columns.other_number.forms", "bad_forms"),
    ("trim = true", 'empty = "+12025550143"', "table 1, columns.own_number.empty", "bad_value"),
    ('"0" = "in"', '"0" = 1', "table 1, columns.direction.words", "bad_words"),
    ("divide = 1000", "divide = 0", "table 1, columns.duration_s.divide", "bad_value"),
    ("divide = 1000", "divide = true", "table 1, columns.duration_s.divide", "bad_type"),
    ('{ value = "completed" }', '{ value = "a", column = "b" }', "table 1, columns.status", "column_or_value"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "code"), CHANGES)
def test_what_is_wrong_is_named_with_its_place_and_code(old: str, new: str, place: str, code: str) -> None:
    assert old in GOOD
    assert (place, code) in faults(GOOD.replace(old, new, 1))


@pytest.mark.parametrize("data", [b"\xff", b"version = ", b"#" * (MOST_BYTES + 1)])
def test_what_is_no_mapping_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(MappingError):
        read_mapping(data)


def test_all_faults_come_at_once_and_a_table_is_mapped_once() -> None:
    twice = GOOD + GOOD[GOOD.index("[[table]]") :]
    assert ("table calls", "twice") in faults(twice)
    assert len(faults(GOOD.replace("version = 1", "version = 3").replace('"id"', '"1d"'))) == 2


def test_e_mail_addresses_may_be_missing_but_not_invented() -> None:
    columns: dict[str, Any] = dict.fromkeys(["record_id", "customer", "number", "name", "address", "service"], '"x"')
    columns |= {"started_at": '{ column = "a", time = "epoch_ms" }', "ended_at": '{ column = "b", time = "epoch_s" }'}
    text = 'version = 1\nname = "crm"\n[[table]]\nrecord = "subscribers"\nfrom = "crm.people"\n[table.columns]\n'
    text += "".join(f"{name} = {value}\n" for name, value in columns.items())
    assert read_mapping(f'{text}email = {{ column = "e", fold = true, empty = "" }}'.encode()).name == "crm"
    assert faults(f'{text}email = {{ column = "e", empty = "x@y.example" }}') == {
        ("table 1, columns.email.empty", "bad_value")
    }
