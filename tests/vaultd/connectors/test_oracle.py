"""Over random records and scopes, what each connector gives is what a loop over the clear records gives."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests import soaking
from tests.vaultd.connectors import stores
from tests.vaultd.connectors.asking_here import asked
from tests.vaultd.connectors.conftest import Company
from tests.vaultd.connectors.mysql_places import CompanyMySQL, company_mysql, mapped, mariadb_server
from tests.vaultd.connectors.stores import LOCAL, PEOPLE, WRITTEN, ZONED, Record, Shape

from safeconduct.core.base.periods import Window
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import ScopeItem, Selector, SelectorKind
from safeconduct.vaultd.connectors.frames import ASKED, HOLDERS, ROWS

__all__ = ["company_mysql", "mariadb_server"]
NUMBERED = count()
SETS, SCOPES = soaking.count(2, 12), soaking.count(8, 60)


def plainly(clear: Sequence[Record], item: ScopeItem) -> list[Record]:
    """Return the records that the item means, by reading the rules and nothing of the program."""
    found = []
    for one in clear:
        named = False
        for selector in item.selectors:
            if selector.kind == "phone":
                named |= selector.value in (one.get("number"), one.get("own_number"), one.get("other_number"))
            elif selector.kind == "email":
                named |= one.get("email") == selector.value
            else:
                named |= one["customer"] == selector.value
        if "at" in one:
            timely = item.window.start <= one["at"] < item.window.end
        else:
            still = one["ended_at"] is None or one["ended_at"] > item.window.start
            timely = one["started_at"] < item.window.end and still
        if named and timely and one["customer"] == item.customer:
            found.append(one)
    return sorted(found, key=lambda one: str(one["record_id"]))


def scope_item(draw: random.Random, shape: Shape, clear: Sequence[Record]) -> ScopeItem:
    """Return an item whose window often begins or ends exactly at a record."""
    moments = [one.get("at") or one["started_at"] for one in clear]
    first, last = draw.choice(moments), draw.choice(moments)
    start, end = sorted((first, last + draw.choice([timedelta(0), timedelta(milliseconds=1), timedelta(days=30)])))
    customer = draw.choice(stores.CUSTOMERS)
    selectors = [
        Selector(SelectorKind.PHONE, draw.choice([*stores.NUMBERS, "+19995550000"])),
        Selector(SelectorKind.PHONE, draw.choice(stores.NUMBERS)),
        Selector(SelectorKind.EMAIL, draw.choice(stores.EMAILS)),
        Selector(SelectorKind.ACCOUNT, customer),
    ]
    chosen = tuple(dict.fromkeys(draw.sample(selectors, draw.choice([1, 1, 2]))))
    window = Window(start, end if end > start else start + timedelta(milliseconds=1))
    category = CATEGORY_OF[shape.record]
    return ScopeItem(customer=customer, selectors=chosen, categories=frozenset({category}), window=window)


def rows_of(frames: dict[bytes, list[Any]]) -> list[Record]:
    return [row for table in frames[ROWS] for row in table.to_pylist()]


Place = Callable[[Shape, list[dict[str, Any]]], tuple[dict[str, Any], str]]


def postgresql(company: Company) -> Place:
    def put(shape: Shape, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
        name = f"{shape.name} {next(NUMBERED)}".replace(" ", "_")
        stores.into_postgresql(company.link, shape, rows, name)
        source = {"kind": "postgresql", "url": company.url, "password": "", "ca": "", "seconds": 60}
        return source, shape.mapping(f"telephony.{name}")

    return put


def files(folder: Path, write: Callable[[Path, Shape, Sequence[dict[str, Any]]], None]) -> Place:
    def put(shape: Shape, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
        place = folder / f"{shape.name}-{next(NUMBERED)}"
        place.mkdir(parents=True)
        write(place, shape, rows)
        mapping = shape.mapping(place.name).replace('"uuid"', '"uuid_text"')
        return {"kind": "files", "folder": str(folder)}, mapping

    return put


def in_mysql(company: CompanyMySQL) -> Place:
    def put(shape: Shape, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
        name = f"{shape.name}_{next(NUMBERED)}"
        company.put(shape, rows, name)
        return company.asked(), mapped(shape, name)

    return put


@pytest.fixture(params=["postgresql", "mysql", "parquet", "csv", "json lines"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, tuple[Shape, ...], Place]]:
    """Each kind of store, with the shapes that it can hold."""
    kind, texts = request.param, (WRITTEN, PEOPLE)
    if kind == "postgresql":
        yield kind, stores.SHAPES, postgresql(request.getfixturevalue("company"))
    elif kind == "mysql":
        yield kind, stores.SHAPES, in_mysql(request.getfixturevalue("company_mysql"))
    elif kind == "parquet":
        yield kind, stores.SHAPES, files(tmp_path, stores.into_parquet)
    else:
        yield kind, texts, files(tmp_path, stores.into_csv if kind == "csv" else stores.into_json_lines)


def test_rows_equal_a_loop_over_the_clear_records(place: tuple[str, tuple[Shape, ...], Place]) -> None:
    kind, shapes, put = place
    draw = random.Random(soaking.seed(f"connectors, {kind}"))  # noqa: S311 - repeatable
    figures = {"scopes": 0, "rows": 0, "noticed": 0}
    for _ in range(SETS):
        for shape in shapes:
            clear = stores.records(draw, shape, 400)
            source, mapping = put(shape, stores.stored(draw, shape, clear))
            for _ in range(SCOPES):
                item = scope_item(draw, shape, clear)
                expected = plainly(clear, item)
                frames = asked(source, mapping, shape.record, [item])
                got = rows_of(frames)
                assert got == expected, (shape.name, item)
                figures["scopes"] += 1
                figures["rows"] += len(expected)
                figures["noticed"] += got[1:] != expected if expected else 0
                if shape == ZONED and frames[ASKED]:
                    assert frames[ASKED][0]["foreseen"] == len(expected)
    soaking.report(f"connectors, {kind}", **figures)
    assert figures["rows"] > figures["scopes"] > 0
    assert figures["noticed"] > 0


def test_who_holds_a_number_is_who_has_a_record_with_it(place: tuple[str, tuple[Shape, ...], Place]) -> None:
    kind, shapes, put = place
    draw = random.Random(soaking.seed(f"holders, {kind}"))  # noqa: S311 - repeatable
    found = 0
    for shape in shapes:
        clear = stores.records(draw, shape, 6)
        source, mapping = put(shape, stores.stored(draw, shape, clear))
        for number in stores.NUMBERS:
            selectors = [{"kind": "phone", "value": number}]
            frames = asked(source, mapping, shape.record, [], op="holding", selectors=selectors)
            columns = ("number", "own_number", "other_number")
            expected = {one["customer"] for one in clear if number in [one.get(name) for name in columns]}
            assert frames[HOLDERS] == [sorted(expected)]
            found += len(expected)
    assert found > 0


def test_a_mapping_that_reads_the_zone_wrong_is_noticed(company: Company) -> None:
    """The control: the harness must not hold for a mapping that is wrong."""
    draw = random.Random(soaking.seed("connectors, control"))  # noqa: S311 - repeatable
    clear = stores.records(draw, LOCAL, 400)
    source, mapping = postgresql(company)(LOCAL, stores.stored(draw, LOCAL, clear))
    wrong = mapping.replace("America/New_York", "America/Chicago")
    differ = 0
    for _ in range(20):
        item = scope_item(draw, LOCAL, clear)
        differ += rows_of(asked(source, wrong, "calls", [item])) != plainly(clear, item)
        assert rows_of(asked(source, mapping, "calls", [item])) == plainly(clear, item)
    assert differ > 0


def test_rows_come_in_the_order_of_the_bytes_of_their_ids(company: Company) -> None:
    draw = random.Random(soaking.seed("connectors, order"))  # noqa: S311 - repeatable
    clear = [one | {"record_id": name} for one, name in zip(stores.records(draw, ZONED, 4), "bAaB", strict=True)]
    clear = [one | {"customer": stores.CUSTOMERS[0]} for one in clear]
    source, mapping = postgresql(company)(ZONED, stores.stored(draw, ZONED, clear))
    account = (Selector(SelectorKind.ACCOUNT, stores.CUSTOMERS[0]),)
    always = Window(datetime.fromisoformat("2020-01-01T00:00:00Z"), datetime.fromisoformat("2030-01-01T00:00:00Z"))
    item = ScopeItem(
        customer=stores.CUSTOMERS[0], selectors=account, categories=frozenset(CATEGORY_OF.values()), window=always
    )
    assert [one["record_id"] for one in rows_of(asked(source, mapping, "calls", [item]))] == ["A", "B", "a", "b"]
