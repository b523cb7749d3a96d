"""Random histories of the record store, with late rows, merges, compactions and erasures, against DuckDB in clear."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from tests import soaking
from tests.core.segments.conftest import CUSTOMERS, make_rows
from tests.vaultd.story import Story

from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.segments.layout import Place, SegmentKeys
from safeconduct.core.segments.tables import TABLES

STEPS, QUESTIONS = 10, 3
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


class World:
    """The store under test, and the clear rows in DuckDB."""

    def __init__(self, story: Story, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.story, self.opened = story, story.vault.opened
        self.source = random.Random(seed)  # noqa: S311 - repeatable tests
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'")
        self.table = self.source.choice(sorted(TABLES))
        self.category = CATEGORY_OF[self.table]
        self.duck.register("empty", TABLES[self.table].schema.empty_table())
        self.duck.execute("CREATE TABLE held AS SELECT * FROM empty")
        self.erased: set[str] = set()
        self.imports = 0
        self.said: Counter[str] = Counter()
        self.derived: set[tuple[str, str]] = set()
        derive = Place.page_key

        def watched(place: Place, keys: SegmentKeys, customer: str) -> tuple[bytes, bytes, bytes]:
            self.derived.add((place.segment, customer))
            return derive(place, keys, customer)

        monkeypatch.setattr(Place, "page_key", watched)

    def import_rows(self) -> None:
        """Take rows in, late ones and rows that were there before among them; nobody erased comes back."""
        rows = make_rows(self.table, self.source.randrange(1, 220), seed=self.source.randrange(2**31))
        keep = pa.array([customer not in self.erased for customer in rows["customer"].to_pylist()])
        rows = rows.filter(keep)
        if self.source.random() < 0.3:
            before = self.duck.sql("SELECT * FROM held LIMIT 15").to_arrow_table().cast(rows.schema)
            rows = pa.concat_tables([rows, before])
        if rows.num_rows:
            self.imports += 1
            self.opened.records.write(table=self.table, rows=rows, prefix=f"h{self.imports}")
            self.duck.register("coming", rows)
            self.duck.execute(
                "INSERT INTO held SELECT * FROM coming WHERE record_id NOT IN (SELECT record_id FROM held)"
            )
            self.said["rows"] += rows.num_rows

    def erase(self) -> None:
        customer = self.source.choice(CUSTOMERS)
        self.story.erase(customer)
        self.erased.add(customer)
        self.duck.execute("DELETE FROM held WHERE customer = ?", [customer])
        self.said["erased"] += 1

    def step(self) -> None:
        upkeep = self.opened.upkeep
        act = self.source.choices(["import", "merge", "compact", "forget", "erase"], [6, 2, 2, 1, 1])[0]
        self.said[act] += 1
        if act == "import":
            self.import_rows()
        elif act == "merge":
            upkeep.merge(self.table, least=self.source.choice([1, 2, 3]))
        elif act == "compact":
            upkeep.compact(self.table, least=2)
        elif act == "forget":
            upkeep.forget(self.table)
        else:
            self.erase()

    def selectors(self, customer: str) -> list[dict[str, str]]:
        kinds = {
            "phone": lambda: f"+1202555{self.source.randrange(95, 165):04d}",
            "email": lambda: f"person{self.source.randrange(45)}@mail.example",
            "account": lambda: customer,
        }
        wanted = self.source.choices(["phone", "email", "account"], [6, 2, 1], k=self.source.randrange(1, 5))
        return [{"kind": kind, "value": value} for kind, value in sorted({(kind, kinds[kind]()) for kind in wanted})]

    def ask(self) -> None:
        """Ask for a random scope and hold rows, forecast, holders and derived keys against the clear rows."""
        start = MARCH + timedelta(seconds=self.source.randrange(-5, 40) * 86_400)
        until = start + timedelta(seconds=self.source.randrange(1, 40 * 86_400))
        customers = self.source.sample([*CUSTOMERS, "f" * 32], 2)
        items = [
            {
                "customer": customer,
                "customer_name": "Somebody",
                "selectors": self.selectors(customer),
                "categories": [str(self.category)],
                "window": {"from": instant_text(start), "until": instant_text(until)},
            }
            for customer in customers
        ]
        scope = Scope.from_json(items)
        records = self.opened.records
        segments = [one for one in records.pinned("m") if one.table == self.table]
        self.derived.clear()
        found = records.find(scope=scope, category=self.category, segments=segments)
        assert self.derived <= {(one.id, customer) for one in segments for customer in customers}
        wanted = sorted({row for item in items for row in self.clear(item, start, until)})
        assert found.rows["record_id"].to_pylist() == wanted
        assert set(found.erased) == self.erased & set(customers)
        assert not found.unreadable
        self.said["answered"] += len(wanted)
        self.said["derived"] += len(self.derived)

    def clear(self, item: dict[str, Any], start: datetime, until: datetime) -> list[str]:
        spec, parts, values = TABLES[self.table], ["false"], []
        places = {"phone": spec.phones, "email": spec.emails, "account": ("customer",)}
        for selector in item["selectors"]:
            for column in places[selector["kind"]]:
                parts.append(f"{column} = ?")
                values.append(selector["value"])
        when = '"at" >= ? AND "at" < ?' if spec.dated else "(ended_at IS NULL OR ended_at > ?) AND started_at < ?"
        sql = f"SELECT record_id FROM held WHERE customer = ? AND ({' OR '.join(parts)}) AND {when}"  # noqa: S608 - ours
        return [row[0] for row in self.duck.execute(sql, [item["customer"], *values, start, until]).fetchall()]


def test_every_history_answers_as_the_clear_rows_do(
    story: Story, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: Counter[str] = Counter()
    seed = soaking.seed("record-histories")
    for turn in range(soaking.count(6, 1000)):
        with monkeypatch.context() as cut:
            world = World(story, seed + turn, cut)
            # Each history has a folder and table of its own; erased customers stay erased in the ring's eyes.
            _renewed(story, tmp_path_factory.mktemp("records"))
            world.import_rows()
            for _ in range(STEPS):
                world.step()
                for _ in range(QUESTIONS):
                    world.ask()
            said += world.said
            world.duck.close()
    soaking.report("record-histories", **said)
    assert said["answered"] > 50
    assert said["derived"] > 50
    assert said["import"] > 0
    assert said["merge"] + said["compact"] + said["forget"] > 0


def _renewed(story: Story, folder: Any) -> None:
    """Empty the record store and forget that anybody was erased; the ring keeps its other keys."""
    store = story.vault.store
    with store.writing():
        for name in ("segment", "segment_facts", "segment_key", "index_run", "index_of", "superseded", "home"):
            store.run(f"DELETE FROM {name}")  # noqa: S608 - our own names
        store.run("DELETE FROM setting WHERE substr(name, 1, 19) = 'destroyed/customer/'")
    opened = story.vault.opened
    for part in (opened.records, opened.upkeep):
        part._folder = folder / "segments" if part is opened.upkeep else folder
        part._regions._folder = folder
