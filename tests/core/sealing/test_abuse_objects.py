"""Abuse of sealed objects and wrapped keys: each gives a named error, and no byte comes out."""

import itertools
import random
from collections.abc import Callable

import pytest
from tests import soaking
from tests.core.sealing.abuse import MARKER, Sink, cuts, extensions, flips, leaks

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing import objects
from safeconduct.core.sealing.keys import Context, unwrap, wrap

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
CONTEXT: Context = {"room": "records", "object": "0" * 32, "kind": "letter", "version": 1, "customer": "c1"}
CHUNK, TAG = 16 * 1024, 16
FIRST = objects.HEADER_BYTES + 24 + 32
CODE = "SC-SEAL"


def text_of(size: int) -> bytes:
    """Return a plaintext of this size, made of markers."""
    return (MARKER * (size // len(MARKER) + 1))[:size]


def opener(blob: bytes, *, key: bytes = KEY, context: Context = CONTEXT) -> Callable[[], bytes]:
    return lambda: objects.open_sealed(key, context, blob)


def test_every_flipped_byte_every_cut_and_every_extension() -> None:
    rng, sink = random.Random(1), Sink()  # noqa: S311 - repeatable tests
    plaintext = text_of(60)
    blob = objects.seal(KEY, CONTEXT, plaintext)
    for bent in itertools.chain(flips(blob), cuts(blob), extensions(blob, rng)):
        sink.refuses(opener(bent), code=CODE, plaintext=plaintext)
    assert sink.refusals == {CODE: 2 * len(blob) + 25}
    assert objects.open_sealed(KEY, CONTEXT, blob) == plaintext


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 9])
def test_cuts_and_flips_at_each_length_class(size: int) -> None:
    rng, sink = random.Random(size), Sink()  # noqa: S311 - repeatable tests
    plaintext = text_of(size)
    blob = objects.seal(KEY, CONTEXT, plaintext)
    edges = {FIRST + number * (CHUNK + TAG) + off for number in range(4) for off in (-17, -16, -1, 0, 1, 15, 16, 17)}
    edges |= {0, 6, 7, 8, 39, 40, 41, 63, 64, 95, 96, len(blob) - 16, len(blob) - 1}
    for place in sorted(place for place in edges if 0 <= place < len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 1 << rng.randrange(8)
        for bent in (bytes(changed), blob[:place]):
            sink.refuses(opener(bent), code=CODE, plaintext=plaintext if size > 12 else MARKER)
    assert sink.refusals[CODE] >= 30


def test_every_byte_of_a_message_of_several_chunks() -> None:
    rng, sink = random.Random(soaking.seed("abuse-chunks")), Sink()  # noqa: S311 - repeatable tests
    plaintext = text_of(2 * CHUNK + 100)
    blob = objects.seal(KEY, CONTEXT, plaintext)
    places = range(len(blob)) if soaking.SOAKING else rng.sample(range(len(blob)), 1500)
    for place in places:
        changed = bytearray(blob)
        changed[place] ^= 1 << rng.randrange(8)
        # Looking through the traceback for each byte would take minutes; each hundredth is looked through.
        if place % 100:
            with pytest.raises(SafeconductError) as caught:
                objects.open_sealed(KEY, CONTEXT, bytes(changed))
            assert caught.value.code == CODE
            sink.refusals[CODE] = sink.refusals.get(CODE, 0) + 1
        else:
            sink.refuses(opener(bytes(changed)), code=CODE, plaintext=plaintext)
    assert sink.refusals == {CODE: len(places)}
    soaking.report("abuse-chunks", refused=len(places))


def test_chunks_in_every_other_order_left_out_or_doubled() -> None:
    sink, plaintext = Sink(), text_of(3 * CHUNK + 5)
    blob = objects.seal(KEY, CONTEXT, plaintext)
    body = blob[FIRST:]
    chunks = [body[start : start + CHUNK + TAG] for start in range(0, len(body), CHUNK + TAG)]
    assert len(chunks) == 4
    count = 0
    for size in range(5):
        for order in itertools.product(range(4), repeat=size):
            if order != (0, 1, 2, 3) and (size < 3 or len(set(order)) >= 3):
                bent = blob[:FIRST] + b"".join(chunks[one] for one in order)
                sink.refuses(opener(bent), code=CODE, plaintext=plaintext)
                count += 1
    assert sink.refusals == {CODE: count}
    assert count > 200


def test_parts_of_two_objects_never_mix() -> None:
    sink = Sink()
    # Two salts that differ from the first byte on: a cut inside equal bytes would only give the second object back.
    one, two = (objects.seal(KEY, CONTEXT, text_of(2 * CHUNK + 7), bytes([salt]).__mul__) for salt in (1, 2))
    cuts_at = (9, 20, objects.HEADER_BYTES, 64, FIRST, FIRST + CHUNK + TAG, FIRST + 2 * (CHUNK + TAG), len(one) - TAG)
    for place in cuts_at:
        for first, second in ((one, two), (two, one)):
            sink.refuses(opener(first[:place] + second[place:]), code=CODE, plaintext=text_of(2 * CHUNK + 7))
    assert sink.refusals == {CODE: 2 * len(cuts_at)}


def wrong_contexts() -> list[Context]:
    """Return contexts with each member changed, missing, of another type, or one member more."""
    found: list[Context] = [{}, {**CONTEXT, "more": None}]
    for name, value in CONTEXT.items():
        rest = {other: kept for other, kept in CONTEXT.items() if other != name}
        found += [
            rest,
            {**rest, name: f"{value}x"},
            {**rest, name: None},
            {**rest, name: [value]},
            {**rest, f"{name} ": value},
        ]
        found.append({**rest, name: str(value) if isinstance(value, int) else value.upper() + "_"})
    return found


def test_every_wrong_member_of_the_context() -> None:
    sink = Sink()
    blob, wrapped = objects.seal(KEY, CONTEXT, MARKER), wrap(KEY, MARKER.ljust(32, b"."), CONTEXT)
    contexts = wrong_contexts()
    for context in contexts:
        sink.refuses(opener(blob, context=context), code=CODE)
        sink.refuses(lambda context=context: unwrap(KEY, wrapped, context), code=CODE)
    assert sink.refusals == {CODE: 2 * len(contexts)}


def test_every_key_that_is_near() -> None:
    sink = Sink()
    blob, wrapped = objects.seal(KEY, CONTEXT, MARKER), wrap(KEY, MARKER.ljust(32, b"."), CONTEXT)
    keys = [*flips(KEY), OTHER, bytes(32), KEY[::-1], KEY[:16], KEY + b"\0", KEY + KEY, b""]
    for key in keys:
        sink.refuses(opener(blob, key=key), code=CODE)
        sink.refuses(lambda key=key: unwrap(key, wrapped, CONTEXT), code=CODE)
    assert sink.refusals == {CODE: 2 * len(keys)}


def test_wrapped_keys_bent_in_every_way() -> None:
    rng, sink = random.Random(2), Sink()  # noqa: S311 - repeatable tests
    inside = MARKER.ljust(32, b".")
    wrapped = wrap(KEY, inside, CONTEXT)
    # Two that end alike by chance would be mixed into one of them, which is sound.
    other = next(one for _ in range(100) if (one := wrap(KEY, inside, CONTEXT))[-1] != wrapped[-1])
    mixed = [wrapped[:place] + other[place:] for place in (8, 20, 39, 60, 71, 90, 103, 118)]
    count = 0
    for bent in itertools.chain(flips(wrapped), cuts(wrapped), extensions(wrapped, rng), mixed):
        sink.refuses(lambda bent=bent: unwrap(KEY, bent, CONTEXT), code=CODE, plaintext=inside)
        count += 1
    assert sink.refusals == {CODE: count}
    assert unwrap(KEY, wrapped, CONTEXT) == inside


def test_a_seal_is_no_wrapped_key_and_no_other_way_round() -> None:
    sink = Sink()
    sink.refuses(lambda: unwrap(KEY, objects.seal(KEY, CONTEXT, MARKER)[:119], CONTEXT), code=CODE)
    sink.refuses(opener(wrap(KEY, MARKER.ljust(32, b"."), CONTEXT)), code=CODE)
    assert sink.refusals == {CODE: 2}


def test_the_sink_notices_a_release_and_a_traceback_that_keeps_plaintext() -> None:
    """The control: an opener that gives out what it has, or keeps it, does not pass."""
    with pytest.raises(AssertionError, match="released"):
        Sink().refuses(lambda: MARKER, code=CODE)
    with pytest.raises(SafeconductError) as caught:
        objects.open_sealed(KEY, {"text": "other"}, objects.seal(KEY, CONTEXT, MARKER) + MARKER)
    assert leaks(caught.value, MARKER)
