"""History is taken over once, goes on where it broke off, and keeps what cannot be read; none of it is a matter."""

import csv
import json
import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from tests import soaking
from tests.museum.mails.collection import head, multipart
from tests.rooms.government_requests.world import VaultDownError, World

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.actions.history import TakenOver, take_over_history, try_history
from safeconduct.rooms.government_requests.models import HistoryBatch, ImportedMatter, Matter, RefusedRow
from safeconduct.rooms.government_requests.queries import history
from safeconduct.rooms.government_requests.rules.history import CHUNK, Mapping, MappingError, RowRefused
from safeconduct.rooms.government_requests.steps.history_files import HistoryFileError, rows_of
from safeconduct.rooms.ledger.models import Opening

TABLE: dict[str, Any] = {
    "columns": {"key": "No", "received": "In", "closed": "Out", "process": "Kind", "outcome": "Result", "country": "C"},
    "dates": ["%Y-%m-%d", "%m/%d/%Y"],
    "country": "us",
    "process": {"Subpoena": "subpoena", "Warrant": "search_warrant"},
    "outcome": {"Done": "produced", "Nothing": "none_held"},
}
MAPPING = Mapping.from_table(TABLE)
GOOD = {"No": "1", "In": "2024-01-31", "Out": "02/15/2024", "Kind": "Subpoena", "Result": "done", "Who": "Lt. Marrow"}
BAD: dict[RowRefused, dict[str, str]] = {
    RowRefused.NO_KEY: {"No": ""},
    RowRefused.BAD_DATE: {"In": "31.1.2024"},
    RowRefused.NO_DATE: {"In": ""},
    RowRefused.BACKWARDS: {"Out": "2023-12-31"},
    RowRefused.FUTURE: {"In": "2027-01-01", "Out": ""},
    RowRefused.UNKNOWN_PROCESS: {"Kind": "Letter"},
    RowRefused.UNKNOWN_OUTCOME: {"Result": "Who knows"},
    RowRefused.BAD_COUNTRY: {"C": "USA"},
    RowRefused.TOO_LONG: {"Who": "x" * 30_000},
    RowRefused.UNREADABLE: {"unreadable": "x"},
}


def take(world: World, rows: list[dict[str, str]], digest: str = "1" * 64) -> TakenOver:
    return take_over_history(
        actor=world.analyst,
        now=world.now,
        rows=rows,
        source="csv",
        digest=digest,
        mapping=MAPPING,
        mapping_digest="2" * 64,
    )


def many(count: int) -> list[dict[str, str]]:
    return [{**GOOD, "No": str(number)} for number in range(count)]


def test_each_reason_refuses_its_row_and_keeps_it_whole(world: World) -> None:
    assert set(BAD) == set(RowRefused)
    rows = [GOOD, *({**GOOD, **changes} for changes in BAD.values())]
    told = take(world, rows)
    assert (told.taken, told.refused, told.repeated) == (1, len(BAD), 0)
    assert told.reasons == {str(one): 1 for one in BAD}
    for number, one in enumerate(BAD, start=2):
        row = RefusedRow.objects.get(reason=str(one))
        sealed = world.sealed_json(row.words)
        assert row.number == number
        assert sealed["rows"][number - sealed["from"]] == rows[number - 1]
    assert try_history(rows=rows, mapping=MAPPING, today=world.now.date()).reasons == told.reasons


def test_what_names_a_person_is_sealed_and_the_rest_stands_in_the_row(world: World) -> None:
    take(world, [GOOD])
    row = ImportedMatter.objects.get()
    assert (row.received_on, row.closed_on) == (date(2024, 1, 31), date(2024, 2, 15))
    assert (row.process, row.outcome, row.country) == ("subpoena", "produced", "US")
    assert "Marrow" not in str(row.__dict__)
    assert world.sealed_json(row.words)["rows"][0]["Who"] == "Lt. Marrow"
    assert world.vault.kinds[row.words] == "history"


def test_a_trial_writes_nothing(world: World) -> None:
    told = try_history(rows=[*many(3), GOOD], mapping=MAPPING, today=world.now.date())
    assert (told.taken, told.repeated, told.batch, told.ended) == (3, 1, "", False)
    assert not HistoryBatch.objects.exists()
    assert world.vault.objects == {}


