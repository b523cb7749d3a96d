"""Derived and wrapped keys belong to one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.sealing import keys
from safeconduct.core.sealing.errors import SealError

KEK = bytes(32)
KEY = bytes(range(32))
CONTEXT = {"use": "customer-key", "customer": "a" * 32, "version": 1}

raw_keys = st.binary(min_size=32, max_size=32)


@given(kek=raw_keys, key=raw_keys)
def test_what_is_wrapped_unwraps(kek: bytes, key: bytes) -> None:
    wrapped = keys.wrap(kek, key, CONTEXT)
    assert len(wrapped) == keys.WRAPPED_BYTES
    assert keys.unwrap(kek, wrapped, CONTEXT) == key


def test_every_flipped_bit_truncation_and_extension_is_refused() -> None:
    wrapped = keys.wrap(KEK, KEY, CONTEXT)
    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 1 << (place % 8)
        for forged in (bytes(changed), wrapped[:place]):
            with pytest.raises(SealError):
                keys.unwrap(KEK, forged, CONTEXT)
    with pytest.raises(SealError):
        keys.unwrap(KEK, wrapped + b"\0", CONTEXT)


def test_another_context_or_key_encryption_key_is_refused() -> None:
    wrapped = keys.wrap(KEK, KEY, CONTEXT)
    with pytest.raises(SealError):
        keys.unwrap(KEK, wrapped, CONTEXT | {"version": 2})
    with pytest.raises(SealError):
        keys.unwrap(KEY, wrapped, CONTEXT)


def test_a_wrap_is_never_made_twice_alike() -> None:
    assert keys.wrap(KEK, KEY, CONTEXT) != keys.wrap(KEK, KEY, CONTEXT)


@given(one=st.text(max_size=8), two=st.text(max_size=8), salt=st.binary(max_size=40))
def test_derived_keys_differ_exactly_when_their_inputs_do(one: str, two: str, salt: bytes) -> None:
    first = keys.derive(KEY, salt=salt, context={"x": one})
    second = keys.derive(KEY, salt=salt, context={"x": two})
    assert (first == second) == (one == two)
    assert first != keys.derive(KEY, salt=salt + b"\1", context={"x": one})


def test_a_key_has_32_bytes() -> None:
    for length in (0, 16, 31, 33):
        with pytest.raises(SealError):
            keys.derive(bytes(length), salt=b"", context={})
        with pytest.raises(SealError):
            keys.wrap(KEK, bytes(length), CONTEXT)


def test_a_source_of_randomness_that_repeats_does_not_repeat_a_salt_for_another_key() -> None:
    one, two = (keys.wrap(KEK, key, CONTEXT, bytes) for key in (KEY, bytes(32)))
    assert one[7:39] != two[7:39]
    assert keys.unwrap(KEK, one, CONTEXT) == KEY
    with pytest.raises(SealError):
        keys.wrap(KEK, KEY, CONTEXT, lambda _: b"few")
