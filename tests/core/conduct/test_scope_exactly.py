"""What a scope means, case by case: every decision of the filter and of its algebra, with nothing left to luck."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from safeconduct.core.base.periods import Window
from safeconduct.core.conduct.categories import EVERYTHING, SPANS, TABLE_OF, Category
from safeconduct.core.conduct.scope import Scope, ScopeItem, Selector, SelectorKind, WideningError
from safeconduct.core.conduct.shapes import BodyError

START = datetime(2026, 1, 1, tzinfo=UTC)
ONE, TWO = "+12025550101", "+12025550102"
PHONE, EMAIL, ACCOUNT = (
    Selector(kind, value) for kind, value in zip(SelectorKind, (ONE, "a@x.example", "c1"), strict=True)
)
OTHER_PHONE = Selector(SelectorKind.PHONE, TWO)
ITEM_JSON: dict[str, Any] = {
    "customer": "c1",
    "customer_name": "Pell & Daughters",
    "selectors": [{"kind": "phone", "value": ONE}],
    "categories": ["call_detail", "message_detail"],
    "window": {"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T10:00:00Z"},
}


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def item(*selectors: Selector, start: float = 0, end: float = 10, **more: Any) -> ScopeItem:
    chosen = {"customer": "c1", "categories": EVERYTHING, **more}
    return ScopeItem(selectors=selectors or (PHONE,), window=Window(at(start), at(end)), **chosen)


def scope(*items: ScopeItem) -> Scope:
    return Scope(items)


def call(**more: Any) -> dict[str, Any]:
    return {"customer": "c1", "own_number": ONE, "other_number": "+12025550199", "at": at(5), **more}


def span(start: float, end: float | None, **more: Any) -> dict[str, Any]:
    ended = None if end is None else at(end)
    return {"customer": "c1", "number": ONE, "email": None, "started_at": at(start), "ended_at": ended, **more}


def held(of: ScopeItem, row: dict[str, Any], category: Category = Category.CALL_DETAIL) -> bool:
    return scope(of).holds(category=category, row=row)


@pytest.mark.parametrize("column", ["number", "own_number", "other_number"])
def test_a_phone_is_looked_for_in_each_column_of_numbers_and_in_no_other(column: str) -> None:
    row = {"customer": "c1", "at": at(5), column: ONE}
    assert held(item(PHONE), row)
    assert not held(item(OTHER_PHONE), row)
    assert not held(item(PHONE), {"customer": "c1", "at": at(5), "email": ONE, "name": ONE})


def test_an_email_and_an_account_are_looked_for_where_they_stand() -> None:
    row = span(0, None, number=TWO, email="a@x.example")
    subscriber = Category.SUBSCRIBER
    assert held(item(EMAIL), row, subscriber)
    assert not held(item(EMAIL), {**row, "email": "b@x.example"}, subscriber)
    assert not held(item(EMAIL), {**row, "email": None, "name": "a@x.example"}, subscriber)
    assert held(item(ACCOUNT), {**row, "email": None}, subscriber)
    assert not held(item(PHONE), row, subscriber)
    assert held(item(PHONE, EMAIL), row, subscriber), "one of several selectors is enough"
    # Asked of the selector itself: the item has looked at the customer before.
    assert not ACCOUNT.matches({"customer": "c2", "email": "c1", "number": "c1"})


def test_a_row_of_another_customer_or_category_or_time_is_not_held() -> None:
    assert held(item(), call())
    assert not held(item(), call(customer="c2"))
    assert not held(item(categories={Category.MESSAGE_DETAIL}), call())
    assert held(item(categories={Category.MESSAGE_DETAIL}), call(), Category.MESSAGE_DETAIL)
    assert [held(item(), call(at=at(hour))) for hour in (-0.001, 0, 9.999, 10)] == [False, True, True, False]
    assert not held(item(), call(at="2026-01-01T05:00:00Z")), "a text is no instant"
    assert not held(item(), {key: value for key, value in call().items() if key != "at"})


@pytest.mark.parametrize("category", sorted(Category))
def test_a_category_is_dated_or_spans_time(category: Category) -> None:
    spans = {Category.SUBSCRIBER, Category.PAYMENT}
    assert (category in SPANS) is (category in spans)
    assert held(item(), span(2, 3), category) is (category in spans)
    assert held(item(), call(), category) is (category not in spans)
    assert scope(item()).holds(category=TABLE_OF[category], row=span(2, 3) | call())


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(-2, -1, False), (-2, 0, False), (-2, 0.001, True), (9.999, None, True), (10, None, False), (10, 11, False)],
)
def test_a_span_is_held_where_it_touches_the_window(start: float, end: float | None, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    assert held(item(), span(start, end), Category.SUBSCRIBER) is expected


def test_a_span_without_proper_instants_is_not_held() -> None:
    for row in (span(2, 3, started_at="x"), span(2, 3, started_at=None), span(2, 3, ended_at="x")):
        assert not held(item(), row, Category.PAYMENT)


def test_a_category_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="gossip"):
        scope(item()).holds(category="gossip", row=call())


def test_the_empty_scope_holds_nothing_and_any_item_is_enough() -> None:
    assert not scope().holds(category=Category.CALL_DETAIL, row=call())
    assert scope(item(OTHER_PHONE), item(PHONE)).holds(category=Category.CALL_DETAIL, row=call())


def test_selectors_cover_only_themselves_but_an_account_covers_all_of_its_customer() -> None:
    kinds = (PHONE, OTHER_PHONE, EMAIL, ACCOUNT)
    covered = {(one, two) for one, two in product(kinds, kinds) if one.covers(two)}
    assert covered == {(one, one) for one in kinds} | {(ACCOUNT, one) for one in kinds}


def covers(one: list[ScopeItem], two: list[ScopeItem]) -> bool:
    return scope(*one).covers(scope(*two))


def test_what_covers_what() -> None:
    assert covers([item()], [])
    assert not covers([], [item()])
    assert covers([item(PHONE, OTHER_PHONE)], [item()])
    assert not covers([item()], [item(PHONE, OTHER_PHONE)])
    assert not covers([item()], [item(OTHER_PHONE)])
    assert covers([item(ACCOUNT)], [item(PHONE, EMAIL)])
    assert not covers([item(PHONE)], [item(ACCOUNT)])
    assert not covers([item(categories={Category.PAYMENT})], [item()])
    assert covers([item()], [item(categories={Category.PAYMENT})])
    other = Selector(SelectorKind.ACCOUNT, "c2")
    assert not covers([item(ACCOUNT)], [item(other, customer="c2")])
    assert not covers([item(PHONE)], [item(PHONE, customer="c2")])
    assert not covers([item(PHONE)], [item(PHONE), item(PHONE, customer="c2")])


def test_windows_that_join_cover_and_any_gap_does_not() -> None:
    assert covers([item(start=0, end=5), item(start=5, end=10)], [item()])
    assert covers([item(start=5, end=10), item(start=0, end=6)], [item()]), "in any order, overlapping"
    assert not covers([item(start=0, end=5), item(start=5.001, end=10)], [item()])
    assert not covers([item(start=0, end=9.999)], [item()])
    assert not covers([item(start=0.001, end=10)], [item()])
    assert covers([item(start=-5, end=20)], [item()])
    assert covers([item(start=0, end=9), item(start=1, end=2), item(start=9, end=10)], [item()]), "one inside another"
    assert not covers([item(start=0, end=5), item(OTHER_PHONE, start=5, end=10)], [item()])
    assert not covers([item(start=0, end=5), item(start=5, end=10, categories={Category.PAYMENT})], [item()])


def test_narrowing_gives_the_narrower_or_refuses() -> None:
    wide, narrow = scope(item(ACCOUNT)), scope(item(start=2, end=3))
    assert wide.narrow(narrow) is narrow
    with pytest.raises(WideningError):
        narrow.narrow(wide)


def test_an_intersection_is_exactly_what_both_name() -> None:
    one = item(PHONE, OTHER_PHONE, start=0, end=6, categories={Category.PAYMENT, Category.CALL_DETAIL})
    two = item(PHONE, EMAIL, start=4, end=10, categories={Category.CALL_DETAIL, Category.MESSAGE_DETAIL})
    both = item(PHONE, start=4, end=6, categories={Category.CALL_DETAIL})
    assert scope(one).intersect(scope(two)) == scope(both)
    assert scope(item(ACCOUNT)).intersect(scope(two)) == scope(two)
    assert scope(two).intersect(scope(item(ACCOUNT))) == scope(two)
    assert scope(two, two).intersect(scope(two)) == scope(two), "the same part once"


@pytest.mark.parametrize(
    "apart",
    [
        item(PHONE, customer="c2"),
        item(OTHER_PHONE),
        item(EMAIL),
        item(start=10, end=11),
        item(categories={Category.PAYMENT}),
    ],
)
def test_items_that_share_nothing_have_no_intersection(apart: ScopeItem) -> None:
    one = item(PHONE, categories={Category.CALL_DETAIL})
    assert one.intersect(apart) is None
    assert scope(one).intersect(scope(apart)) == scope()


def test_an_item_that_could_hold_nothing_or_names_a_stranger_is_refused() -> None:
    for broken in ({"selectors": ()}, {"selectors": (PHONE, PHONE)}, {"categories": frozenset()}):
        with pytest.raises(BodyError):
            replace(item(), **broken)
    with pytest.raises(BodyError):
        item(Selector(SelectorKind.ACCOUNT, "c2"))
    with pytest.raises(BodyError):
        item(PHONE, Selector(SelectorKind.ACCOUNT, "c2"))
    assert item(PHONE, ACCOUNT).selectors == (PHONE, ACCOUNT)


@pytest.mark.parametrize(("kind", "value"), [("phone", "c1"), ("email", ONE), ("account", "A B"), ("phone", "")])
def test_a_value_of_another_kind_is_refused(kind: str, value: str) -> None:
    with pytest.raises(BodyError, match=f"the {kind} selector"):
        Selector(SelectorKind(kind), value)


def test_the_canonical_form_is_this_one() -> None:
    made = item(PHONE, categories={Category.MESSAGE_DETAIL, Category.CALL_DETAIL}, customer_name="Pell & Daughters")
    assert made.as_json() == ITEM_JSON
    assert scope(made).as_json() == [ITEM_JSON]
    assert Scope.from_json([ITEM_JSON]) == scope(made)
    assert Selector.from_json({"kind": "email", "value": "a@x.example"}) == EMAIL
    assert item().as_json()["customer_name"] == ""
    assert ScopeItem.from_json({**ITEM_JSON, "customer_name": ""}).customer_name == ""
    assert Selector("phone", ONE).kind is SelectorKind.PHONE


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"customer": "A B"}, r"scope\[0\]\.customer "),
        ({"customer_name": 1}, r"scope\[0\]\.customer_name "),
        ({"selectors": []}, r"scope\[0\]\.selectors "),
        ({"selectors": [{"kind": "phone", "value": "1"}]}, "the phone selector"),
        ({"selectors": [{"kind": "fax", "value": ONE}]}, r"scope\[0\]\.selectors\[0\]\.kind"),
        ({"selectors": [{"kind": "phone", "value": "x" * 255}]}, r"scope\[0\]\.selectors\[0\]\.value"),
        ({"categories": []}, r"scope\[0\]\.categories "),
        ({"categories": ["message_detail", "call_detail"]}, "not sorted"),
        ({"categories": ["gossip"]}, r"scope\[0\]\.categories\[0\]"),
        ({"window": {"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}, r"scope\[0\]\.window ends"),
        ({"window": {"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}, r"scope\[0\]\.window ends"),
        ({"window": {"from": "soon", "until": "2026-01-01T00:00:00Z"}}, r"scope\[0\]\.window\.from"),
        ({"window": {"from": "2026-01-01T00:00:00Z", "until": "later"}}, r"scope\[0\]\.window\.until"),
        ({"more": 1}, r"scope\[0\] has 1 unknown"),
    ],
)
def test_a_member_at_fault_is_named(change: dict[str, Any], place: str) -> None:
    with pytest.raises(BodyError, match=place):
        Scope.from_json([{**ITEM_JSON, **change}])


def test_the_default_places_of_parts_are_named() -> None:
    with pytest.raises(BodyError, match=r"^\S+ .*item\.customer "):
        ScopeItem.from_json({**ITEM_JSON, "customer": "A B"})
    with pytest.raises(BodyError, match=r"selector\.kind "):
        Selector.from_json({"kind": "fax", "value": ONE})
    with pytest.raises(BodyError, match="scope is not a list"):
        Scope.from_json({})


def test_the_limits_are_two_hundred_items_and_two_hundred_selectors() -> None:
    numbers = [{"kind": "phone", "value": f"+1202555{number:04d}"} for number in range(201)]
    full = {**ITEM_JSON, "selectors": numbers[:200]}
    assert len(Scope.from_json([full]).items[0].selectors) == 200
    with pytest.raises(BodyError):
        Scope.from_json([{**full, "selectors": numbers}])
    items = [{**ITEM_JSON, "customer": f"c{number}"} for number in range(201)]
    assert len(Scope.from_json(items[:200]).items) == 200
    for count in (0, 201):
        with pytest.raises(BodyError):
            Scope.from_json(items[:count])
    longest = {"kind": "email", "value": f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}"}
    assert len(longest["value"]) == 254
    assert Selector.from_json(longest).value == longest["value"]


def test_a_window_that_no_clock_can_hold_is_refused() -> None:
    with pytest.raises(BodyError):
        Scope.from_json([{**ITEM_JSON, "window": {"from": "0000-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}])


def test_customers_and_categories_of_a_scope() -> None:
    made = scope(
        item(PHONE, customer="c2", categories={Category.PAYMENT}), item(categories={Category.CALL_DETAIL}), item()
    )
    assert made.customers == ("c1", "c2")
    assert made.categories == EVERYTHING
    assert scope().categories == frozenset()


def test_over_a_small_world_the_filter_equals_its_definition() -> None:
    """Every combination of customer, category, selector, number and hour, against a second definition written flat."""
    looked_at = 0
    for customer, category, selector, number, hour in product(
        ("c1", "c2"), Category, (PHONE, OTHER_PHONE, ACCOUNT), (ONE, TWO), range(-1, 12)
    ):
        chosen = item(selector, categories={Category.CALL_DETAIL, Category.SUBSCRIBER})
        row = {"customer": customer, "own_number": number, "number": number, "at": at(hour)}
        row |= {"started_at": at(hour), "ended_at": at(hour + 1)}
        named = selector == ACCOUNT or selector.value == number
        inside = -1 < hour < 10
        kept = category in (Category.CALL_DETAIL, Category.SUBSCRIBER)
        assert held(chosen, row, category) is (customer == "c1" and named and inside and kept)
        looked_at += 1
    assert looked_at == 2 * 5 * 3 * 2 * 13
