"""Signing keys and blind indexes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.sealing.blind import blind_index
from safeconduct.core.sealing.errors import SealError
from safeconduct.core.sealing.signing import SigningKey, verify_signature

KEY = SigningKey(bytes(range(32)))


@given(data=st.binary(max_size=200))
def test_a_signature_is_of_one_key_over_one_text(data: bytes) -> None:
    signature = KEY.sign(data)
    verify_signature(public=KEY.public, data=data, signature=signature)
    for public, text, sign in (
        (SigningKey.generate().public, data, signature),
        (KEY.public, data + b"\0", signature),
        (KEY.public, data, signature[:-1] + bytes([signature[-1] ^ 1])),
        (KEY.public, data, signature[:10]),
        (b"", data, signature),
    ):
        with pytest.raises(SealError):
            verify_signature(public=public, data=text, signature=sign)


def test_a_signing_key_does_not_show_itself() -> None:
    assert KEY.raw.hex() not in repr(KEY)
    assert repr(KEY.raw) not in repr(KEY)
    with pytest.raises(SealError):
        SigningKey(b"short")


def test_the_first_vector_of_rfc_8032() -> None:
    key = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


@given(one=st.text(max_size=9), two=st.text(max_size=9))
def test_a_blind_index_is_equal_exactly_for_equal_values(one: str, two: str) -> None:
    assert (blind_index(bytes(32), "phone", one) == blind_index(bytes(32), "phone", two)) == (one == two)


def test_a_blind_index_depends_on_kind_and_key() -> None:
    found = {
        blind_index(key, kind, "x") for key in (bytes(32), bytes([1]) * 32) for kind in ("phone", "email", "phonex")
    }
    assert len(found) == 6
    with pytest.raises(SealError):
        blind_index(b"", "phone", "x")