def test_the_same_file_again_and_the_same_number_in_another_file_change_nothing(world: World) -> None:
    first = take(world, many(3))
    entries = Opening.objects.count()
    assert take(world, many(3)) == first
    assert Opening.objects.count() == entries == 2
    other = take(world, many(5), digest="3" * 64)
    assert (other.taken, other.repeated) == (2, 3)
    assert ImportedMatter.objects.count() == 5
    assert not Matter.objects.exists()


def test_a_run_that_broke_off_at_any_call_goes_on_to_the_same_end(world: World) -> None:
    rows = [*many(CHUNK + 50), {**GOOD, "No": ""}, *many(10)]
    dice = random.Random(soaking.seed("history.broken"))  # noqa: S311 - a seeded choice of test cases
    call, broken = world.vault.call, 0

    def sometimes(op: str, payload: dict[str, Any]) -> dict[str, Any]:
        if op in ("seal", "blind_index") and dice.random() < 0.5:
            raise VaultDownError
        return call(op, payload)

    world.vault.call = sometimes  # type: ignore[method-assign] # a part that is away now and then
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("safeconduct.rooms.vault.wire.call", sometimes)
        for _ in range(200):
            try:
                told = take(world, rows)
            except VaultDownError:
                broken += 1
            else:
                break
    assert told.ended
    assert (told.taken, told.refused, told.repeated) == (CHUNK + 50, 1, 10)
    assert ImportedMatter.objects.count() == CHUNK + 50
    assert broken > 0
    soaking.report("history.broken", broken=broken, rows=len(rows))


def test_only_intake_staff_take_over_and_only_readers_list(world: World) -> None:
    with pytest.raises(NotPermittedError):
        take_over_history(
            actor=world.actor("9", frozenset()), now=world.now, rows=[], source="csv", digest="", mapping=MAPPING,
            mapping_digest="",
        )  # fmt: skip
    take(world, many(60))
    found = history.history(actor=world.analyst, page=2)
    assert (found.total, found.pages, len(found.rows)) == (60, 2, 10)
    with pytest.raises(NotPermittedError):
        history.history(actor=world.officer)


def test_spreadsheets_and_mailboxes_are_read(tmp_path: Path) -> None:
    names = list(GOOD)
    with (tmp_path / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([names, list(GOOD.values()), [""] * len(names)])
    book = Workbook()
    book.active.append(names)
    book.active.append(["1", datetime(2024, 1, 31, 10, 0), *list(GOOD.values())[2:]])  # noqa: DTZ001 - a cell has no zone
    book.save(tmp_path / "a.xlsx")
    for ending in ("csv", "xlsx"):
        assert rows_of(tmp_path / f"a.{ending}") == [GOOD]
    mail = head("Date: Wed, 31 Jan 2024 10:00:00 -0500") + b"\r\nHello\r\n"
    (tmp_path / "a.mbox").write_bytes(b"From x\r\n" + mail + b"From y\r\n" + multipart(closed=False))
    first, second = rows_of(tmp_path / "a.mbox")
    assert (first["message-id"], first["date"], first["subject"]) == ("1@calder.example", "2024-01-31", "Subpoena")
    assert second["problem"] == "SC-MAIL-BOUNDARY"


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    bad = {
        "no.csv": b"a,a\n1,2\n",
        "half.csv": b'a,b\n"1,2\n',
        "latin.csv": b"a,b\n\xe9,1\n",
        "empty.csv": b"",
        "text.xlsx": b"hello",
        "text.mbox": b"hello",
        "other.txt": b"hello",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "entity.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    for name in [*bad, "entity.xlsx", "nothing.csv"]:
        with pytest.raises(HistoryFileError):
            rows_of(tmp_path / name)


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": {"key": "No"}},
        {"process": {"x": "no such"}},
        {"outcome": {"x": "no such"}},
        {"more": 1},
        {"process": 1},
    ],
    ids=json.dumps,
)
def test_a_mapping_that_cannot_mean_anything_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MappingError):
        Mapping.from_table({**TABLE, **changes})
