"""A file of records: each part once, bad rows sealed and counted, and whatever breaks off goes on."""

import json
import random
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from tests import soaking
from tests.entries.records_steps import MAPPING
from tests.rooms.records.conftest import NOW

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import BadInputError, UnavailableError
from safeconduct.core.mappings.mapping import TableMapping
from safeconduct.core.mappings.reading import read_mapping
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.records import actions, queries
from safeconduct.rooms.records.actions import file_import
from safeconduct.rooms.records.models import ImportRun, Quarantine, RecordFile

pytestmark = pytest.mark.usefixtures("story_database")
GOOD = {"customer": "c" * 32, "at": 1767225600, "own": "+12025550111", "other": "88222", "seconds": 3}


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Store:
    """A vault process that takes rows by entry, once for each, and may fail before or after it took them."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    sealed: dict[str, bytes] = field(default_factory=dict)
    calls: int = 0
    fails: list[tuple[str, BaseException]] = field(default_factory=list)

    def import_rows(self, *, table: str, rows: pa.Table, entry: str) -> SimpleNamespace:
        self.calls += 1
        when, error = self.fails.pop(0) if self.fails else ("never", Killed())
        if when == "before":
            raise error
        self.rows.setdefault(entry, rows["record_id"].to_pylist())
        assert self.rows[entry] == rows["record_id"].to_pylist(), "another retry than the first try"
        if when == "after":
            raise error
        return SimpleNamespace(table=table, rows=rows.num_rows, segments=1)

    def seal(self, *, kind: str, owner: Any, data: bytes, object_id: str) -> str:
        assert (kind, set(owner)) == ("quarantine", {"matter"})
        assert self.sealed.setdefault(object_id, data) == data
        return object_id

    @property
    def taken(self) -> list[str]:
        return sorted(one for part in self.rows.values() for one in part)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    found = Store()
    monkeypatch.setattr(actions.vault, "import_rows", found.import_rows)
    monkeypatch.setattr(actions.vault, "seal", found.seal)
    return found


@pytest.fixture
def table() -> TableMapping:
    return read_mapping(MAPPING).tables["calls"]


def rows(count: int, bad: frozenset[int] = frozenset(), size: int = 10) -> list[list[Any]]:
    listed: list[Any] = [
        {**GOOD, "id": f"r{place:04}", **({"own": "?!"} if place in bad else {})} for place in range(count)
    ]
    return [listed[start : start + size] for start in range(0, count, size)]


def take(engineer: Actor, table: TableMapping, parts: list[list[Any]], number: int = 1) -> file_import.FileTaken:
    return file_import.import_file(
        actor=engineer, now=NOW, digest=f"{number:064x}", mapping="2" * 64, table=table, parts=parts
    )


def test_good_rows_are_in_and_bad_ones_are_sealed_with_their_reasons(
    engineer: Actor, store: Store, table: TableMapping
) -> None:
    parts = rows(25, frozenset({3, 14}))
    parts[2][0] = "half a line"
    parts[2][1]["id"] = parts[2][2]["id"]
    told = take(engineer, table, parts)
    assert (told.taken, told.refused, told.before) == (21, 4, False)
    assert told.reasons == {"own_number: not_a_number": 2, "record_id: twice": 1, "unreadable": 1}
    assert len(store.taken) == 21
    sealed = [json.loads(line) for data in store.sealed.values() for line in data.splitlines()]
    assert sorted((one["row"], one["reason"]) for one in sealed) == [
        (4, "not_a_number"),
        (15, "not_a_number"),
        (21, "unreadable"),
        (23, "twice"),
    ]
    assert any(one["words"] == "half a line" for one in sealed)
    assert not any("?!" in str(vars(one)) for one in Quarantine.objects.all())
    kinds = [line.kind for line in ledger.history(subject=told.file)]
    assert kinds == ["records.begin_file", "records.end_file"]
    assert queries.status().quarantined == 4
    assert queries.status().open_files == ()


def test_the_same_file_again_changes_nothing(engineer: Actor, store: Store, table: TableMapping) -> None:
    take(engineer, table, rows(25))
    calls = store.calls
    again = take(engineer, table, rows(25))
    assert (again.before, again.taken, store.calls) == (True, 25, calls)
    other = take(engineer, table, rows(5), 3)
    assert (other.before, RecordFile.objects.count()) == (False, 2)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_broke_off_goes_on_where_it_stopped(
    engineer: Actor, store: Store, table: TableMapping, when: str
) -> None:
    store.fails = [("never", Killed()), (when, UnavailableError())]
    with pytest.raises(UnavailableError):
        take(engineer, table, rows(30))
    assert len(queries.status().open_files) == 1
    told = take(engineer, table, rows(30))
    assert (told.taken, store.calls) == (30, 4)
    assert store.taken == [f"r{place:04}" for place in range(30)]
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"imported"}


def test_a_refused_part_is_tried_anew_and_not_counted_twice(engineer: Actor, store: Store, table: TableMapping) -> None:
    store.fails = [("before", BadInputError())]
    with pytest.raises(BadInputError):
        take(engineer, table, rows(10))
    assert take(engineer, table, rows(10)).taken == 10
    assert sorted(ImportRun.objects.values_list("state", flat=True)) == ["imported", "refused"]


def test_killed_anywhere_nothing_is_lost_and_nothing_is_doubled(
    engineer: Actor, store: Store, table: TableMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(soaking.seed("file import, kills"))  # noqa: S311 - repeatable
    figures = {"files": 0, "kills": 0}
    real = {name: getattr(actions, name) for name in ("_intend", "_settle")}

    def dying(name: str) -> Any:
        def act(*words: Any, **more: Any) -> Any:
            if draw.random() < 0.2:
                raise Killed
            answer = real[name](*words, **more)
            if draw.random() < 0.2:
                raise Killed
            return answer

        return act

    for name in real:
        monkeypatch.setattr(actions, name, dying(name))
    for number in range(soaking.count(4, 60)):
        count = draw.randrange(1, 45)
        bad = frozenset(draw.sample(range(count), draw.randrange(0, count)))
        store.rows.clear()
        while True:
            kinds: list[tuple[str, BaseException]] = [("before", Killed()), ("after", Killed()), ("never", Killed())]
            store.fails = draw.choices(kinds, [1, 1, 5], k=6)
            try:
                told = take(engineer, table, rows(count, bad), number)
            except Killed:
                figures["kills"] += 1
                continue
            break
        figures["files"] += 1
        assert (told.taken, told.refused) == (count - len(bad), len(bad))
        assert store.taken == [f"r{place:04}" for place in range(count) if place not in bad]
    soaking.report("file import, kills", **figures)
    assert figures["files"] > 0
    assert figures["kills"] > 0


def test_control_run_ids_that_do_not_follow_from_the_part_would_double_rows(
    engineer: Actor, store: Store, table: TableMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(soaking.seed("file import, control"))  # noqa: S311 - repeatable
    monkeypatch.setattr(file_import, "_derived", lambda _file, _words: f"{draw.getrandbits(128):032x}")
    store.fails = [("after", Killed())]
    with pytest.raises(Killed):
        take(engineer, table, rows(10))
    take(engineer, table, rows(10))
    assert len(store.taken) == 20
