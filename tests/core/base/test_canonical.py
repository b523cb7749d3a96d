import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.base.canonical import MAX_SAFE_INTEGER, canonical_json, digest, parse_canonical
from safeconduct.core.base.errors import DamagedError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert parse_canonical(canonical_json(value)) == value


@given(
    st.dictionaries(
        st.text(st.characters(max_codepoint=0x82), max_size=6) | st.text(max_size=3),
        st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.text(st.characters(max_codepoint=0x82)) | st.booleans(),
        max_size=6,
    )
)
def test_a_plain_object_has_the_form_that_the_standard_s_own_library_gives(value: dict[str, object]) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 9), min_size=2))
def test_the_order_of_members_does_not_change_a_digest(value: dict[str, int]) -> None:
    turned = dict(reversed(list(value.items())))
    assert digest("test", value) == digest("test", turned)


def test_the_example_of_rfc_8785_section_3_2_2() -> None:
    value = json.loads(
        '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"literals":[null,true,false]}'
    )
    expected = b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}'
    assert canonical_json(value) == expected


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":2}', b'{"b":1,"a":2}', b'{"a": 1}', b"[1,]", b"\xff", b"", b'"\\u0041"', b"[" * 100_000, b"NaN"],
)
def test_bytes_that_are_not_the_one_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(DamagedError):
        parse_canonical(data)


@pytest.mark.parametrize("value", [float("nan"), 2**60, {1: 2}, "\ud800"])
def test_values_that_json_cannot_carry_exactly_are_refused(value: object) -> None:
    with pytest.raises(DamagedError):
        canonical_json(value)


def test_one_object_has_another_digest_in_another_domain() -> None:
    assert digest("safeconduct/v1/release", {}) != digest("safeconduct/v1/letter", {})
