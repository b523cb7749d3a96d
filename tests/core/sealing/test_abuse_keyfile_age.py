"""Abuse of the key file and of age files: each gives a named error with a stable code, and no byte comes out."""

import itertools
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests import soaking
from tests.core.sealing.abuse import MARKER, Sink, cuts, extensions, flips
from tests.vectors.age_maker import age_file, identity_line, x25519_stanza

from safeconduct.core.base.canonical import canonical_json
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.sealing import keyfile
from safeconduct.core.sealing.recipients import decrypt_age, encrypt_age, new_identity

ROOT = MARKER.ljust(32, b".")
SAID = {"ada": "correct horse battery", "bob": "staple of another kind", "cid": "yet another passphrase"}
CHEAP = keyfile.Cost(memory_kib=8192, passes=1, lanes=1)
FILE = keyfile.create(root_key=ROOT, passphrases=SAID, cost=CHEAP)
SHARES = {name: keyfile.share_of(FILE, custodian=name, passphrase=text) for name, text in SAID.items()}
CODE, HEADER, KIND = "SC-SEAL", "SC-AGE-HEADER", "SC-AGE-KIND"


def opened(data: bytes, first: str = "ada", second: str = "bob") -> Callable[[], bytes]:
    """Open with shares that were stretched already: damage to the file must be noticed whoever brings them."""
    return lambda: keyfile.open_with_shares(data, SHARES[first], SHARES[second])


def harmless(data: bytes) -> bool:
    """Return whether a change left the parts alone that this pair needs: another pair's slot."""
    try:
        now, before = json.loads(data), json.loads(FILE)
    except ValueError:
        return False
    if canonical_json(now) != data:
        return False  # Another spelling of the same: refused before anything is read.
    for slot in (*now.get("slots", [])[1:], *before["slots"][1:]):
        slot.pop("wrapped", None)
    return bool(now == before and len(data) == len(FILE))


def test_key_file_every_byte_cut_and_extension() -> None:
    rng, sink, spared = random.Random(3), Sink(), 0  # noqa: S311 - repeatable tests
    for bent in itertools.chain(flips(FILE), cuts(FILE), extensions(FILE, rng)):
        if harmless(bent):
            spared += 1
            assert keyfile.open_with_shares(bent, SHARES["ada"], SHARES["bob"]) == ROOT
        else:
            sink.refuses(opened(bent), code=CODE, plaintext=ROOT)
    assert sink.refusals[CODE] > 2 * len(FILE) - 500
    assert spared < 2 * 160 * 2


def test_key_file_parts_exchanged_doubled_or_of_another_file() -> None:
    sink = Sink()
    other = keyfile.create(root_key=ROOT, passphrases=SAID, cost=CHEAP)
    mine, theirs = json.loads(FILE), json.loads(other)
    bent: list[dict[str, Any]] = [mine | {name: theirs[name]} for name in ("custodians", "slots")]
    bent += [mine | {"slots": mine["slots"][::-1]}, mine | {"slots": mine["slots"][:2]}, mine | {"more": 1}]
    bent += [mine | {"slots": [*mine["slots"], mine["slots"][0]]}, mine | {"custodians": mine["custodians"][::-1]}]
    bent += [
        mine | {"cost": mine["cost"] | {name: value}}
        for name, value in (("passes", 2), ("lanes", 2), ("memory_kib", 9000))
    ]
    bent += [mine | {"cost": mine["cost"] | {"memory_kib": 2**40}}, mine | {"format": "safeconduct/key-file/v2"}]
    first, second = mine["slots"][0], mine["slots"][1]
    moved = [first | {"wrapped": second["wrapped"]}, second | {"wrapped": first["wrapped"]}, mine["slots"][2]]
    bent.append(mine | {"slots": moved})
    for value in bent:
        sink.refuses(opened(canonical_json(value)), code=CODE, plaintext=ROOT)
    assert sink.refusals == {CODE: len(bent)}


def test_key_file_wrong_custodians() -> None:
    sink = Sink()
    wrong = keyfile.share_of(FILE, custodian="bob", passphrase=SAID["cid"])
    pairs = [(SHARES["ada"], wrong), (SHARES["ada"], SHARES["ada"])]
    pairs.append((SHARES["ada"], keyfile.Share(custodian="bob", material=SHARES["cid"].material)))
    pairs.append((SHARES["ada"], keyfile.Share(custodian="eve", material=SHARES["bob"].material)))
    pairs.append((SHARES["ada"], keyfile.Share(custodian="bob", material=SHARES["ada"].material)))
    for one, two in pairs:
        sink.refuses(lambda one=one, two=two: keyfile.open_with_shares(FILE, one, two), code=CODE, plaintext=ROOT)
    assert sink.refusals == {CODE: len(pairs)}


IDENTITY, RECIPIENT = new_identity()


def age(data: bytes, identity: str = IDENTITY) -> Callable[[], bytes]:
    return lambda: decrypt_age(data, identity)


