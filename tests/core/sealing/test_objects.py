"""Sealed objects: what goes in comes out, and nothing else ever does."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.sealing import objects
from safeconduct.core.sealing.errors import SealError

KEY = bytes(range(32))
CONTEXT = {"room": "government_requests", "object": "0" * 32, "kind": "transcript", "version": 1}
CHUNK = 16 * 1024


@given(plaintext=st.binary(max_size=2000), key=st.binary(min_size=32, max_size=32), word=st.text(max_size=20))
def test_what_is_sealed_opens_again(plaintext: bytes, key: bytes, word: str) -> None:
    context = CONTEXT | {"word": word}
    assert objects.open_sealed(key, context, objects.seal(key, context, plaintext)) == plaintext


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_sizes_around_the_chunk(size: int) -> None:
    plaintext = os.urandom(size)
    assert objects.open_sealed(KEY, CONTEXT, objects.seal(KEY, CONTEXT, plaintext)) == plaintext


def test_every_flipped_bit_is_refused() -> None:
    blob = objects.seal(KEY, CONTEXT, b"a short secret")
    for place in range(len(blob)):
        for bit in range(8):
            changed = bytearray(blob)
            changed[place] ^= 1 << bit
            with pytest.raises(SealError):
                objects.open_sealed(KEY, CONTEXT, bytes(changed))


def test_every_truncation_and_extension_is_refused() -> None:
    blob = objects.seal(KEY, CONTEXT, b"x" * 40)
    for length in range(len(blob)):
        with pytest.raises(SealError):
            objects.open_sealed(KEY, CONTEXT, blob[:length])
    for more in (b"\0", b"x" * CHUNK, blob):
        with pytest.raises(SealError):
            objects.open_sealed(KEY, CONTEXT, blob + more)


def test_a_cut_at_a_chunk_and_exchanged_chunks_are_refused() -> None:
    blob = objects.seal(KEY, CONTEXT, os.urandom(3 * CHUNK + 7))
    start = objects.HEADER_BYTES + 56
    sealed_chunk = CHUNK + 16
    one, two = blob[start : start + sealed_chunk], blob[start + sealed_chunk : start + 2 * sealed_chunk]
    exchanged = blob[:start] + two + one + blob[start + 2 * sealed_chunk :]
    for forged in (blob[: start + sealed_chunk], blob[: start + 3 * sealed_chunk], exchanged):
        with pytest.raises(SealError):
            objects.open_sealed(KEY, CONTEXT, forged)


@given(other=st.dictionaries(st.text(max_size=5), st.integers(0, 9) | st.text(max_size=5), max_size=3))
def test_another_context_is_refused(other: dict[str, object]) -> None:
    blob = objects.seal(KEY, CONTEXT, b"secret")
    with pytest.raises(SealError):
        objects.open_sealed(KEY, other, blob)


def test_the_order_of_the_context_does_not_matter() -> None:
    blob = objects.seal(KEY, CONTEXT, b"secret")
    assert objects.open_sealed(KEY, dict(reversed(CONTEXT.items())), blob) == b"secret"


def test_another_key_and_a_short_key_are_refused() -> None:
    blob = objects.seal(KEY, CONTEXT, b"secret")
    for key in (bytes(32), KEY[:16], b""):
        with pytest.raises(SealError):
            objects.open_sealed(key, CONTEXT, blob)


def test_parts_of_two_objects_do_not_mix() -> None:
    one, two = objects.seal(KEY, CONTEXT, b"first"), objects.seal(KEY, CONTEXT, b"other")
    for cut in (objects.HEADER_BYTES, objects.HEADER_BYTES + 24, objects.HEADER_BYTES + 56):
        with pytest.raises(SealError):
            objects.open_sealed(KEY, CONTEXT, one[:cut] + two[cut:])


def test_a_later_version_or_suite_is_not_guessed_at() -> None:
    blob = objects.seal(KEY, CONTEXT, b"secret")
    for place in (6, 7):
        changed = bytearray(blob)
        changed[place] = 2
        with pytest.raises(SealError, match="version 1"):
            objects.open_sealed(KEY, CONTEXT, bytes(changed))


def test_two_seals_of_the_same_bytes_share_nothing_but_the_header() -> None:
    one, two = objects.seal(KEY, CONTEXT, b"same"), objects.seal(KEY, CONTEXT, b"same")
    assert one[:8] == two[:8]
    assert one[8:40] != two[8:40]
    assert one[40:] != two[40:]


def test_the_plaintext_never_stands_in_the_seal() -> None:
    marker = b"MARKER-4be1c0de-MARKER"
    assert marker not in objects.seal(KEY, CONTEXT, marker * 50)


def test_an_error_says_nothing_of_what_was_inside() -> None:
    blob = bytearray(objects.seal(KEY, CONTEXT, b"Bertha Muster"))
    blob[-1] ^= 1
    with pytest.raises(SealError) as caught:
        objects.open_sealed(KEY, CONTEXT, bytes(blob))
    assert "Bertha" not in str(caught.value)
    assert "Bertha" not in repr(caught.value.__cause__)


def test_a_source_of_randomness_that_runs_dry_is_noticed() -> None:
    with pytest.raises(SealError):
        objects.seal(KEY, CONTEXT, b"x", lambda _: b"few")
