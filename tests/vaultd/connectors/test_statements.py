"""One mapping, three kinds of SQL: PostgreSQL is asked for real elsewhere, MySQL and Trino are compiled and not run."""

from datetime import datetime

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import mysql, postgresql
from tests.vaultd.connectors.stores import LOCAL, PEOPLE, WRITTEN, ZONED, Shape
from trino.sqlalchemy.dialect import TrinoDialect

from safeconduct.core.base.periods import Window
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import ScopeItem, Selector, SelectorKind
from safeconduct.core.mappings.reading import read_mapping
from safeconduct.vaultd.connectors.statements import Statements

DIALECTS: dict[str, Dialect] = {
    "postgresql": postgresql.dialect(),
    "mysql": mysql.dialect(),
    "trino": TrinoDialect(),
}
PHONE, EMAIL = "+442079460018", "o'hara--@x.example"
WINDOW = Window(datetime.fromisoformat("2026-02-01T05:00:00Z"), datetime.fromisoformat("2026-03-01T05:00:00Z"))


def item(*selectors: Selector) -> ScopeItem:
    return ScopeItem(customer="c" * 32, selectors=selectors, categories=frozenset(CATEGORY_OF.values()), window=WINDOW)


def statements(shape: Shape, dialect: str, source: str = "telephony.cdr") -> Statements:
    mapping = read_mapping(shape.mapping(source).encode())
    return Statements(mapping.tables[shape.record], dialect=DIALECTS[dialect])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("shape", [ZONED, LOCAL, WRITTEN, PEOPLE], ids=lambda shape: shape.name)
def test_every_value_is_a_bound_parameter(shape: Shape, dialect: str) -> None:
    made = statements(shape, dialect)
    question = made.question(item(Selector(SelectorKind.PHONE, PHONE), Selector(SelectorKind.ACCOUNT, "c" * 32)))
    assert question is not None
    for statement in (question.rows, question.count):
        compiled = statement.compile(dialect=DIALECTS[dialect])
        values = [str(one) for one in compiled.construct_params().values()]
        assert len(values) >= 4
        text = str(compiled)
        assert not any(value in text for value in values if len(value) > 2)
        assert PHONE.removeprefix("+") not in text
        assert "2026" not in text


@pytest.mark.parametrize(
    ("dialect", "quoted", "bytewise"),
    [
        ("postgresql", 'FROM "telephony"."cdr"', 'ORDER BY "id" COLLATE "C"'),
        ("mysql", "FROM `telephony`.`cdr`", "ORDER BY `id` COLLATE utf8mb4_bin"),
        ("trino", 'FROM "telephony"."cdr"', 'ORDER BY "id"'),
    ],
)
def test_names_are_quoted_and_order_is_that_of_the_bytes(dialect: str, quoted: str, bytewise: str) -> None:
    made = statements(WRITTEN, dialect)
    question = made.question(item(Selector(SelectorKind.PHONE, PHONE)))
    assert question is not None
    shown = made.shown(question.rows)
    assert quoted in shown
    assert shown.endswith(bytewise)


def test_mysql_compares_customers_and_addresses_by_their_bytes() -> None:
    made = statements(PEOPLE, "mysql")
    question = made.question(item(Selector(SelectorKind.EMAIL, EMAIL)))
    assert question is not None
    assert "(`tenant` COLLATE utf8mb4_bin) = :customer_1" in made.shown(question.rows)
    assert "lower(`mail` COLLATE utf8mb4_bin) IN (:email_2)" in made.shown(question.rows)


def test_trino_is_asked_for_a_table_of_a_catalogue() -> None:
    made = statements(ZONED, "trino", "hive.telephony.cdr")
    question = made.question(item(Selector(SelectorKind.PHONE, PHONE)))
    assert question is not None
    assert 'FROM hive.telephony."cdr"' in made.shown(question.rows)


def test_what_a_table_cannot_answer_is_not_asked() -> None:
    assert statements(ZONED, "postgresql").question(item(Selector(SelectorKind.EMAIL, EMAIL))) is None
    assert statements(ZONED, "postgresql").holding([Selector(SelectorKind.EMAIL, EMAIL)]) is None
    odd = ScopeItem(
        customer="not-a-uuid",
        selectors=(Selector(SelectorKind.PHONE, PHONE),),
        categories=frozenset(CATEGORY_OF.values()),
        window=WINDOW,
    )
    assert statements(ZONED, "postgresql").question(odd) is None