def code_of(data: bytes) -> str:
    """Return which code a refusal has: by where the damage is, never by chance."""
    with pytest.raises(SafeconductError) as caught:
        decrypt_age(data, IDENTITY)
    return caught.value.code


def test_age_every_byte_cut_and_extension() -> None:
    rng, sink = random.Random(4), Sink()  # noqa: S311 - repeatable tests
    sealed = encrypt_age(MARKER, [RECIPIENT])
    codes = set()
    for bent in itertools.chain(flips(sealed), cuts(sealed), extensions(sealed, rng)):
        code = code_of(bent)
        codes.add(code)
        sink.refuses(age(bent), code=code)
    assert codes == {CODE, HEADER}
    assert sum(sink.refusals.values()) == 2 * len(sealed) + 25
    body = sealed.index(b"\n--- ") + 5 + 43 + 1
    assert {code_of(sealed[:length]) for length in range(body, len(sealed))} == {CODE}
    assert {code_of(sealed[:length]) for length in range(body)} == {HEADER}


def test_age_payload_of_several_chunks_bent_and_in_other_orders() -> None:
    rng, sink = random.Random(soaking.seed("abuse-age")), Sink()  # noqa: S311 - repeatable tests
    chunk, text = 64 * 1024 + 16, MARKER * 9000
    sealed = encrypt_age(text, [RECIPIENT])
    start = sealed.index(b"\n--- ") + 5 + 43 + 1 + 16
    chunks = [sealed[place : place + chunk] for place in range(start, len(sealed), chunk)]
    assert len(chunks) == 4
    count = soaking.count(150, 20_000)
    for _ in range(count):
        changed = bytearray(sealed)
        changed[rng.randrange(start - 16, len(sealed))] ^= 1 << rng.randrange(8)
        sink.refuses(age(bytes(changed)), code=CODE, plaintext=MARKER)
    orders = [order for size in range(5) for order in itertools.permutations(range(4), size) if order != (0, 1, 2, 3)]
    for order in orders:
        sink.refuses(age(sealed[:start] + b"".join(chunks[one] for one in order)), code=CODE)
    for length in (start, start + chunk, start + 2 * chunk, start + 3 * chunk, start + chunk - 1, len(sealed) - 16):
        sink.refuses(age(sealed[:length]), code=CODE)
    assert sink.refusals == {CODE: count + len(orders) + 6}
    soaking.report("abuse-age", refused=sink.refusals[CODE])


def test_age_for_somebody_else_and_of_other_kinds() -> None:
    sink = Sink()
    sealed = encrypt_age(MARKER, [new_identity()[1]])
    sink.refuses(age(sealed), code=CODE)
    sink.refuses(age(b"-----BEGIN AGE ENCRYPTED FILE-----\n" + sealed), code=KIND)
    sink.refuses(age(sealed.replace(b"-> X25519 ", b"-> scrypt ")), code=KIND)
    sink.refuses(age(sealed.replace(b"-> X25519 ", b"-> mlkem768x25519 ")), code=KIND)
    sink.refuses(age(b"no age file"), code=HEADER)
    sink.refuses(age(b""), code=HEADER)
    assert sink.refusals == {CODE: 1, KIND: 3, HEADER: 2}


def test_a_file_key_of_another_length_is_no_oracle() -> None:
    """C2SP age: a stanza's body is 32 bytes, so that no long body can be tried under many identities at once."""
    sink, private = Sink(), bytes(range(32))
    share = bytes([9]) + bytes(31)
    line = identity_line(private)
    shared = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    for size in (0, 15, 17, 32, 64):
        stanza = x25519_stanza(private=private, share=share, shared=shared, file_key=bytes(size))
        made = age_file(stanza, file_key=bytes(size), payload=MARKER)
        sink.refuses(lambda made=made: decrypt_age(made, line), code=CODE)
    sound = age_file(
        x25519_stanza(private=private, share=share, shared=shared, file_key=bytes(16)),
        file_key=bytes(16),
        payload=MARKER,
    )
    assert decrypt_age(sound, line) == MARKER
    assert sink.refusals == {CODE: 5}


def test_an_age_file_with_two_file_keys_opens_under_one_only() -> None:
    """The header's MAC commits to one file key, so one file cannot read differently for two recipients."""
    share = bytes([9]) + bytes(31)
    people = [bytes([number]) * 32 for number in (7, 8)]
    file_keys = [bytes([number]) * 16 for number in (1, 2)]
    stanzas = b"".join(
        x25519_stanza(
            private=private,
            share=share,
            shared=X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw(),
            file_key=file_key,
        )
        for private, file_key in zip(people, file_keys, strict=True)
    )
    for place, file_key in enumerate(file_keys):
        made = age_file(stanzas, file_key=file_key, payload=MARKER)
        # The control: each stanza is sound, for its holder opens the file made with its key.
        assert decrypt_age(made, identity_line(people[place])) == MARKER
        sink, other = Sink(), identity_line(people[1 - place])
        sink.refuses(lambda made=made, other=other: decrypt_age(made, other), code=CODE)
        assert sink.refusals == {CODE: 1}
